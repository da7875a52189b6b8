"""How many of the columns that name rows, give the answer away, or say which rows belong together are found.

python -m benchmarks.detection FOLDER [--part test] [--kind made] [--verbose]

FOLDER holds tables and a ``columns.json``: per file ``target``, the true ``identifier``, ``leakage`` and ``group``
columns, and under ``detectable`` those of them that the data alone shows. Columns that are not named are clean.
Printed are the detectable ones found and the false alarms per 20 clean columns; for leakage also how many columns are
put on top of the question whether they are known when predicting, and how many are left out until it is answered.
"""

import argparse
import json
from pathlib import Path

from workbench.data import open_table
from workbench.errors import WorkbenchError
from workbench.profiling import profile

KINDS = ("identifier", "leakage", "group")
CODES = {
    "identifier": ("identifier",),
    "leakage": ("target_leakage", "blank_leakage"),
    "group": ("grouped_rows",),
    "question": ("target_leakage", "blank_leakage", "known_later"),
}


def alarms(found, kind):
    """Return the columns that the findings of one kind name."""
    return {
        name
        for finding in found.findings
        if finding.code in CODES[kind] and finding.status != "passed"
        for name in finding.columns
    }


def looked_at(folder, file, truth):
    """Return what is true and what is said about the columns of one table."""
    opened = open_table(folder / file)
    found = profile(opened.table, opened.schema, target=truth["target"])
    named = {name for kind in KINDS for name in truth.get(kind, [])}
    clean = [name for name in opened.schema.names if name not in named and name != truth["target"]]
    said = {kind: alarms(found, kind) for kind in CODES}
    said["left_out"] = {answer.column for answer in found.availability if answer.known != "yes"}
    return clean, said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", help="only the files of this part")
    parser.add_argument("--kind", help="only the files of this kind")
    parser.add_argument("--verbose", action="store_true", help="name what is missed and what is a false alarm")
    options = parser.parse_args()
    labels = json.loads((options.folder / "columns.json").read_text(encoding="utf-8"))
    hits, wanted, wrong, n_clean, n_files = dict.fromkeys(CODES, 0), dict.fromkeys(CODES, 0), {}, 0, 0
    for file, truth in labels.items():
        if file.startswith("_") or any(
            truth.get(k) != v for k, v in vars(options).items() if k in ("part", "kind") and v
        ):
            continue
        folder = options.folder if (options.folder / file).exists() else options.folder / "data"
        try:
            clean, said = looked_at(folder, file, truth)
        except WorkbenchError as error:
            print(f"{file}: {error}")
            continue
        n_clean, n_files = n_clean + len(clean), n_files + 1
        for kind in (*KINDS, "question"):
            truly = truth.get("leakage" if kind == "question" else kind, [])
            detectable = truly if kind == "question" else truth["detectable"].get(kind, [])
            missed = [name for name in detectable if name not in said[kind]]
            false = [name for name in clean if name in said[kind]]
            hits[kind] += len(detectable) - len(missed)
            wanted[kind] += len(detectable)
            wrong[kind] = wrong.get(kind, 0) + len(false)
            if options.verbose and (missed or false):
                print(f"{file}: {kind}: missed {missed}, false alarms {false}")
        wrong["left_out"] = wrong.get("left_out", 0) + sum(name in said["left_out"] for name in clean)
    print(
        f"\n{n_files} tables, {n_clean:,} clean columns\n\n| kind | found | of | false alarms | per 20 clean columns |"
    )
    print("|---|---|---|---|---|")
    for kind in (*KINDS, "question"):
        print(f"| {kind} | {hits[kind]} | {wanted[kind]} | {wrong[kind]} | {20 * wrong[kind] / max(n_clean, 1):.2f} |")
    print(f"| left out in advance | | | {wrong['left_out']} | {20 * wrong['left_out'] / max(n_clean, 1):.2f} |")


if __name__ == "__main__":
    main()
