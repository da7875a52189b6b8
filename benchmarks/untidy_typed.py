"""Whether the values of untidy files come back typed: ``benchmarks.untidy --typed``.

A column is right when every value is: numbers to one part in 10⁹ (12.5% as 12.5 or 0.125), dates to the second, yes/no
as true and false, words as they were written, "no value" as none. Dates that nothing tells the order of day and month
of are right in both orders, but only where the reader asks. In a row of totals only the totals count.
"""

import datetime
import json
import math
import re
from collections import defaultdict

from benchmarks.untidy_styles import YES_NO, StyledWriter
from benchmarks.untidy_writing import TOTALS

YES = {pair.split("/")[0].casefold() for pairs in YES_NO.values() for pair in pairs}


def ours(path):
    """Return (columns as lists of values, positions of the columns whose day and month are asked about)."""
    from workbench.data import open_table, read_table

    opened, table = open_table(path), read_table(path)
    names = list(opened.table.columns)
    asked = [names.index(name) for found in opened.questions if found.code == "day_first" for name in found.columns]
    columns = _columns(table)
    for at, column in enumerate(opened.schema.columns):
        if column.meaning == "yes_no":  # the table keeps the words
            columns[at] = [None if value is None else str(value).casefold() in YES for value in columns[at]]
    return columns, asked


def pandas_typed(path):
    """Read with pandas, which asks csv.Sniffer for the delimiter; Latin-1 where it is not UTF-8."""
    import pandas as pd

    options = {"sep": None, "engine": "python"}
    try:
        frame = pd.read_csv(path, **options)
    except UnicodeDecodeError:
        frame = pd.read_csv(path, encoding="latin-1", **options)
    return _columns(frame), []


def duckdb_typed(path):
    """Read with DuckDB's read_csv."""
    import duckdb

    try:
        found = duckdb.sql(f"select * from read_csv('{path}')").fetchall()
    except duckdb.Error:
        found = duckdb.sql(f"select * from read_csv('{path}', encoding='latin-1')").fetchall()
    return [list(column) for column in zip(*found, strict=True)], []


PEERS = {"pandas sep=None": pandas_typed, "DuckDB": duckdb_typed}


def _columns(frame):
    return [
        [None if blank else value for value, blank in zip(frame[name].tolist(), frame[name].isna(), strict=True)]
        for name in frame.columns
    ]


def write_files(folder, seeds):
    """Write the files and ``truth.json``."""
    truths = {}
    for seed in seeds:
        writer = StyledWriter(seed)
        file = writer.file()
        (folder / f"{seed}.csv").write_bytes(file.data)
        columns = []
        for at, column in enumerate(writer.columns):
            values = column.values
            kind, cells = column.kind, [row[at].strip() for row in file.rows]
            # One answer alone is a word as any other, and a label (Total) makes a column of numbers one of words.
            if (kind == "yes_no" and len(set(values) - {None}) < 2) or (kind == "number" and cells[-1] in TOTALS):
                kind = "words"
            if kind == "words":
                texts = zip(values, cells, column.texts, strict=False)
                values = [
                    None if value is None and cell in (text.strip(), "NA") else cell for value, cell, text in texts
                ]
            columns.append({"kind": kind, "style": column.style, "values": values, "swapped": column.swapped})
        traits = sorted({trait for trait in file.traits if trait.partition(":")[0] not in ("number", "date", "yes_no")})
        truths[f"{seed}.csv"] = {"columns": columns, "n_rows": len(file.rows), "traits": traits}
    (folder / "truth.json").write_text(json.dumps(truths, ensure_ascii=False), encoding="utf-8")
    return truths


def judge(folder, readers):
    """Return reader name to lists, one per file, of whether each column is right."""
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    verdicts = {}
    for name, reader in readers.items():
        verdicts[name] = []
        for file, truth in truths.items():
            try:
                columns, asked = reader(folder / file)
            except Exception:  # noqa: BLE001  whatever the reader fails with is what is being counted
                columns, asked = [], []
            verdicts[name].append(_verdicts(truth, columns, asked))
    return verdicts


def _verdicts(truth, columns, asked):
    if len(columns) > len(truth["columns"]) and "trailing delimiters" in truth["traits"]:
        columns = columns[: len(truth["columns"])]
    if len(columns) != len(truth["columns"]) or len(columns[0]) != truth["n_rows"]:
        return [False] * len(truth["columns"])
    pairs = enumerate(zip(truth["columns"], columns, strict=True))
    return [is_right(told, found, at in asked) for at, (told, found) in pairs]


def is_right(truth, found, asked=False):
    """Return whether the values ``found`` are those of the column ``truth``; further ones (totals) do not count.

    >>> is_right({"kind": "number", "values": [1.5, None], "swapped": None}, [1.5, None])
    True
    """
    if truth["swapped"]:
        return asked and any(_all_same("date", told, found) for told in (truth["values"], truth["swapped"]))
    if _all_same(truth["kind"], truth["values"], found):
        return True
    percent = truth["kind"] == "number" and "percent" in truth.get("style", "")
    hundredth = [value if value is None else value / 100 for value in truth["values"]] if percent else None
    return percent and _all_same("number", hundredth, found)


def _all_same(kind, values, found):
    return all(_same(kind, value, other) for value, other in zip(values, found, strict=False))


def _same(kind, value, found):
    if value is None or found is None or found == "":
        return value is None and found in (None, "")
    if kind == "number":
        return not isinstance(found, (str, bool)) and _close(value, found)
    if kind == "yes_no":
        return isinstance(found, bool) and found == value
    if kind == "date":
        found = str(found) if isinstance(found, datetime.date) else ""
        return found[:19] in (value, value.removesuffix(" 00:00:00")) and found[19:] in ("", "+00:00")
    return isinstance(found, str) and re.sub(r"\r\n?", "\n", found).strip() == value


def _close(value, found):
    try:
        return math.isclose(value, float(found), rel_tol=1e-9, abs_tol=1e-12)
    except TypeError:
        return False


def print_table(truths, verdicts):
    """Print the shares of files wholly right and of columns right, by what is in the file and by how columns are."""
    by_file, by_style = defaultdict(list), defaultdict(list)
    for number, truth in enumerate(truths.values()):
        for trait in truth["traits"] or ["plain"]:
            by_file[trait].append(number)
        for at, column in enumerate(truth["columns"]):
            parts = column["style"].split(", ") if column["style"] and column["kind"] != "yes_no" else []
            for part in [column["kind"], *(f"{column['kind']}: {part}" for part in parts)]:
                by_style[part].append((number, at))
    print("| wholly right files with | files | " + " | ".join(verdicts) + " |")
    print("|---" * (len(verdicts) + 2) + "|")
    for trait, at in [("all", range(len(truths))), *sorted(by_file.items())]:
        _print_row(trait, [[all(found[number]) for number in at] for found in verdicts.values()])
    print("\n| right columns of | columns | " + " | ".join(verdicts) + " |")
    print("|---" * (len(verdicts) + 2) + "|")
    everything = [(number, at) for number, truth in enumerate(truths.values()) for at in range(len(truth["columns"]))]
    for style, places in [("all", everything), *sorted(by_style.items())]:
        _print_row(style, [[found[number][at] for number, at in places] for found in verdicts.values()])


def _print_row(name, columns):
    shares = " | ".join(f"{sum(rights) / len(rights):.3f}" for rights in columns)
    print(f"| {name} | {len(columns[0])} | {shares} |")


def print_totals(verdicts):
    """Print the shares of files and of columns only."""
    for name, found in verdicts.items():
        rights = [right for columns in found for right in columns]
        files = sum(map(all, found)) / len(found)
        print(f"{name}: files wholly right {files:.3f}, columns right {sum(rights) / len(rights):.3f}")


def print_wrong(truths, verdicts):
    """Print the columns of each file that the first reader reads wrong; whole files as one line."""
    for (name, truth), rights in zip(truths.items(), next(iter(verdicts.values())), strict=True):
        if not any(rights):
            print(name, "the whole file", truth["traits"])
            continue
        for column, right in zip(truth["columns"], rights, strict=True):
            if not right:
                print(name, column["kind"], "|", column["style"], "|", truth["traits"])
