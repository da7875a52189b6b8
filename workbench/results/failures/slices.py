"""A metric per level or band of one column, with intervals, beside the baseline."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbench.profiling.target.intervals import Z
from workbench.results.failures import chance
from workbench.results.failures.bands import Bands, cut
from workbench.results.failures.segment_search import clusters_of
from workbench.results.failures.slice_metrics import Scored, scored_by, slice_metrics
from workbench.results.wording import number, percent, shorten
from workbench.specs import ColumnSpec, ExperimentSpec
from workbench.training.evaluation import Evaluation

MOST_RANGES, MOST_LEVELS = 8, 12
FEW_ROWS = 30  # a group of fewer is shown in grey and not judged
DRAWS, MOST_DRAWN = 100, 2_000  # of a metric that is no mean over rows; its spread is then known to 7 %


@dataclass(frozen=True, eq=False)
class Slices:
    """A metric per group of rows.

    Parameters
    ----------
    column : str
    label, sentence : str
        Of the metric.
    unit : str
        "%" for shares, which are fractions here, and for amounts that are percentages themselves.
    higher_is_better : bool
    overall : float
        The metric on all rows.
    rows : DataFrame
        One row a group: ``level``, ``n_rows``, ``value``, ``low``, ``high`` (95 %), ``baseline``, ``rest`` (the
        metric on all other rows), ``p_value`` (of no difference to the rest, corrected for the number of groups; NaN
        for few rows), ``few``.
    labels : int64 ndarray of shape (n_rows,)
        Index labels of all rows.
    places : int64 ndarray of shape (n_rows,)
        Position in ``rows`` of each row's group.
    share : bool
        The metric is a share of rows, 0 to 1.
    """

    column: str
    label: str
    sentence: str
    unit: str
    higher_is_better: bool
    overall: float
    rows: pd.DataFrame
    labels: np.ndarray
    places: np.ndarray
    share: bool = False

    def frame(self) -> pd.DataFrame:
        return self.rows

    def labels_of(self, level: str) -> np.ndarray:
        """Index labels of the rows of a group; empty where there is none of that name."""
        found = np.flatnonzero((self.rows["level"] == level).to_numpy())
        return self.labels[np.isin(self.places, found)]

    def say(self, value: float) -> str:
        """Write a value of the metric with its unit."""
        if self.share:
            return percent(value) if math.isfinite(value) else "not defined"
        return number(value, unit=self.unit)

    def finding(self) -> str:
        """The result in one sentence."""
        name = f"“{shorten(self.column)}”"
        sign = -1 if self.higher_is_better else 1
        worse = self.rows[
            (self.rows["p_value"] <= chance.ALPHA) & (sign * (self.rows["value"] - self.rows["rest"]) > 0)
        ]
        if worse.empty:
            if not self.rows["p_value"].notna().any():
                return f"Groups of {name} have too few rows to be compared"
            return f"No group of {name} is worse than the others beyond chance"
        worst = worse.loc[(sign * (worse["value"] - worse["rest"])).idxmax()]
        told = f"{self.say(worst['value'])} {self.label}" if self.share else f"{self.label} {self.say(worst['value'])}"
        return f"Weakest by {name}: “{shorten(worst['level'])}” with {told}, all others {self.say(worst['rest'])}"


def slices(evaluation: Evaluation, key: str, table: pd.DataFrame, column: ColumnSpec, by: str = "") -> Slices:
    """Return a metric of the out-of-fold predictions per level, range or period of a column.

    Parameters
    ----------
    evaluation : Evaluation
        With classes as they are decided.
    key : str
    table : DataFrame
        The person's typed table; rows that it lacks are left out.
    column : ColumnSpec
        Of the table.
    by : str
        As in :func:`slice_metrics`; "" for the first.

    Notes
    -----
    Means over rows have the intervals and tests of ``chance.mean_interval`` and ``chance.p_difference``. Other metrics
    are drawn again 100 times from the rows of a group and of all others; interval and test are those of a normal
    distribution with that spread (Efron, Tibshirani, An Introduction to the Bootstrap, 1993, chapter 12).
    """
    spec = evaluation.spec
    rows = evaluation.out_of_fold(key)
    rows = rows[rows["row"].isin(table.index)].reset_index(drop=True)
    values = table[[column.name, *_group_column(spec, table, column)]].reindex(rows["row"])
    name, places, words = by or next(iter(slice_metrics(spec))), *_groups(values[column.name], column)
    scored = scored_by(name, evaluation, rows)
    clusters = clusters_of(spec, values)
    found = [_group(scored, places == place, clusters, spec.seed) for place in range(len(words))]
    frame = pd.DataFrame({"level": words, **{field: [one[field] for one in found] for field in found[0]}})
    judged = frame["p_value"].notna().to_numpy()
    frame.loc[judged, "p_value"] = _corrected(frame.loc[judged, "p_value"].to_numpy(), len(frame))
    is_words = _is_words(column, values[column.name])
    frame, places = _ordered(frame, places, scored.higher_is_better, is_words)
    return Slices(
        column.name,
        scored.label,
        scored.sentence,
        scored.unit,
        scored.higher_is_better,
        scored.value(np.arange(len(rows))),
        frame,
        rows["row"].to_numpy(),
        places,
        scored.share,
    )


def _group_column(spec: ExperimentSpec, table: pd.DataFrame, column: ColumnSpec) -> list[str]:
    name = spec.split.column
    return [name] if spec.split.kind == "group" and name in table and name != column.name else []


def _is_words(column: ColumnSpec, values: pd.Series) -> bool:
    return column.meaning != "date" and not pd.api.types.is_numeric_dtype(values.dtype)


def _groups(values: pd.Series, column: ColumnSpec) -> tuple[np.ndarray, list[str]]:
    """Return the group of each row, and every group that has a row in words; blanks are the last."""
    bands: Bands | None = cut(values, column, MOST_RANGES, MOST_LEVELS)
    words = [*(bands.labels if bands else ()), "blank"]
    codes = bands.codes if bands else np.zeros(len(values), dtype=int)
    there, places = np.unique(codes, return_inverse=True)
    return places, [words[code] for code in there]


def _group(scored: Scored, inside: np.ndarray, clusters: np.ndarray | None, seed: int) -> dict:
    here, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
    few = len(here) < FEW_ROWS
    value, other = scored.value(here), scored.value(rest) if len(rest) else math.nan
    if scored.errors is not None:
        groups = None if clusters is None else clusters[here]
        low, high = chance.mean_interval(scored.errors[here], groups, share=scored.share, seed=seed)
        sides = None if clusters is None else (groups, clusters[rest])
        p_value = chance.p_difference(scored.errors[here], scored.errors[rest], sides, greater=False)
    else:
        spread, of_rest = (_spread(scored.value, at, clusters, seed) for at in (here, rest))
        low, high = value - Z * spread, value + Z * spread
        error = math.hypot(spread, of_rest)
        p_value = float(2 * stats.norm.sf(abs(value - other) / error)) if error > 0 else math.nan
    guess = math.nan if scored.baseline is None else scored.baseline(here)
    told = {"n_rows": len(here), "value": value, "low": low, "high": high, "baseline": guess, "rest": other}
    return {**told, "p_value": math.nan if few or len(rest) < FEW_ROWS else p_value, "few": few}


def _spread(value: Callable, at: np.ndarray, clusters: np.ndarray | None, seed: int) -> float:
    """Standard deviation of a metric over rows (clusters) drawn with replacement; NaN where it is mostly undefined."""
    rng = np.random.default_rng(seed)
    units = [at] if clusters is None else np.split(*_by_cluster(at, clusters[at]))
    n_units = len(at) if clusters is None else len(units)
    if n_units < 2:
        return math.nan
    n_drawn = min(n_units, max(MOST_DRAWN * n_units // max(len(at), 1), 2))
    found = []
    for _ in range(DRAWS):
        drawn = rng.integers(0, n_units, n_drawn)
        found.append(value(at[drawn] if clusters is None else np.concatenate([units[one] for one in drawn])))
    defined = np.array(found)[np.isfinite(found)]
    return float(defined.std() * math.sqrt(n_drawn / n_units)) if len(defined) > DRAWS / 2 else math.nan


def _by_cluster(at: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(clusters, kind="stable")
    return at[order], np.flatnonzero(np.diff(clusters[order])) + 1


def _corrected(p_values: np.ndarray, n_groups: int) -> np.ndarray:
    # Of two groups each is the rest of the other: that is one comparison.
    return p_values if n_groups == 2 else chance.holm(p_values)


def _ordered(frame, places, higher_is_better, is_words) -> tuple[pd.DataFrame, np.ndarray]:
    """Return groups as they are shown, and the place of each row among them: words with the worst first, few rows and
    blanks last; ranges and periods in their own order."""
    if is_words:
        blank = (frame["level"] == "blank") & (frame.index == len(frame) - 1)
        order = frame.assign(last=blank | frame["few"], sign=frame["value"] * (1 if higher_is_better else -1))
        order = order.sort_values(["last", "sign"], kind="stable").index.to_numpy()
    else:
        order = np.arange(len(frame))
    return frame.iloc[order].reset_index(drop=True), np.argsort(order)[places]
