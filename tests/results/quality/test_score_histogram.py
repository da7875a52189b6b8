"""How probabilities are spread by actual class, against numpy and counting."""

import numpy as np
import pytest

from tests.results.test_results import class_fold, made, spec_for
from workbench.results.quality.score_histogram import rows_of_bar, score_histogram
from workbench.training import Evaluation


def test_bars_equal_numpy():
    evaluation = made("binary")
    found = score_histogram(evaluation, "random_forest")
    rows = evaluation.out_of_fold("random_forest")
    edges = np.append(found.bars["from"], 1.0)
    for which, label, median in zip(("first", "second"), ("Yes", "No"), found.medians, strict=True):
        chances = rows.loc[rows["actual"] == label, "probability_Yes"]
        np.testing.assert_allclose(edges, np.histogram_bin_edges(chances, bins=20, range=(0, 1)), atol=1e-9)
        assert found.bars[f"n_{which}"].sum() == len(chances)
        np.testing.assert_allclose(found.bars[f"share_{which}"], np.histogram(chances, edges)[0] / len(chances))
        assert median == pytest.approx(np.quantile(chances, 0.5), abs=1e-9)
    no = rows.loc[rows["actual"] == "No", "probability_Yes"]
    assert found.overlap == pytest.approx(sum(one >= found.medians[0] for one in no) / len(no), abs=1e-9)
    assert list(found.frame())[2:4] == ["Rows: Churn = Yes", "Share of its rows: Churn = Yes"]


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_every_row_is_behind_one_bar(task):
    evaluation = made(task)
    found = score_histogram(evaluation, "random_forest")
    behind = [rows_of_bar(evaluation, "random_forest", place) for place in range(40)]
    assert [len(rows) for rows in behind] == [*found.bars["n_first"], *found.bars["n_second"]]
    rows = evaluation.out_of_fold("random_forest")
    assert sorted(np.concatenate(behind)) == rows["row"].tolist()
    if task == "binary":
        inside = rows[rows["row"].isin(behind[15])]
        assert (inside["actual"] == "Yes").all() and inside["probability_Yes"].between(0.75 - 1e-9, 0.8).all()


def test_the_finding_by_hand():
    spec = spec_for("binary")
    yes = np.array([0.9, 0.6, 0.4, 0.7, 0.2, 0.1, 0.0])
    fold = class_fold("random_forest", 0, ["Yes"] * 3 + ["No"] * 4, np.column_stack([1 - yes, yes]), 0.5, spec)
    assert score_histogram(Evaluation(spec, (fold,)), "random_forest").finding() == (
        "Half of the rows with Churn = Yes are given 60 % or more; so are 25 % of those with Churn = No"
    )


def test_nothing_is_more_than_all():
    spec = spec_for("binary")
    yes = np.array([1.0, 1.0, 0.4, 0.7, 1.0])
    fold = class_fold("random_forest", 0, ["Yes"] * 3 + ["No"] * 2, np.column_stack([1 - yes, yes]), 0.5, spec)
    assert score_histogram(Evaluation(spec, (fold,)), "random_forest").finding() == (
        "Half of the rows with Churn = Yes are given 100 %; so are 50 % of those with Churn = No"
    )


def test_of_several_classes_right_and_wrong_answers_are_told_apart():
    evaluation = made("multiclass")
    rows = evaluation.out_of_fold("random_forest")
    chances = rows[[f"probability_{label}" for label in evaluation.spec.classes]].to_numpy()
    right = np.array(evaluation.spec.classes)[chances.argmax(axis=1)] == rows["actual"].to_numpy()
    found = score_histogram(evaluation, "random_forest")
    assert found.bars["n_first"].sum() == right.sum() and found.bars["n_second"].sum() == (~right).sum()
    assert found.medians[0] == pytest.approx(np.median(chances.max(axis=1)[right]), abs=1e-12)
    assert "a right answer" in found.finding()


def test_rows_of_one_kind_only():
    spec = spec_for("binary")
    fold = class_fold("random_forest", 0, ["No", "No"], [[0.6, 0.4]] * 2, 0.5, spec)
    found = score_histogram(Evaluation(spec, (fold,)), "random_forest")
    assert found.finding() == "Every row seen so far is of one kind: Churn = No"
    assert found.bars["share_first"].isna().all() and found.bars["n_second"].sum() == 2
