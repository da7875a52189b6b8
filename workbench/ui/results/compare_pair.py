"""Any two estimators of a run beside each other, metric by metric, with what chance could have done."""

import math

import pandas as pd
import streamlit as st

from workbench.modeling import metrics
from workbench.results.candidates.comparison import LEVEL, compare, standing
from workbench.results.wording import LONGEST_LABEL, shorten, with_spread
from workbench.training.scoring import label_of
from workbench.ui import components, pictures, state

PLACE = "page.results.pair"
DEFINITION = (
    "Both were tested on the same rows, so what makes a row hard for both cancels. In brackets is where the difference "
    "lies with 95 % certainty: other rows to test on, other fits and other rows to learn from would have moved it "
    "within that. It counts as more than chance where that does not include 0."
)


@st.cache_resource(max_entries=64, show_spinner="Comparing row by row …")
def _compared(run_id, n_done, one, other, _evaluation):
    return {kind.name: compare(_evaluation, one, other, kind.name) for kind in metrics.scored(_evaluation.spec)}


def show(shown):
    """Show the choice of two estimators, the finding on the main metric, and all metrics as a table."""
    run = shown.run
    evaluation = state.evaluation_of(run)  # as scored: a threshold in use moves labels, not the scores of the run
    keys = [score.key for score in evaluation.candidates() if score.folds and not score.error and not score.dropped]
    if len(keys) < 2:
        return
    st.markdown("**Any two beside each other**")
    one = shown.key if shown.key in keys else keys[0]
    best = evaluation.best()
    other = best if best in keys and best != one else next(key for key in keys if key != one)
    left, right = st.columns(2)
    one = _choose(left, "One", keys, one, run)
    other = _choose(right, "The other", keys, other, run)
    if one == other:
        st.caption("Choose two different ones.")
        return
    found = _compared(run.id, run.n_done, one, other, evaluation)
    main = found[run.spec.metric]
    st.markdown(f"**{components.plain(main.sentence)}**{_among_all(evaluation, main, one, other)}")
    pictures.table(
        frame_of(evaluation, one, other, found),
        key=f"{PLACE}.table",
        name=f"comparison-{run.number}",
        alt=f"Every metric of two estimators: {main.sentence}",
    )
    st.caption(DEFINITION)


def _choose(place, label, keys, usual, run):
    return place.selectbox(
        label,
        keys,
        index=keys.index(usual),
        format_func=lambda key: shorten(label_of(run.spec, key), LONGEST_LABEL),
        key=f"{PLACE}.{label}.{run.id}.{usual}",
    )


def _among_all(evaluation, main, one, other):
    """Say where two that are told apart alone are level among all of them."""
    best, beside = evaluation.best(), standing(evaluation)
    worse = other if one == best else one
    if best not in (one, other) or main.tied or beside.get(worse, 0.0) <= LEVEL:
        return ""
    return (
        f" That is of these two alone: between the best of {len(beside)} and another, chance brings a difference like "
        f"this in {100 * beside[worse]:.0f} % of the cases, so the leaderboard calls them level."
    )


def frame_of(evaluation, one, other, found):
    """Return the scores of two estimators and their differences, one row for each metric, as text with units."""
    rows, spec = [], evaluation.spec
    names = [shorten(label_of(spec, key), LONGEST_LABEL) for key in (one, other)]
    if names[0] == names[1]:
        names = [f"{name} · {key}" for name, key in zip(names, (one, other), strict=True)]
    for metric, beside in found.items():
        kind = metrics.metric(metric)
        scores = [evaluation.candidate(key).spread(metric) for key in (one, other)]
        rows.append(
            {
                "Metric": kind.label,
                "Better is": "higher" if kind.greater_is_better else "lower",
                **{name: with_spread(*score, beside.unit) for name, score in zip(names, scores, strict=True)},
                "Difference": _difference(beside, names),
                "More than chance": "–" if math.isnan(beside.p_value) else "no" if beside.tied else "yes",
            }
        )
    return pd.DataFrame(rows)


def _difference(beside, names):
    if not math.isfinite(beside.difference):
        return "not known"
    if beside.difference == 0:
        return "none"
    size, ends = beside.figures
    unit = f" {beside.unit}" if beside.unit else ""
    ahead = names[0] if beside.difference > 0 else names[1]
    return f"{shorten(ahead, 24)} by {size}{unit}" + (f" ({ends}{unit})" if math.isfinite(beside.low) else "")
