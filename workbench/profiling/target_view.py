"""The target as it is distributed, and how it moves with each input, over time, and between groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.profiling.columns import ColumnFacts
from workbench.specs import Task


@dataclass(frozen=True)
class ShapeBin:
    """The target among the rows of one range, or one value, of a column.

    Attributes
    ----------
    label : str
        The value, or the range in words; "no value" where the column is blank.
    n_rows : int
    value : float
        The target's mean, or the share of rows of the class looked for.
    low, high : float
        Its 95 % interval.
    left, right : float or str or None
        The range's ends (numbers; dates as ISO text); None for words and blanks.
    """

    label: str
    n_rows: int
    value: float
    low: float
    high: float
    left: float | str | None = None
    right: float | str | None = None


@dataclass(frozen=True)
class Shape:
    """How the target moves with one column: ``bins`` in the order of the numbers, or most rows first for words.

    ``of`` is what ``value`` is about: the class in words, or "" for the mean of a number.
    """

    column: str
    of: str
    bins: tuple[ShapeBin, ...]


@dataclass(frozen=True)
class Ceiling:
    """Rows that are equal in every input and differ in the target: no model can tell them apart.

    Attributes
    ----------
    n_rows : int
        Rows that share all their inputs with a row of another answer.
    n_groups : int
        Sets of such rows.
    best : float
        The best score that any model of these inputs can reach on these rows: accuracy for classes, R² for numbers.
    measure : {"accuracy", "r2"}
    rows : tuple of int
        Labels of a few of the rows.
    """

    n_rows: int
    n_groups: int
    best: float
    measure: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drift:
    """How the target moves along a column of dates, or between the values of a category.

    Attributes
    ----------
    column : str
    by : {"time", "group"}
    spread : float
        Largest minus smallest ``value`` of the bins with enough rows.
    strength : float
        Share of the target's variance that the bins explain, 0 to 1, corrected for chance (epsilon squared).
    bins : tuple of ShapeBin
    """

    column: str
    by: str
    spread: float
    strength: float
    bins: tuple[ShapeBin, ...]


@dataclass(frozen=True)
class TargetView:
    """What is known about the target before anything is trained.

    Attributes
    ----------
    of : str
        The class whose share is told ("" for a number's mean).
    overall : float
        That share, or the mean.
    shapes : tuple of Shape
        Of the strongest columns.
    ceiling : Ceiling or None
    drifts : tuple of Drift
    """

    of: str
    overall: float
    shapes: tuple[Shape, ...] = ()
    ceiling: Ceiling | None = None
    drifts: tuple[Drift, ...] = ()


def target_view(facts: Mapping[str, ColumnFacts], target: str, task: Task) -> TargetView | None:
    """Look at the target alone and against every input; None where it does not vary."""
    return None
