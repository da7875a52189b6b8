"""When an autopilot calibrates what is best: not where that spoils what the person asked for."""

import numpy as np
import pandas as pd
import pytest

from workbench.modeling import metrics
from workbench.modeling.planning import plan_experiment
from workbench.specs import AutopilotSpec, CandidateSpec, ColumnSpec, Draft, Schema, SplitSpec
from workbench.training.combination import combine
from workbench.training.course import MemoryLedger, Race
from workbench.training.evaluation import FoldScore

N, FOLDS = 2_000, 5
SCHEMA = Schema(columns=(ColumnSpec(name="size", meaning="number"), ColumnSpec(name="ill", meaning="yes_no")))


def combined(n_rows=N, **wishes):
    """A race with one candidate whose chances are far too high for a rare class, after its end."""
    rng = np.random.default_rng(0)
    truth = 0.3 * rng.random(n_rows) ** 2
    ill = np.where(rng.random(n_rows) < truth, "yes", "no").astype(object)
    ill[::FOLDS] = "yes" if n_rows < N else ill[::FOLDS]  # of few rows each class is in every fold
    table = pd.DataFrame({"size": truth, "ill": pd.Series(ill, dtype="str")})
    tree = CandidateSpec(kind="decision_tree")
    draft = Draft(target="ill", candidates=(tree,), split=SplitSpec(folds=FOLDS), autopilot=AutopilotSpec(), **wishes)
    spec = plan_experiment(table, SCHEMA, draft).spec
    race = Race(None, MemoryLedger(spec))
    odds = 10 * truth / (1 - truth)
    chances = np.column_stack([1 / (1 + odds), odds / (1 + odds)])
    predicted = np.where(chances[:, 1] > chances[:, 0], "yes", "no").astype(object)
    for fold, rows in enumerate(np.array_split(np.arange(n_rows), FOLDS)):
        scores = metrics.score_all(spec, ill[rows], predicted[rows], chances[rows])
        race.keep(FoldScore(tree.key, fold, scores, 0.1, 0.0, rows, ill[rows], predicted[rows], chances[rows]))
    combine(race)
    return race.evaluation


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_chances_that_are_too_high_are_put_right(metric):
    found = combined(metric=metric)
    assert found.spec.candidate(found.best()).kind == "ensemble"
    before, after = (found.candidate(key).spread("log_loss")[0] for key in ("decision_tree", found.best()))
    assert after < before - 0.1


@pytest.mark.parametrize(("n_rows", "best"), [(45, "decision_tree"), (60, "ensemble")])
def test_few_rows_teach_no_certainty(n_rows, best):
    found = combined(n_rows, metric="log_loss")
    assert found.spec.candidate(found.best()).kind == best


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy"])
def test_a_metric_of_labels_is_not_made_worse(metric):
    found = combined(metric=metric)
    assert found.best() == "decision_tree"


def test_a_metric_of_labels_may_gain():
    found = combined(metric="accuracy")
    before, after = (found.candidate(key).mean for key in ("decision_tree", found.best()))
    assert found.best() != "decision_tree" and after > before


def test_rare_answers_go_on_counting_more_where_that_was_asked_for():
    assert combined(metric="roc_auc", class_weight="balanced").best() == "decision_tree"
