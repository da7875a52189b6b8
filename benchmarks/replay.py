"""Whether the stored plan of an autopilot gives the same leaderboard again, on an idle machine and on a loaded one.

    python -m benchmarks.replay [--file FILE --target COLUMN] [--seconds 20]

The run and both replays go by the command line, in a home of their own. The load is a busy loop for each core. Equal
means equal to the last bit: every score of every candidate and fold, every weight, and every sentence about who left.
Without ``--file`` a seeded table of 4,000 × 12 is used.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.frames import frame

BUSY = "while True: pass"
TIMES = ("fit_seconds",)  # what a machine says of itself


def trained(home, facts, *arguments):
    """Run ``train`` and return its facts and the wall seconds it took."""
    command = [sys.executable, "-m", "workbench", "train", *arguments, "--json", str(facts)]
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, "WORKBENCH_HOME": str(home)}, check=True, capture_output=True)
    return json.loads(Path(facts).read_text(encoding="utf-8")), time.monotonic() - began


def leaderboard(facts):
    """Return what must be equal of a run: every candidate in its place, without the seconds it took."""
    return [{name: value for name, value in one.items() if name not in TIMES} for one in facts["models"]]


def busy(stack):
    """Keep every core busy until ``stack`` is closed."""
    for _ in range(os.cpu_count() or 1):
        process = subprocess.Popen([sys.executable, "-c", BUSY])
        stack.callback(process.wait)
        stack.callback(process.kill)


def main() -> int:
    """Run, replay twice, and print whether the leaderboards are identical; returns 1 where they are not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--target", default="target")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        path = options.file or folder / "table.parquet"
        if options.file is None:
            frame(4_000, 12).to_parquet(path)
        home, facts = folder / "home", folder / "facts.json"
        first, seconds = trained(home, facts, str(path), "--target", options.target, "--auto", f"{options.seconds:g}")
        n_rounds, n_candidates = len(first["autopilot"]["rounds"]), len(first["models"])
        print(f"planned and run: {seconds:.1f} s, {n_rounds} rounds, {n_candidates} candidates, best {first['best']}")
        equal = []
        for load in ("idle", "loaded"):
            if load == "loaded":
                busy(stack)
            again, seconds = trained(home, facts, "--replay", first["run"])
            equal.append(leaderboard(again) == leaderboard(first))
            print(f"replayed, {load}: {seconds:.1f} s, {'identical' if equal[-1] else 'DIFFERENT'}")
    return 0 if all(equal) else 1


if __name__ == "__main__":
    sys.exit(main())
