"""When an autopilot calibrates what is best: not where that spoils what the person asked for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from workbench.errors import NotPossible
from workbench.modeling import metrics
from workbench.modeling.planning import plan_experiment
from workbench.runtime.ensembles import calibrated
from workbench.specs import AutopilotSpec, CandidateSpec, ColumnSpec, Draft, Schema, SplitSpec
from workbench.training.calibration import calibration
from workbench.training.combination import calibrated_variant, combine
from workbench.training.course import MemoryLedger, Race
from workbench.training.evaluation import FoldScore

N, FOLDS = 2_000, 5
SCHEMA = Schema(columns=(ColumnSpec(name="size", meaning="number"), ColumnSpec(name="ill", meaning="yes_no")))


def combined(n_rows=N, *, autopilot=True, **wishes):
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
    if autopilot:
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


def test_a_variant_that_was_asked_for_predicts_each_part_by_a_correction_without_it():
    evaluation = combined(autopilot=False)
    variant = calibrated_variant(evaluation, "decision_tree")
    assert variant.helps and variant.after < variant.before - 0.1
    known = [(score.actual, score.probabilities) for score in evaluation.fold_scores]
    losses = []
    for fold, (score, (actual, chances)) in enumerate(zip(variant.fold_scores, known, strict=True)):
        others = [one for number, one in enumerate(known) if number != fold]
        codes = (np.concatenate([answers for answers, _ in others]) == "yes").astype(int)
        expected = calibrated(chances, calibration(np.concatenate([values for _, values in others]), codes))
        assert score.fold == fold and score.rows.tolist() == evaluation.fold_scores[fold].rows.tolist()
        np.testing.assert_allclose(score.probabilities, expected, rtol=1e-9)
        losses.append(log_loss(actual, expected, labels=["no", "yes"]))
        assert score.scores["roc_auc"] == pytest.approx(evaluation.fold_scores[fold].scores["roc_auc"], abs=1e-12)
    assert variant.after == pytest.approx(np.mean(losses), abs=1e-9)


@pytest.mark.parametrize(("metric", "best"), [("roc_auc", "decision_tree"), ("log_loss", "ensemble")])
def test_a_variant_is_best_where_its_score_is(metric, best):
    evaluation = combined(autopilot=False, metric=metric)
    variant = calibrated_variant(evaluation, "decision_tree")
    spec = evaluation.spec.but(candidates=(*evaluation.spec.candidates, variant.candidate))
    more = replace(evaluation, spec=spec, fold_scores=(*evaluation.fold_scores, *variant.fold_scores))
    assert spec.candidate(more.best()).kind == best


def test_what_cannot_be_calibrated_says_why():
    with pytest.raises(NotPossible, match="on purpose"):
        calibrated_variant(combined(autopilot=False, class_weight="balanced"), "decision_tree")
    with pytest.raises(NotPossible, match="50 tested rows"):
        calibrated_variant(combined(45, autopilot=False), "decision_tree")
    with pytest.raises(NotPossible, match="single estimator"):
        calibrated_variant(combined(autopilot=False), "baseline")
