"""Profile: what matters in the table in words, findings to decide about, and every column in numbers."""

import streamlit as st

from workbench.ui import blanks, column_view, components, findings, state
from workbench.ui.phrases import file_name

project = state.project_in_work()
draft = project.draft
components.header("profile")

profile = state.profile_of(draft.dataset, draft.target, draft.task)
decide, done, _ = findings.groups(draft, profile.findings)

with st.container(border=True, horizontal=True, vertical_alignment="center"):
    st.markdown(components.plain(profile.headline_with(len(decide), len(done))), width="stretch")
    st.download_button(
        "Save report",
        data=lambda: profile.to_html(project.name).encode("utf-8"),
        file_name=file_name(f"{project.name}-profile", ".html"),
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="page.report",
        help="One file with everything on this page, to read in any browser or to print.",
    )

blanks.show_undo()

VIEWS = {
    "findings": f"Findings · {len(decide)} to decide, {len(done)} done",
    "columns": f"Columns · {profile.n_columns:,}",
}
st.session_state.setdefault(findings.VIEW_KEY, "findings")
view = st.segmented_control(
    "What to look at",
    list(VIEWS),
    format_func=VIEWS.get,
    key=findings.VIEW_KEY,
    required=True,
    label_visibility="collapsed",
)
if view == "columns":
    column_view.show(project, profile)
else:
    findings.show(project, profile.findings)

components.next_step("Choose what to predict", "features")
