"""A bundle beside plain Flask, MLflow, vetiver and BentoML that serve the usual pipeline, in one run.

    python benchmarks/serving_peers.py [KIND ...] [--rows 1 100] [--seconds 1] [--rounds 6] [--peers mlflow vetiver …]

Bundle, plain pipeline, rows, load and counting are those of ``serving.py``: servers with one worker on one core, the
load on the other, eight connections for processor time and requests per second, one for latencies, every answer
checked. All servers are started one after the other and stay; then they are loaded in turns of ``--seconds``, round
after round, one at a time, so that what else the machine does meets all of them. The figures are medians over the
rounds, and so are the ratios, each of one round. Kinds are of ``serving_models.KINDS``: boosting and forest where none
is named. The plain pipeline's pickle is fitted once and loaded by all, with the same scikit-learn, pandas and NumPy.

Each peer runs in an environment of its own, with the exact versions of ``benchmarks/peers``, outside the repository
(``--environments``). Where there is none yet it is made, which downloads the peer from the package index, and is said;
so is a peer that cannot be installed, and the run goes on without it and ends with exit code 1, as it does where
something that is asked of ours is missed.
"""

import argparse
import importlib.metadata
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import serving
from peer_servers import (
    FOLDER,
    OF_THE_PICKLE,
    PEERS,
    WITHOUT_NETWORK,
    Peer,
    misses,
    requirements_of,
    save_for_mlflow,
    times_of,
    wrong_of_peer,
)

ENVIRONMENTS = Path.home() / ".cache" / "workbench" / "serving-peers"
OWN = ("plain", "ours")


def installed(peer: Peer, environments: Path) -> Path | None:
    """Return the folder of a peer's programs, after making its environment where there is none; None if impossible."""
    from workbench.errors import NotPossible
    from workbench.export import clean_environment

    def say(words: str) -> None:
        if words == clean_environment.MAKING:
            print(
                f"{peer.name}: an environment of its own is made in {environments / peer.name}, once; this downloads "
                f"packages of about {peer.megabytes} MB (installed) from the package index.",
                flush=True,
            )

    here = {name: importlib.metadata.version(name) for name in OF_THE_PICKLE}
    with tempfile.TemporaryDirectory() as temporary:
        requirements = Path(temporary) / "requirements.txt"
        requirements.write_text(requirements_of(peer.pins.read_text(encoding="utf-8"), here), encoding="utf-8")
        try:
            return clean_environment.environment(requirements, environments / peer.name, say=say).parent
        except NotPossible as error:
            print(f"{peer.name}: CANNOT BE INSTALLED and is left out. {error.message}", flush=True)
            return None


class Server:
    """One of the servers with one kind of model: starts, and is asked.

    Parameters
    ----------
    name : str
        "plain", "ours" or a peer's.
    folder : Path
        Holds ``plain.joblib`` and ``bundle``.
    tools : Path, optional
        A peer's programs.
    """

    def __init__(self, name: str, folder: Path, tools: Path | None = None):
        self.name, self.folder, self.tools = name, folder, tools
        self.peer = next((peer for peer in PEERS if peer.name == name), None)
        self.turns: dict[int, list[dict]] = {}
        if self.peer is not None:
            self.model = folder / f"{name}-model"
            # Some of the estimators are classes of ours, so the peers find them, too.
            self.environment = {**os.environ, **WITHOUT_NETWORK, "PYTHONPATH": str(serving.ROOT)}
            self.environment |= {"PLAIN_MODEL": str(folder / "plain.joblib"), "BENTOML_HOME": str(folder / "bentoml")}
            self.environment["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"
            if name == "mlflow" and not self.model.is_dir():
                save_for_mlflow(tools, folder / "plain.joblib", self.model, self.environment)

    def started(self, port: int):
        """Return the context in which it serves, as ``serving.served`` does."""
        if self.peer is None:
            return serving.served(self.name, self.folder, port)
        command = self.peer.command(self.tools, port, self.model)
        return serving.running(command, FOLDER, self.environment, port, (self.peer.health,))

    def requests(self, rows: list[dict], rows_each: int) -> list[bytes]:
        """Return whole HTTP requests."""
        from serving_load import requests_of

        parts = serving.parts_of(rows, rows_each)
        bodies = [self.peer.body(part) if self.peer else {"rows": part} for part in parts]
        return requests_of([json.dumps(body).encode("utf-8") for body in bodies], self.path)

    @property
    def path(self) -> str:
        """Return where it predicts."""
        return self.peer.path if self.peer else "/predict"

    def wrong(self, loads: list, rows_each: int, expected: list[dict]) -> int:
        """Return how many answers are not as expected."""
        if self.peer is None:
            return sum(serving.wrong_answers(load, rows_each, expected) for load in loads)
        return sum(wrong_of_peer(self.peer, load.answers, rows_each, expected) for load in loads)

    @contextmanager
    def running(self, rows: list[dict], expected: list[dict], options):
        """Start, note how long the first answer takes, and stay."""
        self.port, self.expected = serving.free_port(), expected
        self.asked = {rows_each: self.requests(rows, rows_each) for rows_each in options.rows}
        began = time.perf_counter()
        with self.started(self.port) as (self.pid, self.seconds_to):
            _ask(self.port, self.path, self.asked[options.rows[0]][0])
            self.first = time.perf_counter() - began
            yield self

    def take_turn(self, rows_each: int, seconds: float) -> None:
        """Answer requests for a while, and note the figures."""
        figures, loads = serving.loaded(self.pid, self.port, self.asked[rows_each], seconds)
        figures["wrong"] = self.wrong(loads, rows_each, self.expected)
        self.turns.setdefault(rows_each, []).append(figures)

    def figures(self, rows_each: int) -> dict:
        """Return medians over the turns, and how many answers were checked and wrong."""
        turns = self.turns[rows_each]
        found = {name: statistics.median(turn[name] for turn in turns) for name in ("cpu", "requests", "p50", "client")}
        found |= {name: sum(turn[name] for turn in turns) for name in ("wrong", "checked")}
        return found | {"first": self.first, "seconds_to": self.seconds_to}


def _ask(port: int, path: str, request: bytes) -> None:
    body = request.partition(b"\r\n\r\n")[2]
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers=headers), timeout=60
    ) as answer:
        answer.read()


def compared(kind: str, folder: Path, tools: dict[str, Path], options) -> bool:
    """Print the figures of one kind of model; return whether ours are good enough."""
    import serving_models as models

    rows = models.asked_rows(kind, serving.N_ROWS)
    of_plain, of_bundle = models.expected_of_plain(folder, rows), models.expected_of_bundle(folder, rows)
    servers = [Server(name, folder, tools.get(name)) for name in (*OWN, *tools)]
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(server.running(rows, of_bundle if server.name == "ours" else of_plain, options))
        for rows_each in [*options.rows] * options.rounds:
            for server in servers:
                server.take_turn(rows_each, options.seconds)
    fine = True
    for rows_each in options.rows:
        figures = {server.name: server.figures(rows_each) for server in servers}
        for server in servers:
            figures[server.name] |= times_of(server.turns[rows_each], servers[OWN.index("ours")].turns[rows_each])
        _print(kind, rows_each, figures)
        asked = serving.MANY_ROWS if rows_each > 1 else serving.TARGETS.get(kind, serving.OTHERS)
        found = misses(kind, rows_each, figures, asked)
        started = figures["ours"]["seconds_to"]
        for address, most in (("/health", serving.MOST_TO_HEALTH), ("/ready", serving.MOST_TO_READY)):
            if started[address] > most:
                found.append(f"{started[address]:.1f} s to {address}, at most {most:g} s asked")
        for words in found:
            print(f"{kind:<9} {rows_each:>4} rows  MISSED: {words}", flush=True)
        fine &= not found
    return fine


def _print(kind: str, rows_each: int, figures: dict[str, dict]) -> None:
    for name, turn in figures.items():
        times = f"ours / {name} {turn['times']:5.1f} × requests/s"
        by_cpu = f"{turn['times_cpu']:5.1f} × CPU"
        print(
            f"{kind:<9} {rows_each:>4} rows  {name:<8} CPU {1e3 * turn['cpu']:7.2f} ms  "
            f"{turn['requests']:7.0f} requests/s  p50 {1e3 * turn['p50']:7.2f} ms  first answer {turn['first']:5.1f} s"
            f"  client {100 * turn['client']:3.0f} %  wrong {turn['wrong']} of {turn['checked']}"
            f"{'' if name == 'ours' else f'  {times}, {by_cpu}'}",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--train", type=int, default=8_000)
    parser.add_argument("--peers", nargs="*", default=[peer.name for peer in PEERS], metavar="PEER")
    parser.add_argument(
        "--environments", type=Path, default=ENVIRONMENTS, help="where the peers' environments are kept"
    )
    parser.add_argument("--keep", type=Path, help="folder where models are kept from one run to the next")
    options = parser.parse_args()
    if unknown := {*options.peers} - {peer.name for peer in PEERS}:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    # Before this process keeps to the load's core: pip may use both.
    found = {peer.name: installed(peer, options.environments) for peer in PEERS if peer.name in options.peers}
    tools = {name: folder for name, folder in found.items() if folder is not None}
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {serving.LOAD_CORE})
    import serving_models as models

    print(f"load of the machine before the run: {os.getloadavg()[0]:.1f}", flush=True)
    fine = len(tools) == len(found)
    with tempfile.TemporaryDirectory() as temporary:
        for kind in options.kinds or ["boosting", "forest"]:
            folder = (options.keep or Path(temporary)) / kind
            if not (folder / "plain.joblib").is_file():
                folder.mkdir(parents=True, exist_ok=True)
                models.make(kind, folder, options.train)
            fine &= compared(kind, folder, tools, options)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
