"""How long a run will still take: what is said is steady, and honest where it takes longer; loads are made up."""

import itertools

import joblib
import psutil
import pytest

from workbench.ui import time_left
from workbench.ui.time_left import steadied


def said(estimates):
    """Return what is said of estimates that come second by second."""
    shown, found = None, []
    for second, seconds in enumerate(estimates):
        shown = steadied(shown, seconds, float(second))
        found.append(shown.seconds)
    return found


def test_what_is_said_counts_down_where_the_estimate_does():
    assert said([60.0 - second for second in range(50)]) == pytest.approx([60.0 - second for second in range(50)])


def test_what_is_said_does_not_jump_but_arrives():
    found = said([40.0] + [400.0] * 120)
    assert max(abs(later - one) for one, later in itertools.pairwise(found)) < 20
    # Of the way from what was said, two thirds in the settling time; each second takes one off.
    assert 250 < found[20] < 260 and found[-1] == pytest.approx(380, abs=5)
    falling = said([420.0] + [120.0] * 120)
    assert falling[1] > 400 and falling[-1] < 120


def test_what_is_about_to_be_finished_for_long_is_late_until_more_is_left():
    found = said([3.0] * 40)
    assert found[30] > 0 and found[31:] == [0.0] * 9
    assert said([3.0] * 40 + [200.0] * 20)[-1] > 60


@pytest.mark.parametrize(("load", "own", "times"), [(0.4, 0, 1.0), (1.0, 0, 2.0), (4.0, 0, 5.0), (4.0, 1, 4.0)])
def test_other_work_makes_it_take_longer(monkeypatch, load, own, times):
    cores = joblib.cpu_count()
    monkeypatch.setattr(psutil, "getloadavg", lambda: (load * cores, 0.0, 0.0))
    assert time_left.times_as_long(own=own * cores) == pytest.approx(times)
    assert (time_left.because_busy() == "") == (load < 2)


def test_a_computer_that_does_not_tell_its_load_is_idle(monkeypatch):
    def untold():
        raise OSError

    monkeypatch.setattr(psutil, "getloadavg", untold)
    assert time_left.times_as_long() == 1.0 and time_left.because_busy() == ""
