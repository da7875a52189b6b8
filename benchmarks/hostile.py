"""Read corrupted and hostile files the public way and see that each gives a table or a sentence.

    nice -n 15 python benchmarks/hostile.py [--files 2000] [--seed 0] [--only KIND] [--keep FOLDER] [--through store]

Hand-made files for every trouble we could think of, the same table in every encoding of Python, and valid files of
every format spoiled at random. Each is read in a process of its own kind: a dead or hanging one counts for its file.
A defect is any exception but CannotRead, a death, more than 30 s of processor time, more than 2 GB of memory, a
sentence that is none, or a table that the next steps of the app stumble on. The exit code is 1 where there is one.
What dies or grows here, but is only ever read in the app's reading process, is read there again ("held back").
"""

import argparse
import contextlib
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.bad_files import crafted_archives, crafted_text, crafted_typed, encodings, mutations
from benchmarks.bad_files.cases import REFUSED
from benchmarks.bad_files.reading import Outcome, Reader, held_back, store_reader

STORE_FILES = 200  # of the files that go through the store
RESULTS = ("table", "sentence", "held back", "error", "died", "too slow", "too big")


def all_cases(count, seed, only=""):
    """Return ``count`` cases: the hand-made ones and the encodings, filled up with spoiled files."""
    quick = [*crafted_archives.cases(), *crafted_typed.cases(), *encodings.cases()]
    made = [*quick, *crafted_text.cases()]
    made = [*quick, *mutations.cases(max(0, count - len(made)), seed), *made[len(quick) :]]
    if only in {case.kind for case in made}:
        return [case for case in made if case.kind == only]
    return [case for case in made if only in case.name]


def judged(case, outcome: Outcome) -> Outcome:
    """Add to the faults of ``outcome`` where it is not what the case expects."""
    if outcome.result == "table" and case.expect == REFUSED:
        outcome.faults.append(f"should have been refused, but is a table of {outcome.shape}")
    elif isinstance(case.expect, tuple) and outcome.result in ("table", "sentence") and outcome.shape != case.expect:
        outcome.faults.append(f"should have been a table of {case.expect}, not {outcome.shape}: {outcome.text[:200]}")
    return outcome


def read_directly(path, case, reader):
    """Read a file by ``open_table`` in a process of its own kind; return the :class:`Outcome`."""
    if case.kind != "encodings":
        outcome = reader.read(path)
        return held_back(path, outcome) if outcome.result in ("died", "too slow", "too big") else outcome
    outcome = reader.read(path, "cells")
    if outcome.result == "table":
        outcome.text = "right" if outcome.cells == (case.expect["header"], case.expect["rows"]) else "wrong"
    outcome.cells = None
    return outcome


def run(cases, folder, read, keep, verbose):
    """Return [(case, outcome)] of every case, or of those before Ctrl-C; ``read(path, case)`` gives the outcome."""
    done = []
    path = folder / "table.csv"
    with contextlib.suppress(KeyboardInterrupt):
        for case in cases:
            case.write(path)
            outcome = judged(case, read(path, case))
            done.append((case, outcome))
            if keep and outcome.is_defect and path.exists():
                path.rename(keep / f"{case.kind} {case.name}".replace("/", "_")[:200])
            path.unlink(missing_ok=True)
            if verbose or outcome.is_defect:
                print(f"{outcome.result:9} {measured(outcome)}  {told(case, outcome)}", flush=True)
    return done


def measured(outcome):
    """Return time and memory as text."""
    return f"{outcome.seconds:6.1f} s {outcome.peak_bytes / 2**20:6.0f} MB"


def told(case, outcome):
    """Return what came of a case, and what is wrong with it."""
    text = outcome.text.strip().replace("\n", "\n    ") if outcome.result in ("error", "died") else outcome.text[:160]
    return f"[{case.kind}] {case.name}: {text}" + "".join(f"\n    FAULT {fault}" for fault in outcome.faults)


def summary(done):
    """Print counts per kind, the encodings, and the worst by time and memory; return the number of defects."""
    print(f"\n{'kind':14}{'files':>7}" + "".join(f"{result:>10}" for result in RESULTS) + f"{'faults':>8}")
    for kind in [*dict.fromkeys(case.kind for case, _ in done), "all"]:
        some = [outcome for case, outcome in done if kind in (case.kind, "all")]
        counts = Counter(outcome.result for outcome in some)
        print(
            f"{kind:14}{len(some):7,}"
            + "".join(f"{counts[result] or '':>10}" for result in RESULTS)
            + f"{sum(bool(outcome.faults) for outcome in some) or '':>8}"
        )
    encoded = [(case.name, outcome) for case, outcome in done if case.kind == "encodings"]
    if any(outcome.text in ("right", "wrong") for _, outcome in encoded):
        counts = Counter(outcome.text if outcome.result == "table" else outcome.result for _, outcome in encoded)
        print("\nencodings: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()))
        print("wrong: " + "; ".join(name for name, outcome in encoded if outcome.text == "wrong"))
    for title, key in (("time", lambda pair: pair[1].seconds), ("memory", lambda pair: pair[1].peak_bytes)):
        print(f"\nworst by {title}:")
        for case, outcome in sorted(done, key=key, reverse=True)[:10]:
            print(f"  {measured(outcome)}  [{case.kind}] {case.name}: {outcome.result}")
    defects = sum(outcome.is_defect for _, outcome in done)
    print(f"\n{len(done):,} files, {defects} defects")
    return defects


def main():
    """Run the files and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a kind, or a part of the name")
    parser.add_argument("--through", choices=("reading", "store"), default="reading", help="what reads the files")
    parser.add_argument("--keep", type=Path, help="folder for the files that show a defect")
    parser.add_argument("--verbose", action="store_true", help="print every file")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    cases = all_cases(given.files, given.seed, given.only)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        scratch = folder / "scratch"
        scratch.mkdir()
        os.environ["TMPDIR"] = str(scratch)  # of the reading processes: what they leave there is seen
        tempfile.tempdir = None
        if given.through == "store":
            step = max(1, len(cases) // STORE_FILES)
            done = run(cases[::step], folder, store_reader(folder / "home"), given.keep, given.verbose)
        else:
            reader = Reader()
            done = run(cases, folder, lambda path, case: read_directly(path, case, reader), given.keep, given.verbose)
            reader.end()
        left = [path.name for path in scratch.iterdir()]
    print(f"left in the temporary folder: {', '.join(left[:5]) or 'nothing'}")
    sys.exit(1 if summary(done) else 0)


if __name__ == "__main__":
    main()
