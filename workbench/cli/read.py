"""``read``: open a file, say how it was understood, and write it as plain CSV."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.cli.outputs import check_outputs, write_csv, write_json
from workbench.cli.saying import say

if TYPE_CHECKING:
    import pandas as pd


def run(arguments: argparse.Namespace) -> None:
    """Read ``FILE``; write what was asked for."""
    outputs = (arguments.csv, arguments.json)
    check_outputs(*outputs, inputs=[arguments.file])
    from workbench.data import open_table
    from workbench.runtime.reading import read_raw

    path = existing_file(arguments.file)
    opened = open_table(path)
    say(opened.sentence, beside=outputs)
    for note in opened.notes:
        say(note, beside=outputs)
    for question in opened.questions:
        say(f"To decide: {question.sentence}", beside=outputs)
    for name, count in opened.misfits.items():
        if count:
            cells, fit, count_as = ("cell", "does", "counts") if count == 1 else ("cells", "do", "count")
            say(f"{count:,} {cells} of “{name}” {fit} not fit its meaning and {count_as} as blank.", beside=outputs)
    if arguments.json:
        write_json(arguments.json, _facts(opened))
    if arguments.csv:
        raw = read_raw(path, opened.read.model_dump(mode="json"))
        write_csv(arguments.csv, raw.columns, records(raw))


def _facts(opened) -> dict:
    return {
        "read": opened.read.model_dump(mode="json"),
        "schema": opened.schema.model_dump(mode="json"),
        "sentence": opened.sentence,
        "notes": list(opened.notes),
        "questions": [question.to_json() for question in opened.questions],
        "misfits": {name: int(count) for name, count in opened.misfits.items() if count},
        "n_rows": len(opened.table),
        "n_columns": len(opened.table.columns),
    }


def records(raw: "pd.DataFrame") -> Iterator[tuple]:
    """Return the rows of a raw table as tuples of text; what is absent is empty."""
    columns = [cell_texts(raw.iloc[:, position]) for position in range(raw.shape[1])]
    return zip(*columns, strict=True) if columns else iter(() for _ in range(len(raw)))


def cell_texts(values: "pd.Series") -> list[str]:
    """Return cells as text: that of the file, or for typed cells (workbooks, Parquet) the text they are read as."""
    from workbench.runtime.text_values import text_of

    return [
        "" if missing else cell if isinstance(cell, str) else text_of(cell)
        for cell, missing in zip(values.tolist(), values.isna().tolist(), strict=True)
    ]


def existing_file(name: str):
    """Return the path of an input; NotFound where it is not a file."""
    from pathlib import Path

    from workbench.errors import NotFound

    path = Path(name)
    if path.is_dir():
        raise NotFound(f"“{name}” is a folder.", "Name a file in it.")
    if not path.exists():
        raise NotFound(f"There is no file “{name}”.", "Check its name and folder.")
    return path
