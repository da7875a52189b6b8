"""Choosing how rows are divided into folds, by what they mean, and how often; what is left open is decided and said."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling.planning import modelling_table
from workbench.modeling.split_plan import divided_otherwise
from workbench.modeling.split_words import how_often
from workbench.modeling.splits import SPLITS, make_folds, split
from workbench.runtime.learning.own_folds import MOST_OWN_FOLDS, names_folds
from workbench.specs import AutopilotSpec
from workbench.ui import components, decisions, split_more, split_suggestions, state, ways_out
from workbench.ui.split_more import COLUMN_KEY, FOLDS_KEY, KIND_KEY

# Meanings of columns that can say which rows belong together, when they happened, or in which fold they are.
MEANINGS = {
    "group": ("identifier", "category", "integer", "text", "yes_no"),
    "time": ("date", "integer", "number"),
    "own": ("yes_no", "category", "integer", "identifier", "number"),
}
COLUMN_LABELS = {
    "group": "Rows belong together when they share",
    "time": "The time is in",
    "own": "The folds are in",
}
FOLDS = (0, 1, 3, 5, 10)  # 0: as advised
suggest = split_suggestions.suggest


def possible_columns(schema, kind, target, few=None):
    """Return the names of the columns by which rows can be divided, the likeliest meaning first.

    ``few`` are the names of columns with few different values, which folds of one's own need.
    """
    wanted = MEANINGS.get(kind, ())
    found = [column for column in schema.columns if column.name != target and column.meaning in wanted]
    if kind == "own":
        found = [column for column in found if few is None or column.name in few]
        found.sort(key=lambda column: not names_folds(column.name))
        return [column.name for column in found]
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
    question = (spec.dataset, spec.recipe.fingerprint, spec.target, spec.task, spec.split.fingerprint, spec.locked)
    return _problem(question, spec)


def caption_of(kind, task):
    """Return what a split does, for a person; classes are spoken of only where there are any."""
    if kind == "random" and task in ("binary", "multiclass"):
        return "Rows are divided by chance, with the same share of each class everywhere."
    return split(kind).sentence


def _few_valued(draft):
    """Return the columns that can mark folds of one's own: few different values, but not a single one."""
    columns = state.profile_of(draft.dataset, draft.target, draft.task).columns
    return {column.name for column in columns if 2 <= column.distinct_count <= MOST_OWN_FOLDS}


def choose(project, schema, task=None):
    """Show how rows are divided, and store what is chosen; ``task`` says whether there are classes."""
    current, target = project.draft.split, project.draft.target
    few = _few_valued(project.draft)
    columns = {kind.name: possible_columns(schema, kind.name, target, few) for kind in SPLITS}
    for kind, column in split_suggestions.likeliest(project.draft).items():
        columns[kind].sort(key=lambda name, first=column: name != first)

    def save():
        kind, fresh = st.session_state[KIND_KEY], state.project_in_work().draft.split
        chosen = st.session_state.get(COLUMN_KEY)
        if kind != fresh.kind or chosen not in columns[kind]:
            # What marks folds seldom groups rows: another meaning begins with the column that is likeliest for it.
            chosen = next(iter(columns[kind]), "")
        asked = divided_otherwise(fresh, kind, chosen)
        changed = {"split": asked.but(**split_more.chosen(kind))}
        state.change_draft(state.project_in_work(), lambda draft: decisions.with_split(draft, changed))

    kinds = [kind.name for kind in SPLITS if not kind.needs_column or columns[kind.name]]
    _show_ways_out(project.draft)
    left, right = st.columns([4, 3], gap="large")
    with left:
        state.show_as_stored(KIND_KEY, current.kind if current.kind in kinds else kinds[0])
        kind = st.radio(
            "What is true of your rows?",
            kinds,
            format_func=lambda kind: split(kind).label + (" …" if split(kind).needs_column else ""),
            captions=[caption_of(kind, task) for kind in kinds],
            key=KIND_KEY,
            on_change=save,
        )
    with right:
        if split(kind).needs_column:
            offered = columns[kind]
            state.show_as_stored(COLUMN_KEY, current.column if current.column in offered else offered[0])
            st.selectbox(
                COLUMN_LABELS[kind],
                offered,
                key=COLUMN_KEY,
                on_change=save,
            )
        if kind != "own" and not (kind == "group" and current.each):
            _choose_folds(current, save)
        _show_decided(project.draft)
        split_more.choose(current, kind, schema, save)


def _choose_folds(current, save):
    state.show_as_stored(FOLDS_KEY, current.folds)
    st.segmented_control(
        "How many times to check",
        sorted({*FOLDS, current.folds}),
        required=True,
        wrap=True,
        format_func=lambda n: {0: "As advised", 1: "Once"}.get(n, f"{n} ×"),
        key=FOLDS_KEY,
        on_change=save,
        help="Cross-validation: the rows are divided into this many parts (folds). Each part is predicted once by "
        "a model that has learned from the others, so every score comes from rows the model had not seen. “Once” holds "
        "a single part out, which is enough for very large tables.",
    )


def _show_decided(draft):
    """Say how often estimators will be checked, and why where that was decided here."""
    try:
        plan = state.plan_of(draft)
    except WorkbenchError:  # told at the top of the page
        return
    st.markdown(f":material/checklist: Every estimator is checked **{components.plain(how_often(plan.spec.split))}**.")
    otherwise = "" if draft.split.folds else _otherwise(draft, plan.spec.split)
    if plan.split_reason or otherwise:
        st.caption(components.plain(f"{plan.split_reason} {otherwise}".strip()))


def _otherwise(draft, split):
    """Say how often is checked where one looks for models otherwise; "" where it is as often."""
    quick = draft.autopilot is None
    try:
        other = state.plan_of(draft.but(autopilot=AutopilotSpec() if quick else None)).spec.split
    except WorkbenchError:
        return ""
    if (other.folds, other.repeats) == (split.folds, split.repeats):
        return ""
    names = ("without a search", "“Balanced” or “Thorough”") if quick else ("with a search", "“Quick look”")
    return f"That is {names[0]}, as chosen on the page Train; with {names[1]} there, {how_often(other)}."


def _show_ways_out(draft):
    """Offer what can be done about rows that cannot be divided as asked."""
    try:
        ways = state.plan_of(draft).ways_out
    except WorkbenchError as error:
        ways = error.ways_out
    if ways:
        st.markdown(":orange[:material/bolt:] **About what the warning above says,** you can:")
        ways_out.show(ways, "page.features.way")
    ways_out.show_reading(draft.target)
