"""The file as it is: its first and last lines with what each is for the table; a clicked line can become another."""

import streamlit as st

from workbench.data.files.line_roles import DATA, NAMES, head_offers, head_roles, tail_offers, tail_roles
from workbench.errors import WorkbenchError
from workbench.specs import ReadSpec
from workbench.store import looking
from workbench.ui import cell_grid, components, data_changes, reading_controls, state, table_pages
from workbench.ui.phrases import short

LINE_KEY = "page.data.line"
HEAD_LINES = 60
TAIL_LINES = 12
PREVIEW_ROWS = 20
MOST_CELLS = 60
LONGEST_CELL = 100
FORMATS = ("delimited", "fixed_width", "excel")


@st.cache_resource(max_entries=16, show_spinner="Reading the lines of the file …")
def lines_of(fingerprint, read_json):
    """Return (first lines of the file, last lines where these are others), cut to cells by the rules (cached)."""
    dataset, read = state.dataset(fingerprint), ReadSpec.model_validate_json(read_json)
    return looking.lines_of(dataset.raw_path, read, HEAD_LINES, TAIL_LINES)


def show(project, dataset):
    """Show the lines of the file by the rules in force or being tried, and what a clicked line could become."""
    trial = data_changes.trial_of(dataset)
    read = trial or dataset.read
    if read.member == reading_controls.EVERY:
        st.caption("Several files are read here, one below the other. Choose one of them to see its lines.")
        return
    try:
        head, tail = lines_of(dataset.fingerprint, read.model_dump_json())
    except WorkbenchError as error:
        components.show_problem(error)
        return
    chosen = st.session_state.get(LINE_KEY)
    chosen = chosen if chosen is not None and chosen < len(head) + len(tail) else None
    _offers(dataset, read, head, tail, chosen)
    cell_grid.show(
        key="page.data.lines",
        label="The first and last lines of the file, as they stand in it",
        rows=line_rows(head, tail, read, chosen),
        on_pick=lambda kind, value: _choose(value, len(head)),
        height=430 if trial is None else 280,
        place=dataset.fingerprint[:12],
    )
    if trial is not None:
        show_preview(dataset, trial)


def line_rows(head, tail, read, chosen=None):
    """Return the lines as the cell grid takes them: role, number in the file, cells; the gap is a row of its own."""
    roles = head_roles(head, read)
    if not tail:  # the whole file is in view, its notes below, too
        below = tail_roles(head, read)
        roles = [last if role == DATA else role for role, last in zip(roles, below, strict=True)]
    rows = [
        _line(f"{at + 1:,}", cells, role, at == chosen)
        for at, (cells, role) in enumerate(zip(head, roles, strict=True))
    ]
    if tail:
        rows.append(_line("⋮", ["… the lines between …"], "", False))
        for at, (cells, role) in enumerate(zip(tail, tail_roles(tail, read), strict=True)):
            from_end = len(tail) - 1 - at
            number = f"last − {from_end}" if from_end else "last"
            rows.append(_line(number, cells, role, len(head) + at == chosen))
    return rows


def _line(number, cells, role, picked):
    dim = role not in (DATA, NAMES)
    shown = [short(cell or "", LONGEST_CELL) for cell in cells[:MOST_CELLS]]
    while dim and shown and not shown[-1]:  # a title takes the whole width
        shown.pop()
    if len(cells) > MOST_CELLS:
        shown.append(f"… {len(cells) - MOST_CELLS:,} more cells")
    return {"number": number, "cells": shown or [""], "role": role, "dim": dim, "picked": picked}


def _choose(row, n_head):
    """Keep the clicked line; the row of the gap is none."""
    if row != n_head:
        st.session_state[LINE_KEY] = row if row < n_head else row - 1


def _offers(dataset, read, head, tail, chosen):
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", height=44, border=False, key="page.data.offers"
    ):
        if chosen is None:
            st.markdown(":material/touch_app: Click a line to say what it is.", width="content")
            return
        in_head = chosen < len(head)
        offers = head_offers(read, chosen) if in_head else tail_offers(read, tail, chosen - len(head))
        if not tail:
            offers += [offer for offer in tail_offers(read, head, chosen)[:1] if chosen >= len(head) - TAIL_LINES]
        st.markdown(f"**Line {chosen + 1:,}**" if in_head else "**This line**", width="content")
        for at, offer in enumerate(offers):
            st.button(
                offer.label,
                key=f"page.data.offer.{at}",
                on_click=_try,
                args=(dataset, offer.read),
            )


def _try(dataset, read):
    data_changes.try_out(dataset, read)
    st.rerun()  # the whole page: the sentence above follows


def show_preview(dataset, trial, height=300):
    """Show the first rows by the rules that are being tried, with the meanings that would be found."""
    from workbench.ui import column_heads

    preview = data_changes.preview_of(dataset.fingerprint, trial.model_dump_json())
    columns = preview.schema.columns[: column_heads.COLUMNS_PER_PAGE]
    raw = preview.raw[[column.name for column in columns]].iloc[:PREVIEW_ROWS].fillna("")
    odd = {
        (label, column.name): str(cell)
        for column in columns
        for label, cell in table_pages.misfits_in(raw[column.name], column).items()
    }
    cell_grid.show(
        key="page.data.preview",
        label="The first rows as they would be read",
        head=[column_heads.head(column) for column in columns],
        rows=table_pages.rows_of(raw, odd),
        height=height,
    )
    more = len(preview.schema.columns) - len(columns)
    st.caption(f"The first {len(raw)} rows" + (f"; {more:,} more columns are not shown." if more > 0 else "."))
