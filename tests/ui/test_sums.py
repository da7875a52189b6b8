"""Figures that are added up on the screen add up as they are read."""

import numpy as np
import pytest

from workbench.ui.results.uses_rows import adding_decimals

DRAWN = np.random.default_rng(11).uniform(0, 5, (40, 3)) * [[-1, 1, 1]]


@pytest.mark.parametrize("place", range(40))
def test_start_and_parts_make_the_end_by_a_calculator(place):
    start, up, down = DRAWN[place]
    values = (start, up, down, start + up - down)
    decimals = adding_decimals(values, 3)
    shown = [float(f"{value:.{decimals}f}") for value in values]
    assert decimals >= 3
    assert round(shown[0] + shown[1] - shown[2], decimals) == shown[3]


def test_the_case_that_was_found():
    assert adding_decimals((-1.4614, 2.6394, 1.0265, 0.1515), 3) == 4
    assert adding_decimals((1.0, 2.0, 0.5, 2.5), 3) == 3
