"""Parquet and Feather: columns with types of their own, brought to plain ones."""

import pandas as pd

from workbench.runtime.errors import ReadingError
from workbench.runtime.table_shape import plain_types, refuse_size, shaped

MAX_TABLE_BYTES = 6 * 2**30  # as the file's own description says


def read_columnar(path, read, *, max_rows=None):
    """Return the table of a Parquet or Feather file with its own types; categories become their words."""
    kind = "Parquet" if read.get("format") == "parquet" else "Feather"
    try:
        import pyarrow
    except ImportError as error:
        raise ReadingError(f"Reading {kind} needs the package pyarrow, which is not installed here.") from error
    try:
        table = _parquet(path, max_rows) if kind == "Parquet" else _feather(path)
        table.validate(full=True)  # reading alone does not notice text that is no UTF-8
        frame = arrow_frame(table)
    except ReadingError:
        raise
    except MemoryError:  # pyarrow.lib.ArrowMemoryError is one
        raise
    except Exception as error:
        # pyarrow raises its own classes for damaged files, and those of the standard library for some.
        if "ncrypt" in str(error):
            raise ReadingError(f"The {kind} file is locked with a key.", "Save it without encryption.") from error
        if isinstance(error, pyarrow.ArrowNotImplementedError):
            raise ReadingError(
                f"The {kind} file holds a kind of column that cannot be read here ({error}).", "Leave that column out."
            ) from error
        raise ReadingError(
            f"The {kind} file is damaged or cut short: it cannot be read.", "Export or upload it again."
        ) from error
    return shaped(frame, read, max_rows)


def _parquet(path, max_rows):
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as stream:
        if stream.read(4) == b"PARE":
            raise ReadingError("The Parquet file is locked with a key.", "Save it without encryption.")
    with pq.ParquetFile(path) as file:
        about = file.metadata
        refuse_size(about.num_rows, about.num_columns)
        n_bytes = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
        if n_bytes > MAX_TABLE_BYTES:
            raise ReadingError(
                f"The Parquet file holds {n_bytes // 2**20:,} MB unpacked, which is more than can be read at once.",
                "Keep fewer rows or columns.",
            )
        if max_rows is None:
            return file.read(use_pandas_metadata=True)
        batches = file.iter_batches(batch_size=max(1, max_rows), use_pandas_metadata=True)
        first = next(batches, None) if max_rows else None
        return file.schema_arrow.empty_table() if first is None else pa.Table.from_batches([first])


def _feather(path):
    import pyarrow as pa
    from pyarrow import feather

    with path.open("rb") as stream:
        magic = stream.read(4)
        if magic != b"\xff\xff\xff\xff":
            return feather.read_table(path, memory_map=False)
        stream.seek(0)
        with pa.ipc.open_stream(stream) as reader:
            return reader.read_all()


def arrow_frame(table):
    """Return an Arrow table as a frame of plain types: structs as columns with dots, an index as columns."""
    table = _flattened(table)
    frame = table.to_pandas(ignore_metadata=not _has_index(table), date_as_object=False, integer_object_nulls=False)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = [" ".join(str(part) for part in parts if str(part)) for parts in frame.columns]
    columns = [plain_types(frame.iloc[:, at]) for at in range(frame.shape[1])]
    names = frame.columns
    frame = pd.concat(columns, axis=1) if columns else frame
    frame.columns = names
    return frame


def _has_index(table):
    return b"pandas" in (table.schema.metadata or {})


def _flattened(table):
    import pyarrow as pa

    for _ in range(20):  # structs in structs
        if not any(pa.types.is_struct(field.type) for field in table.schema):
            break
        table = table.flatten()
    for at, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_decimal(kind):
            table = table.set_column(at, field.name, table.column(at).cast(pa.float64(), safe=False))
        elif pa.types.is_interval(kind):
            texts = [None if gap is None else _gap_text(gap) for gap in table.column(at).to_pylist()]
            table = table.set_column(at, field.name, pa.array(texts, pa.string()))
        elif pa.types.is_timestamp(kind) and kind.unit == "ns":
            # Years before 1678 do not fit nanoseconds, and nobody's table needs them.
            table = table.set_column(at, field.name, table.column(at).cast(pa.timestamp("us", kind.tz), safe=False))
    return table


def _gap_text(gap):
    """Return a span of months, days and time as text: 2 months 1 days 3600 s."""
    parts = ((gap.months, "months"), (gap.days, "days"), (gap.nanoseconds / 1e9, "s"))
    return " ".join(f"{count:g} {unit}" for count, unit in parts if count) or "0 s"
