"""The rows that every bundle of a data set is asked for, in each form in which a person or a program sends them."""

import csv
import json
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bundle_ways.cutting import TEXT, spread, workbook_of
from workbench.cli.read import cell_texts
from workbench.export.golden import json_cell
from workbench.export.upkeep_files import learnt_from
from workbench.runtime.reading import read_raw
from workbench.specs import ColumnSpec
from workbench.store import Store
from workbench.store.records import Run


@dataclass(frozen=True)
class AskedRows:
    """Rows of a person's file.

    Attributes
    ----------
    source : Path
        The file itself.
    at : list of int
        The positions of the rows in it, counted from nought.
    rows : list of dict
        As JSON: text as it stands in the file, typed cells as JSON has them; every column of the file.
    files : dict of str to Path
        ``own`` is the file itself; ``csv`` and ``excel`` hold the rows alone, their cells as text.
    training, typed : Path
        Pickles of (inputs, target) that were learnt from, and of the typed rows; frames as arrays by column.
    """

    source: Path
    at: list[int]
    rows: list[dict]
    files: dict[str, Path]
    training: Path
    typed: Path


def asked_rows(store: Store, run: Run, source: Path, folder: Path, n_rows: int) -> AskedRows:
    """Write the rows of a run's file into ``folder``, at most ``n_rows`` of them, evenly spread."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset, spec = store.dataset(run.spec.dataset), run.spec
    table = store.load_table(spec.dataset)
    raw = read_raw(source, dataset.read.model_dump(mode="json"))
    if len(raw) != len(table):
        raise ValueError(f"{source.name}: {len(raw)} rows as text and {len(table)} in the table.")
    at = spread(len(raw), n_rows).tolist()
    raw, typed = raw.iloc[at], table.iloc[at][[column.name for column in spec.columns]]
    texts = pd.DataFrame({name: cell_texts(raw[name]) for name in raw.columns}, dtype="str")
    files = {"own": source, "csv": folder / "rows.csv", "excel": folder / "rows.xlsx"}
    headless = dataset.read.format in TEXT and not dataset.read.header_rows
    if headless:  # without names in the file only its own rules say which column is which
        files["csv"].write_bytes(in_own_dialect(texts, dataset.read).encode(dataset.read.encoding))
    else:
        texts.to_csv(files["csv"], index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    workbook_of(texts.mask(texts == ""), files["excel"])
    training, pickled = folder / "training.pickle", folder / "typed.pickle"
    inputs, target = learnt_from(table, spec)
    training.write_bytes(pickle.dumps((plain(inputs), target)))
    pickled.write_bytes(pickle.dumps(plain(typed)))
    rows = [
        {name: json_cell(cell, _rules(dataset.schema.column(name))) for name, cell in row.items()}
        for row in raw.astype(object).where(raw.notna(), None).to_dict("records")
    ]
    json.dumps(rows, allow_nan=False)
    return AskedRows(source, at, rows, files, training, pickled)


def plain(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return a frame as arrays; here its texts are kept by pyarrow, which a clean environment does not have."""
    return {
        name: frame[name].to_numpy(dtype=object if isinstance(frame[name].dtype, pd.StringDtype) else None)
        for name in frame.columns
    }


def _rules(column: ColumnSpec) -> dict:
    return column.model_dump(mode="json")


def in_own_dialect(texts: pd.DataFrame, read) -> str:
    r"""Return cells as a text file without a header writes them.

    >>> from workbench.specs import ReadSpec
    >>> in_own_dialect(pd.DataFrame({"a": ["1", "2"], "b": ["x", "y"]}), ReadSpec(delimiter="::", header_rows=0))
    '1::x\n2::y\n'
    """
    if read.format == "fixed_width":
        lines = ("".join(cell.ljust(n) for cell, n in zip(row, read.widths, strict=True)) for row in texts.to_numpy())
    else:
        delimiter = "  " if read.delimiter == r"\s+" else read.delimiter
        lines = (delimiter.join(row) for row in texts.to_numpy())
    return "".join(f"{line}\n" for line in lines)
