"""Which columns of a profile are looked at, and in which order: by name, by meaning, and by what needs a look."""

import streamlit as st

from workbench.specs import MEANING_LABELS
from workbench.ui import findings, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short

STRONG = 0.1  # a ROC AUC of 0.55, or a tenth of the target's order: worth a look, and beyond chance from 1,500 rows on
FILTER_KEY, MEANING_KEY, LOOK_KEY, SORT_KEY = (f"page.profile.{name}" for name in ("filter", "meaning", "look", "sort"))


def notes_of(draft, profile):
    """Return, for each column that needs a look, why in a few words."""
    if not profile.complete:
        return {}
    undecided, notes = {}, {}
    for finding in findings.groups(draft, profile.findings)[0]:
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
    """Return the names of the columns that the model will not use."""
    decided = {choice.name: choice.use for choice in draft.choices}
    found = {entry.column for entry in state.set_aside(draft) if entry.column != draft.target}
    return {name for name in found if not decided.get(name)} | {name for name, use in decided.items() if not use}


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


def choose(draft, profile, notes):
    """Show the filters, and return the columns that pass them, sorted."""
    looks, sorts = looks_of(draft, profile, notes), sorts_of(draft, profile, notes)
    meanings = [meaning for meaning in MEANING_LABELS if any(c.meaning == meaning for c in profile.columns)]
    for key, offered in ((SORT_KEY, sorts), (MEANING_KEY, meanings)):
        if st.session_state.get(key) not in offered:  # what was chosen is not offered any more
            st.session_state.pop(key, None)
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
