"""Weak groups: found where they were planted, not where there is only chance, and measured on rows not searched."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.results.failures import chance
from workbench.results.failures.row_errors import MEASURES, measure
from workbench.results.failures.segment_advice import advice_for
from workbench.results.failures.segment_search import halves
from workbench.results.failures.segments import find_segments
from workbench.specs import CandidateSpec, ColumnSpec, DecisionSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

COLUMNS = (
    ColumnSpec(name="plan", meaning="category"),
    ColumnSpec(name="months", meaning="number", unit="months"),
    ColumnSpec(name="age", meaning="integer"),
    ColumnSpec(name="note", meaning="text"),
)


def table_of(n_rows, rng):
    months = rng.uniform(0, 60, n_rows)
    months[rng.random(n_rows) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "plan": pd.Series(rng.choice(["basic", "plus", "gold"], n_rows), dtype="str"),
            "months": months,
            "age": rng.integers(18, 90, n_rows),
            "note": pd.Series(np.where(rng.random(n_rows) < 0.2, None, "word"), dtype="str"),
        }
    )


def spec_of(task, seed=0, split=None, columns=COLUMNS):
    classes = () if task == "regression" else ("No", "Yes")
    return ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task=task,
        classes=classes,
        positive="Yes" if classes else None,
        columns=columns,
        target_column=ColumnSpec(name="y", meaning="number", unit="" if classes else "€"),
        candidates=(CandidateSpec(kind="baseline"), CandidateSpec(kind="ridge" if not classes else "logistic")),
        split=split or SplitSpec(folds=2),
        metric="mae" if not classes else "log_loss",
        seed=seed,
    )


def amounts(table, errors, seed=0, split=None):
    """An evaluation in which each row is off by its error, upwards and downwards in turn."""
    spec, rows = spec_of("regression", seed, split), np.arange(len(table))
    actual = np.random.default_rng(seed).normal(100, 10, len(table))
    predicted = actual + errors * np.where(rows % 2, 1, -1)
    folds = [
        FoldScore(key, fold, {"mae": 1.0}, 1.0, 0.1, rows[fold::2], actual[fold::2], values[fold::2])
        for fold in (0, 1)
        for key, values in (("ridge", predicted), ("baseline", np.full(len(table), 100.0)))
    ]
    return Evaluation(spec, tuple(folds))


def answers(actual, probability, spec=None):
    """An evaluation of two classes from whether each row is “Yes” and its probability of it."""
    rows = np.arange(len(actual))
    words = np.array(["No", "Yes"], dtype=object)
    probabilities = np.column_stack([1 - probability, probability])
    fold = FoldScore(
        "logistic",
        0,
        {"log_loss": 0.5},
        1.0,
        0.1,
        rows,
        words[actual.astype(int)],
        words[(probability > 0.5).astype(int)],
        probabilities,
    )
    return Evaluation(spec or spec_of("binary", split=SplitSpec(folds=1)), (fold,))


def test_a_planted_group_is_found_and_said_in_words():
    rng = np.random.default_rng(2)
    table = table_of(3000, rng)
    weak = ((table["plan"] == "plus") & (table["months"] < 20)).to_numpy()
    errors = rng.exponential(1, 3000) * np.where(weak, 3, 1)
    found = find_segments(amounts(table, errors), "ridge", table)
    worst = found.segments[0]
    assert worst.columns == ("plan", "months") or worst.columns == ("months", "plan")
    assert "plan is plus" in worst.words and "months below" in worst.words and "months" in worst.words
    inside = np.zeros(3000, dtype=bool)
    inside[worst.rows] = True
    assert (inside & weak).sum() / (inside | weak).sum() > 0.85
    assert worst.low < 3 < worst.high and worst.rest == pytest.approx(1, abs=0.15)
    assert worst.words in found.finding() and "€" in found.finding()


def test_figures_are_those_of_the_rows_that_were_not_searched():
    rng = np.random.default_rng(3)
    table = table_of(2000, rng)
    errors = rng.exponential(1, 2000) * np.where(table["plan"] == "gold", 2.5, 1)
    evaluation = amounts(table, errors, seed=7)
    found = find_segments(evaluation, "ridge", table)
    worst = found.segments[0]
    assert worst.words == "plan is gold" and worst.n_rows == (table["plan"] == "gold").sum()
    measured = ~halves(2000, None, 7)
    gold = (table["plan"] == "gold").to_numpy()
    inside, rest = errors[gold & measured], errors[~gold & measured]
    assert worst.error == pytest.approx(inside.mean(), abs=1e-9)
    assert worst.error_of_all == pytest.approx(errors[gold].mean(), abs=1e-9) != pytest.approx(worst.error, abs=1e-6)
    assert worst.rest == pytest.approx(rest.mean(), abs=1e-9)
    assert worst.n_measured == len(inside) and found.n_measured == measured.sum()
    assert worst.share_of_errors == pytest.approx(inside.sum() / errors[measured].sum(), abs=1e-9)
    assert worst.share_of_rows == pytest.approx(len(inside) / measured.sum(), abs=1e-9)
    assert (worst.low, worst.high) == pytest.approx(chance.mean_interval(inside, seed=7), abs=1e-9)
    p_value = chance.p_difference(inside, rest, greater=True)
    assert worst.p_value == pytest.approx(min(1, p_value * found.n_looked_at), abs=1e-12)
    actual = evaluation.out_of_fold("ridge")["actual"].to_numpy()
    assert worst.baseline == pytest.approx(np.abs(actual - 100)[gold & measured].mean(), abs=1e-9)


def test_chance_alone_is_seldom_called_a_weak_group():
    rng = np.random.default_rng(4)
    n_false = 0
    for _ in range(120):
        table = table_of(300, rng)
        evaluation = amounts(table, rng.exponential(1, 300), seed=int(rng.integers(1000)))
        n_false += bool(find_segments(evaluation, "ridge", table).segments)
    assert n_false <= 12  # 5 % of 120 are 6; more than 12 has a probability below 1 %


def test_no_weak_group_is_a_finding():
    rng = np.random.default_rng(5)
    table = table_of(400, rng)
    found = find_segments(amounts(table, np.ones(400)), "ridge", table)
    assert not found.segments and found.frame().empty
    assert found.finding().startswith("No weak group was found")
    few = find_segments(amounts(table.head(20), np.ones(20)), "ridge", table.head(20))
    assert not few.segments and few.n_looked_at == 0


def test_interactions_are_found_where_no_column_says_anything_alone():
    rng = np.random.default_rng(6)
    table = table_of(4000, rng)
    young, basic = (table["age"] < 50).to_numpy(), (table["plan"] == "basic").to_numpy()
    errors = rng.exponential(1, 4000) * np.where(young == basic, 2, 1)
    found = find_segments(amounts(table, errors), "ridge", table)
    assert {frozenset(one.columns) for one in found.segments[:2]} == {frozenset(("age", "plan"))}


def test_blanks_are_a_group_of_their_own_and_texts_only_that():
    rng = np.random.default_rng(7)
    table = table_of(3000, rng)
    errors = rng.exponential(1, 3000) * np.where(table["note"].isna(), 4, 1)
    worst = find_segments(amounts(table, errors), "ridge", table).segments[0]
    assert worst.words == "note is blank"
    assert worst.advice.reason == "blanks" and "“note” is blank in all of these rows" in worst.advice.sentence


def test_groups_of_rows_stay_together():
    rng = np.random.default_rng(8)
    table = table_of(2000, rng).assign(shop=np.arange(2000) // 20)
    chosen = halves(2000, table["shop"].to_numpy(), 1)
    assert all(len(set(part)) == 1 for part in np.split(chosen, 100))
    assert 900 <= chosen.sum() <= 1000
    # A shop as a whole is off: rows say so a thousand times, shops hardly.
    shop_error = rng.exponential(1, 100)[table["shop"]]
    table["months"] = table["shop"] * 1.0
    evaluation = amounts(table, shop_error, split=SplitSpec(kind="group", column="shop", folds=2))
    assert find_segments(evaluation, "ridge", table).by == "shop"
    weak = table["plan"] == "plus"
    worst = find_segments(
        amounts(
            table,
            rng.exponential(1, 2000) * np.where(weak, 3, 1),
            split=SplitSpec(kind="group", column="shop", folds=2),
        ),
        "ridge",
        table,
    ).segments[0]
    assert worst.words == "plan is plus"
    measured = ~halves(2000, table["shop"].to_numpy(), 0) & weak.to_numpy()
    assert worst.n_measured == measured.sum()


def test_rows_that_are_not_in_the_table_are_left_out():
    rng = np.random.default_rng(9)
    table = table_of(1000, rng)
    errors = rng.exponential(1, 1000) * np.where(table["plan"] == "gold", 4, 1)
    found = find_segments(amounts(table, errors), "ridge", table.drop(index=range(0, 1000, 4)))
    assert found.n_rows == 750 and found.segments and not set(found.segments[0].rows) & set(range(0, 1000, 4))


def test_measures_equal_sklearn():
    from sklearn import metrics

    rng = np.random.default_rng(10)
    actual, probability = rng.random(200) < 0.3, rng.random(200)
    probability[:3] = [0.0, 1.0, 0.5]
    evaluation = answers(actual, probability)
    rows, spec = evaluation.out_of_fold("logistic"), evaluation.spec
    wrong, loss = (measure(name).values(rows, spec).mean() for name in ("wrong", "log_loss"))
    assert 1 - wrong == pytest.approx(metrics.accuracy_score(rows["actual"], rows["prediction"]), abs=1e-12)
    table = rows[["probability_No", "probability_Yes"]].to_numpy()
    assert loss == pytest.approx(metrics.log_loss(rows["actual"], table, labels=["No", "Yes"]), abs=1e-9)
    table = table_of(50, rng)
    off = amounts(table, rng.exponential(1, 50))
    found = off.out_of_fold("ridge")
    mean = metrics.mean_absolute_error(found["actual"], found["prediction"])
    assert measure("absolute").values(found, off.spec).mean() == pytest.approx(mean, abs=1e-12)
    assert all("ower is better" in kind.sentence for kind in MEASURES)
    assert measure("wrong").unit(spec) == "%" and measure("absolute").unit(off.spec) == "€"


def test_a_decision_changes_which_answers_are_wrong():
    probability = np.array([0.1, 0.3, 0.6, 0.9])
    evaluation = answers(np.array([True, True, False, True]), probability)
    lower = evaluation.decided({"logistic": DecisionSpec(label="Yes", threshold=0.3)})
    for one, expected in ((evaluation, [1, 1, 1, 0]), (lower, [1, 0, 1, 0])):
        assert measure("wrong").values(one.out_of_fold("logistic"), one.spec).tolist() == expected


def advice(task, actual, predicted, inside, values=None, probability=None):
    n_rows = len(actual)
    rows = pd.DataFrame({"row": range(n_rows), "actual": actual, "prediction": predicted})
    if probability is not None:
        rows = rows.assign(probability_No=1 - probability, probability_Yes=probability)
    values = pd.DataFrame({"age": np.ones(n_rows)}) if values is None else values
    outside = np.setdiff1d(np.arange(n_rows), inside)
    return advice_for(spec_of(task), rows, values, inside, outside)


def test_advice_names_what_the_data_says():
    rng = np.random.default_rng(11)
    actual, inside = rng.normal(100, 5, 1000), np.arange(300)
    even = actual + rng.normal(0, 2, 1000)
    assert advice("regression", actual, even, inside).reason == "unknown"
    assert advice("regression", actual, even, np.arange(20)).reason == "few"
    low = even.copy()
    low[inside] -= 3
    said = advice("regression", actual, low, inside)
    assert said.reason == "one_sided" and "too low by 3" in said.sentence and "€" in said.sentence
    wide = actual.copy()
    wide[inside] = rng.normal(100, 25, 300)
    said = advice("regression", wide, wide + rng.normal(0, 2, 1000), inside)
    assert said.reason == "noisy" and "varies more" in said.sentence
    values = pd.DataFrame({"age": np.where(np.arange(1000) < 240, np.nan, 1.0)})
    said = advice("regression", actual, even, inside, values)
    assert said.reason == "blanks" and "80 % of these rows, beside 0 % elsewhere" in said.sentence
    mostly = pd.DataFrame({"age": np.where(np.arange(1000) % 10 < np.where(np.arange(1000) < 300, 9, 6), np.nan, 1.0)})
    assert advice("regression", actual, even, inside, mostly).reason == "unknown"


def test_advice_about_classes():
    rng = np.random.default_rng(12)
    inside, chances_of = np.arange(400), np.where(np.arange(2000) < 400, 0.5, 0.1)
    actual = np.where(rng.random(2000) < chances_of, "Yes", "No")
    said = advice("binary", actual, actual, inside, probability=chances_of)
    assert said.reason == "noisy" and "more mixed" in said.sentence
    said = advice("binary", actual, actual, inside, probability=np.full(2000, 0.2))
    assert said.reason == "one_sided" and "more frequent here than expected" in said.sentence
    assert "mean probability of 20 %" in said.sentence


def test_mistakes_that_a_threshold_makes_are_said_to_be_meant():
    actual = np.repeat(["Yes", "No", "Yes", "No"], [240, 60, 60, 640])
    probability = np.repeat([0.6, 0.6, 0.2, 0.2], [240, 60, 60, 640])
    inside = np.arange(300)
    decided = np.full(1000, "No")  # from 75 % on it is "Yes", which no row reaches
    rows = pd.DataFrame({"row": range(1000), "actual": actual, "prediction": decided})
    rows = rows.assign(probability_No=1 - probability, probability_Yes=probability)
    values, outside = pd.DataFrame({"age": np.ones(1000)}), np.arange(300, 1000)
    said = advice_for(spec_of("binary"), rows, values, inside, outside, of_answers=True)
    assert said.reason == "threshold"
    assert "of the wrong answers here 100 % would be right" in said.sentence
    assert "wrong for 20 % of these rows" in said.sentence
    assert advice_for(spec_of("binary"), rows, values, inside, outside).reason != "threshold"
    plain = rows.assign(prediction=np.where(probability >= 0.5, "Yes", "No"))
    assert advice_for(spec_of("binary"), plain, values, inside, outside, of_answers=True).reason != "threshold"


def test_a_model_that_doubts_its_answers_says_so():
    rng = np.random.default_rng(14)
    inside, sure = np.arange(400), np.where(np.arange(2000) < 400, 0.6, 0.9)
    actual = rng.random(2000) < 0.5
    probability = np.where(rng.random(2000) < sure, actual, ~actual) * (2 * sure - 1) + 1 - sure
    words = np.where(actual, "Yes", "No")
    said = advice("binary", words, words, inside, probability=probability)
    assert said.reason == "unsure" and "has 60 % on average, beside 90 % elsewhere" in said.sentence


def test_findings_survive_json():
    rng = np.random.default_rng(13)
    table = table_of(1500, rng)
    actual = rng.random(1500) < 0.4
    right = np.where(table["plan"] == "gold", 0.5, 0.95)
    probability = np.where(rng.random(1500) < right, actual, ~actual) * 0.8 + 0.1
    found = find_segments(answers(actual, probability), "logistic", table)
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["measure"] == "wrong" and told["unit"] == "%"
    assert told["groups"][0]["group"] == "plan is gold" and told["groups"][0]["baseline_error"] is None
    assert told["groups"][0]["n_rows"] == int((table["plan"] == "gold").sum())
    assert found.frame()["error"].tolist() == [one.error for one in found.segments]
    assert "wrong answers" in found.finding() and "%" in found.finding()
