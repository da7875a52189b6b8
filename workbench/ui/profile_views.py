"""The views of the Profile page, of which only the chosen one is drawn, and what stands there until it is known."""

import streamlit as st

from workbench.ui import (
    background,
    findings,
    profile_columns,
    profile_compare,
    profile_job,
    profile_pairs,
    profile_target,
)

SKELETON = 320  # pixels
# A view that needs all rows looked through, and what stands in its place until then.
LATER = {
    "findings": "Findings come when this is done. A first look at the columns meanwhile:",
    "pairs": "Columns are compared with each other as soon as each of them is counted.",
    "target": "Columns are held against the target as soon as each of them is counted.",
}


def choose(project, look):
    """Show the views that there are, and return the chosen one."""
    labels = _labels(project, look)
    if st.session_state.get(findings.VIEW_KEY) not in labels:
        st.session_state[findings.VIEW_KEY] = "findings"
    return st.segmented_control(
        "What to look at",
        list(labels),
        format_func=labels.get,
        key=findings.VIEW_KEY,
        required=True,
        label_visibility="collapsed",
    )


def _labels(project, look):
    labels = {"findings": "Findings", "columns": f"Columns · {look.profile.n_columns:,}", "pairs": "Pairs"}
    if look.stage == "complete":
        decide, done, _ = findings.groups(project.draft, look.profile.findings)
        labels["findings"] = f"Findings · {len(decide)} to decide, {len(done)} done"
    if project.draft.target:
        labels["target"] = "Target"
    return {**labels, "compare": "Compare"}


def show(project, look, view):
    """Show one of the views."""
    if look.job is not None and look.job.problem is None:  # also where it ended since it was looked at
        _working(look, LATER.get(view, ""))
    if view == "columns":
        profile_columns.show(project, look)
    elif view == "compare":
        profile_compare.show(project)
    elif look.stage == "complete":
        {"findings": _findings, "pairs": profile_pairs.show, "target": profile_target.show}[view](project, look)
    elif view == "findings":
        profile_columns.first_look(project, look)
    elif look.job.problem is None:
        st.skeleton(height=SKELETON)


def _findings(project, look):
    findings.show(project, look.profile.findings)


def _working(look, meanwhile):
    """Say what is being done, until more is known than is on the screen; then the page runs again."""

    @st.fragment(run_every=background.EVERY_SECONDS)
    def waiting():
        if look.job.done or (look.stage == "sketch" and profile_job.columns_of(look.asked) is not None):
            st.rerun()
        step = look.job.step or "Starting"
        st.markdown(f":material/hourglass_top: {step} … ({background.times(look.job)})")

    waiting()
    if meanwhile:
        st.caption(meanwhile)
