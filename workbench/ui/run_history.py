"""Runs that have ended: when, how well, what has changed since, and how to go on with them."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import metrics, models
from workbench.modeling.split_words import divided, how_often, kept_apart
from workbench.results.quality import goals
from workbench.results.wording import LONGEST_LABEL, listed, number, shorten
from workbench.training import supervisor
from workbench.training.scoring import label_of
from workbench.ui import components, navigation, phrases, run_panel, run_standing, scrolling, split_suggestions, state
from workbench.ui.run_changes import changes

PER_PAGE = 8
ICONS = {
    "finished": ":material/check_circle:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/warning:",
    "interrupted": ":material/warning:",
}
RESUMABLE = ("stopped", "interrupted", "failed")


def notes_of(plan, warnings=None):
    """Return the sentences of a plan that a run keeps, as JSON; ``warnings`` in place of those of the plan.

    With them go the division of the rows that the data suggest and the person has not decided about, and the goal as
    it stands now.
    """
    project = state.project_in_work()
    suggested = split_suggestions.suggested(project.draft, plan) if project and project.draft.target else None
    return {**plan.notes(warnings, suggested), "goal": goals.as_note(project.draft) if project else None}


def show_warnings(warnings):
    """Show what a person should know of a run before believing its scores."""
    for warning in warnings:
        st.warning(components.plain(warning), icon=":material/warning:")


def show_facts(plan, warnings):
    """Say in one line what is going to be asked, so that nobody trains the wrong thing; and what speaks against it."""
    spec = plan.spec
    n_columns = len(spec.columns)
    inputs = "1 column" if n_columns == 1 else f"{n_columns} columns"
    apart = kept_apart(spec.split.but(column=shorten(spec.split.column)))
    st.markdown(
        f"Predicting **{components.plain(spec.target)}** from **{inputs}**; every estimator is checked "
        f"**{components.plain(how_often(spec.split))}**, on rows it has not learned from"
        + (f"; {components.plain(apart)}." if apart else ", drawn by chance.")
        + (f" **{plan.rows_locked:,} rows** stay locked away until the end." if plan.rows_locked else "")
    )
    show_warnings(warnings)


def show(runs, spec):
    """List the runs of a project that have ended, newest first.

    Parameters
    ----------
    runs : list of Run
        Newest first.
    spec : ExperimentSpec or None
        What would be trained now; each run says what has changed since.
    """
    ended = [run for run in runs if run.status not in state.ACTIVE]
    if not ended:
        return
    st.subheader("Runs so far", anchor=False)
    page = 1
    pages = -(-len(ended) // PER_PAGE)
    if pages > 1:
        page = st.pagination(pages, key="page.train.runs")
    for run in ended[(page - 1) * PER_PAGE : page * PER_PAGE]:
        _row(run, spec)


def _row(run, spec):
    with st.container(border=True, key=f"run-{run.number}"):
        words, buttons = st.columns([5, 2], vertical_alignment="center")
        with words:
            when = phrases.ago(run.finished_at or run.created_at)
            icon = ICONS.get(run.status, "")
            st.markdown(f"{icon} **Run {run.number}** · {run_panel.status_words(run)} {when} · {_score_words(run)}")
            if run.error or run.problem:
                st.markdown(components.plain(run.error or run.problem))
            if run.n_done < run.n_total and run.status != "finished":
                st.caption(f"{run.n_done} of {run.n_total} scores are there and kept.")
            if run.comment:
                st.caption(f"Note: {components.plain(run.comment)}")
            if run.spec and spec:
                different = changes(run.spec, spec)
                said = listed([components.plain(text) for text in different], most=4)
                st.caption(f"Settings changed since: {said}." if different else "Same settings as now.")
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            if run.status in RESUMABLE and run.spec:
                st.button("Resume", key=f"page.train.resume.{run.id}", on_click=_resume, args=(run.id,))
            if run.n_done and run.spec and st.button("Results", key=f"page.train.results.{run.id}"):
                st.session_state["run"] = run.id
                st.switch_page(navigation.path_of("results"), query_params={})


def _resume(run_id):
    try:
        supervisor.resume(state.store(), run_id)
        scrolling.again()
    except WorkbenchError as error:
        st.session_state["page.train.problem"] = error


def _score_words(run):
    if run.best is None or run.spec is None or run.best_mean is None:
        return "no complete score"
    metric = metrics.metric(run.metric)
    label = components.plain(shorten(label_of(run.spec, run.best), LONGEST_LABEL))
    guess = f" (guessing {number(run.baseline_mean)})" if run.baseline_mean is not None else ""
    return f"**{label}**, {metric.label} {number(run.best_mean)}{guess}"


def describe(run):
    """Return one run in a line for a list to choose from."""
    when = phrases.ago(run.finished_at or run.created_at)
    label = shorten(label_of(run.spec, run.best), LONGEST_LABEL) if run.spec and run.best else "no complete score"
    return f"Run {run.number}: {label}, {run_panel.status_words(run)}, {when}"


def show_standing(run, project):
    """Say on the pages about a run what a reader must know first: unfinished, stopped, or settings changed since."""
    if run.status in state.ACTIVE:
        left = f"{run.n_done} of {run.n_total} scored" if run.n_done < run.n_total else "all scores are there"
        st.info(f"Run {run.number} is still under way: {left}.", icon=":material/hourglass_top:")
    elif run.n_done < run.n_total:
        done = f"{run.n_done} of {run.n_total} scores are there."
        st.info(
            f"Run {run.number} was {run_panel.status_words(run)}: {done} Resume it on the Train page.",
            icon=":material/stop_circle:",
        )
    run_standing.show(run, project)


def about(run):
    """Show, folded, what a run was asked, what was left out of it, and a note that the person may keep."""
    spec, key = run.spec, f"page.results.note.{run.id}"
    with st.expander(f"About run {run.number}", icon=":material/info:"):
        columns = "1 column" if len(spec.columns) == 1 else f"{len(spec.columns)} columns"
        st.markdown(
            f"Predicts **{components.plain(spec.target)}** from {columns}, "
            f"checked {components.plain(how_often(spec.split))} ({components.plain(divided(spec.split))}). "
            f"Started {run.created_at:%Y-%m-%d %H:%M} UTC with version {components.plain(run.app_version)}."
        )
        left_out = [
            f"**{components.plain(entry.column)}**: {components.plain(entry.reason)}" for entry in spec.left_out
        ]
        for entry in run.notes.get("models_left_out", []):
            left_out.append(f"**{models.described(entry['kind']).label}**: {components.plain(entry['reason'])}")
        if run.notes.get("split_reason"):
            st.caption(components.plain(run.notes["split_reason"]))
        if left_out:
            st.markdown("Left out:\n" + "\n".join(f"- {line}" for line in left_out))
        st.text_input(
            "Your note on this run",
            value=run.comment,
            key=key,
            on_change=lambda: state.store().comment_run(run.id, st.session_state[key]),
            placeholder="What you tried, or want to remember",
        )
