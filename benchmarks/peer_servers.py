"""The other servers of ``serving_peers``: how they are installed, started and asked, and what ours must be beside them.

``peers/`` holds the exact versions of everything in a peer's environment, and what runs in it: each serves the very
pickle that plain Flask serves, under a description of its columns in which any may be blank, and answers with
probabilities. Nobody's log of requests is on unless it cannot be turned off (MLflow's).
"""

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parent / "peers"
# What a pickle of the plain pipeline is made of; these have the versions of the environment that fitted it.
OF_THE_PICKLE = ("joblib", "numpy", "pandas", "scikit-learn", "scipy")
WITHOUT_NETWORK = {"MLFLOW_DISABLE_TELEMETRY": "true", "BENTOML_DO_NOT_TRACK": "True", "DO_NOT_TRACK": "1"}
TIMES_MLFLOW = {("boosting", 1): 15.0}  # requests per second, by kind and rows of a request
MOST_P50 = {("boosting", 1): 2e-3}  # seconds


@dataclass(frozen=True)
class Peer:
    """One server.

    Attributes
    ----------
    name : str
    megabytes : int
        Size of its installation.
    health, path : str
        What answers once it serves, and where it predicts.
    command : callable(bin folder, port, model folder) -> list of str
    body : callable(rows) -> object
        What is sent as JSON.
    probabilities : callable(object) -> list of list of float
        Of each row, out of what it answers.
    """

    name: str
    megabytes: int
    health: str
    path: str
    command: Callable[[Path, int, Path], list[str]]
    body: Callable[[list[dict]], object]
    probabilities: Callable[[object], list[list[float]]]

    @property
    def pins(self) -> Path:
        """Return the file of exact versions."""
        return FOLDER / f"{self.name}.txt"


def _mlflow(tools: Path, port: int, model: Path) -> list[str]:
    local = ["--env-manager", "local", "--workers", "1", "--host", "127.0.0.1", "--port", str(port)]
    return [str(tools / "mlflow"), "models", "serve", "--model-uri", str(model), *local]


def _vetiver(tools: Path, port: int, model: Path) -> list[str]:
    return [str(tools / "uvicorn"), "serving_vetiver:app", "--port", str(port), "--log-level", "warning"]


def _bentoml(tools: Path, port: int, model: Path) -> list[str]:
    return [str(tools / "bentoml"), "serve", "serving_bentoml:Plain", "--host", "127.0.0.1", "--port", str(port)]


PEERS = (
    Peer(
        "mlflow", 850, "/health", "/invocations", _mlflow,
        lambda rows: {"dataframe_records": rows}, lambda answer: answer["predictions"],
    ),
    Peer("vetiver", 540, "/ping", "/predict", _vetiver, lambda rows: rows, lambda answer: answer["predict"]),
    Peer("bentoml", 470, "/readyz", "/predict", _bentoml, lambda rows: {"rows": rows}, lambda answer: answer),
)  # fmt: skip


def requirements_of(pins: str, here: Mapping[str, str]) -> str:
    """Return a peer's pins, with this environment's versions of what the pickle is made of.

    Parameters
    ----------
    pins : str
        Lines of ``name==version``.
    here : dict of str to str
        Version of each of ``OF_THE_PICKLE``.

    Examples
    --------
    >>> requirements_of("flask==3.1.3\\nnumpy==1.0", {"numpy": "2.4.6"})
    'flask==3.1.3\\nnumpy==2.4.6'
    """
    return re.sub(
        r"^([\w.-]+)==.*$",
        lambda found: f"{found[1]}=={here[found[1].lower()]}" if found[1].lower() in here else found[0],
        pins,
        flags=re.MULTILINE,
    )


def save_for_mlflow(tools: Path, plain: Path, folder: Path, environment: Mapping[str, str]) -> None:
    """Write the plain pipeline as MLflow keeps models, in its own environment."""
    command = [str(tools / "python"), str(FOLDER / "save_mlflow.py"), str(plain), str(folder)]
    subprocess.run(command, env=dict(environment), check=True, capture_output=True, timeout=300)


def wrong_of_peer(peer: Peer, answers: Sequence[tuple[int, bytes]], rows_each: int, expected: list[dict]) -> int:
    """Return how many answers are not the plain pipeline's own probabilities, within 1e-9.

    Parameters
    ----------
    peer : Peer
    answers : sequence of (int, bytes)
        Number of the request, and the body of its answer; empty where the status was not 200.
    rows_each : int
        Rows of a request.
    expected : list of dict
        Of all rows, as ``serving_models.expected_of_plain`` returns them.
    """
    wrong = 0
    for number, body in answers:
        told = peer.probabilities(json.loads(body)) if body else []
        rows = expected[number * rows_each : (number + 1) * rows_each]
        wanted = [list(row["probabilities"].values()) for row in rows]
        wrong += not (len(told) == len(wanted) and all(map(_near, told, wanted)))
    return wrong


def _near(told: list[float], wanted: list[float]) -> bool:
    return len(told) == len(wanted) and all(abs(one - other) <= 1e-9 for one, other in zip(told, wanted, strict=True))


def times_of(turns: Sequence[Mapping], ours: Sequence[Mapping]) -> dict[str, float]:
    """Return how many times as much ours does, as the median of the ratios of each round.

    Parameters
    ----------
    turns, ours : sequence of dict
        ``requests`` per second and ``cpu`` seconds per request, round by round.

    Returns
    -------
    dict
        ``times``, by requests per second, and ``times_cpu``, by processor time.
    """
    pairs = list(zip(turns, ours, strict=True))
    return {
        "times": median(mine["requests"] / turn["requests"] for turn, mine in pairs),
        "times_cpu": median(turn["cpu"] / mine["cpu"] for turn, mine in pairs),
    }


def misses(kind: str, rows_each: int, figures: Mapping[str, Mapping], times_plain: float) -> list[str]:
    """Return a sentence for each thing that is asked of ours and not there; none where all is well.

    Parameters
    ----------
    kind : str
        Of ``serving_models.KINDS``.
    rows_each : int
        Rows of a request.
    figures : dict of str to dict
        Of "ours": ``p50`` in seconds and ``wrong`` answers; of "plain" and the peers that ran: ``times``, as
        :func:`times_of` returns it.
    times_plain : float
        How many times the requests per second of plain Flask are asked.
    """
    ours, found = figures["ours"], []
    if ours["wrong"]:
        found.append(f"{ours['wrong']} answers of ours are wrong")
    for name, asked in (("plain", times_plain), ("mlflow", TIMES_MLFLOW.get((kind, rows_each)))):
        if asked is None or name not in figures:
            continue
        times = figures[name]["times"]
        if times < asked:
            found.append(f"{times:.1f} × {name}'s requests per second, {asked:g} × asked")
    most = MOST_P50.get((kind, rows_each))
    if most is not None and ours["p50"] > most:
        found.append(f"p50 of {1e3 * ours['p50']:.2f} ms, at most {1e3 * most:g} ms asked")
    return found
