"""A table drawn as HTML: headers with a meaning and a bar, cells that do not fit in view, lines that can be clicked.

The data grid of Streamlit cannot hold a bar in a header, nor mark a single cell or line; this one shows a page of rows
at a time, so what is sent to the browser stays small. Everything is put in as text, never as HTML.
"""

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent
_component = st.components.v2.component(
    "cell_grid",
    html='<div class="frame" tabindex="0"></div>',
    css=(_ASSETS / "cell_grid.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "cell_grid.js").read_text(encoding="utf-8"),
)


def show(*, key, label, rows, head=(), height=420, on_pick=None, place=""):
    """Show a table.

    Parameters
    ----------
    label : str
        What the table is, for those who hear the page.
    rows : list of dict
        Each with ``number`` (str), ``cells`` (list of str) and optionally ``role`` (a word in front of the number),
        ``dim`` (bool), ``picked`` (bool) and ``odd`` (positions of cells to mark).
    head : list of dict
        Per column ``name``, ``label``, ``meaning``, ``icon``, ``right`` (bool), ``tip``, ``shares`` (fits, does not
        fit, blank; 0 to 1), ``note`` and ``picked``; empty for a table without names.
    on_pick : callable(kind, value), optional
        Called with ``("column", name)`` or ``("row", position in rows)`` on a click.
    place : str
        While it stays the same, so does the place to which the table was scrolled.
    """

    def picked():
        choice = st.session_state[key].picked
        if choice:
            on_pick(choice["kind"], choice["value"])

    data = {"label": label, "rows": rows, "head": list(head), "height": height, "place": place}
    data["pick"] = None if on_pick is None else "column" if head else "row"
    _component(key=key, data=data, on_picked_change=picked if on_pick else lambda: None)
