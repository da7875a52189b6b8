"""Choosing what is predicted: the column, the kind of question, and the class one wants to find."""

import pandas as pd
import streamlit as st

from workbench.modeling.planning import TIME_ORDER, likely_targets, modelling_table
from workbench.results.wording import percent
from workbench.specs import MEANING_LABELS, SplitSpec
from workbench.ui import components, state

TASK_LABELS = {"binary": "One of two classes", "multiclass": "One of several classes", "regression": "A number"}
TASK_KEY = "page.features.task"
TARGET_KEY = "page.features.target"
POSITIVE_KEY = "page.features.positive"
LIKELY_KEY = "page.features.likely"
MOST_LIKELY = 6
NOTHING_SUITS = (
    "No column of this table suits as what is to be predicted. That has to be a yes or no, one of a few kinds, or a "
    "number; these columns are texts, dates, names of single rows, or the same in every row. Add a column with the "
    "outcome to your file and open it again, or, where a column was read wrongly, change its meaning on the Data page."
)
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
    every = spec.but(locked=0.0)  # whatever of them is locked away
    counted = _class_counts((spec.dataset, spec.recipe.fingerprint, spec.target, spec.task), every)
    return {label: int(counted.get(label, 0)) for label in spec.classes}


def choose_target(project, schema):
    """Show the choice of the target, the likely columns first, and return the project with what was chosen."""
    likely = [name for name in _likely(project.draft.dataset) if name in schema.names]
    options = likely + [name for name in schema.names if name not in likely]
    current = project.draft.target if project.draft.target in options else None
    if current is None and not likely:
        st.info(NOTHING_SUITS, icon=":material/info:")
    if current is None and likely:
        st.pills(
            "Likely ones",
            likely[:MOST_LIKELY],
            key=LIKELY_KEY,
            on_change=lambda: _save_target(st.session_state[LIKELY_KEY]),
            format_func=components.plain,
            wrap=True,
        )
    state.show_as_stored(TARGET_KEY, current)
    st.selectbox(
        "The column to predict" if current or not likely else "Or any other column",
        options,
        index=None,
        format_func=lambda name: f"{name}  ({MEANING_LABELS[schema.column(name).meaning]})",
        placeholder="Choose a column",
        key=TARGET_KEY,
        on_change=lambda: _save_target(st.session_state[TARGET_KEY]),
        help="The value you will not know when you use the model. Columns that look like an outcome come first.",
    )
    return project


def _save_target(chosen):
    """Store another target; what was decided for the last one (classes, metric, estimators) does not carry over."""
    project = state.project_in_work()
    if (chosen or "") == project.draft.target:
        return
    state.change_draft(
        project,
        lambda draft: {
            "target": chosen or "",
            **dict.fromkeys(("task", "positive", "metric", "candidates")),
            "success": draft.success.but(metric="", least=None),
            "choices": _still_decided(draft.choices, chosen),
            "split": SplitSpec(folds=draft.split.folds) if draft.split.column == chosen else draft.split,
        },
    )


def _still_decided(choices, target):
    """Return the choices that hold for another target, too: a doubt that was about the last one is asked about anew."""
    kept = [choice for choice in choices if choice.name != target and not (choice.use and choice.known == "yes")]
    return tuple(choice.but(known="") if choice.known == "yes" else choice for choice in kept)


@st.cache_data(max_entries=64, show_spinner=False)
def _values_of(dataset, target):
    values = state.table(dataset)[target]
    return int(values.nunique()), pd.api.types.is_numeric_dtype(values)


def possible_tasks(n_distinct, numeric):
    """Return the kinds of answer that a column with so many different values allows.

    >>> possible_tasks(2, False), possible_tasks(2, True), possible_tasks(9, True), possible_tasks(3, False)
    (['binary'], ['binary', 'regression'], ['multiclass', 'regression'], ['multiclass'])
    """
    return ["binary" if n_distinct == 2 else "multiclass", *(["regression"] if numeric else [])]


def choose_task(project, plan):
    """Show which kind of answer the target asks for, with its reason and, where there is one, a way to change it."""
    tasks = possible_tasks(*_values_of(project.draft.dataset, project.draft.target))
    known = plan.spec.task if plan else project.draft.task

    def save():
        state.save_draft(
            state.project_in_work(), task=st.session_state[TASK_KEY], positive=None, metric=None, candidates=None
        )

    state.show_as_stored(TASK_KEY, known if known in tasks else None)
    st.segmented_control(
        "What kind of answer is it?",
        tasks,
        format_func=TASK_LABELS.get,
        required=known in tasks,
        key=TASK_KEY,
        on_change=save,
        help="Two classes: yes or no. Several classes: one of a few kinds. A number: an amount, a price, a duration.",
    )
    if plan and plan.task_reason:
        st.caption(components.plain(plan.task_reason))


def choose_positive(plan):
    """Show which of two classes the person wants to find, each with its share of the rows."""
    counts = class_counts(plan.spec)
    total = sum(counts.values()) or 1
    labels = list(plan.spec.classes)

    def save():
        state.save_draft(state.project_in_work(), positive=st.session_state[POSITIVE_KEY])

    def words(label):
        share = f"({percent(counts[label] / total)} of rows)".replace(" ", "\N{NO-BREAK SPACE}")
        return f"{components.plain(label)} {share}"

    state.show_as_stored(POSITIVE_KEY, plan.spec.positive if plan.spec.positive in labels else labels[0])
    st.radio(
        "Which one do you want to find?",
        labels,
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
        if not plan.time_column or warning != TIME_ORDER.format(name=plan.time_column):
            st.warning(components.plain(warning), icon=":material/warning:")
