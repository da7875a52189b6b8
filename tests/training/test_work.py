"""Which fit comes next, worked out by hand."""

import pytest

from workbench.specs import CandidateSpec
from workbench.training.scoring import Task
from workbench.training.work import Work, ordered

SECONDS = {"baseline": 0.5, "logistic": 0.1, "decision_tree": 0.2, "extra_trees": 2.0, "random_forest": 8.0}


def tasks(*kinds, folds=2, preparation=""):
    return [Task(CandidateSpec(kind=kind), fold, preparation) for kind in kinds for fold in range(folds)]


@pytest.mark.parametrize(
    "n_jobs, folds, expected",
    [
        (1, 2, "baseline 0 1, logistic 0 1, decision_tree 0 1, extra_trees 0 1, random_forest 0 1"),
        # While one core has the last forest, 8 s, the other one has four of the extra trees, 2 s each.
        (2, 5, "baseline 0 1 2 3 4, logistic 0 1 2 3 4, decision_tree 0 1 2 3 4, extra_trees 0, "
               "random_forest 0 1 2 3 4, extra_trees 1 2 3 4"),
        # Three other cores to fill: even all extra trees are too few, and the short ones help nobody.
        (4, 2, "baseline 0 1, logistic 0 1, decision_tree 0 1, random_forest 0 1, extra_trees 0 1"),
    ],
)  # fmt: skip
def test_the_cheapest_first_and_no_long_one_at_the_end(n_jobs, folds, expected):
    given = tasks("random_forest", "logistic", "extra_trees", "baseline", "decision_tree", folds=folds)
    wanted = []
    for part in expected.split(", "):
        kind, *numbers = part.split()
        wanted += [(kind, int(number)) for number in numbers]
    assert [task.pair for task in ordered(given, SECONDS, n_jobs)] == wanted


def test_what_was_measured_takes_the_place_of_what_was_predicted():
    work = Work(tasks("logistic", "decision_tree", folds=2), SECONDS)
    first = work.take()
    assert first.pair == ("logistic", 0)
    work.done(first, seconds=5.0)
    assert [work.take().pair for _ in range(3)] == [("decision_tree", 0), ("decision_tree", 1), ("logistic", 1)]
    assert work.take() is None


def test_in_order_means_in_order():
    work = Work(tasks("random_forest", "logistic", folds=1), SECONDS, in_order=True)
    assert [work.take().pair for _ in range(2)] == [("random_forest", 0), ("logistic", 0)]


def test_columns_that_are_being_prepared_are_not_waited_for():
    first, second = Task(CandidateSpec(kind="logistic"), 0, "a"), Task(CandidateSpec(kind="decision_tree"), 0, "a")
    other = Task(CandidateSpec(kind="random_forest"), 0, "b")
    work = Work([first, second, other], SECONDS)
    assert work.take() == first
    assert work.take() == other  # the tree is cheaper, but its columns are being prepared
    assert work.done(first, 0.1) == []
    assert work.take() == second
    assert work.done(second, 0.1) == ["a"]  # nobody needs them now
    assert work.done(other) == ["b"]


def test_a_candidate_that_failed_is_not_tried_again():
    work = Work(tasks("logistic", "decision_tree", folds=2), SECONDS)
    work.take()
    assert work.fail("logistic")
    assert not work.fail("logistic")
    assert work.seconds() == pytest.approx(0.4)
    assert work.take().pair == ("decision_tree", 0)
    work.stop()
    assert work.take() is None


def test_what_learns_is_scored_after_one_fold_of_the_baseline():
    work = Work(tasks("baseline", "random_forest", "logistic", folds=3), {"baseline": 0.1, **SECONDS})
    taken = [work.take().pair for _ in range(4)]
    assert taken == [("baseline", 0), ("logistic", 0), ("baseline", 1), ("baseline", 2)]
