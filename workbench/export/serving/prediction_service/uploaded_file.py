"""A file of rows sent to the service: read by the rules of the training file, its columns found by their names."""

from pathlib import Path

import pandas as pd

from workbench.runtime.containers import packing
from workbench.runtime.reading import ReadingError, read_raw

TEXT_FORMATS = ("delimited", "fixed_width")
LEAST_HEAD_BYTES = 65_536
MORE_COLUMNS = 1_000  # that a file may have beside those of the training file
NAMED = 10


def read_rows(path: Path, manifest: dict, max_rows: int) -> pd.DataFrame:
    """Return at most ``max_rows`` rows of a file as they stand there.

    Columns may be missing, more, or in another order than in the training file. Rows that the training file had
    between header and data or below the data (units, notes) are not looked for: a service must not leave out rows.

    Raises
    ------
    ReadingError
        The file is compressed, cannot be read by the rules, or has none of the model's columns.
    """
    rules = {**manifest["read"], "footer_rows": 0, "skip_after_header": 0}
    fields = [field["name"] for field in manifest["fields"]]
    with path.open("rb") as stream:
        magic = stream.read(8)
    if packing(path, magic):
        raise ReadingError("The file is compressed.", "Send it unpacked.")
    try:
        if rules["format"] in TEXT_FORMATS:
            rules["names"] = _names(path, rules)
        else:
            rules["names"] = []
        raw = read_raw(path, rules, max_rows=max_rows)
    # What bytes are sent is not ours to choose; readers of other formats fail on them in these ways.
    except (OSError, ValueError, LookupError, ImportError) as error:
        raise ReadingError(f"The file cannot be read: {error}.", "Send one like the training file.") from error
    if set(fields).isdisjoint(raw.columns):
        raise ReadingError("The file has none of the columns that the model uses.", f"It uses {_listed(fields)}.")
    return raw


def _names(path: Path, rules: dict) -> list[str]:
    """Return the column names in the file, looking only at its begin."""
    trained = list(rules["names"])
    head = path.with_name("head")
    with path.open("rb") as stream:
        begin = stream.read(max(LEAST_HEAD_BYTES, 8 * sum(len(name) + 1 for name in trained)))
    # A line of nothing but separators must not become tens of thousands of columns: each costs time to make.
    text = begin.decode(rules["encoding"], errors="ignore")
    widest = max((line.count(rules["delimiter"]) for line in text.splitlines()), default=0)
    if rules["format"] == "delimited" and widest > MORE_COLUMNS + 2 * len(trained):
        raise ReadingError(f"A line has more than {widest} columns, the training file had {len(trained)}.")
    head.write_bytes(begin)
    found = list(read_raw(head, {**rules, "names": []}, max_rows=0 if rules["header_rows"] else 1).columns)
    if rules["header_rows"]:
        return [str(name) for name in found]
    if len(found) != len(trained):
        raise ReadingError(
            f"The training file has no header and {len(trained)} columns, this file has {len(found)}.",
            f"Send the columns {_listed(trained)}, in this order.",
        )
    return trained


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(f"“{name}”" for name in names[:NAMED]) + more
