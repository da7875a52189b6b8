"""The entry script of the screens: project in the URL, menu, guard, then the page itself. Runs on every click."""

from pathlib import Path

import streamlit as st

from workbench.ui import components, navigation, scrolling, state, watch

ICON = Path(__file__).with_name("icon.svg")

st.set_page_config(page_title="Workbench", page_icon=str(ICON), layout="wide", initial_sidebar_state="expanded")
# The select box exists to keep the project in the URL through every kind of navigation; the home page is where a
# person chooses, so the box itself is not shown.
st.html("<style>.st-key-project-binding,.st-key-scroll-to-top{display:none}</style>")

store = state.store()
state.settle_project()
wanted = st.query_params.get(state.PROJECT_KEY)
with st.sidebar, st.container(key="project-binding"):
    st.selectbox("Project", store.project_ids(), index=None, key=state.PROJECT_KEY, bind="query-params")
project = state.project_in_work()
progress = state.progress_of(project)
page = navigation.build(progress)
state.hold_project(project, page.url_path, wanted)

# Choices being edited on a page start from the store again when the page is entered.
place = f"{page.url_path}?{project.id if project else ''}"
if st.session_state.get("place") != place:
    st.session_state["place"] = place
    for key in [key for key in st.session_state if str(key).startswith("page.")]:
        del st.session_state[key]
    if progress.missing(navigation.page(page.url_path or "home").need) is None:
        state.note_visit(project, page.url_path)

with st.sidebar:
    with st.container(key="scroll-to-top"):
        scrolling.to_top(place)
    if project:
        st.markdown(f"**{components.plain(project.name)}**")
    elif wanted and page.url_path == "":
        # The home page needs no project, so nothing else would tell.
        st.warning("The project in the address does not exist here (any more).", icon="👀")
    watch.sidebar(project)

name = page.url_path or "home"
components.guard(progress, name, wanted)
page.run()
