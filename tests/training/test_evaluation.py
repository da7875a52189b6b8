"""Evaluations put together from fold scores, as the store does it."""

import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ModelUnusable, NotFound
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

SPEC = ExperimentSpec(
    dataset="0" * 64,
    target="y",
    task="binary",
    classes=("No", "Yes"),
    positive="Yes",
    columns=(ColumnSpec(name="x", meaning="number"),),
    target_column=ColumnSpec(name="y", meaning="yes_no"),
    candidates=tuple(CandidateSpec(kind=kind) for kind in ("baseline", "logistic", "random_forest", "decision_tree")),
    split=SplitSpec(folds=2),
    metric="roc_auc",
)


def fold_score(key, fold, value, **more):
    rows = np.array([fold + 2, fold])
    facts = {
        "scores": {"roc_auc": value, "accuracy": 0.5},
        "fit_seconds": 1.0,
        "score_seconds": 0.25,
        "rows": rows,
        "actual": np.array(["Yes", "No"], dtype=object),
        "predicted": np.array(["No", "No"], dtype=object),
        "probabilities": np.array([[0.75, 0.25], [1.0, 0.0]]),
    }
    return FoldScore(key, fold, **{**facts, **more})


def two_folds(key, first, second):
    return (fold_score(key, 0, first), fold_score(key, 1, second))


def same(one, other):
    assert (one.candidate, one.fold, one.warnings) == (other.candidate, other.fold, other.warnings)
    assert one.scores == pytest.approx(other.scores, abs=0, nan_ok=True)
    assert (one.fit_seconds, one.score_seconds) == (other.fit_seconds, other.score_seconds)
    for name in ("rows", "actual", "predicted"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert [type(value) for value in getattr(one, name).tolist()] == [
            type(value) for value in getattr(other, name).tolist()
        ]
    if one.probabilities is None:
        assert other.probabilities is None
    else:
        assert np.array_equal(one.probabilities, other.probabilities)


def test_mean_and_spread_are_those_of_the_folds():
    score = Evaluation(SPEC, two_folds("logistic", 0.8, 0.9)).candidate("logistic")
    assert score.mean == pytest.approx(0.85)
    assert score.std == pytest.approx(0.05)
    assert score.scores == {"roc_auc": (0.8, 0.9), "accuracy": (0.5, 0.5)}
    assert (score.fit_seconds, score.score_seconds) == (2.0, 0.5)
    assert score.complete


def test_folds_are_in_order_whatever_the_order_they_finished_in():
    score = Evaluation(SPEC, two_folds("logistic", 0.8, 0.9)[::-1]).candidate("logistic")
    assert score.folds == (0, 1)
    assert score.scores["roc_auc"] == (0.8, 0.9)


def test_best_first_unfinished_later_failed_last():
    folds = (
        *two_folds("baseline", 0.5, 0.5),
        *two_folds("random_forest", 0.8, 0.9),
        fold_score("decision_tree", 0, 0.99),
        fold_score("logistic", 0, 0.99),
    )
    evaluation = Evaluation(SPEC, folds, {"logistic": "It failed."})
    ordered = evaluation.candidates()
    assert [score.key for score in ordered] == ["random_forest", "baseline", "decision_tree", "logistic"]
    assert [score.complete for score in ordered] == [True, True, False, False]
    assert ordered[-1].error == "It failed."
    assert math.isnan(ordered[-1].mean)
    assert evaluation.best() == "random_forest"
    assert evaluation.baseline().mean == 0.5


def test_lower_is_better_for_losses():
    spec = SPEC.but(metric="log_loss")
    folds = [
        fold_score(key, fold, 0.5, scores={"log_loss": loss})
        for key, loss in (("logistic", 0.4), ("random_forest", 0.3))
        for fold in (0, 1)
    ]
    assert Evaluation(spec, tuple(folds)).best() == "random_forest"


def test_best_learned_even_where_guessing_scores_better():
    folds = (*two_folds("baseline", 0.5, 0.5), *two_folds("logistic", 0.4, 0.4))
    assert Evaluation(SPEC, folds).best() == "logistic"


def test_baseline_is_best_only_where_nothing_else_is_complete():
    folds = (*two_folds("baseline", 0.5, 0.5), fold_score("logistic", 0, 0.9))
    assert Evaluation(SPEC, folds).best() == "baseline"
    assert Evaluation(SPEC).best() is None


def test_undefined_folds_are_left_out_of_the_mean():
    score = Evaluation(SPEC, two_folds("logistic", float("nan"), 0.9)).candidate("logistic")
    assert score.mean == 0.9 and np.isnan(score.std)
    assert score.complete
    never = Evaluation(SPEC, two_folds("logistic", float("nan"), float("nan"))).candidate("logistic")
    assert not never.complete


def test_a_deviance_that_predictions_leave_undefined_is_not_judged_by_the_other_folds():
    spec = SPEC.but(task="regression", classes=(), positive=None, metric="poisson_deviance")
    folds = [
        fold_score(key, fold, 0.5, scores={"poisson_deviance": value})
        for key, values in (("logistic", (0.1, float("nan"))), ("random_forest", (0.9, 1.1)))
        for fold, value in enumerate(values)
    ]
    found = Evaluation(spec, tuple(folds))
    assert found.best() == "random_forest"
    assert np.isnan(found.candidate("logistic").mean) and not found.candidate("logistic").complete


def test_out_of_fold_predictions_stand_by_row():
    frame = Evaluation(SPEC, two_folds("logistic", 0.8, 0.9)).out_of_fold("logistic")
    assert list(frame.columns) == ["row", "fold", "actual", "prediction", "probability_No", "probability_Yes"]
    assert frame["row"].tolist() == [0, 1, 2, 3]
    assert frame["fold"].tolist() == [0, 1, 0, 1]
    assert frame["actual"].tolist() == ["No", "No", "Yes", "Yes"]
    assert frame["probability_Yes"].tolist() == [0.0, 0.0, 0.25, 0.25]


def test_no_predictions_yet_says_so():
    with pytest.raises(NotFound, match="no predictions yet"):
        Evaluation(SPEC).out_of_fold("logistic")
    with pytest.raises(NotFound, match="It failed"):
        Evaluation(SPEC, (), {"logistic": "It failed."}).out_of_fold("logistic")


def test_warnings_are_kept_once():
    folds = [fold_score("logistic", fold, 0.8, warnings=("did not converge",)) for fold in (0, 1)]
    assert Evaluation(SPEC, tuple(folds)).candidate("logistic").warnings == ("did not converge",)


LABELS = st.one_of(
    st.lists(st.text(), min_size=1, max_size=8), st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=8)
)


@given(labels=LABELS, value=st.floats(allow_nan=True, allow_infinity=False))
def test_bytes_and_back(labels, value):
    dtype = object if isinstance(labels[0], str) else np.int64
    given_score = fold_score(
        "mlp-12345678",
        3,
        value,
        rows=np.arange(len(labels)),
        actual=np.array(labels, dtype=dtype),
        predicted=np.array(labels[::-1], dtype=dtype),
        probabilities=np.full((len(labels), 2), 0.5),
        warnings=("“ä” did not converge",),
    )
    same(FoldScore.from_bytes(given_score.to_bytes()), given_score)


def test_bytes_and_back_for_amounts():
    amounts = np.array([1.5, -2.25])
    given_score = fold_score("ridge", 0, 1.0, actual=amounts, predicted=amounts, probabilities=None)
    same(FoldScore.from_bytes(given_score.to_bytes()), given_score)


def test_scores_on_the_training_rows_are_kept_with_the_others():
    given_score = fold_score("logistic", 0, 0.8, train_scores={"roc_auc": 0.96, "accuracy": 0.75})
    assert FoldScore.from_bytes(given_score.to_bytes()).train_scores == {"roc_auc": 0.96, "accuracy": 0.75}
    assert FoldScore.from_bytes(fold_score("logistic", 0, 0.8).to_bytes()).train_scores == {}


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:100], lambda data: b"x" + data[50:]])
def test_damaged_bytes_are_refused(damage):
    data = fold_score("logistic", 0, 0.8).to_bytes()
    with pytest.raises(ModelUnusable, match="cannot be read"):
        FoldScore.from_bytes(damage(data))


def test_bytes_hold_no_pickle():
    data = fold_score("logistic", 0, 0.8).to_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind != "O" for name in archive.files)
