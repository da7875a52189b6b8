"""One report of one Parquet file by one tool, in a process of its own; prints what it cost as JSON.

PYTHON benchmarks/profile_once.py TOOL FILE TARGET OUT.html

Runs in the peers' environments, so it needs nothing but the tool and pandas with pyarrow. ``import_seconds`` are those
of the tool; ``seconds`` begin with the table in memory and end with the report on the disk; ``peak_megabytes`` is how
far the process's memory rose meanwhile above what it held with the table loaded (Linux, ``VmHWM``).
"""

import contextlib
import ctypes
import gc
import importlib.metadata
import io
import json
import sys
import time
import warnings
from pathlib import Path


def workbench_report():
    from benchmarks.profiling import typed
    from workbench.profiling import profile

    def report(loaded, target, out):
        table, schema = loaded
        on_columns = []
        begin = time.perf_counter()
        found = profile(table, schema, target=target, on_columns=lambda _: on_columns.append(time.perf_counter()))
        out.write_text(found.to_html("Report"), encoding="utf-8")
        return {"columns_seconds": on_columns[0] - begin}

    return report, typed


def pandas_describe():
    def report(table, _target, out):
        out.write_text(table.describe(include="all").to_html(), encoding="utf-8")

    return report, None


def skrub_report(**options):
    def tool():
        from skrub import TableReport

        def report(table, _target, out):
            TableReport(table, verbose=0, **options).write_html(out)

        return report, None

    return tool


def skrub_polars():
    import polars as pl

    report, _ = skrub_report(plot_distributions=True, compute_associations=True)()
    return report, pl.from_pandas


def ydata_report(**options):
    def tool():
        from ydata_profiling import ProfileReport

        def report(table, _target, out):
            ProfileReport(table, progress_bar=False, **options).to_file(out, silent=True)

        return report, None

    return tool


def sweetviz_report():
    import sweetviz

    def prepared(table):
        # It takes no target but numbers and booleans.
        words = [name for name in table if name == "target" and table[name].dtype.kind not in "iufb"]
        return table.assign(**{name: table[name] == table[name].iloc[0] for name in words})

    def report(table, target, out):
        found = sweetviz.analyze(table, target_feat=target, pairwise_analysis="on")
        found.show_html(str(out), open_browser=False)

    return report, prepared


# Name, package that has the version, and maker of (report, what is done to the table before the clock runs).
TOOLS = {
    "workbench": ("", workbench_report),
    "pandas describe": ("pandas", pandas_describe),
    "skrub": ("skrub", skrub_report(plot_distributions=True, compute_associations=True)),
    "skrub, Polars": ("skrub", skrub_polars),
    "skrub, defaults": ("skrub", skrub_report()),
    "ydata minimal": ("ydata-profiling", ydata_report(minimal=True)),
    "ydata": ("ydata-profiling", ydata_report()),
    "sweetviz": ("sweetviz", sweetviz_report),
}


def memory_megabytes(field):
    """Return a field of the process's own account of its memory: "VmRSS" now, "VmHWM" at most since the last reset."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1000
    raise LookupError(field)


def give_back():
    """Return memory that is free to the system, lest the report fills what reading the file has left behind."""
    import pyarrow

    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)


def main(tool, file, target, out):
    package, make = TOOLS[tool]
    begin = time.perf_counter()
    report, prepare = make()
    import_seconds = time.perf_counter() - begin
    import pandas as pd

    table = pd.read_parquet(file)
    table = prepare(table) if prepare else table
    give_back()
    held = memory_megabytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew (proc(5))
    begin = time.perf_counter()
    more = report(table, target, Path(out)) or {}
    seconds = time.perf_counter() - begin
    return {
        "version": importlib.metadata.version(package) if package else "",
        "import_seconds": import_seconds,
        "seconds": seconds,
        "peak_megabytes": memory_megabytes("VmHWM") - held,
        "html_megabytes": Path(out).stat().st_size / 1e6,
        **more,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        found = main(*sys.argv[1:])
    print(json.dumps(found))
