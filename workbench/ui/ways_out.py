"""What can be done in one click about rows that cannot be divided as asked: a button for each way out."""

import streamlit as st

from workbench.profiling import Finding
from workbench.ui import components, reread, state
from workbench.ui.phrases import short


def show(ways, place):
    """Show a button for each way out.

    Parameters
    ----------
    ways : sequence of WayOut
    place : str
        Begins the keys of the buttons.
    """
    if not ways:
        return
    with st.container(horizontal=True, gap="small"):
        for number, way in enumerate(ways):
            if way.others:
                _choose_among(way, f"{place}.{number}")
            else:
                _button(way, f"{place}.{number}")


def _button(way, key):
    st.button(
        components.plain(short(way.words, 60)),
        key=key,
        icon=":material/bolt:",
        on_click=_take,
        args=(way,),
        help=components.plain(way.help) if way.help else None,
    )


def _choose_among(way, key):
    """Show, folded, a list of what is much the same with another choice, and the button of the one chosen."""
    with st.popover(components.plain(short(f"{way.named} …", 60)), icon=":material/bolt:", key=f"{key}.open"):
        offers = {each.words: each for each in (way, *way.others)}
        prefix = f"{way.named} "
        words = st.selectbox(
            components.plain(way.named),
            list(offers),
            format_func=lambda words: words.removeprefix(prefix).strip("“”"),
            key=f"{key}.which",
        )
        _button(offers[words], key)


def show_reading(column):
    """Show the way back where ``column`` was read in another way just now, or why that was not possible."""
    if column in st.session_state.get(reread.LAST_KEY, ("", ()))[1] or reread.PROBLEM_KEY in st.session_state:
        reread.show_undo()


def _take(way):
    """Store what a way out changes (callback)."""
    project = state.project_in_work()
    if way.changes:
        state.save_draft(project, **way.changes)
    if way.reads:
        column = way.reads[0]["name"]
        reread.apply(project, Finding("mixed_spellings", "alerted", (column,), way.words, reads=way.reads), "reads")
