"""The process that looks through one table, or two: ``python -m workbench.store.profile_worker``, told which on
standard input.

What it is doing goes to standard output, one JSON object per line; what comes out goes into the store. It ends with the
process that started it.
"""

import contextlib
import json
import os
import sys
import threading

import psutil

from workbench.errors import WorkbenchError
from workbench.store.reading_worker import end_with_parent

NICENESS = 5  # a person waits for it, so before training; but after what others click


def main() -> int:
    """Make the profile or the comparison that one line of standard input asks for; returns the exit code."""
    job = json.loads(sys.stdin.readline())
    # What a library prints must not stand between our lines.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICENESS)
    threading.Thread(target=end_with_parent, daemon=True).start()

    def say(**line) -> None:
        answers.write(json.dumps(line) + "\n")

    try:
        (_compare if "other" in job else _profile)(job, say)
    except WorkbenchError as error:
        say(error=type(error).__name__, message=error.message, advice=error.advice)
    answers.flush()
    return 0


def _profile(job: dict, say) -> None:
    from workbench.profiling import profile
    from workbench.store import Store

    with Store.open() as store:
        dataset, table = store.dataset(job["fingerprint"]), store.load_table(job["fingerprint"])
        say(opened=True)
        found = profile(
            table,
            dataset.schema,
            target=job["target"],
            task=job["task"],
            on_columns=lambda columns: say(columns=columns.to_json()),
        )
        store.put_artifact("profile", job["key"], found.to_json())
    say(done=True)


def _compare(job: dict, say) -> None:
    from workbench.profiling.differences.tables import compare_tables
    from workbench.store import Store

    with Store.open() as store:
        both = [job["fingerprint"], job["other"]]
        schemas = [store.dataset(fingerprint).schema for fingerprint in both]
        tables = [store.load_table(fingerprint) for fingerprint in both]
        say(opened=True)
        found = compare_tables(*tables, *schemas, target=job["target"])
        store.put_artifact("differences", job["key"], found.to_json())
    say(done=True)


if __name__ == "__main__":
    sys.exit(main())
