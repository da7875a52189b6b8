"""What stands around a result in its report: groups of people, errors over time, pairs of columns, other runs."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from tests.results.test_report import ORIGIN, evaluation_of, read, summary_of, table_of
from workbench.errors import NotPossible
from workbench.results.candidates.runs_beside import MOST_RUNS, NOT_SCORED, OtherRun, runs_beside
from workbench.results.candidates.runs_compared import compare_runs
from workbench.results.failures.fairness import fairness
from workbench.results.failures.people import about_people
from workbench.results.report import report_html
from workbench.results.report.groups import MARK, NO_COLUMN
from workbench.results.summary import summarise
from workbench.results.summary_json import to_json
from workbench.results.uses.interactions import Interactions, PairEffect
from workbench.results.wording import number, percent
from workbench.specs import ColumnSpec, SplitSpec
from workbench.training.evaluation import Evaluation

GENDER, WHEN = ColumnSpec(name="gender", meaning="category"), ColumnSpec(name="sold", meaning="date")
COLUMNS = (ColumnSpec(name="size", meaning="number"), ColumnSpec(name="place", meaning="category"), GENDER, WHEN)


def people_summary(task, *, unequal=False):
    table, signal = table_of(task, 400)
    gender = np.where(signal > np.median(signal), "f", "m") if unequal else np.array(["f", "m"] * 200)
    table = table.assign(gender=pd.Series(gender, dtype="str"), sold=pd.date_range("2022-01-01", periods=400, freq="D"))
    return summarise(evaluation_of(task, table, signal), "decision_tree", table, columns=COLUMNS), table


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_groups_of_people_are_compared_rate_by_rate(task):
    summary, table = people_summary(task)
    (found,) = summary.fairness
    alone = fairness(summary.evaluation, "decision_tree", table, GENDER, found.label)
    pd.testing.assert_frame_equal(found.frame(), alone.frame())
    page = read(report_html(summary)).text
    first = found.frame().iloc[0]
    said = percent(first["value"]) if found.label is not None else number(first["value"], unit="€")
    assert said in page and "gender" in page and "What this does not tell" in page
    assert ("cannot all be equal at once" in page) is (task != "regression")
    assert to_json(summary)["fairness"][0]["column"] == "gender"


def test_a_gap_beyond_chance_is_marked_and_told_on_the_first_page():
    summary, _ = people_summary("binary", unequal=True)
    html = report_html(summary)
    gap = summary.fairness[0]
    assert f'<span class="gap">{MARK}</span>' in html
    first = read(html).text
    assert "differs by “gender” beyond chance" in first[: first.index("Rows tested")]
    equal = report_html(people_summary("binary")[0])
    assert f'<span class="gap">{MARK}</span>' not in equal and "No group differs from all other rows" in equal
    assert gap.label == "yes"


def test_of_several_classes_the_rarest_is_in_question():
    summary, table = people_summary("multiclass")
    counts = table["y"].value_counts()
    assert counts[summary.fairness[0].label] == counts.min()


def test_where_no_column_is_about_people_that_is_said():
    assert NO_COLUMN in read(report_html(summary_of("binary"))).text


def test_only_columns_with_groups_are_about_people():
    names = [("gender", "text"), ("Age", "number"), ("religion", "category"), ("y_age", "number"), ("Sex", "yes_no")]
    names += [("nationality", "category")]
    found = about_people((ColumnSpec(name=name, meaning=meaning) for name, meaning in names), target="religion")
    assert [one.name for one in found] == ["Age", "Sex", "nationality"]


def test_errors_of_amounts_over_time():
    summary, table = people_summary("regression")
    rows = summary.in_time.frame()
    predictions = summary.evaluation.out_of_fold("decision_tree").sort_values("row")
    early = predictions.head(int(rows["n_rows"].iloc[0]))
    np.testing.assert_allclose(rows["mae"].iloc[0], (early["actual"] - early["prediction"]).abs().mean(), rtol=1e-12)
    page = read(report_html(summary)).text
    assert summary.in_time.finding() in page and "2022-01" in page and table["sold"].is_monotonic_increasing


def test_errors_of_classes_by_period():
    summary, table = people_summary("binary")
    found, rows = summary.in_time, summary.predictions
    quarters = table["sold"].dt.to_period("Q").to_numpy()[rows["row"] - 1]
    wrong = (rows["actual"] != rows["prediction"]).groupby(quarters).mean()
    assert found.frame()["level"].tolist() == [f"{period.year} Q{period.quarter}" for period in wrong.index]
    np.testing.assert_allclose(found.frame()["value"], wrong, rtol=1e-12)
    page = read(report_html(summary)).text
    assert found.finding() in page and found.frame()["level"].iloc[0] in page


def test_the_column_that_rows_are_divided_by_orders_them_in_time():
    table, signal = table_of("regression", 200)
    table = table.assign(sold=pd.date_range("2022-01-01", periods=200, freq="D"), step=np.arange(200.0))
    evaluation = evaluation_of("regression", table, signal, split=SplitSpec(kind="time", column="step", folds=4))
    columns = (*COLUMNS[:2], WHEN, ColumnSpec(name="step", meaning="number"))
    summary = summarise(evaluation, "decision_tree", table, columns=columns)
    assert summary.in_time.column == "step"
    read(report_html(summary))
    assert summarise(evaluation, "decision_tree", table).in_time is None  # neither column is in use


def test_pairs_that_are_worth_a_look():
    rows = pd.DataFrame(
        {
            "one": ["size", "size"], "other": ["place", "built"], "share": [0.25, 0.02], "loss": [0.4, 0.0],
            "p_value": [0.0001, 0.6], "worth": [True, False],
        }
    )  # fmt: skip
    pairs = Interactions(rows, 120)
    line = pd.DataFrame({"value": [1.0, 2.0] * 2, "other": ["north"] * 2 + ["south"] * 2, "mean": [0.1, 0.2, 0.1, 0.6]})
    grid = line.assign(value=["a", "b"] * 2)
    scale, words = ColumnSpec(name="size", meaning="number"), ColumnSpec(name="place", meaning="category")
    drawn = (PairEffect(scale, words, "y", "", "yes", line), PairEffect(words, words, "y", "", "yes", grid))
    summary = summary_of("binary", pairs=pairs, pair_effects=drawn)
    page = read(report_html(summary)).text
    assert pairs.finding() in page and drawn[0].finding() in page
    assert "25 %" in page and "40 %" in page and "built" not in page
    assert "north solid; south dashed" in page and "60 %" in page
    assert to_json(summary)["interactions"]["pairs"][0]["share"] == 0.25
    assert "was not looked for" in read(report_html(summary_of("binary"))).text


def other(number, evaluation, spec=None, comment=""):
    made = datetime(2026, 3, number, tzinfo=UTC)
    return OtherRun(number, spec or evaluation.spec, lambda: evaluation, made, comment)


def test_other_runs_stand_beside_this_one():
    table, signal = table_of("binary")
    here = evaluation_of("binary", table, signal)
    noisy = evaluation_of("binary", table, signal * 0 + np.random.default_rng(9).normal(2, 1, len(table)))
    seeded = Evaluation(noisy.spec.but(seed=7), noisy.fold_scores, noisy.failures)
    beside = runs_beside(here, "decision_tree", 3, [other(2, seeded, comment="without <size>"), other(1, here)])
    found = compare_runs(seeded, seeded.best(), here, "decision_tree", ("Run 2", "Run 3"))
    assert beside[0].sentence == found.sentence and beside[0].compared.comparison == found.comparison
    assert [each.name for each in beside[0].settings] == ["Seed of chance"] and beside[1].settings == ()
    assert beside[1].compared.comparison.difference == 0
    summary = summary_of("binary", beside=beside, n_other_runs=9, origin=replace(ORIGIN, run_number=3))
    page = read(report_html(summary)).text
    for piece in ("Run 2, 2 March 2026", found.sentence, "without <size>", "7 older ones were not compared.", "asked"):
        assert piece in page, piece
    told = to_json(summary)["other_runs"]
    assert told[0]["difference"] == pytest.approx(found.comparison.difference, abs=1e-12)
    assert [one["run_number"] for one in told] == [2, 1]


def test_a_run_that_cannot_be_compared_says_why():
    table, signal = table_of("binary")
    here = evaluation_of("binary", table, signal)
    elsewhere = Evaluation(here.spec.but(target="z"), here.fold_scores)
    empty = Evaluation(here.spec, ())

    def gone():
        raise NotPossible("Its predictions are gone.")

    runs = [other(4, elsewhere), other(5, empty), OtherRun(6, here.spec, gone)]
    beside = runs_beside(here, "decision_tree", 1, runs + [other(7, here)] * MOST_RUNS)
    assert len(beside) == MOST_RUNS
    assert "say nothing about each other" in beside[0].sentence
    assert [one.sentence for one in beside[1:3]] == [NOT_SCORED, "Its predictions are gone."]
    read(report_html(summary_of("binary", beside=beside, n_other_runs=8)))


def test_the_only_run_says_so():
    assert "This is the only run of the project" in read(report_html(summary_of("binary"))).text
