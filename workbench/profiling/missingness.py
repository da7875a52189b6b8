"""Which columns are blank together, and whether a blank goes with the target."""

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.profiling.columns import ColumnFacts
from workbench.profiling.strength import HeldOutTarget, Strength


@dataclass(frozen=True)
class BlankTogether:
    """Columns that are blank in (nearly) the same rows.

    Attributes
    ----------
    columns : tuple of str
    n_rows : int
        Rows in which all of them are blank.
    n_any : int
        Rows in which at least one of them is blank.
    """

    columns: tuple[str, ...]
    n_rows: int
    n_any: int


@dataclass(frozen=True)
class BlankTells:
    """Whether a column is blank, taken as the only input, against the target (held-out score)."""

    column: str
    strength: Strength


@dataclass(frozen=True)
class Missingness:
    """Blank cells of the whole table.

    Attributes
    ----------
    n_cells : int
        Blank cells.
    n_rows_complete : int
        Rows without any blank.
    together : tuple of BlankTogether
        Most rows first.
    tells : tuple of BlankTells
        Columns whose blanks go with the target, strongest first; empty without a target.
    """

    n_cells: int = 0
    n_rows_complete: int = 0
    together: tuple[BlankTogether, ...] = ()
    tells: tuple[BlankTells, ...] = ()


def missingness(
    facts: Mapping[str, ColumnFacts], n_rows: int, target: str = "", held_out: HeldOutTarget | None = None
) -> Missingness:
    """Say which columns are blank together, and which blanks tell the target."""
    return Missingness()
