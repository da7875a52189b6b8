"""Lines of JSON: one per request, without any value of a row; and, where it was asked for, one per prediction."""

import datetime
import json
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from .settings import STDOUT

LOGGER = logging.getLogger("prediction_service")
LOGGER.addHandler(logging.NullHandler())  # where another application has its own logging, that decides


class JsonLine(logging.Formatter):
    """One line of JSON per record: time, level, event, and what came with it (``extra={"facts": {...}}``)."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {"time": _moment(record.created), "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(facts | getattr(record, "facts", {}), ensure_ascii=True)


def to_stream(stream: Any = None) -> None:
    """Write the service's lines to ``stream`` (standard output); for those who start the service by itself."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLine())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def answered(request_id: str, method: str, route: str, status: int, seconds: float, n_rows: int) -> None:
    """Log a request that was answered."""
    if LOGGER.isEnabledFor(logging.INFO):
        # Made here and not by ``LOGGER.info``, which first looks for the line that called it: nobody prints that.
        record = logging.LogRecord(LOGGER.name, logging.INFO, __file__, 0, "request", None, None)
        record.facts = {"request_id": request_id, "method": method, "route": route, "status": status}
        record.facts |= {"ms": round(1000 * seconds, 2), "rows": n_rows}
        LOGGER.handle(record)


def defect(error: BaseException, request_id: str) -> None:
    """Log what failed and where, without the error's own words: they may repeat a value of somebody's row."""
    places = [f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
    facts = {"request_id": request_id, "error": type(error).__name__, "at": places[-12:]}
    LOGGER.error("a request failed: %s", type(error).__name__, extra={"facts": facts})


class PredictionLog:
    """Rows and their answers, appended to a file or to standard output; fields marked as sensitive never.

    Parameters
    ----------
    target : str
        ``stdout`` or a path.
    scorer : Scorer
    """

    def __init__(self, target: str, scorer: Any):
        self.target, self.model = target, scorer.fingerprint
        self._names = [field["name"] for field in scorer.fields if not field.get("sensitive")]
        self._hidden = {field["name"] for field in scorer.fields if field.get("sensitive")}

    def write(self, rows: list, answers: list[dict], request_id: str) -> None:
        """Append a line per row. Columns that are no field of the model are left out: nobody said what they hold."""
        now = _moment(datetime.datetime.now(datetime.UTC).timestamp())
        lines = []
        for row, answer in zip(rows, answers, strict=True):
            known = {name: row[name] for name in self._names if name in row} if isinstance(row, dict) else {}
            told = {name: value for name, value in answer.items() if name not in ("error", "warnings", "reasons")}
            facts = {"time": now, "event": "prediction", "request_id": request_id, "model": self.model, "row": known}
            facts |= {"answer": told, **self._complaints(answer)}
            lines.append(json.dumps(facts, ensure_ascii=True, default=str) + "\n")
        self._append("".join(lines))

    def _complaints(self, answer: dict) -> dict:
        """Return what was wrong, by field: their sentences repeat values."""
        first = answer.get("error")
        errors = [first, *first.get("others", ())] if first else []
        return {
            kind: sorted({str(entry["field"]) for entry in found if entry["field"] is not None} - self._hidden)
            for kind, found in (("warnings", answer.get("warnings", ())), ("errors", errors))
        }

    def _append(self, text: str) -> None:
        if self.target == STDOUT:
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        # One write to a file opened for appending: lines of several workers do not mix.
        handle = os.open(self.target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, text.encode("ascii"))
        finally:
            os.close(handle)


def _moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="milliseconds")
