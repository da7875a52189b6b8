"""What a run that has just ended found, at the top of the Train page: the headline, and the way to the results."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import autopilot_report, components, navigation, run_panel, run_ways_out, state
from workbench.ui.results import views


def show(runs):
    """Show the outcome of the newest run where it has finished, or was stopped with a score, and nothing is under way.

    Parameters
    ----------
    runs : list of Run
        Newest first.
    """
    if not runs or any(run.status in state.ACTIVE for run in runs):
        return
    run = runs[0]
    if run.spec is None or not (run.status == "finished" or (run.status == "stopped" and run.best)):
        return
    try:
        evaluation = state.evaluation_of(run)
        said = views.headline_of(run, evaluation)
    except WorkbenchError:
        return  # the list of runs below says what is wrong with it
    with st.container(border=True):
        ended = "has finished." if run.status == "finished" else run_panel.stopped_words(evaluation)
        icon = ":material/check_circle:" if run.status == "finished" else ":material/stop_circle:"
        st.markdown(f"{icon} **Run {run.number}** {ended} {components.plain(said.sentence)}")
        if st.button("See the results", key="page.train.outcome", icon=":material/leaderboard:"):
            st.session_state["run"] = run.id
            st.switch_page(navigation.path_of("results"), query_params={})
        run_ways_out.show_failed(run, evaluation)
        if run.spec.autopilot is not None:
            autopilot_report.show(run, evaluation, "page.train.outcome")
            return
        with st.expander("Every estimator of this run", key="page.train.outcome.all", on_change="rerun") as unfolded:
            if unfolded.open:
                run_panel.show_frame(
                    run_panel.progress_frame(evaluation), key="page.train.outcome.table", spec=run.spec
                )
