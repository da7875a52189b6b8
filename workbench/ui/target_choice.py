"""Choosing what is predicted: the column, the kind of question, and the class one wants to find."""

import pandas as pd
import streamlit as st

from workbench.modeling.planning import likely_targets, modelling_table
from workbench.results.wording import percent
from workbench.specs import MEANING_LABELS, SplitSpec
from workbench.ui import components, state

TASK_LABELS = {"binary": "One of two classes", "multiclass": "One of several classes", "regression": "A number"}
TASK_KEY = "page.features.task"
TARGET_KEY = "page.features.target"
POSITIVE_KEY = "page.features.positive"
SHORT_LABEL = 24  # characters; longer class names stand below each other


@st.cache_data(max_entries=64, show_spinner=False)
def _likely(dataset):
    return likely_targets(state.table(dataset), state.dataset(dataset).schema)


@st.cache_data(max_entries=64, show_spinner=False)
def _class_counts(key, _spec):
    _, y = modelling_table(state.table(_spec.dataset), _spec)
    return pd.Series(y).value_counts(sort=False)


def class_counts(spec):
    """Return how many rows each class has once the rows steps ran, in the order of ``spec.classes``.

    Parameters
    ----------
    spec : ExperimentSpec

    Returns
    -------
    dict
        Class to number of rows.
    """
    counted = _class_counts((spec.dataset, spec.recipe.fingerprint, spec.target, spec.task), spec)
    return {label: int(counted.get(label, 0)) for label in spec.classes}


def choose_target(project, schema):
    """Show the choice of the target, the likely columns first, and return the project with what was chosen."""
    likely = [name for name in _likely(project.draft.dataset) if name in schema.names]
    options = likely + [name for name in schema.names if name not in likely]
    current = project.draft.target if project.draft.target in options else None

    def save():
        chosen = st.session_state[TARGET_KEY]
        split = project.draft.split
        # What was decided for another target does not carry over: its classes, its metric, its estimators.
        state.save_draft(
            project,
            target=chosen or "",
            task=None,
            positive=None,
            metric=None,
            candidates=None,
            choices=tuple(choice for choice in project.draft.choices if choice.name != chosen),
            split=SplitSpec(folds=split.folds) if split.column == chosen else split,
        )
        st.session_state.pop(TASK_KEY, None)
        st.session_state.pop(POSITIVE_KEY, None)

    def words(name):
        hint = "likely, " if name in likely[:3] else ""
        return f"{name}  ({hint}{MEANING_LABELS[schema.column(name).meaning]})"

    st.selectbox(
        "Which column should be predicted?",
        options,
        index=options.index(current) if current else None,
        format_func=words,
        placeholder="Choose a column",
        key=TARGET_KEY,
        on_change=save,
        help="The value you will not know when you use the model. Columns that look like an outcome come first.",
    )
    return state.project_in_work()


def choose_task(project, plan):
    """Show which kind of question the target asks, with a way to change it, and return the project."""
    detected = plan.spec.task if plan else project.draft.task

    def save():
        state.save_draft(project, task=st.session_state[TASK_KEY], positive=None, metric=None, candidates=None)
        st.session_state.pop(POSITIVE_KEY, None)

    st.segmented_control(
        "What kind of answer is it?",
        list(TASK_LABELS),
        default=detected,
        format_func=TASK_LABELS.get,
        required=detected is not None,
        key=TASK_KEY,
        on_change=save,
        help="Two classes: yes or no. Several classes: one of a few kinds. A number: an amount, a price, a duration.",
    )
    if plan and plan.task_reason:
        st.caption(components.plain(plan.task_reason))
    return project


def choose_positive(project, plan):
    """Show which of two classes the person wants to find, each with its share of the rows."""
    counts = class_counts(plan.spec)
    total = sum(counts.values()) or 1
    labels = list(plan.spec.classes)

    def save():
        state.save_draft(project, positive=st.session_state[POSITIVE_KEY])

    def words(label):
        return f"{components.plain(label)} ({percent(counts[label] / total)} of rows)"

    st.radio(
        "Which one do you want to find?",
        labels,
        index=labels.index(plan.spec.positive) if plan.spec.positive in labels else 0,
        format_func=words,
        horizontal=all(len(str(label)) <= SHORT_LABEL for label in labels),
        key=POSITIVE_KEY,
        on_change=save,
        help="Usually the rarer one, the case you would act on. Probabilities and charts are about this class.",
    )
    if plan.positive_reason:
        st.caption(components.plain(plan.positive_reason))


def show_facts(plan):
    """Show what planning noticed: rows set aside, rare classes, warnings."""
    if plan.rows_without_target:
        rows = "row has" if plan.rows_without_target == 1 else "rows have"
        st.markdown(
            f"**{plan.rows_without_target:,}** {rows} no value in **{components.plain(plan.spec.target)}** "
            "and cannot teach the model anything: set aside."
        )
    if plan.spec.task == "multiclass":
        counts = class_counts(plan.spec)
        with st.expander(f"{len(counts)} classes and how many rows each has"):
            frame = pd.DataFrame({"Class": [str(label) for label in counts], "Rows": list(counts.values())})
            frame["Share"] = frame["Rows"] / max(frame["Rows"].sum(), 1)
            st.dataframe(
                frame,
                hide_index=True,
                column_config={"Share": st.column_config.ProgressColumn(format="percent", max_value=1)},
                alt="Rows per class",
                key="page.features.classes",
            )
    for warning in plan.warnings:
        st.warning(components.plain(warning), icon=":material/warning:")
