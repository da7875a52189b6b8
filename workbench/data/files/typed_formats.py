"""What is read of a file whose cells have types: which of its tables, and in which encoding."""

from workbench.data.files.encodings import detect_encoding
from workbench.data.files.layouts import Layout
from workbench.data.files.sheets import find_sheet_table
from workbench.runtime.database_files import duckdb_tables, sqlite_tables
from workbench.runtime.r_files import r_extent, r_tables
from workbench.runtime.statistics_files import column_labels, missing_codes
from workbench.runtime.workbooks import open_workbook
from workbench.specs import ReadSpec

MOST_NAMED = 5
NOUNS = {"r": "object", "sqlite": "table", "duckdb": "table"}
NO_LAYOUT = Layout(0, 0, 0, 0, 0, (), ())


def find_typed_table(path, kind, sheet=""):
    """Return (ReadSpec, Layout, notes) for the file at ``path``.

    Parameters
    ----------
    path : path-like
    kind : str
        Format of a ``ReadSpec``, not a text.
    sheet : str
        The table that was chosen; "" lets the largest be taken.
    """
    if kind == "excel":
        found = find_sheet_table(path, sheet)
        return found.read, found.layout, found.notes
    if kind in ("json", "json_lines"):
        return ReadSpec(format=kind, encoding=detect_encoding(path)), NO_LAYOUT, ()
    if kind in ("stata", "spss", "sas"):
        return (
            ReadSpec(format=kind),
            NO_LAYOUT,
            (
                *_label_notes(column_labels(path, kind)),
                *_missing_notes(missing_codes(path, kind)),
            ),
        )
    if kind in NOUNS:
        name, notes = _largest(typed_tables(path, kind), sheet, NOUNS[kind])
        return ReadSpec(format=kind, sheet=name), NO_LAYOUT, notes
    return ReadSpec(format=kind), NO_LAYOUT, ()


def typed_tables(path, kind):
    """Return the tables in a file of the format ``kind``: dict of name to (rows or None, columns or None).

    Empty where the format has one table to a file.
    """
    if kind == "excel":
        return {name: (None, None) for name in open_workbook(path).sheet_names}
    if kind == "r":
        return {name: r_extent(table) for name, table in r_tables(path)}
    return {"sqlite": sqlite_tables, "duckdb": duckdb_tables}[kind](path) if kind in NOUNS else {}


def _largest(tables, chosen, noun):
    """Return (name of the table to read, notes) among ``tables``: dict of name to (rows, columns)."""
    if chosen in tables or not tables:
        return chosen, ()
    name = max(tables, key=lambda name: (tables[name][0] or 0) * tables[name][1])
    others = [f"“{other}”" for other in tables if other != name]
    if not others:
        return name, ()
    more = f" and {len(others) - MOST_NAMED:,} more" if len(others) > MOST_NAMED else ""
    return name, (f"The {noun} “{name}” was read, which is the largest; there is also {', '.join(others[:5])}{more}.",)


def _label_notes(labels):
    if not labels:
        return ()
    shown = "; ".join(f"“{name}” is “{label}”" for name, label in list(labels.items())[:MOST_NAMED])
    more = f"; and {len(labels) - MOST_NAMED:,} more" if len(labels) > MOST_NAMED else ""
    return (f"The file describes its columns: {shown}{more}.",)


def _missing_notes(codes):
    if not codes:
        return ()
    shown = "; ".join(
        f"“{name}”: {', '.join(_code_words(low, high) for low, high in ranges)}"
        for name, ranges in list(codes.items())[:MOST_NAMED]
    )
    more = f"; and {len(codes) - MOST_NAMED:,} more columns" if len(codes) > MOST_NAMED else ""
    return (f"The file declares codes as missing, and they are read as no value: {shown}{more}.",)


def _code_words(low, high):
    if low == high:
        return low if isinstance(low, str) else f"{low:.15g}"
    ends = (
        "" if low in (float("-inf"), None) else f"{low:.15g}",
        "" if high in (float("inf"), None) else f"{high:.15g}",
    )
    if ends[0] and ends[1]:
        return f"{ends[0]} to {ends[1]}"
    return f"{ends[0]} and above" if ends[0] else f"{ends[1]} and below"
