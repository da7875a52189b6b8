"""What a profile costs, beside pandas' own ``describe`` in the same run.

python -m benchmarks.profiling [ROWSxCOLUMNS ...]        (default: 10000x20 100000x50)

Ours: every column, every check, the strength of each column for the target, and the HTML report. ``describe``: counts,
moments, quantiles and the most frequent value. Median of three; the extra memory is the peak over the table itself.
"""

import statistics
import sys
import time
import tracemalloc

import pandas as pd

from benchmarks.frames import frame
from workbench.profiling import profile
from workbench.specs import ColumnSpec, Schema

REPEATS = 3
TEXT_LENGTH = 30  # mean characters of a value from which the seeded tables hold text


def typed(table):
    """Return the table with the dtypes of a typed table, and its schema."""
    table, columns = table.copy(), []
    for name in table:
        values = table[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            table[name], meaning = values.astype("datetime64[us]"), "date"
        elif pd.api.types.is_integer_dtype(values.dtype):
            meaning = "integer"
        elif pd.api.types.is_float_dtype(values.dtype):
            meaning = "number"
        else:
            table[name] = values.astype("str")
            meaning = "text" if table[name].str.len().mean() > TEXT_LENGTH else "category"
        columns.append(ColumnSpec(name=name, meaning=meaning))
    return table, Schema(columns=tuple(columns))


def seconds(work):
    """Return the median wall time of a few calls, and the last result."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return statistics.median(times), result


def peak_megabytes(work):
    """Return the peak of what Python and numpy allocate during a call, in MB; Arrow's own buffers are not seen."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main(sizes):
    print("| table | describe | profile | with target | HTML report | HTML size | extra memory |")
    print("|---|---|---|---|---|---|---|")
    for size in sizes:
        n_rows, n_columns = map(int, size.lower().split("x"))
        table, schema = typed(frame(n_rows, n_columns))
        describe_seconds, _ = seconds(lambda table=table: table.describe(include="all"))
        plain_seconds, _ = seconds(lambda table=table, schema=schema: profile(table, schema))
        target_seconds, found = seconds(lambda table=table, schema=schema: profile(table, schema, target="target"))
        html_seconds, page = seconds(found.to_html)
        megabytes = peak_megabytes(lambda table=table, schema=schema: profile(table, schema, target="target"))
        print(
            f"| {n_rows:,} × {n_columns} | {describe_seconds:.2f} s | {plain_seconds:.2f} s | {target_seconds:.2f} s "
            f"| {html_seconds:.2f} s | {len(page.encode()) / 1e6:.2f} MB | {megabytes:.0f} MB |"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["10000x20", "100000x50"])
