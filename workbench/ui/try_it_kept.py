"""What a person has done on *Try it*, kept for the session: the page forgets its widgets when it is left.

One entry per project, so that nothing of one project turns up in another.
"""

import streamlit as st

KEY = "try_it_kept"  # no widget, and not of a page: it outlives both
ONE, MANY = "One case", "A whole file"
TAB_KEY = "page.try_it.tab"


def of(project_id):
    """Return what is kept of a project, a dictionary that can be changed."""
    return st.session_state.setdefault(KEY, {}).setdefault(project_id, {})


def restore_tab(project_id):
    """Open the tab that was open when the page was left. Before the tabs are drawn."""
    if TAB_KEY not in st.session_state and of(project_id).get("tab") in (ONE, MANY):
        st.session_state[TAB_KEY] = of(project_id)["tab"]


def restore_form(project_id, place):
    """Put back what was entered into the form that begins with ``place``. Before it is drawn.

    Another beginning has been chosen since where nothing is kept for ``place``; then it begins anew.
    """
    form = of(project_id).get("form", {})
    if form.get("place") != place:
        of(project_id).pop("form", None)
        return
    for key, value in form["widgets"].items():
        if key not in st.session_state:
            st.session_state[key] = value


def keep_form(project_id, place):
    """Keep what stands in the form that begins with ``place``. After it was drawn."""
    ours = (f"{place}.", f"{place}:seen")
    widgets = {key: value for key, value in st.session_state.items() if str(key).startswith(ours)}
    of(project_id)["form"] = {"place": place, "widgets": widgets}


def forget_form(project_id):
    """Have the form begin anew with the row's own values. From a callback."""
    for key in of(project_id).pop("form", {}).get("widgets", {}):
        st.session_state.pop(key, None)
