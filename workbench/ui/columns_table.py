"""The table of inputs: one row per column with a tick to use it, and why some were set aside."""

import numpy as np
import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.strength import STRENGTH_HELP
from workbench.specs import MEANING_LABELS, ColumnChoice, fingerprint_of
from workbench.ui import components, state
from workbench.ui.phrases import short

BY_HAND = "left out by you"
ROW_HEIGHT = 33  # pixels
TALL_ROW = 52  # two lines
LONG_REASON = 66  # characters that fit on a line of the column
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


def input_frame(schema, target, choices, suggestions, missing, strengths=None, doubtful=()):
    """Return one row per possible input: ``use``, ``column``, ``meaning``, ``strength`` (in percent, NaN where not
    known), ``missing`` (0 to 1), ``why``.

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
    strengths : dict, optional
        Column to how far it alone tells the target, 0 to 1.
    doubtful : collection of str
        Columns that may give the answer away; they come first.
    """
    decided = {choice.name: choice for choice in choices}
    ticks = ticks_of(schema, target, choices, suggestions)
    rows = []
    for column in schema.columns:
        if column.name == target:
            continue
        choice = decided.get(column.name)
        why = suggestions.get(column.name, "")
        if choice and not choice.use and not why:
            why = choice.reason or BY_HAND
        strength = (strengths or {}).get(column.name)
        rows.append(
            {
                "use": ticks[column.name],
                "column": column.name,
                "meaning": MEANING_LABELS[column.meaning],
                "strength": np.nan if strength is None else round(100 * strength),
                "missing": missing.get(column.name, 0.0),
                "why": why,
                "place": 0 if column.name in doubtful else 1 if why else 2,
            }
        )
    frame = pd.DataFrame(rows, columns=["use", "column", "meaning", "strength", "missing", "why", "place"])
    # Columns in doubt come first, then those set aside: they are what the person may want to look at.
    return frame.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)


def ticks_of(schema, target, choices, suggestions):
    """Return, for every column but the target, whether it is used."""
    decided = {choice.name: choice.use for choice in choices}
    return {name: decided.get(name, name not in suggestions) for name in schema.names if name != target}


def decided_of(ticks, suggestions, earlier=()):
    """Return the ColumnChoice of each column in ``ticks``; None where the person agrees with the suggestion."""
    reasons = {choice.name: choice.reason for choice in earlier}
    return {
        name: ColumnChoice(name=name, use=use, reason=reasons.get(name, "")) if use == (name in suggestions) else None
        for name, use in ticks.items()
    }


def place_of(draft):
    """Return where the editor's input stands in the session: another question gets another editor."""
    question = (draft.dataset, draft.target, draft.task, draft.recipe.fingerprint, draft.split.column)
    return f"page.features.columns.{fingerprint_of(question)[:12]}"


def editor_of(place):
    """Return the key of the editor at ``place``: a new one each time its input was made anew."""
    made = st.session_state.get(f"{place}.made", 0)
    return f"{place}.edits.{made}" if made else f"{place}.edits"


def edit(project, schema, doubtful=()):
    """Show the table of inputs, store what was ticked, and return the project."""
    suggestions = suggestions_of(project.draft)
    place = place_of(project.draft)
    project = _save_ticks(project, suggestions, place)
    draft = project.draft
    stored = ticks_of(schema, draft.target, draft.choices, suggestions)
    # The editor's input must not change while the page is open, or it would forget every second edit: it is made anew
    # only where something else than the editor decided (another tab, a button above).
    if place not in st.session_state or st.session_state[f"{place}.ticks"] != stored:
        if place in st.session_state:
            st.session_state[f"{place}.made"] = st.session_state.get(f"{place}.made", 0) + 1
        profile = state.profile_of(draft.dataset, draft.target, draft.task)
        strengths = {column.name: column.strength.value for column in profile.columns if column.strength}
        missing = {column.name: column.missing_fraction for column in profile.columns}
        st.session_state[place] = input_frame(
            schema, draft.target, draft.choices, suggestions, missing, strengths, doubtful
        )
        st.session_state[f"{place}.ticks"] = stored
    base = st.session_state[place]
    longest = int(base["column"].str.len().max()) if len(base) else 0
    # A reason must be readable without scrolling: near the name, on two lines where it is long.
    reasons = base["why"].str.len()
    tall = bool((reasons > LONG_REASON).any())
    order = ["use", "column", "strength", "why", "meaning", "missing"] if reasons.any() else None
    row_height = TALL_ROW if tall else ROW_HEIGHT
    st.data_editor(
        base,
        column_order=order,
        row_height=row_height,
        key=editor_of(place),
        num_rows="fixed",
        hide_index=True,
        disabled=["column", "meaning", "strength", "missing", "why"],
        height=ROW_HEIGHT * (MOST_ROWS + 1) if row_height * len(base) > ROW_HEIGHT * MOST_ROWS else "content",
        column_config={
            "use": st.column_config.CheckboxColumn("Use it", width=70, help="May the model look at this column?"),
            "column": st.column_config.TextColumn("Column", width="large" if longest > LONG_NAME else 170),
            "meaning": st.column_config.TextColumn("Meaning", width=110, help="Changed on the Data page."),
            "strength": st.column_config.ProgressColumn(
                f"Goes with {short(draft.target, 24)}",
                format="%d %%",
                min_value=0,
                max_value=100,
                width=140,
                help=STRENGTH_HELP,
            ),
            "missing": st.column_config.ProgressColumn("Missing", format="percent", max_value=1, width=100),
            "why": st.column_config.TextColumn(
                "Why it was set aside", width="large" if reasons.max() > LONG_NAME else "medium"
            ),
        },
        alt="Columns that may be used to predict, with a tick for each that is used",
    )
    return project


def _save_ticks(project, suggestions, place):
    """Store the columns whose tick was changed in this tab since the last look, and only those."""
    if place not in st.session_state:
        return project
    base, seen = st.session_state[place], st.session_state[f"{place}.ticks"]
    edits = (st.session_state.get(editor_of(place)) or {}).get("edited_rows", {})
    ticks = dict(zip(base["column"], (bool(use) for use in base["use"]), strict=True))
    ticks |= {base["column"].iat[int(row)]: bool(edit["use"]) for row, edit in edits.items() if "use" in edit}
    changed = {name: use for name, use in ticks.items() if use != seen.get(name)}
    if not changed:
        return project
    st.session_state[f"{place}.ticks"] = ticks
    return state.decide_columns(project, decided_of(changed, suggestions, project.draft.choices))


def show_leaks(project, found, used):
    """Show above the table which inputs may give the answer away, each with a way to leave it out and to undo that.

    Parameters
    ----------
    found : list of Finding
        Of all columns, in use or not.
    used : collection of str
        The columns in use.
    """
    by_hand = {choice.name for choice in project.draft.choices if not choice.use}
    for number, finding in enumerate(found):
        open_ = set(finding.columns) <= set(used)
        if not open_ and not by_hand & set(finding.columns):
            continue  # set aside without asking
        mark = ":orange[:material/warning:]" if open_ else ":blue[:material/task_alt:]"
        advice = finding.advice if open_ else "Decided: they cannot give it away any more."
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"page.features.leak.{number}"
        ):
            st.markdown(
                f"{mark} **{components.plain(finding.sentence)}** {components.plain(advice)}",
                width="stretch",
            )
            for choice in finding.choices:
                _leak_button(project, choice, number, choice["name"] in by_hand)


def _leak_button(project, choice, number, left_out):
    name = components.plain(short(choice["name"], 24))
    st.button(
        f"Put {name} back" if left_out else f"Leave out {name}",
        key=f"page.features.leak.{number}.{choice['name']}",
        on_click=state.decide_columns,
        args=(project, {choice["name"]: None if left_out else ColumnChoice.model_validate(choice)}),
        icon=":material/undo:" if left_out else None,
        help="Use it after all." if left_out else "The model will not use it. You can put it back.",
    )


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
