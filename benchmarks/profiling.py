"""A full report of a table, ours beside skrub, ydata-profiling and sweetviz in one run.

python -m benchmarks.profiling --peers SKRUB_PYTHON YDATA_PYTHON SWEETVIZ_PYTHON [--sizes 10000x20 100000x50 …]
python -m benchmarks.profiling --peers … --parquet FILE …

Each tool makes its report of the same Parquet file in a fresh process (``benchmarks/profile_once.py``), from the table
in memory to the HTML file on the disk; import is told apart. Ours is the full profile with a target: every column,
every check, pairs, blanks, the view of the target, and the report. skrub's has plots and associations of all columns
switched on, but for "skrub, defaults", which leaves both out above 30 columns. None but ours and sweetviz look at a
target.

The tools take turns, and each figure is the median of its runs; a tool that took longer than 30 s runs once. Memory is
the peak over that of the process with the table loaded. Of the interpreters given, each tool runs in the first that has
it. The tables are made by ``benchmarks/frames.py``, with a target of two classes.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.frames import frame
from benchmarks.profile_once import TOOLS
from workbench.specs import ColumnSpec, Schema

ROOT = Path(__file__).resolve().parents[1]
SIZES = ("10000x20", "100000x50", "1000000x50", "2000x2000")
TEXT_LENGTH = 30  # mean characters of a value from which the seeded tables hold text
LONG_SECONDS = 30  # what takes longer is run once
OURS = "workbench"
MANY_CELLS, MANY_COLUMNS = 20_000_000, 1_000


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


def tools_for(n_rows, n_columns):
    """Return the tools that are run on a table of that size; the others need many minutes, or more memory."""
    if n_rows * n_columns > MANY_CELLS:
        return [OURS, "pandas describe", "skrub, defaults"]
    if n_columns > MANY_COLUMNS:
        return [OURS, "pandas describe", "skrub", "skrub, defaults"]
    return list(TOOLS)


def interpreters(tools, peers):
    """Return the Python of each tool: ours, or the first of the peers that has its package."""
    found = {tool: sys.executable for tool in tools if tool in (OURS, "pandas describe")}
    for tool in tools:
        package = TOOLS[tool][0]
        for python in peers if tool not in found else []:
            modules = [package.replace("-", "_"), *(["polars"] if "Polars" in tool else [])]
            asked = f"import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, {modules!r})))"
            if not subprocess.run([python, "-c", asked], check=False).returncode:
                found[tool] = python
                break
        else:
            if tool not in found:
                print(f"{tool}: left out, none of the interpreters given has {package}.")
    return found


def measure(tool, python, file, target, out, limit):
    """Return what one report cost, or in words why there is none."""
    code = ["-m", "benchmarks.profile_once"] if tool == OURS else ["-P", ROOT / "benchmarks" / "profile_once.py"]
    try:
        done = subprocess.run(
            [python, *code, tool, file, target, out],
            cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"> {limit} s"
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2][:80] or f"ended with {done.returncode}"
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def measured(file, target, tools, n_rounds, limit):
    """Return per tool its runs, or in words why there is none."""
    runs = {tool: [] for tool in tools}
    file.read_bytes()  # it is in the memory of the system for all, the first one too
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(n_rounds):
            for tool, python in tools.items():
                if isinstance(runs[tool], str) or (runs[tool] and runs[tool][-1]["seconds"] > LONG_SECONDS):
                    continue
                found = measure(tool, python, file, target, Path(folder) / "report.html", limit)
                runs[tool] = found if isinstance(found, str) else [*runs[tool], found]
    return runs


def print_table(title, runs):
    """Print a table of one size in Markdown, each tool with its ratio to ours."""
    print(f"\n| {title} | seconds | × ours | peak MB over the table | HTML MB | import s |\n|---|---|---|---|---|---|")
    ours = statistics.median(run["seconds"] for run in runs[OURS]) if isinstance(runs[OURS], list) else None
    for tool, found in runs.items():
        if isinstance(found, str):
            over = f"> {float(found.split()[1]) / ours:.0f}" if ours and found.startswith(">") else ""
            print(f"| {tool} | {found} | {over} | | | |")
            continue
        middle = {name: statistics.median(run[name] for run in found) for name in found[0] if name != "version"}
        name = f"{tool} {found[0]['version']}".strip()
        ratio = f"{middle['seconds'] / ours:.1f}" if ours else ""
        print(
            f"| {name} | {middle['seconds']:.2f} | {ratio} | {middle['peak_megabytes']:,.0f} "
            f"| {middle['html_megabytes']:.2f} | {middle['import_seconds']:.1f} |"
        )
    if ours is not None:
        first = statistics.median(run["columns_seconds"] for run in runs[OURS])
        print(f"\nEvery column is described after {first:.2f} s of ours; the page shows its overview from then on.")
    sys.stdout.flush()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--peers", nargs="*", default=[], help="Pythons that have the other tools")
    options.add_argument("--sizes", nargs="*", default=None, help=f"ROWSxCOLUMNS (default: {' '.join(SIZES)})")
    options.add_argument("--parquet", nargs="*", type=Path, default=[], help="tables instead of the made ones")
    options.add_argument("--target", default="target")
    options.add_argument("--tools", nargs="+", default=list(TOOLS), choices=list(TOOLS))
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--limit", type=int, default=180, help="seconds after which a report is given up")
    asked = options.parse_args()
    pythons = interpreters([tool for tool in TOOLS if tool == OURS or tool in asked.tools], asked.peers)
    sizes = asked.sizes if asked.sizes is not None else () if asked.parquet else SIZES
    with tempfile.TemporaryDirectory() as folder:
        for source in [*asked.parquet, *sizes]:
            is_file = isinstance(source, Path)
            table = pd.read_parquet(source) if is_file else frame(*map(int, source.lower().split("x")))
            file = Path(folder) / "table.parquet"
            typed(table)[0].to_parquet(file)
            n_rows, n_columns = table.shape
            del table
            tools = {tool: pythons[tool] for tool in tools_for(n_rows, n_columns) if tool in pythons}
            title = f"{n_rows:,} × {n_columns:,}" + (f" ({source.name})" if is_file else "")
            print_table(title, measured(file, asked.target, tools, asked.rounds, asked.limit))


if __name__ == "__main__":
    main()
