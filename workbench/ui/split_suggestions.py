"""What the data suggest about how rows are divided: asked where the person has not said so, and taken back."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling.plan import ANSWER
from workbench.modeling.planning import TIME_ORDER
from workbench.profiling import Finding
from workbench.profiling.rows.dated import DATED_ROWS, dated_rows
from workbench.specs import SplitSpec
from workbench.ui import components, decisions, findings, optimism_panel, state

SUGGESTING = ("grouped_rows", "time_order")  # findings about how rows relate to each other


def suggestions_of(draft, plan):
    """Return the findings that suggest how rows are divided; what planning noticed stands in where there is none.

    Where nothing tells of an order in time but rows have dates, the last of them is the quiet question about these.
    """
    profile = state.profile_of(draft.dataset, draft.target, draft.task)
    found = [finding for finding in profile.findings if finding.code in SUGGESTING and finding.settings]
    if not found and plan and plan.time_column:
        sentence = TIME_ORDER.format(name=plan.time_column).replace("on the page Target and inputs", "below")
        by_time = SplitSpec(kind="time", column=plan.time_column).model_dump(mode="json")
        found = [Finding("time_order", "alerted", (plan.time_column,), sentence, settings={"split": by_time})]
    if not any(finding.settings["split"]["kind"] == "time" for finding in found):
        late = {each.column for each in profile.availability if each.known != "yes"}
        dated = dated_rows(profile.columns, profile.n_rows, late | {draft.target})
        found += [dated] if dated else []
    return found


def likeliest(draft):
    """Return the column that the data suggest, for each way of dividing rows that they suggest."""
    found = {}
    for finding in suggestions_of(draft, None):
        asked = finding.settings["split"]
        found.setdefault(asked["kind"], asked["column"])
    return found


def undecided(draft, plan):
    """Return the suggestions that the person has not decided about, the likeliest of each kind; not the quiet one."""
    first = {}
    for finding in suggestions_of(draft, plan):
        if finding.code != DATED_ROWS:
            first.setdefault(finding.code, finding)
    return [finding for finding in first.values() if not decisions.decided(draft, finding)]


def suggested(draft, plan):
    """Return the division that is suggested and not decided about, or None."""
    for finding in undecided(draft, plan):
        return decisions.settings_of(draft, finding).get("split")
    return None


def questions(draft, plan):
    """Return the warnings of a plan, with what the data suggest about rows that the person has not decided about."""
    asked = [f"{finding.sentence} {finding.advice}{ANSWER}" for finding in undecided(draft, plan) if finding.advice]
    noticed = TIME_ORDER.format(name=plan.time_column) if plan.time_column else None
    by_time = [finding for finding in suggestions_of(draft, plan) if finding.code == "time_order"]
    # The profile asks the same, with figures; and once it is answered, it is not asked again.
    told = bool(asked) or any(decisions.decided(draft, finding) for finding in by_time)
    return (*asked, *(warning for warning in plan.warnings if not (told and warning == noticed)))


def suggest(project, plan):
    """Show what the data suggest about how rows are divided, each with a button, and a way back; then the gap."""
    draft = project.draft
    for number, finding in enumerate(suggestions_of(draft, plan)):
        _suggestion(project, finding, f"page.features.suggested.{number}")
    if said := one_at_a_time(draft):
        st.markdown(f":material/call_split: {components.plain(said)}")
    if plan is None:
        return
    other = plan.spec.split if plan.spec.split.kind != "random" else suggested(draft, plan)
    if other is None:
        return
    try:
        optimism_panel.show(plan.spec, other)
    except WorkbenchError as error:
        components.show_problem(error)


def _suggestion(project, finding, key):
    draft = project.draft
    chosen, fine = decisions.applied(draft, finding), decisions.accepted(draft, finding)
    words, explanation = findings.offer(finding, "settings")
    if decisions.superseded(draft, finding) and not fine:
        _instead(project, finding, key)
        return

    with st.container(border=True, key=key, gap="small"):
        quiet = ":gray[:material/calendar_month:]" if finding.code == DATED_ROWS else ":orange[:material/lightbulb:]"
        mark = ":blue[:material/task_alt:]" if chosen or fine else quiet
        said = f" :blue[**{components.plain(findings.decision_words(draft, finding))}**]" if chosen or fine else ""
        st.markdown(f"{mark} **{components.plain(finding.sentence)}** {components.plain(finding.advice)}{said}")
        with st.container(horizontal=True, gap="small"):
            if chosen or fine:
                st.button(
                    "Undo",
                    key=f"{key}.undo",
                    icon=":material/undo:",
                    on_click=decisions.take_back,
                    args=(project, finding),
                    help="Take this decision back.",
                )
                return
            st.button(
                components.plain(words),
                key=f"{key}.apply",
                on_click=decisions.apply,
                args=(project, finding, "settings"),
                help=explanation,
            )
            st.button(
                "Leave it as it is",
                key=f"{key}.accept",
                type="tertiary",
                icon=":material/check:",
                on_click=decisions.accept,
                args=(project, finding),
                help="You are not asked again. You can undo it.",
            )


def _instead(project, finding, key):
    """Show a suggestion that another choice stands in the way of: it is answered, and can still be chosen instead."""
    words, explanation = findings.offer(finding, "settings")
    with st.container(border=True, key=key, gap="xsmall"):
        said = f"{finding.sentence} {findings.decision_words(project.draft, finding)}"
        st.caption(f":material/task_alt: {components.plain(said)}")
        st.button(
            components.plain(f"{words} instead"),
            key=f"{key}.apply",
            icon=":material/swap_horiz:",
            type="tertiary",
            on_click=decisions.apply,
            args=(project, finding, "settings"),
            help=explanation,
        )


def one_at_a_time(draft):
    """Return what it means that of entities and time only one can be kept apart; "" where there is but one of them."""
    split = draft.split
    left_out = [choice.name for choice in draft.choices if choice.reason == decisions.TOGETHER]
    open_ones = [each for each in suggestions_of(draft, None) if not decisions.accepted(draft, each)]
    others = [each.columns[0] for each in open_ones if each.settings["split"]["kind"] != split.kind]
    if split.kind == "group" and others:
        return (
            f"Only one of the two can be kept apart at a time, “{split.column}” or the time. Rows may now be predicted "
            f"from later rows of another “{split.column}”: that is right if the model is meant for new ones and what "
            "is true of them does not change with time."
        )
    if split.kind == "time" and (left_out or others):
        name = (left_out or others)[0]
        said = (
            f"Only one of the two can be kept apart at a time, “{name}” or the time. Rows of one “{name}” may now be "
            "on both sides: later rows of known ones are predicted, which is right if known ones will be predicted "
            "later, and promises too much for new ones."
        )
        if name in left_out:
            said += (
                f" “{name}” is still no input, because you said that its rows belong together; tick it above to use it."
            )
        return said
    return ""
