"""Say whether a file of new rows is like the rows that the model of this folder was trained on.

    python check_data.py NEW.csv           in sentences
    python check_data.py NEW.csv --json    for programs

Every column and the predictions are compared by how far their distributions are apart, from 0 (equal) to 1. What is
usual for so many rows was found out on the training rows when the model was made: a file from the same source alarms
in fewer than 5 % of all cases, all columns taken together. The file needs no target.

Exit code 0: like the training rows. 1: something is different. 2: the file cannot be checked, and why.
"""

import argparse
import json
import os
import sys
from pathlib import Path

for setting in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read by NumPy when it is first imported
    os.environ.setdefault(setting, "1")
HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402

from workbench.runtime.learning.question import Question  # noqa: E402
from workbench.runtime.scorer import CannotServe, Scorer  # noqa: E402
from workbench.runtime.upkeep.drift import FEWEST_ROWS, Drift, compare  # noqa: E402
from workbench.runtime.upkeep.fitting import answered  # noqa: E402
from workbench.runtime.upkeep.new_rows import UnlikeTraining, read_new_rows  # noqa: E402
from workbench.runtime.upkeep.training_profile import PROFILE_FILE, told_by  # noqa: E402

LIKE, DIFFERENT, CANNOT = range(3)
CLOSEST = 3  # measures that are named where nothing is different


def main(arguments: list[str] | None = None) -> int:
    """Run with these arguments (those of the command line where there are none); return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        drift, notes = check(Path(asked.folder), Path(asked.file))
    except (UnlikeTraining, CannotServe) as error:
        if asked.json:
            print(json.dumps({"error": str(error)}))
        else:
            print(error, file=sys.stderr)
        return CANNOT
    if asked.json:
        print(json.dumps({**drift.to_json(), "notes": notes}, indent=1))
    else:
        _say(drift, notes)
    return DIFFERENT if drift.alarms else LIKE


def check(folder: Path, file: Path) -> tuple[Drift, list[str]]:
    """Compare a file with the training rows; return what came of it and what was noticed about the file.

    Raises
    ------
    CannotServe
        The folder cannot be used.
    UnlikeTraining
        The file cannot be read, lacks columns, or has too few rows.
    """
    scorer = Scorer.load(folder)
    try:
        profile = json.loads((folder / PROFILE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CannotServe(
            f"There is no readable {PROFILE_FILE} in {folder}: the model was trained on too few rows to know what is "
            "usual, or the bundle is not whole."
        ) from None
    question = Question.from_json(scorer.manifest["spec"])
    columns = [{name: field[name] for name in RULES if name in field} for field in scorer.fields]
    # Cells that cannot be read count as blanks here, and blanks are compared.
    any_share = dict.fromkeys(field["name"] for field in columns)
    hidden = [field["name"] for field in scorer.fields if field.get("sensitive")]
    rows = read_new_rows(file, scorer.manifest["read"], columns, any_share, hidden)
    if len(rows.table) < FEWEST_ROWS:
        raise UnlikeTraining([f"{len(rows.table)} rows are too few to tell; at least {FEWEST_ROWS} are needed."])
    target = np.full(len(rows.table), "", dtype=object)
    found = answered(scorer.model, question, rows.table, target)
    return compare(
        profile, scorer.fields, rows.table, told_by(question, found.predicted, found.probabilities)
    ), rows.notes


RULES = ("name", "meaning", "decimal", "thousands", "unit", "scales", "date_format", "language", "missing", "spellings")


def _say(drift: Drift, notes: list[str]) -> None:
    for note in notes:
        print(note)
    many = f"{drift.n_rows:,} new rows, {drift.n_trained:,} rows in training."
    if drift.alarms:
        count = "One thing is" if len(drift.alarms) == 1 else f"{len(drift.alarms)} things are"
        print(f"{count} different. {many}")
        for one in drift.alarms:
            print(f"- {one.sentence} (distance {one.distance:.2f}; up to {one.limit:.2f} is usual)")
    else:
        print(f"The rows are like those of the training. {many} Furthest apart, for what is usual:")
        for one in drift.compared[:CLOSEST]:
            name = f"“{one.name}”, {one.what}" if one.name else "predictions"
            print(f"- {name}: distance {one.distance:.2f}; up to {one.limit:.2f} is usual")
    if drift.left_out:
        print(f"Only blanks are compared of {', '.join(drift.left_out)}: what their values were is not in this folder.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="a file like the training file; it needs no target")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.add_argument("--folder", default=str(HERE), help="folder of the bundle, where it is not this one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
