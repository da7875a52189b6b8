"""Reasons beside the answer of the form: which columns make it higher, which lower, and the picture of it."""

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.results.uses.reasons import reasons_for
from workbench.results.wording import listed
from workbench.training.scoring import quietly
from workbench.ui import components, pictures
from workbench.ui.phrases import short
from workbench.ui.results import uses_model, uses_rows

LONGEST_LABEL = 28  # characters of a class


@st.cache_resource(max_entries=3, show_spinner="Choosing rows to compare with …")
def _background(run_id, key, made_at, _run, _pipeline):
    return uses_model.background(_run, key, _pipeline)


@st.cache_resource(max_entries=128, show_spinner=False)
def _reasons(fingerprint, row, label, _scorer, _background):
    with quietly():
        return reasons_for(_scorer, row, _background, label=label)


def reasons_of(run, key, made_at, scorer, row, answer):
    """Return why the model answers the row of the form as it does.

    Parameters
    ----------
    made_at : float
        When the model was fitted.
    row : dict
        Field name to value.
    answer : dict
        Of ``Scorer.predict_rows``.

    Returns
    -------
    Reasons or None
        None where there is no answer, or none that adds up: classes without probabilities.
    """
    if "error" in answer or not (scorer.is_regression or answer["probabilities"]):
        return None
    label = None
    if not scorer.is_regression:
        label = scorer.manifest.get("positive")
        label = answer["prediction"] if label is None else label
    try:
        background = _background(run.id, key, made_at, _run=run, _pipeline=scorer.model)
        return _reasons(scorer.fingerprint, row, label, _scorer=scorer, _background=background)
    except WorkbenchError:
        return None  # the row is refused, which stands where the answer would


def show_sentence(result, *, several=False):
    """Say what makes the answer higher, and what lower, below the answer itself.

    Parameters
    ----------
    result : Reasons
    several : bool
        Whether there are more than two classes: then it is said of which one the probability is meant.
    """
    higher, lower = (components.plain(listed(causes)) for causes in result.causes())
    up, down = ("higher", "lower") if several else ("Higher", "Lower")
    of = f"{components.plain(short(str(result.label), LONGEST_LABEL))}: " if several else ""
    lines = [
        f":material/{icon}: **{of}{side}** because of {causes}"
        for icon, side, causes in (("arrow_upward", up, higher), ("arrow_downward", down, lower))
        if causes
    ]
    st.markdown("  \n".join(lines) or "No column moves it from where it starts for training rows.")


def show_picture(run, result):
    """Show what each column adds, and the sum that this is."""
    told = uses_rows.WHAT.format(n=result.n_background, orders=uses_rows.ORDERS[result.exact])
    pictures.show(
        charts.CHARTS["reasons"](result),
        uses_rows.numbers(result),
        key="page.try_it.reasons",
        name=f"reasons-{run.number}-case",
        alt=f"Reasons for this case: {result.finding()}",
        definition=told + (uses_rows.ODDS if result.label is not None else "") + uses_rows.CAUTION,
    )
    st.markdown(uses_rows.adds_up(result))
