"""Learning curves: sizes double, parts are nested, scores are scikit-learn's, and the sentence follows them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import root_mean_squared_error

from workbench.errors import NotPossible
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.modeling.splits import make_folds
from workbench.results.quality.learning_curve import LearningCurve, _part, learning_curve
from workbench.specs import CandidateSpec, ColumnSpec, Draft, Schema, SplitSpec


def asked(table, target, kinds, split=None, **draft):
    meanings = {name: "number" if table[name].dtype.kind == "f" else "category" for name in table}
    meanings.update({name: "date" for name in table if table[name].dtype.kind == "M"})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in meanings.items()))
    candidates = tuple(CandidateSpec(kind=kind) for kind in kinds)
    split = split or SplitSpec(folds=3)
    return plan_experiment(table, schema, Draft(target=target, candidates=candidates, split=split, **draft)).spec


@pytest.fixture
def line():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3))
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": x @ [3.0, -2.0, 1.0] + rng.normal(size=400)})


def test_the_last_point_is_the_runs_own_score_and_sizes_double(line):
    spec = asked(line, "y", ["ridge"])
    curve = learning_curve(line, spec, "ridge")
    inputs, target = modelling_table(line, spec)
    folds = make_folds(inputs, target, spec)
    expected = []
    for train, test in folds:
        fitted = build_pipeline(spec, spec.candidate("ridge")).fit(inputs.iloc[train], target[train])
        expected.append(root_mean_squared_error(target[test], fitted.predict(inputs.iloc[test])))
    assert curve.scores[-1] == pytest.approx(expected, abs=1e-12)
    assert isinstance(fitted[-1], Ridge)
    assert curve.n_rows == (33, 67, 134, 267)
    assert curve.frame()["mean"].tolist() == pytest.approx([np.mean(folds) for folds in curve.scores])


def test_smaller_parts_lie_inside_larger_ones_and_keep_the_classes(line):
    table = line.assign(y=np.where(line["y"] > 3, "high", "low"))
    spec = asked(table, "y", ["logistic"])
    inputs, target = modelling_table(table, spec)
    train = make_folds(inputs, target, spec)[0][0]
    small, large = (_part(inputs, target, spec, train, share) for share in (0.25, 0.5))
    assert set(small) < set(large) < set(train)
    share = (target[train] == "high").mean()
    assert (target[small] == "high").mean() == pytest.approx(share, abs=1 / len(small))


def test_groups_stay_whole_and_in_time_the_latest_rows_are_taken(line):
    table = line.assign(who=[f"p{n // 10}" for n in range(400)], when=pd.date_range("2024-01-01", periods=400))
    table["when"] = table["when"].astype("datetime64[us]")
    grouped = asked(table, "y", ["ridge"], SplitSpec(kind="group", column="who", folds=3))
    inputs, target = modelling_table(table, grouped)
    train = make_folds(inputs, target, grouped)[0][0]
    part = _part(inputs, target, grouped, train, 0.5)
    inside, outside = set(table["who"].iloc[part]), set(table["who"].iloc[np.setdiff1d(train, part)])
    assert part.size and not inside & outside
    timed = asked(table, "y", ["ridge"], SplitSpec(kind="time", column="when", folds=3))
    inputs, target = modelling_table(table, timed)
    train = make_folds(inputs, target, timed)[-1][0]
    assert _part(inputs, target, timed, train, 0.5).tolist() == train[-round(0.5 * len(train)) :].tolist()


def curve_of(half, whole):
    return LearningCurve("rmse", "RMSE", False, (100, 200), (tuple(half), tuple(whole)))


def test_the_error_of_the_gain_is_corrected_for_what_folds_share(line):
    spec = asked(line, "y", ["ridge"])
    curve = learning_curve(line, spec, "ridge")
    gains = np.array(curve.scores[-2]) - np.array(curve.scores[-1])  # lower is better
    expected = np.sqrt((1 / 3 + 133.3333 / 266.6667) * gains.var(ddof=1))
    assert curve.gain == (pytest.approx(gains.mean()), pytest.approx(expected, rel=1e-2))
    assert LearningCurve.from_json(curve.to_json()).gain == curve.gain
    several = replace(curve, tested=0.0)
    assert several.gain[1] == pytest.approx(np.std(gains, ddof=1) / np.sqrt(3))


def test_the_sentence_follows_the_paired_gain():
    better = curve_of([2.0, 2.1, 1.9], [1.5, 1.6, 1.4])
    assert better.gain == (pytest.approx(0.5), pytest.approx(0.0, abs=1e-12)) and better.still_rising
    assert better.finding() == "From 100 to 200 rows RMSE got better by 0.500: more rows would probably help"
    chance = curve_of([2.0, 2.1, 1.9], [1.5, 2.6, 1.8])
    assert not chance.still_rising and "hardly help" in chance.finding()
    alone = curve_of([2.0], [1.0])
    assert not alone.still_rising and "one fold" in alone.finding()
    assert LearningCurve.from_json(better.to_json()).scores == better.scores


def test_amounts_have_their_unit_in_sentence_and_numbers():
    curve = replace(curve_of([2.0, 2.1, 1.9], [1.5, 1.6, 1.4]), unit="€")
    assert "RMSE got better by 0.500 €" in LearningCurve.from_json(curve.to_json()).finding()
    assert curve.numbers().columns.tolist() == ["Rows learnt from", "RMSE (€)", "Spread over folds (€)"]
    old = {name: value for name, value in curve.to_json().items() if name != "unit"}
    assert LearningCurve.from_json(old).unit == ""


def test_too_few_rows_are_refused(line):
    spec = asked(line.head(24), "y", ["ridge"])
    with pytest.raises(NotPossible, match="too few rows"):
        learning_curve(line.head(24), spec, "ridge")
