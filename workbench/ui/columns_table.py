"""The table of inputs: one row per column with a tick to use it, and why some were set aside."""

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.specs import MEANING_LABELS, ColumnChoice, fingerprint_of
from workbench.ui import components, state

BY_HAND = "left out by you"
ROW_HEIGHT = 33  # pixels
LONG_NAME = 26  # characters that fit into a column of medium width
MOST_ROWS = 20  # shown without scrolling


def suggestions_of(draft):
    """Return the columns that are set aside without the person's word, with the reason."""
    try:
        plan = state.plan_of(draft.but(choices=()))
    except WorkbenchError:
        screened = state.screened(draft.dataset, draft.recipe.fingerprint, draft.recipe)
        left_out = [entry for entry in screened if entry.column != draft.target]
    else:
        left_out = plan.spec.left_out
    return {entry.column: entry.reason for entry in left_out}


@st.cache_data(max_entries=64, show_spinner=False)
def _missing(dataset):
    return state.table(dataset).isna().mean().to_dict()


def input_frame(schema, target, choices, suggestions, missing):
    """Return one row per possible input: ``use``, ``column``, ``meaning``, ``missing`` (0 to 1), ``why``.

    Parameters
    ----------
    schema : Schema
    target : str
        Not an input itself, so not in the table.
    choices : iterable of ColumnChoice
        What the person decided; outranks ``suggestions``.
    suggestions : dict
        Column to the reason for which the software sets it aside.
    missing : dict
        Column to its share of missing values.
    """
    decided = {choice.name: choice for choice in choices}
    rows = []
    for column in schema.columns:
        if column.name == target:
            continue
        choice = decided.get(column.name)
        use = choice.use if choice else column.name not in suggestions
        why = suggestions.get(column.name, "")
        if choice and not choice.use and not why:
            why = choice.reason or BY_HAND
        rows.append((use, column.name, MEANING_LABELS[column.meaning], missing.get(column.name, 0.0), why))
    frame = pd.DataFrame(rows, columns=["use", "column", "meaning", "missing", "why"])
    # Columns that were set aside come first: they are what the person may want to look at.
    return frame.sort_values("why", key=lambda why: why == "", kind="stable").reset_index(drop=True)


def choices_of(frame, suggestions, earlier=()):
    """Return the ColumnChoices that turn the suggestions into the ticks of ``frame``; none where they agree."""
    reasons = {choice.name: choice.reason for choice in earlier}
    return tuple(
        ColumnChoice(name=name, use=bool(use), reason=reasons.get(name, ""))
        for use, name in zip(frame["use"], frame["column"], strict=True)
        if bool(use) == (name in suggestions)
    )


def place_of(draft):
    """Return where the editor's input stands in the session: another question gets another editor."""
    question = (draft.dataset, draft.target, draft.task, draft.recipe.fingerprint, draft.split.column)
    return f"page.features.columns.{fingerprint_of(question)[:12]}"


def edit(project, schema):
    """Show the table of inputs, store what is ticked, and return the project."""
    draft = project.draft
    suggestions = suggestions_of(draft)
    # The editor's input must not change while the page is open, or it would forget every second edit.
    place = place_of(draft)
    if place not in st.session_state:
        st.session_state[place] = input_frame(schema, draft.target, draft.choices, suggestions, _missing(draft.dataset))
    base = st.session_state[place]
    longest = int(base["column"].str.len().max()) if len(base) else 0
    edited = st.data_editor(
        base,
        key=f"{place}.edits",
        num_rows="fixed",
        hide_index=True,
        disabled=["column", "meaning", "missing", "why"],
        height=ROW_HEIGHT * (MOST_ROWS + 1) if len(base) > MOST_ROWS else "content",
        column_config={
            "use": st.column_config.CheckboxColumn("Use it", width=70, help="May the model look at this column?"),
            "column": st.column_config.TextColumn("Column", width="large" if longest > LONG_NAME else "medium"),
            "meaning": st.column_config.TextColumn("Meaning", width=110, help="Changed on the Data page."),
            "missing": st.column_config.ProgressColumn("Missing", format="percent", max_value=1, width=120),
            "why": st.column_config.TextColumn("Why it was set aside", width="large"),
        },
        alt="Columns that may be used to predict, with a tick for each that is used",
    )
    choices = choices_of(edited, suggestions, draft.choices)
    if choices != draft.choices:
        project = state.save_draft(project, choices=choices)
    return project


def show_summary(plan):
    """Show in a sentence how many columns are used."""
    if plan is None:
        return
    used, total = len(plan.spec.columns), len(plan.spec.columns) + len(plan.spec.left_out)
    st.markdown(
        f"**{used} of {total} columns are used.** Leave out what you will not know yet at the moment of "
        "predicting: what happens only afterwards makes a model look good and be useless."
    )


def show_decided(project):
    """Show which columns the person decided about; below the table, so that a tick does not move it."""
    put_back = [choice.name for choice in project.draft.choices if choice.use]
    taken_out = [choice.name for choice in project.draft.choices if not choice.use]
    for words, names in (("Put back by you", put_back), ("Left out by you", taken_out)):
        if names:
            st.caption(f"{words}: " + components.plain(", ".join(names)))
