"""A test of a model on the screen: the result, what was promised, and what to know before believing it."""

import math

import pandas as pd
import streamlit as st

from workbench.modeling import metrics
from workbench.ui import components
from workbench.ui.autopilot_choice import FOLD

MEASURE, FOUND, PROMISED, BETTER = "Measure", "On these rows", "Promised", "Better is"


def numbers_of(test):
    """Return one row per metric, the main one first: score with interval, what was promised, which way is better."""
    names = sorted(test.scores, key=lambda name: name != test.metric)
    return pd.DataFrame(
        [
            {
                MEASURE: metrics.metric(name).label,
                FOUND: test.figure(name) if math.isfinite(test.scores[name]) else "not defined",
                PROMISED: test.promised(name),
                BETTER: "higher" if metrics.metric(name).greater_is_better else "lower",
            }
            for name in names
        ]
    )


def show(test, sentence, target, notes, *, key):
    """Show a test.

    Parameters
    ----------
    test : FinalTest
    sentence : str
        The result.
    target : str
    notes : sequence of str
        What to know before believing it.
    key : str
        Of the table's widget; unique on the page.
    """
    icon = ":orange[:material/trending_down:]" if test.worse else ":blue[:material/task_alt:]"
    said = f"{icon} **{components.plain(sentence)}**" if test.verdict else f"**{components.plain(sentence)}**"
    st.markdown(said, help=FOLD if test.verdict else None)
    balance = test.balance_said(target)
    if balance:
        st.markdown(components.plain(balance))
    for note in notes:
        st.warning(components.plain(note), icon=":material/visibility:")
    with st.expander("Every measure"):
        st.dataframe(numbers_of(test), hide_index=True, key=key, alt="Every measure on these rows beside its promise")
        st.caption(
            "In brackets: where the score would lie 19 times of 20 had other rows of the same kind been drawn. "
            "Promised: the mean of the scores on the folds."
        )
