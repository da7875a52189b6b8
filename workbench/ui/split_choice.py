"""Choosing how rows are divided into folds: independent, in groups that belong together, or by time."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling.planning import TIME_ORDER, modelling_table
from workbench.modeling.splits import SPLITS, make_folds, split
from workbench.profiling import Finding
from workbench.specs import SplitSpec
from workbench.ui import components, decisions, findings, state

# Meanings of columns that can say which rows belong together, or when they happened.
MEANINGS = {"group": ("identifier", "category", "integer", "text", "yes_no"), "time": ("date", "integer", "number")}
FOLDS = (3, 5, 10)
SUGGESTING = ("grouped_rows", "time_order")  # findings about how rows relate to each other
KIND_KEY = "page.features.split"
COLUMN_KEY = "page.features.split_column"
FOLDS_KEY = "page.features.folds"


def possible_columns(schema, kind, target):
    """Return the names of the columns by which rows can be divided, the likeliest meaning first."""
    wanted = MEANINGS.get(kind, ())
    found = [column for column in schema.columns if column.name != target and column.meaning in wanted]
    return [column.name for column in sorted(found, key=lambda column: wanted.index(column.meaning))]


@st.cache_data(max_entries=32, show_spinner=False)
def _problem(key, _spec):
    try:
        make_folds(*modelling_table(state.table(_spec.dataset), _spec), _spec)
    except WorkbenchError as error:
        return error
    return None


def problem_of(spec):
    """Return why rows cannot be divided as ``spec`` asks, or None."""
    rows = (spec.dataset, spec.recipe.fingerprint, spec.target, spec.locked, spec.seed)
    return _problem((*rows, spec.task, spec.split.fingerprint), spec)


def caption_of(kind, task):
    """Return what a split does, for a person; classes are spoken of only where there are any."""
    if kind == "random" and task in ("binary", "multiclass"):
        return (
            "Every row is a case of its own; rows are divided by chance, with the same share of each class everywhere."
        )
    return split(kind).sentence


def suggestions_of(draft, plan):
    """Return the findings that suggest how rows are divided; what planning noticed stands in where there is none."""
    found = state.profile_of(draft.dataset, draft.target, draft.task).findings
    found = [finding for finding in found if finding.code in SUGGESTING and finding.settings]
    if not found and plan and plan.time_column:
        sentence = TIME_ORDER.format(name=plan.time_column).replace("on the page Target and inputs", "below")
        by_time = SplitSpec(kind="time", column=plan.time_column).model_dump(mode="json")
        found = [Finding("time_order", "alerted", (plan.time_column,), sentence, settings={"split": by_time})]
    return found


def suggest(project, plan):
    """Show what the data suggest about how rows are divided, each with a button, and a way back."""
    for number, finding in enumerate(suggestions_of(project.draft, plan)):
        _suggestion(project, finding, f"page.features.suggested.{number}")


def _suggestion(project, finding, key):
    draft = project.draft
    chosen, fine = decisions.applied(draft, finding), decisions.accepted(draft, finding)
    words, explanation = findings.offer(finding, "settings")

    def decide(act, *more):
        act(project, finding, *more)
        for name in (KIND_KEY, COLUMN_KEY):  # which would go on showing what was chosen before
            st.session_state.pop(name, None)

    with st.container(border=True, key=key, gap="small"):
        mark = ":blue[:material/task_alt:]" if chosen or fine else ":orange[:material/lightbulb:]"
        said = f" :blue[**{components.plain(findings.decision_words(draft, finding))}**]" if chosen or fine else ""
        st.markdown(f"{mark} **{components.plain(finding.sentence)}** {components.plain(finding.advice)}{said}")
        with st.container(horizontal=True, gap="small"):
            if chosen or fine:
                st.button(
                    "Undo",
                    key=f"{key}.undo",
                    icon=":material/undo:",
                    on_click=decide,
                    args=(decisions.take_back,),
                    help="Take this decision back.",
                )
                return
            st.button(
                components.plain(words),
                key=f"{key}.apply",
                on_click=decide,
                args=(decisions.apply, "settings"),
                help=explanation,
            )
            st.button(
                "Leave it as it is",
                key=f"{key}.accept",
                type="tertiary",
                icon=":material/check:",
                on_click=decide,
                args=(decisions.accept,),
                help="You are not asked again. You can undo it.",
            )


def choose(project, schema, task=None):
    """Show how rows are split, and store what is chosen; ``task`` says whether there are classes."""
    current, target = project.draft.split, project.draft.target

    def save():
        kind = st.session_state[KIND_KEY]
        columns = possible_columns(schema, kind, target)
        chosen = st.session_state.get(COLUMN_KEY)
        column = chosen if chosen in columns else columns[0] if columns else ""
        folds = st.session_state.get(FOLDS_KEY) or current.folds
        state.save_draft(state.project_in_work(), split=SplitSpec(kind=kind, folds=folds, column=column))

    kinds = [kind.name for kind in SPLITS if not kind.needs_column or possible_columns(schema, kind.name, target)]
    left, right = st.columns([3, 2], gap="large")
    with left:
        kind = st.radio(
            "How do your rows relate to each other?",
            kinds,
            index=kinds.index(current.kind) if current.kind in kinds else 0,
            format_func=lambda kind: split(kind).label + (" …" if split(kind).needs_column else ""),
            captions=[caption_of(kind, task) for kind in kinds],
            key=KIND_KEY,
            on_change=save,
        )
    with right:
        if split(kind).needs_column:
            columns = possible_columns(schema, kind, target)
            st.selectbox(
                "Rows belong together when they share" if kind == "group" else "The time is in",
                columns,
                index=columns.index(current.column) if current.column in columns else 0,
                key=COLUMN_KEY,
                on_change=save,
            )
        folds = sorted({*FOLDS, current.folds})
        st.segmented_control(
            "How many times to check",
            folds,
            default=current.folds,
            required=True,
            format_func=lambda n: f"{n} times",
            key=FOLDS_KEY,
            on_change=save,
            help="Cross-validation: the rows are divided into this many parts (folds). Each part is predicted once by "
            "a model that has learned from the others, so every score comes from rows the model had not seen.",
        )
