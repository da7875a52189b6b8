"""More wishes about the fits: rare answers that count more, rows that count more, inputs that pull one way only."""

import streamlit as st

from workbench.modeling.preferences import NUMERIC
from workbench.results.wording import listed, shorten
from workbench.ui import components, state

LABEL = "More: what counts more, and what may only rise or fall"
MORE_KEY = "page.train.more"
CLASS_KEY, WEIGHT_KEY = "page.train.class_weight", "page.train.weight_column"
MONOTONE_KEYS = {1: "page.train.rising", -1: "page.train.falling"}
NO_COLUMN = ""


def choose(project, plan):
    """Say which wishes hold, and unfold all of them; each is stored as it is changed."""
    draft, spec = project.draft, plan.spec
    for sentence in in_words(spec):
        st.markdown(f":material/tune: {components.plain(sentence)}")
    with st.expander(LABEL, icon=":material/more_horiz:", key=MORE_KEY, on_change="rerun") as unfolded:
        if not unfolded.open:
            return
        if spec.task != "regression":
            _class_weight(draft)
        _weight_column(draft, spec)
        if spec.task != "multiclass":
            _monotone(draft, spec)


def in_words(spec):
    """Return the wishes that hold, as sentences for above the Train button.

    Parameters
    ----------
    spec : ExperimentSpec
    """
    found = []
    if spec.class_weight:
        found.append("Every answer counts the same, however rare it is.")
    if spec.weight_column:
        found.append(f"“{spec.weight_column}” says how much each row counts.")
    for direction, words in ((1, "rise"), (-1, "fall")):
        names = [f"“{shorten(name)}”" for name, way in spec.monotone if way == direction]
        if names:
            found.append(f"The prediction may only {words} with {listed(names, most=5)}.")
    return found


def _class_weight(draft):
    state.show_as_stored(CLASS_KEY, draft.class_weight == "balanced")
    st.toggle(
        "Rare answers count more",
        key=CLASS_KEY,
        on_change=lambda: _store(class_weight="balanced" if st.session_state[CLASS_KEY] else ""),
        help="Each answer then counts as much as every other, however few rows have it. It finds more of the rare one, "
        "and takes more of the others for it. Probabilities are then not those of your data.",
    )


def _weight_column(draft, spec):
    schema = state.dataset(draft.dataset).schema
    names = [column.name for column in schema.columns if column.meaning in NUMERIC and column.name != spec.target]
    options = [NO_COLUMN, *names]
    state.show_as_stored(WEIGHT_KEY, draft.weight_column if draft.weight_column in options else NO_COLUMN)
    st.selectbox(
        "Which column says how much each row counts?",
        options,
        format_func=lambda name: name or "None: all rows count the same",
        key=WEIGHT_KEY,
        on_change=lambda: _store(weight_column=st.session_state[WEIGHT_KEY]),
        help="For instance how many people a row of a survey stands for. It is not an input then, and every value has "
        "to be above zero. Scores count each row once.",
    )


def _monotone(draft, spec):
    meanings = {column.name: column.meaning for column in spec.columns}
    numbers = [name for name, meaning in meanings.items() if meaning in NUMERIC]
    if not numbers:
        return
    what = (
        "The prediction" if spec.task == "regression" else f"The chance of {components.plain(shorten(spec.positive))}"
    )
    st.markdown(f"**{what} may only …**")
    for column, (direction, words) in zip(st.columns(2), ((1, "rise with"), (-1, "fall with")), strict=True):
        held = [name for name, way in draft.monotone if way == direction and name in numbers]
        other = {name for name, way in draft.monotone if way != direction}
        column.multiselect(
            f"… {words}",
            [name for name in numbers if name not in other],
            default=held,
            key=MONOTONE_KEYS[direction],
            on_change=_store_monotone,
            placeholder="Choose columns",
            help="Where you know that more of it cannot lower the answer."
            if direction > 0
            else "Where you know that more of it cannot raise the answer.",
        )
    st.caption("Estimators that can promise it keep to it; the others are tried as they are.")


def _store_monotone():
    chosen = [(name, direction) for direction, key in MONOTONE_KEYS.items() for name in st.session_state.get(key, ())]
    _store(monotone=tuple(dict(reversed(chosen)).items()))


def _store(**changes):
    state.save_draft(state.project_in_work(), **changes)
