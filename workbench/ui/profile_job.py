"""Profiles made in the background: one job per data set and target, shared by all tabs and pages, never made twice.

A table that is looked through within a moment is not noticed as a job. Of a longer one the page shows what is known
so far: first the sketch of its file, then its columns, then everything.
"""

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling import Profile, profile
from workbench.profiling.sketch import sketch
from workbench.specs import Task
from workbench.store.profile_process import profile_apart
from workbench.ui import background, state

PREFIX = "profile:"
PATIENCE_SECONDS = 0.35  # work that takes longer is shown as such
HEAD_START_SECONDS = 0.3  # for the page to draw what is known already, before all cores are busy
LONGEST_WAIT_SECONDS = 600
ATTEMPTS = 6  # at a profile that has just ended, was let go of, or takes longer than that
MOST_KEPT = 8  # profiles in memory; all of them are in the store
SMALL_CELLS, FEW_COLUMNS = 2_000_000, 200  # half a second of work; a process takes longer to start
WAITING, OPENING = "Waiting until another table is looked through", "Opening the table"
COLUMNS = "Counting and measuring every column"
DEEPER = "Comparing columns and looking for what matters"
DEEPER_WITH_TARGET = "Scoring each column against the target, comparing columns, and looking for what matters"
# A table that is opened in the thread has no page on which its spinner could turn, and need not say so in the log.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
_turn = threading.BoundedSemaphore(1)  # two tables at once take twice the memory and are no sooner ready


@dataclass(frozen=True)
class Asked:
    """Which profile is meant."""

    fingerprint: str
    target: str = ""
    task: Task | None = None

    @property
    def key(self) -> str:
        """Under which it is kept in the store."""
        return f"{self.fingerprint}-{self.target}-{self.task or ''}"

    @property
    def name(self) -> str:
        """Of its job."""
        return f"{PREFIX}{self.key}"


@dataclass
class Kept:
    """What is known of the profiles that were asked for last; ``columns`` is of those under way."""

    complete: OrderedDict[str, Profile] = field(default_factory=OrderedDict)
    columns: dict[str, Profile] = field(default_factory=dict)

    def put(self, key: str, found: Profile) -> None:
        """Keep a complete profile, and let go of the one that was not asked for longest."""
        self.complete[key] = found
        self.columns.pop(key, None)
        while len(self.complete) > MOST_KEPT:
            self.complete.popitem(last=False)


@st.cache_resource
def _kept() -> Kept:
    return Kept()


def complete(asked: Asked) -> Profile | None:
    """Return the profile if it has been made, else None."""
    kept = _kept()
    found = kept.complete.get(asked.key)
    if found is None:
        stored = state.store().artifact("profile", asked.key)
        if stored is None:
            return None
        try:
            found = Profile.from_json(stored)
        except (KeyError, TypeError, ValueError):
            return None  # made by an older version
        kept.put(asked.key, found)
    return found


def columns_of(asked: Asked) -> Profile | None:
    """Return the columns of a profile that is under way and has come so far, else None."""
    return _kept().columns.get(asked.key)


@st.cache_resource(max_entries=16, show_spinner=False)
def sketched(fingerprint: str) -> Profile:
    """Return the sketch of a data set (cached)."""
    dataset = state.dataset(fingerprint)
    return sketch(dataset.table_path, dataset.schema)


def start(asked: Asked) -> background.Job | None:
    """Have the profile made if nobody does already; return the job, or None where it has just ended."""
    make = _make_here if is_small(asked.fingerprint) else _make_apart
    return background.start(asked.name, lambda job: make(asked, job)) or background.job(asked.name)


def is_small(fingerprint: str) -> bool:
    """Whether a data set is looked through sooner here than by a process of its own."""
    dataset = state.dataset(fingerprint)
    return dataset.n_rows * dataset.n_columns <= SMALL_CELLS and dataset.n_columns <= FEW_COLUMNS


def _make_here(asked: Asked, job: background.Job) -> None:
    """Make a small table's profile (in a thread)."""
    if complete(asked):
        return
    job.say(COLUMNS)
    schema = state.dataset(asked.fingerprint).schema
    found = profile(state.table(asked.fingerprint), schema, target=asked.target, task=asked.task)
    _kept().put(asked.key, found)
    state.store().put_artifact("profile", asked.key, found.to_json())


def _make_apart(asked: Asked, job: background.Job) -> None:
    """Have a large table's profile made by a process (in a thread that waits for it)."""
    kept = _kept()

    def columns_known(found: Profile) -> None:
        kept.columns[asked.key] = found
        job.say(DEEPER_WITH_TARGET if asked.target else DEEPER)

    job.say(WAITING)
    with _turn:
        if complete(asked):
            return
        job.say(OPENING)
        time.sleep(HEAD_START_SECONDS)
        try:
            profile_apart(
                state.store(),
                asked.fingerprint,
                asked.key,
                target=asked.target,
                task=asked.task,
                on_table=lambda: job.say(COLUMNS),
                on_columns=columns_known,
            )
        finally:
            kept.columns.pop(asked.key, None)


def wait(asked: Asked) -> Profile:
    """Return the complete profile, made now if it has to be; raises the problem that its making ended with."""
    for _ in range(ATTEMPTS):
        found = complete(asked)
        if found is not None:
            return found
        job = start(asked)
        if job is None:
            continue
        with st.spinner("Looking at every column …", show_time=True):
            job.wait(LONGEST_WAIT_SECONDS)  # then once more
        if job.problem:
            background.forget(job.name)
            raise job.problem
    raise WorkbenchError("This table's profile does not come about.", "Reload the page; the server's log says more.")


@dataclass(frozen=True)
class Look:
    """What a page has to show.

    Attributes
    ----------
    asked : Asked
    profile : Profile or None
        Complete, or as far as it is known; None where not even the file could be opened.
    stage : {"complete", "columns", "sketch", ""}
        How far it is known.
    job : Job or None
        What works on it, or ended with a problem; None where the profile is complete.
    """

    asked: Asked
    profile: Profile | None
    stage: str = "complete"
    job: background.Job | None = None


def look(asked: Asked) -> Look:
    """Return the profile as far as it is known after a moment; begin to make it where that has not been tried."""
    found = complete(asked)
    if found:
        return Look(asked, found)
    job = background.job(asked.name) or start(asked)
    if job is not None and is_small(asked.fingerprint):
        job.wait(max(PATIENCE_SECONDS - job.seconds, 0))
    found = complete(asked)
    if found or job is None:
        return Look(asked, found or wait(asked))
    columns = columns_of(asked)
    if columns:
        return Look(asked, columns, "columns", job)
    try:
        return Look(asked, sketched(asked.fingerprint), "sketch", job)
    except (WorkbenchError, OSError, ValueError):  # the job says what is wrong
        return Look(asked, None, "", job)
