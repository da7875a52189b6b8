"""How much memory a process that fits may take, so that one fit too large fails alone and not the computer."""

import contextlib
import os
from pathlib import Path

import psutil
from joblib.externals.loky import process_executor

MEGABYTE = 2**20
# Left to the system, the app and what other programs may need in the meantime.
SHARE = 0.85
# Libraries alone take a third of this.
SMALLEST_BYTES = 1024 * MEGABYTE
CGROUP_LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def limit_bytes(n_processes: int) -> int:
    """Return how many bytes each of ``n_processes`` may take: ``WORKBENCH_MEMORY_MB``, or its part of what is free.

    >>> os.environ["WORKBENCH_MEMORY_MB"] = "2000"
    >>> limit_bytes(2) == 2000 * 2**20
    True
    >>> del os.environ["WORKBENCH_MEMORY_MB"]
    """
    asked = os.environ.get("WORKBENCH_MEMORY_MB", "").strip()
    if asked.isdigit() and int(asked):
        return int(asked) * MEGABYTE
    return max(int(SHARE * available_bytes() / n_processes), SMALLEST_BYTES)


def available_bytes() -> int:
    """Return what is free, of the computer or, where it is less, of the container."""
    free = psutil.virtual_memory().available
    for most, now in CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # absent, or "max"
            free = min(free, max(int(Path(most).read_text()) - int(Path(now).read_text()), 0))
    return free


def limit_this_process(limit: int) -> None:
    """Let a request for memory beyond ``limit`` bytes fail with MemoryError, where the system can do that.

    Linux counts writable private memory (RLIMIT_DATA); RLIMIT_AS would also count mapped files and addresses that
    are only reserved. Elsewhere nothing is limited, and the engine deals with processes that the system ends.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    # joblib starts a worker process anew where it has grown by 300 MB: at every fit on a large table.
    process_executor._MAX_MEMORY_LEAK_SIZE = limit // 2
    with contextlib.suppress(OSError, ValueError):  # below a limit that was set from outside
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
