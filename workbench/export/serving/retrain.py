"""Train the model of this folder anew on another file, and replace it if the new one is no worse.

    python retrain.py --data NEW.csv                 asks, then replaces the model in this folder
    python retrain.py --data NEW.csv --yes           does not ask
    python retrain.py --data NEW.csv --out FOLDER    writes a whole new bundle there; this one stays as it is

The file is read by the rules of the training file and needs the same columns, the target among them. The same
preparation, estimator, settings, seed and weights learn from it. Nothing is needed beyond requirements.txt.

Exit code 0: done. 1: this folder cannot be used, or could not be written. 2: the file does not fit, and why. 3: the
new model is worse than the current one beyond noise, or has learnt nothing; nothing was written. 4: not confirmed.
Ctrl+C and SIGTERM leave everything as it was.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

# Sums of several threads differ in their last digits; the same file is to give the same model. Read by NumPy and
# scikit-learn when they are first imported.
for setting in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[setting] = "1"
HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from workbench.runtime.scorer import CannotServe  # noqa: E402
from workbench.runtime.upkeep.new_rows import UnlikeTraining  # noqa: E402
from workbench.runtime.upkeep.retraining import retrain  # noqa: E402
from workbench.runtime.upkeep.setting_aside import SEEN_CHOICES  # noqa: E402
from workbench.runtime.upkeep.writing import NotWritten, put_beside, put_in_place, written  # noqa: E402

DONE, FAILED, UNLIKE, REFUSED, NOT_CONFIRMED = range(5)
TERMINATED = 128 + signal.SIGTERM


def main(arguments: list[str] | None = None) -> int:
    """Run with these arguments (those of the command line where there are none); return the exit code."""
    asked = _parser().parse_args(arguments)
    folder = Path(asked.folder).resolve()
    try:
        found = retrain(folder, Path(asked.data), seen=asked.seen, say=_say)
    except UnlikeTraining as error:
        print("The file cannot be used to train this model:", *error.problems, sep="\n- ", file=sys.stderr)
        return UNLIKE
    except CannotServe as error:
        print(error, file=sys.stderr)
        return FAILED
    for sentence in (*found.rows.notes, *found.verdict.sentences):
        _say(sentence)
    if found.verdict.refused:
        print("The new model does not take the place of the current one; nothing was written.", file=sys.stderr)
        return REFUSED
    try:
        return _put(found, folder, asked)
    except NotWritten as error:
        print(error, file=sys.stderr)
        return FAILED


def _put(found, folder: Path, asked) -> int:
    if not asked.out and not asked.yes and not _confirmed():
        print("The model was not replaced. Give --yes to replace it, or --out FOLDER to write a new bundle there.")
        return NOT_CONFIRMED
    _say("Writing the new bundle and running its tests.")
    with written(folder, found, Path(asked.data).name) as new:
        if asked.out:
            put_beside(new, Path(asked.out).resolve())
            _say(f"The new bundle is in {asked.out}; what changed is in its CHANGES.md.")
        else:
            aside = put_in_place(new, folder, found.before["model"])
            _say(f"The model was replaced; the earlier files are in {aside}, what changed is in CHANGES.md.")
            _say("Start the service again: it has the earlier model in memory.")
    return DONE


def _confirmed() -> bool:
    if not sys.stdin or not sys.stdin.isatty():
        return False
    return input("Replace the model in this folder? [y/N] ").strip().casefold() in ("y", "yes")


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="a file like the training file, with the target")
    parser.add_argument("--out", default="", help="write a whole new bundle into this folder")
    parser.add_argument("--yes", action="store_true", help="replace the model without asking")
    parser.add_argument(
        "--seen",
        choices=SEEN_CHOICES,
        default="auto",
        help="has the current model learnt from these rows? auto: find out from the beginning of the file",
    )
    parser.add_argument("--folder", default=str(HERE), help="folder of the bundle, where it is not this one")
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing was replaced.")
