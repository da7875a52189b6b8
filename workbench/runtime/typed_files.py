"""Which module reads which format whose cells have types, and what it needs installed."""

from importlib import import_module

from workbench.runtime.errors import ReadingError

# format: (module, function, distribution that it needs beside numpy and pandas)
READERS = {
    "excel": ("workbooks", "read_workbook", "python-calamine"),
    "json": ("json_files", "read_json", ""),
    "json_lines": ("json_files", "read_json", ""),
    "parquet": ("columnar", "read_columnar", "pyarrow"),
    "feather": ("columnar", "read_columnar", "pyarrow"),
    "stata": ("statistics_files", "read_statistics", "pyreadstat"),
    "spss": ("statistics_files", "read_statistics", "pyreadstat"),
    "sas": ("statistics_files", "read_statistics", "pyreadstat"),
    "r": ("r_files", "read_r", ""),
    "sqlite": ("database_files", "read_sqlite", ""),
    "duckdb": ("database_files", "read_duckdb", "duckdb"),
}


def reader(kind):
    """Return the function ``(path, read, *, max_rows)`` that reads files of the format ``kind``."""
    if kind not in READERS:
        raise ReadingError(f"There is no way to read the format “{kind}”.")
    module, name, _ = READERS[kind]
    # A service that only answers requests never needs them.
    return getattr(import_module(f"workbench.runtime.{module}"), name)
