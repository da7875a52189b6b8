"""The numbers and dates of a part against the rules that the first file's columns are read by."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.specs import ColumnSpec, Schema

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Compared:
    """What :func:`compare_cells` found.

    Attributes
    ----------
    odd : dict
        Columns that the rules of the first file misread, with (the part's own rules, those of the first).
    schema : Schema
        That of the first file; a whole number that has decimals in the part is a number.
    notes : tuple of str
    """

    odd: dict[str, tuple[ColumnSpec, ColumnSpec]]
    schema: Schema
    notes: tuple[str, ...]


def compare_cells(schema: Schema, places: dict[str, str | None], own_schema: Schema, cells: "pd.DataFrame") -> Compared:
    """Find the columns of a part that its own rules read better than those of the first file.

    Parameters
    ----------
    schema : Schema
        Of the first file.
    places : dict
        Names of its columns, with the names they have in the part; None where they are not there.
    own_schema : Schema
        Of the part.
    cells : pandas.DataFrame
        The part's cells as text.
    """
    odd, specs, notes = {}, {column.name: column for column in schema.columns}, []
    for name, place in places.items():
        first = specs.get(name)
        if place is None or first is None or first.meaning not in (*_NUMBERS, "date"):
            continue
        own, wrong = own_schema.column(place), _misfits(cells[place], first)
        if not wrong:
            if _read_otherwise(cells[place], own, first):
                notes.append(
                    f"the numbers in “{name}” are read as in the first file, with “{first.decimal}” before decimals; "
                    f"by themselves they would be read with “{own.decimal}”. Have a look at them."
                )
            continue
        if first.meaning == "integer" and (own.meaning == "number" or _misfits(cells[place], _wider(first)) < wrong):
            specs[name] = first = _wider(first)
            wrong = _misfits(cells[place], first)
            notes.append(f"“{name}” has decimals here, so it is a number now, no whole number.")
        same_kind = own.meaning in (_NUMBERS if first.meaning in _NUMBERS else ("date",))
        if same_kind and _misfits(cells[place], own) < wrong:
            odd[name] = (own, first)
    return Compared(odd, schema.but(columns=tuple(specs[name] for name in schema.names)), tuple(notes))


def _wider(column: ColumnSpec) -> ColumnSpec:
    return column.but(meaning="number")


def _read_otherwise(cells: "pd.Series", own: ColumnSpec, first: ColumnSpec) -> bool:
    """Whether numbers fit the rules of the first file and mean others by those of their part: 1.250 and 1,250."""
    from workbench.runtime.reading import type_column

    if own.meaning not in _NUMBERS or first.meaning not in _NUMBERS or own.decimal == first.decimal:
        return False
    ours, theirs = (type_column(cells, column.model_dump(mode="json")).values for column in (own, first))
    return bool(((ours != theirs) & ours.notna() & theirs.notna()).any())


def _misfits(cells: "pd.Series", column: ColumnSpec) -> int:
    from workbench.runtime.reading import type_column

    return int(type_column(cells, column.model_dump(mode="json")).misfits.sum())


def in_the_form_of_the_first(cells: "pd.Series", own: ColumnSpec, first: ColumnSpec) -> "pd.Series":
    """Return numbers or dates, read by the rules of their part, as text that the rules of the first file read alike."""
    from workbench.runtime.reading import type_column
    from workbench.runtime.text_values import moment_text

    values = type_column(cells, own.model_dump(mode="json")).values
    known = values.notna().to_numpy()
    if first.meaning == "date":
        texts = values.map(lambda moment: moment_text(moment, first.date_format, first.language), na_action="ignore")
    else:
        texts = values.map(lambda value: f"{value:.15g}".replace(".", first.decimal), na_action="ignore")
    again = type_column(texts.astype("str"), first.model_dump(mode="json")).values
    right = known & (again == values).to_numpy()
    return cells.astype(object).where(~right, texts.astype(object))
