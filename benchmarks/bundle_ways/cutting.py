"""A person's file with fewer rows: spread evenly over it, and written the way it is written."""

import json
import shutil
from pathlib import Path

import numpy as np

from workbench.data import detect
from workbench.runtime.reading import read_raw

TEXT = ("delimited", "fixed_width")
BREAKS = ("\r\n", "\n", "\r")


def with_fewer_rows(path: Path, folder: Path, n_rows: int) -> Path:
    """Write the file into ``folder`` with at most ``n_rows`` rows and return where; a smaller one is copied as it is.

    Raises
    ------
    ValueError
        Files of this format cannot be written with fewer rows.
    """
    read = detect(path).read
    rules = read.model_dump(mode="json")
    raw = read_raw(path, rules)
    out = folder / path.name
    if len(raw) <= n_rows:
        shutil.copyfile(path, out)
        return out
    places = spread(len(raw), n_rows)
    if read.format in TEXT:
        text = path.read_bytes().decode(read.encoding)
        above = read.skip_rows + read.header_rows + read.skip_after_header
        out.write_bytes(fewer_records(text, above, n_rows, read.quote).encode(read.encoding))
    elif read.format == "json":
        records = json.loads(path.read_text(encoding="utf-8"))
        out.write_text(json.dumps([records[at] for at in places], ensure_ascii=False), encoding="utf-8")
    elif read.format == "parquet":
        from pyarrow import parquet

        parquet.write_table(parquet.read_table(path).take(places), out)
    elif read.format == "excel":
        out = out.with_suffix(".xlsx")  # nothing here writes the older kind
        workbook_of(raw.iloc[places], out)
    else:
        raise ValueError(f"{path.name}: no fewer rows can be written as {read.format}.")
    return out


def spread(n_rows: int, n_wanted: int) -> np.ndarray:
    """Return at most ``n_wanted`` positions among ``n_rows``, evenly spread, both ends included.

    >>> spread(9, 3).tolist(), spread(2, 5).tolist()
    ([0, 4, 8], [0, 1])
    """
    return np.unique(np.linspace(0, n_rows - 1, min(n_wanted, n_rows)).round().astype(int))


def fewer_records(text: str, above: int, n_rows: int, quote: str = '"') -> str:
    r"""Return the first ``above`` records of a text and ``n_rows`` of the others, evenly spread.

    >>> fewer_records('a\n1\n"2\n2"\n3\n4\n5\n', 1, 3)
    'a\n1\n3\n5\n'
    """
    found = records(text, quote)
    head, rows = found[:above], [record for record in found[above:] if record.strip()]
    return "".join(head + [rows[at] for at in spread(len(rows), n_rows)])


def records(text: str, quote: str = '"') -> list[str]:
    r"""Return the records of a text with their line ends; a line break between quotes ends none.

    >>> records('a,"b\rc"\rd,e\r')
    ['a,"b\rc"\r', 'd,e\r']
    """
    end = next((end for end in BREAKS if end in text), "\n")
    pieces = text.split(end)
    lines = [piece + end for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    found, record = [], ""
    for line in lines:
        record += line
        if not quote or record.count(quote) % 2 == 0:
            found.append(record)
            record = ""
    return [*found, record] if record else found


def workbook_of(raw, path: Path) -> None:
    """Write cells as a workbook: typed ones as they are, text as text, blanks as nothing."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append([str(name) for name in raw.columns])
    blank = raw.isna()
    for at in range(len(raw)):
        cells = raw.iloc[at].tolist()
        sheet.append([None if none else _cell(cell) for cell, none in zip(cells, blank.iloc[at], strict=True)])
    book.save(path)


def _cell(cell):
    """Return a cell as openpyxl takes it; a time zone has no place in a workbook."""
    cell = cell.item() if isinstance(cell, np.generic) else cell
    if hasattr(cell, "to_pydatetime"):
        cell = cell.to_pydatetime().replace(tzinfo=None)
    return cell
