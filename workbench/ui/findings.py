"""Findings in three groups, each with its reason, the rows concerned, and buttons that do something about it."""

from dataclasses import replace
from zlib import crc32

import streamlit as st

from workbench.modeling.metrics import metric
from workbench.profiling import check
from workbench.profiling.in_time.leakage import LEAK_CODES
from workbench.profiling.wording import quoted
from workbench.ui import decisions, reread, state, table_view
from workbench.ui.components import plain
from workbench.ui.phrases import short

PASSED_SHOWN = 60
COLUMNS_SHOWN = 12
NAMED = 8  # columns that the explanation of a button names
MEANING_LABEL = "Meaning"  # of what was changed about a column, and no check is about
VIEW_KEY, COLUMN_KEY = "page.profile.view", "page.profile.column"


def with_way_back(finding, draft):
    """Return ``finding`` with a proposal to use its columns after all, where they were set aside without asking."""
    if finding.status != "done" or decisions.offers(finding) or not finding.columns:
        return finding
    if not set(finding.columns) <= set(state.profile_of(draft.dataset, draft.target, draft.task).screened):
        return finding
    return replace(finding, choices=tuple({"name": name, "use": True} for name in finding.columns))


def groups(draft, findings):
    """Return (to decide, done, passed): what the person has decided about counts as done."""
    findings = [with_way_back(finding, draft) for finding in findings]
    decide = [f for f in findings if f.status == "alerted" and not decisions.decided(draft, f)]
    done = [f for f in findings if f.status == "alerted" and decisions.decided(draft, f)]
    done += reread.done(draft)
    done += [f for f in findings if f.status == "done"]
    return decide, done, [f for f in findings if f.status == "passed"]


def show(project, findings):
    """Show the findings of the project's data."""
    decide, done, passed = groups(project.draft, findings)
    _group("Alerted: you decide", ":material/help:", "orange", decide, project, "Nothing is left for you to decide.")
    _group("Done, or good to know", ":material/task_alt:", "blue", done, project, "Nothing had to be set aside.")
    with st.expander(f"Passed: {len(passed)} checks found nothing wrong", icon=":material/check_circle:"):
        st.markdown("\n".join(f"- **{_label(f)}**: {plain(f.sentence)}" for f in passed[:PASSED_SHOWN]) or "None.")


def _group(title, icon, color, findings, project, empty):
    st.markdown(f"#### :{color}[{icon}] {title} :gray-badge[{len(findings)}]")
    if not findings:
        st.caption(empty)
    for finding in findings:
        show_one(project, finding)


def show_one(project, finding):
    """Show one finding with what can be done about it; only once on a page."""
    key = f"{finding.code}.{crc32(finding.sentence.encode()):08x}"  # the same wherever it stands in the list
    with st.container(border=True, key=f"page.finding.{key}", gap="xsmall"):
        _finding(project, finding, key)


def _finding(project, finding, key):
    st.markdown(f"**{_label(finding)}** · {plain(finding.sentence)}")
    reason = " ".join(part for part in (_why(finding), finding.advice) if part)
    if reason:
        st.caption(plain(reason))
    chosen = decision_words(project.draft, finding)
    if chosen:
        st.markdown(f":blue[:material/task_alt: {plain(chosen)}]")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _buttons(project, finding, key)
    if finding.rows and st.session_state.get(f"page.rows.{key}"):
        _rows(project, finding, key)


def _buttons(project, finding, key):
    draft = project.draft
    # What another choice stands in the way of has nothing to take back, and can still be chosen instead.
    own = decisions.accepted(draft, finding) or decisions.applied(draft, finding) or decisions.answered(draft, finding)
    if reread.is_reread(finding) or own:
        st.button(
            "Undo",
            key=f"page.undo.{key}",
            icon=":material/undo:",
            on_click=reread.take_back if reread.is_reread(finding) else decisions.take_back,
            args=(project, finding),
            help="Take this decision back.",
        )
    else:
        for module, kinds in ((decisions, decisions.kinds_of(draft, finding)), (reread, reread.kinds_of(finding))):
            for kind in kinds:
                words, explanation = offer(finding, kind)
                st.button(
                    plain(words),
                    key=f"page.apply.{key}.{kind}",
                    on_click=module.apply,
                    args=(project, finding, kind),
                    help=explanation,
                )
        if finding.status == "alerted" and not decisions.superseded(draft, finding):
            in_doubt = finding.code in LEAK_CODES
            it = "it" if len(finding.columns) == 1 else "them"
            st.button(
                f"I will know {it} when I predict" if in_doubt else "It is fine",
                key=f"page.accept.{key}",
                icon=":material/check:",
                type="tertiary",
                on_click=decisions.accept,
                args=(project, finding),
                help=f"The model may use {it}. You can undo it."
                if in_doubt
                else "Nothing is to be done about it; you are not asked again. You can undo it.",
            )
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
    if finding.rows:
        n, shown = len(finding.rows), f"page.rows.{key}"
        is_open = st.session_state.get(shown, False)
        st.button(
            "Hide the rows" if is_open else "Show the row" if n == 1 else f"Show rows ({n})",
            key=f"page.unfold.{key}",
            type="tertiary",
            icon=":material/expand_less:" if is_open else ":material/expand_more:",
            on_click=lambda: st.session_state.update({shown: not is_open}),
            help="Some of the rows concerned" if n > 1 else "The row concerned",
        )


def offer(finding, kind):
    """Return the words on the button of one remedy of a finding, and what it does."""
    if kind in reread.KINDS:
        return reread.offer(finding, kind)
    if kind == "settings":
        return _settings_words(finding.settings)
    if kind == "step":
        if finding.step["step"] == "drop_duplicates":
            return "Drop the copies", "Keeps the first of the rows that are equal, and leaves out the others."
        return "Leave out these rows", "The rows stay in your file; the model does not see them. You can undo it."
    n = len(finding.choices)
    if all(choice["use"] for choice in finding.choices):
        return "Put it back" if n == 1 else f"Put {n} columns back", "The model will use it after all. You can undo it."
    if n == 1:
        name = plain(short(finding.choices[0]["name"]))
        words = "Leave it out" if len(finding.columns) == 1 else f"Leave out “{short(finding.choices[0]['name'], 20)}”"
        return words, f"The model will not use “{name}”. You can undo it."
    names = plain(quoted([short(choice["name"], 40) for choice in finding.choices], NAMED))
    return f"Leave out {n} columns", f"The model will not use {names}. You can undo it."


def _settings_words(settings):
    split = settings.get("split")
    if split and split["kind"] == "group":
        name = short(split["column"], 24)
        return f"Keep each “{name}” together", (
            f"Rows of one “{plain(name)}” then are either learned from or tested on, never both. You can undo it."
        )
    if split and split["kind"] == "time":
        return f"Predict the future by “{short(split['column'], 24)}”", (
            "Every row is then tested by a model that has learned from earlier rows only. You can undo it."
        )
    if "metric" in settings:
        return f"Judge by {metric(settings['metric']).label}", "Models are then ranked by it. You can undo it."
    return "Change it", "Changes how models are tested. You can undo it."


def decision_words(draft, finding):
    """Return what the person has decided about a finding, or ""."""
    words = [offer(finding, kind)[0] for kind in decisions.applied_kinds(draft, finding)]
    if words:
        return f"You chose: {', '.join(words)}."
    if finding.status != "alerted":
        return ""
    if decisions.accepted(draft, finding):
        return "You said that it is fine."
    if decisions.superseded(draft, finding):
        return f"You chose another way: rows are divided by “{short(draft.split.column, 40)}”."
    if not decisions.answered(draft, finding):
        return ""
    known = {choice.name: choice.known for choice in draft.choices}
    if all(known[name] == "yes" for name in finding.columns):
        return "You said that you will know it when you predict."
    return "You answered whether you will know it when you predict."


def look_at(name):
    """Switch to the view of one column (callback)."""
    st.session_state[VIEW_KEY] = "columns"
    st.session_state[COLUMN_KEY] = name


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
    if _kind(finding):
        return plain(_kind(finding).label)
    return MEANING_LABEL if finding.code == "meaning" else plain(finding.code)


def _why(finding):
    return _kind(finding).why if _kind(finding) else ""


def _kind(finding):
    try:
        return check(finding.code)
    except KeyError:
        return None  # a profile kept by a version that had this check
