"""The table itself on the screen: every column headed by its name and meaning, rows fetched as they are scrolled to."""

import streamlit as st

from workbench.specs import MEANING_LABELS
from workbench.ui import state
from workbench.ui.components import plain
from workbench.ui.phrases import short

# Below this, the whole table is sent to the browser, where it can be searched; above, rows come as they are needed.
EAGER_CELLS = 20_000
LONGEST_HEADER = 40
DATES_LOOKED_AT = 1_000


@st.cache_data(max_entries=64, show_spinner=False)
def blanks_of(fingerprint):
    """Return the number of blank cells per column of a data set (cached)."""
    return {name: int(n) for name, n in state.table(fingerprint).isna().sum().items()}


@st.cache_resource(max_entries=16, show_spinner=False)
def column_config(fingerprint):
    """Return the headers of a data set's table: name and meaning, with what is blank or does not fit as help."""
    dataset, blanks = state.dataset(fingerprint), blanks_of(fingerprint)
    table = state.table(fingerprint)
    return {
        column.name: _column(column, table[column.name], blanks[column.name], dataset.misfits.get(column.name, 0))
        for column in dataset.schema.columns
    }


def _column(column, values, n_blank, n_misfit):
    label = f"{short(column.name, LONGEST_HEADER)} · {MEANING_LABELS[column.meaning]}"
    words = [f"**{plain(column.name)}**: {MEANING_LABELS[column.meaning]}"]
    if column.unit:
        words.append(f"in {plain(column.unit)}")
    words.append(f"{n_blank:,} blank" if n_blank else "no blanks")
    if n_misfit:
        label = f"⚠ {label}"
        words.append(f"{n_misfit:,} of them hold something that does not fit")
    facts = {"label": label, "help": ", ".join(words) + "."}
    if column.meaning == "date":
        head = values.dropna().iloc[:DATES_LOOKED_AT]
        if (head == head.dt.normalize()).all():
            return st.column_config.DateColumn(**facts, format="YYYY-MM-DD")
        return st.column_config.DatetimeColumn(**facts, format="YYYY-MM-DD HH:mm:ss")
    if column.meaning == "integer":
        return st.column_config.NumberColumn(**facts, format="%d")
    if column.meaning == "number":
        return st.column_config.NumberColumn(**facts)
    return st.column_config.TextColumn(**facts)


def show(table, fingerprint, *, key, alt, height=420):
    """Show a typed table (of the columns of data set ``fingerprint``), its rows numbered from 1."""
    eager = table.shape[0] * table.shape[1] <= EAGER_CELLS
    st.dataframe(
        table.set_axis(table.index + 1),  # shares the cells
        key=key,
        lazy=not eager,
        height=min(height, 38 + 35 * max(len(table), 1)),
        column_config=column_config(fingerprint),
        placeholder="",
        alt=alt,
    )
