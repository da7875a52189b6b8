"""Two runs side by side: what was asked differently, and what that did to the score."""

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import metrics
from workbench.results.candidates.run_settings import differing
from workbench.results.candidates.runs_compared import compare_runs
from workbench.results.wording import LONGEST_LABEL, number, shorten
from workbench.training.scoring import label_of
from workbench.ui import components, pictures, run_history, state

PLACE = "page.results.runs"
SAME = (
    "Both runs were asked the same; what differs is what a search found in the time it had, or the version of the app."
)


@st.cache_resource(max_entries=64, show_spinner="Comparing row by row …")
def _compared(ids, n_done, keys, names, _first, _second):
    return compare_runs(_first, keys[0], _second, keys[1], names)


def show(shown):
    """Show the choice of a second run, the finding in words, and the settings in which the two differ."""
    run = shown.run
    others = [each for each in state.runs_of(shown.project) if each.id != run.id and each.n_done and each.spec]
    if not others:
        st.info("There is one run with scores so far. Train again, with something changed, to compare.", icon="👉")
        return
    by_id = {each.id: each for each in others}
    before = next((each.id for each in others if each.number < run.number), others[-1].id)
    chosen = st.selectbox(
        f"Run {run.number} beside",
        list(by_id),
        index=list(by_id).index(before),
        format_func=lambda run_id: run_history.describe(by_id[run_id]),
        key=f"{PLACE}.other.{run.id}",
    )
    pair = sorted((run, by_id[chosen]), key=lambda each: each.number)
    _tell_scores(pair, run, shown.key)
    _tell_settings(shown.project, *pair)


def _tell_scores(pair, run, key):
    try:
        evaluations = [state.evaluation_of(each) for each in pair]
        keys = [key if each.id == run.id else found.best() for each, found in zip(pair, evaluations, strict=True)]
        if None in keys:
            st.info("One of the two runs has no complete score.", icon=":material/hourglass_top:")
            return
        found = _compared(
            tuple(each.id for each in pair),
            tuple(each.n_done for each in pair),
            tuple(keys),
            tuple(f"Run {each.number}" for each in pair),
            *evaluations,
        )
    except WorkbenchError as error:
        components.show_problem(error)
        return
    kind, unit = metrics.metric(found.comparison.metric), found.comparison.unit
    st.markdown(f"**{components.plain(found.sentence)}**")
    for each, one, score in zip(pair, keys, (found.first, found.second), strict=True):
        label = shorten(label_of(each.spec, one), LONGEST_LABEL)
        st.markdown(f"- Run {each.number}: {components.plain(label)}, {kind.label} {number(score, unit=unit)}")
    better = "Higher is better." if kind.greater_is_better else "Lower is better."
    st.caption(f"{better} {found.how}")


def _tell_settings(project, first, second):
    tables = {each.fingerprint: each.name for each in state.store().project_datasets(project.id)}
    rows = differing(first.spec, second.spec, tables)
    if not rows:
        st.markdown(SAME)
        return
    st.markdown("**What was asked differently**" if len(rows) > 1 else "**One setting differs**")
    frame = pd.DataFrame(
        {
            "Setting": [row.name for row in rows],
            f"Run {first.number}": [row.first for row in rows],
            f"Run {second.number}": [row.second for row in rows],
        }
    )
    pictures.table(
        frame,
        key=f"{PLACE}.settings",
        name=f"runs-{first.number}-{second.number}",
        alt=f"The settings in which runs {first.number} and {second.number} differ",
    )
    if len(rows) > 1:
        st.caption("Several things were changed at once, so which of them did it cannot be said.")
