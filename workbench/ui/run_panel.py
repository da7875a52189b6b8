"""A run while it is under way: progress per estimator and fold, best so far, time left, Stop."""

import datetime
import math
import time

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import metrics
from workbench.results.wording import LONGEST_LABEL, listed, number, shorten, with_spread
from workbench.training import supervisor
from workbench.training.evaluation import BASELINE, ENSEMBLE
from workbench.training.scoring import label_of
from workbench.ui import (
    autopilot_panel,
    components,
    figures,
    navigation,
    phrases,
    run_ways_out,
    setting_words,
    state,
    time_left,
)
from workbench.ui.autopilot_choice import FOLD

EVERY_SECONDS = 1.0
FIRST_LOOK_SECONDS = 0.4  # while a person waits for the first score
FIRST_LOOKS = datetime.timedelta(seconds=20)
NOTE_PIXELS = 64  # of a row
DONE, NOW, TO_DO = "●", "◐", "○"
PHASES = {
    "": "Starting",
    "loading": "Opening the table",
    "scoring": "Scoring",
    "fitting": "Fitting the best one on {rows}, so that it can be tried and handed over",
    "explaining": "Finding out which columns matter, by shuffling one after the other",
    "comparing": "Measuring how much too good scores would look if rows were divided by chance",
}


def show(run):
    """Show an active run, refreshed every second until it has ended."""

    waiting = _waits_for_a_score(run)

    @st.fragment(run_every=FIRST_LOOK_SECONDS if waiting else EVERY_SECONDS)
    def panel():
        now = supervisor.check(state.store(), run.id)
        if now.status not in state.ACTIVE:
            st.rerun()  # the whole page: the run moves to the list of earlier ones, the menu opens
        _panel(now)
        if waiting and not _waits_for_a_score(now):
            st.rerun()  # the whole page, from now on looked at less often

    with st.container(border=True, key=f"run-{run.number}"):
        panel()


def _waits_for_a_score(run):
    """Whether a run has just begun, and nothing that learns has a score yet."""
    if datetime.datetime.now(datetime.UTC) - run.created_at > FIRST_LOOKS:
        return False
    return all(key == BASELINE for key, _ in state.store().finished_pairs(run.id))


def _panel(run):
    autopilot = run.spec is not None and run.spec.autopilot is not None
    searching = autopilot and run.status != "queued" and not autopilot_panel.is_cut_short(run)
    title, stop = st.columns([7, 3], vertical_alignment="center")
    title.markdown(f"**Run {run.number}** · {status_words(run)}")
    stop.button(
        "Stop and keep the best",
        key=f"page.train.stop.{run.id}",
        icon=":material/stop_circle:",
        disabled=run.status == "stopping",
        on_click=_stop,
        args=(run.id, searching),
        help="Ends the search and goes on with what it has: the best are put together and fitted on "
        f"{phrases.rows_learned(run.spec)}."
        if searching
        else "Ends within two seconds. Every score is kept, the best of those checked on all folds can be used, "
        "and the run can be resumed.",
        width="stretch",
    )
    if run.status == "queued":
        st.progress(0.0, text=waiting_words(run))
        return
    evaluation = state.evaluation_of(run)
    left = run.seconds_left if autopilot else _steady(run)
    share, words = autopilot_panel.progress(run, evaluation, left) if autopilot else progress_words(run, left)
    st.progress(share, text=words)
    if autopilot:
        autopilot_panel.show_stages(run, evaluation)
    st.markdown(best_so_far(evaluation), help=setting_words.explained(_named(evaluation)) or None)
    if (
        run.n_total
        and run.n_done >= run.n_total
        and st.button("See the results", key=f"page.train.early.{run.id}", icon=":material/leaderboard:")
    ):
        st.session_state["run"] = run.id
        st.switch_page(navigation.path_of("results"), query_params={})
    frame = progress_frame(evaluation, _in_work(run))
    show_frame(frame[~frame["Dropped"]], key=f"page.train.progress.{run.id}", spec=run.spec)
    run_ways_out.show_failed(run, evaluation)
    if frame["Dropped"].any():
        _show_dropped(frame[frame["Dropped"]], run)
    rounds = run.spec.split.rounds
    scored = f"{rounds} times over" if rounds > 1 else "in a part that was held out"
    st.caption(
        f"Scores come from rows the model had not seen, {scored}. "
        "You can leave this page or close the window: the run goes on."
    )


def _show_dropped(frame, run):
    """Show, folded, what has left the race, with the reason."""
    words = f"{len(frame)} dropped so far, and why"
    with st.expander(words, key=f"page.train.dropped.{run.id}", on_change="rerun") as unfolded:
        if unfolded.open:
            show_frame(frame, key=f"page.train.dropped.frame.{run.id}", spec=run.spec)


def show_frame(frame, *, key, spec):
    """Show the rows of :func:`progress_frame` as a table; the column of notes only where there is one."""
    noted = bool(frame["Note"].any())  # sentences, which take three lines beside narrower columns
    st.dataframe(
        frame.drop(columns=["Dropped"] if noted else ["Dropped", "Note"]),
        hide_index=True,
        height="content",
        row_height=NOTE_PIXELS if noted else None,
        key=key,
        column_config={
            "Estimator": st.column_config.TextColumn(
                width=190 if noted else "large",
                help=setting_words.explained(spec.candidates) or None,
            ),
            "Folds": st.column_config.TextColumn(
                width=90 if noted else 130,
                help=f"{FOLD}\n\n{DONE} scored   {NOW} being worked on   {TO_DO} to do",
            ),
            "Score": st.column_config.TextColumn(width=115 if noted else 150),
            "Time": st.column_config.TextColumn(width=70 if noted else 90),
            "Note": st.column_config.TextColumn(width=310),
        },
        alt="Estimators of this run with the folds that are done, their score and time",
    )


def progress_words(run, seconds_left):
    """Return how full the bar of a run is, and the words above it, which say the same.

    Once everything is scored, what is left is one step without a known end: the bar is full and says what goes on.
    """
    phase = PHASES.get(run.phase, run.phase.capitalize()).format(rows=phrases.rows_learned(run.spec))
    if run.n_total and run.n_done >= run.n_total:
        going_on = phase if run.phase in ("fitting", "explaining", "comparing") else "Finishing"
        return 1.0, f"Every score is there ({run.n_total} of {run.n_total}). {going_on} …"
    share = run.n_done / run.n_total if run.n_total else 0.0
    left = "" if seconds_left is None else f" · {figures.about(seconds_left)} left"
    if seconds_left == 0:
        left = f" · {time_left.LATER}{time_left.because_busy()}"
    return share, f"{phase}: {run.n_done} of {run.n_total} done ({math.floor(100 * share)} %){left}"


def _steady(run):
    """Return the seconds that are left, without jumps; 0 where it has been about to be finished for too long."""
    place = f"seconds_left.{run.id}"
    if run.seconds_left is None:
        return None
    shown = time_left.steadied(st.session_state.get(place), run.seconds_left, time.monotonic())
    st.session_state[place] = shown
    return shown.seconds


def _stop(run_id, searching):
    try:
        (supervisor.finish_now if searching else supervisor.stop)(state.store(), run_id)
    except WorkbenchError as error:
        st.toast(components.plain(error), icon=":material/warning:")


def status_words(run):
    """Return what a run is doing, or how it ended, in a few words."""
    return {
        "queued": "waiting",
        "running": "under way",
        "stopping": "stopping, keeping what is finished …",
        "stopped": "stopped",
        "finished": "finished",
        "failed": "could not be completed",
        "interrupted": "interrupted",
    }[run.status]


def waiting_words(run):
    """Say what a queued run waits for."""
    at_work = {worker.run_id for worker in state.store().workers() if worker.claimed_at} - {run.id}
    if not at_work:
        return "Starting …"
    own = [other for other in state.store().runs(run.project_id) if other.id in at_work]
    names = [f"run {other.number}" for other in own]
    if len(at_work) > len(own):
        names.append("a run of another project")
    are = "is" if len(names) == 1 else "are"
    return f"Waits: the cores are busy until {listed(names)} {are} through."


def best_so_far(evaluation):
    """Return, in words, the best score so far beside guessing, and what is ahead of it on some of the folds."""
    best, ahead = leaders(evaluation)
    if best is None and ahead is None:
        return "The first scores appear here in a moment."
    unit, baseline = unit_of(evaluation.spec), evaluation.baseline()
    guess = (
        f"; always giving the same answer: {number(baseline.mean, unit=unit)}" if baseline and baseline.folds else ""
    )
    if best is None:
        return f"Best so far: {_leader(evaluation, ahead)} {_checked(evaluation, ahead)}{guess}."
    further = f" Ahead of it {_checked(evaluation, ahead)}: {_leader(evaluation, ahead)}." if ahead else ""
    return f"Best so far: {_leader(evaluation, best)}{guess}.{further}"


def leaders(evaluation):
    """Return the best candidate that is tested on all folds, which is what a stop keeps, and the best of the others
    where it is ahead of that one; None where there is none."""
    metric = metrics.metric(evaluation.spec.metric)
    better = max if metric.greater_is_better else min
    scored = [one for one in evaluation.candidates() if one.kind != BASELINE and one.mean == one.mean]
    scored = [one for one in scored if not one.error and not one.dropped]
    best = better((one for one in scored if one.complete), key=lambda one: one.mean, default=None)
    ahead = better((one for one in scored if not one.complete), key=lambda one: one.mean, default=None)
    if best is not None and ahead is not None and better(best.mean, ahead.mean) == best.mean:
        ahead = None
    return best, ahead


def _named(evaluation):
    """Return the candidates that :func:`best_so_far` names."""
    return [evaluation.spec.candidate(one.key) for one in leaders(evaluation) if one is not None]


def stopped_words(evaluation):
    """Say what a stop has kept: the best of those tested on all folds, and what was ahead of it."""
    best, ahead = leaders(evaluation)
    if best is None or ahead is None:
        return "was stopped; the best so far is kept."
    return (
        f"was stopped; kept is {_leader(evaluation, best)}, the best of those checked on all folds. "
        f"{_leader(evaluation, ahead)} was ahead {_checked(evaluation, ahead)}: *Resume* finishes it."
    )


def _leader(evaluation, entry):
    """Name a candidate with its score."""
    label = components.plain(shorten(label_of(evaluation.spec, entry.key), LONGEST_LABEL))
    metric = metrics.metric(evaluation.spec.metric)
    return f"**{label}**, {metric.label} **{score_words(entry, unit_of(evaluation.spec))}**"


def _checked(evaluation, entry):
    return f"after {len(entry.folds)} of {evaluation.spec.split.rounds} folds"


def score_words(entry, unit):
    """Return a mean score, with its spread where there is more than one fold to have one."""
    return with_spread(entry.mean, entry.std, unit) if len(entry.folds) > 1 else number(entry.mean, unit=unit)


def progress_frame(evaluation, in_work=frozenset()):
    """Return one row per estimator: ``Estimator``, ``Folds`` (a mark for each), ``Score``, ``Time``, ``Note``, and
    whether it was ``Dropped`` from the race.

    Parameters
    ----------
    evaluation : Evaluation
    in_work : collection of (key, fold)
        What is being worked on.
    """
    n_folds = evaluation.spec.split.rounds
    unit = unit_of(evaluation.spec)
    rows = []
    for entry in sorted(evaluation.candidates(), key=_after_others):
        if entry.kind == ENSEMBLE and entry.dropped:
            continue  # an average that added nothing was no candidate
        working = {fold for key, fold in in_work if key == entry.key}
        marks = "".join(DONE if fold in entry.folds else NOW if fold in working else TO_DO for fold in range(n_folds))
        scored = entry.mean == entry.mean
        rows.append(
            {
                "Estimator": label_of(evaluation.spec, entry.key),
                "Folds": "failed" if entry.error else marks,
                "Score": score_words(entry, unit) if scored else "–",
                "Time": figures.duration(entry.fit_seconds + entry.score_seconds) if entry.folds else "–",
                "Note": entry.error or entry.dropped,
                "Dropped": bool(entry.dropped),
            }
        )
    return pd.DataFrame(rows, columns=["Estimator", "Folds", "Score", "Time", "Note", "Dropped"])


def _after_others(entry):
    """The baseline stands below what has to beat it; what failed or was dropped comes last."""
    return 2 if entry.error else 1 if entry.kind == BASELINE or entry.dropped else 0


def unit_of(spec):
    """Return the target's unit where the main metric is measured in it, else ""."""
    return spec.target_column.unit if metrics.metric(spec.metric).in_target_units else ""


def _in_work(run):
    """Return the (key, fold) pairs that were begun and have not ended, as far as the run's log tells."""
    begun = set()
    for entry in state.store().fold_log(run.id):
        pair = (entry["candidate"], entry["fold"])
        if entry["event"] == "start":
            begun.add(pair)
        elif entry["event"] in ("death", "resumed"):
            begun.clear()
        else:
            begun.discard(pair)
    return frozenset(begun)
