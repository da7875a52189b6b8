"""What the autopilot begins with, and how a kind is varied."""

import pytest

from workbench.modeling import boosting_kinds, models, portfolio, split_plan
from workbench.specs import SplitSpec


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("n_rows", [200, 50_000])
def test_starters_suit_the_task_and_their_settings_are_allowed(task, n_rows):
    candidates = portfolio.starters(task, n_rows, 10, 0 if task == "regression" else 3)
    assert len({candidate.key for candidate in candidates}) == len(candidates) >= 5
    for candidate in candidates:
        assert task in models.model(candidate.kind).tasks
        models.model(candidate.kind).check(candidate.hyperparameters)


def test_starters_are_of_the_kinds_that_may_be_used():
    candidates = portfolio.starters("binary", 1_000, 10, 2, kinds=("logistic", "extra_trees"))
    assert {candidate.kind for candidate in candidates} == {"logistic", "extra_trees"}


def test_kernels_are_for_small_tables():
    kinds = [candidate.kind for candidate in portfolio.starters("binary", 100_000, 10, 2)]
    assert "support_vector_machine" not in kinds
    assert "support_vector_machine" in [c.kind for c in portfolio.starters("binary", 1_000, 10, 2)]


@pytest.mark.parametrize("kind", [kind.name for kind in models.MODELS if portfolio.bounds(kind.name)])
def test_variations_are_allowed_and_the_same_again(kind):
    drawn = [portfolio.variation(kind, number, seed=3) for number in range(8)]
    for candidate in drawn:
        models.model(kind).check(candidate.hyperparameters)
    assert drawn == [portfolio.variation(kind, number, seed=3) for number in range(8)]
    assert len({candidate.key for candidate in drawn}) >= 7
    assert drawn[-1] != portfolio.variation(kind, 7, seed=4)


def test_small_tables_are_divided_more_than_once_and_huge_ones_a_single_time():
    assert portfolio.folds_for(800, 60) == (5, 3)
    assert portfolio.folds_for(800, 15) == (5, 1)
    assert portfolio.folds_for(20_000, 60) == (5, 1)
    assert portfolio.folds_for(1_000_000, 60) == (1, 1)


def test_an_autopilot_with_time_divides_few_rows_more_than_once():
    few = split_plan.decided(SplitSpec(folds=0), 800, 60.0)[0]
    assert (few.folds, few.repeats) == (5, 3)
    assert split_plan.decided(SplitSpec(folds=0), 800)[0].repeats == 1
    assert split_plan.decided(SplitSpec(folds=0), 3_000, 60.0)[0].repeats == 1
    assert split_plan.decided(SplitSpec(kind="time", column="day", folds=0), 800, 60.0)[0].repeats == 1


def test_boosting_libraries_can_be_set_aside(monkeypatch):
    monkeypatch.setenv("WORKBENCH_WITHOUT", "lightgbm, xgboost,catboost")
    assert boosting_kinds.installed() == ()
    monkeypatch.delenv("WORKBENCH_WITHOUT")
    assert {kind.name for kind in boosting_kinds.installed()} <= {"lightgbm", "xgboost", "catboost"}


def test_a_wide_network_is_for_classes_of_many_columns():
    def largest(task, n_columns):
        found = portfolio.starters(task, 1_000, n_columns, 0 if task == "regression" else 3)
        return max(candidate.hyperparameters.get("hidden_units", 0) for candidate in found)

    assert largest("multiclass", 64) == 256
    assert largest("multiclass", 10) == largest("regression", 64) == 48
