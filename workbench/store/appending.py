"""Files of the same shape put together: an archive of the parts in which one ReadSpec fits them all.

A part that can be read by the rules of the first file stays as it is. Another is written again by these rules, with
the cells as they stand in it; only numbers and dates that the first file's rules would misread are put in its form.
"""

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.differences import plain_name
from workbench.errors import CannotRead, Stopped
from workbench.specs import ReadSpec, Schema
from workbench.store.part_cells import compare_cells, in_the_form_of_the_first
from workbench.store.part_files import texts, write_part

if TYPE_CHECKING:
    import pandas as pd

ALL = "*"
HEAD_ROWS = 20_000  # from which it is told whether a part can stay as it is
LEAST_SHARED = 0.5
SHOWN = 5


@dataclass
class Together:
    """The archive while it grows, and what there is to say about it."""

    read: ReadSpec
    schema: Schema
    header: list[str]  # of the first file, as it stands there
    notes: list[str] = field(default_factory=list)
    n_parts: int = 0


def put_together(job: dict[str, Any], out: Path, on_progress, should_stop) -> dict[str, Any]:
    """Write the archive of an old file and of new ones.

    Parameters
    ----------
    job : dict
        ``path``, ``name``, ``read`` and ``schema`` of the old data set, and ``parts``: pairs of path and name.
    out : Path
        Gets the archive.

    Returns
    -------
    dict
        The job of reading the archive, with ``file_notes`` and ``n_parts``.

    Raises
    ------
    CannotRead
        A part is no table, or not of the same shape; names it.
    """
    from workbench.data.opening import told

    read, schema = ReadSpec.model_validate(job["read"]), Schema.model_validate(job["schema"])
    paths = [Path(path) for path, _ in job["parts"]]
    total = sum(path.stat().st_size for path in paths)
    done = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        whole = told(_begin)(archive, Path(job["path"]), job["name"], read, schema)
        for path, (_, name) in zip(paths, job["parts"], strict=True):
            if should_stop and should_stop():
                raise Stopped("Reading was stopped.")
            if on_progress:
                on_progress(done, total, f"Comparing “{name}” with the first file")
            _add(archive, whole, path, name)
            done += path.stat().st_size
    with out.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        **job,
        "path": str(out),
        "digest": digest,
        "read": read.but(member=ALL).model_dump(mode="json"),
        "schema": whole.schema.model_dump(mode="json"),
        "file_notes": whole.notes,
        "n_parts": whole.n_parts,
    }


def _begin(archive: zipfile.ZipFile, path: Path, name: str, read: ReadSpec, schema: Schema) -> Together:
    """Put the old file, or all parts of one that was put together before, into the archive."""
    from workbench.runtime.containers import members, unpacked

    found = members(path) if read.member == ALL else ()
    header: list[str] = []
    n_parts = 0
    for own_name, member in [(part.name, part.name) for part in found] or [(name, read.member)]:
        with unpacked(path, member) as plain:
            header = header or _header(plain, read)
            n_parts += 1
            archive.write(plain, own_name if found else _member_name(1, name))
    return Together(read, schema, [*header, *read.names[len(header) :]], n_parts=n_parts)


def _header(plain: Path, read: ReadSpec) -> list[str]:
    """Return the names as they stand in the file, which is how an archive's parts are matched."""
    from workbench.runtime.reading import read_raw

    rules = read.but(names=(), member="").model_dump(mode="json")
    return [" ".join(name.split()) for name in read_raw(plain, rules, max_rows=1).columns][: len(read.names) or None]


def _add(archive: zipfile.ZipFile, whole: Together, path: Path, name: str) -> None:
    from workbench.data import detect
    from workbench.data.opening import told
    from workbench.runtime.containers import unpacked
    from workbench.runtime.reading import read_raw

    try:
        found = detect(path, name=name)
        whole.n_parts += 1
        member = _member_name(whole.n_parts, name)
        with unpacked(path, found.read.member) as plain:
            own = found.read.but(member="")
            read_own = told(lambda rows: read_raw(plain, own.model_dump(mode="json"), max_rows=rows))
            head = read_own(HEAD_ROWS)
            places = _places(whole, found.read, list(head.columns), name)
            compared = compare_cells(
                whole.schema, dict(zip(whole.read.names, places, strict=False)), found.schema, head
            )
            whole.schema = compared.schema
            whole.notes += [f"“{name}”: {note}" for note in compared.notes]
            odd = {whole.read.names.index(column): rules for column, rules in compared.odd.items()}
            if not odd and _fits_as_it_is(plain, own, whole, head, places):
                archive.write(plain, member)
                _note_repetition(archive, whole, name)
                return
            table = _as_the_first(whole, read_own(None), places, odd, name)
        with archive.open(member, "w", force_zip64=True) as target:
            target.write(write_part(table, whole.header, whole.read))
    except CannotRead as error:
        message = error.message if f"“{name}”" in error.message else f"“{name}”: {error.message}"
        raise CannotRead(message, error.advice) from error


def _note_repetition(archive: zipfile.ZipFile, whole: Together, name: str) -> None:
    *before, last = archive.infolist()
    if any((part.CRC, part.file_size) == (last.CRC, last.file_size) for part in before):
        whole.notes.append(f"“{name}” holds the same as a file before it, so its rows are in the table twice.")


def _member_name(number: int, name: str) -> str:
    from workbench.runtime.archive_names import is_table_name

    member = f"{number:03d} {name}"
    return member if is_table_name(member) else f"{member}.data"


def _places(whole: Together, read: ReadSpec, columns: list[str], name: str) -> list[str | None]:
    """Return, for each column of the first file, the name it has in this part; None where it is not there."""
    if not read.header_rows and len(columns) == len(whole.header):
        if whole.read.header_rows:
            whole.notes.append(f"“{name}” has no column names; its columns were taken in the order of the first file.")
        return list(columns)
    exact = {" ".join(column.split()): column for column in columns}
    plain = [plain_name(column) for column in columns]
    loose = {key: column for key, column in zip(plain, columns, strict=True) if plain.count(key) == 1}
    wanted = [plain_name(column) for column in whole.header]
    places = [
        exact.get(column) or (loose.get(key) if wanted.count(key) == 1 else None)
        for column, key in zip(whole.header, wanted, strict=True)
    ]
    taken = {place for place in places if place is not None}
    lacking = [column for column, place in zip(whole.header, places, strict=True) if place is None]
    more = [column for column in columns if column not in taken]
    if len(taken) < LEAST_SHARED * len(whole.header):
        raise CannotRead(
            f"“{name}” has {len(taken)} of the {len(whole.header)} columns of the first file ({_named(whole.header)}), "
            "so it is not a part of the same table.",
            "Choose a file with the same columns, or start a project of its own with this one.",
        )
    if lacking:
        whole.notes.append(
            f"“{name}” lacks {_count(len(lacking))} of the first file, blank in its rows: {_named(lacking)}."
        )
    if more:
        whole.notes.append(
            f"“{name}” has {_count(len(more))} that the first file does not have, left out: {_named(more)}."
        )
    return places


def _fits_as_it_is(plain: Path, own: ReadSpec, whole: Together, head: "pd.DataFrame", places: list[str | None]) -> bool:
    """Whether the rules of the first file find the same cells in a part as its own rules do."""
    from workbench.runtime.errors import ReadingError
    from workbench.runtime.reading import read_raw

    first = whole.read
    if (own.format, own.encoding, own.footer_rows) != (first.format, first.encoding, first.footer_rows):
        return False
    try:
        found = read_raw(plain, first.but(names=(), member="").model_dump(mode="json"), max_rows=HEAD_ROWS)
    except ReadingError:
        return False
    found.columns = [" ".join(str(name).split()) for name in found.columns]
    known = [(name, place) for name, place in zip(whole.header, places, strict=True) if place is not None]
    if len(found) != len(head) or any(name not in found.columns for name, _ in known):
        return False
    return all(texts(found[name]) == texts(head[place]) for name, place in known)


def _as_the_first(
    whole: Together, raw: "pd.DataFrame", places: list[str | None], odd: dict, name: str
) -> "pd.DataFrame":
    """Return the cells of a part in the columns of the first file."""
    import pandas as pd

    columns = {}
    for position, place in enumerate(places):
        if place is None:
            columns[position] = pd.Series([""] * len(raw), dtype=object)
        elif position in odd:
            columns[position] = in_the_form_of_the_first(raw[place], *odd[position])
        else:
            columns[position] = raw[place].astype(object)
    table = pd.DataFrame(columns)
    filled = table.apply(lambda cells: [text != "" for text in texts(cells)]).any(axis=1)
    if not filled.all():
        whole.notes.append(f"“{name}”: {int((~filled).sum()):,} rows hold nothing in these columns and were left out.")
        table = table[filled]
    rewritten = [whole.read.names[position] for position in odd]
    if rewritten:
        whole.notes.append(
            f"“{name}”: {_count(len(rewritten))} written otherwise than in the first file (decimal mark or order of "
            f"day and month), put in its form: {_named(rewritten)}."
        )
    return table


def _named(columns: list[str]) -> str:
    return ", ".join(f"“{column}”" for column in columns[:SHOWN]) + (" …" if len(columns) > SHOWN else "")


def _count(number: int) -> str:
    return f"{number:,} column{'' if number == 1 else 's'}"
