"""Data sets: the bytes as they came, the rules they are read by, and the typed table as Parquet."""

import json
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa

from workbench.data.questions import Question
from workbench.errors import CannotRead, ModelUnusable, NotFound
from workbench.specs import Draft, ReadSpec, Recipe, Schema, SplitSpec, fingerprint_of
from workbench.store import upgrades
from workbench.store.base import Base
from workbench.store.files import Stored, space_in_words
from workbench.store.projects import draft_columns
from workbench.store.records import Dataset, checked_id, storable, when
from workbench.store.tables import DATASETS, PROJECT_DATASETS, PROJECTS

if TYPE_CHECKING:  # pandas is imported where it is needed: a worker that waits in the queue stays small
    import pandas as pd

_LONGEST_NAME = 200


@dataclass(frozen=True)
class CarriedOver:
    """A draft after its data set changed, and what of it was reset, as sentences."""

    draft: Draft
    lost: tuple[str, ...]


class Datasets(Base):
    """The part of the store that keeps data sets."""

    def add_dataset(
        self,
        project_id: str,
        source: Path | BinaryIO,
        name: str,
        *,
        read: ReadSpec | None = None,
        schema: Schema | None = None,
        origin: str = "file",
    ) -> Dataset:
        """Take a file into a project and make it the data set in work.

        Parameters
        ----------
        source : Path or binary file
            Copied in pieces; never held in memory as a whole.
        name : str
            The file's name, for the screen and as a hint at its format.
        read, schema : optional
            Rules to read by; what is not given is detected.

        Raises
        ------
        CannotRead
            The file is not a table.
        NoSpace
            The disk is full.
        NotFound
            There is no such project.
        """
        checked_id(project_id, "project")
        self.project(project_id)
        name = storable(Path(name.replace("\\", "/")).name)[-_LONGEST_NAME:] or "table"
        try:
            opened = source.open("rb") if isinstance(source, Path) else nullcontext(source)
        except OSError as error:
            raise CannotRead(
                f"{source} could not be opened ({error.strerror}).", "Check its name and folder."
            ) from error
        with opened as stream:
            raw = self.files.add_stream(stream)
        return self._read_and_link(project_id, raw, name, read, schema, origin)

    def add_frame(self, project_id: str, frame: "pd.DataFrame", name: str, origin: str = "practice") -> Dataset:
        """Take a frame into a project, by way of a CSV file, so that it is detected and read like any other."""
        with tempfile.TemporaryDirectory(dir=self.files.folder, prefix="writing-") as folder:
            path = Path(folder) / "table.csv"
            with space_in_words(self.home):
                self.files.require(int(frame.memory_usage(deep=False).sum()))
                frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
            stem = name if name.lower().endswith(".csv") else f"{name}.csv"
            return self.add_dataset(project_id, path, stem, origin=origin)

    def retype_dataset(
        self, fingerprint: str, project_id: str, schema: Schema | None = None, *, read: ReadSpec | None = None
    ) -> Dataset:
        """Read the same bytes by other rules: another fingerprint, and the data set in work of the project.

        With only ``read`` given, the columns are detected anew.
        """
        old = self.dataset(fingerprint, project_id)
        raw = self._raw(old)
        return self._read_and_link(project_id, raw, old.name, read or old.read, schema, old.origin)

    def dataset(self, fingerprint: str, project_id: str | None = None) -> Dataset:
        """Return a data set; with ``project_id``, under the name it has in that project."""
        found = self._datasets(DATASETS.c.fingerprint == fingerprint, project_id)
        if not found:
            raise NotFound("This data set does not exist (any more).", "Add the file again on the Data page.")
        return found[0]

    def project_datasets(self, project_id: str) -> list[Dataset]:
        """Return the data sets of a project, the last added first."""
        checked_id(project_id, "project")
        theirs = sa.select(PROJECT_DATASETS.c.fingerprint).where(PROJECT_DATASETS.c.project_id == project_id)
        return self._datasets(DATASETS.c.fingerprint.in_(theirs), project_id)

    def load_table(self, fingerprint: str, columns: list[str] | None = None) -> "pd.DataFrame":
        """Return the typed table, or some of its columns, with the rows' positions in the file as index."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.dataset(fingerprint).table_path
        try:
            table = pq.ParquetFile(path).read() if columns is None else _some_columns(path, columns)
        except (OSError, pa.ArrowException) as error:
            raise ModelUnusable(
                f"The stored table {path} is missing or damaged.", "Add the file again on the Data page."
            ) from error
        return table.to_pandas().set_axis(pd.RangeIndex(table.num_rows), axis=0)

    def load_raw(self, fingerprint: str) -> "pd.DataFrame":
        """Return every cell as the text in the file."""
        from workbench.runtime.reading import read_raw

        found = self.dataset(fingerprint)
        self._raw(found)
        return read_raw(found.raw_path, found.read.model_dump(mode="json"))

    def _raw(self, dataset: Dataset) -> Stored:
        if not dataset.raw_path.is_file():
            raise ModelUnusable(
                f"The stored file of “{dataset.name}” is missing ({dataset.raw_path}).",
                "Add the file again on the Data page.",
            )
        return Stored(dataset.raw_path.name, dataset.size_bytes)

    def _read_and_link(self, project_id, raw, name, read, schema, origin) -> Dataset:
        row, schema = self._dataset_row(raw, name, read, schema, origin)
        now, fingerprint = time.time(), row["fingerprint"]
        with self.database.write() as connection:
            keep_dataset(connection, row)
            key = (PROJECT_DATASETS.c.project_id == project_id, PROJECT_DATASETS.c.fingerprint == fingerprint)
            connection.execute(sa.delete(PROJECT_DATASETS).where(*key))
            link = {"project_id": project_id, "fingerprint": fingerprint, "name": name, "origin": origin}
            connection.execute(sa.insert(PROJECT_DATASETS).values(**link, added_at=now))
            old = connection.execute(sa.select(PROJECTS).where(PROJECTS.c.id == project_id)).one()
            draft = carry_over(upgrades.draft(json.loads(old.draft))[0], schema, fingerprint).draft
            values = {"revision": old.revision + 1, "updated_at": now, **draft_columns(draft)}
            connection.execute(sa.update(PROJECTS).where(PROJECTS.c.id == project_id).values(values))
        return self.dataset(fingerprint, project_id)

    def _dataset_row(self, raw: Stored, name: str, read, schema, origin: str) -> tuple[dict, Schema]:
        """Read stored bytes into a typed table; return the row that describes it, and its schema."""
        from workbench.data import open_table

        opened = open_table(self.files.path(raw.digest), name=name, read=read, schema=schema)
        identity = {"raw": raw.digest, "read": opened.read.fingerprint, "schema": opened.schema.fingerprint}
        table = self.files.add_written(lambda path: _write_parquet(opened.table, path))
        row = {
            "fingerprint": fingerprint_of(identity),
            "name": name,
            "origin": origin,
            "n_rows": len(opened.table),
            "n_columns": len(opened.table.columns),
            "raw_digest": raw.digest,
            "raw_bytes": raw.size_bytes,
            "table_digest": table.digest,
            "table_bytes": table.size_bytes,
            "read_spec": json.dumps(opened.read.model_dump(mode="json")),
            "schema_spec": json.dumps(opened.schema.model_dump(mode="json")),
            "sentence": storable(opened.sentence),
            "notes": json.dumps(list(opened.notes)),
            "misfits": json.dumps({key: int(n) for key, n in opened.misfits.items() if n}),
            "created_at": time.time(),
            "questions": json.dumps([question.to_json() for question in getattr(opened, "questions", ())]),
            "file_notes": "[]",
            "n_file_rows": len(opened.table),
            **{"full_digest": "", "full_bytes": 0, "text_digest": "", "text_bytes": 0},
        }
        return row, opened.schema

    def _datasets(self, which, project_id: str | None) -> list[Dataset]:
        link = PROJECT_DATASETS.alias()
        on = sa.and_(link.c.fingerprint == DATASETS.c.fingerprint, link.c.project_id == (project_id or ""))
        query = (
            sa.select(DATASETS, link.c.name.label("own_name"), link.c.origin.label("own_origin"))
            .outerjoin(link, on)
            .where(which)
            .order_by(sa.func.coalesce(link.c.added_at, DATASETS.c.created_at).desc())
        )
        with self.database.read() as connection:
            return [self._dataset(row) for row in connection.execute(query)]

    def _dataset(self, row: sa.Row) -> Dataset:
        return Dataset(
            fingerprint=row.fingerprint,
            name=row.own_name or row.name,
            origin=row.own_origin or row.origin,
            n_rows=row.n_rows,
            n_columns=row.n_columns,
            size_bytes=row.raw_bytes,
            raw_path=self.files.path(row.raw_digest),
            table_path=self.files.path(row.table_digest),
            read=ReadSpec.model_validate_json(row.read_spec),
            schema=Schema.model_validate_json(row.schema_spec),
            sentence=row.sentence,
            notes=tuple(json.loads(row.notes)),
            misfits=json.loads(row.misfits),
            created_at=when(row.created_at),
            questions=tuple(Question.from_json(value) for value in json.loads(row.questions)),
            n_file_rows=row.n_file_rows,
            full_path=self.files.path(row.full_digest) if row.full_digest else None,
            text_path=self.files.path(row.text_digest) if row.text_digest else None,
            file_notes=tuple(json.loads(row.file_notes)),
        )


def carry_over(draft: Draft, schema: Schema, fingerprint: str) -> CarriedOver:
    """Return ``draft`` for another data set: what names columns that are not there any more is reset."""
    names, lost, changes = set(schema.names), [], {"dataset": fingerprint}
    if draft.target and draft.target not in names:
        changes |= {"target": "", "task": None, "positive": None, "metric": None, "candidates": None}
        lost.append(f"There is no column “{draft.target}” any more, so choose what to predict again.")
    steps = tuple(step for step in draft.recipe.rows if _columns_of(step) <= names)
    if steps != draft.recipe.rows:
        changes["recipe"] = Recipe(rows=steps)
        lost.append(f"{len(draft.recipe.rows) - len(steps)} row steps named columns that are not there any more.")
    choices = tuple(choice for choice in draft.choices if choice.name in names)
    if choices != draft.choices:
        changes["choices"] = choices
        lost.append(f"{len(draft.choices) - len(choices)} choices were about columns that are not there any more.")
    if draft.split.column and draft.split.column not in names:
        changes["split"] = SplitSpec(folds=draft.split.folds)
        lost.append(f"The rows were divided by “{draft.split.column}”, which is not there any more.")
    return CarriedOver(draft.but(**changes), tuple(lost))


def keep_dataset(connection: sa.Connection, row: dict) -> None:
    """Insert the row of a data set, or put it in the place of the one with the same fingerprint (which may have
    been read by an older app, or have lost its table)."""
    same = DATASETS.c.fingerprint == row["fingerprint"]
    if connection.execute(sa.update(DATASETS).where(same).values(row)).rowcount == 0:
        connection.execute(sa.insert(DATASETS).values(row))


def _columns_of(step) -> set[str]:
    return {*getattr(step, "columns", ()), *([step.column] if hasattr(step, "column") else [])}


def _write_parquet(table: "pd.DataFrame", path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # The index is the row's position, so it need not be stored.
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, compression="zstd")


def _some_columns(path: Path, columns: list[str]):
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    missing = [name for name in columns if name not in file.schema_arrow.names]
    if missing:
        raise NotFound(f"The table has no column “{missing[0]}”.", "Choose one of its columns.")
    # pyarrow also returns "price.max" where "price" is asked for, since a dot could mean a nested column.
    return file.read(columns=columns).select(columns)
