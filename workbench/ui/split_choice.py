"""Choosing how rows are divided into folds: independent, in groups that belong together, or by time."""

import streamlit as st

from workbench.specs import SplitSpec
from workbench.ui import state

KINDS = {
    "random": (
        "Rows are independent",
        "Each row is its own case: one customer, one house, one order.",
    ),
    "group": (
        "Several rows belong to the same …",
        "One patient with several visits, one machine with many readings: they stay together, so that the score "
        "tells how well the model does on somebody it has never met.",
    ),
    "time": (
        "We predict the future by …",
        "The model learns from earlier rows and is checked on later ones, as it will be used.",
    ),
}
FOLDS = (3, 5, 10)
KIND_KEY = "page.features.split"
COLUMN_KEY = "page.features.split_column"
FOLDS_KEY = "page.features.folds"


def possible_columns(schema, kind, target):
    """Return the names of the columns that can say which rows belong together, or when they happened."""
    wanted = {"group": ("identifier", "category", "integer", "text", "yes_no"), "time": ("date", "integer", "number")}
    found = [column for column in schema.columns if column.name != target and column.meaning in wanted.get(kind, ())]
    return [column.name for column in sorted(found, key=lambda column: wanted[kind].index(column.meaning))]


def choose(project, schema):
    """Show how rows are split, and store what is chosen."""
    split, target = project.draft.split, project.draft.target

    def save():
        kind = st.session_state[KIND_KEY]
        columns = possible_columns(schema, kind, target)
        chosen = st.session_state.get(COLUMN_KEY)
        column = chosen if chosen in columns else columns[0] if columns else ""
        folds = st.session_state.get(FOLDS_KEY) or split.folds
        state.save_draft(project, split=SplitSpec(kind=kind, folds=folds, column=column))

    kinds = [kind for kind in KINDS if kind == "random" or possible_columns(schema, kind, target)]
    left, right = st.columns([3, 2], gap="large")
    with left:
        kind = st.radio(
            "How do your rows relate to each other?",
            kinds,
            index=kinds.index(split.kind) if split.kind in kinds else 0,
            format_func=lambda kind: KINDS[kind][0],
            captions=[KINDS[kind][1] for kind in kinds],
            key=KIND_KEY,
            on_change=save,
        )
    with right:
        if kind != "random":
            columns = possible_columns(schema, kind, target)
            st.selectbox(
                "Rows belong together when they share" if kind == "group" else "The time is in",
                columns,
                index=columns.index(split.column) if split.column in columns else 0,
                key=COLUMN_KEY,
                on_change=save,
            )
        folds = sorted({*FOLDS, split.folds})
        st.segmented_control(
            "How many times to check",
            folds,
            default=split.folds,
            required=True,
            format_func=lambda n: f"{n} times",
            key=FOLDS_KEY,
            on_change=save,
            help="Cross-validation: the rows are divided into this many parts (folds). Each part is predicted once by "
            "a model that has learned from the others, so every score comes from rows the model had not seen.",
        )
