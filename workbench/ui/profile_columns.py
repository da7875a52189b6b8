"""Every column in a table of figures, to be filtered, sorted and saved; the chosen one is shown in full below."""

import math
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.strength import STRENGTH_HELP
from workbench.profiling.wording import percent
from workbench.specs import MEANING_LABELS
from workbench.ui import column_view, decisions, findings, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short

TABLE_ROWS, FIRST_ROWS = 9, 12
ROW_HEIGHT, HEAD_HEIGHT = 35, 38  # pixels
STRONG = 0.1  # a ROC AUC of 0.55, or a tenth of the target's order: worth a look, and beyond chance from 1,500 rows on
WHOLE_PERCENT = "%d %%"
FILTER_KEY, MEANING_KEY, LOOK_KEY, SORT_KEY, TABLE_KEY = (
    f"page.profile.{name}" for name in ("filter", "meaning", "look", "sort", "table")
)
NUMBERS = ("mean", "median", "min", "max")


@st.cache_resource(max_entries=16, show_spinner=False)
def figures(fingerprint, target, task, stage, _profile):
    """Return the figures of every column as the table that is shown (cached; do not change it)."""
    rows = [
        {
            "column": column.name,
            "meaning": MEANING_LABELS[column.meaning],
            "missing": column.missing_fraction,
            "strength": round(100 * column.strength.value) if column.strength else np.nan,
            "shape": [entry.count for entry in column.bins or column.top],
            "distinct": np.nan if _profile.sample_rows else column.distinct_count,
            **{name: rounded(getattr(column, name)) for name in NUMBERS},
            "words": in_a_word(column),
        }
        for column in _profile.columns
    ]
    return pd.DataFrame(rows)


def rounded(value):
    """Return a figure with four significant digits, but never fewer than its whole part has; NaN for None."""
    if value is None or not value:
        return np.nan if value is None else 0.0
    return round(float(value), max(0, 3 - math.floor(math.log10(abs(value)))))


def in_a_word(column):
    """Return what stands for a column in a word: its span of dates, or its most frequent value."""
    if column.first is not None:
        return f"{column.first} to {column.last}"
    if column.mean is None and column.top:
        top = column.top[0]
        return f"{short(top.value, 40)} ({percent(top.count / column.count)})"
    return ""


def first_look(project, look):
    """Show the columns as far as they are known, to look at only."""
    draft = project.draft
    table = figures(draft.dataset, draft.target, draft.task, look.stage, look.profile)
    st.dataframe(
        table,
        key="page.profile.first",
        hide_index=True,
        height=_height(len(table), FIRST_ROWS),
        column_order=order_of(table, with_strength=False, with_note=False),
        column_config=config_of(draft.target),
        placeholder="",
        alt="Every column with its meaning, blanks and distribution, as far as it is known",
    )
    _say_sample(look.profile)


def show(project, look):
    """Show the table of columns, and below it the one that is chosen."""
    draft, profile = project.draft, look.profile
    notes = notes_of(draft, profile)
    names = _chosen_names(draft, profile, notes)
    if not names:
        st.info("No column fits what you look for.", icon="🔍")
        return
    table = figures(draft.dataset, draft.target, draft.task, look.stage, profile)
    table = table.set_index("column", drop=False).loc[names]
    table = table.assign(note=[notes.get(name, "") for name in names])
    chosen = st.session_state.get(findings.COLUMN_KEY)
    if chosen not in names:
        chosen = st.session_state[findings.COLUMN_KEY] = names[0]
    # Another choice of rows is another table: what was ticked at a place must not be another column.
    key = f"{TABLE_KEY}.{crc32(repr(names).encode()):08x}"
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=_height(len(table), TABLE_ROWS),
        column_order=order_of(table, with_strength=bool(draft.target) and profile.complete),
        column_config=config_of(draft.target),
        on_select=lambda: _select(key, names),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [names.index(chosen)]}},
        placeholder="",
        alt="Every column with its meaning, blanks, distinct values and distribution",
    )
    if not _say_sample(profile):
        st.caption("Tick a row to see its column in full below; click a heading to sort.")
    with st.container(border=True, key="page.profile.full"):
        column_view.show(project, look, names)


def _say_sample(profile):
    """Say what the figures were taken of, where that is not the whole table."""
    if profile.sample_rows:
        st.caption(
            f":material/casino: From {profile.sample_rows:,} of the {profile.n_rows:,} rows so far; blanks, smallest "
            "and largest values are those of all rows. The rest follows by itself."
        )
    return bool(profile.sample_rows)


def _height(n_rows, most):
    return "content" if n_rows <= most else HEAD_HEIGHT + ROW_HEIGHT * most


def notes_of(draft, profile):
    """Return, for each column that needs a look, why in a few words."""
    if not profile.complete:
        return {}
    undecided, notes = {}, {}
    for finding in profile.findings:
        if finding.status == "alerted" and not decisions.decided(draft, finding):
            for name in finding.columns:
                undecided[name] = undecided.get(name, 0) + 1
    left_out = left_out_of(draft)
    for name in (column.name for column in profile.columns):
        words = [f"{undecided[name]} to decide"] if name in undecided else []
        if name in left_out:
            words.append("left out")
        if words:
            notes[name] = ", ".join(words)
    return notes


def left_out_of(draft):
    """Return the columns that the model will not use, with the reason."""
    decided = {choice.name: choice.use for choice in draft.choices}
    try:
        found = {entry.column: entry.reason for entry in state.plan_of(draft).spec.left_out} if draft.target else {}
    except WorkbenchError:
        found = {}
    found |= {choice.name: choice.reason or "by you" for choice in draft.choices if not choice.use}
    return {name: reason for name, reason in found.items() if not decided.get(name)}


def looks_of(draft, profile, notes):
    """Return what can be looked for, as {label: names of the columns}."""
    names = [column.name for column in profile.columns]
    looks = {"Something to decide": [name for name in names if "to decide" in notes.get(name, "")]}
    looks["With blanks"] = [column.name for column in profile.columns if column.missing_count]
    looks["Left out"] = [name for name in names if "left out" in notes.get(name, "")]
    if draft.target:
        strong = [column.name for column in profile.columns if column.strength and column.strength.value >= STRONG]
        looks[f"Goes with {short(draft.target, 20)}"] = strong
    return {label: found for label, found in looks.items() if found}


def sorts_of(draft, profile, notes):
    """Return how the table can be sorted, as {label: key of a column's profile} (None: as in the file)."""
    sorts = {"As in the file": None, "By name": lambda column: column.name.casefold()}
    if draft.target and profile.complete:
        sorts[f"Goes most with {short(draft.target, 20)}"] = lambda column: (
            -(column.strength.value if column.strength else -1)
        )
    if notes:
        sorts["Most to decide"] = lambda column: (
            "to decide" not in notes.get(column.name, ""),
            column.name not in notes,
        )
    sorts["Most blanks"] = lambda column: -column.missing_fraction
    if not profile.sample_rows:
        sorts["Most different values"] = lambda column: -column.distinct_count
        sorts["Most skewed"] = lambda column: -abs(column.skew or 0)
    return sorts


def _chosen_names(draft, profile, notes):
    """Show the filters, and return the columns that pass them, sorted."""
    looks, sorts = looks_of(draft, profile, notes), sorts_of(draft, profile, notes)
    meanings = [meaning for meaning in MEANING_LABELS if any(c.meaning == meaning for c in profile.columns)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page.profile.filters"):
        wanted = st.text_input(
            "Filter by name",
            key=FILTER_KEY,
            placeholder="Filter by name",
            icon=":material/search:",
            label_visibility="collapsed",
            live="200ms",
            width=220,
        )
        meaning = st.selectbox(
            "Meaning",
            meanings,
            index=None,
            format_func=MEANING_LABELS.get,
            key=MEANING_KEY,
            placeholder="Every meaning",
            label_visibility="collapsed",
            width=170,
        )
        sort = st.selectbox("Sort by", list(sorts), key=SORT_KEY, label_visibility="collapsed", width=230)
        save = st.container(width="content")
    look = None
    if looks:
        look = st.pills(
            "What needs a look",
            list(looks),
            format_func=lambda label: f"{plain(label)} · {len(looks[label]):,}",
            key=LOOK_KEY,
            label_visibility="collapsed",
        )
    kept = filtered(profile, wanted, meaning, looks.get(look))
    if sorts[sort] is not None:
        kept = sorted(kept, key=sorts[sort])
    names = [column.name for column in kept]
    with save:
        st.download_button(
            "CSV",
            data=lambda: pictures.csv_of(saved(profile, names, notes)),
            file_name=file_name("columns", ".csv"),
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="page.profile.csv",
            disabled=not names or not profile.complete,
            help="Save the columns as filtered and sorted here, with every figure.",
        )
    return names


def filtered(profile, wanted="", meaning=None, among=None):
    """Return the profiles of the columns whose name has ``wanted`` in it, of one meaning, ``among`` some names."""
    wanted, among = wanted.casefold(), None if among is None else set(among)
    return [
        column
        for column in profile.columns
        if wanted in column.name.casefold()
        and meaning in (None, column.meaning)
        and (among is None or column.name in among)
    ]


def saved(profile, names, notes):
    """Return the table of these columns with every figure that is a number or a word."""
    frame = profile.frame().set_index("name", drop=False).loc[names]
    nested = [name for name in frame if frame[name].map(lambda value: isinstance(value, (tuple, list, dict))).any()]
    return frame.drop(columns=nested).assign(note=[notes.get(name, "") for name in names])


def _select(key, names):
    """Take over the row that was clicked (callback)."""
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(names):
        st.session_state[findings.COLUMN_KEY] = names[rows[0]]


def order_of(table, with_strength, with_note=True):
    """Return the columns of the table that are shown: those in which something stands."""
    order = ["column", "meaning", "missing", "strength", "shape", "note", "distinct", *NUMBERS, "words"]
    empty = {name for name in (*NUMBERS, "distinct") if table[name].isna().all()}
    if not with_strength:
        empty.add("strength")
    if not with_note or "note" not in table or (table["note"] == "").all():
        empty.add("note")
    if (table["words"] == "").all():
        empty.add("words")
    return [name for name in order if name not in empty]


def config_of(target):
    """Return how the columns of the table are shown."""
    number, progress, text = st.column_config.NumberColumn, st.column_config.ProgressColumn, st.column_config.TextColumn
    return {
        "column": text("Column", width=170, pinned=True),
        "meaning": text("Meaning", width=105),
        "missing": progress(
            "No value", format="percent", min_value=0, max_value=1, width=105, help="Share of the rows without a value"
        ),
        "strength": progress(
            f"Goes with {short(target, 24)}",
            format=WHOLE_PERCENT,
            min_value=0,
            max_value=100,
            width=130,
            help=STRENGTH_HELP,
        ),
        "shape": st.column_config.BarChartColumn(
            "Distribution",
            y_min=0,
            width=130,
            help="Rows per range of values, from small to large; for words, rows per value, most frequent first",
        ),
        "note": text("To note", width=135),
        "distinct": number("Different values", format="localized", width=115),
        "mean": number("Mean", format="localized", width=90),
        "median": number("Median", format="localized", width=90, help="Half of the rows lie below it"),
        "min": number("Smallest", format="localized", width=90),
        "max": number("Largest", format="localized", width=90),
        "words": text("Most frequent, or span", width="medium"),
    }
