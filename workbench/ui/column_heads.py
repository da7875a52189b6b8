"""The heads of columns: name, meaning as icon and word, and how many cells fit, do not fit, or are blank."""

import streamlit as st

from workbench.profiling.wording import percent
from workbench.results.wording import shorten
from workbench.specs import MEANING_LABELS
from workbench.ui import state, table_view

COLUMN_KEY = "page.data.column"
FILTER_KEY = "page.data.filter"
MEANING_ICONS = {  # names in the Material Symbols font, which Streamlit brings along
    "number": "decimal_increase",
    "integer": "tag",
    "date": "calendar_today",
    "yes_no": "toggle_on",
    "category": "sell",
    "text": "notes",
    "identifier": "key",
}
COLUMNS_PER_PAGE = 60
FILTER_FROM = 15  # columns from which on a box to look for one is worth its place
LONGEST_NAME = 33  # what a head has room for


def shares_of(dataset, name, n_blank):
    """Return the shares of cells that fit, do not fit and are blank; they add up to 1.

    Parameters
    ----------
    n_blank : int
        Cells without value in the table, those that do not fit among them.
    """
    odd = dataset.misfits.get(name, 0) / max(dataset.n_file_rows, dataset.n_rows, 1)
    blank = max(n_blank / max(dataset.n_rows, 1) - odd, 0.0)
    return [max(1 - odd - blank, 0.0), odd, blank]


@st.cache_resource(max_entries=16, show_spinner=False)
def heads_of(fingerprint):
    """Return the head of every column of a data set by its name, as the cell grid takes them (cached)."""
    dataset = state.dataset(fingerprint)
    blanks = table_view.blanks_of(fingerprint)
    return {
        column.name: head(column, shares_of(dataset, column.name, blanks[column.name]), dataset.misfits)
        for column in dataset.schema.columns
    }


def head(column, shares=None, misfits=()):
    """Return the head of one column, as the cell grid takes it."""
    words = [f"{column.name}: {MEANING_LABELS[column.meaning]}" + (f" in {column.unit}" if column.unit else "")]
    note = ""
    if shares:
        _, odd, blank = shares
        words.append(f"{percent(blank)} blank" if blank else "no blanks")
        if odd:
            words.append(f"{misfits[column.name]:,} cells do not fit ({percent(odd)})")
            note = f"⚠ {misfits[column.name]:,}"
    return {
        "name": column.name,
        "label": shorten(column.name, LONGEST_NAME),
        "meaning": MEANING_LABELS[column.meaning] + (f" · {column.unit}" if column.unit else ""),
        "icon": MEANING_ICONS[column.meaning],
        "right": column.meaning in ("number", "integer"),
        "tip": "; ".join(words),
        "shares": shares,
        "note": note,
        "picked": False,
    }


def choose(names):
    """Show, where there are many columns, a box to look for one and pages of them; return the names to show now."""
    if len(names) < FILTER_FROM:
        return list(names)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page.data.columns.choice"):
        wanted = st.text_input(
            "Columns with", key=FILTER_KEY, placeholder=f"Look for one of {len(names):,} columns",
            label_visibility="collapsed", icon=":material/search:", width=300, live="300ms",
        ).strip()  # fmt: skip
        found = [name for name in names if wanted.casefold() in name.casefold()]
        n_pages = -(-len(found) // COLUMNS_PER_PAGE)
        page = 1
        if n_pages > 1:
            page = st.pagination(n_pages, key=f"page.data.columns.page.{wanted}", max_visible_pages=5)
            st.caption(
                f"columns {(page - 1) * COLUMNS_PER_PAGE + 1:,} to {min(page * COLUMNS_PER_PAGE, len(found)):,}",
                width="content",
            )
    if not found:
        st.caption("No column has this in its name.")
    return found[(page - 1) * COLUMNS_PER_PAGE : page * COLUMNS_PER_PAGE]


def pick(kind, value):
    """Make the clicked column the one in the panel (callback of the grid)."""
    if kind == "column":
        st.session_state[COLUMN_KEY] = value
