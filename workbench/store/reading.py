"""One file becomes the files of a data set: the typed table, or a sample of it, the whole and the sample's text.

Runs in the app for small files and in ``reading_worker`` for all others, so jobs and answers are plain JSON.
"""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import CannotRead, NoSpace
from workbench.specs import ReadSpec, Schema, fingerprint_of

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int, str], None]

# What the typed table may take in memory before a sample is worked with. Training holds a few copies of it (the
# prepared rows, the folds, the encoded columns), several people share one server, and it should run on 8 GB.
TABLE_MB = 800
# A sample takes half of that, so that a table a little too big is not worked with at the very limit. More rows than
# a million change scores in the third digit and cost minutes.
MOST_SAMPLE_ROWS = 1_000_000
TABLE, SAMPLE, TEXT, TOGETHER = "table", "sample", "text", "together"  # names of the files that are written
ROW = "__row__"  # the column of a sample with the rows' positions in the file

TOO_MUCH_MEMORY = {
    "message": "Reading this file takes more memory than there is for it.",
    "advice": "If it is what you expect, save the table as CSV or Parquet, or keep fewer rows, and try again.",
}


def table_budget_bytes() -> int:
    """Return what a table may take in memory, in bytes: ``WORKBENCH_TABLE_MB`` or the default."""
    asked = os.environ.get("WORKBENCH_TABLE_MB", "")
    return (int(asked) if asked.isdigit() and int(asked) else TABLE_MB) * 10**6


def rows_to_keep(n_rows: int, table_bytes: int, asked: int | None = None) -> int:
    """Return how many rows are worked with.

    Parameters
    ----------
    n_rows, table_bytes : int
        Of the whole table.
    asked : int, optional
        The size of a sample that was drawn elsewhere (a project file); kept where it fits.

    Examples
    --------
    >>> rows_to_keep(10_000_000, 4_000_000_000)
    1000000
    >>> rows_to_keep(1_000_000, 4_000_000_000)
    100000
    >>> rows_to_keep(1_000, 4_000_000)
    1000
    """
    budget = table_budget_bytes()
    if asked:
        return max(min(n_rows, asked, budget * n_rows // max(table_bytes, 1)), 1)
    if table_bytes <= budget:
        return n_rows
    return max(min(n_rows, MOST_SAMPLE_ROWS, budget // 2 * n_rows // table_bytes), 1)


def read_to_files(job: dict[str, Any], on_progress: Progress | None, should_stop) -> dict[str, Any]:
    """Read a file and write its typed table as Parquet.

    Parameters
    ----------
    job : dict
        ``path``, ``name`` and ``digest`` of the file, ``folder`` to write to, ``read`` and ``schema`` (JSON or None),
        ``sample_rows`` (int or None, as in :func:`rows_to_keep`). With ``parts``, pairs of path and name, these are
        put together with the file first (:mod:`workbench.store.appending`).

    Returns
    -------
    dict
        What the store keeps of the data set, as plain JSON, with its ``fingerprint``. In the folder: ``table``, and
        where ``n_rows < n_file_rows`` also ``sample`` and ``text``; where parts were put together, ``together``.

    Raises
    ------
    CannotRead, NoSpace, Stopped
    """
    from workbench import data

    folder = Path(job["folder"])
    with _space_told():
        if job.get("parts"):
            from workbench.store.appending import put_together

            job = put_together(job, folder / TOGETHER, on_progress, should_stop)
        opened = data.open_to_parquet(
            Path(job["path"]),
            folder / TABLE,
            name=job["name"],
            read=None if job["read"] is None else ReadSpec.model_validate(job["read"]),
            schema=None if job["schema"] is None else Schema.model_validate(job["schema"]),
            on_progress=on_progress,
            should_stop=should_stop,
        )
        identity = {"raw": job["digest"], "read": opened.read.fingerprint, "schema": opened.schema.fingerprint}
        answer = {
            "fingerprint": fingerprint_of(identity),
            "n_rows": opened.n_rows,
            "n_file_rows": opened.n_rows,
            "n_columns": opened.n_columns,
            "read": opened.read.model_dump(mode="json"),
            "schema": opened.schema.model_dump(mode="json"),
            "sentence": opened.sentence,
            "notes": list(opened.notes),
            "misfits": {name: int(count) for name, count in opened.misfits.items() if count},
            "questions": [question.to_json() for question in opened.questions],
            "digest": job["digest"],
            "n_parts": job.get("n_parts", 1),
            "file_notes": job.get("file_notes", []),
        }
        keep = rows_to_keep(opened.n_rows, opened.table_bytes, job["sample_rows"])
        if keep == opened.n_rows:
            return answer
        if on_progress:
            on_progress(1, 1, f"Drawing a random sample of {keep:,} rows")
        # Another sample is another table: runs refer to rows by their positions.
        answer["fingerprint"] = fingerprint_of({**identity, "sample": keep})
        _write_sample(job, opened.read, keep, seed=int(fingerprint_of(identity)[:8], 16))
        return answer | {"n_rows": keep, "notes": [_sample_note(opened, keep), *answer["notes"]]}


def _write_sample(job: dict[str, Any], read: ReadSpec, keep: int, seed: int) -> None:
    from workbench import data

    folder = Path(job["folder"])
    positions = data.sample_parquet(folder / TABLE, keep, folder / SAMPLE, seed=seed)
    text = data.read_sample_text(Path(job["path"]), read, positions)
    write_cells(text.set_axis(positions, axis=0), folder / TEXT, positions=True)


def write_cells(text: "pd.DataFrame", path: Path, *, positions: bool = False) -> None:
    """Write cells as they stand in the file; where a column mixes kinds of values (a workbook), as their text.

    With ``positions``, the index is written behind them as the column ``ROW``.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from workbench.runtime.workbooks import cell_text

    arrays = []
    for position in range(text.shape[1]):
        cells = text.iloc[:, position]
        try:
            arrays.append(pa.array(cells, from_pandas=True))
        except (pa.ArrowException, TypeError, OverflowError):
            arrays.append(pa.array([None if pd.isna(cell) else cell_text(cell) for cell in cells], pa.string()))
    names = [str(name) for name in text.columns]
    if positions:
        arrays, names = [*arrays, pa.array(text.index, pa.int64())], [*names, ROW]
    table = pa.table(arrays, names=names)
    pq.write_table(table, path, compression="zstd")


def _sample_note(opened, keep: int) -> str:
    return (
        f"The file has {opened.n_rows:,} rows. A random sample of {keep:,} of them is worked with, since the whole "
        f"table would take {opened.table_bytes / 1e6:,.0f} MB of memory where {table_budget_bytes() / 1e6:,.0f} MB are "
        "allowed. Blanks in the sentence above and cells that do not fit are counted over all rows; profile, training "
        "and results see the sample."
    )


@contextlib.contextmanager
def _space_told():
    """Turn "no space left on device" into :class:`NoSpace`, also where a reader took it for trouble with the file."""
    try:
        yield
    except (CannotRead, OSError) as error:
        cause = error.__cause__ if isinstance(error, CannotRead) else error
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                "The disk is full, so this was not stored; what was stored before is intact.",
                "Free some space, or delete projects you no longer need, and try again.",
            ) from error
        raise
