"""A bundle against the usual Flask service, side by side: requests per second, latency, processor time, start.

    python benchmarks/serving.py [--seconds 4] [--train 8000] [--rows 1 100] [--keep FOLDER] [KIND ...]

Every kind of ``serving_models.KINDS`` (all where none is named) is fitted twice on the same mixed table of 14 columns:
as a bundle that this workbench exports, and as a plain ``ColumnTransformer`` (medians, one-hot) with the same
estimator behind a plain Flask application. Both are served by gunicorn with one worker of four threads, one at a time
and pinned to one core; the load comes from the other core, over eight connections, in turns: plain, ours, plain,
ours; the turn that took less processor time counts. Rows are thousands of different ones with blanks and words that
were not seen; the bundle's contract and warnings are on. Every answer is compared with that of the pickled pipeline
for all rows at once, within 1e-9. (The plain service itself fails that: a request with a blank word alone has None
where a table has NaN, and a one-hot encoder takes them for two levels. Its wrong answers are told, and do not count.)

Processor time per request counts the server's processes; it says more than seconds do where a machine is shared.
``client`` says how busy the load's own core was: below 90 % it does not hold the server up. The exit code is 1 where
an answer is wrong or a ratio is below its target.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SERVER_CORE, LOAD_CORE = 0, 1
N_ROWS = 4_000
N_CONNECTIONS = 8
TURNS = 2
TOLERANCE = 1e-9
# Times the requests per second of plain Flask, for one row a request and for more.
TARGETS = {"boosting": 10.0, "forest": 10.0}
OTHERS, MANY_ROWS = 4.0, 5.0
MOST_TO_HEALTH, MOST_TO_READY = 3.0, 5.0  # seconds
START_WITHIN = 120.0
GUNICORN = ("--workers=1", "--worker-class=gthread", "--threads=4", "--keep-alive=5")


class ServerEnded(Exception):
    """Instead of an answer."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def served(which: str, folder: Path, port: int):
    """Serve "ours" or "plain" on one core; yields (process id, seconds until each address answered)."""
    python = [str(Path(sys.executable).with_name("gunicorn"))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment |= {"WORKERS": "1", "PORT": str(port), "HOST": "127.0.0.1", "PLAIN_MODEL": str(folder / "plain.joblib")}
    environment.pop("PYTHONPATH", None)  # a bundle has all that it needs
    if which == "ours":
        command, cwd, addresses = [*python, "app:app"], folder / "bundle", ("/health", "/ready")
    else:
        command = [*python, *GUNICORN, f"--bind=127.0.0.1:{port}", "serving_plain:app"]
        cwd, addresses = ROOT / "benchmarks", ("/health",)
        environment["PYTHONPATH"] = str(ROOT)  # some of the estimators are classes of ours
    with running(command, cwd, environment, port, addresses) as found:
        yield found


@contextmanager
def running(command: list[str], cwd: Path, environment: dict[str, str], port: int, addresses: Sequence[str]):
    """Run a server on one core; yields (process id, seconds until each address answered)."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), *command], cwd=cwd, env=environment, stdout=log, stderr=log
        )
        try:
            yield process.pid, {address: _until_answered(port, address, began, process) for address in addresses}
        except ServerEnded:
            log.seek(0)
            raise SystemExit(f"The server {command[0]} ended by itself: {log.read().decode()[-2000:]}") from None
        finally:
            process.terminate()
            process.wait(timeout=60)


def _until_answered(port: int, address: str, began: float, process: subprocess.Popen) -> float:
    while time.perf_counter() - began < START_WITHIN:
        if process.poll() is not None:
            raise ServerEnded
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=30):
                return time.perf_counter() - began
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise SystemExit(f"{address} did not answer within {START_WITHIN:.0f} s.")


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and its children so far."""
    ticks, mine = 0, {pid}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) in mine or int(fields[1]) in mine:
            mine.add(int(stat.parent.name))
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wrong_answers(found, rows_each: int, expected: list[dict]) -> int:
    """Return how many answers of a load are not those of the pickled pipeline."""
    wrong = 0
    for number, body in found.answers:
        told = json.loads(body)["predictions"] if body else []
        wanted = expected[number * rows_each : (number + 1) * rows_each]
        if len(told) != len(wanted) or not all(map(_same, told, wanted)):
            wrong += 1
    return wrong


def _same(answer: dict, expected: dict) -> bool:
    if "error" in answer or answer["prediction"] != expected["prediction"]:
        return False
    return all(abs(p - expected["probabilities"][name]) <= TOLERANCE for name, p in answer["probabilities"].items())


def measured(which: str, folder: Path, rows: list[dict], expected: list[dict], rows_each: int, seconds: float) -> dict:
    """Serve, load, and return figures of one turn."""
    from serving_load import requests_of

    port = free_port()
    requests = requests_of([json.dumps({"rows": part}).encode("utf-8") for part in parts_of(rows, rows_each)])
    with served(which, folder, port) as (pid, started):
        figures, loads = loaded(pid, port, requests, seconds)
    wrong = sum(wrong_answers(found, rows_each, expected) for found in loads)
    return {**figures, "wrong": wrong, "started": started}


def parts_of(rows: list[dict], rows_each: int) -> list[list[dict]]:
    """Return the rows of each request; a rest that does not fill one is left out."""
    return [rows[at : at + rows_each] for at in range(0, len(rows) - rows_each + 1, rows_each)]


def loaded(pid: int, port: int, requests: list[bytes], seconds: float) -> tuple[dict, list]:
    """Load a running server over many connections and over one; return its figures and both loads."""
    from serving_load import load

    load(port, requests, min(1.0, seconds / 4), 1)
    before = processor_seconds(pid)
    busy = load(port, requests, seconds, N_CONNECTIONS)
    used = processor_seconds(pid) - before
    alone = load(port, requests, seconds / 2, 1)
    latencies = sorted(alone.latencies)
    figures = {
        "requests": len(busy.answers) / busy.seconds,
        "cpu": used / len(busy.answers),
        "p50": statistics.median(latencies),
        "p99": latencies[int(0.99 * (len(latencies) - 1))],
        "checked": len(busy.answers) + len(alone.answers),
        "client": busy.client_share,
    }
    return figures, [busy, alone]


def compared(name: str, folder: Path, rows_each: int, options) -> bool:
    """Print the figures of one kind; return whether they are good enough."""
    import serving_models as models

    rows = models.asked_rows(name, N_ROWS)
    expected = {"plain": models.expected_of_plain(folder, rows), "ours": models.expected_of_bundle(folder, rows)}
    turns = {"plain": [], "ours": []}
    for _ in range(TURNS):
        for which, found in turns.items():
            found.append(measured(which, folder, rows, expected[which], rows_each, options.seconds))
    best = {which: min(found, key=lambda turn: turn["cpu"]) for which, found in turns.items()}
    wrong = {which: sum(turn["wrong"] for turn in found) for which, found in turns.items()}
    for which, turn in best.items():
        started = ", ".join(f"{address} {seconds:.1f} s" for address, seconds in turn["started"].items())
        latency = f"p50 {1e3 * turn['p50']:6.2f} ms  p99 {1e3 * turn['p99']:6.2f} ms"
        print(
            f"{name:<10} {rows_each:>4} rows {which:<6} {turn['requests']:8.0f} requests/s  {latency}"
            f"  CPU {1e3 * turn['cpu']:6.2f} ms  client {100 * turn['client']:3.0f} %"
            f"  {turn['checked']} answers checked  {started}",
            flush=True,
        )
    ratio = best["ours"]["requests"] / best["plain"]["requests"]
    by_cpu = best["plain"]["cpu"] / best["ours"]["cpu"]
    target = MANY_ROWS if rows_each > 1 else TARGETS.get(name, OTHERS)
    fine = wrong["ours"] == 0 and min(ratio, by_cpu) >= target
    print(
        f"{name:<10} {rows_each:>4} rows ratio  {ratio:8.1f} × requests/s, {by_cpu:.1f} × by CPU (target {target:g} ×)"
        f"  wrong answers: {wrong['ours']} (plain: {wrong['plain']}){'' if fine else '  BELOW TARGET'}",
        flush=True,
    )
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--train", type=int, default=8_000)
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--keep", type=Path, help="folder where models are kept from one run to the next")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE} if len(os.sched_getaffinity(0)) > 1 else os.sched_getaffinity(0))
    import serving_models as models

    fine = True
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.kinds or models.KINDS:
            folder = (options.keep or Path(temporary)) / name
            if not (folder / "plain.joblib").is_file():
                folder.mkdir(parents=True, exist_ok=True)
                models.make(name, folder, options.train)
            for rows_each in options.rows:
                fine &= compared(name, folder, rows_each, options)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
