"""The final test: rows nothing has seen, scores with intervals, and whether cross-validation had promised as much."""

import numpy as np
import pandas as pd
import pytest

from workbench import training
from workbench.errors import NotFound, NotPossible
from workbench.modeling.locking import locked_rows
from workbench.modeling.metrics import score_all
from workbench.modeling.planning import plan_experiment
from workbench.specs import CandidateSpec, ColumnSpec, Draft, DropMissing, FilterRows, Recipe, Schema, SplitSpec
from workbench.training import bootstrap
from workbench.training.bootstrap import score_intervals
from workbench.training.final_test import (
    AS_EXPECTED,
    HIGHER,
    LOWER,
    Balance,
    FinalTest,
    final_test,
    judge,
    promised_by,
    promised_in,
    test_on,
)
from workbench.training.labelled import labelled_rows, shared_rows
from workbench.training.optimism import optimism_gap

SCHEMA = Schema(
    columns=(
        ColumnSpec(name="id", meaning="identifier"),
        ColumnSpec(name="shop", meaning="category"),
        ColumnSpec(name="size", meaning="number"),
        ColumnSpec(name="sold", meaning="yes_no"),
    )
)


def sales(n_rows=200, seed=0):
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, n_rows).round(3)
    return pd.DataFrame(
        {
            "id": pd.Series([f"{seed}-{row}" for row in range(n_rows)], dtype="str"),
            "shop": pd.Series([f"s{row % 20}" for row in range(n_rows)], dtype="str"),
            "size": size,
            "sold": pd.Series(np.where(size + rng.normal(0, 0.7, n_rows) > 0, "yes", "no"), dtype="str"),
        }
    )


def spec_of(table, **choices):
    asked = {"candidates": (CandidateSpec(kind="logistic"),), "split": SplitSpec(folds=3), **choices}
    return plan_experiment(table, SCHEMA, Draft(target="sold", **asked)).spec


@pytest.fixture(scope="module", autouse=True)
def few_draws():
    """Draw less often than the app does, where a test does not say how often: it takes a second each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "DRAWS", 40)
        yield


@pytest.fixture(scope="module")
def question():
    table = sales()
    spec = spec_of(table, locked=0.25)
    return table, spec, training.fit(table, spec, "logistic"), training.cross_validate(table, spec, n_jobs=1)


@pytest.fixture(scope="module")
def tested(question):
    table, spec, model, evaluation = question
    return final_test(model, spec, table, promised_by(evaluation, "logistic"))


def test_the_model_and_its_folds_never_see_the_locked_rows(question):
    table, spec, model, evaluation = question
    locked = locked_rows(table, spec)
    assert locked.sum() == 50
    assert set(evaluation.out_of_fold("logistic")["row"]) == set(np.flatnonzero(~locked))
    rest = training.fit(table[~locked], spec.but(locked=0.0), "logistic")
    assert model.predict_proba(table).tolist() == rest.predict_proba(table).tolist()


def test_its_scores_are_those_of_the_locked_rows(question, tested):
    table, spec, model, _ = question
    rows = table[locked_rows(table, spec)]
    assert tested.scores == score_all(
        spec, rows["sold"].to_numpy(object), model.predict(rows), model.predict_proba(rows)
    )
    low, high = tested.intervals["roc_auc"]
    assert low < tested.scores["roc_auc"] < high
    assert tested.n_rows == 50


def test_it_says_what_cross_validation_had_promised(question, tested):
    mean = question[3].candidate("logistic").mean
    assert tested.expected["roc_auc"][0] == mean
    assert tested.sentence.startswith("On 50 rows that nothing had seen, ROC AUC is 0.")
    assert f"the scores of its run had promised {mean:.3f}: {tested.verdict}." in tested.sentence


def test_it_goes_through_json_unchanged(tested):
    assert FinalTest.from_json(tested.to_json()) == tested


def test_without_locked_rows_there_is_no_final_test(question):
    table, spec, model, _ = question
    with pytest.raises(NotPossible, match="No rows were locked away"):
        final_test(model, spec.but(locked=0.0), table)


def result(score, low, high, mean, reach=0.0, metric="roc_auc"):
    return FinalTest(metric, {metric: score}, {metric: (low, high)}, 100, {metric: (mean, 0.0)}, reach)


@pytest.mark.parametrize(
    ("found", "verdict", "worse"),
    [
        (result(0.80, 0.75, 0.85, 0.84), AS_EXPECTED, False),
        (result(0.80, 0.75, 0.85, 0.86), LOWER, True),
        (result(0.80, 0.75, 0.85, 0.86, reach=0.04), AS_EXPECTED, False),  # 0.06 < hypot(0.05, 0.04) = 0.064
        (result(0.80, 0.75, 0.85, 0.70), HIGHER, False),
        (result(3.0, 2.5, 3.5, 2.0, metric="rmse"), HIGHER, True),
        (result(3.0, 2.5, 3.5, 4.0, metric="rmse"), LOWER, False),
        (result(0.80, float("nan"), float("nan"), 0.7), "", False),
    ],
)
def test_a_score_differs_from_its_promise_where_both_uncertainties_do_not_explain_it(found, verdict, worse):
    assert (found.verdict, found.worse) == (verdict, worse)


def test_the_sentence_has_as_many_digits_as_the_interval_supports():
    found = result(0.8421, 0.8163, 0.8644, 0.8449)
    assert found.sentence == (
        "On 100 rows that nothing had seen, ROC AUC is 0.842 (95 %: 0.82 to 0.86); the scores of its run had promised "
        "0.845: as expected."
    )


def test_the_promise_has_the_interval_of_folds_that_share_their_rows(question):
    # Three folds: sample deviation is std * sqrt(3 / 2), and its mean's is that times sqrt(1 / 3 + 1 / 2).
    _, spec, _, _ = question
    found = judge(spec, *outcomes(60), promised={"roc_auc": (0.8, 0.02)})
    assert found.reach == pytest.approx(1.959964 * 0.02 * np.sqrt(1.5) * np.sqrt(5 / 6))
    later = spec.but(split=SplitSpec(kind="time", column="day", folds=3))  # one, two and three parts are learnt from
    found = judge(later, *outcomes(60), promised={"roc_auc": (0.8, 0.02)})
    assert found.reach == pytest.approx(1.959964 * 0.02 * np.sqrt(1.5) * np.sqrt(1 / 3 + (1 + 1 / 2 + 1 / 3) / 3))
    assert judge(spec.but(split=SplitSpec(folds=1)), *outcomes(60), promised={"roc_auc": (0.8, 0.0)}).reach == 0


def outcomes(n_rows):
    actual = np.where(np.arange(n_rows) % 3 == 0, "yes", "no").astype(object)
    chance = np.where(np.arange(n_rows) % 5 == 0, 0.9, 0.2)
    return actual, np.where(chance > 0.5, "yes", "no").astype(object), np.column_stack([1 - chance, chance])


def test_the_share_that_was_expected_stands_beside_the_one_that_came(question):
    found = judge(question[1], *outcomes(60)).balance[0]
    assert (found.label, found.actual) == ("yes", pytest.approx(1 / 3))
    assert found.predicted == pytest.approx(0.2 * 0.9 + 0.8 * 0.2)  # 0.34
    assert not found.off
    assert Balance("yes", 0.5, 0.3, 0.1).off
    words = FinalTest("roc_auc", {}, {}, 1, {}, balance=(Balance("yes", 0.5, 0.3, 0.1),)).balance_said("sold")
    assert words == ("It expected 50 % of the rows to have sold = yes; 30 % had: further apart than chance explains.")


def test_several_classes_and_amounts_are_judged_too(question):
    several = question[1].but(task="multiclass", classes=("a", "b", "c"), positive=None, metric="log_loss")
    actual = np.array(["a", "b", "c", "c"] * 10, dtype=object)
    chances = np.tile([0.25, 0.25, 0.5], (40, 1))
    found = judge(several, actual, np.full(40, "c", dtype=object), chances)
    assert found.scores["log_loss"] == pytest.approx(-np.log([0.25, 0.25, 0.5, 0.5]).mean())
    assert [(each.label, each.predicted, each.actual) for each in found.balance] == [
        ("a", 0.25, 0.25),
        ("b", 0.25, 0.25),
        ("c", 0.5, 0.5),
    ]
    amount = several.but(task="regression", classes=(), metric="rmse")
    found = judge(amount, np.array([1.0, 2.0, 3.0, 6.0]), np.array([2.0, 3.0, 4.0, 7.0]))
    assert found.scores["rmse"] == 1.0 and found.intervals["rmse"] == (1.0, 1.0)
    (mean,) = found.balance
    assert (mean.label, mean.predicted, mean.actual, mean.off) == (None, 4.0, 3.0, True)
    assert found.balance_said("price") == (
        "On average it predicted a “price” of 4; it was 3: further apart than chance explains."
    )


def test_intervals_are_those_of_the_normal_law_where_it_holds(question):
    spec = question[1].but(task="regression", classes=(), positive=None, metric="mae")
    rng = np.random.default_rng(1)
    error = rng.normal(0, 1, 4000)
    low, high = score_intervals(spec, error, np.zeros(4000), draws=400)["mae"]
    reach = 1.96 * np.abs(error).std() / np.sqrt(4000)
    assert (high - low) / 2 == pytest.approx(reach, rel=0.15)
    assert score_intervals(spec, error, np.zeros(4000), draws=400)["mae"] == (low, high)
    # Of many rows some are drawn, and the distances shrunk: as wide as with all of them.
    many = np.tile(error, 5)
    low, high = score_intervals(spec, many, np.zeros(20_000), draws=400)["mae"]
    assert (high - low) / 2 == pytest.approx(reach / np.sqrt(5), rel=0.15)


def test_rows_of_a_group_are_drawn_together(question):
    spec = question[1].but(task="regression", classes=(), positive=None, metric="mae")
    error = np.random.default_rng(1).normal(0, 1, 300)
    alone = score_intervals(spec, error, np.zeros(300), draws=400)["mae"]
    # Each row nine times over: to draw rows singly would claim an interval a third as wide.
    groups = np.repeat(np.arange(300), 9)
    together = score_intervals(spec, np.repeat(error, 9), np.zeros(2700), groups=groups, draws=400)["mae"]
    assert np.ptp(together) == pytest.approx(np.ptp(alone), rel=0.15)


def test_a_metric_that_is_not_defined_has_no_interval(question):
    actual = np.array(["no"] * 20, dtype=object)
    found = judge(question[1], actual, actual, np.column_stack([np.full(20, 0.9), np.full(20, 0.1)]))
    assert np.isnan(found.intervals["roc_auc"]).all() and found.intervals["accuracy"] == (1.0, 1.0)
    assert found.sentence == "On 20 rows that nothing had seen, ROC AUC is not defined."


def test_grouped_rows_are_tested_as_groups():
    table = sales()
    spec = spec_of(table, locked=0.25, split=SplitSpec(kind="group", column="shop", folds=3))
    model = training.fit(table, spec, "logistic")
    found = final_test(model, spec, table)
    rows = table[locked_rows(table, spec)]
    assert found.n_rows == len(rows) == 50 and rows["shop"].nunique() == 5
    predicted, chances = model.predict(rows), model.predict_proba(rows)
    groups = rows["shop"].to_numpy(object)
    assert found.intervals == score_intervals(spec, rows["sold"].to_numpy(object), predicted, chances, groups)


def test_how_much_chance_flatters_is_measured_without_the_locked_rows():
    table = sales(120)
    spec = spec_of(table, locked=0.25)
    against = SplitSpec(kind="group", column="shop", folds=3)
    turned = table.copy()
    turned.loc[locked_rows(table, spec), "size"] = 99.0
    found, again = (optimism_gap(rows, spec, against=against) for rows in (table, turned))
    assert (found.random, found.suggested, found.n_known) == (again.random, again.suggested, 90)


def test_another_file_is_read_by_the_rules_of_the_first(question):
    _, spec, model, _ = question
    other = sales(80, seed=1)
    written = other.astype(str).assign(extra="x")
    labelled = labelled_rows(written, SCHEMA, spec, "test.csv")
    assert labelled.n_file_rows == 80 and labelled.notes == ()
    found = test_on(model, spec, labelled)
    assert found.scores["accuracy"] == pytest.approx((model.predict(other) == other["sold"]).mean())


def test_what_of_another_file_cannot_be_compared_is_told(question):
    _, spec, _, _ = question
    spec = spec.but(recipe=Recipe(rows=(FilterRows(column="size", operator="at_most", values=(1.0,)),)))
    other = sales(80, seed=1).astype(str)
    other["size"] = [str(row) for row in range(80)]  # only 0 and 1 pass the filter
    other.loc[1, "sold"] = ""
    other.loc[2:5, "size"] = ["0.5", "?", "0.5", "0.5"]
    other.loc[4, "sold"] = "maybe"
    labelled = labelled_rows(other, SCHEMA, spec, "test.csv")
    assert labelled.inputs.index.tolist() == [0, 2, 5]
    assert labelled.notes == (
        "“size”: 1 value does not fit and counts as blank, such as “?”.",
        "75 of its 80 rows are left out by your row steps.",
        "1 of its rows has no value in “sold”.",
        "1 row has a “sold” that the model does not know (“maybe”; it knows “no”, “yes”): left out.",
    )


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda table: table.drop(columns="sold"), NotFound, "no column “sold” in test.csv"),
        (lambda table: table.drop(columns=["shop", "size"]), NotFound, "test.csv lacks 2: “shop”, “size”"),
        (lambda table: table.assign(size="large"), NotPossible, "“size” holds something else in test.csv: 200 of"),
        (lambda table: table.assign(sold="perhaps"), NotPossible, "No row of test.csv has a “sold”"),
    ],
)
def test_another_file_that_does_not_fit_is_refused_in_words(question, change, kind, words):
    table, spec, _, _ = question
    with pytest.raises(kind, match=words):
        labelled_rows(change(table), SCHEMA, spec, "test.csv")


def test_a_row_step_is_skipped_where_it_is_not_known_how_to_read_its_column(question):
    _, spec, _, _ = question
    spec = spec.but(recipe=Recipe(rows=(DropMissing(column="id"),)))
    known = Schema(columns=(*spec.columns, spec.target_column))
    labelled = labelled_rows(sales(30).astype(str), known, spec, "test.csv")
    assert len(labelled.target) == 30 and "row step about “id” was not applied" in labelled.notes[0]


def test_rows_in_both_files_are_counted():
    schema = Schema(columns=(ColumnSpec(name="a", meaning="number"), ColumnSpec(name="b", meaning="category")))
    raw = pd.DataFrame({"a": ["1", "", "3", "1.0"], "b": ["x", "y", "z", "x "], "more": "?"})
    table = pd.DataFrame({"a": [np.nan, 1.0, 9.0], "b": ["y", "x", "z"], "c": [0, 0, 0]})
    assert shared_rows(raw, table, schema) == 3


def test_a_bundle_s_promise_is_read_from_its_manifest():
    manifest = {"scores": {"metrics": {"rmse": {"mean": 2.0, "std": 0.5}, "r2": {"mean": None, "std": None}}}}
    found = promised_in(manifest)
    assert found["rmse"] == (2.0, 0.5) and np.isnan(found["r2"]).all()
    assert promised_in({"scores": None}) == {}
