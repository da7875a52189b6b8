"""What a run that has just finished found, at the top of the Train page: the headline, and the way to the results."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import components, navigation, result_views, run_panel, state


def show(runs):
    """Show the outcome of the newest run where it has finished and nothing is under way.

    Parameters
    ----------
    runs : list of Run
        Newest first.
    """
    if not runs or runs[0].status != "finished" or any(run.status in state.ACTIVE for run in runs):
        return
    run = runs[0]
    try:
        evaluation = state.evaluation_of(run)
        said = result_views.headline_of(run, evaluation)
    except WorkbenchError:
        return  # the list of runs below says what is wrong with it
    with st.container(border=True):
        st.markdown(f":material/check_circle: **Run {run.number} has finished.** {components.plain(said.sentence)}")
        if st.button("See the results", key="page.train.outcome", icon=":material/leaderboard:"):
            st.session_state["run"] = run.id
            st.switch_page(navigation.path_of("results"), query_params={})
        with st.expander("Every estimator of this run", key="page.train.outcome.all", on_change="rerun") as unfolded:
            if unfolded.open:
                frame = run_panel.progress_frame(evaluation)
                st.dataframe(frame, hide_index=True, height="content", key="page.train.outcome.table")
