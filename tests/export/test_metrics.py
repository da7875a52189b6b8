"""Numbers that several processes count: none is lost, and what an ended one counted stays."""

import os

import pytest

from workbench.export.serving.prediction_service import metrics
from workbench.export.serving.prediction_service.metrics import SharedNumbers

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork"),
]
TIMES = 500


def counted(numbers):
    """Fork a process that counts, and return its id."""
    process = os.fork()
    if not process:
        for _ in range(TIMES):
            numbers.add([(1, 1), (2, 0.5)])
        os._exit(0)  # the tests are the parent's
    return process


def test_processes_count_side_by_side_and_one_after_the_other():
    numbers = SharedNumbers(4)
    numbers.add([(0, 1)])
    for process in [counted(numbers) for _ in range(4)]:
        os.waitpid(process, 0)
    for _ in range(3):
        os.waitpid(counted(numbers), 0)
    numbers.add([(0, 1)])
    assert numbers.read().tolist() == [2, 7 * TIMES, 3.5 * TIMES, 0]


def test_more_processes_than_copies_take_those_of_ended_ones(monkeypatch):
    monkeypatch.setattr(metrics, "MOST_PROCESSES", 2)
    numbers = SharedNumbers(3)
    numbers.add([(0, 1)])
    for _ in range(5):
        os.waitpid(counted(numbers), 0)
    assert numbers.read().tolist() == [1, 5 * TIMES, 2.5 * TIMES]
