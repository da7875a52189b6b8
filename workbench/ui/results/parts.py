"""The parts of a tab of the results page, of which one is shown: views of the estimator, and the tab's own."""

import streamlit as st

from workbench.results import VIEWS
from workbench.ui.results import views


def show(shown, tab, own=None, *, own_first=True):
    """Show the choice of a part, and the chosen one; only that is computed.

    Parameters
    ----------
    shown : Shown
        What the page is about.
    tab : str
        As ``ViewKind.tab``.
    own : dict of str to (str, callable(shown)), optional
        Parts beside the views that mean something for the task: name to label and what draws it.
    own_first : bool, default=True
        Whether those stand before the views.
    """
    kinds = {kind.name: kind for kind in VIEWS if kind.tab == tab and shown.run.spec.task in kind.tasks}
    ours, theirs = (
        {name: label for name, (label, _) in (own or {}).items()},
        {name: kind.label for name, kind in kinds.items()},
    )
    labels = ours | theirs if own_first else theirs | ours
    name = next(iter(labels))
    if len(labels) > 1:
        name = st.segmented_control(
            "View",
            list(labels),
            default=name,
            required=True,
            format_func=labels.get,
            key=key_of(tab),
            label_visibility="collapsed",
        )
    if name in ours:
        own[name][1](shown)
    else:
        views.show_view(kinds[name], shown)


def key_of(tab):
    """Return the key of the choice of a part of ``tab``."""
    return f"page.results.view.{tab}"
