"""What the store hands out: frozen records of projects, data sets, runs and models."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from workbench.data.questions import Question
from workbench.errors import NotFound
from workbench.specs import Draft, ExperimentSpec, ReadSpec, Schema

RunStatus = Literal["queued", "running", "stopping", "stopped", "finished", "failed", "interrupted"]
ACTIVE_STATUSES: tuple[RunStatus, ...] = ("queued", "running", "stopping")
ModelStatus = Literal["queued", "fitting", "ready", "failed", "to_refit"]
DROPPED = "dropped"  # cause of a candidate that did not fail but left the race
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\Z")


@dataclass(frozen=True)
class Project:
    """A project: its name and the choices made so far.

    Parameters
    ----------
    id : str
        Stands in addresses; lower-case letters, digits and hyphens.
    revision : int
        Counts the changes of the draft; hand it back to ``save_draft`` to notice changes made elsewhere.
    deleted_at : datetime or None
        When it was put in the bin.
    problem : str
        What could not be understood of the stored draft, as a sentence; empty as a rule.
    """

    id: str
    name: str
    draft: Draft
    revision: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True)
class ProjectCard:
    """One project on the home page. ``best`` (a kind), ``best_mean`` and ``metric`` are of the newest finished
    run, or of the newest with a score where none has finished; ``exported`` says that a service was made of it;
    ``size_bytes`` counts shared files in every project that uses them."""

    id: str
    name: str
    updated_at: datetime
    deleted_at: datetime | None
    dataset_name: str | None
    n_rows: int | None
    n_columns: int | None
    target: str
    n_runs: int
    running: bool
    best: str | None
    best_mean: float | None
    metric: str | None
    size_bytes: int
    exported: bool = False


@dataclass(frozen=True)
class Dataset:
    """A table in the store. Its fingerprint is that of the bytes and of the rules they are read by.

    Parameters
    ----------
    n_rows, n_file_rows : int
        Rows of the table that is worked with, and of the file; the former are fewer where it is a sample.
    raw_path, table_path : Path
        The file as it came, and the typed table as Parquet; neither name has an ending.
    misfits : dict of str to int
        Per column, the cells that do not fit its meaning and became missing, in the whole file; columns without any
        are absent.
    questions : tuple of Question
        What only the person can know about the file and has not answered yet.
    full_path, text_path : Path or None
        Of a sample: the typed table of all rows, and the text of the sampled ones, as Parquet.
    file_notes : tuple of str
        The part of ``notes`` that is about how the file came to be (parts put together), whatever rules it is read by.
    """

    fingerprint: str
    name: str
    origin: str
    n_rows: int
    n_columns: int
    size_bytes: int
    raw_path: Path
    table_path: Path
    read: ReadSpec
    schema: Schema
    sentence: str
    notes: tuple[str, ...]
    misfits: dict[str, int]
    created_at: datetime
    questions: tuple[Question, ...] = ()
    n_file_rows: int = 0
    full_path: Path | None = None
    text_path: Path | None = None
    file_notes: tuple[str, ...] = ()

    @property
    def is_sample(self) -> bool:
        """Whether the table that is worked with is a random sample of the file's rows."""
        return self.n_rows < self.n_file_rows

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is said before a model is trained on it, and kept with the run and its service."""
        if not self.is_sample:
            return ()
        return (
            f"The model learns from a random sample: {self.n_rows:,} of the {self.n_file_rows:,} rows of "
            f"“{self.name}”, since all of them take more memory than is allowed. Its scores are those of the sample.",
        )


@dataclass(frozen=True)
class Run:
    """One training run.

    Parameters
    ----------
    number : int
        1, 2, … within the project.
    spec : ExperimentSpec or None
        None where another version of the app wrote something this one cannot understand; ``problem`` says so.
    phase : str
        While running: ``loading``, ``scoring``, ``fitting`` or ``explaining``; otherwise empty.
    notes : dict
        The plan's sentences, as given to ``create_run``.
    error : str
        Why it failed or was interrupted, as a sentence.
    n_done, n_total : int
        (candidate, fold) pairs; the pairs of a failed candidate count as done.
    best : str or None
        Candidate key, of those that are complete.
    best_mean, baseline_mean : float or None
        Mean of the main metric over folds, in its own unit.
    seconds_left : float or None
        An estimate while running, None until there is something to estimate from.
    versions : dict of str to str
        Of python, numpy, pandas and scikit-learn when the run was created.
    host, pid, pid_created, heartbeat_at
        The worker process, while there is one.
    size_bytes : int
        Of stored predictions and models.
    """

    id: str
    project_id: str
    number: int
    spec: ExperimentSpec | None
    fingerprint: str
    status: RunStatus
    phase: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    notes: dict[str, Any]
    comment: str
    error: str
    metric: str
    n_done: int
    n_total: int
    best: str | None
    best_mean: float | None
    baseline_mean: float | None
    seconds_left: float | None
    app_version: str
    versions: dict[str, str]
    host: str = ""
    pid: int | None = None
    pid_created: float | None = None
    heartbeat_at: datetime | None = None
    size_bytes: int = 0
    problem: str = ""

    @property
    def active(self) -> bool:
        """Whether it waits or works."""
        return self.status in ACTIVE_STATUSES


@dataclass(frozen=True)
class Worker:
    """A worker process on record: it waits for a slot (``claimed_at`` is None) or works.

    ``candidate`` is the key to fit on all rows, or empty where the whole run is worked on. ``lease`` changes with
    every start: what an older process of the same run still writes is refused.
    """

    run_id: str
    candidate: str
    lease: str
    queued_at: float
    launched_at: float
    claimed_at: float | None
    heartbeat_at: float | None
    host: str
    pid: int | None
    pid_created: float | None


@dataclass(frozen=True)
class StoredModel:
    """A candidate fitted on all rows, or on its way to be. ``error`` says what is wrong where ``status`` is
    ``failed`` or ``to_refit`` (it came with an archive and was not made here, so it is not opened)."""

    key: str
    status: ModelStatus
    error: str
    size_bytes: int
    versions: dict[str, str]
    at: datetime


@dataclass(frozen=True)
class DiskUsage:
    """Bytes below the home folder, bytes free on its disk, and bytes per project (shared files in each)."""

    total_bytes: int
    free_bytes: int
    by_project: dict[str, int] = field(default_factory=dict)


def when(seconds: float | None) -> datetime | None:
    """Return seconds since 1970 as a UTC time; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def storable(text: str) -> str:
    """Return ``text`` without what a database refuses: NUL characters, and halves of characters.

    >>> storable("a\\0b\\ud800c")
    'ab?c'
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def checked_id(value: str, what: str) -> str:
    """Return ``value`` where it can be an id; ids come from addresses, so anything may be in them."""
    if not isinstance(value, str) or not _ID.match(value):
        raise NotFound(f"There is no {what} with this address.", "Open it from the list of projects.")
    return value


def new_id(name: str) -> str:
    """Return a fresh id that begins like ``name``.

    >>> new_id("Größe & Preis 2025")[:17]
    'grosse-preis-2025'
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss")).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:28].rstrip("-") or "project"
    return f"{slug}-{secrets.token_hex(5)}"
