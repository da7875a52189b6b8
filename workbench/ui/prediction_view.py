"""One prediction on the screen: the answer, how sure the model is, and what it noticed about the row."""

import streamlit as st

from workbench.results.candidates.answered import as_answered
from workbench.results.wording import amount, number, probability
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import in_words
from workbench.ui import components, what_if_reasons
from workbench.ui.phrases import edge_of, short

MOST_CLASSES = 8
LONGEST_NAME = 28  # characters of a target or class above a figure
TYPICAL_ERROR = "mae"


def show(answer, scorer, evaluation, key, reasons=None):
    """Show the answer of ``Scorer.predict_rows`` for one row.

    Parameters
    ----------
    answer : dict
    scorer : Scorer
    evaluation : Evaluation
        Where the usual error comes from.
    key : str
        The candidate.
    reasons : Reasons, optional
        Said below the answer.
    """
    if "error" in answer:
        errors = [answer["error"], *answer["error"].get("others", [])]
        for error in errors:
            st.error(components.plain(error["message"]), icon=":material/warning:")
        return
    facts = scorer.manifest
    target = facts["target"]
    if scorer.is_regression:
        _amount(answer, scorer, evaluation, key)
    elif facts["task"] == "binary":
        _two_classes(answer, target, facts["positive"], edge_of(scorer, facts["positive"]))
    else:
        _classes(answer, target)
    if scorer.decision:
        label = scorer.decision["label"]
        share = probability(answer["probabilities"][str(label)], edge_of(scorer, label))
        st.markdown(components.plain(f"{sentence_of(scorer.decision, len(scorer.classes))} Here it is {share}."))
    if reasons is not None:
        what_if_reasons.show_sentence(reasons, several=facts["task"] == "multiclass")
    for note in answer["warnings"]:
        where = f"**{components.plain(note['field'])}**: " if note["field"] else ""
        st.warning(where + components.plain(note["message"]), icon=":material/visibility:")


def _cut(name):
    return components.plain(short(name, LONGEST_NAME))


def _whole(text, *names):
    """Return the whole text as help where one of its names had to be cut, else None."""
    return components.plain(text) if any(len(str(name)) > LONGEST_NAME for name in names) else None


def _amount(answer, scorer, evaluation, key):
    unit, target = evaluation.spec.target_column.unit, evaluation.spec.target
    st.metric(
        f"Predicted {_cut(target)}",
        components.plain(number(answer["prediction"], unit=unit)),
        border=True,
        help=_whole(f"Predicted {target}", target),
    )
    if "lower" in answer:
        said = in_words(answer["lower"], answer["upper"], scorer.interval["level"], lambda end: amount(end, unit))
        st.markdown(f"The actual value is **{components.plain(said)}**.")
    if scorer.shift:
        by = components.plain(number(abs(scorer.shift), unit=unit))
        st.caption(f"{by} was {'added to' if scorer.shift > 0 else 'taken off'} what the model says.")
    scores = as_answered(evaluation, key, scorer.shift).candidate(key)
    if TYPICAL_ERROR in scores.scores:
        off = components.plain(number(scores.spread(TYPICAL_ERROR)[0], unit=unit))
        st.caption(f"On rows it had not seen, this model is off by {off} on average; lower is better.")


def _two_classes(answer, target, positive, edge):
    share = answer["probabilities"][str(positive)]
    st.metric(
        f"Probability of {_cut(target)} = {_cut(positive)}",
        probability(share, edge),
        border=True,
        help=_whole(f"Probability of {target} = {positive}", target, positive),
    )
    st.progress(min(max(share, 0.0), 1.0), text=f"The model says **{components.plain(answer['prediction'])}**")


def _classes(answer, target):
    with st.container(border=True):
        st.caption(f"Predicted {_cut(target)}", help=_whole(f"Predicted {target}", target))
        st.markdown(f"#### {components.plain(answer['prediction'])}")
    shares = sorted(answer["probabilities"].items(), key=lambda item: -item[1])
    for name, share in shares[:MOST_CLASSES]:
        # Words stand above their bar, so a long name of a class wraps instead of being cut.
        st.progress(min(max(share, 0.0), 1.0), text=f"{components.plain(name)}: **{probability(share)}**")
    if len(shares) > MOST_CLASSES:
        st.caption(f"{len(shares) - MOST_CLASSES} less likely classes are not shown.")
