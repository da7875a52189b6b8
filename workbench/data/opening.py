"""Files to typed tables: detect, open_table, read_cells, read_table."""

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.data.columns.cells import beside_cells
from workbench.data.columns.meanings import detect_columns
from workbench.data.columns.quick_typing import type_column
from workbench.data.columns.summary_rows import MAX_ROWS_WITH_TOTALS, summary_questions
from workbench.data.files.packed import structure_of
from workbench.data.files.reading_words import reading_words
from workbench.data.files.structure import WHOLE_BYTES, dialect_of
from workbench.data.questions import Question
from workbench.errors import CannotRead
from workbench.runtime.containers import unpacked
from workbench.runtime.delimited import decoded, is_blank
from workbench.runtime.errors import ReadingError
from workbench.runtime.limits import brief, refuse_columns
from workbench.runtime.reading import read_raw_with_repairs
from workbench.runtime.records import Repairs, read_records, split_lines
from workbench.runtime.widths import fit_records
from workbench.runtime.workbooks import cell_text
from workbench.specs import ReadSpec, Schema

DETECT_ROWS = 20_000  # of a big file that detect() looks at
QUICK_BYTES = 2 * 2**20  # of text from which it is read in pieces
MAX_IRREGULAR_BYTES = 128 * 2**20  # of text for the forgiving reader, which takes up to 17 times that memory
N_EXAMPLES = 3


@dataclass(frozen=True)
class Detection:
    """How a file is read, found out from the file.

    Attributes
    ----------
    read : ReadSpec
    schema : Schema
    sentence : str
        What was assumed, in one or two sentences for the person.
    notes : tuple of str
        What the person should know or check.
    """

    read: ReadSpec
    schema: Schema
    sentence: str
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OpenedTable:
    """A typed table with the rules it was read by.

    Attributes
    ----------
    misfits : dict of str to int
        Per column, the cells that did not fit its meaning; columns without any may be absent.
    questions : tuple of Question
        What only the person can know; empty where the schema was given.
    """

    table: pd.DataFrame
    read: ReadSpec
    schema: Schema
    sentence: str
    notes: tuple[str, ...]
    misfits: dict[str, int]
    questions: tuple[Question, ...] = ()


def told(function):
    """Let nothing but CannotRead leave ``function`` for what is wrong with a file."""

    @functools.wraps(function)
    def telling(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ReadingError as error:
            raise CannotRead(brief(error.message), error.advice) from error
        except CannotRead as error:
            if (message := brief(error.message)) == error.message:
                raise
            raise CannotRead(message, error.advice) from error.__cause__
        except MemoryError as error:
            raise CannotRead("The file is too big for the memory of this computer.", "Keep fewer rows.") from error
        except FileNotFoundError as error:
            raise CannotRead("The file is not there (any more).", "Upload it again.") from error
        except OSError as error:
            raise CannotRead(f"The file cannot be opened ({error.strerror or error}).", "Upload it again.") from error

    return telling


@told
def detect(path, *, name=None):
    """Find out how the file at ``path`` is to be read.

    Parameters
    ----------
    path : path-like
    name : str, optional
        The name the person gave the file, where ``path`` is a temporary one.

    Raises
    ------
    CannotRead
        The file is empty, damaged, or no table; says what and where, and what to do now.
    """
    with structure_of(path) as (plain, structure):
        whole = structure.read.format not in ("delimited", "fixed_width") or plain.stat().st_size <= WHOLE_BYTES
        read, raw, repairs = raw_cells(plain, structure.read, None if whole else DETECT_ROWS)
    _, facts = described(raw, read, None, (*structure.notes, *repair_notes(repairs)), whole=whole)
    return Detection(read, facts["schema"], facts["sentence"], facts["notes"])


@told
def open_table(path, *, name=None, read=None, schema=None):
    """Read the file at ``path`` to a typed table; what is not given is found out.

    Parameters
    ----------
    path : path-like
    name : str, optional
        The name the person gave the file.
    read : ReadSpec, optional
    schema : Schema, optional
        Columns of the file that it does not name are left out.

    Returns
    -------
    OpenedTable

    Raises
    ------
    CannotRead
        As :func:`detect`; also where the file lacks a column of ``schema`` or has no rows.
    """
    return open_whole(path, read, schema)


def open_whole(path, read, schema, on_column=None):
    """Do what :func:`open_table` says; ``on_column`` as in :func:`described`."""
    if read is None:
        with structure_of(path) as (plain, structure):
            notes = structure.notes
            read, raw, repairs = raw_cells(plain, structure.read)
    else:
        notes = ()
        with unpacked(Path(path), read.member) as plain:
            read, raw, repairs = raw_cells(plain, read)
    done, facts = described(raw, read, schema, (*notes, *repair_notes(repairs)), on_column=on_column)
    columns = {name: done[name].values for name in facts["schema"].names}
    return OpenedTable(pd.DataFrame(columns, index=raw.index, copy=False), read, **facts)


def described(raw, read, schema, notes, *, whole=True, on_column=None):
    """Type raw cells, by ``schema`` or by what they look like; ``on_column(name)`` hears how far that is.

    Returns
    -------
    tuple of (dict of str to Typed, dict)
        The typed columns; and the fields of an :class:`OpenedTable` that say what was found.
    """
    done, questions, asked = beside_cells(raw, "typed", {}), (), schema is None
    if asked:
        found = detect_columns(raw, on_column)
        schema, done, questions = found.schema, found.typed, found.questions
        notes = (*notes, *found.notes)
    lacking = [column for column in schema.names if column not in raw.columns]
    if lacking:
        shown = ", ".join(f"“{column}”" for column in lacking[:5]) + (" …" if len(lacking) > 5 else "")
        raise CannotRead(f"The file has no column {shown}.", "Check that it has the columns of the first file.")
    _type_rest(raw, schema, done)
    counts, blank = {}, []
    for column in schema.columns:
        n_misfits, n_blank = _typed_counts(done, column.name)
        if n_misfits:
            counts[column.name] = n_misfits
            notes = (*notes, _misfit_note(column, raw[column.name], done[column.name].misfits, n_misfits))
        blank.append(n_blank)
    if asked and len(raw) <= MAX_ROWS_WITH_TOTALS:
        table = pd.DataFrame({name: done[name].values for name in schema.names}, copy=False)
        questions = (*questions, *summary_questions(table, schema))
    sentence = brief(_sentence(read, schema, len(raw), blank, whole))
    notes = tuple(map(brief, notes))
    return done, {
        "schema": schema,
        "sentence": sentence,
        "notes": notes,
        "misfits": counts,
        "questions": questions,
    }


def _type_rest(raw, schema, done):
    """Add to ``done`` the columns of ``schema`` that are not typed yet."""

    def add(column):
        done[column.name] = type_column(raw[column.name], column.model_dump(mode="json"))

    rest = [column for column in schema.columns if column.name not in done]
    n_threads = beside_cells(raw, "threads", 1)
    if n_threads == 1:
        for column in rest:
            add(column)
    else:
        with ThreadPoolExecutor(n_threads) as threads:
            list(threads.map(add, rest))


def _typed_counts(done, name):
    """Return how many cells of a typed column did not fit, and how many are blank."""
    if hasattr(done, "counts"):  # what is kept on the disk is not read for it
        return done.counts(name)
    return int(done[name].misfits.sum()), int(done[name].values.isna().sum())


@told
def read_table(path):
    """Return the file at ``path`` as a typed pandas.DataFrame, without hints.

    For notebooks: unlike in :func:`open_table`, identifiers that are whole numbers stay numbers, as they do in
    every other reader.
    """
    opened = open_table(path)
    table = opened.table
    for column in opened.schema.columns:
        if column.meaning == "identifier":
            as_numbers = type_column(table[column.name], {"name": column.name, "meaning": "integer"})
            leading_zero = table[column.name].str.match(r"[+-]?0\d", na=False).any()
            if not as_numbers.misfits.any() and not leading_zero and as_numbers.values.notna().any():
                table = table.assign(**{column.name: as_numbers.values})
    return table


@told
def read_cells(path):
    """Return (header, rows) of the file at ``path``: names and cells as the text that stands in the file.

    Unnamed and blank columns are kept; blank rows, titles above and notes below the table are not.
    """
    with structure_of(path) as (plain, structure):
        read, layout = structure.read, structure.layout
        if read.format not in ("delimited", "fixed_width"):
            read, raw, _ = raw_cells(plain, read)
            columns = [[cell_text(cell) for cell in raw[column]] for column in raw.columns]
            return list(raw.columns), [list(row) for row in zip(*columns, strict=True)]
        lines, end = split_lines(decoded(plain.read_bytes(), read.encoding))
    records = [cells for cells, _ in read_records(lines, end, dialect_of(read), width=len(read.names))]
    data = [cells for cells in records[read.skip_rows + read.header_rows + read.skip_after_header :]]
    data = [cells for cells in data if not is_blank(cells)]
    data = data[: len(data) - read.footer_rows]
    rows, _ = fit_records(data, max(layout.width, len(read.names)), read.delimiter)
    header = list(layout.header) if read.header_rows else list(read.names)
    return header, [["" if cell is None else cell for cell in row] for row in rows]


def raw_cells(path, read, max_rows=None):
    """Return (ReadSpec with names, raw cells, repairs); refuses a table without rows or columns."""
    raw, repairs = _in_pieces(path, read) if max_rows is None else (None, None)
    if raw is None:
        raw, repairs = read_raw_with_repairs(path, read.model_dump(mode="json"), max_rows=max_rows)
    if not len(raw.columns):
        raise CannotRead("The file holds no columns.", "Check that it is the right file.")
    refuse_columns(len(raw.columns))
    if not len(raw):
        names = ", ".join(f"“{name}”" for name in raw.columns[:5]) + (" …" if len(raw.columns) > 5 else "")
        raise CannotRead(f"The file has column names ({names}) but no rows.", "Check that it was saved completely.")
    if not read.names:
        read = read.but(names=tuple(str(name) for name in raw.columns))
    return read, raw, repairs


def _in_pieces(path, read):
    """Return (cells of a big text file, what was done to its records or None); Nones where it is read as a whole."""
    is_text, size = read.format in ("delimited", "fixed_width"), path.stat().st_size
    if not is_text or size <= QUICK_BYTES:
        return None, None
    # Imported here: small files never need it.
    from workbench.data.big.text_columns import TextColumns
    from workbench.data.big.text_pieces import Irregular

    try:
        return TextColumns.read(path, read), None
    except Irregular:
        return _irregular_columns(path, read) if size > MAX_IRREGULAR_BYTES else (None, None)


def _irregular_columns(path, read):
    from workbench.data.big.irregular_pieces import irregular_pieces
    from workbench.data.big.text_columns import TextColumns
    from workbench.data.big.text_pieces import Irregular

    repairs = Repairs()
    try:
        return TextColumns.read(path, read, partial(irregular_pieces, repairs=repairs)), repairs
    except Irregular as error:
        raise too_irregular() from error


def too_irregular():
    """Return the CannotRead for big text of which even the pieces do not fit."""
    return CannotRead(
        f"The file is bigger than {MAX_IRREGULAR_BYTES // 2**20:,} MB and holds a line of more than 64 MB, or the "
        "way it is read names no columns.",
        "Save it as Parquet, or keep fewer rows.",
    )


def _sentence(read, schema, n_rows, blank, whole):
    """Say how a file was read; ``blank`` are the counts of blank cells, by columns."""
    parts = reading_words(read, schema).values()
    shape = f"{_count(n_rows, 'row')}, " if whole else f"more than {n_rows:,} rows, " if n_rows else ""
    n_blank, n_columns = sum(blank), sum(count > 0 for count in blank)
    if not n_blank:
        about = "No blank cells." if whole else ""
    else:
        about = f"{_count(n_blank, 'blank cell')} in {_count(n_columns, 'column')}."
        about = about if whole else f"Blank cells in {_count(n_columns, 'column')}."
    return f"Read as {', '.join(parts)}: {shape}{_count(len(blank), 'column')}. {about}".strip()


def _count(number, noun):
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def repair_notes(repairs):
    """Return what the person should know about records that missed the width of the table."""
    if repairs is None:
        return ()
    where = f" (the first is row {repairs.examples[0][0] + 1:,})" if repairs.examples else ""
    notes = []
    if repairs.rejoined:
        notes.append(
            f"{_count(repairs.rejoined, 'row')} had a cell too many and {'was' if repairs.rejoined == 1 else 'were'} "
            f"joined again where the cut was likeliest{where}. Have a look at them."
        )
    if repairs.overflowing:
        notes.append(
            f"{_count(repairs.overflowing, 'row')} had more cells than there are columns; what was left over is kept "
            f"in the last column{where}. Have a look at them."
        )
    if repairs.shorter:
        notes.append(
            f"{_count(repairs.shorter, 'row')} had fewer cells than there are columns; the cells at their end are "
            f"left blank{where}."
        )
    return tuple(notes)


def _misfit_note(column, values, misfits, count):
    cells = values.iloc[np.flatnonzero(misfits)[:1000]]
    examples = list(dict.fromkeys(str(cell).strip() for cell in cells))[:N_EXAMPLES]
    shown = ", ".join(f"“{example[:40]}”" for example in examples)
    what = {"date": "no date", "integer": "no whole number"}.get(column.meaning, "no number")
    are = "is" if count == 1 else "are"
    return f"“{column.name}”: {_count(count, 'cell')} {are} {what} ({shown}) and {are} left blank."
