"""A metric per group of a column, against scikit-learn and brute force on the rows of each group."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from workbench.modeling import metrics
from workbench.results.failures import chance
from workbench.results.failures.slice_metrics import slice_metrics
from workbench.results.failures.slices import slices
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import Evaluation, FoldScore

PLAN, AGE = ColumnSpec(name="plan", meaning="category"), ColumnSpec(name="age", meaning="integer", unit="years")
CLASSES = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c"), "regression": ()}


def made(task, metric, n_rows=600, seed=0, split=None):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "plan": pd.Series(
                rng.choice(["basic", "plus", "gold", None], n_rows, p=[0.5, 0.3, 0.17, 0.03]), dtype="str"
            ),
            "age": rng.integers(18, 90, n_rows),
            "shop": np.arange(n_rows) // 10,
        }
    )
    classes = CLASSES[task]
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task=task,
        classes=classes,
        positive="Yes" if task == "binary" else None,
        columns=(PLAN, AGE),
        target_column=ColumnSpec(name="y", meaning="number", unit="" if classes else "€"),
        candidates=(CandidateSpec(kind="baseline"), CandidateSpec(kind="random_forest")),
        split=split or SplitSpec(folds=2),
        metric=metric,
    )
    weak = (table["plan"] == "gold").to_numpy()
    if classes:
        codes = rng.integers(len(classes), size=n_rows)
        raw = rng.random((n_rows, len(classes))) + np.eye(len(classes))[codes] * np.where(weak, 0.05, 0.9)[:, None]
        sides = [raw / raw.sum(axis=1, keepdims=True), np.full(raw.shape, 1 / len(classes))]
        labels = np.array(classes, dtype=object)
        answers = [(labels[side.argmax(axis=1)], side) for side in sides]
        actual = labels[codes]
    else:
        actual = rng.normal(100, 10, n_rows)
        answers = [(actual + rng.normal(0, 2, n_rows) * np.where(weak, 3, 1), None), (np.full(n_rows, 100.0), None)]
    folds = []
    for key, (predicted, chances) in zip(("random_forest", "baseline"), answers, strict=True):
        for fold in (0, 1):
            part = slice(fold, None, 2)
            given = None if chances is None else chances[part]
            rows = np.arange(n_rows)[part]
            folds.append(FoldScore(key, fold, {metric: 0.5}, 1.0, 0.1, rows, actual[part], predicted[part], given))
    return Evaluation(spec, tuple(folds)), table


def parts(evaluation, table, key="random_forest"):
    rows = evaluation.out_of_fold(key)
    return rows.groupby(table["plan"].fillna("blank").to_numpy()[rows["row"]])


def test_shares_of_wrong_answers_by_hand():
    evaluation, table = made("binary", "roc_auc")
    found = slices(evaluation, "random_forest", table, PLAN)
    rows = found.frame().set_index("level")
    assert set(rows.index) == {"basic", "plus", "gold", "blank"} and rows["n_rows"].sum() == 600
    for level, part in parts(evaluation, table):
        wrong = (part["actual"] != part["prediction"]).to_numpy()
        assert rows.loc[level, "value"] == pytest.approx(wrong.mean(), abs=1e-12)
        assert rows.loc[level, ["low", "high"]].tolist() == pytest.approx(
            chance.share_interval(wrong.sum(), len(wrong))
        )
    for level, part in parts(evaluation, table, "baseline"):
        assert rows.loc[level, "baseline"] == pytest.approx((part["actual"] != part["prediction"]).mean(), abs=1e-12)
    assert rows.index[0] == "gold" and rows.index[-1] == "blank"  # worst first, few rows last
    assert rows.loc["blank", "few"] and np.isnan(rows.loc["blank", "p_value"])
    assert found.finding().startswith("Weakest by “plan”: “gold” with ") and "%" in found.finding()
    wrong = evaluation.out_of_fold("random_forest").eval("actual != prediction").to_numpy()
    gold = (table["plan"] == "gold").to_numpy()
    assert rows.loc["gold", "rest"] == pytest.approx(wrong[~gold].mean(), abs=1e-12)
    tests = [
        chance.p_difference(wrong[side].astype(float), wrong[~side].astype(float), greater=False)
        for side in ((table["plan"] == name).to_numpy() for name in ("basic", "plus", "gold"))
    ]
    assert rows.loc[["basic", "plus", "gold"], "p_value"].tolist() == pytest.approx(chance.holm(tests).tolist())


@pytest.mark.parametrize(
    "task, metric",
    [
        ("binary", "roc_auc"),
        ("binary", "average_precision"),
        ("multiclass", "roc_auc"),
        ("multiclass", "balanced_accuracy"),
        ("regression", "rmse"),
        ("regression", "r2"),
    ],
)
def test_the_main_metric_of_each_group_is_that_of_the_registry(task, metric):
    evaluation, table = made(task, metric)
    assert metric in slice_metrics(evaluation.spec)
    found = slices(evaluation, "random_forest", table, PLAN, metric)
    rows, kind = found.frame().set_index("level"), metrics.metric(metric)
    assert (found.higher_is_better == kind.greater_is_better and "better" in found.sentence) or metric in found.sentence
    names = [f"probability_{label}" for label in evaluation.spec.classes]
    for level, part in parts(evaluation, table):
        chances = part[names].to_numpy() if names else None
        expected = kind.score(
            part["actual"], part["prediction"].to_numpy(), chances, evaluation.spec.classes, evaluation.spec.positive
        )
        assert rows.loc[level, "value"] == pytest.approx(expected, abs=1e-9)
    big = rows.loc[["basic", "plus", "gold"]]
    assert ((big["low"] < big["value"]) & (big["value"] < big["high"])).all()
    assert "gold" in found.finding()


def test_the_spread_of_a_metric_is_that_of_a_bootstrap():
    evaluation, table = made("regression", "rmse")
    rows = slices(evaluation, "random_forest", table, PLAN, "rmse").frame().set_index("level")
    part = dict(list(parts(evaluation, table)))["basic"]
    rng = np.random.default_rng(5)
    drawn = [part.iloc[rng.integers(0, len(part), len(part))] for _ in range(400)]
    spread = np.std([sk.root_mean_squared_error(one["actual"], one["prediction"]) for one in drawn])
    assert (rows.loc["basic", "high"] - rows.loc["basic", "low"]) / 2 / 1.96 == pytest.approx(spread, rel=0.3)


def test_ranges_keep_their_order_and_rows_can_be_found_again():
    evaluation, table = made("regression", "rmse")
    found = slices(evaluation, "random_forest", table, AGE)
    rows = found.frame()
    assert found.unit == "€" and all(level.endswith("years") for level in rows["level"])
    starts = [int(level.split()[0]) for level in rows["level"]]
    assert starts == sorted(starts)
    for level, n_rows in zip(rows["level"], rows["n_rows"], strict=True):
        labels = found.labels_of(level)
        first, last = (int(end) for end in level.removesuffix(" years").split(" to "))
        assert len(labels) == n_rows and table["age"].loc[labels].between(first, last).all()
    assert len(found.labels_of("no such level")) == 0


def test_groups_of_rows_widen_the_interval():
    split = SplitSpec(kind="group", column="shop", folds=2)
    evaluation, table = made("regression", "rmse", split=split)
    alone, _ = made("regression", "rmse")
    for metric in ("absolute", "rmse"):
        together = slices(evaluation, "random_forest", table, PLAN, metric).frame().set_index("level")
        single = slices(alone, "random_forest", table, PLAN, metric).frame().set_index("level")
        assert together["value"].tolist() == pytest.approx(single["value"].tolist())
        assert (together["low"] != single["low"]).any()


def test_columns_that_cannot_be_compared():
    evaluation, table = made("binary", "log_loss", n_rows=200)
    assert list(slice_metrics(evaluation.spec)) == ["wrong", "log_loss"]
    found = slices(evaluation, "random_forest", table.assign(plan=pd.Series([None] * 200, dtype="str")), PLAN)
    assert found.frame()["level"].tolist() == ["blank"] and "too few rows" in found.finding()
    names = pd.Series([f"{'n' * 60} {place}" for place in range(200)], dtype="str")
    found = slices(evaluation, "random_forest", table.assign(plan=names), PLAN)
    assert len(found.frame()) == 13 and found.frame()["n_rows"].sum() == 200
    evaluation, table = made("binary", "log_loss")
    assert "No group of “age” is worse than the others" in slices(evaluation, "random_forest", table, AGE).finding()


def test_an_amount_that_is_a_percentage_itself_is_no_share_of_rows():
    evaluation, table = made("regression", "rmse")
    humid = Evaluation(
        evaluation.spec.but(target_column=ColumnSpec(name="y", meaning="number", unit="%")), evaluation.fold_scores
    )
    for by in ("absolute", "rmse"):
        found = slices(humid, "random_forest", table, PLAN, by)
        assert found.unit == "%" and not found.share
        assert found.say(4.25) == "4.25 %"
    binary, people = made("binary", "roc_auc")
    assert slices(binary, "random_forest", people, PLAN).say(0.25) == "25 %"


def test_two_groups_beside_a_third_with_few_rows_are_two_comparisons():
    evaluation, table = made("regression", "rmse")
    table["plan"] = pd.Series(np.where(np.arange(600) < 20, "few", np.where(np.arange(600) % 2, "a", "b")), dtype="str")
    rows = slices(evaluation, "random_forest", table, PLAN).frame().set_index("level")
    errors = evaluation.out_of_fold("random_forest").eval("abs(actual - prediction)").to_numpy()
    sides = [(table["plan"] == name).to_numpy() for name in ("a", "b")]
    tests = [chance.p_difference(errors[side], errors[~side], greater=False) for side in sides]
    assert rows.loc["few", "few"] and np.isnan(rows.loc["few", "p_value"])
    assert rows.loc[["a", "b"], "p_value"].tolist() == pytest.approx(chance.holm(tests).tolist())
