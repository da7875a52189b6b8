"""Data sets that are kept: looked up, loaded, and what happens to a draft when its data set changes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from workbench.data.questions import Question
from workbench.errors import ModelUnusable, NotFound
from workbench.specs import Draft, ReadSpec, Recipe, Schema, SplitSpec
from workbench.store.base import Base
from workbench.store.files import Stored
from workbench.store.reading import ROW
from workbench.store.records import Dataset, checked_id, when
from workbench.store.tables import DATASETS, PROJECT_DATASETS

if TYPE_CHECKING:  # pandas is imported where it is needed: a worker that waits in the queue stays small
    import pandas as pd


# Of a text file beyond this, single columns are read in pieces: as a whole it takes several times its size in memory.
BIG_BYTES = 64 * 2**20


@dataclass(frozen=True)
class CarriedOver:
    """A draft after its data set changed, and what of it was reset, as sentences."""

    draft: Draft
    lost: tuple[str, ...]


class Datasets(Base):
    """The part of the store that hands out data sets."""

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
        """Return the typed table, or some of its columns, with the rows' positions in the file as index.

        Where the data set ``is_sample`` these are the sampled rows, and the positions are not consecutive.
        """
        found = self.dataset(fingerprint)
        return _indexed(found.table_path, found, columns)

    def load_raw(self, fingerprint: str, columns: list[str] | None = None) -> "pd.DataFrame":
        """Return the cells as the text in the file, of all columns or of some, with the index of :meth:`load_table`."""
        from workbench.runtime.reading import read_raw

        found = self.dataset(fingerprint)
        if found.text_path is not None:
            return _indexed(found.text_path, found, columns)
        self._raw(found)
        if columns is not None and found.size_bytes > BIG_BYTES:
            some = text_columns(found.raw_path, found.read, columns, found.n_rows)
            if some is not None:
                return some
        raw = read_raw(found.raw_path, found.read.model_dump(mode="json"))
        return raw if columns is None else raw[columns]

    def _raw(self, dataset: Dataset) -> Stored:
        if not dataset.raw_path.is_file():
            raise ModelUnusable(
                f"The stored file of “{dataset.name}” is missing ({dataset.raw_path}).",
                "Add the file again on the Data page.",
            )
        return Stored(dataset.raw_path.name, dataset.size_bytes)

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
    if draft.test_dataset == fingerprint:
        changes["test_dataset"] = ""
        lost.append("The table in work was the one to test on, so there is none to test on any more.")
    return CarriedOver(draft.but(**changes), tuple(lost))


def keep_dataset(connection: sa.Connection, row: dict) -> None:
    """Insert the row of a data set, or put it in the place of the one with the same fingerprint (which may have
    been read by an older app, or have lost its table)."""
    same = DATASETS.c.fingerprint == row["fingerprint"]
    if connection.execute(sa.update(DATASETS).where(same).values(row)).rowcount == 0:
        connection.execute(sa.insert(DATASETS).values(row))


def _columns_of(step) -> set[str]:
    return {*getattr(step, "columns", ()), *([step.column] if hasattr(step, "column") else [])}


def _indexed(path: Path, dataset: Dataset, columns: list[str] | None) -> "pd.DataFrame":
    """Return rows of Parquet under their positions in the file."""
    import pandas as pd
    import pyarrow as pa

    try:
        if columns is not None and dataset.is_sample:
            columns = [*columns, ROW]
        table = _columns_of_file(path, columns)
    except (OSError, pa.ArrowException) as error:
        raise ModelUnusable(
            f"The stored table {path} is missing or damaged.", "Add the file again on the Data page."
        ) from error
    if dataset.is_sample:
        # The positions stand behind the columns of the file, where one may have the same name.
        last = table.num_columns - 1
        index, table = pd.Index(table.column(last).to_numpy()), table.remove_column(last)
    else:
        index = pd.RangeIndex(table.num_rows)
    frame = table.to_pandas().set_axis(index, axis=0)
    del table
    pa.default_memory_pool().release_unused()  # else Arrow keeps what it read with for as long as the app runs
    return frame


def text_columns(path: Path, read: ReadSpec, columns: list[str], n_rows: int) -> "pd.DataFrame | None":
    """Return some columns of a big text file, read in pieces; None where it must be read as a whole."""
    import pyarrow as pa

    from workbench.data.big.text_pieces import Irregular, text_pieces
    from workbench.runtime.containers import unpacked

    try:
        with unpacked(path, read.member) as plain:
            pieces = text_pieces(plain, read, then=lambda table: table.select(columns))
            table = pa.concat_tables([piece for piece, _ in pieces])
    except Irregular:
        return None
    # Blank cells are null in pieces, and "" in what is read as a whole.
    return table.to_pandas().fillna("") if table.num_rows == n_rows else None


def _columns_of_file(path: Path, columns: list[str] | None):
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    if columns is None:
        return file.read()
    missing = [name for name in columns if name not in file.schema_arrow.names]
    if missing:
        raise NotFound(f"The table has no column “{missing[0]}”.", "Choose one of its columns.")
    # pyarrow also returns "price.max" where "price" is asked for, since a dot could mean a nested column.
    return file.read(columns=columns).select(columns)
