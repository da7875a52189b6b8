"""The typed table a page of rows at a time, with heads that can be clicked and the cells that do not fit marked."""

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.runtime.reading import type_column
from workbench.runtime.text_values import text_of
from workbench.store import looking
from workbench.ui import cell_grid, column_heads, state
from workbench.ui.phrases import short

ROWS_PER_PAGE = 50
LONGEST_CELL = 120
HEAD_ROWS = 300
PAGE_KEY = "page.data.rows.page"


def show(dataset, chosen):
    """Show a page of the table; a click on a column's head opens it in the panel."""
    names = column_heads.choose(dataset.schema.names)
    n_pages = -(-dataset.n_rows // ROWS_PER_PAGE)
    page = min(st.session_state.get(PAGE_KEY, 1), n_pages)
    start = (page - 1) * ROWS_PER_PAGE
    rows = state.table(dataset.fingerprint)[names].iloc[start : start + ROWS_PER_PAGE]
    heads = column_heads.heads_of(dataset.fingerprint)
    cell_grid.show(
        key="page.data.table",
        label="Your table, as it was read",
        head=[{**heads[name], "picked": name == chosen} for name in names],
        rows=rows_of(rows, odd_texts(dataset, names, rows.index)),
        on_pick=column_heads.pick,
        place=f"{dataset.fingerprint[:12]} {page} {names[:1]}",
        height=470,
    )
    if n_pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page.data.rows.choice"):
            st.pagination(n_pages, key=PAGE_KEY, max_visible_pages=7)
            st.caption(f"rows {start + 1:,} to {start + len(rows):,} of {dataset.n_rows:,}", width="content")


def rows_of(table, texts=None):
    """Return the rows of a typed table as the cell grid takes them, numbered from 1.

    Parameters
    ----------
    texts : dict of (row label, column) to str, optional
        Cells that do not fit: the text in the file, which is shown in place of the blank.
    """
    columns = [cells_of(table[name]) for name in table.columns]
    rows = [
        {"number": f"{label + 1:,}", "cells": list(cells), "odd": []}
        for label, cells in zip(table.index, zip(*columns, strict=True), strict=True)
    ]
    places = {label: at for at, label in enumerate(table.index)}
    positions = {name: at for at, name in enumerate(table.columns)}
    for (label, name), text in (texts or {}).items():
        row = rows[places[label]]
        row["cells"][positions[name]] = short(text, LONGEST_CELL)
        row["odd"].append(positions[name])
    return rows


def cells_of(values):
    """Return the cells of a column as a person would write them; blank where there is no value.

    >>> cells_of(pd.Series([1.0, 2.5, None]))
    ['1', '2.5', '']
    """
    if values.dtype.kind == "M":
        days = values.dropna()
        form = "%Y-%m-%d" if (days == days.dt.normalize()).all() else "%Y-%m-%d %H:%M:%S"
        return ["" if pd.isna(value) else value.strftime(form) for value in values]
    return ["" if pd.isna(value) else short(text_of(value), LONGEST_CELL) for value in values]


def odd_texts(dataset, names, labels):
    """Return the text of the cells in these columns and rows that do not fit, by (row label, column)."""
    names = [name for name in names if dataset.misfits.get(name)]
    if not names or not len(labels):
        return {}
    try:
        in_head = not dataset.is_sample and max(labels) < HEAD_ROWS  # known without going through the whole file
        cells = _odd_in_head(dataset.fingerprint) if in_head else odd_cells(dataset.fingerprint)
    except WorkbenchError:  # the file cannot be read again: its table is shown without
        return {}
    return {
        (label, name): text for name in names for label, text in cells[name][cells[name].index.isin(labels)].items()
    }


@st.cache_resource(max_entries=8, show_spinner="Reading the first rows …")
def head_of(fingerprint):
    """Return the first rows as the text in the file (cached)."""
    dataset = state.dataset(fingerprint)
    return looking.first_rows(dataset.raw_path, dataset.read, HEAD_ROWS)[0]


@st.cache_resource(max_entries=8, show_spinner="Looking for what does not fit …")
def odd_cells(fingerprint):
    """Return, by column, the cells that do not fit as the text in the file, with their row labels (cached)."""
    return looking.odd_cells(state.dataset(fingerprint))


@st.cache_resource(max_entries=16, show_spinner=False)
def _odd_in_head(fingerprint):
    return _odd(head_of(fingerprint), state.dataset(fingerprint))


def _odd(raw, dataset):
    table, found = state.table(dataset.fingerprint), {}
    for name in (name for name in dataset.schema.names if dataset.misfits.get(name)):
        # A cell that does not fit has no value, so only few cells have to be looked at.
        blank = table[name].reindex(raw.index).isna()
        found[name] = misfits_in(raw[name][blank], dataset.schema.column(name)).astype(str)
    return found


def misfits_in(cells, column):
    """Return those of the ``cells`` of a file that do not fit the rules of ``column``."""
    return cells[type_column(cells, column.model_dump(mode="json")).misfits]
