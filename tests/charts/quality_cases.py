"""Cases of the charts of how good a model is."""

import numpy as np
import pandas as pd

from workbench.results.quality.calibration import Calibration, binned
from workbench.results.quality.folds import FoldScores
from workbench.results.quality.gain import Gain
from workbench.results.quality.score_histogram import ScoreHistogram, counted

HOSTILE = "a.b[0]['x\"]: 😀 \\ \n</script><b>{{datum.x}}"
LONG = "k" * 60


def calibration(n_rows, label, *, most=1.0):
    rng = np.random.default_rng(0)
    stated = rng.random(n_rows) * most
    bins = binned(stated, rng.random(n_rows) < stated)
    return Calibration(HOSTILE, label, bins, stated, 9.0, 0.01, 0.02, (LONG,))


def nothing_seen():
    none = np.empty(0)
    bins = pd.DataFrame(columns=calibration(9, "Yes").bins.columns, dtype=float)
    return Calibration("y", "Yes", bins, none, 0.0, 1.0, 0.0)


def gains(n_rows, target, label):
    share = np.linspace(0, 1, n_rows)
    gain = np.sqrt(share)
    with np.errstate(invalid="ignore"):
        points = {"share_taken": share, "gain": gain, "spread": np.nan, "perfect": 1.0, "lift": gain / share}
    return Gain(target, label, 0.1, pd.DataFrame(points))


def folds(n_folds, *, by_time=False):
    rows = pd.DataFrame({"fold": np.arange(n_folds), "n_rows": 100, "score": np.linspace(0.7, 0.9, n_folds)})
    rows = rows.assign(others=0.8, expected_low=0.75, expected_high=0.85, p_value=np.where(rows["fold"] == 0, 0.01, 1))
    return FoldScores(LONG, HOSTILE, True, by_time, rows)


def spread_of(n_rows, groups, label):
    bars, medians = counted(np.random.default_rng(0).random(n_rows), np.arange(n_rows) % 9 == 0)
    return ScoreHistogram(HOSTILE, label, groups, bars, medians, 0.2)


QUALITY_CASES = {
    "calibration": [
        lambda make: make(calibration(20_000, HOSTILE)),
        lambda make: make(calibration(3, None)),
        lambda make: make(calibration(900, LONG, most=0.01)),
        lambda make: make(nothing_seen()),
    ],
    **{
        name: [
            lambda make: make(gains(201, HOSTILE, LONG)),
            lambda make: make(gains(11, LONG, HOSTILE)),
        ]
        for name in ("gain", "lift")
    },
    "score_histogram": [
        lambda make: make(spread_of(9000, (HOSTILE, HOSTILE), HOSTILE)),
        lambda make: make(spread_of(1, (LONG, LONG + "2"), None)),
        lambda make: make(spread_of(0, ("a", "b"), None)),
    ],
    "fold_scores": [
        lambda make: make(folds(5)),
        lambda make: make(folds(1)),
        lambda make: make(folds(400, by_time=True)),
        lambda make: make(folds(0)),
    ],
}
