"""Columns as numbers of bins: what shares of their rows are compared by."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.contract import NUMERIC

EDGES = 100  # of a number: its quantiles, equal ones once
LISTED = 50  # most frequent words that have a bin of their own
SHARES, STEPS, PART = "shares", "steps", "part"
MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Measure:
    """One thing that is compared between two sets of rows.

    Attributes
    ----------
    name : str
        Of the field; "" for the predictions.
    what : {"values", "blanks", "unseen", "length"}
    kind : {"steps", "shares", "part"}
        How two distributions over bins are compared: the largest distance of their cumulated shares
        (Kolmogorov-Smirnov), half the sum of the distances of their shares (total variation), or the difference of a
        single share. Each is 0 where they are equal and at most 1.
    bins : tuple
        Edges of ``steps`` (a value belongs to the first that it is not above), words of ``shares``.
    """

    name: str
    what: str
    kind: str
    bins: tuple = ()

    @property
    def n_bins(self) -> int:
        """Bins, with one behind for what is in none of the others."""
        return 2 if self.kind == PART else len(self.bins) + 1

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "what": self.what, "kind": self.kind, "bins": list(self.bins)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Measure":
        return cls(value["name"], value["what"], value["kind"], tuple(value["bins"]))


def measures_of(field: dict[str, Any], values: pd.Series) -> list[Measure]:
    """Return what is compared of a field, with bins from the values of the training rows; of a sensitive field no more
    than how many are blank."""
    name, meaning = field["name"], field["meaning"]
    found = [Measure(name, "blanks", PART)]
    if field.get("sensitive"):
        return found
    if meaning in (*NUMERIC, "date"):
        found.append(Measure(name, "values", STEPS, edges_of(plain(values, field))))
    elif meaning == "text":
        found.append(Measure(name, "length", STEPS, edges_of(lengths(values))))
    elif meaning in ("yes_no", "category"):
        counts = values.dropna().astype(str).value_counts()
        found.append(Measure(name, "values", SHARES, tuple(counts.index[:LISTED].tolist())))
        if field["values"] and not field["more_values"]:
            found.append(Measure(name, "unseen", PART, ()))
    return [measure for measure in found if measure.bins or measure.kind == PART]


def edges_of(numbers: np.ndarray) -> tuple[float, ...]:
    """Return the quantiles of numbers that bins end at; the largest number needs no end."""
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return ()
    found = np.unique(np.quantile(known, np.linspace(0, 1, EDGES + 1)[:-1], method="inverted_cdf"))
    return tuple(float(edge) for edge in found)


def plain(values: pd.Series, field: dict[str, Any]) -> np.ndarray:
    """Return typed values as float64; dates in days since 1970, blanks NaN."""
    if field["meaning"] != "date":
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    days = values.to_numpy(dtype="datetime64[us]").astype(np.int64) / MICROSECONDS_A_DAY
    return np.where(values.isna(), np.nan, days)


def lengths(values: pd.Series) -> np.ndarray:
    """Return the number of characters of each text, NaN where there is none."""
    return values.astype(object).map(lambda text: len(text) if isinstance(text, str) else np.nan).to_numpy(dtype=float)


def codes_of(measure: Measure, values: pd.Series, field: dict[str, Any]) -> np.ndarray:
    """Return the bin of each row, -1 where it counts for nothing: a blank says nothing of values.

    Of ``unseen`` the code is that of the word, for :func:`unseen_codes`.
    """
    blank = values.isna().to_numpy()
    if measure.what == "blanks":
        return blank.astype(np.int64)
    if measure.kind == STEPS:
        numbers = lengths(values) if measure.what == "length" else plain(values, field)
        return np.where(blank, -1, step_codes(numbers, measure.bins))
    words = values.astype(object).where(~blank, "").astype(str)
    if measure.what == "unseen":
        known = pd.Index(field["values"])
        return np.where(blank, -1, (known.get_indexer(words) < 0).astype(np.int64))
    codes = pd.Index(measure.bins).get_indexer(words)
    return np.where(blank, -1, np.where(codes < 0, len(measure.bins), codes))


def step_codes(numbers: np.ndarray, edges: tuple[float, ...]) -> np.ndarray:
    """Return the first edge that each number is not above, as its place."""
    return np.searchsorted(np.asarray(edges), np.nan_to_num(numbers), side="left")


def shares_of(codes: np.ndarray, n_bins: int) -> np.ndarray:
    """Return the share of the rows in each bin; zeros where there is no row."""
    counts = np.bincount(codes[codes >= 0], minlength=n_bins).astype(np.float64)
    return counts / max(counts.sum(), 1.0)


def distance(kind: str, one: np.ndarray, other: np.ndarray) -> float:
    """Return how far two distributions over bins are apart, from 0 to 1; see :class:`Measure`."""
    if kind == STEPS:
        return float(np.abs(np.cumsum(one - other)).max())
    return float(np.abs(one - other).sum() / 2)
