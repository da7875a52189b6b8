"""Contract of every chart function, and what is particular to some."""

import json

import altair
import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts import theme
from workbench.charts.amounts import grid
from workbench.charts.columns import histogram, top_values
from workbench.results.amounts import Amounts
from workbench.results.classes import Confusion, Curve, Curves
from workbench.results.importance import Importance

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


def curves(kind, labels, n_points):
    x = np.linspace(0, 1, n_points)
    return Curves(kind, HOSTILE, tuple(Curve(label, x, np.sqrt(x), 1 - x, 0.7, 0.2) for label in labels))


def confusion(labels):
    counts = np.arange(len(labels) ** 2).reshape(len(labels), -1)
    return Confusion(HOSTILE, tuple(labels), counts)


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


MANY = [f"class {position}" for position in range(80)]
DATES = pd.Series(pd.date_range("2020-01-01", periods=90, unit="us"))
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
    "predicted_against_actual": [
        lambda make: make(amounts(50, HOSTILE)),
        lambda make: make(amounts(20_000)),
        lambda make: make(amounts(1)),
    ],
    "residual_histogram": [lambda make: make(amounts(50, HOSTILE)), lambda make: make(amounts(1))],
    "residuals_by_value": [lambda make: make(amounts(50, HOSTILE)), lambda make: make(amounts(1))],
    "importance": [lambda make: make(importance(["a", HOSTILE, LONG])), lambda make: make(importance(MANY))],
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
    known = {field for values in every(chart, "values") for row in values for field in row}
    assert fields <= known or not any(every(chart, "values")) or not chart["data"]["values"]
    assert "background" not in text and "labelColor" not in text and "titleColor" not in text


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
