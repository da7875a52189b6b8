"""What a column changes: the answers with that column at one value after the other, all else as it is in the rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.uses.reasons import in_words
from workbench.results.wording import number, percent, shorten
from workbench.specs import ColumnSpec, ExperimentSpec

ROWS = 500  # rows whose answers are averaged
POINTS = 25  # values of a number or a date
LEVELS = 20  # values of a category, the most frequent ones
LINES = 40  # rows that are drawn one by one
BINS = 30  # of the distribution
OUTER = 0.01  # share of the values at either end that is left out; a single odd value would stretch the picture
HARDLY = 0.005  # a probability that moves by less hardly moves; for amounts this share of their own spread
NO_VALUE = "no value"


@dataclass(frozen=True, eq=False)
class Effect:
    """Partial dependence of the answer on one column, and the lines of single rows.

    Parameters
    ----------
    column : ColumnSpec
    target, unit : str
        Of the outcome; ``unit`` is "" for classes.
    label : str, int, bool or None
        The class whose probability is meant; None for amounts.
    rows : DataFrame
        ``value`` (float, Timestamp or text), ``mean`` (partial dependence: a probability, 0 to 1, or an amount in
        its unit), ``low``, ``high`` (of the middle 80 % of the rows).
    lines : ndarray of shape (n_lines, n_values)
        Answers for single rows (individual conditional expectation).
    spread : DataFrame
        The distribution of the column: ``low``, ``high``, ``count`` of bins for numbers and dates, ``value`` and
        ``count`` for the others.
    n_rows : int
        Rows that were averaged.
    left_out : int
        Levels that are not shown because others are more frequent.

    References
    ----------
    Friedman, Greedy function approximation, Annals of Statistics 29, 2001, section 8.2; Goldstein et al., Peeking
    inside the black box, Journal of Computational and Graphical Statistics 24, 2015.
    """

    column: ColumnSpec
    target: str
    unit: str
    label: Any
    rows: pd.DataFrame
    lines: np.ndarray
    spread: pd.DataFrame
    n_rows: int
    left_out: int

    def frame(self) -> pd.DataFrame:
        return self.rows

    @property
    def is_scale(self) -> bool:
        """Whether the column's values have an order and distances."""
        return is_scale(self.column)

    def centred(self) -> np.ndarray:
        """The lines, each minus its own first value: what the column changes for a row, wherever that row starts."""
        return self.lines - self.lines[:, :1]

    def finding(self) -> str:
        """The result in one sentence."""
        what, name = outcome_words(self.target, self.label), shorten(self.column.name)
        mean = self.rows["mean"].to_numpy()
        if len(mean) < 2 or not moves(mean, self.label, self.rows):
            return f"{what} hardly changes with “{name}”"
        low, high = int(mean.argmin()), int(mean.argmax())
        values = [f"{shorten(in_words(self.rows['value'].iloc[at]), 24)}{self._unit_of(at)}" for at in (high, low)]
        told = [said(mean[at], self.label, self.unit) for at in (high, low)]
        return f"{what} is highest where “{name}” is {values[0]} ({told[0]}), lowest at {values[1]} ({told[1]})"

    def _unit_of(self, at: int) -> str:
        known = isinstance(self.rows["value"].iloc[at], float | np.floating)
        return f" {self.column.unit}" if known and self.column.unit else ""


def effect(
    model: Any, rows: pd.DataFrame, spec: ExperimentSpec, column: str, *, label: Any = None, seed: int | None = None
) -> Effect:
    """Return what a column changes in the answers of a fitted pipeline.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
    rows : DataFrame of shape (n_rows, any)
        Typed; ``ROWS`` of them are drawn by the seed where there are more.
    column : str
    label : optional
        Class whose probability is meant; default the positive one of two. Needed for several classes.

    Raises
    ------
    NotPossible
        The column is text, or has no value.
    """
    spec_of = {one.name: one for one in spec.columns}[column]
    if spec_of.meaning == "text":
        raise NotPossible("Free text has no values to go through.", "Look at a row's reasons to see what it changes.")
    typed = model[:1].transform(rows)
    grid, left_out = grid_of(typed[column], spec_of)
    if len(grid) == 0:
        raise NotPossible(f"“{shorten(column)}” has no value in these rows.", "Choose another column.")
    label = spec.positive if label is None else label
    drawn = drawn_rows(typed, spec.seed if seed is None else seed)
    answers = answers_at(model[1:], drawn, {column: grid}, label).T
    found = pd.DataFrame(
        {
            "value": [value if value is not None else NO_VALUE for value in grid],
            "mean": answers.mean(axis=0),
            "low": np.quantile(answers, 0.1, axis=0),
            "high": np.quantile(answers, 0.9, axis=0),
        }
    )
    return Effect(
        column=spec_of,
        target=spec.target,
        unit="" if spec.classes else spec.target_column.unit,
        label=label if spec.classes else None,
        rows=found,
        lines=answers[:LINES],
        spread=_distribution(typed[column], grid, spec_of),
        n_rows=len(drawn),
        left_out=left_out,
    )


def is_scale(column: ColumnSpec) -> bool:
    """Whether a column's values have an order and distances."""
    return column.meaning in ("number", "integer", "date")


def grid_of(values: pd.Series, column: ColumnSpec, points: int = POINTS, levels: int = LEVELS) -> tuple[list, int]:
    """Return the values to go through, all of them values that occur, and how many levels were left out."""
    known = values.dropna()
    if is_scale(column):
        if known.nunique() <= points:
            return sorted(known.unique().tolist() if column.meaning != "date" else list(known.unique())), 0
        shares = np.linspace(OUTER, 1 - OUTER, points)
        return list(known.quantile(shares, interpolation="nearest").drop_duplicates()), 0
    counts = values.astype(object).where(values.notna(), None).value_counts(dropna=False)
    # Equal counts stand in the order of their names, so that the rows' order does not matter.
    order = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    names = [None if value != value else value for value, _ in order]
    return names[:levels], max(len(names) - levels, 0)


def drawn_rows(typed: pd.DataFrame, seed: int, most: int = ROWS) -> pd.DataFrame:
    """Return at most ``most`` rows, drawn by a seed, in their own order."""
    if len(typed) <= most:
        return typed.reset_index(drop=True)
    chosen = np.sort(np.random.default_rng(seed).choice(len(typed), most, replace=False))
    return typed.iloc[chosen].reset_index(drop=True)


def answers_at(model: Any, typed: pd.DataFrame, values: dict[str, list], label: Any) -> np.ndarray:
    """Return the answers for rows with some columns set to one combination of values after the other, in one call.

    Parameters
    ----------
    model : Pipeline
        Takes typed rows.
    typed : DataFrame of shape (n_rows, n_columns)
    values : dict of str to list of length n_values
        The values that the columns have together.

    Returns
    -------
    ndarray of shape (n_values, n_rows)
        Probabilities of ``label``, or amounts.
    """
    n_values = len(next(iter(values.values())))
    many = typed.iloc[np.tile(np.arange(len(typed)), n_values)].reset_index(drop=True)
    for name, given in values.items():
        many[name] = pd.Series(given, dtype=typed[name].dtype).repeat(len(typed)).to_numpy()
    return plain_answers(model, many, label).reshape(n_values, len(typed))


def plain_answers(model: Any, typed: pd.DataFrame, label: Any) -> np.ndarray:
    """Return probabilities of a class, or amounts, of shape (n_rows,)."""
    if not hasattr(model, "predict_proba"):
        return np.asarray(model.predict(typed), dtype=np.float64).ravel()
    return np.asarray(model.predict_proba(typed), dtype=np.float64)[:, list(model.classes_).index(label)]


def outcome_words(target: str, label: Any) -> str:
    """Say what an answer is about, at the beginning of a sentence."""
    return f"“{shorten(target)}”" if label is None else f"The probability of {shorten(target)} = {shorten(label)}"


def said(value: float, label: Any, unit: str) -> str:
    """Write an answer: percent for a probability, else a number with its unit."""
    return number(value, unit=unit) if label is None else percent(value)


def moves(mean: np.ndarray, label: Any, rows: pd.DataFrame) -> bool:
    """Whether a mean moves by more than ``HARDLY``, of an amount's own range over the rows."""
    whole = 1.0 if label is not None else float(rows["high"].max() - rows["low"].min())
    return bool(mean.max() - mean.min() > HARDLY * whole)


def _distribution(values: pd.Series, grid: list, column: ColumnSpec) -> pd.DataFrame:
    if not is_scale(column):
        counts = [int(values.isna().sum() if value is None else (values == value).sum()) for value in grid]
        return pd.DataFrame({"value": [NO_VALUE if value is None else value for value in grid], "count": counts})
    known = values.dropna()
    numbers = known.astype("datetime64[us]").astype("int64") if column.meaning == "date" else known.astype("float64")
    first, last = (
        pd.Timestamp(edge).value // 1000 if column.meaning == "date" else edge for edge in (grid[0], grid[-1])
    )
    inside = numbers[(numbers >= first) & (numbers <= last)]
    counts, edges = np.histogram(inside, bins=BINS)
    if column.meaning == "date":
        edges = pd.to_datetime(edges.astype("int64"), unit="us")
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})
