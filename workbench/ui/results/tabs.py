"""The tabs of the results page, in the order in which a person asks; only the open one is computed."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from workbench.ui.results import failures, quality, uses
from workbench.ui.results.shown import Shown


@dataclass(frozen=True)
class TabKind:
    """One question about a model.

    Parameters
    ----------
    name, label : str
    show : callable(shown)
        Draws the tab.
    """

    name: str
    label: str
    show: Callable[[Shown], None]


TABS: tuple[TabKind, ...] = (
    TabKind("quality", "How good", quality.show),
    TabKind("failures", "Where it fails", failures.show),
    TabKind("uses", "What it uses", uses.show),
)


def show(shown):
    """Show the tabs."""
    places = st.tabs([kind.label for kind in TABS], key="page.results.tab", on_change="rerun")
    for kind, place in zip(TABS, places, strict=True):
        if place.open:
            with place:
                kind.show(shown)
