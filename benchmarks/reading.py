"""Time and peak memory of reading one CSV to a typed table, ours beside pandas, Polars, pyarrow and DuckDB.

python benchmarks/frames.py 1000000 50 big.csv
python benchmarks/reading.py big.csv --peers /path/to/python/with/the/others

Each reader reads in a fresh process, which imports nothing else; the readers take turns, so that the noise of the
machine falls on all. Seconds are those of import and reading; memory is the peak of the process.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READERS = {
    "ours": "import workbench.data; table = workbench.data.read_table(path)",
    "Polars": "import polars; table = polars.read_csv(path, try_parse_dates=True)",
    "pandas, C engine": "import pandas; table = pandas.read_csv(path)",
    "pyarrow": "import pyarrow.csv; table = pyarrow.csv.read_csv(path)",
    "DuckDB": "import duckdb; table = duckdb.read_csv(path).to_arrow_table()",
}
PROCESS = """
import json, resource, sys, time
path, begin = sys.argv[1], time.perf_counter()
{reader}
seconds = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, list(table.shape)]))
"""


def measure(python, reader, path):
    """Return (seconds, CPU seconds, peak MB, shape) of one process, or the reason why there are none."""
    done = subprocess.run(
        [python, "-c", PROCESS.format(reader=READERS[reader]), str(path)], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        return done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("path", type=Path)
    options.add_argument("--peers", default=sys.executable, help="Python that has the other readers")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--readers", nargs="+", default=list(READERS), choices=list(READERS))
    asked = options.parse_args()
    path, results = asked.path.resolve(), {reader: [] for reader in asked.readers}
    path.read_bytes()[:0]  # the file is in the memory of the system for all, the first one too
    for _ in range(asked.rounds):
        for reader in list(results):
            found = measure(sys.executable if reader == "ours" else asked.peers, reader, path)
            if isinstance(found, str):
                print(f"{reader}: left out ({found})")
                del results[reader]
            else:
                results[reader].append(found)
    middle = {name: [statistics.median(run[at] for run in runs) for at in range(3)] for name, runs in results.items()}
    print(f"{'reader':18}{'seconds':>9}{'least':>8}{'CPU s':>8}{'peak MB':>9}{'ours: time':>12}{'memory':>8}")
    for name, (seconds, cpu, peak) in middle.items():
        ratios = ""
        if "ours" in middle:
            ratios = f"{middle['ours'][0] / seconds:>11.2f}x{middle['ours'][2] / peak:>7.2f}x"
        least = min(run[0] for run in results[name])
        print(f"{name:18}{seconds:>9.2f}{least:>8.2f}{cpu:>8.2f}{peak:>9.0f}{ratios}")


if __name__ == "__main__":
    main()
