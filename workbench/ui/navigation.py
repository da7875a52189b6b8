"""The list of pages, in the order of the journey, and which of them can be opened yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

PAGES_FOLDER = Path(__file__).resolve().parents[2] / "pages"
Need = Literal["nothing", "project", "data", "target", "scores"]

NEED_SENTENCES: dict[Need, tuple[str, str, str]] = {
    # need: (what is missing, page that provides it, words on the button)
    "project": ("No project is open.", "home", "Choose or start a project"),
    "data": ("This project has no data yet.", "data", "Open a file"),
    "target": ("It is not decided yet which column should be predicted.", "features", "Choose what to predict"),
    "scores": ("Nothing has been trained yet in this project.", "train", "Train estimators"),
}


@dataclass(frozen=True)
class PageKind:
    """One screen: a file in ``pages/``, its title, the question it answers, and what must exist before."""

    name: str
    title: str
    question: str
    need: Need


PAGES: tuple[PageKind, ...] = (
    PageKind("home", "Home", "What would you like to predict?", "nothing"),
    PageKind("data", "Data", "Is this how your table should be read?", "project"),
    PageKind("profile", "Profile", "What matters in this table, and what should be done about it?", "data"),
    PageKind("prepare", "Prepare", "Which rows should the model learn from?", "data"),
    PageKind("features", "Target and inputs", "Which column should be predicted, and from what?", "data"),
    PageKind("train", "Train", "Which estimator predicts best?", "target"),
    PageKind("results", "Results", "Is the model good enough for your purpose?", "scores"),
    PageKind("try_it", "Try it", "What does the model say about one case, or a whole file?", "scores"),
    PageKind("export", "Export", "How does the model get into service?", "scores"),
)


@dataclass(frozen=True)
class Progress:
    """What a project has so far; decides which pages are done, open or blocked.

    ``seen`` names the pages that were opened with the data set in work; ``problem`` tells that the target and inputs,
    as they are chosen, are known not to be trainable.
    """

    project: bool = False
    data: bool = False
    target: bool = False
    scores: bool = False
    exported: bool = False
    seen: frozenset[str] = frozenset()
    problem: bool = False

    def missing(self, need: Need) -> Need | None:
        """Return the first thing that is missing for ``need``, or None."""
        if need == "nothing":
            return None
        for step in ("project", "data", "target", "scores"):
            if not getattr(self, step):
                # Results of earlier runs stay open while the target is being changed.
                if step == "target" and need == "scores" and self.scores:
                    continue
                return step
            if step == need:
                return None
        return None

    def done(self, page: PageKind) -> bool:
        """Tell whether the step of ``page`` needs nothing more from the person."""
        return {
            "data": self.data,
            "profile": self.data and (self.scores or "profile" in self.seen),
            "prepare": self.data and (self.scores or "prepare" in self.seen),
            "features": self.target and not self.problem,
            "train": self.scores,
            "results": self.scores and "results" in self.seen,
            "try_it": self.scores and "try_it" in self.seen,
            "export": self.exported,
        }.get(page.name, False)


def page(name: str) -> PageKind:
    """Return the page called ``name``; KeyError where there is none."""
    for entry in PAGES:
        if entry.name == name:
            return entry
    raise KeyError(name)


def path_of(name: str) -> str:
    """Return the path of a page's script, as ``st.switch_page`` and ``st.page_link`` take it."""
    return str(PAGES_FOLDER / f"{page(name).name}.py")


def build(progress: Progress):
    """Return Streamlit's navigation with every page registered, marked done, open or blocked.

    All pages are registered in every run, since a page that is missing in a session's first run cannot be
    reached by a deep link; blocked ones explain themselves (see ``components.guard``).
    """
    entries = []
    for entry in PAGES:
        blocked = progress.missing(entry.need)
        icon = ":material/lock:" if blocked else ":material/check_circle:" if progress.done(entry) else None
        icon = ":material/home:" if entry.name == "home" else icon or ":material/radio_button_unchecked:"
        help_text = NEED_SENTENCES[blocked][0] if blocked else entry.question
        entries.append(
            st.Page(
                path_of(entry.name),
                title=entry.title,
                icon=icon,
                default=entry.name == "home",
                help=help_text,
            )
        )
    return st.navigation(entries)
