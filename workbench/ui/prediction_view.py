"""One prediction on the screen: the answer, how sure the model is, and what it noticed about the row."""

import pandas as pd
import streamlit as st

from workbench.modeling import metrics
from workbench.results.wording import number, percent
from workbench.ui import components

MOST_CLASSES = 12
TYPICAL_ERROR = "mae"


def show(answer, scorer, evaluation, key):
    """Show the answer of ``Scorer.predict_rows`` for one row.

    Parameters
    ----------
    answer : dict
    scorer : Scorer
    evaluation : Evaluation
        Where the usual error comes from.
    key : str
        The candidate.
    """
    if "error" in answer:
        errors = [answer["error"], *answer["error"].get("others", [])]
        for error in errors:
            st.error(components.plain(error["message"]), icon=":material/warning:")
        return
    facts = scorer.manifest
    target = components.plain(facts["target"])
    if scorer.is_regression:
        _amount(answer["prediction"], target, evaluation, key)
    elif facts["task"] == "binary":
        _two_classes(answer, target, facts["positive"])
    else:
        _classes(answer, target)
    for note in answer["warnings"]:
        where = f"**{components.plain(note['field'])}**: " if note["field"] else ""
        st.warning(where + components.plain(note["message"]), icon=":material/visibility:")


def _amount(value, target, evaluation, key):
    unit = evaluation.spec.target_column.unit
    st.metric(f"Predicted {target}", number(value, unit=unit), border=True)
    known = {metric.name for metric in metrics.METRICS}
    if TYPICAL_ERROR in known and TYPICAL_ERROR in evaluation.candidate(key).scores:
        off, _ = evaluation.candidate(key).spread(TYPICAL_ERROR)
        st.caption(f"On rows it had not seen, this model is off by {number(off, unit=unit)} on average.")


def _two_classes(answer, target, positive):
    share = answer["probabilities"][str(positive)]
    name = components.plain(positive)
    st.metric(f"Probability of {target} = {name}", percent(share), border=True)
    st.progress(min(max(share, 0.0), 1.0), text=f"The model says **{components.plain(answer['prediction'])}**")


def _classes(answer, target):
    st.metric(f"Predicted {target}", str(answer["prediction"]), border=True)
    shares = sorted(answer["probabilities"].items(), key=lambda item: -item[1])
    frame = pd.DataFrame(shares[:MOST_CLASSES], columns=["Class", "Probability"])
    st.dataframe(
        frame,
        hide_index=True,
        column_config={"Probability": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
        key="page.try_it.probabilities",
        alt="Probability of each class",
    )
    if len(shares) > MOST_CLASSES:
        st.caption(f"{len(shares) - MOST_CLASSES} less likely classes are not shown.")
