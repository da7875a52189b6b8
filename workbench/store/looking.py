"""A look into a file: its columns, its tables, its first and last lines, the cells that do not fit.

Done where it can do no harm (:mod:`workbench.store.reading_process`), like the reading of the whole file: a few rows of
a hostile workbook cost as much as all of it. What is asked and answered is plain JSON; cells are written as Parquet.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.specs import ReadSpec, Schema

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.files.choices import TableName
    from workbench.store.records import Dataset

SECONDS = 60  # somebody waits before the screen
CELLS = "cells"
# Of plain text these take no more than the head or the tail, however big the file is.
AT_ENDS = ("tables", "rules", "lines", "first_rows")


def columns_of(path: Path, name: str) -> tuple[str, ...]:
    """Return the names of the columns of a file; raises CannotRead."""
    return tuple(_ask("columns", path, name=name)["names"])


def tables_in(path: Path, member: str = "") -> "tuple[TableName, ...]":
    """Return what :func:`workbench.data.files.choices.tables_in` returns."""
    from workbench.data.files.choices import TableName

    return tuple(TableName(**entry) for entry in _ask("tables", path, member=member)["tables"])


def rules_for(path: Path, member: str = "", sheet: str = "") -> ReadSpec:
    """Return what :func:`workbench.data.files.choices.rules_for` returns."""
    return ReadSpec.model_validate(_ask("rules", path, member=member, sheet=sheet)["read"])


def lines_of(path: Path, read: ReadSpec, head: int, tail: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the first lines of a file and, where these are not all, its last ones, cut to cells."""
    found = _ask("lines", path, read=read.model_dump(mode="json"), head=head, tail=tail)
    return found["head"], found["tail"]


def first_rows(path: Path, read: ReadSpec, n_rows: int) -> "tuple[pd.DataFrame, Schema]":
    """Return the first rows as the text in the file, and the columns that would be found in them."""
    found, raw = _ask_for_cells("first_rows", path, read=read.model_dump(mode="json"), n_rows=n_rows)
    return raw, Schema.model_validate(found["schema"])


def odd_cells(dataset: "Dataset") -> "dict[str, pd.Series]":
    """Return, by column, the cells that do not fit as the text in the file, with their row labels."""
    names = [name for name in dataset.schema.names if dataset.misfits.get(name)]
    if not names:
        return {}
    facts = {
        "read": dataset.read.model_dump(mode="json"),
        "columns": [dataset.schema.column(name).model_dump(mode="json") for name in names],
        "table": str(dataset.table_path),
        "n_rows": dataset.n_rows,
        "text": None if dataset.text_path is None else str(dataset.text_path),
    }
    _, cells = _ask_for_cells("odd", dataset.raw_path, seconds=None, **facts)
    return {name: cells.loc[cells["column"] == name].set_index("row")["text"].rename(name) for name in names}


def check_rows(path: Path, manifest: dict[str, Any]) -> None:
    """Raise CannotRead where reading the rows of a file for a model (``export.file_rows``) would not end well.

    A reader that breaks, or takes too much memory or time, does so in the reading process, before the file is read
    where the model is. Small text is harmless, and not read twice.
    """
    from workbench.store.reading_process import is_small

    if not is_small(path):
        needed = {"fields": [{"name": field["name"]} for field in manifest["fields"]], "read": manifest["read"]}
        _ask("rows", path, seconds=None, manifest=needed)


def _ask(look: str, path: Path, *, folder: str | None = None, seconds: float | None = SECONDS, **asked) -> dict:
    from workbench.store.reading_process import read_file

    with tempfile.TemporaryDirectory(prefix="workbench-look-") as own:
        job = {"look": look, "path": str(path), "name": path.name, "folder": folder or own, "seconds": seconds}
        return read_file({**job, "asked": asked})


def _ask_for_cells(look: str, path: Path, **asked) -> "tuple[dict, pd.DataFrame]":
    import pandas as pd

    with tempfile.TemporaryDirectory(prefix="workbench-look-") as folder:
        found = _ask(look, path, folder=folder, **asked)
        return found, pd.read_parquet(Path(folder) / CELLS)


def look(job: dict[str, Any]) -> dict[str, Any]:
    """Do what one of the functions above asks for; what is wrong with the file is a CannotRead."""
    from workbench.data.opening import told

    return told(LOOKS[job["look"]])(Path(job["path"]), job)


def _columns(path, job):
    from workbench.data import detect

    return {"names": list(detect(path, name=job["asked"]["name"]).schema.names)}


def _tables(path, job):
    from workbench.data.files import choices

    return {"tables": [asdict(entry) for entry in choices.tables_in(path, job["asked"]["member"])]}


def _rules(path, job):
    from workbench.data.files import choices

    return {"read": choices.rules_for(path, **job["asked"]).model_dump(mode="json")}


def _lines(path, job):
    from workbench.data.files.line_roles import file_tail
    from workbench.data.files.preview import file_head

    asked = job["asked"]
    read = ReadSpec.model_validate(asked["read"])
    head = file_head(path, read, limit=asked["head"])
    return {"head": head, "tail": file_tail(path, read, limit=asked["tail"]) if len(head) == asked["head"] else []}


def _first_rows(path, job):
    from workbench.data.columns.meanings import detect_columns
    from workbench.runtime.reading import read_raw
    from workbench.store.reading import write_cells

    raw = read_raw(path, job["asked"]["read"], max_rows=job["asked"]["n_rows"])
    write_cells(raw, Path(job["folder"]) / CELLS)
    return {"schema": detect_columns(raw).schema.model_dump(mode="json")}


def _odd(path, job):
    """Write the cells that do not fit: they have no value in the typed table, so only few have to be looked at."""
    import pandas as pd
    import pyarrow.parquet as pq

    from workbench.runtime.reading import type_column
    from workbench.runtime.text_values import text_of
    from workbench.store.reading import ROW

    asked = job["asked"]
    raw = _texts(path, asked)
    table, found = pq.ParquetFile(asked["table"]), []
    rows = table.read(columns=[ROW]).column(0).to_numpy() if asked["text"] else raw.index
    for column in asked["columns"]:
        name = column["name"]
        # pyarrow also returns "price.max" where "price" is asked for, since a dot could mean a nested column.
        values = table.read(columns=[name]).column(name).to_pandas()
        cells = raw[name][values.set_axis(rows, axis=0).isna().reindex(raw.index, fill_value=False)]
        cells = cells[type_column(cells, column).misfits]
        found.append(pd.DataFrame({"column": name, "row": cells.index, "text": [text_of(cell) for cell in cells]}))
    out = pd.concat(found, ignore_index=True).astype({"column": "str", "row": "int64", "text": "str"})
    out.to_parquet(Path(job["folder"]) / CELLS, index=False)
    return {}


def _rows(path, job):
    from workbench.export.file_rows import read_rows

    return {"n_rows": len(read_rows(path, job["asked"]["manifest"]))}


def _texts(path, asked):
    """Return the text of the columns that are asked for: of the sample, where the data set is one."""
    import pandas as pd

    from workbench.runtime.reading import read_raw
    from workbench.store.datasets import BIG_BYTES, text_columns
    from workbench.store.reading import ROW

    names = [column["name"] for column in asked["columns"]]
    if asked["text"]:
        return pd.read_parquet(asked["text"], columns=[*names, ROW]).set_index(ROW)[names]
    if path.stat().st_size > BIG_BYTES:
        some = text_columns(path, ReadSpec.model_validate(asked["read"]), names, asked["n_rows"])
        if some is not None:
            return some
    return read_raw(path, asked["read"])[names]


LOOKS = {
    "columns": _columns,
    "tables": _tables,
    "rules": _rules,
    "lines": _lines,
    "first_rows": _first_rows,
    "odd": _odd,
    "rows": _rows,
}
