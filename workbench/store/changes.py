"""Data sets change: other rules for the same bytes, more files below, answers to questions, another one in work."""

import json
import re
from pathlib import Path

import sqlalchemy as sa

from workbench.data.questions import Question
from workbench.errors import NotFound
from workbench.specs import ReadSpec, Recipe, Schema
from workbench.store.intake import Intake, file_name, link_of, put_in_work
from workbench.store.reading import Progress
from workbench.store.records import Dataset
from workbench.store.tables import DATASETS, PROJECT_DATASETS

_MORE = re.compile(r" and \d+ more\Z")  # what append_files puts behind the name of the first file


class Changes(Intake):
    """The part of the store that makes data sets of data sets."""

    def retype_dataset(
        self,
        fingerprint: str,
        project_id: str,
        schema: Schema | None = None,
        *,
        read: ReadSpec | None = None,
        on_progress: Progress | None = None,
        should_stop=None,
    ) -> Dataset:
        """Read the same bytes by other rules: another fingerprint, and the data set in work of the project.

        With only ``read`` given, the columns are detected anew. With only ``schema`` given, the questions about the
        file stay, except those whose columns are read in another way now: these were answered.
        """
        old = self.dataset(fingerprint, project_id)
        raw = self._raw(old)
        questions, kept_notes = None, ()
        if schema is not None and read is None:
            kept_notes = _notes_that_hold(old, schema)
            questions = tuple(question for question in old.questions if not _is_answered(question, old.schema, schema))
        return self._read_and_link(
            project_id,
            raw,
            old.name,
            read=read or old.read,
            schema=schema,
            origin=old.origin,
            file_notes=old.file_notes,
            questions=questions,
            kept_notes=kept_notes,
            on_progress=on_progress,
            should_stop=should_stop,
        )

    def append_files(
        self,
        project_id: str,
        fingerprint: str,
        files: list[tuple[Path, str]],
        *,
        on_progress: Progress | None = None,
        should_stop=None,
    ) -> Dataset:
        """Put the rows of other files below those of a data set: a new data set, and the one in work.

        Columns are matched by their names. What a file lacks or has more is said in the notes; a file that can be
        read by the rules of the first stays as it is, another is written again by them. Single files are read by
        the rules of the new data set too.

        Parameters
        ----------
        files : list of (Path, str)
            Uploads in :meth:`staging` and their names, in order; gone afterwards.

        Raises
        ------
        CannotRead
            A file is no table, or shares less than half of the columns; names it, and nothing changes.
        """
        old = self.dataset(fingerprint, project_id)
        self._raw(old)
        name = _MORE.sub("", old.name)
        job = {
            "path": str(old.raw_path),
            "name": name,
            "read": old.read.model_dump(mode="json"),
            "schema": old.schema.model_dump(mode="json"),
            "sample_rows": None,
            "parts": [(str(path), file_name(name)) for path, name in files],
        }
        dataset = self._read_and_link(
            project_id,
            None,
            name,
            job=job,
            origin=old.origin,
            file_notes=old.file_notes,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        for path, _ in files:
            path.unlink(missing_ok=True)
        return dataset

    def answer_question(
        self,
        fingerprint: str,
        project_id: str,
        question: Question,
        answer_index: int,
        *,
        on_progress: Progress | None = None,
        should_stop=None,
    ) -> Dataset:
        """Take over the answer to a question about a file: its columns are read that way, its row step is added to
        the draft's recipe, and the question is gone.

        Where the answer changes no column, the table is not read again.

        Raises
        ------
        NotFound
            There is no such data set, or it does not have this question (any more).
        """
        old = self.dataset(fingerprint, project_id)
        if question not in old.questions or not 0 <= answer_index < len(question.answers):
            raise NotFound("This question about the data was answered already.", "Reload the page.")
        answer = question.answers[answer_index]
        questions = tuple(other for other in old.questions if other != question)
        changed = {column.name: column for column in answer.columns}
        schema = old.schema.but(columns=tuple(changed.get(column.name, column) for column in old.schema.columns))
        step = None if answer.step is None else Recipe.model_validate({"rows": [answer.step]}).rows[0]
        if schema == old.schema:
            with self.database.write() as connection:
                values = {"questions": json.dumps([other.to_json() for other in questions])}
                connection.execute(sa.update(DATASETS).where(DATASETS.c.fingerprint == fingerprint).values(values))
                put_in_work(connection, project_id, fingerprint, schema, step)
            return self.dataset(fingerprint, project_id)
        return self._read_and_link(
            project_id,
            self._raw(old),
            old.name,
            read=old.read,
            schema=schema,
            origin=old.origin,
            file_notes=old.file_notes,
            questions=questions,
            kept_notes=_notes_that_hold(old, schema),
            step=step,
            on_progress=on_progress,
            should_stop=should_stop,
        )

    def use_dataset(self, project_id: str, fingerprint: str) -> Dataset:
        """Make a data set of a project the one in work; what the draft says of columns that it lacks is reset."""
        schema = self.dataset(fingerprint, project_id).schema
        with self.database.write() as connection:
            put_in_work(connection, project_id, fingerprint, schema)
        return self.dataset(fingerprint, project_id)

    def drop_dataset(self, project_id: str, fingerprint: str) -> None:
        """Take a data set that is not in work out of a project."""
        with self.database.write() as connection:
            connection.execute(sa.delete(PROJECT_DATASETS).where(*link_of(project_id, fingerprint)))


def _is_answered(question: Question, old: Schema, new: Schema) -> bool:
    """Whether a column of ``question`` is gone, or is read in another way than when it was asked."""
    names = set(new.names)
    return any(name not in names or new.column(name) != old.column(name) for name in question.columns)


def _notes_that_hold(old: Dataset, schema: Schema) -> tuple[str, ...]:
    """Return the notes about the file, and those about columns that are read as before."""
    new = {column.name: column for column in schema.columns}
    changed = tuple(f"“{column.name}”: " for column in old.schema.columns if new.get(column.name) != column)
    return tuple(note for note in old.notes if not note.startswith(changed)) if changed else old.notes
