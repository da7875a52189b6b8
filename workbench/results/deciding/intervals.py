"""Intervals around predicted amounts, from the errors on rows that the model had not seen, and how often they hold."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.profiling.target.intervals import wilson
from workbench.results.deciding import interval_shapes
from workbench.results.deciding.held_out_parts import BLOCKS, others_of, parts_of
from workbench.results.deciding.interval_shapes import PLAIN, Shape
from workbench.results.wording import number, percent
from workbench.runtime.intervals import bounds, how_often
from workbench.specs import SplitSpec
from workbench.training.evaluation import Evaluation

LEVELS = (0.8, 0.9, 0.95)
DEFAULT_LEVEL = 0.9
FLOOR_ROWS = 50  # none of which is negative: then the next is with a chance of at most 1 in 51
MOST_ROWS = 200_000  # errors calibrated on; more say the same
SHORT = 0.02  # of coverage, from which it is said that intervals hold less often than they should
BANDS = 10  # of predicted value, in which the coverage is counted


@dataclass(frozen=True, eq=False)
class Interval:
    """An interval around each prediction of a candidate, and how it fares on rows it was not calibrated on.

    Parameters
    ----------
    level : float
        Share of the actual values that is to lie inside.
    target, unit : str
    shape : Shape
        The one whose intervals are narrowest.
    rule : dict
        As ``runtime.intervals.bounds`` takes it: calibrated on all held-out rows, for the model of all rows.
    rows : DataFrame
        ``row``, ``fold``, ``actual``, ``prediction``, ``lower``, ``upper``, ``inside``; the ends come from an
        interval that was chosen and calibrated on the other parts (of a division by time: the earlier ones), and are
        NaN where those are too few.
    plain_width : float
        Mean width of the same, as wide everywhere; in the target's unit.
    ratio : float
        Error of the model of all rows divided by that of the models of the folds.
    split : SplitSpec
    """

    level: float
    target: str
    unit: str
    shape: Shape
    rule: dict[str, Any]
    rows: pd.DataFrame
    plain_width: float
    ratio: float
    split: SplitSpec

    @property
    def _counted(self) -> pd.DataFrame:
        return self.rows[self.rows["lower"].notna()]

    @property
    def coverage(self) -> float:
        """Share of the held-out actual values inside; NaN where no row could be counted."""
        return float(self._counted["inside"].mean())

    @property
    def width(self) -> float:
        """Mean width on held-out rows, in the target's unit."""
        counted = self._counted
        return float((counted["upper"] - counted["lower"]).mean())

    def frame(self) -> pd.DataFrame:
        return self.rows

    def by_fold(self) -> pd.DataFrame:
        """Coverage and mean width per tested part: ``fold``, ``n_rows``, ``coverage``, ``low``, ``high``, ``width``."""
        return _coverage_by(self._counted, self._counted["fold"], "fold")

    def by_value(self, bands: int = BANDS) -> pd.DataFrame:
        """Coverage and mean width in bands of predicted value that hold about equally many rows.

        Returns
        -------
        DataFrame
            ``from``, ``to`` (of the predictions in the band), ``n_rows``, ``coverage`` with the ends ``low`` and
            ``high`` of its 95 % interval (Wilson's), ``width``.
        """
        counted = self._counted
        prediction = counted["prediction"].to_numpy()
        edges = np.unique(np.quantile(prediction, np.linspace(0, 1, bands + 1)))
        band = np.searchsorted(edges[1:-1], prediction, side="right")
        found = _coverage_by(counted, pd.Series(band, index=counted.index), "band")
        groups = counted.groupby(band)["prediction"]
        found.insert(0, "from", groups.min().to_numpy())
        found.insert(1, "to", groups.max().to_numpy())
        return found.drop(columns="band")

    def spread(self) -> float:
        """Standard deviation (``ddof=0``) of the coverage over folds; NaN for a single one."""
        shares = self.by_fold()["coverage"]
        return float(shares.std(ddof=0)) if len(shares) > 1 else float("nan")

    def finding(self) -> str:
        """The result in one sentence."""
        wide = number(self.width, unit=self.unit)
        return (
            f"Of the held-out rows {percent(self.coverage)} lie inside their interval ({percent(self.level)} should); "
            f"it is {wide} wide on average"
        )

    def shortfall(self) -> str:
        """Say that the interval held less often than it should, by more than chance explains; "" where it did not."""
        counted = self._counted
        if not len(counted):
            return ""
        _, high = wilson(np.array([counted["inside"].sum()]), np.array([len(counted)]))
        if float(high[0]) >= self.level or self.level - self.coverage < SHORT:
            return ""
        why = {
            "time": "errors were larger later than before",
            "group": f"rows of some “{self.split.column}” are predicted far worse than others",
            "own": "some of your folds are predicted far worse than others",
        }.get(self.split.kind, "some folds are predicted far worse than others")
        return (
            f"The interval held for {percent(self.coverage)} of the held-out rows instead of {percent(self.level)}: "
            f"{why}. Do not count on {how_often(self.level)}; a higher level is safer."
        )

    def meaning(self) -> str:
        """What the coverage promises, given how rows were divided."""
        return meaning_of(self.split, self.level)

    def to_json(self) -> dict[str, Any]:
        """What is shipped with the model: the rule, the level, and how it fared."""
        shares, counted = self.by_fold()["coverage"].tolist(), len(self._counted) > 0
        return {
            "level": self.level,
            **self.rule,
            "coverage": self.coverage if counted else None,
            "coverage_std": self.spread() if len(shares) > 1 else None,
            "coverage_folds": shares,
            "width": self.width if counted else None,
            "n_rows": len(self.rows),
            "ratio": self.ratio,
            "unit": self.unit,
            "meaning": self.meaning(),
        }


def interval_of(evaluation: Evaluation, key: str, level: float = DEFAULT_LEVEL, *, ratio: float = 1.0) -> Interval:
    """Return the interval around predictions of a candidate, from its errors on held-out rows.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.
    level : float, default=0.9
        Share of the actual values that is to lie inside; 0 to 1.
    ratio : float, default=1
        How much smaller the errors of the model of all rows are (``training.all_rows``); 1 keeps to those of the
        folds, which is on the safe side.

    Raises
    ------
    NotPossible
        Classes are predicted, or there are too few held-out rows for the level.
    NotFound
        The candidate has no finished fold.

    Notes
    -----
    Residuals come from rows held out in turn, as the jackknife+ and CV+ of Barber et al. (2021) use them. Their
    theorem guarantees a coverage of ``1 - 2 (1 - level)`` for intervals made of the fold models; around the model of
    all rows it is the level that is met in practice, as far as that model errs like those of the folds. ``coverage``
    shows what was met, by calibrating without the part that is looked at.
    """
    spec = evaluation.spec
    if spec.task != "regression":
        raise NotPossible(f"“{spec.target}” is predicted as a class, which has probabilities instead of an interval.")
    rows = evaluation.decided({}).out_of_fold(key)  # as the model comes: what is added does not move the interval
    rows = rows[np.isfinite(rows["prediction"].astype(float))].reset_index(drop=True)
    errors = _Errors(
        rows["prediction"].to_numpy(float),
        rows["actual"].to_numpy(float),
        parts_of(rows["fold"].to_numpy(), spec.split),
        _drawn(len(rows), spec.seed),
    )
    found = errors.calibrated(level)
    if found is None:
        raise NotPossible(
            f"{len(rows):,} held-out rows are too few for an interval that {how_often(level)} lie in.",
            "Choose a lower level, or test more rows.",
        )
    shape, rule = found
    rows["lower"], rows["upper"], plain_width = errors.held_out_ends(level, spec.split)
    inside = (rows["actual"] >= rows["lower"]) & (rows["actual"] <= rows["upper"])
    rows["inside"] = inside
    rule = {**rule, "below": rule["below"] * ratio, "above": rule["above"] * ratio}
    return Interval(
        float(level), spec.target, spec.target_column.unit, shape, rule, rows, plain_width, float(ratio), spec.split
    )


def meaning_of(split: SplitSpec, level: float) -> str:
    """Say for which rows a coverage is meant."""
    often = how_often(level)
    if split.kind == "time":
        return (
            f"Meant for later rows: {often} as long as errors stay as large as they were. Each stretch of time was "
            "measured with the interval that the stretches before it gave."
        )
    if split.kind == "group" or split.kind == "own":
        whole = "a new value of " if split.kind == "group" else "one of your folds, marked in "
        return (
            f"Meant for {whole}“{split.column}”: {often} on average over many of them. The rows of a single one can "
            "lie outside together more often."
        )
    return f"Meant for rows like those of the table: {often} on average over all of them, not for each kind of row."


def _drawn(n_rows: int, seed: int) -> np.ndarray:
    """Return which rows intervals are calibrated on: all, or of very many a part drawn by chance."""
    used = np.ones(n_rows, dtype=bool)
    if n_rows > MOST_ROWS:
        used[np.random.default_rng([seed, 2]).permutation(n_rows)[MOST_ROWS:]] = False
    return used


@dataclass(frozen=True, eq=False)
class _Errors:
    """Held-out predictions and actual values, the part each row was tested in, and which are calibrated on."""

    prediction: np.ndarray
    actual: np.ndarray
    part: np.ndarray
    used: np.ndarray

    def calibrated(self, level: float, rows: np.ndarray | None = None) -> tuple[Shape, dict[str, Any]] | None:
        """Return the narrowest shape and its rule by ``rows`` (a mask, all where it is None)."""
        chosen = self.used if rows is None else self.used & rows
        prediction, actual, part = self.prediction[chosen], self.actual[chosen], self.part[chosen]
        if len(np.unique(part)) < 2:
            part = np.arange(len(part)) % BLOCKS
        return interval_shapes.narrowest(prediction, actual - prediction, part, level, _floor(actual))

    def held_out_ends(self, level: float, split: SplitSpec) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the ends of each row by the other parts, and the mean width of the plain shape found likewise."""
        lower, upper = np.full(len(self.part), np.nan), np.full(len(self.part), np.nan)
        widths: list[np.ndarray] = []
        for number_of_part in np.unique(self.part):
            own, others = self.part == number_of_part, others_of(self.part, number_of_part, split)
            found = self.calibrated(level, others) if others.any() else None
            if found is None:
                continue
            shape, rule = found
            lower[own], upper[own] = bounds(self.prediction[own], rule)
            if shape != PLAIN:
                residual = (self.actual - self.prediction)[others & self.used]
                rule = interval_shapes.plain(residual, level, rule["floor"])
            low, high = bounds(self.prediction[own], rule)
            widths.append(high - low)
        return lower, upper, float(np.concatenate(widths).mean()) if widths else float("nan")


def _floor(actual: np.ndarray) -> float | None:
    """Return 0 where that seems to be the least an amount can be: no actual value is below it."""
    return 0.0 if len(actual) >= FLOOR_ROWS and actual.min() >= 0 else None


def _coverage_by(rows: pd.DataFrame, by: pd.Series, name: str) -> pd.DataFrame:
    groups = rows.assign(width=rows["upper"] - rows["lower"]).groupby(by.to_numpy())
    n_rows, hits = groups.size().to_numpy(), groups["inside"].sum().to_numpy()
    low, high = wilson(hits, n_rows)
    return pd.DataFrame(
        {
            name: list(groups.groups),
            "n_rows": n_rows,
            "coverage": hits / n_rows,
            "low": low,
            "high": high,
            "width": groups["width"].mean().to_numpy(),
        }
    )
