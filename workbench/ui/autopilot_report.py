"""What an autopilot tried and dropped and why, its plan in words, and a run that does exactly the same again."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.candidates.tried import plan_in_words, summary, tried_table
from workbench.training import supervisor
from workbench.training.autopilot import replayed
from workbench.ui import components, scrolling, setting_words, state
from workbench.ui.autopilot_choice import FOLD

SHOWN_WHOLE, TABLE_PIXELS = 8, 480  # rows that are shown without scrolling, and how high the table is with more


def show(run, evaluation, place):
    """Show, folded, everything that a run tried, and its plan.

    Parameters
    ----------
    run : Run
        With an autopilot.
    evaluation : Evaluation
    place : str
        Begins the keys of the widgets: the same report stands on two pages.
    """
    with st.expander(
        "What was tried", icon=":material/format_list_bulleted:", key=f"{place}.tried", on_change="rerun"
    ) as unfolded:
        if not unfolded.open:
            return
        named = setting_words.explained(run.spec.candidates)
        st.markdown(components.plain(summary(evaluation)), help="\n\n".join(text for text in (FOLD, named) if text))
        tried = tried_table(evaluation)
        # What became of a candidate is a sentence: here it is wrapped, where a grid would cut it off.
        tried["Score"] = tried["Score"].str.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")
        st.table(
            tried.map(components.plain),
            hide_index=True,
            height=TABLE_PIXELS if len(tried) > SHOWN_WHOLE else "content",
            alt="Everything that was tried, with its score and what became of it",
        )
        plan = plan_in_words(run.spec)
        if not plan:
            return
        st.markdown("**The plan**, made from how fast this computer was on this table:")
        st.markdown(
            "\n".join(components.plain(sentence).replace(".", "\\.", 1) for sentence in plan).replace("\n", "  \n")
        )
        st.button(
            "Train again exactly",
            key=f"{place}.replay",
            icon=":material/replay:",
            on_click=_replay,
            args=(run,),
            disabled=run.status in state.ACTIVE,
            help="Follows the same plan without looking at the clock: the same scores, however fast the computer is.",
        )


def _replay(run):
    try:
        new = state.store().create_run(run.project_id, replayed(run.spec), notes=run.notes)
        supervisor.start(state.store(), new.id)
        st.session_state.pop("run", None)
        scrolling.again()
        st.toast(f"Run {new.number} follows the plan of run {run.number}.", icon=":material/replay:")
    except WorkbenchError as error:
        st.session_state["page.train.problem"] = error
        st.toast(components.plain(error), icon=":material/warning:")
