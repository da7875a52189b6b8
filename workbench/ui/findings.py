"""Findings in three groups, each with its reason, the rows concerned, and a button that does something about it."""

from dataclasses import replace
from zlib import crc32

import streamlit as st

from workbench.modeling.columns import screen_columns
from workbench.profiling import check
from workbench.ui import blanks, decisions, state, table_view
from workbench.ui.components import plain
from workbench.ui.phrases import short

PASSED_SHOWN = 60
COLUMNS_SHOWN = 12
VIEW_KEY, COLUMN_KEY = "page.profile.view", "page.profile.column"


@st.cache_data(max_entries=16, show_spinner=False)
def _screened(fingerprint, target):
    """Return the names of the columns that are set aside unless the person says otherwise (cached)."""
    schema = state.dataset(fingerprint).schema
    return frozenset(entry.column for entry in screen_columns(state.table(fingerprint), schema, target))


def with_way_back(finding, draft):
    """Return ``finding`` with a proposal to use its columns after all, where they were set aside without asking."""
    if finding.status != "done" or decisions.offers(finding) or not finding.columns:
        return finding
    if not set(finding.columns) <= _screened(draft.dataset, draft.target):
        return finding
    return replace(finding, choices=tuple({"name": name, "use": True} for name in finding.columns))


def groups(draft, findings):
    """Return (to decide, done, passed): what was applied to the draft counts as done."""
    findings = [with_way_back(finding, draft) for finding in findings]
    decide = [f for f in findings if f.status == "alerted" and not decisions.applied(draft, f)]
    done = [f for f in findings if f.status == "alerted" and decisions.applied(draft, f)]
    done += [f for f in findings if f.status == "done"]
    return decide, done, [f for f in findings if f.status == "passed"]


def show(project, findings):
    """Show the findings of the project's data."""
    decide, done, passed = groups(project.draft, findings)
    _group("Alerted: you decide", ":material/help:", "orange", decide, project, "Nothing is left for you to decide.")
    _group("Done for you", ":material/task_alt:", "blue", done, project, "Nothing had to be changed or set aside.")
    with st.expander(f"Passed: {len(passed)} checks found nothing wrong", icon=":material/check_circle:"):
        st.markdown("\n".join(f"- **{_label(f)}**: {plain(f.sentence)}" for f in passed[:PASSED_SHOWN]) or "None.")


def _group(title, icon, color, findings, project, empty):
    st.markdown(f"#### :{color}[{icon}] {title} :gray-badge[{len(findings)}]")
    if not findings:
        st.caption(empty)
    for finding in findings:
        key = f"{finding.code}.{crc32(finding.sentence.encode()):08x}"  # the same wherever it stands in the list
        with st.container(border=True, key=f"page.finding.{key}", gap="xsmall"):
            _finding(project, finding, key)


def _finding(project, finding, key):
    text, action = st.columns([4, 1], gap="medium", vertical_alignment="top")
    with text:
        st.markdown(f"**{_label(finding)}** · {plain(finding.sentence)}")
        reason = " ".join(part for part in (_why(finding), finding.advice) if part)
        if reason:
            st.caption(plain(reason))
    with action, st.container(horizontal_alignment="right", gap="xsmall"):
        _buttons(project, finding, key)
    if finding.rows:
        with st.expander(_rows_label(finding), key=f"page.rows.{key}", on_change="rerun") as box:
            if box.open:
                _rows(project, finding, key)


def _buttons(project, finding, key):
    if decisions.applied(project.draft, finding):
        st.button(
            "Undo",
            key=f"page.undo.{key}",
            icon=":material/undo:",
            on_click=decisions.take_back,
            args=(project, finding),
            help="Take this decision back.",
        )
    elif decisions.offers(finding):
        words, explanation = offer(finding)
        st.button(words, key=f"page.apply.{key}", on_click=decisions.apply, args=(project, finding), help=explanation)
    elif finding.blanks:
        blanks.button(project, finding, key)
    if finding.columns:
        name = finding.columns[0]
        st.button(
            "Show column",
            key=f"page.look.{key}",
            type="tertiary",
            on_click=look_at,
            args=(name,),
            help=f"See “{plain(short(name))}” in full",
        )


def offer(finding):
    """Return the words on the button of a finding, and what it does."""
    if finding.step and finding.step["step"] == "drop_duplicates":
        return "Drop the copies", "Keeps the first of the rows that are equal, and leaves out the others."
    if finding.step:
        return "Leave out these rows", "The rows stay in your file; the model does not see them."
    n = len(finding.choices)
    if all(choice["use"] for choice in finding.choices):
        return "Put it back" if n == 1 else f"Put {n} columns back", "The model will use it after all. You can undo it."
    if n == 1:
        return "Leave it out", f"The model will not use “{plain(short(finding.choices[0]['name']))}”. You can undo it."
    return f"Leave out {n} columns", "The model will not use them. You can undo it."


def look_at(name):
    """Switch to the view of one column (callback)."""
    st.session_state[VIEW_KEY] = "columns"
    st.session_state[COLUMN_KEY] = name


def _rows_label(finding):
    n = len(finding.rows)
    return "The row concerned" if n == 1 else f"Some of the rows concerned ({n})"


def _rows(project, finding, key):
    fingerprint = project.draft.dataset
    table = state.table(fingerprint)
    others = [name for name in table.columns if name not in finding.columns]
    names = [name for name in (*finding.columns, *others) if name in table][: max(COLUMNS_SHOWN, len(finding.columns))]
    rows = [label for label in finding.rows if label in table.index]
    table_view.show(
        table.loc[rows, names[:COLUMNS_SHOWN]], fingerprint, key=f"page.table.{key}", alt="Rows concerned", height=260
    )


def _label(finding):
    return plain(_kind(finding).label if _kind(finding) else finding.code)


def _why(finding):
    return _kind(finding).why if _kind(finding) else ""


def _kind(finding):
    try:
        return check(finding.code)
    except KeyError:
        return None  # a profile kept by a version that had this check
