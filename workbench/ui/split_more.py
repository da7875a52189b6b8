"""What can be said further about a division of the rows: repeats, each group alone, a gap, the share held out."""

import streamlit as st

from workbench.ui import components, state
from workbench.ui.phrases import short

KIND_KEY = "page.features.split"
COLUMN_KEY = "page.features.split_column"
FOLDS_KEY = "page.features.folds"
KEYS = {
    "folds": FOLDS_KEY,
    "repeats": "page.features.repeats",
    "each": "page.features.each",
    "gap": "page.features.gap",
    "share": "page.features.share",
}
# What each kind can be told; the rest of what was chosen means nothing for it.
TOLD = {
    "random": ("folds", "repeats", "share"),
    "group": ("folds", "repeats", "each", "share"),
    "time": ("folds", "gap", "share"),
    "own": (),
}
REPEATS = (1, 2, 3, 5, 10)
SHARES = (0.1, 0.2, 0.3, 0.5)


def chosen(kind):
    """Return what the widgets say, by field of the split, as far as it means something for ``kind``."""
    said = {name: st.session_state.get(KEYS[name]) for name in TOLD[kind]}
    return {name: value for name, value in said.items() if value is not None}


def choose(current, kind, schema, save):
    """Show, folded, what can be said further; ``save`` is called when something has changed."""
    if kind == "own":
        return
    special = current.repeats > 1 or current.each or current.gap > 0 or current.folds == 1
    with st.expander("More", expanded=special, key="page.features.more"):
        if kind == "group":
            _each(current, save)
        if kind in ("random", "group") and not current.each:
            _repeats(current, save)
        if kind == "time":
            _gap(current, schema, save)
        if current.folds == 1 and not current.each:
            _share(current, kind, save)


def _each(current, save):
    state.show_as_stored(KEYS["each"], current.each)
    st.toggle(
        f"Test each “{components.plain(short(current.column or 'group', 24))}” once, alone",
        key=KEYS["each"],
        on_change=save,
        help="Leave one group out: as many tests as there are different values, up to 50. It says how much the score "
        "depends on which group is new.",
    )


def _repeats(current, save):
    state.show_as_stored(KEYS["repeats"], current.repeats)
    st.segmented_control(
        "Divide anew",
        sorted({*REPEATS, current.repeats}),
        required=True,
        format_func=lambda n: "no" if n == 1 else f"{n} ×",
        key=KEYS["repeats"],
        on_change=save,
        help="Repeated cross-validation: the rows are divided by chance again and again, so that the mean score "
        "depends less on one division. It takes as many times as long.",
    )


def _gap(current, schema, save):
    dates = current.column in schema.names and schema.column(current.column).meaning == "date"
    name = components.plain(short(current.column, 24))
    state.show_as_stored(KEYS["gap"], float(current.gap))
    st.number_input(
        "Leave a gap of so many days before each tested part" if dates else f"Leave a gap in “{name}” before each part",
        min_value=0.0,
        step=1.0,
        format="%g",
        key=KEYS["gap"],
        on_change=save,
        help="Rows within the gap are not learned from. Choose it as long as it takes until an outcome is known: a "
        "model in service has not learned from last week's rows if their outcome comes a week later.",
    )


def _share(current, kind, save):
    state.show_as_stored(KEYS["share"], current.share)
    st.segmented_control(
        "Rows held out" if kind != "time" else "The latest rows are held out",
        sorted({*SHARES, current.share}),
        required=True,
        format_func=lambda share: f"{100 * share:g} %",
        key=KEYS["share"],
        on_change=save,
    )
