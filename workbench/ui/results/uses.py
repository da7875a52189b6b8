"""What it uses: which columns it needs, what one changes, which act together, and why one row is answered as it is."""

import streamlit as st

from workbench.results import VIEWS
from workbench.ui.results import uses_effects, uses_pairs, uses_rows, views

OWN = {
    "column_effect": ("What a column changes", uses_effects.show),
    "pairs": ("Columns together", uses_pairs.show),
    "reasons": ("Reasons for a row", uses_rows.show),
}


def show(shown):
    """Show the chosen view of this tab; only that is computed."""
    kinds = {kind.name: kind for kind in VIEWS if kind.tab == "uses" and shown.run.spec.task in kind.tasks}
    labels = {name: kind.label for name, kind in kinds.items()} | {name: label for name, (label, _) in OWN.items()}
    name = st.segmented_control(
        "View",
        list(labels),
        default=next(iter(labels)),
        required=True,
        format_func=labels.get,
        key="page.results.view.uses",
        label_visibility="collapsed",
    )
    if name in OWN:
        OWN[name][1](shown)
    else:
        views.show_view(kinds[name], shown)
