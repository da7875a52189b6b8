"""An autopilot at work: which step it is at, and how much of its time is left."""

import streamlit as st

from workbench.results.candidates.tried import stage_of, stages
from workbench.ui import figures, phrases, time_left

DONE, NOW, TO_DO = ":material/check_circle:", ":material/pending:", ":material/radio_button_unchecked:"
FULL = 0.98  # of the bar while something is still being done
LAST_PHASES = {
    "fitting": "Fitting the best on {rows}, so that it can be tried and handed over",
    "explaining": "Finding out which columns matter, by shuffling one after the other",
}


def progress(run, evaluation, seconds_left):
    """Return how full the bar is, and the words above it; the time that was given says both.

    Parameters
    ----------
    run : Run
    evaluation : Evaluation
    seconds_left : float or None
        Of the time that was given.
    """
    given = run.spec.autopilot.seconds
    share = min(1 - min(seconds_left, given) / given, FULL) if seconds_left is not None else 0.0
    left = f"{figures.about(given)} in all" if seconds_left is None else f"{figures.about(seconds_left)} left"
    if seconds_left == 0:
        left = f"{time_left.PLANNED_LATER}{time_left.because_busy()}"
    if run.phase in LAST_PHASES:
        return FULL, f"{LAST_PHASES[run.phase].format(rows=phrases.rows_learned(run.spec))} …"
    if run.phase in ("", "loading"):
        return share, f"Opening the table · {left}"
    sentence = stages(run.spec)[stage_of(evaluation)].sentence
    n_scores = len(evaluation.fold_scores)
    scores = "" if not n_scores else f" · {n_scores} score{'' if n_scores == 1 else 's'} so far"
    return share, f"{sentence}{scores} · {left}"


def is_cut_short(run):
    """Whether the search was ended by the person, and only its end is left to do."""
    plan = run.spec.autopilot.rounds
    return len(plan) == 1 and len(plan[0].folds) == run.spec.split.rounds


def show_stages(run, evaluation):
    """Show the steps in a line, with a mark for what is done, under way and to come."""
    at = len(stages(run.spec)) if run.phase in LAST_PHASES else stage_of(evaluation)
    marks = [DONE if place < at else NOW if place == at else TO_DO for place in range(len(stages(run.spec)))]
    names = [
        f"{mark} **{stage.words}**" if mark == NOW else f"{mark} {stage.words}"
        for mark, stage in zip(marks, stages(run.spec), strict=True)
    ]
    st.markdown(":small[" + " &nbsp;→&nbsp; ".join(names) + "]")
