"""Results of made-up fold scores, against scikit-learn, brute force and figures worked out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn_metrics

from workbench import charts, results
from workbench.errors import NotPossible
from workbench.results.candidates.board import near_best
from workbench.results.quality.classes import rows_of_cell
from workbench.results.quality.headlines import reach
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, LeftOut, SplitSpec
from workbench.training import Evaluation, FoldScore

CLASSES = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c"), "regression": ()}
MAIN = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def spec_for(task, kinds=("baseline", "random_forest", "decision_tree"), folds=2):
    return ExperimentSpec(
        dataset="0" * 64,
        target="Churn" if task != "regression" else "charges",
        task=task,
        classes=CLASSES[task],
        positive="Yes" if task == "binary" else None,
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="y", meaning="number", unit="€" if task == "regression" else ""),
        candidates=tuple(CandidateSpec(kind=kind) for kind in kinds),
        split=SplitSpec(folds=folds),
        metric=MAIN[task],
    )


def class_fold(key, fold, actual, probabilities, score, spec):
    labels = np.array(spec.classes, dtype=object)
    probabilities = np.asarray(probabilities, dtype=float)
    rows = np.arange(len(actual)) * 2 + fold
    predicted = labels[probabilities.argmax(axis=1)]
    actual = np.array(actual, dtype=object)
    return FoldScore(key, fold, {spec.metric: score}, 1.0, 0.1, rows, actual, predicted, probabilities)


def amount_fold(key, fold, actual, predicted, score):
    rows = np.arange(len(actual)) * 2 + fold
    return FoldScore(key, fold, {"rmse": score}, 1.0, 0.1, rows, np.array(actual), np.array(predicted))


def made(task, n_rows=200, seed=0):
    """A forest that knows something and a baseline that does not, scored on two folds."""
    spec, rng = spec_for(task), np.random.default_rng(seed)
    folds = []
    for fold in (0, 1):
        if task == "regression":
            actual = rng.normal(100, 10, n_rows)
            folds.append(amount_fold("random_forest", fold, actual, actual + rng.normal(0, 2, n_rows), 2 + fold / 10))
            folds.append(amount_fold("baseline", fold, actual, np.full(n_rows, 100.0), 10 + fold / 10))
        else:
            n_classes = len(spec.classes)
            codes = rng.integers(n_classes, size=n_rows)
            raw = rng.random((n_rows, n_classes)) + np.eye(n_classes)[codes] * 0.4
            actual = [spec.classes[code] for code in codes]
            value, guess = (0.8, 0.5) if task == "binary" else (0.7, 1.1)
            probabilities = (raw / raw.sum(axis=1, keepdims=True)).round(2)
            folds.append(class_fold("random_forest", fold, actual, probabilities, value + fold / 100, spec))
            even = np.full((n_rows, n_classes), 1 / n_classes)
            folds.append(class_fold("baseline", fold, actual, even, guess, spec))
    return Evaluation(spec, tuple(folds))


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_confusion_equals_sklearn(task):
    evaluation = made(task)
    rows = evaluation.out_of_fold("random_forest")
    labels = list(evaluation.spec.classes)
    expected = sklearn_metrics.confusion_matrix(rows["actual"], rows["prediction"], labels=labels)
    result = results.confusion(evaluation, "random_forest")
    assert result.counts.tolist() == expected.tolist()
    frame = result.frame()
    assert frame["per_1000"].sum() == pytest.approx(1000)
    assert frame.groupby("actual")["share_of_actual"].sum().tolist() == pytest.approx([1.0] * len(labels))
    assert frame.groupby("predicted")["share_of_predicted"].sum().tolist() == pytest.approx([1.0] * len(labels))


def test_rows_behind_a_cell_equal_counting():
    evaluation = made("multiclass")
    rows = evaluation.out_of_fold("random_forest")
    cells = results.confusion(evaluation, "random_forest").frame()
    for cell in cells.itertuples():
        expected = [
            row
            for row, actual, prediction in rows[["row", "actual", "prediction"]].itertuples(index=False)
            if (actual, prediction) == (cell.actual, cell.predicted)
        ]
        assert rows_of_cell(evaluation, "random_forest", cell.actual, cell.predicted).tolist() == expected
        assert len(expected) == cells.loc[cell.Index, "count"]


def test_confusion_by_hand():
    spec = spec_for("binary", folds=2)
    folds = class_fold("random_forest", 0, ["Yes", "Yes", "No", "No"], [[0.2, 0.8], [0.9, 0.1]] * 2, 0.5, spec)
    frame = results.confusion(Evaluation(spec, (folds,)), "random_forest").frame()
    assert frame["actual"].tolist() == ["No", "No", "Yes", "Yes"]
    assert frame["predicted"].tolist() == ["No", "Yes", "No", "Yes"]
    assert frame["count"].tolist() == [1, 1, 1, 1]
    assert frame["share_of_actual"].tolist() == [0.5] * 4
    assert frame["per_1000"].tolist() == [250.0] * 4


@pytest.mark.parametrize("task, labels", [("binary", ["Yes"]), ("multiclass", ["a", "b", "c"])])
def test_curves_equal_sklearn(task, labels):
    evaluation = made(task)
    rows = evaluation.out_of_fold("random_forest")
    roc = results.roc_curve(evaluation, "random_forest")
    found = results.precision_recall_curve(evaluation, "random_forest")
    assert [curve.label for curve in roc.curves] == labels
    for one, other in zip(roc.curves, found.curves, strict=True):
        actual, probability = rows["actual"] == one.label, rows[f"probability_{one.label}"]
        x, y, _ = sklearn_metrics.roc_curve(actual, probability)
        assert np.allclose(one.x, x, atol=1e-12)
        assert np.allclose(one.y, y, atol=1e-12)
        assert one.area == pytest.approx(sklearn_metrics.roc_auc_score(actual, probability), abs=1e-9)
        assert other.area == pytest.approx(sklearn_metrics.average_precision_score(actual, probability), abs=1e-9)
        assert other.share == pytest.approx(actual.mean())
        # Brute force: the share found at each threshold is what counting gives.
        for threshold, recall, precision in zip(other.thresholds[:-1], other.x, other.y, strict=False):
            taken = probability >= threshold
            assert recall == pytest.approx((taken & actual).sum() / actual.sum())
            assert precision == pytest.approx((taken & actual).sum() / taken.sum())


def test_curves_leave_out_a_class_that_no_row_has():
    spec = spec_for("multiclass")
    fold = class_fold("random_forest", 0, ["a", "b"], [[0.6, 0.4, 0.0], [0.3, 0.7, 0.0]], 0.5, spec)
    evaluation = Evaluation(spec, (fold,))
    assert [curve.label for curve in results.roc_curve(evaluation, "random_forest").curves] == ["a", "b"]


def test_residuals_by_hand():
    spec = spec_for("regression")
    fold = amount_fold("random_forest", 0, [10.0, 20.0, 30.0], [12.0, 20.0, 24.0], 1.0)
    result = results.residuals(Evaluation(spec, (fold,)), "random_forest")
    assert result.frame()["residual"].tolist() == [-2.0, 0.0, 6.0]
    assert result.finding() == "Half of all predictions of “charges” are within 2 € of the actual value"
    assert result.bias_finding() == "Predictions are too low by 1.33 € on average"
    bands = result.by_value(bands=3)
    assert bands["n_rows"].tolist() == [1, 1, 1]
    assert bands["median"].tolist() == [-2.0, 0.0, 6.0]


def test_bands_hold_every_row_once_even_where_predictions_are_equal():
    spec = spec_for("regression")
    fold = amount_fold("random_forest", 0, [1.0, 2.0, 3.0, 4.0], [5.0, 5.0, 5.0, 5.0], 1.0)
    bands = results.residuals(Evaluation(spec, (fold,)), "random_forest").by_value()
    assert bands["n_rows"].tolist() == [4]


def test_largest_errors_by_hand():
    spec = spec_for("regression")
    fold = amount_fold("random_forest", 0, [10.0, 20.0, 30.0], [12.0, 20.0, 24.0], 1.0)
    frame = results.largest_errors(Evaluation(spec, (fold,)), "random_forest", n=2).frame()
    assert frame["row"].tolist() == [4, 0]
    assert frame["error"].tolist() == [6.0, 2.0]


def test_largest_errors_of_classes_are_those_given_least_probability():
    spec = spec_for("binary")
    fold = class_fold("random_forest", 0, ["Yes", "No"], [[0.75, 0.25], [0.6, 0.4]], 0.5, spec)
    frame = results.largest_errors(Evaluation(spec, (fold,)), "random_forest").frame()
    assert frame["row"].tolist() == [0, 2]
    assert frame["error"].tolist() == pytest.approx([0.75, 0.4])
    sure = class_fold("random_forest", 0, ["Yes"], [[1 - 1e-9, 1e-9]], 0.5, spec)  # “0.000 %” says nothing
    assert results.largest_errors(Evaluation(spec, (sure,)), "random_forest").finding().endswith("under 0.1 %")


@pytest.mark.parametrize("task", list(CLASSES))
def test_views_of_the_other_kind_of_task_refuse_in_words(task):
    function = results.confusion if task == "regression" else results.residuals
    with pytest.raises(NotPossible, match="is predicted as a"):
        function(made(task), "random_forest")


def test_reach_equals_drawing_ties_at_random():
    actual = np.array([1, 0, 1, 1, 0, 0, 0, 1, 0, 0], dtype=bool)
    probability = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.4, 0.3, 0.2, 0.2, 0.1])
    # The first 3 of 10: one of the 4 is on top; the border group of 4 rows holds 2, of which 2 places draw 1.
    assert reach(actual, probability, 0.3) == pytest.approx((1 + 2 * 2 / 4) / 4)
    assert reach(actual, np.zeros(10), 0.3) == pytest.approx(0.3)
    assert reach(actual, probability, 1.0) == 1.0


def test_leaderboard_gain_is_positive_where_better_whichever_way_the_metric_points():
    for task, expected in (("binary", 0.305), ("multiclass", 0.395), ("regression", 8.0)):
        evaluation = made(task)
        board = results.leaderboard(evaluation)
        assert board["key"].tolist() == ["random_forest", "baseline", "decision_tree"]
        assert board["gain"].iloc[0] == pytest.approx(expected)
        assert board["gain"].iloc[1] == 0
        assert np.isnan(board["gain"].iloc[2])
        assert board["folds_done"].tolist() == [2, 2, 0]
        assert board["note"].iloc[2] == "0 of 2 folds are done."


def test_leaderboard_says_why_one_failed():
    evaluation = made("binary")
    failed = Evaluation(evaluation.spec, evaluation.fold_scores, {"decision_tree": "Decision tree failed: no rows."})
    board = results.leaderboard(failed)
    assert board["note"].iloc[-1] == "Decision tree failed: no rows."
    assert "Failed: Decision tree." in str(results.headline(failed))


def binary_run(first, second, *, guess=0.5, kinds=("baseline", "random_forest", "decision_tree")):
    """Ten rows a fold, two of them Yes, of which one is ranked on top; scores as given per candidate."""
    spec = spec_for("binary", kinds)
    actual = ["Yes", "Yes"] + ["No"] * 8
    yes = np.array([0.9, 0.1, 0.8, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3])
    folds = []
    for key, values in (("random_forest", first), ("decision_tree", second), ("baseline", (guess, guess))):
        for fold, value in enumerate(values):
            folds.append(class_fold(key, fold, actual, np.column_stack([1 - yes, yes]), value, spec))
    return Evaluation(spec, tuple(folds))


def test_headline_for_two_classes():
    told = results.headline(binary_run((0.80, 0.84), (0.60, 0.62)))
    assert told.sentence == (
        "Picking the 20 % of rows ranked highest would reach about half (50 %) of those with Churn = Yes; "
        "picking at random would reach 20 %."
    )
    assert told.notes == ("Random forest, ROC AUC 0.820 ± 0.020 over 2 folds; guessing 0.500. Higher is better.",)
    assert told.beats_baseline


def test_headline_says_what_is_too_close_to_call():
    told = results.headline(binary_run((0.80, 0.84), (0.80, 0.82)))
    assert told.notes[1] == (
        "Too close to call: Decision tree (0.810) is not told apart from Random forest. "
        "Recommended: Decision tree, the simplest of them and the fastest to serve."
    )
    board = results.leaderboard(binary_run((0.80, 0.84), (0.80, 0.82)))
    assert board.set_index("key")["tied"].to_dict() == {"random_forest": True, "decision_tree": True, "baseline": False}
    assert [score.key for score in near_best(binary_run((0.80, 0.84), (0.60, 0.62)))] == []


@pytest.mark.parametrize(
    "scores, words", [((0.45, 0.61), "not better than guessing"), ((0.3, 0.3), "worse than guess")]
)
def test_headline_admits_that_nothing_was_learned(scores, words):
    told = results.headline(binary_run(scores, (0.2, 0.2)))
    assert told.sentence.startswith("Nothing useful was learned")
    assert words in told.sentence
    assert not told.beats_baseline
    assert any(note.startswith("Picking the 20 %") for note in told.notes)


@pytest.mark.parametrize("scores", [(0.45, 0.61), (0.3, 0.3)])
def test_before_the_end_nothing_is_said_to_be_useless_or_recommended_that_is_worse_than_guessing(scores):
    told = results.headline(binary_run(scores, (0.28, 0.3)), so_far=True)
    assert told.sentence.startswith("So far: no estimator is better than guessing") and "going on" in told.sentence
    assert "Nothing useful" not in str(told)
    assert ("Recommended" in str(results.headline(binary_run((0.3, 0.3), (0.28, 0.3))))) is False
    assert results.headline(binary_run((0.80, 0.84), (0.80, 0.82)), so_far=True).sentence.startswith("So far: picking")
    assert "Recommended so far: Decision tree" in str(
        results.headline(binary_run((0.80, 0.84), (0.80, 0.82)), so_far=True)
    )


def test_headline_names_what_was_set_aside_on_suspicion_where_nothing_was_learned():
    run = binary_run((0.3, 0.3), (0.2, 0.2))
    seems = "not known when predicting, it seems: “Calls” alone nearly decides “Churn”."
    later = "known only later, it seems: “Ended” lies after “Begun”."
    found = (LeftOut(column="Calls", reason=seems), LeftOut(column="Id", reason="every row has another value"))
    told = results.headline(replace(run, spec=run.spec.but(left_out=found))).sentence
    assert told.endswith(
        " “Calls” was set aside because it may not be known when predicting: where it will be, say so on the page "
        "Target and inputs."
    )
    both = (*found, LeftOut(column="Ended", reason=later))
    assert "“Calls” and “Ended” were set" in results.headline(replace(run, spec=run.spec.but(left_out=both))).sentence
    good = binary_run((0.80, 0.84), (0.60, 0.62))
    assert "set aside" not in str(results.headline(replace(good, spec=good.spec.but(left_out=found))))


def test_headline_for_amounts():
    spec = spec_for("regression", ("baseline", "random_forest"))
    folds = []
    for fold, off in ((0, 100.0), (1, 140.0)):
        actual = np.array([1000.0, 3000.0])
        folds.append(amount_fold("random_forest", fold, actual, actual + off, off))
        folds.append(amount_fold("baseline", fold, actual, np.full(2, 2000.0), 1000.0))
    told = results.headline(Evaluation(spec, tuple(folds)))
    assert told.sentence == (
        "Predictions of “charges” are off by 120 € on average; always guessing the mean would be off by 1,000 €."
    )


def test_headline_for_several_classes():
    evaluation = made("multiclass")
    rows = evaluation.out_of_fold("random_forest")
    right = round(100 * (rows["actual"] == rows["prediction"]).mean())
    most = rows["actual"].value_counts(normalize=True)
    assert results.headline(evaluation).sentence == (
        f"The model gives the right “Churn” for {right} % of the rows; always saying “{most.index[0]}”, the most "
        f"frequent, would be right for {round(100 * most.iloc[0])} %."
    )


def test_headline_before_the_first_result_and_after_the_last_failure():
    spec = spec_for("binary")
    assert results.headline(Evaluation(spec)).sentence == "No estimator has finished all 2 folds yet."
    failures = {candidate.key: "It has too few rows." for candidate in spec.candidates}
    assert results.headline(Evaluation(spec, (), failures)).sentence == (
        "No estimator could be scored. It has too few rows."
    )


def test_headline_while_others_are_under_way():
    assert "1 of 2 estimators not finished." in str(results.headline(made("binary")))


@pytest.mark.parametrize("task", list(CLASSES))
@pytest.mark.parametrize("kind", results.VIEWS, ids=lambda kind: kind.name)
def test_view_contract(kind, task):
    assert kind.definition.endswith(".")
    assert set(kind.charts) <= set(charts.CHARTS)
    if kind.needs_table or task not in kind.tasks:
        return
    result = kind.compute(made(task), "random_forest", None)
    assert isinstance(result.frame(), pd.DataFrame)
    assert result.finding()
    for name in kind.charts:
        assert charts.CHARTS[name](result)["layer"]


def test_right_and_wrong_says_what_guessing_would_do_and_how_many_are_found():
    spec = spec_for("binary", folds=2)
    yes = [0.8, 0.1, 0.1, 0.1]
    fold = class_fold("random_forest", 0, ["Yes", "Yes", "No", "No"], [[1 - p, p] for p in yes], 0.5, spec)
    assert results.confusion(Evaluation(spec, (fold,)), "random_forest").finding() == (
        "The right “Churn” for 3 of 4 rows (75 %); always saying “No” would be right for 2 (50 %); "
        "finds 1 of the 2 “Yes”"
    )
