"""Settings of the service, from environment variables; a wrong one ends the start in one sentence."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.runtime.scorer import CannotServe

HERE = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 8  # characters
HIGHEST_PORT = 65_535
OFF = ("", "off")
STDOUT = "stdout"

# (name, default, meaning): the table that app.py and README.md show.
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("THRESHOLD", "", "from this probability on (0 to 1) the class that was decided about, else the positive one"),
    ("MAX_ROWS", "10000", "most rows in one request; of wide tables fewer fit into `MAX_BODY_BYTES`"),
    ("MAX_REASON_ROWS", "20", "most rows in one request that asks for reasons"),
    ("MAX_BODY_BYTES", "20000000", "most bytes in one request"),
    (
        "API_KEY",
        "",
        "what callers must send as `X-API-Key` or `Authorization: Bearer`; nobody must where it is not set",
    ),
    ("LOG_PREDICTIONS", "off", "`stdout` or a file that rows and answers are appended to, a line of JSON each"),
    ("HOST", "127.0.0.1", "address to listen on; `0.0.0.0` for all"),
    ("PORT", "8000", "port to listen on"),
    ("WORKERS", "2", "processes under gunicorn"),
    ("MODEL_FOLDER", "", "folder of the model, where it is not the folder of app.py"),
)


@dataclass(frozen=True)
class Settings:
    """What the person who runs the service decided; see :data:`SETTINGS` for the meanings."""

    threshold: float | None = None
    max_rows: int = 10_000
    max_reason_rows: int = 20
    max_body_bytes: int = 20_000_000
    api_key: str = field(default="", repr=False)
    log_predictions: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    model_folder: Path = HERE

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment variables.

        Raises
        ------
        CannotServe
            One has a value that is not possible; names it and says what is.
        """
        texts = {name: environment.get(name, "").strip() or default for name, default, _ in SETTINGS}
        return cls(
            threshold=_share("THRESHOLD", texts),
            max_rows=_whole("MAX_ROWS", texts),
            max_reason_rows=_whole("MAX_REASON_ROWS", texts),
            max_body_bytes=_whole("MAX_BODY_BYTES", texts),
            api_key=_key("API_KEY", texts),
            log_predictions=_target("LOG_PREDICTIONS", texts),
            host=_host("HOST", texts),
            port=_whole("PORT", texts, most=HIGHEST_PORT),
            workers=_whole("WORKERS", texts, most=1_000),
            model_folder=Path(texts["MODEL_FOLDER"] or HERE),
        )


def decision_in_force(scorer: Any, threshold: float | None) -> dict | None:
    """Return from which probability on a class is the answer: as ``THRESHOLD`` says, else as the model says.

    Raises
    ------
    CannotServe
        There is a threshold, and no probability or no class that it could be about.
    """
    if threshold is None:
        return dict(scorer.decision) if scorer.decision else None
    if scorer.is_regression or not hasattr(scorer.model, "predict_proba"):
        raise CannotServe("The environment variable THRESHOLD is set, but this model has no probabilities.")
    decided, positive = scorer.decision, scorer.manifest.get("positive")
    if decided is None and positive is None:
        raise CannotServe(
            "The environment variable THRESHOLD is set, but no class of this model was decided about or is positive."
        )
    return {"label": decided["label"] if decided else positive, "threshold": threshold, "set_by": "THRESHOLD"}


def _wrong(name: str, must: str, text: str) -> CannotServe:
    return CannotServe(f"The environment variable {name} must be {must}, not “{text}”.")


def _whole(name: str, texts: Mapping[str, str], most: int | None = None) -> int:
    text, limit = texts[name], "" if most is None else f" and at most {most}"
    if not (text.isascii() and text.isdigit() and int(text) > 0 and (most is None or int(text) <= most)):
        raise _wrong(name, f"a whole number above 0{limit}", text)
    return int(text)


def _share(name: str, texts: Mapping[str, str]) -> float | None:
    text = texts[name]
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise _wrong(name, "a number from 0 to 1, such as 0.3", text)
    return value


def _key(name: str, texts: Mapping[str, str]) -> str:
    text = texts[name]
    if text and (len(text) < SHORTEST_KEY or not text.isascii() or not text.isprintable()):
        # The key itself is not repeated: what is printed at a start is kept in logs.
        raise CannotServe(
            f"The environment variable {name} must have at least {SHORTEST_KEY} characters, printable ASCII only."
        )
    return text


def _host(name: str, texts: Mapping[str, str]) -> str:
    text = texts[name]
    if not text.isascii() or any(character.isspace() or character in "/@" for character in text):
        raise _wrong(name, "an address such as 127.0.0.1", text)
    return text


def _target(name: str, texts: Mapping[str, str]) -> str:
    text = texts[name]
    if text.lower() in OFF:
        return ""
    if text.lower() == STDOUT:
        return STDOUT
    try:
        with Path(text).open("ab"):
            return text
    except OSError as error:
        raise _wrong(name, f"“{STDOUT}” or a file that can be written ({error.strerror or error})", text) from None
