"""What is measured on a click: why it is not there yet, and the way to it."""

import streamlit as st

from workbench.ui import background, components, state


def offer(run, name, told, *, words, key, on_click, args, icon=None):
    """Show how far a measurement is; where none is under way, what it would be and the button that starts it.

    Parameters
    ----------
    run : Run
    name : str
        Of the job, as ``background.start`` takes it.
    told : str
        What would be measured (Markdown of ours).
    words, key, icon : str
        Of the button; the icon stands before ``told``, too.
    on_click : callable
        Starts the job, with ``args``.
    """
    job = background.job(name)
    if job is not None and not job.done:
        background.show(job)
    elif run.status in state.ACTIVE:
        st.info("Come back when the run has finished.", icon=":material/hourglass_top:")
    else:
        if job is not None:
            components.show_problem(job.problem)
        st.info(told, icon=icon)
        st.button(words, key=key, on_click=on_click, args=args, icon=icon)
