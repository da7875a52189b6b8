"""The process that reads one file: ``python -m workbench.store.reading_worker``, told what to do on standard input.

Progress and the answer go to standard output, one JSON object per line. It ends with the process that started it,
and takes no more memory than it was given: what a reader of ours or of a library does with a hostile file stays here.
"""

import contextlib
import json
import os
import sys
import threading
import time
from typing import Any

import psutil

from workbench.errors import CannotRead, WorkbenchError
from workbench.store.reading import TOO_MUCH_MEMORY
from workbench.store.reading_process import work_of

NICENESS = 10
REPORT_SECONDS = 0.1


def main() -> int:
    """Read one job from standard input and answer; returns the exit code."""
    job = json.loads(sys.stdin.readline())
    # What a library prints must not stand between our lines.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    _be_modest(job["memory_bytes"])
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        answer = {"answer": work_of(job)(job, _reporter(answers), None)}
    except WorkbenchError as error:
        answer = {"error": type(error).__name__, "message": error.message, "advice": error.advice}
    except MemoryError:
        answer = {"error": CannotRead.__name__, **TOO_MUCH_MEMORY}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
    return 0


def _reporter(answers):
    last = [0.0, ""]

    def report(done: int, total: int, words: str) -> None:
        if words != last[1] or time.monotonic() - last[0] > REPORT_SECONDS or done == total:
            last[:] = [time.monotonic(), words]
            line: dict[str, Any] = {"done": int(done), "total": int(total), "words": words}
            answers.write(json.dumps(line) + "\n")

    return report


def end_with_parent() -> None:
    """Wait for the end of standard input: it comes when the parent closes it, and when it dies in whatever way."""
    # Below Python's buffers, whose locks would be held while the interpreter ends.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(1)


def _be_modest(memory_bytes: int) -> None:
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process()
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICENESS)
    try:
        import resource
    except ImportError:  # Windows: the parent watches the memory
        return
    # Writable private memory. RLIMIT_AS would also count mapped files and addresses that are only reserved, of which
    # allocators take gigabytes.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
