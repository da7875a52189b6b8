"""Whole rows in which a column's cell does not fit or is blank, with the text in the file and a remedy at hand."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.specs import MEANING_LABELS
from workbench.ui import cell_grid, column_heads, components, data_changes, state, table_pages
from workbench.ui.components import plain
from workbench.ui.phrases import short

VIEW_KEY = "page.data.view"
KIND_KEY = "page.data.rows.kind"
ODD, BLANK = "do not fit", "are blank"
MOST_ROWS = 200
MOST_COLUMNS = 30
WORDS_OFFERED = 3
COLUMNS_OFFERED = 6


def look_at(name, kind):
    """Show the rows in which the cell of ``name`` does not fit or is blank (callback)."""
    st.session_state[column_heads.COLUMN_KEY] = name
    st.session_state[KIND_KEY] = kind
    st.session_state[VIEW_KEY] = "rows"


def labels_of(dataset, name, kind):
    """Return the labels of the rows in which the cell of a column does not fit, or is blank in the file."""
    odd = table_pages.odd_cells(dataset.fingerprint)[name] if dataset.misfits.get(name) else None
    if kind == ODD:
        return [] if odd is None else list(odd.index)
    values = state.table(dataset.fingerprint)[name]
    blank = values.index[values.isna()]
    return list(blank if odd is None else blank.difference(odd.index))


def show(project, dataset, name):
    """Show these rows, and for cells that do not fit what can be done about them."""
    shares = column_heads.heads_of(dataset.fingerprint)[name]["shares"]
    kinds = [kind for kind, share in zip((ODD, BLANK), shares[1:], strict=True) if share]
    _other_columns(dataset, name)
    if not kinds:
        st.caption(f"Every cell of “{plain(short(name))}” has a value, and all of them fit. Choose another column.")
        return
    if st.session_state.get(KIND_KEY) not in kinds:
        st.session_state[KIND_KEY] = kinds[0]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        which = f"Rows in which cells of **{plain(short(name))}**"
        st.markdown(which if len(kinds) > 1 else f"{which} {kinds[0]}.", width="content")
        kind = kinds[0]
        if len(kinds) > 1:
            kind = st.segmented_control("Rows", kinds, key=KIND_KEY, required=True, label_visibility="collapsed")
    try:
        labels = labels_of(dataset, name, kind)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    if kind == ODD:
        _remedies(project, dataset, name)
    names = [name, *(other for other in dataset.schema.names if other != name)][:MOST_COLUMNS]
    rows = state.table(dataset.fingerprint)[names].loc[labels[:MOST_ROWS]]
    heads = column_heads.heads_of(dataset.fingerprint)
    cell_grid.show(
        key="page.data.odd_rows",
        label=f"Rows in which cells of {name} {kind}",
        head=[{**heads[other], "picked": other == name} for other in names],
        rows=table_pages.rows_of(rows, table_pages.odd_texts(dataset, names, rows.index)),
        on_pick=column_heads.pick,
        place=f"{dataset.fingerprint[:12]} {name} {kind}",
        height=420,
    )
    words = f"{len(labels):,} row{'' if len(labels) == 1 else 's'}"
    words += f", of which the first {MOST_ROWS} are shown" if len(labels) > MOST_ROWS else ""
    words += f"; the first {MOST_COLUMNS} columns" if dataset.n_columns > MOST_COLUMNS else ""
    st.caption(f"{words}. Marked cells show the text in the file.")


def _other_columns(dataset, name):
    """Show the columns with cells that do not fit, where there are several."""
    odd = [other for other in dataset.schema.names if dataset.misfits.get(other)]
    if len(odd) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for at, other in enumerate(odd[:COLUMNS_OFFERED]):
            st.button(
                f"{plain(short(other, 30))} ({dataset.misfits[other]:,})",
                key=f"page.data.odd.{at}",
                type="primary" if other == name else "tertiary",
                on_click=look_at,
                args=(other, ODD),
            )
        if len(odd) > COLUMNS_OFFERED:
            st.caption(f"and {len(odd) - COLUMNS_OFFERED:,} more columns", width="content")


def _remedies(project, dataset, name):
    column = dataset.schema.column(name)
    cells = table_pages.odd_cells(dataset.fingerprint)[name].str.strip()
    counts = cells.value_counts()
    st.markdown(
        f"They are no {MEANING_LABELS[column.meaning]} and count as “no value”. You can leave it so, or:",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for at, (word, n) in enumerate(counts.iloc[:WORDS_OFFERED].items()):
            st.button(
                f"“{plain(short(word, 24))}” means “no value” ({n:,})",
                key=f"page.data.remedy.missing.{at}",
                on_click=_take,
                args=(project, dataset, column.but(missing=(*column.missing, word))),
                help="Such cells are then blank, and are not counted as a problem any more.",
            )
        if len(counts) > 1:
            st.button(
                "All of them do" if len(counts) > 2 else "Both do",
                key="page.data.remedy.all",
                on_click=_take,
                args=(project, dataset, column.but(missing=tuple(dict.fromkeys((*column.missing, *counts.index))))),
            )
        st.button(
            "Read the column as category",
            key="page.data.remedy.category",
            on_click=_take,
            args=(project, dataset, column.but(meaning="category")),
            help="Every cell then keeps its word. You can undo it.",
        )


def _take(project, dataset, column):
    if data_changes.retype(project, dataset, (column,)):
        st.session_state[VIEW_KEY] = "table"
    st.rerun()  # the whole page, of which this is only a fragment
