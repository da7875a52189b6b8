"""How often untidy files open right without hints: ours beside others, on seeded invented files.

    python -m benchmarks.untidy [--files 600] [--first 0] [--peers PYTHON] [--show] [--keep FOLDER]
                               [--typed]

Each file is an invented table (``untidy_tables``) written in one of many untidy ways (``untidy_writing``); a file
counts as right when the header and every cell of every row come back as they were written (stripped; where the file
has no header, any names will do; repaired repetitions such as "x (2)" and made-up names of nameless columns too).
``--peers`` names an interpreter that has pandas, DuckDB and CleverCSV (any of them), for the same files in the same
run.
``--typed`` scores the values of the typed table instead, of columns each written in a style of its own
(``untidy_typed``, ``untidy_styles``).
Seeds from 1,000,000 are held out: look at them only as a total (``--held-out``).
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks import untidy_typed

HELD_OUT = 1_000_000


def ours(path):
    """Read with the workbench."""
    from workbench.data import read_cells

    return read_cells(path)


def pandas_sniffing(path):
    """Read with pandas, which asks csv.Sniffer for the delimiter; Latin-1 where it is not UTF-8."""
    import pandas as pd

    options = {"sep": None, "engine": "python", "dtype": "str", "keep_default_na": False}
    try:
        frame = pd.read_csv(path, **options)
    except UnicodeDecodeError:
        frame = pd.read_csv(path, encoding="latin-1", **options)
    return list(frame.columns), frame.fillna("").to_numpy().tolist()


def duckdb_csv(path):
    """Read with DuckDB's read_csv."""
    import duckdb

    try:
        found = duckdb.sql(f"select * from read_csv('{path}', all_varchar=true)")
        return found.columns, [list(row) for row in found.fetchall()]
    except duckdb.Error:
        found = duckdb.sql(f"select * from read_csv('{path}', all_varchar=true, encoding='latin-1')")
        return found.columns, [list(row) for row in found.fetchall()]


def clevercsv_table(path):
    """Read with CleverCSV; the first row is the header."""
    import clevercsv

    rows = clevercsv.read_table(str(path))
    return rows[0], rows[1:]


PEERS = {"pandas sep=None": pandas_sniffing, "DuckDB": duckdb_csv, "CleverCSV": clevercsv_table}


def is_right(truth, found):
    """Return whether (header, rows) found are those of the truth."""
    header, rows = found
    stripped = [["" if cell is None else _plain(cell) for cell in row] for row in rows]
    if "trailing delimiters" in truth["traits"] and not any(row[-1] for row in stripped if row):
        header, stripped = header[: len(truth["rows"][0])], [row[: len(truth["rows"][0])] for row in stripped]
    if stripped != [[_plain(cell) for cell in row] for row in truth["rows"]]:
        return False
    if truth["header"] is None:
        return True
    wanted, got = [_plain(name) for name in truth["header"]], [_plain(str(name)) for name in header]
    if len(wanted) != len(got):
        return False
    repeated = {name for name, count in Counter(wanted).items() if count > 1}
    return all(
        name == other or not name or (name in repeated and other.startswith(name))
        for name, other in zip(wanted, got, strict=True)
    )


def _plain(cell):
    return re.sub(r"\r\n|\r", "\n", cell).strip()


def judge(folder, readers):
    """Return reader name to list of verdicts, in the order of the files of ``folder``."""
    csv.field_size_limit(sys.maxsize)
    verdicts = {}
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for name, reader in readers.items():
        verdicts[name] = []
        for file, truth in truths.items():
            try:
                right = is_right(truth, reader(folder / file))
            except Exception:  # noqa: BLE001  whatever the reader fails with is what is being counted
                right = False
            verdicts[name].append(right)
    return verdicts


def write_files(folder, seeds):
    """Write the files and ``truth.json``."""
    from benchmarks.untidy_writing import Writer

    truths = {}
    for seed in seeds:
        file = Writer(seed).file()
        (folder / f"{seed}.csv").write_bytes(file.data)
        truths[f"{seed}.csv"] = {"header": file.header, "rows": file.rows, "traits": sorted(set(file.traits))}
    (folder / "truth.json").write_text(json.dumps(truths, ensure_ascii=False), encoding="utf-8")
    return truths


def peers(python, folder, *more):
    """Return the verdicts of the readers that ``python`` can import."""
    command = [python, "-W", "ignore", "-m", "benchmarks.untidy", "--judge", str(folder), *more]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def print_table(truths, verdicts):
    """Print the share of files wholly right, as a total and per trait."""
    numbers = defaultdict(list)
    for number, truth in enumerate(truths.values()):
        for trait in truth["traits"] or ["plain"]:
            numbers[trait].append(number)
    print("| trait | files | " + " | ".join(verdicts) + " |")
    print("|---" * (len(verdicts) + 2) + "|")
    for trait, at in [("all", range(len(truths))), *sorted(numbers.items())]:
        shares = [sum(found[number] for number in at) / len(at) for found in verdicts.values()]
        print(f"| {trait} | {len(at)} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--held-out", action="store_true", help="the held-out seeds; prints the total only")
    parser.add_argument("--peers", help="interpreter that has pandas, DuckDB and CleverCSV")
    parser.add_argument("--show", action="store_true", help="name the files that ours reads wrong, with their traits")
    parser.add_argument("--keep", type=Path, help="folder to leave the files in")
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--typed", action="store_true", help="score the typed values")
    options = parser.parse_args()
    if options.judge:
        found = untidy_typed.judge(options.judge, untidy_typed.PEERS) if options.typed else judge(options.judge, PEERS)
        print(json.dumps(found))
        return
    first = HELD_OUT if options.held_out else options.first
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        seeds = range(first, first + options.files)
        if options.typed:
            truths = untidy_typed.write_files(folder, seeds)
            verdicts = untidy_typed.judge(folder, {"workbench": untidy_typed.ours})
        else:
            truths = write_files(folder, seeds)
            verdicts = judge(folder, {"workbench": ours})
        if options.peers:
            verdicts |= peers(options.peers, folder, *(["--typed"] if options.typed else []))
    report(options, truths, verdicts)


def report(options, truths, verdicts):
    """Print what was measured."""
    if options.typed:
        if options.held_out:
            untidy_typed.print_totals(verdicts)
            return
        untidy_typed.print_table(truths, verdicts)
        if options.show:
            untidy_typed.print_wrong(truths, verdicts)
        return
    if options.held_out:
        print(", ".join(f"{name} {sum(found) / len(found):.3f}" for name, found in verdicts.items()))
        return
    print_table(truths, verdicts)
    if options.show:
        for (name, truth), right in zip(truths.items(), verdicts["workbench"], strict=True):
            if not right:
                print(name, truth["traits"])


if __name__ == "__main__":
    main()
