"""Data sets come in: the bytes as they came, the rules they are read by, and the typed table as Parquet."""

import json
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa

from workbench.data.questions import Question
from workbench.errors import CannotRead
from workbench.specs import ReadSpec, RowStep, Schema
from workbench.store import upgrades
from workbench.store.datasets import Datasets, carry_over, keep_dataset
from workbench.store.files import Stored, space_in_words
from workbench.store.projects import draft_columns
from workbench.store.reading import SAMPLE, TABLE, TEXT, TOGETHER, Progress
from workbench.store.reading_process import read_file
from workbench.store.records import Dataset, checked_id, storable
from workbench.store.tables import PROJECT_DATASETS, PROJECTS

if TYPE_CHECKING:  # pandas is imported where it is needed: a worker that waits in the queue stays small
    import pandas as pd

_LONGEST_NAME = 200


class Intake(Datasets):
    """The part of the store that takes files in and reads them."""

    def take_in(
        self,
        project_id: str,
        staged: Path,
        name: str,
        *,
        read: ReadSpec | None = None,
        schema: Schema | None = None,
        origin: str = "file",
        digest: str = "",
        use: bool = True,
        on_progress: Progress | None = None,
        should_stop=None,
    ) -> Dataset:
        """Move a file that came by :meth:`staging` into a project and make it the data set in work.

        Parameters
        ----------
        staged : Path
            Gone afterwards, also where it cannot be read.
        name : str
            The file's name, for the screen and as a hint at its format.
        read, schema : optional
            Rules to read by; what is not given is detected.
        digest : str, optional
            SHA-256 of the file, where it was computed while it came.
        use : bool
            False: it is only added to the project; :meth:`use_dataset` makes it the data set in work.
        on_progress : callable, optional
            Called as ``on_progress(done_bytes, total_bytes, words)``, in this thread.
        should_stop : callable, optional
            Asked while reading; where it returns True, nothing is kept.

        Raises
        ------
        CannotRead
            The file is not a table.
        Stopped
            ``should_stop`` said so.
        NoSpace
            The disk is full.
        NotFound
            There is no such project.
        """
        checked_id(project_id, "project")
        self.project(project_id)
        try:
            raw = self.files.adopt(staged, digest)
        except FileNotFoundError as error:
            raise CannotRead("The file is not there (any more).", "Upload it again.") from error
        how = {"read": read, "schema": schema, "origin": origin, "use": use}
        try:
            return self._read_and_link(project_id, raw, name, **how, on_progress=on_progress, should_stop=should_stop)
        except BaseException:
            self.files.withdraw(raw)  # gigabytes, maybe
            raise

    def add_dataset(
        self,
        project_id: str,
        source: Path | BinaryIO,
        name: str,
        *,
        read: ReadSpec | None = None,
        schema: Schema | None = None,
        origin: str = "file",
        on_progress: Progress | None = None,
    ) -> Dataset:
        """Take a copy of a file into a project and make it the data set in work; otherwise like :meth:`take_in`.

        Parameters
        ----------
        source : Path or binary file
            Copied in pieces; never held in memory as a whole.
        """
        checked_id(project_id, "project")
        self.project(project_id)
        try:
            opened = source.open("rb") if isinstance(source, Path) else nullcontext(source)
        except OSError as error:
            raise CannotRead(
                f"{source} could not be opened ({error.strerror}).", "Check its name and folder."
            ) from error
        with opened as stream:
            raw = self.files.add_stream(stream)
        how = {"read": read, "schema": schema, "origin": origin}
        return self._read_and_link(project_id, raw, name, **how, on_progress=on_progress)

    def add_frame(self, project_id: str, frame: "pd.DataFrame", name: str, origin: str = "practice") -> Dataset:
        """Take a frame into a project, by way of a CSV file, so that it is detected and read like any other."""
        with tempfile.TemporaryDirectory(dir=self.files.folder, prefix="writing-") as folder:
            path = Path(folder) / "table.csv"
            with space_in_words(self.home):
                self.files.require(int(frame.memory_usage(deep=False).sum()))
                frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
            stem = name if name.lower().endswith(".csv") else f"{name}.csv"
            return self.add_dataset(project_id, path, stem, origin=origin)

    def _read_and_link(
        self, project_id: str, raw: Stored | None, name: str, *, use: bool = True, step: RowStep | None = None, **how
    ) -> Dataset:
        row = self._dataset_row(raw, file_name(name), **how)
        fingerprint, name = row["fingerprint"], row["name"]
        with self.database.write() as connection:
            keep_dataset(connection, row)
            connection.execute(sa.delete(PROJECT_DATASETS).where(*link_of(project_id, fingerprint)))
            link = {"project_id": project_id, "fingerprint": fingerprint, "name": name, "origin": row["origin"]}
            connection.execute(sa.insert(PROJECT_DATASETS).values(**link, added_at=time.time()))
            if use:
                put_in_work(connection, project_id, fingerprint, Schema.model_validate_json(row["schema_spec"]), step)
        return self.dataset(fingerprint, project_id)

    def _dataset_row(
        self,
        raw: Stored | None,
        name: str,
        *,
        read: ReadSpec | None = None,
        schema: Schema | None = None,
        origin: str = "file",
        file_notes: tuple[str, ...] = (),
        kept_notes: tuple[str, ...] = (),
        questions: tuple[Question, ...] | None = None,
        sample_rows: int | None = None,
        job: dict | None = None,
        on_progress: Progress | None = None,
        should_stop=None,
    ) -> dict:
        """Read stored bytes into a typed table, or what a ``job`` says; return the row that describes it."""
        job = job or {
            "path": str(self.files.path(raw.digest)),
            "name": name,
            "digest": raw.digest,
            "read": None if read is None else read.model_dump(mode="json"),
            "schema": None if schema is None else schema.model_dump(mode="json"),
            "sample_rows": sample_rows,
        }
        with tempfile.TemporaryDirectory(dir=self.files.folder, prefix="writing-") as folder:
            found = read_file({**job, "folder": folder}, on_progress, should_stop)
            is_sample = found["n_rows"] < found["n_file_rows"]
            nothing = Stored("", 0)
            whole = self.files.adopt(Path(folder) / TABLE)
            table = self.files.adopt(Path(folder) / SAMPLE) if is_sample else whole
            text = self.files.adopt(Path(folder) / TEXT) if is_sample else nothing
            raw = raw or self.files.adopt(Path(folder) / TOGETHER, found["digest"])
        full = whole if is_sample else nothing
        file_notes = (*file_notes, *found["file_notes"])
        if found["n_parts"] > 1:
            name = f"{name} and {found['n_parts'] - 1} more"
        if questions is not None:
            found["questions"] = [question.to_json() for question in questions]
        return {
            "fingerprint": found["fingerprint"],
            "name": name,
            "origin": origin,
            "n_rows": found["n_rows"],
            "n_file_rows": found["n_file_rows"],
            "n_columns": found["n_columns"],
            "raw_digest": raw.digest,
            "raw_bytes": raw.size_bytes,
            "table_digest": table.digest,
            "table_bytes": table.size_bytes,
            "full_digest": full.digest,
            "full_bytes": full.size_bytes,
            "text_digest": text.digest,
            "text_bytes": text.size_bytes,
            "read_spec": json.dumps(found["read"]),
            "schema_spec": json.dumps(found["schema"]),
            "sentence": storable(found["sentence"]),
            "notes": json.dumps(list(dict.fromkeys([*file_notes, *kept_notes, *found["notes"]]))),
            "file_notes": json.dumps(list(file_notes)),
            "misfits": json.dumps(found["misfits"]),
            "questions": json.dumps(found["questions"]),
            "created_at": time.time(),
        }


def file_name(name: str) -> str:
    """Return a file's name without folders, and without what a database refuses."""
    return storable(Path(name.replace("\\", "/")).name)[-_LONGEST_NAME:] or "table"


def link_of(project_id: str, fingerprint: str) -> tuple:
    """Return the conditions that name the link between a project and a data set."""
    return PROJECT_DATASETS.c.project_id == project_id, PROJECT_DATASETS.c.fingerprint == fingerprint


def put_in_work(
    connection: sa.Connection, project_id: str, fingerprint: str, schema: Schema, step: RowStep | None = None
) -> None:
    """Make a data set the one in work; what the draft says of columns that it lacks is reset."""
    old = connection.execute(sa.select(PROJECTS).where(PROJECTS.c.id == project_id)).one()
    draft = carry_over(upgrades.draft(json.loads(old.draft))[0], schema, fingerprint).draft
    if step is not None and step not in draft.recipe.rows:
        draft = draft.but(recipe=draft.recipe.but(rows=(*draft.recipe.rows, step)))
    values = {"revision": old.revision + 1, "updated_at": time.time(), **draft_columns(draft)}
    connection.execute(sa.update(PROJECTS).where(PROJECTS.c.id == project_id).values(values))
