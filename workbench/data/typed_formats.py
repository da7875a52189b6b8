"""What is read of a file whose cells have types: which of its tables, and in which encoding."""

from workbench.data.encodings import detect_encoding
from workbench.data.layouts import Layout
from workbench.data.sheets import find_sheet_table
from workbench.specs import ReadSpec

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
    return ReadSpec(format=kind), NO_LAYOUT, ()
