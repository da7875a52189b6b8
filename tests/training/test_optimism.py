"""The optimism gap on made panels, against scikit-learn itself."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit
from threadpoolctl import threadpool_limits

from workbench.errors import NotPossible
from workbench.modeling.models import model
from workbench.modeling.planning import plan_experiment
from workbench.specs import ColumnChoice, ColumnSpec, Draft, Schema, SplitSpec
from workbench.training.optimism import SAMPLES, OptimismGap, _affordable, _sampled, optimism_gap

SCHEMA = Schema(
    columns=(
        ColumnSpec(name="who", meaning="category"),
        ColumnSpec(name="when", meaning="number"),
        ColumnSpec(name="a", meaning="number"),
        ColumnSpec(name="b", meaning="number"),
        ColumnSpec(name="left", meaning="yes_no"),
        ColumnSpec(name="amount", meaning="number"),
    )
)


def panel(n_people, n_each, *, alike=True, seed=1):
    """Return rows of people whose numbers and answers are theirs; not ``alike``, every row is a case of its own."""
    random = np.random.default_rng(seed)
    who = np.repeat(np.arange(n_people), n_each)
    of = who if alike else np.arange(len(who))
    traits, answers = random.normal(size=(len(who), 2)), random.random(len(who)) < 0.5
    noise = random.normal(0, 0.02, (len(who), 2))
    a, b = (traits[of] + noise).T
    said = answers[of] if alike else a + random.normal(0, 0.5, len(who)) > 0
    table = pd.DataFrame({"who": [f"p{one:03d}" for one in who], "when": np.arange(len(who)) * 1.0, "a": a, "b": b})
    return table.assign(left=np.where(said, "yes", "no"), amount=0.0).astype({"who": "str", "left": "str"})


def planned(table, target="left", **draft):
    screened = ()
    return plan_experiment(table, SCHEMA, Draft(target=target, **draft), screened=screened).spec


BY_WHO = SplitSpec(kind="group", column="who", folds=5)


def by_hand(table, spec, parts):
    estimator = model("hist_gradient_boosting").build("binary", {}, spec.seed)
    assert isinstance(estimator, HistGradientBoostingClassifier) or hasattr(estimator, "fit")
    X, y = table[[column.name for column in spec.columns if column.name != "who"]].to_numpy(), table["left"].to_numpy()
    found = []
    with threadpool_limits(1):
        for train, test in parts:
            train, test = np.sort(train), np.sort(test)
            chance = estimator.fit(X[train], y[train]).predict_proba(X[test])[:, 1]
            found.append(roc_auc_score(y[test] == "yes", chance))
    return tuple(found)


def test_people_on_both_sides_flatter_and_the_numbers_are_scikit_learns():
    table = panel(60, 6)
    spec = planned(table, split=BY_WHO)
    found = optimism_gap(table, spec)
    codes = pd.factorize(table["left"], sort=True)[0]
    parts = list(StratifiedGroupKFold(5, shuffle=True, random_state=0).split(table, codes, table["who"]))
    assert found.suggested == pytest.approx(by_hand(table, spec, parts), abs=1e-12)
    drawn = [
        next(
            StratifiedShuffleSplit(
                1, train_size=len(train), test_size=len(test), random_state=10**9 + 7 + number
            ).split(table, table["left"])
        )
        for number, (train, test) in enumerate(parts)
    ]
    assert found.random == pytest.approx(by_hand(table, spec, drawn), abs=1e-12)
    assert np.mean(found.random) > 0.9 and np.mean(found.suggested) < 0.75
    assert found.gap == pytest.approx(np.mean(found.random) - np.mean(found.suggested)) and found.matters
    before, after = np.mean(found.random), np.mean(found.suggested)
    assert found.sentence == (f"ROC AUC {before:.2f} falls to {after:.2f} when the same “who” cannot be on both sides.")
    assert found.measured.endswith("on 360 rows, 5 parts each.")
    assert OptimismGap.from_json(found.to_json()) == found


def test_where_rows_are_independent_there_is_no_difference():
    table = panel(60, 5, alike=False)
    found = optimism_gap(table, planned(table), against=BY_WHO.but(folds=0))
    assert not found.matters
    assert "with rows divided by chance and" in found.sentence
    assert found.sentence.endswith("cannot be on both sides: no difference beyond the spread.")
    assert found.split.folds == 5


def test_a_series_is_worse_foretold_than_filled_in():
    table = panel(50, 6).assign(amount=np.cumsum(np.random.default_rng(3).normal(1, 1, 300)))
    spec = planned(table, target="amount", split=SplitSpec(kind="time", column="when", folds=4))
    found = optimism_gap(table, spec)
    assert found.matters and found.gap > 0 and len(found.random) == 4
    assert "RMSE" in found.sentence and " rises to " in found.sentence
    assert found.sentence.endswith("when later rows are predicted from earlier ones, by “when”.")


def test_a_part_of_ones_own_is_compared_by_drawing_its_rows_again():
    table = panel(40, 6)
    table["when"] = (table["who"] >= "p025").astype("float64")  # 1: the last fifteen people
    found = optimism_gap(table, planned(table, split=SplitSpec(kind="own", column="when", folds=2)))
    assert len(found.random) == 2
    words = Schema(
        columns=tuple(column.but(name="is_test") if column.name == "when" else column for column in SCHEMA.columns)
    )
    renamed = table.rename(columns={"when": "is_test"})
    without = (ColumnChoice(name="who", use=False),)
    asked = Draft(target="left", split=SplitSpec(kind="own", column="is_test"), choices=without)
    one = optimism_gap(renamed, plan_experiment(renamed, words, asked, screened=()).spec)
    assert len(one.random) == 1 and one.noise > 0
    assert one.measured.endswith("on 240 rows, 1 part each.")


def test_without_another_division_there_is_nothing_to_compare():
    table = panel(20, 5)
    with pytest.raises(NotPossible, match="no other division"):
        optimism_gap(table, planned(table))


def test_a_sample_keeps_groups_whole_and_takes_the_latest():
    groups = pd.Series(np.repeat(np.arange(50), 4))
    rows = _sampled(groups, BY_WHO, 30, 0)
    assert 26 < len(rows) <= 30 and groups.iloc[rows].value_counts().unique().tolist() == [4]
    late = _sampled(pd.Series([3, 1, 2, 5, 4]), SplitSpec(kind="time", column="when"), 2, 0)
    assert late.tolist() == [3, 4]
    two = pd.Series(["a"] * 60 + ["b"] * 40)  # too large to be kept whole
    assert len(_sampled(two, BY_WHO, 30, 0)) == 30


def test_a_sample_is_as_large_as_patience_allows():
    table = panel(20, 5)
    spec = planned(table, split=BY_WHO)
    kind, n_rows = _affordable(spec)
    assert (kind, n_rows in SAMPLES) == ("hist_gradient_boosting", True)
    many = spec.but(task="multiclass", positive=None, classes=tuple(f"c{n:03d}" for n in range(100)), metric="log_loss")
    assert _affordable(many)[0] != "hist_gradient_boosting"
