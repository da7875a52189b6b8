"""Cases for the contract of charts about what a model uses: hostile and long names, many and few of everything."""

import numpy as np
import pandas as pd

from workbench.results.uses.effects import Effect
from workbench.results.uses.interactions import Interactions, PairEffect
from workbench.results.uses.reasons import Reasons
from workbench.specs import ColumnSpec

HOSTILE = "a.b[0]['x\"]: 😀 \\ \n</script><b>{{datum.x}}"
LONG = "k" * 60


def reasons(names, label, scale=1.0, target=HOSTILE):
    added = scale * np.linspace(1.0, -0.6, len(names))
    rows = pd.DataFrame({"column": names, "value": HOSTILE, "contribution": added, "error": 0.01 * (added > 0)})
    rows = rows.loc[rows["contribution"].abs().sort_values(ascending=False).index]
    return Reasons(target, "€", label, 0.5, 0.5 + float(added.sum()), rows, 32, False)


def effect(values, meaning, label, n_lines=40, name=HOSTILE):
    n_values = len(values)
    mean = np.linspace(0.2, 0.7, n_values)
    rows = pd.DataFrame({"value": values, "mean": mean, "low": mean - 0.1, "high": mean + 0.1})
    lines = np.tile(mean, (n_lines, 1)) + np.linspace(-0.1, 0.1, n_lines)[:, None]
    if meaning in ("number", "date"):
        spread = pd.DataFrame({"low": values[:-1], "high": values[1:], "count": np.arange(n_values - 1)})
    else:
        spread = pd.DataFrame({"value": values, "count": np.arange(n_values)})
    return Effect(ColumnSpec(name=name, meaning=meaning, unit="kg"), HOSTILE, "", label, rows, lines, spread, 500, 3)


def pair(values, meaning, others, label="yes"):
    rows = pd.DataFrame(
        [
            {"value": value, "other": str(other), "mean": 0.01 * place}
            for other in others
            for place, value in enumerate(values)
        ]
    )
    one, other = ColumnSpec(name=HOSTILE, meaning=meaning), ColumnSpec(name=LONG, meaning="category")
    return PairEffect(one, other, HOSTILE, "€", label, rows)


def pairs(names):
    rows = pd.DataFrame(
        {
            "one": names,
            "other": LONG,
            "share": 0.1,
            "loss": 0.02,
            "p_value": 0.001,
            "worth": [True, *[False] * (len(names) - 1)],
        }
    )
    return Interactions(rows, 400)


DAYS = pd.date_range("2024-01-01", periods=25, unit="us")
USES_CASES = {
    "reasons": [
        lambda make: make(reasons(["a", HOSTILE, LONG, LONG + "2"], HOSTILE)),
        lambda make: make(reasons([f"column {at}" for at in range(80)], None, 1e6)),
        lambda make: make(reasons(["a", "b"], "yes", 20.0)),
        lambda make: make(reasons(["a"], "yes", 0.0)),
        lambda make: make(reasons(["a", "b"], 1, 1e-3)),
    ],
    "column_effect": [
        lambda make: make(effect(np.linspace(0, 1, 25), "number", HOSTILE)),
        lambda make: make(effect(np.linspace(0, 1, 25), "number", None), centred=True),
        lambda make: make(effect(np.array([1.0, 2.0]), "number", "yes", 1), lines=False),
        lambda make: make(effect(DAYS, "date", "yes"), centred=True),
        lambda make: make(effect([HOSTILE, LONG, LONG + "2", "no value"], "category", "yes")),
        lambda make: make(effect(["x"], "yes_no", None)),
    ],
    "pair_effect": [
        lambda make: make(pair([1.0, 2.0, 3.0], "number", [HOSTILE, LONG, "c", "d", "e"])),
        lambda make: make(pair(list(DAYS), "date", ["a"], None)),
        lambda make: make(pair([HOSTILE, LONG, LONG + "2"], "category", [LONG, LONG + "2"])),
    ],
    "interactions": [
        lambda make: make(pairs([HOSTILE, LONG, LONG])),
        lambda make: make(pairs([f"column {at}" for at in range(80)])),
    ],
}
