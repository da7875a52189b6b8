"""Where it fails: groups of rows and single rows on which it is further off than elsewhere."""

import streamlit as st

from workbench.results import VIEWS
from workbench.ui.results import failures_fairness, failures_groups, failures_slices, views

OWN = {
    "weak_groups": ("Weak groups", failures_groups.show),
    "by_column": ("By column", failures_slices.show),
    "fairness": ("Fairness", failures_fairness.show),
}


def show(shown):
    """Show the chosen view of this tab; only that is computed."""
    kinds = {kind.name: kind for kind in VIEWS if kind.tab == "failures" and shown.run.spec.task in kind.tasks}
    labels = {name: label for name, (label, _) in OWN.items()} | {name: kind.label for name, kind in kinds.items()}
    name = st.segmented_control(
        "View",
        list(labels),
        default=next(iter(labels)),
        required=True,
        format_func=labels.get,
        key="page.results.view.failures",
        label_visibility="collapsed",
    )
    if name in OWN:
        OWN[name][1](shown)
    else:
        views.show_view(kinds[name], shown)
