"""The tabs of the results page, in the order in which a person asks; only the open one is computed."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from workbench.modeling.split_words import counted_once
from workbench.results.views import ALL_TASKS, CLASSES
from workbench.specs import Task
from workbench.ui.results import compare, decide, decide_amounts, failures, quality, report, uses
from workbench.ui.results.shown import Shown


@dataclass(frozen=True)
class TabKind:
    """One question about a model.

    Parameters
    ----------
    name, label : str
    show : callable(shown)
        Draws the tab.
    tasks : tuple of Task
        For which it means something.
    """

    name: str
    label: str
    show: Callable[[Shown], None]
    tasks: tuple[Task, ...] = ALL_TASKS


TABS: tuple[TabKind, ...] = (
    TabKind("decide", "Decide", decide.show, CLASSES),
    TabKind("decide_amounts", "Decide", decide_amounts.show, ("regression",)),
    TabKind("quality", "How good", quality.show),
    TabKind("failures", "Where it fails", failures.show),
    TabKind("uses", "What it uses", uses.show),
    TabKind("compare", "Compare", compare.show),
    TabKind("report", "Report", report.show),
)


def show(shown):
    """Show the tabs."""
    if counted_once(shown.run.spec.split):
        st.caption(counted_once(shown.run.spec.split))
    kinds = [kind for kind in TABS if shown.run.spec.task in kind.tasks]
    places = st.tabs([kind.label for kind in kinds], key="page.results.tab", on_change="rerun")
    for kind, place in zip(kinds, places, strict=True):
        if place.open:
            with place:
                kind.show(shown)
