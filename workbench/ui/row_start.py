"""Where the form begins: a typical case, a row of the person's table, or one that the model was furthest off on."""

import pandas as pd
import streamlit as st

from workbench.results import largest_errors
from workbench.results.wording import amount, probability
from workbench.ui import components, model_choice, state
from workbench.ui.phrases import short
from workbench.ui.readable import EXACT_DIGITS
from workbench.ui.results.own_rows import ROW
from workbench.ui.row_form import row_of_table

TYPICAL, NUMBERED, WORST = "a typical case", "a row of my table", "a row it was furthest off on"
PROJECT_KEY = "start_of_project"  # whose row was chosen last
N_WORST = 8  # rows offered
LONGEST_VALUE = 24  # characters of an actual class in the list of rows


@st.cache_resource(max_entries=16, show_spinner=False)
def _worst(run_id, n_done, key, added, _evaluation):
    return largest_errors(_evaluation, key, N_WORST).frame()


def worst_rows(run, evaluation, key):
    """Return the rows whose held-out answer was furthest off, the worst first, as ``largest_errors`` has them."""
    added = model_choice.added_to(run, key)
    found = _worst(run.id, run.n_done, key, added, model_choice.decided_evaluation(run, evaluation, key, None, added))
    return found[found["row"].isin(state.table(run.spec.dataset).index)]


def choose_start(run, fields, typical, worst=None):
    """Show the choice of the row to begin with.

    Parameters
    ----------
    run : Run
    fields : list of dict
    typical : dict
        Field name to value.
    worst : DataFrame, optional
        As :func:`worst_rows` returns it; without any the choice is not offered.

    Returns
    -------
    start : dict
        Field name to value.
    place : str
        Key prefix for the form's widgets, so that another start fills them anew.
    """
    table = state.table(run.spec.dataset)
    _begin_anew(run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # All are kept in the address, so that a refresh begins with the same row.
        source = st.segmented_control(
            "Begin with",
            [TYPICAL, NUMBERED] if worst is None or worst.empty else [TYPICAL, NUMBERED, WORST],
            **({} if "start" in st.session_state else {"default": TYPICAL}),
            required=True,
            key="start",
            bind="query-params",
            help="Typical: the row of your table that is nearest to the middle of every number and the most frequent "
            "words. Furthest off: while the row was held out, the prediction missed the actual value by most.",
        )
        if source == TYPICAL:
            return typical, f"page.try_it.field.{run.id}.typical"
        label = _worst_label(worst, run) if source == WORST else _numbered_label(table)
    start = row_of_table(table, fields, label)
    _tell_actual(run, table, label, None if source != WORST else worst)
    return start, f"page.try_it.field.{run.id}.{label}"


def _begin_anew(run):
    """Forget which row was chosen in another project: it says nothing about this one.

    What stands in an address that is opened counts, since no project was looked at before.
    """
    before = st.session_state.get(PROJECT_KEY)
    st.session_state[PROJECT_KEY] = run.project_id
    if before not in (None, run.project_id):
        st.session_state["start"], st.session_state["row"] = TYPICAL, 1


def _numbered_label(table):
    """Return the label of a row by its number in the file, as the tables of Results have it; of a row that is not in
    the sample, the next one that is."""
    last = int(table.index.max()) + 1
    if st.session_state.get("row", 1) > last:
        st.session_state["row"] = 1  # of a larger table looked at before
    number = int(
        st.number_input(
            ROW[:1].upper() + ROW[1:],
            min_value=1,
            max_value=last,
            step=1,
            width=160,
            key="row",
            bind="query-params",
        )
    )
    label = int(table.index[table.index >= number - 1].min())
    if label != number - 1:
        st.caption(
            f"Row {number:,} is not in the sample that is worked with here; this is row {label + 1:,}, the next."
        )
    return label


def _worst_label(worst, run):
    """Return the label of one of the rows that were missed most; which it is stands in the address."""
    told = {entry.row: _miss(run.spec, entry) for entry in worst.itertuples(index=False)}
    return st.selectbox(
        "Row, and how it was missed",
        list(told),
        format_func=lambda row: f"{row + 1:,}: {told[row]}",
        key="worst",
        bind="query-params",
        width=460,
    )


def _miss(spec, entry):
    """Say how far a held-out prediction was off."""
    unit = spec.target_column.unit
    if spec.classes:
        return f"{short(str(entry.actual), LONGEST_VALUE)} was given {probability(1 - entry.error)}"
    return f"{amount(float(entry.actual), unit)}, predicted {amount(float(entry.prediction), unit)}"


def _tell_actual(run, table, label, worst):
    value = table.at[label, run.spec.target] if run.spec.target in table.columns else None
    if value is None or pd.isna(value):
        return
    if isinstance(value, float):
        value = float(f"{value:.{EXACT_DIGITS}g}")
    told = f"{components.plain(run.spec.target)} = **{components.plain(value)}**"
    held_out = ""
    if worst is not None:
        entry = next(worst[worst["row"] == label].itertuples(index=False))
        held_out = f" While it was held out: {components.plain(_miss(run.spec, entry))}."
    st.caption(
        f"In your table this row has {told}.{held_out} If the model has learned from this row, its answer here says "
        "little about rows that it has never seen; the scores on the Results page are about such rows."
    )
