"""A project as one file: JSON and the files it names, in a zip called ``NAME.workbench``.

What is opened may come from anyone. So nothing in it is unpickled (a model this installation did not make is marked
for refitting), typed tables are read again from the raw bytes, every file must have the digest and size the JSON
states, entry names are never used as paths, and ids are made anew.
"""

import json
import lzma
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.data.questions import Question
from workbench.errors import CannotRead, WorkbenchError
from workbench.specs import ReadSpec, Recipe, Schema
from workbench.store import upgrades
from workbench.store.datasets import keep_dataset
from workbench.store.files import Stored, space_in_words
from workbench.store.intake import Intake
from workbench.store.projects import Projects, draft_columns, live_project
from workbench.store.records import ACTIVE_STATUSES, Project, new_id, storable
from workbench.store.tables import (
    ARTIFACTS,
    DATASETS,
    FAILURES,
    FOLD_LOG,
    FOLD_SCORES,
    MODELS,
    PROJECT_DATASETS,
    PROJECTS,
    RUNS,
)
from workbench.store.versions import app_version

FORMAT = "workbench project"
VERSION = 1
CONTENTS = "project.json"
MOST_CONTENTS_BYTES = 256 * 1024**2
# Real projects unpack to a few times their size. Up to the floor any ratio is let through: it harms nobody.
MOST_UNPACKED_RATIO = 50
UNPACKED_FLOOR_BYTES = 512 * 1024**2
_SHA256 = r"^[0-9a-f]{64}$"
# What zipfile raises besides its own error: encrypted entries (RuntimeError), exotic compression
# (NotImplementedError), damaged headers and streams (the rest).
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)
_DAMAGED += (OverflowError, struct.error)
_NOT_MADE_HERE = "This model came with a project file and was not made here, so it is not opened."


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)


class _Dataset(_Entry):
    fingerprint: str = Field(pattern=_SHA256)
    name: str
    origin: str
    raw: str = Field(pattern=_SHA256)
    read: dict[str, Any]
    schema_: dict[str, Any] = Field(alias="schema")
    # Of a project file of this version; files of earlier ones have no samples.
    sample_rows: int | None = Field(default=None, ge=1)
    file_notes: list[str] = []
    questions: list[dict[str, Any]] = []


class _FoldScore(_Entry):
    candidate: str
    fold: int
    scores: dict[str, float | int | str]
    fit_seconds: float
    score_seconds: float
    warnings: list[str]
    digest: str = Field(pattern=_SHA256)
    at: float


class _Failure(_Entry):
    candidate: str
    message: str
    cause: Literal["error", "killed", "dropped"]
    at: float


class _LogEntry(_Entry):
    candidate: str
    fold: int
    event: str
    pid: int
    at: float


class _Model(_Entry):
    candidate: str
    digest: str = Field(pattern=_SHA256)
    mark: str
    versions: dict[str, str]
    at: float


class _Artifact(_Entry):
    kind: str
    key: str  # what follows the run's id
    value: Any


class _Run(_Entry):
    number: int = Field(ge=1)
    spec: dict[str, Any]
    fingerprint: str = Field(pattern=_SHA256)
    status: Literal["queued", "running", "stopping", "stopped", "finished", "failed", "interrupted"]
    created_at: float
    started_at: float | None
    finished_at: float | None
    notes: dict[str, Any]
    comment: str
    error: str
    metric: str
    n_candidates: int
    n_folds: int
    best: str | None
    best_mean: float | None
    baseline_mean: float | None
    app_version: str
    versions: dict[str, str]
    fold_scores: list[_FoldScore]
    failures: list[_Failure]
    fold_log: list[_LogEntry]
    models: list[_Model]
    artifacts: list[_Artifact]


class _Contents(_Entry):
    format: Literal["workbench project"]
    version: int
    app_version: str
    name: str
    draft: dict[str, Any]
    datasets: list[_Dataset]
    runs: list[_Run]
    files: dict[str, int]  # digest to size in bytes


class Archive(Intake, Projects):
    """The part of the store that writes projects to one file and reads them back."""

    def export_project(self, project_id: str, out: Path) -> Path:
        """Write a project with its data, runs, predictions and models to ``out`` and return ``out``.

        Raises
        ------
        NotFound
            There is no such project.
        NoSpace
            The disk is full; ``out`` is as it was before.
        WorkbenchError
            A file of the project is missing from the store.
        """
        contents = self._contents(project_id)
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = out.with_name(f".{out.name}-{os.getpid()}-{time.monotonic_ns()}")
        try:
            with space_in_words(out.parent):
                with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                    archive.writestr(CONTENTS, json.dumps(contents, indent=1))
                    for digest in contents["files"]:
                        archive.write(self.files.path(digest), f"files/{digest}")
                temporary.replace(out)
        except FileNotFoundError as error:
            raise WorkbenchError(
                f"A file of this project is missing from the store ({error.filename}).",
                "Delete the run or data set it belongs to, or restore the folder from a backup.",
            ) from error
        finally:
            temporary.unlink(missing_ok=True)
        return out

    def import_project(self, source: Path | BinaryIO) -> Project:
        """Open a project file as a new project.

        Raises
        ------
        CannotRead
            It is not a project file, is damaged, was made by a newer version, or unpacks to far more than it is.
        NoSpace
            The disk is full.
        """
        try:
            with zipfile.ZipFile(source) as archive:
                contents = _read_contents(archive)
                self._take_files(archive, contents)
        except _DAMAGED as error:
            raise CannotRead(
                "This is not a project file of the workbench, or it is damaged.", "Save the project again and retry."
            ) from error
        except OSError as error:
            raise CannotRead(
                f"The project file could not be read ({error.strerror or type(error).__name__}).",
                "Save the project again and retry.",
            ) from error
        datasets = [(entry, *self._read_again(entry)) for entry in contents.datasets]
        return self._insert(contents, datasets)

    def _contents(self, project_id: str) -> dict[str, Any]:
        with self.database.read() as connection:
            project = live_project(connection, project_id)
            links = sa.select(DATASETS, PROJECT_DATASETS.c.name.label("own_name")).join(
                PROJECT_DATASETS, PROJECT_DATASETS.c.fingerprint == DATASETS.c.fingerprint
            )
            datasets = connection.execute(
                links.where(PROJECT_DATASETS.c.project_id == project_id).order_by(PROJECT_DATASETS.c.added_at)
            ).all()
            query = sa.select(RUNS).where(RUNS.c.project_id == project_id).order_by(RUNS.c.number)
            runs = [_run_contents(connection, run) for run in connection.execute(query).all()]
        digests = {row.raw_digest for row in datasets}
        digests.update(entry["digest"] for run in runs for entry in (*run["fold_scores"], *run["models"]))
        return {
            "format": FORMAT,
            "version": VERSION,
            "app_version": app_version(),
            "name": project.name,
            "draft": json.loads(project.draft),
            "datasets": [
                {
                    "fingerprint": row.fingerprint,
                    "name": row.own_name,
                    "origin": row.origin,
                    "raw": row.raw_digest,
                    "read": json.loads(row.read_spec),
                    "schema": json.loads(row.schema_spec),
                    # The same sample is drawn again when the file is opened: its seed follows from the file.
                    "sample_rows": row.n_rows if row.n_rows < row.n_file_rows else None,
                    "file_notes": json.loads(row.file_notes),
                    "questions": json.loads(row.questions),
                }
                for row in datasets
            ],
            "runs": runs,
            "files": {digest: self._size(digest) for digest in sorted(digests)},
        }

    def _size(self, digest: str) -> int:
        try:
            return self.files.path(digest).stat().st_size
        except FileNotFoundError as error:
            raise WorkbenchError(
                f"A file of this project is missing from the store ({error.filename}).",
                "Delete the run or data set it belongs to, or restore the folder from a backup.",
            ) from error

    def _take_files(self, archive: zipfile.ZipFile, contents: _Contents) -> None:
        self.files.require(sum(contents.files.values()))
        for digest, size_bytes in contents.files.items():
            try:
                with archive.open(f"files/{digest}") as stream:
                    stored = self.files.add_stream(stream, size_limit=size_bytes)
            except KeyError:
                raise CannotRead("The project file is incomplete.", "Save the project again and retry.") from None
            if stored.digest != digest:
                raise CannotRead(
                    "The project file is damaged: a file in it is not what it says.",
                    "Save the project again and retry.",
                )

    def _read_again(self, entry: _Dataset) -> tuple[dict, str]:
        try:
            read, schema = ReadSpec.model_validate(entry.read), Schema.model_validate(entry.schema_)
            questions = tuple(_question(value) for value in entry.questions)
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            raise CannotRead(
                f"The reading rules of “{entry.name}” in this project file cannot be understood.",
                "Save the project again with this version of the workbench.",
            ) from error
        raw = Stored(entry.raw, self.files.path(entry.raw).stat().st_size)
        row = self._dataset_row(
            raw,
            entry.name,
            read=read,
            schema=schema,
            origin=entry.origin,
            file_notes=tuple(storable(note) for note in entry.file_notes),
            questions=questions,
            sample_rows=entry.sample_rows,
        )
        return row, row["fingerprint"]

    def _insert(self, contents: _Contents, datasets: list[tuple[_Dataset, dict, str]]) -> Project:
        draft, _ = upgrades.draft(contents.draft)
        # Where the reading rules changed since, a table has another fingerprint here.
        renamed = {entry.fingerprint: fingerprint for entry, _, fingerprint in datasets}
        draft = draft.but(dataset=renamed.get(draft.dataset, ""), test_dataset=renamed.get(draft.test_dataset, ""))
        now, name = time.time(), " ".join(storable(contents.name).split())[:120] or "Project"
        project = {"id": new_id(name), "name": name, "revision": 0, "created_at": now, "updated_at": now}
        with self.database.write() as connection:
            connection.execute(sa.insert(PROJECTS).values({**project, **draft_columns(draft)}))
            for position, (entry, row, fingerprint) in enumerate(datasets):
                keep_dataset(connection, row)
                link = {"project_id": project["id"], "fingerprint": fingerprint, "name": entry.name}
                key = (PROJECT_DATASETS.c.project_id == project["id"], PROJECT_DATASETS.c.fingerprint == fingerprint)
                connection.execute(sa.delete(PROJECT_DATASETS).where(*key))
                added = {"origin": entry.origin, "added_at": now + position * 1e-3}
                connection.execute(sa.insert(PROJECT_DATASETS).values({**link, **added}))
            for run in contents.runs:
                self._insert_run(connection, run, project["id"], contents.files)
        return self.project(project["id"])

    def _insert_run(self, connection: sa.Connection, run: _Run, project_id: str, sizes: dict[str, int]) -> None:
        run_id = new_id("run")
        names = ("number", "fingerprint", "created_at", "started_at", "finished_at", "comment", "error", "metric")
        names += ("n_candidates", "n_folds", "best", "best_mean", "baseline_mean", "app_version")
        row = {name: getattr(run, name) for name in names}
        row |= {"id": run_id, "project_id": project_id, "phase": "", "queued_at": run.created_at}
        row |= {name: json.dumps(getattr(run, name)) for name in ("spec", "notes", "versions")}
        row["status"] = "stopped" if run.status in ACTIVE_STATUSES else run.status
        row["size_bytes"] = sum(sizes[entry.digest] for entry in (*run.fold_scores, *run.models))
        connection.execute(sa.insert(RUNS).values(row))
        for score in run.fold_scores:
            values = {"run_id": run_id, **score.model_dump(), "size_bytes": sizes[score.digest]}
            values |= {"scores": json.dumps(score.scores), "warnings": json.dumps(score.warnings)}
            connection.execute(sa.insert(FOLD_SCORES).values(values))
        for table, entries in ((FAILURES, run.failures), (FOLD_LOG, run.fold_log)):
            for entry in entries:
                connection.execute(sa.insert(table).values(run_id=run_id, **entry.model_dump()))
        for model in run.models:
            # The mark is bound to content, settings and candidate, and only this installation can make it.
            ours = model.mark == self._mark("model", model.digest, run.fingerprint, model.candidate)
            values = {"run_id": run_id, **model.model_dump(), "size_bytes": sizes[model.digest]}
            values |= {"versions": json.dumps(model.versions), "status": "ready" if ours else "to_refit"}
            connection.execute(sa.insert(MODELS).values(**values, error="" if ours else _NOT_MADE_HERE))
        for entry in run.artifacts:
            artifact = {"kind": entry.kind, "key": run_id + entry.key, "created_at": time.time()}
            value = json.dumps(entry.value)
            connection.execute(sa.insert(ARTIFACTS).values(**artifact, value=value))


def _question(value: dict[str, Any]) -> Question:
    """Return a question about a file; ValueError or TypeError where something in it is not of its kind."""
    question = Question.from_json(value)
    words = (question.code, question.sentence, *question.columns, *(answer.label for answer in question.answers))
    if not all(isinstance(word, str) for word in words) or not all(type(row) is int for row in question.rows):
        raise TypeError("not a question")
    Recipe.model_validate({"rows": [answer.step for answer in question.answers if answer.step is not None]})
    return question


def _read_contents(archive: zipfile.ZipFile) -> _Contents:
    """Return the JSON of an archive, after everything that can be checked without unpacking was checked."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if CONTENTS not in entries or entries[CONTENTS].file_size > MOST_CONTENTS_BYTES:
        raise zipfile.BadZipFile
    with archive.open(CONTENTS) as stream:
        text = stream.read(MOST_CONTENTS_BYTES + 1)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise zipfile.BadZipFile from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise zipfile.BadZipFile
    if isinstance(value.get("version"), int) and value["version"] > VERSION:
        raise CannotRead(
            f"This project file was made by a newer version of the workbench ({value.get('app_version', 'unknown')}).",
            "Open it there, or update this one.",
        )
    try:
        contents = _Contents.model_validate(value)
    except ValidationError as error:
        raise zipfile.BadZipFile from error
    _check_consistency(archive, contents)
    return contents


def _check_consistency(archive: zipfile.ZipFile, contents: _Contents) -> None:
    named = {entry.raw for entry in contents.datasets}
    named |= {entry.digest for run in contents.runs for entry in (*run.fold_scores, *run.models)}
    wrong_key = any(len(key) != 64 or set(key) - set("0123456789abcdef") for key in contents.files)
    twice = len({run.number for run in contents.runs}) < len(contents.runs)
    if wrong_key or twice or named - contents.files.keys() or min(contents.files.values(), default=0) < 0:
        raise zipfile.BadZipFile
    unpacked = sum(contents.files.values())
    packed = sum(entry.compress_size for entry in archive.infolist())
    if unpacked > max(UNPACKED_FLOOR_BYTES, MOST_UNPACKED_RATIO * packed):
        raise CannotRead(
            f"This project file would unpack to {unpacked / 1e9:,.1f} GB, far more than projects do.",
            "If it is yours, ask the person who runs this workbench.",
        )


def _run_contents(connection: sa.Connection, run: sa.Row) -> dict[str, Any]:
    def rows(table: sa.Table, order: sa.Column) -> list[dict]:
        found = connection.execute(sa.select(table).where(table.c.run_id == run.id).order_by(order)).all()
        return [{name: value for name, value in row._mapping.items() if name != "run_id"} for row in found]

    models = [row for row in rows(MODELS, MODELS.c.candidate) if row["digest"]]
    artifacts = sa.select(ARTIFACTS).where(ARTIFACTS.c.key.startswith(run.id, autoescape=True))
    return {
        **run._mapping,
        **{name: json.loads(run._mapping[name]) for name in ("spec", "notes", "versions")},
        "fold_scores": [
            {**row, "scores": json.loads(row["scores"]), "warnings": json.loads(row["warnings"])}
            for row in rows(FOLD_SCORES, FOLD_SCORES.c.at)
        ],
        "failures": rows(FAILURES, FAILURES.c.at),
        "fold_log": rows(FOLD_LOG, FOLD_LOG.c.id),
        "models": [{**row, "versions": json.loads(row["versions"])} for row in models],
        "artifacts": [
            {"kind": row.kind, "key": row.key.removeprefix(run.id), "value": json.loads(row.value)}
            for row in connection.execute(artifacts)
        ],
    }
