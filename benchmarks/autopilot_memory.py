"""Peak memory of an autopilot run on a table of 1,000,000 × 50, all of its processes together.

    python -m benchmarks.autopilot_memory [--rows 1000000] [--columns 50] [--seconds 120]

The command line is run as a person would, in a home of its own. Memory is what the kernel accounts to the processes
(proportional set size: pages that several share count once), looked at five times a second.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.frames import frame

ALLOWED_GB = 8.0
EVERY_SECONDS = 0.2


def memory_of(process: psutil.Process) -> int:
    """Return the bytes that a process and all it started hold now."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            found = member.memory_full_info()
            total += getattr(found, "pss", found.rss)
        except psutil.Error:
            pass  # it ended meanwhile
    return total


def main() -> int:
    """Run it and print peak, time and what came out; returns 1 where more than 8 GB were held or the run failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, facts = Path(folder) / "table.parquet", Path(folder) / "facts.json"
        frame(options.rows, options.columns).to_parquet(path)
        command = [sys.executable, "-m", "workbench", "train", str(path), "--target", "target"]
        command += ["--auto", f"{options.seconds:g}", "--json", str(facts)]
        began, peak = time.monotonic(), 0
        running = psutil.Popen(command, env={**os.environ, "WORKBENCH_HOME": str(Path(folder) / "home")})
        while running.poll() is None:
            peak = max(peak, memory_of(running))
            try:
                running.wait(EVERY_SECONDS)
            except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
                continue
        seconds = time.monotonic() - began
        gigabytes = peak / 1e9
        print(
            f"{options.rows:,} × {options.columns}: exit {running.returncode}, {seconds:.0f} s, peak {gigabytes:.2f} GB"
        )
        if facts.exists():
            print(json.dumps(json.loads(facts.read_text()).get("headline", ""), ensure_ascii=False))
        return int(running.returncode != 0 or gigabytes > ALLOWED_GB)


if __name__ == "__main__":
    sys.exit(main())
