"""Contract of every chart function, and what is particular to some."""

import json
from dataclasses import replace
from html import unescape
from itertools import pairwise

import altair
import numpy as np
import pandas as pd
import pytest
import vl_convert

from tests.charts import uses_cases
from tests.charts.quality_cases import QUALITY_CASES
from tests.charts.uses_cases import USES_CASES
from workbench import charts
from workbench.charts import theme
from workbench.charts.amounts import grid, rows_behind
from workbench.charts.associations import map_frame, map_names
from workbench.charts.columns import histogram, top_values
from workbench.charts.pair_numbers import density, quantiles_by, shares_of
from workbench.profiling.pairs.associations import Associations, Pair
from workbench.profiling.target.target_view import Drift, Shape, ShapeBin, TargetView
from workbench.results.candidates.tuning_curves import TuningCurve
from workbench.results.deciding.amount_costs import AmountErrors, Costs
from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.curve import curve as decision_curve_of
from workbench.results.deciding.decisions import Decisions, counted
from workbench.results.deciding.interval_shapes import PLAIN
from workbench.results.deciding.intervals import Interval
from workbench.results.deciding.purposes import BALANCED_ACCURACY, F1, goal_of
from workbench.results.deciding.sweeps import sweep
from workbench.results.failures.fairness import Fairness
from workbench.results.failures.fairness_rates import RATES
from workbench.results.failures.row_errors import measure
from workbench.results.failures.segment_advice import Advice
from workbench.results.failures.segments import Segment, Segments
from workbench.results.failures.slices import Slices
from workbench.results.quality.amounts import Amounts
from workbench.results.quality.classes import Confusion, Curve, Curves
from workbench.results.quality.errors_in_time import ErrorsInTime
from workbench.results.quality.learning_curve import LearningCurve
from workbench.results.uses.importance import Importance
from workbench.specs import ColumnSpec, ScenarioSpec, SplitSpec

# A name that breaks every encoding that takes names for fields, and one that would be markup.
HOSTILE = "a.b[0]['x\"]: 😀 \\ \n</script><b>{{datum.x}}"
LONG = "k" * 60


def amounts(n_rows, target="price"):
    rng = np.random.default_rng(0)
    actual = rng.normal(100, 20, n_rows)
    prediction = actual + rng.normal(0, 5, n_rows)
    rows = pd.DataFrame({"row": range(n_rows), "fold": 0, "actual": actual, "prediction": prediction})
    rows["residual"] = rows["actual"] - rows["prediction"]
    return Amounts(target, "€", rows)


def interval(n_rows):
    rows = amounts(n_rows).rows.assign(fold=np.arange(n_rows) % 2)
    rows = rows.assign(lower=rows["prediction"] - 8, upper=rows["prediction"] + 8)
    rows["inside"] = rows["residual"].abs() <= 8
    rows.loc[: n_rows // 3, ["lower", "upper"]] = np.nan  # of a division by time
    rule = {"below": 8.0, "above": 8.0, "at": [], "scale": [], "floor": None}
    return Interval(0.9, HOSTILE, "€", PLAIN, rule, rows, 16.0, 1.0, SplitSpec())


def in_time(moments):
    rows = amounts(90).rows
    stretches = pd.DataFrame({"from": moments[::10], "to": moments[9::10].to_numpy(), "n_rows": 10, "mae": 2.0})
    stretches = stretches.assign(q10=-3.0, median=rows["residual"][::10], q90=4.0, mean=0.1).reset_index(drop=True)
    return ErrorsInTime(HOSTILE, LONG, "€", stretches, 3)


def amount_costs(n_rows):
    return AmountErrors(HOSTILE, "€", amounts(n_rows).rows, np.arange(n_rows) % 5, SplitSpec())


def curves(kind, labels, n_points):
    x = np.linspace(0, 1, n_points)
    return Curves(kind, HOSTILE, tuple(Curve(label, x, np.sqrt(x), 1 - x, 0.7, 0.2) for label in labels))


def confusion(labels):
    counts = np.arange(len(labels) ** 2).reshape(len(labels), -1)
    return Confusion(HOSTILE, tuple(labels), counts)


def history(scores):
    return pd.DataFrame(
        {
            "at": pd.date_range("2026-01-01", periods=len(scores), freq="30D"),
            "file": [HOSTILE if place % 2 else LONG for place in range(len(scores))],
            "n_rows": 1000,
            "score": scores,
            "low": [score - 0.02 for score in scores],
            "high": [score + 0.02 for score in scores],
        }
    )


def board(labels, mean=0.8, std=0.01):
    count = len(labels)
    return pd.DataFrame(
        {
            "key": [f"key{position}" for position in range(count)],
            "kind": ["baseline" if position == 1 else "logistic" for position in range(count)],
            "label": labels,
            "mean": [mean - position / 100 for position in range(count)],
            "std": std,
            "fit_seconds": 1.0,
        }
    )


def importance(names):
    rows = pd.DataFrame({"column": names, "mean": np.linspace(0.2, -0.01, len(names)), "std": 0.01})
    return Importance("roc_auc", "ROC AUC", 0.8, 100, rows)


def tuning_curve(values, *, log=False, numeric=True, n_varied=1):
    scores = np.linspace(0.7, 0.8, len(values))
    rows = pd.DataFrame({"key": "k", "value": values, "validation": scores, "spread": 0.01, "training": scores + 0.1})
    return TuningCurve("mlp", "alpha", "Network", "Restraint", "ROC AUC", True, log, numeric, n_varied, rows)


def weak_groups(conditions, measured_by, unit):
    advice = Advice("few", "Only 30 of 900 rows are like this.")
    found = [
        Segment(
            (words,), (words,), ("x",), np.arange(9), 5, 0.4, 0.3, 0.5, 0.1, 0.09, 0.12, 0.1, 0.4, 0.01, np.nan, advice
        )
        for words in conditions
    ]
    return Segments(measure(measured_by), unit, tuple(found), 4, 900, 450, 12)


def groups_of(kind, names, unit, value=0.3, baseline=0.4):
    n_groups = len(names)
    rows = {"value": value, "low": value - 0.1, "high": value + 0.1, "n_rows": 50, "p_value": 0.001, "few": False}
    places = np.arange(n_groups)
    if kind is Slices:
        rows = pd.DataFrame({"level": names, **rows, "baseline": baseline, "rest": 0.2})
        return Slices(HOSTILE, "wrong answers", "The share.", unit, False, 0.25, rows, places, places, unit == "%")
    frames = [
        pd.DataFrame({"rate": rate.name, "group": names, **rows, "others": 0.2, "difference": 0.1}) for rate in RATES
    ]
    return Fairness(HOSTILE, LONG, unit, HOSTILE, pd.concat(frames, ignore_index=True), places, places, tuple(names))


def column(name, meaning, unit=""):
    return ColumnSpec(name=name, meaning=meaning, unit=unit)


def view(of):
    return TargetView(of, 0.4)


def shape_bins(count, label="red", *, numbers=False, days=False):
    ends = [(place * 1.0, place + 1.0) for place in range(count)] if numbers else [(None, None)] * count
    if days:
        ends = [(f"2024-{place + 1:02d}-01", f"2024-{place + 1:02d}-28") for place in range(count)]
    found = [
        ShapeBin(f"{label} {place}", 50, place / 20, place / 20, place / 20 + 0.1, *ends[place])
        for place in range(count)
    ]
    return (*found[:-1], ShapeBin("no value", 30, 0.4, 0.3, 0.5)) if count > 5 and not days else tuple(found)


CALLS = goal_of(ScenarioSpec(name=HOSTILE, found=40.0, false_alarm=-5.0, unit="€"))
ROOM = goal_of(ScenarioSpec(name="Room", kind="capacity", capacity=200, of=1000))


def decision_curve(n_rows, label, goal=CALLS, *, one_sided=False):
    rng = np.random.default_rng(0)
    probability = rng.random(n_rows)
    actual = np.zeros(n_rows, dtype=bool) if one_sided else rng.random(n_rows) < probability
    counted_once = (sweep(actual, probability), counted(actual, probability > 0.5))
    decided = Decisions(HOSTILE, label, 2, *counted_once, actual, probability, np.arange(n_rows) % 2, False)
    return decision_curve_of(decided, goal, best_threshold(decided, goal))


MANY = [f"class {position}" for position in range(80)]
DATES = pd.Series(pd.date_range("2020-01-01", periods=90, unit="us"))


def associations(names):
    pairs = [Pair(one, other, 0.9, 100, -0.8) for one, other in pairwise(names)]
    return Associations(n_pairs=len(pairs), pairs=(*pairs, Pair(names[0], names[-1], 0.5, 90)))


def side(values, meaning, name="x", unit=""):
    return pd.Series(values), ColumnSpec(name=name, meaning=meaning, unit=unit)


RNG = np.random.default_rng(0)
TWO_AMOUNTS = RNG.normal(size=(2, 9000))
PAIRS = [
    (side(TWO_AMOUNTS[0], "number", HOSTILE, "€"), side(TWO_AMOUNTS[1], "number", HOSTILE)),
    (side([1.0, np.nan, np.inf, 3.0], "number"), side([1, 2, 3, 4], "integer", LONG)),
    (side([-1.7e308, 1.7e308] * 900, "number"), side(range(1800), "integer")),
    (side([5] * 2000, "integer"), side([*range(1999), 10**9], "integer")),
    (side([np.nan, np.nan], "number"), side([1.0, 2.0], "number")),
    (side(DATES, "date", "when"), side(range(90), "integer")),
    (side(pd.date_range("1700-01-01", periods=3000).as_unit("us"), "date"), side(range(3000), "integer")),
    (side(MANY * 20, "category", HOSTILE), side(range(1600), "integer")),
    (side(pd.date_range("2020-01-01", periods=160).as_unit("us"), "date"), side([HOSTILE, LONG] * 80, "category")),
    (side(MANY * 20, "category"), side(MANY[::-1] * 20, "text", LONG)),
    (side([HOSTILE, LONG, None, "a"] * 10, "category"), side(["yes", "no"] * 20, "yes_no")),
    (side([None], "category"), side(["a"], "category")),
]
CASES = {
    "leaderboard": [
        lambda make: make(board(["One", "Guess", "Two"]), metric="ROC AUC", higher_is_better=True),
        lambda make: make(board([HOSTILE, HOSTILE, LONG]), metric="RMSE", higher_is_better=False, unit="€"),
        lambda make: make(board(["One"], mean=float("nan")), metric="RMSE", higher_is_better=False),
        lambda make: make(board([]), metric="RMSE", higher_is_better=False),
    ],
    "roc": [
        lambda make, labels=labels: make(curves("roc", labels, 9000))
        for labels in (["Yes"], [HOSTILE, LONG, 3], MANY, [])
    ],
    "precision_recall": [
        lambda make, labels=labels: make(curves("precision_recall", labels, 9000))
        for labels in (["Yes"], [HOSTILE, LONG, 3], MANY, [])
    ],
    "confusion": [
        lambda make, labels=labels: make(confusion(labels)) for labels in (["No", "Yes"], [HOSTILE, LONG, 3], MANY)
    ],
    **QUALITY_CASES,
    "predicted_against_actual": [
        lambda make: make(amounts(50, HOSTILE)),
        lambda make: make(amounts(20_000)),
        lambda make: make(amounts(1)),
    ],
    "residual_histogram": [lambda make: make(amounts(50, HOSTILE)), lambda make: make(amounts(1))],
    "residuals_by_value": [lambda make: make(amounts(50, HOSTILE)), lambda make: make(amounts(1))],
    "errors_in_time": [
        lambda make, moments=moments: make(in_time(moments)) for moments in (DATES, pd.Series(range(90)))
    ],
    "interval_band": [lambda make, n=n: make(interval(n)) for n in (60, 20_000)],
    "interval_coverage": [lambda make, n=n: make(interval(n)) for n in (60, 20_000)],
    "shift_cost": [
        lambda make: make(amount_costs(50), Costs(3.0, 1.0), 2.5, amount_costs(50).curve(Costs(3.0, 1.0)), HOSTILE),
        lambda make: make(amount_costs(9000), Costs(), 0.0, amount_costs(9000).curve(Costs())),
    ],
    "importance": [lambda make: make(importance(["a", HOSTILE, LONG])), lambda make: make(importance(MANY))],
    "learning_curve": [
        lambda make: make(LearningCurve("rmse", "RMSE", False, (20, 40), ((3.0, 2.0), (2.0, 1.0)))),
        lambda make: make(LearningCurve("roc_auc", "ROC AUC", True, (50_000, 400_000), ((0.5,), (0.5,)))),
    ],
    "segments": [
        lambda make: make(weak_groups([HOSTILE, LONG, "age below 5 and " * 9], "wrong", "%")),
        lambda make: make(weak_groups([HOSTILE], "absolute", "€")),
        lambda make: make(weak_groups([], "wrong", "%")),
    ],
    "slices": [
        lambda make: make(groups_of(Slices, [HOSTILE, LONG, LONG + "1", LONG + "2"], "%")),
        lambda make: make(groups_of(Slices, MANY[:13], "€", baseline=9e9)),
        lambda make: make(groups_of(Slices, ["blank"], "", value=float("nan"))),
    ],
    "fairness_rates": [
        lambda make: make(groups_of(Fairness, [HOSTILE, LONG, LONG + "1"], ""), RATES[0]),
        lambda make: make(groups_of(Fairness, MANY[:13], "€"), RATES[-2]),
        lambda make: make(groups_of(Fairness, ["blank"], "", value=float("nan")), RATES[1]),
    ],
    "score_against_setting": [
        lambda make: make(tuning_curve([1.0, 2.0, 2.0])),
        lambda make: make(tuning_curve([0.01 * place for place in range(1, 300)], log=True, n_varied=3)),
        lambda make: make(tuning_curve([HOSTILE, LONG, None], numeric=False)),
        lambda make: make(tuning_curve([])),
    ],
    "score_history": [
        lambda make: make(history([0.8, 0.7]), metric="ROC AUC", higher_is_better=True, promised=0.8, std=0.01),
        lambda make: make(history([3.0] * 90), metric="RMSE", higher_is_better=False, promised=2.0, unit="€"),
        lambda make: make(history([float("nan")] * 2), metric="R²", higher_is_better=True, promised=0.5),
    ],
    "column_distribution": [
        lambda make: make(pd.Series([1.0, np.nan, np.inf, 3.0]), "number", name=HOSTILE, unit="€"),
        lambda make: make(pd.Series(np.random.default_rng(0).normal(size=9000)), "number", name="x"),
        lambda make: make(pd.Series([np.nan, np.nan]), "number", name="empty"),
        lambda make: make(pd.Series([-1.7e308, 1.7e308]), "number", name="whole range"),
        lambda make: make(pd.Series([5, 5, 5]), "integer", name="constant"),
        lambda make: make(DATES, "date", name="when"),
        lambda make: make(pd.Series([pd.NaT], dtype="datetime64[us]"), "date", name="never"),
        lambda make: make(
            pd.Series([HOSTILE, LONG, None, "65 other values", *MANY], dtype="str"), "text", name=HOSTILE
        ),
        lambda make: make(pd.Series([None], dtype="str"), "category", name="none"),
    ],
    "missingness": [
        lambda make: make(pd.Series({HOSTILE: 0.5, "b": 0.0, **dict.fromkeys(MANY, 0.1)})),
        lambda make: make(pd.Series({"b": 0.0})),
    ],
    "pair_chart": [
        lambda make, left=left, right=right: make(*(part[place] for place in (0, 1) for part in (left, right)))[0]
        for left, right in PAIRS
    ],
    "association_map": [
        lambda make: make(associations(["a", HOSTILE, LONG, LONG + "2"])),
        lambda make: make(associations(MANY)),
        lambda make: make(associations(["a", "b"]), ["b", "c"]),
        lambda make: make(Associations()),
    ],
    "shape_chart": [
        lambda make: make(Shape(HOSTILE, HOSTILE, shape_bins(12, HOSTILE)), view(HOSTILE), column(HOSTILE, "category")),
        lambda make: make(Shape(LONG, "", shape_bins(10, numbers=True)), view(""), column(LONG, "number", "€")),
        lambda make: make(Shape("x", "yes", shape_bins(1)), view("yes"), column("x", "yes_no")),
    ],
    "drift_chart": [
        lambda make: make(Drift(HOSTILE, "time", 0.2, 0.1, shape_bins(12, days=True)), view(HOSTILE)),
        lambda make: make(Drift("day", "time", 0.2, 0.1, shape_bins(2, days=True)), view("")),
        lambda make: make(Drift(HOSTILE, "group", 0.2, 0.1, shape_bins(5, HOSTILE)), view(HOSTILE)),
    ],
    "target_chart": [
        lambda make: make(pd.Series([1.0, np.nan, 3.0]), view(""), column(HOSTILE, "number", "€")),
        lambda make: make(pd.Series([0, 1, 1]), view("1"), column("y", "integer")),
        lambda make: make(pd.Series([HOSTILE, LONG, None], dtype="str"), view(HOSTILE), column(HOSTILE, "category")),
    ],
    "two_distributions": [
        lambda make, old=old, new=new, meaning=meaning: make(old, new, column(HOSTILE, meaning))
        for old, new, meaning in (
            (pd.Series([1.0, np.nan, np.inf, 3.5]), pd.Series([2.0, 9e9]), "number"),
            (pd.Series(range(9000)), pd.Series(range(10)), "integer"),
            (pd.Series([np.nan]), pd.Series([np.nan]), "number"),
            (pd.Series([-1.7e308, 1.7e308]), pd.Series([0.0]), "number"),
            (DATES, DATES + pd.Timedelta(days=40), "date"),
            (DATES, pd.Series([pd.NaT], dtype="datetime64[us]"), "date"),
            (pd.Series([HOSTILE, LONG, None, *MANY]), pd.Series(["no value", LONG + "1", LONG]), "category"),
            (pd.Series([HOSTILE, LONG]), pd.Series(["a"]), "text"),
            (pd.Series([1.0]), pd.Series(["a"]), "number"),
            (pd.Series([], dtype="str"), pd.Series([], dtype="str"), "category"),
        )
    ],
    "decision_value": [
        lambda make: make(decision_curve(900, HOSTILE), 0.3),
        lambda make: make(decision_curve(2, LONG)),
        lambda make: make(decision_curve(900, "Yes", F1), 0.0),
        lambda make: make(decision_curve(9, "Yes", BALANCED_ACCURACY, one_sided=True), 1.0),
    ],
    "decision_measures": [
        lambda make: make(decision_curve(9000, HOSTILE), 0.3),
        lambda make: make(decision_curve(2, LONG)),
        lambda make: make(decision_curve(900, "Yes", ROOM), 1.0),
    ],
    **USES_CASES,
}


def test_every_chart_has_cases():
    assert list(CASES) == list(charts.CHARTS)


def drawn():
    for name, cases in CASES.items():
        for position, case in enumerate(cases):
            yield pytest.param(name, case, id=f"{name}-{position}")


def every(chart, key):
    """All values of ``key`` anywhere in the specification, the data left aside."""
    if isinstance(chart, dict):
        for name, value in chart.items():
            if name == key:
                yield value
            if name != "values":
                yield from every(value, key)
    elif isinstance(chart, list):
        for value in chart:
            yield from every(value, key)


@pytest.mark.parametrize("name, case", list(drawn()))
def test_chart_contract(name, case):
    chart = case(charts.CHARTS[name])
    text = json.dumps(chart, allow_nan=False)
    altair.Chart.from_dict(chart).to_dict()  # valid by the schema of Vega-Lite
    assert "".join(chart["title"]["text"]).strip()
    assert sum(len(values) for values in every(chart, "values") if isinstance(values, list)) <= 5000
    titled = {
        channel for layer in chart["layer"] for channel in "xy" if layer["encoding"].get(channel, {}).get("title")
    }
    assert titled == {"x", "y"}
    fields = set(every(chart, "field")) | {test["field"] for test in every(chart, "test") if isinstance(test, dict)}
    assert all(field.isidentifier() for field in fields), fields
    named = chart.get("datasets", {}).values()  # what a browser takes in without drawing the chart anew
    values_of = [*every(chart, "values"), *named]
    known = {field for values in values_of for row in values if isinstance(row, dict) for field in row}
    # Vega-Lite writes titles into expressions as they are.
    titles = [title for title in every(chart["layer"], "title") if isinstance(title, str)]
    assert not any("\\" in title or len(title.splitlines()) > 1 for title in titles)
    assert fields <= known or not any(every(chart, "values")) or not chart["data"]["values"]
    assert "background" not in text and "labelColor" not in text and "titleColor" not in text


@pytest.mark.parametrize(
    "name", [HOSTILE, "C:\\x", "ends with \\", "two\u2028lines"], ids=["hostile", "path", "end", "lines"]
)
def test_a_name_in_titles_leaves_no_empty_picture(name):
    axes = {"x": theme.x("count", name), "y": theme.names("level", name, ["one"])}
    colour = {"field": "level", "type": "nominal", "title": name}
    mark = {"mark": "bar", "encoding": {**axes, "color": colour, "tooltip": theme.tip(level=name)}}
    chart = theme.chart(name, [{"count": 1, "level": "C:\\x"}], mark)
    assert chart["data"]["values"] == [{"count": 1, "level": "C:\\x"}]  # what is drawn from data stays as it is
    svg = vl_convert.vegalite_to_svg({**chart, "width": 300}, vl_version="6.1")  # raises where an expression breaks
    assert name.split()[0].replace("\\", "\N{SET MINUS}") in unescape(svg)


def test_files_on_which_the_score_is_clearly_worse_are_told_apart():
    chart = charts.score_history(
        history([0.81, 0.79, 0.70]), metric="ROC AUC", higher_is_better=True, promised=0.80, std=0.01
    )
    assert [row["below"] for row in chart["data"]["values"]] == [False, False, True]  # 0.72 < 0.80 - 0.01
    assert " ".join(chart["title"]["text"]) == (
        "ROC AUC 0.700 on the newest of 3 files; 0.800 was promised; 1 of them clearly worse"
    )
    costs = charts.score_history(history([3.0, 3.9]), metric="RMSE", higher_is_better=False, promised=3.5)
    assert [row["below"] for row in costs["data"]["values"]] == [False, True]


def luminance(colour):
    channels = [int(colour[position : position + 2], 16) / 255 for position in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", theme.COLOURS)
@pytest.mark.parametrize("page", ["#ffffff", "#0e1117"])
def test_colours_are_seen_on_light_and_dark(colour, page):
    """WCAG 2.1, 1.4.11: graphics need a contrast of at least 3."""
    light, dark = sorted([luminance(colour), luminance(page)], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_measured_charts_say_the_unit_of_the_metric():
    needed = charts.importance(replace(importance(["a", "b"]), unit="€"))
    assert {one["encoding"]["x"]["title"] for one in needed["layer"][:1]} == {
        "Loss of ROC AUC when the column is shuffled (€)"
    }
    curve = charts.learning_curve(LearningCurve("rmse", "RMSE", False, (20, 40), ((3.0, 2.0), (2.0, 1.0)), "€"))
    assert curve["layer"][0]["encoding"]["y"]["title"] == "RMSE, lower is better (€)"
    assert curve["data"]["values"][0]["shown"].endswith(" €")


def test_every_column_of_a_large_table_of_counts_has_its_name():
    x, y = (charts.confusion(confusion(MANY))["layer"][0]["encoding"][channel]["axis"] for channel in "xy")
    assert x["labelAngle"] == -90 and x["labelOverlap"] is False
    assert x["labelLimit"] == y["labelLimit"] < theme.LABEL_LIMIT


def test_one_column_beyond_those_drawn_is_said_as_one():
    chart = charts.reasons(uses_cases.reasons([f"column {at}" for at in range(11)], None))
    assert chart["data"]["values"][-2]["name"] == "1 other column"


def test_too_many_points_are_a_defect():
    with pytest.raises(ValueError, match="thin or bin"):
        theme.chart("title", [{"x": 1}] * 5001)


def test_thinning_keeps_both_ends():
    kept = theme.thinned(pd.DataFrame({"x": range(1000)}), 10)
    assert len(kept) == 10
    assert kept["x"].iloc[[0, -1]].tolist() == [0, 999]


def test_missing_values_become_null():
    row = {"x": np.float64("nan"), "y": np.int64(3), "z": pd.NaT, "at": pd.Timestamp("2024-05-06")}
    assert theme.records([row]) == [{"x": None, "y": 3, "z": None, "at": "2024-05-06T00:00:00"}]


def test_grid_counts_every_point():
    cells = grid(pd.Series([0.0, 0.0, 1.0]), pd.Series([0.0, 0.0, 1.0]), 2)
    assert cells["count"].tolist() == [2, 1]
    assert cells["x"].tolist() == [0.0, 0.5]
    assert cells["y2"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize("n_rows", [50, 3000])
def test_every_row_is_behind_one_mark(n_rows):
    result = amounts(n_rows)
    marks = charts.predicted_against_actual(result)["data"]["values"]
    behind = [rows_behind(result, mark["place"]) for mark in marks]
    assert sorted(pd.concat(behind)["row"]) == list(range(n_rows))
    if n_rows == 3000:
        assert [len(rows) for rows in behind] == [mark["count"] for mark in marks]
    else:
        assert [rows["prediction"].iloc[0] for rows in behind] == [mark["y"] for mark in marks]
    assert not len(rows_behind(result, len(marks)))


def test_a_cell_says_its_shares_of_line_and_column():
    cells = charts.confusion(Confusion("y", ("No", "Yes"), np.array([[600, 200], [50, 150]])))["data"]["values"]
    assert [cell["told"] for cell in cells][:2] == ["600 rows, 600 per 1,000", "200 rows, 200 per 1,000"]
    assert cells[3]["line"] == "→ 75 % of the line" and cells[3]["column"] == "↓ 43 % of the column"
    assert cells[3]["share_predicted"] == pytest.approx(150 / 350, abs=1e-12)


def test_histogram_of_whole_numbers_has_a_bar_each():
    frame = histogram(pd.Series([1, 2, 2, 4]))
    assert frame["low"].tolist() == [0.5, 1.5, 2.5, 3.5]
    assert frame["count"].tolist() == [1, 2, 0, 1]


def test_histogram_equals_numpy():
    values = np.random.default_rng(1).normal(size=1000)
    frame = histogram(pd.Series(values))
    assert frame["count"].tolist() == np.histogram(values, bins=30)[0].tolist()


def test_histogram_of_dates_keeps_all():
    frame = histogram(DATES)
    assert frame["count"].sum() == 90
    assert frame["low"].iloc[0] == pd.Timestamp("2020-01-01")


def test_top_values_gather_the_rest():
    frame = top_values(pd.Series(["a", "a", "b", "c", None]), most=1)
    assert frame["value"].tolist() == ["a", "2 other values"]
    assert frame["count"].tolist() == [2, 2]


def test_confusion_shows_the_most_frequent_classes_only():
    chart = charts.confusion(confusion(MANY))
    assert len(chart["data"]["values"]) == 25 * 25
    assert "25 most frequent of 80" in " ".join(chart["title"]["text"])


def test_leaderboard_marks_the_best_that_learned():
    chart = charts.leaderboard(board(["One", "Guess", "Two"]), metric="ROC AUC", higher_is_better=True)
    assert chart["title"]["text"] == "One leads: ROC AUC 0.800 ± 0.010; guessing 0.790"


def test_a_leaderboard_says_that_some_are_level():
    frame = board(["One", "Guess", "Two", "Three"]).assign(tied=[True, False, True, False])
    chart = charts.leaderboard(frame, metric="ROC AUC", higher_is_better=True)
    assert chart["title"]["text"] == "One and 1 other are level: ROC AUC 0.800 ± 0.010; guessing 0.790"


def test_a_leaderboard_draws_what_is_unfinished_apart():
    frame = board(["Early", "Guess", "Two"], mean=74.66).assign(complete=[False, True, True], folds_done=2, n_folds=5)
    chart = charts.leaderboard(frame, metric="RMSE", higher_is_better=False)
    drawn = {point["name"]: point["quiet"] for point in chart["data"]["values"]}
    assert drawn == {"Guess": True, "Two": False, "Early (2 of 5 folds)": True}
    assert list(drawn)[-1] == "Early (2 of 5 folds)"
    assert "Two leads: RMSE 74.6 ± 0.01" in " ".join(chart["title"]["text"].splitlines())


def test_a_grid_of_two_columns_counts_every_row():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=5000), rng.normal(size=5000)
    frame, is_cut = density(x, y)
    counts, x_edges, _ = np.histogram2d(x, y, bins=40)
    assert frame["count"].sum() == 5000 and not is_cut
    assert frame["count"].tolist() == counts[counts > 0].astype(int).tolist()
    assert frame["x"].min() == pytest.approx(x_edges[0])


def test_what_is_far_out_is_counted_at_the_edge():
    x = np.append(np.random.default_rng(0).normal(size=4999), 1e6)
    frame, is_cut = density(x, np.arange(5000.0))
    assert is_cut and frame["count"].sum() == 5000 and frame["x2"].max() < 10


def test_few_whole_numbers_have_a_cell_each():
    frame, _ = density(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0.0, 0.0, 0.0, 1.0]))
    assert frame[["x", "x2"]].to_numpy().tolist() == [[0.5, 1.5], [1.5, 2.5], [2.5, 3.5]]
    assert frame["count"].tolist() == [1, 2, 1]


def test_five_numbers_per_word_equal_pandas():
    values = pd.Series(np.random.default_rng(0).normal(size=900))
    words = pd.Series(["a", "b", "c"] * 300)
    frame, n_others = quantiles_by(values, words, most=2)
    expected = values.groupby(words).quantile([0.05, 0.25, 0.5, 0.75, 0.95]).unstack()
    assert n_others == 1 and sorted(frame["name"]) == ["a", "b"] and frame["count"].tolist() == [300, 300]
    found = frame.set_index("name").loc[["a", "b"], ["low", "q25", "median", "q75", "high"]]
    np.testing.assert_allclose(found, expected.loc[["a", "b"]])
    assert frame["median"].is_monotonic_decreasing


def test_shares_of_words_by_hand():
    frame, n_more = shares_of(pd.Series(["a", "a", "a", "b", "c"]), pd.Series(["x", "x", "y", "x", "y"]), most=2)
    assert n_more == 1
    assert frame[["one", "other"]].to_numpy().tolist() == [["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]]
    assert frame["count"].tolist() == [2, 1, 1, 0]
    np.testing.assert_allclose(frame["share"], [2 / 3, 1 / 3, 1, 0])
    np.testing.assert_allclose(frame["overall"], [0.6, 0.4, 0.6, 0.4])


def two(left, right):
    chart, numbers = charts.pair_chart(left[0], right[0], left[1], right[1])
    title = chart["title"]["text"]
    return title if isinstance(title, str) else " ".join(title), numbers


def test_a_pair_says_how_it_goes_together():
    x = np.random.default_rng(0).normal(size=400)
    size, price = side(x, "number", "size"), side(-x, "number", "price")
    title, numbers = two(size, price)
    assert title == "“price” falls as “size” rises: they go together by 100\N{NO-BREAK SPACE}%"
    assert list(numbers) == ["size", "price"] and len(numbers) == 400
    title, _ = two(size, side(x**2, "number", "square"))
    assert title.endswith("but not in a straight line")
    title, _ = two(size, side(np.random.default_rng(1).normal(size=400), "number", "noise"))
    assert title == "“size” and “noise” have nothing to do with each other, beyond chance"
    title, numbers = two(size, side(np.where(x > 0, "big", "small"), "category", "kind"))
    assert title.endswith("“size” is typically highest for “big”, lowest for “small”")
    assert list(numbers)[:2] == ["kind", "Rows"] and numbers["kind"].tolist() == ["big", "small"]
    kind = side(np.where(x > 0, "big", "small"), "category", "kind")
    title, numbers = two(kind, side(np.where(x > 0, "L", "S"), "category", "code"))
    assert (
        f"“code” is “L” in 100\N{NO-BREAK SPACE}% of the rows where “kind” is “big”, in {100 * (x > 0).mean():.0f}"
        in title
    )
    assert len(numbers) == 4


def test_many_rows_are_a_grid_and_dates_stay_dates():
    days = pd.Series(pd.date_range("2020-01-01", periods=3000).as_unit("us"))
    title, numbers = two(side(days, "date", "day"), side(range(3000), "integer", "n"))
    assert title.startswith("“n” rises as “day” rises")
    assert list(numbers) == ["day from", "day to", "n from", "n to", "Rows"]
    assert numbers["Rows"].sum() == 3000 and numbers["day from"].min() == pd.Timestamp("2020-01-01")


def test_the_map_puts_beside_each_other_what_goes_together():
    pairs = (Pair("a", "d", 0.9, 10), Pair("b", "c", 0.8, 10), Pair("d", "e", 0.7, 10), Pair("f", "g", 0.6, 10))
    found = Associations(n_pairs=21, pairs=pairs)
    assert map_names(found, most=5) == ["a", "d", "e", "b", "c"]
    frame = map_frame(found, ["a", "b", "c", "d"])
    assert frame[["one", "other"]].to_numpy().tolist() == [["a", "d"], ["d", "a"], ["b", "c"], ["c", "b"]]
