"""Columns that the target is computed from: a sum, difference, product or ratio of two, or a weighted sum of some."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts

ROWS_TRIED = 60  # rule out nearly every pair; those left are looked at in full
ROWS_WEIGHED = 2_000
SHARE = 0.98  # of the rows that have to agree: a few slips of the keyboard do not hide a sum
CLOSE = 1e-6  # of the largest value, for sums of what is stored in full
CLOSE_SCALED = 5e-3  # relative, for products of rounded numbers
LEFT_COLUMNS = 100  # strongest columns that are tried as the first of a pair
WEIGHED_COLUMNS, MOST_WEIGHED = 25, 5
NEARLY_ALL = 0.99  # R² on rows held out from which a weighted sum is taken for a formula
MOST_COMMON = 0.2  # share of the most frequent target from which its rows are set aside: 0 + 0 is 0

How = Literal["sum", "difference", "product", "ratio", "weighted"]


@dataclass(frozen=True)
class Formula:
    """Columns that make up the target.

    Attributes
    ----------
    columns : tuple of str
    how : {"sum", "difference", "product", "ratio", "weighted"}
    share : float
        Share of the rows in which it holds; the R² on rows held out for "weighted".
    """

    columns: tuple[str, ...]
    how: How
    share: float

    @property
    def exact(self) -> bool:
        """Whether the target is that, rather than nearly that."""
        return self.how != "weighted"


def formulas(facts: Mapping[str, ColumnFacts], target: str, seed: int = 0) -> tuple[Formula, ...]:
    """Return what a target of numbers is computed from, as far as it is simple.

    Parameters
    ----------
    facts : mapping of str to ColumnFacts
        All columns, with their strengths.
    target : str
        A column of numbers.
    """
    y = facts[target].numbers
    names = [
        name
        for name, each in facts.items()
        if name != target
        and each.profile.meaning in ("number", "integer")
        and each.profile.distinct_count > 2
        and not each.profile.infinite_count
    ]
    rows = _telling_rows(y)
    if len(names) < 2 or len(rows) < ROWS_TRIED:
        return ()
    names.sort(key=lambda name: -_best(facts[name]))
    order = np.random.default_rng(seed).permutation(rows)
    numbers = {name: facts[name].numbers for name in facts if name in names}  # in file order
    found = _pairs(numbers, y, names, rows, order[:ROWS_TRIED])
    return found or _weighted(numbers, y, names[:WEIGHED_COLUMNS], order[:ROWS_WEIGHED])


def _best(facts: ColumnFacts) -> float:
    return facts.profile.strength.best if facts.profile.strength else 0.0


def _telling_rows(y: np.ndarray) -> np.ndarray:
    """Return the positions of the rows whose target says something; where one value is frequent, of the others."""
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return known
    values, counts = np.unique(y[known], return_counts=True)
    if counts.max() > MOST_COMMON * len(known):
        return known[y[known] != values[counts.argmax()]]
    return known


def _pairs(numbers, y, names, rows, few) -> tuple[Formula, ...]:
    found = []
    columns = np.column_stack([numbers[name][few] for name in names])
    for i, left in enumerate(names[:LEFT_COLUMNS]):
        for how, agrees in _agreeing(columns[:, [i]], columns, y[few][:, None]).items():
            # a + b and a * b are tried once; a - b and a / b both ways.
            both_ways = how in ("difference", "ratio")
            for j in np.flatnonzero(agrees.mean(axis=0) >= SHARE):
                if j == i or (not both_ways and j < i):
                    continue
                a, b = numbers[left][rows][:, None], numbers[names[j]][rows][:, None]
                share = float(_agreeing(a, b, y[rows][:, None])[how].mean())
                if share >= SHARE:
                    pair = (left, names[j]) if both_ways else tuple(sorted((left, names[j]), key=list(numbers).index))
                    found.append(Formula(pair, how, share))
            if both_ways:
                flipped = _agreeing(columns, columns[:, [i]], y[few][:, None])[how].mean(axis=0) >= SHARE
                for j in np.flatnonzero(flipped):
                    if j < LEFT_COLUMNS or j == i:  # its own turn as the first
                        continue
                    a, b = numbers[names[j]][rows][:, None], numbers[left][rows][:, None]
                    share = float(_agreeing(a, b, y[rows][:, None])[how].mean())
                    if share >= SHARE:
                        found.append(Formula((names[j], left), how, share))
    # Of several formulas of one column only the first: a + b = y says that y - a = b, too.
    seen: set[str] = set()
    kept = []
    for formula in found:
        if not seen & set(formula.columns):
            kept.append(formula)
            seen |= set(formula.columns)
    return tuple(kept)


def _agreeing(a: np.ndarray, b: np.ndarray, y: np.ndarray) -> dict[How, np.ndarray]:
    """Return for each formula where it holds: bool of the shape of ``a`` and ``b`` together."""
    reach = CLOSE * np.nanmax(np.abs(y), initial=0.0)
    with np.errstate(all="ignore"):
        held = {"sum": np.abs(a + b - y) <= reach, "difference": np.abs(a - b - y) <= reach}
        for how, made in (("product", a * b), ("ratio", a / b)):
            scale = y / made
            scale[~np.isfinite(scale)] = np.nan
            scale[:, np.isnan(scale).all(axis=0)] = 0.0
            # A percent, a dozen, cents: one factor for all rows.
            usual = np.nanmedian(scale, axis=0, keepdims=True) if len(scale) else scale
            held[how] = np.abs(scale / usual - 1) <= CLOSE_SCALED
    return held


def _weighted(numbers, y, names, rows) -> tuple[Formula, ...]:
    """Add columns one by one, the one that explains most of what is left first, until nearly all is explained."""
    columns = np.column_stack([numbers[name][rows] for name in names])
    names = [name for name, blank in zip(names, np.isnan(columns).mean(axis=0), strict=True) if blank < 0.1]
    columns = columns[:, np.isnan(columns).mean(axis=0) < 0.1]
    known = ~np.isnan(columns).any(axis=1)
    columns, told = columns[known], y[rows][known]
    if len(told) < 10 * MOST_WEIGHED or not len(names):
        return ()
    with np.errstate(all="ignore"):
        columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
        told = (told - told.mean()) / told.std()
    if not np.isfinite(columns).all() or not np.isfinite(told).all():
        return ()
    half = len(told) // 2
    chosen: list[int] = []
    left = told[:half]
    while len(chosen) < min(MOST_WEIGHED, len(names)):
        gain = np.abs(columns[:half].T @ left)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        design = np.column_stack([columns[:, chosen], np.ones(len(told))])
        weights = np.linalg.lstsq(design[:half], told[:half], rcond=None)[0]
        left = told[:half] - design[:half] @ weights
        r2 = 1 - ((told[half:] - design[half:] @ weights) ** 2).sum() / ((told[half:] - told[half:].mean()) ** 2).sum()
        if r2 >= NEARLY_ALL:
            if len(chosen) == 1:
                return ()  # a copy in another scale: the business of a column alone
            return (Formula(tuple(names[at] for at in sorted(chosen)), "weighted", float(r2)),)
    return ()
