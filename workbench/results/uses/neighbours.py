"""The nearest training rows: known cases like a given one, and how they turned out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.results.uses.reasons import in_words
from workbench.results.wording import listed, number, percent, shorten
from workbench.specs import ExperimentSpec

NEAREST = 10  # rows shown
SPREADS = 4.0  # numbers this many standard deviations apart are as far from each other as can be


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Training rows by their distance to a row.

    Parameters
    ----------
    target, unit : str
    rows : DataFrame
        ``row`` (label in the table), ``distance`` (0 where all columns agree, 1 where none does), ``actual``; the
        nearest first.
    columns : tuple of str
        What the distance looks at, what counts most first.
    by_importance : bool
        Whether columns count by how much the model needs them; else all the same.
    is_class : bool
    """

    target: str
    unit: str
    rows: pd.DataFrame
    columns: tuple[str, ...]
    by_importance: bool
    is_class: bool

    def frame(self) -> pd.DataFrame:
        return self.rows

    def finding(self) -> str:
        """The result in one sentence."""
        n_rows, actual = len(self.rows), self.rows["actual"]
        if not n_rows:
            return "There are no other rows"
        if self.is_class:
            counts = actual.value_counts()
            shares = [f"{shorten(name)} in {percent(count / n_rows)}" for name, count in counts.items()]
            return f"{shorten(self.target)} of the {n_rows} most similar known rows: {listed(shares)}"
        low, high, middle = (
            number(float(value), unit=self.unit) for value in (actual.min(), actual.max(), actual.median())
        )
        return (
            f"{shorten(self.target)} of the {n_rows} most similar known rows: from {low} to {high}, half below {middle}"
        )


def nearest(
    rows: pd.DataFrame,
    outcomes: np.ndarray,
    row: pd.DataFrame,
    spec: ExperimentSpec,
    *,
    importance: pd.Series | None = None,
    n_nearest: int = NEAREST,
) -> Neighbours:
    """Return the rows nearest to one, by a distance on the person's own columns.

    Gower's coefficient: for each column a distance from 0 to 1, and their weighted mean. Numbers and dates: the
    difference in standard deviations, divided by ``SPREADS``, at most 1. Categories: 0 where equal, else 1. A missing
    value is at 1 from any other, and at 0 from another missing one. Free text does not count.

    Parameters
    ----------
    rows : DataFrame of shape (n_rows, n_columns)
        Typed inputs of the known rows.
    outcomes : ndarray of shape (n_rows,)
    row : DataFrame of one row
        Typed. A row with its own label is left out of ``rows``.
    importance : Series, optional
        Loss when a column is shuffled, by name; columns count in its proportion, where any is above 0.

    References
    ----------
    Gower, A general coefficient of similarity and some of its properties, Biometrics 27, 1971.
    """
    names = [column.name for column in spec.columns if column.meaning != "text"]
    weights = pd.Series(1.0, index=names)
    by_importance = importance is not None and bool((importance.reindex(names).fillna(0.0) > 0).any())
    if by_importance:
        weights = importance.reindex(names).fillna(0.0).clip(lower=0.0)
    weights = (weights[weights > 0] / weights.sum()).sort_values(ascending=False, kind="stable")
    total = np.zeros(len(rows))
    for name, weight in weights.items():
        total += weight * column_distance(rows[name], row[name].iloc[0])
    others = np.flatnonzero(rows.index != row.index[0])
    chosen = others[np.argsort(total[others], kind="stable")[:n_nearest]]
    found = pd.DataFrame(
        {"row": rows.index.to_numpy()[chosen], "distance": total[chosen], "actual": np.asarray(outcomes)[chosen]}
    )
    unit = "" if spec.classes else spec.target_column.unit
    return Neighbours(spec.target, unit, found, tuple(weights.index), by_importance, bool(spec.classes))


def column_distance(values: pd.Series, value: Any) -> np.ndarray:
    """Return the distance of a column's values from one value, each from 0 to 1.

    >>> column_distance(pd.Series(["a", None, "b"]), "a").tolist()
    [0.0, 1.0, 1.0]
    """
    missing = values.isna().to_numpy()
    if value is None or value != value:
        return np.where(missing, 0.0, 1.0)
    if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)):
        return np.where(missing | (values != value).to_numpy(), 1.0, 0.0)
    spread = values.std()
    apart = (values - value).abs()
    if not missing.all() and spread == spread and spread != spread * 0:
        return np.where(missing, 1.0, np.minimum((apart / spread).to_numpy(dtype=float) / SPREADS, 1.0))
    return np.where(missing | (values != value).to_numpy(), 1.0, 0.0)


def agreeing(rows: pd.DataFrame, row: pd.DataFrame, columns: tuple[str, ...], most: int = 3) -> str:
    """Name columns, of those that count most, in which all of some rows have the value of another; "" where none."""
    same = []
    for name in columns:
        value = row[name].iloc[0]
        if (column_distance(rows[name], value) == 0).all():
            same.append(f"“{shorten(name)}” ({in_words(value)})")
    return listed(same[:most])
