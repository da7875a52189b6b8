"""Rates of groups, counted by hand; intervals and tests as in test_chance."""

import numpy as np
import pandas as pd
import pytest

from tests.results.failures.test_slices import AGE, PLAN, made
from workbench.errors import NotPossible
from workbench.results.failures import chance
from workbench.results.failures.fairness import fairness
from workbench.results.failures.fairness_rates import RATES, rates_for
from workbench.specs import ColumnSpec, DecisionSpec, SplitSpec

SEX = ColumnSpec(name="sex", meaning="category")


def kind(name):
    return {one.name: one for one in RATES}[name]


def counted(evaluation, table, level, label="Yes"):
    rows = evaluation.out_of_fold("random_forest")
    inside = (table["plan"].fillna("blank") == level).to_numpy()[rows["row"]]
    selected, actual = (rows["prediction"] == label).to_numpy(), (rows["actual"] == label).to_numpy()
    return {
        side: {
            "selection_rate": (int((selected & where).sum()), int(where.sum())),
            "true_positive_rate": (int((selected & actual & where).sum()), int((actual & where).sum())),
            "false_positive_rate": (int((selected & ~actual & where).sum()), int((~actual & where).sum())),
            "precision": (int((selected & actual & where).sum()), int((selected & where).sum())),
            "base_rate": (int((actual & where).sum()), int(where.sum())),
        }
        for side, where in (("here", inside), ("others", ~inside))
    }


@pytest.mark.parametrize("task, label", [("binary", "Yes"), ("multiclass", "b")])
def test_rates_are_counts(task, label):
    evaluation, table = made(task, "log_loss")
    found = fairness(evaluation, "random_forest", table, PLAN, label)
    tests = {}
    for level in ("basic", "plus", "gold", "blank"):
        counts = counted(evaluation, table, level, label)
        for rate in rates_for(task):
            row = found.of(rate.name).set_index("group").loc[level]
            (hits, n_rows), others = counts["here"][rate.name], counts["others"][rate.name]
            assert row["n_rows"] == n_rows and row["value"] == pytest.approx(hits / n_rows, abs=1e-12)
            assert row["others"] == pytest.approx(others[0] / others[1], abs=1e-12)
            assert (row["low"], row["high"]) == pytest.approx(chance.share_interval(hits, n_rows), abs=1e-12)
            ends = chance.share_difference((hits, n_rows), others)
            assert (row["difference_low"], row["difference_high"]) == pytest.approx(ends, abs=1e-12)
            assert row["difference_low"] <= row["difference"] <= row["difference_high"]
            assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
            assert row["few"] == (n_rows < 30)
            if rate.judged and n_rows >= 30:
                tests[rate.name, level] = chance.p_shares((hits, n_rows), others)
            else:
                assert np.isnan(row["p_value"])
    corrected = dict(zip(tests, chance.holm(list(tests.values())), strict=True))
    for (name, level), p_value in corrected.items():
        assert found.of(name).set_index("group").loc[level, "p_value"] == pytest.approx(p_value, abs=1e-12)


def test_a_gap_beyond_chance_is_told_and_none_is_a_finding():
    evaluation, table = made("binary", "log_loss", n_rows=3000)
    rng = np.random.default_rng(0)
    rows = evaluation.out_of_fold("random_forest")
    chosen = (rows["prediction"] == "Yes").to_numpy()
    sex = np.where(rng.random(3000) < np.where(chosen, 0.7, 0.3), "F", "M")
    found = fairness(evaluation, "random_forest", table.assign(sex=pd.Series(sex, dtype="str")), SEX)
    rate = kind("selection_rate")
    told = found.finding(rate)
    assert "differs by “sex” beyond chance" in told and "%" in told
    assert len(found.gaps(rate)) == 2  # of two groups each is the rest of the other
    assert found.of(rate.name)["p_value"].nunique() == 1
    assert "“Yes”" in found.definition(rate) and "demographic parity" in found.definition(rate)
    assert set(found.labels_of("F")) == set(np.flatnonzero(sex == "F"))
    nothing = pd.Series(rng.choice(["F", "M"], 3000), dtype="str")
    calm = fairness(evaluation, "random_forest", table.assign(sex=nothing), SEX)
    assert "No group of “sex” differs in its true positive rate beyond chance" in calm.finding(
        kind("true_positive_rate")
    )
    assert calm.finding(kind("base_rate")).startswith("The share in the data lies between ")


def test_the_decision_counts():
    evaluation, table = made("binary", "log_loss")
    strict = evaluation.decided({"random_forest": DecisionSpec(label="Yes", threshold=0.9)})
    probability = evaluation.out_of_fold("random_forest")["probability_Yes"]
    found = fairness(strict, "random_forest", table, PLAN).of("selection_rate")
    assert (found["value"] * found["n_rows"]).sum() == pytest.approx((probability >= 0.9).sum())


def test_rows_that_belong_together_count_as_fewer():
    split = SplitSpec(kind="group", column="shop", folds=2)
    evaluation, table = made("binary", "log_loss", split=split)
    rows = evaluation.out_of_fold("random_forest")
    same = table.assign(plan=np.where(table["shop"] % 2, "odd", "even"))
    found = fairness(evaluation, "random_forest", same, PLAN).of("selection_rate").set_index("group")
    odd = (same["shop"] % 2 == 1).to_numpy()
    chosen = (rows["prediction"] == "Yes").to_numpy()[odd].astype(float)
    effect = chance.design_effect(chosen, same["shop"].to_numpy()[odd])
    expected = chance.share_interval(chosen.sum() / effect, len(chosen) / effect)
    assert (found.loc["odd", "low"], found.loc["odd", "high"]) == pytest.approx(expected, abs=1e-12)


def test_errors_of_amounts():
    evaluation, table = made("regression", "rmse")
    found = fairness(evaluation, "random_forest", table, PLAN)
    rows = evaluation.out_of_fold("random_forest")
    off = (rows["prediction"] - rows["actual"]).to_numpy()
    gold = (table["plan"] == "gold").to_numpy()
    for name, values in (("mean_error", off), ("mean_absolute_error", np.abs(off))):
        row = found.of(name).set_index("group").loc["gold"]
        assert row["value"] == pytest.approx(values[gold].mean(), abs=1e-9)
        assert row["difference"] == pytest.approx(values[gold].mean() - values[~gold].mean(), abs=1e-9)
        ends = chance.mean_difference(values[gold], values[~gold])
        assert (row["difference_low"], row["difference_high"]) == pytest.approx(ends, abs=1e-9)
    told = found.finding(kind("mean_absolute_error"))
    assert "gold" in told and "€" in told
    assert found.label is None and "“y”" in found.definition(kind("mean_error"))


def test_groups_of_numbers_and_of_few_rows():
    evaluation, table = made("binary", "log_loss", n_rows=100)
    found = fairness(evaluation, "random_forest", table, AGE)
    assert len(found.groups) == 4 and all(name.endswith("years") for name in found.groups)
    assert "too few rows" in found.finding(kind("precision"))
    none = fairness(evaluation, "random_forest", table.assign(plan=pd.Series([None] * 100, dtype="str")), PLAN)
    assert none.groups == ("blank",) and "too few rows" in none.finding(kind("selection_rate"))
    with pytest.raises(NotPossible, match="none of the classes"):
        fairness(evaluation, "random_forest", table, PLAN, "maybe")


def test_every_rate_is_defined_in_a_sentence():
    for rate in RATES:
        assert rate.sentence.endswith(".") and len(rate.sentence) < 240
    assert [rate.name for rate in rates_for("regression")] == ["mean_error", "mean_absolute_error"]
