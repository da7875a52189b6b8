"""A model with what belongs to it: rows in, answers out, counted and logged."""

import copy
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.runtime.answer_words import answer_in_words
from workbench.runtime.scorer import Scorer

from .logs import PredictionLog
from .metrics import Metrics
from .readiness import Readiness
from .reasons import Reasons
from .request_rows import records
from .settings import Settings, decision_in_force

EXAMPLE_FILE = "request.json"


@dataclass(frozen=True)
class Service:
    """Everything that the addresses of one model need.

    Attributes
    ----------
    scorer : Scorer
    settings : Settings
    reasons : Reasons or None
        None where the bundle has none.
    readiness : Readiness
    metrics : Metrics
    log : PredictionLog or None
    example_row : dict
        The row of request.json; {} where there is none.
    """

    scorer: Scorer
    settings: Settings
    reasons: Reasons | None
    readiness: Readiness
    metrics: Metrics
    log: PredictionLog | None
    example_row: dict[str, Any]

    @classmethod
    def load(cls, folder: Path, settings: Settings) -> "Service":
        """Load the model in ``folder``; :exc:`CannotServe` says in a sentence what is wrong with it."""
        return cls.of(Scorer.load(folder), folder, settings)

    @classmethod
    def of(cls, scorer: Scorer, folder: Path, settings: Settings) -> "Service":
        """Return the service of a loaded model; the scorer that was given stays as it is."""
        scorer = copy.copy(scorer)
        scorer.decision = decision_in_force(scorer, settings.threshold)
        return cls(
            scorer,
            settings,
            reasons=Reasons.load(folder, scorer),
            readiness=Readiness(scorer, folder),
            metrics=Metrics(),
            log=PredictionLog(settings.log_predictions, scorer) if settings.log_predictions else None,
            example_row=_example(folder),
        )

    @property
    def manifest(self) -> dict:
        return self.scorer.manifest

    def answer(self, rows: list, *, reasons: int = 0, request_id: str = "") -> list[dict]:
        """Answer JSON rows, in their order.

        Parameters
        ----------
        rows : list
        reasons : int
            How many reasons each answer has; needs :attr:`reasons`.
        request_id : str
            Stands beside the rows in the log of predictions.

        Returns
        -------
        list of dict
            As :meth:`Scorer.predict_rows` gives them, with ``in_words`` and, where asked, ``reasons``.
        """
        answers = self.scorer.predict_rows(rows)
        for row, answer in zip(rows, answers, strict=True):
            if "error" not in answer:
                answer["in_words"] = answer_in_words(answer, self.scorer)
                if reasons and self.reasons is not None:
                    answer["reasons"] = self.reasons.of(row, answer, reasons)
        self._note(rows, answers, request_id)
        return answers

    def answer_table(self, raw: pd.DataFrame, *, request_id: str = "") -> pd.DataFrame:
        """Answer the rows of a file; see :meth:`Scorer.predict_frame`."""
        table = self.scorer.predict_frame(raw)
        refused = int((table["error"] != "").sum())
        self.metrics.rows(len(table) - refused, refused, int((table["warnings"] != "").sum()))
        if self.log is not None:
            told = records(table.drop(columns=["warnings", "error"]))
            self.log.write(records(raw), told, request_id)
        return table

    def _note(self, rows: list, answers: list[dict], request_id: str) -> None:
        refused = sum(["error" in answer for answer in answers])
        warned = sum([bool(answer.get("warnings")) for answer in answers])
        explained = sum(["reasons" in answer for answer in answers])
        self.metrics.rows(len(answers) - refused, refused, warned, explained)
        if self.log is not None:
            self.log.write(rows, answers, request_id)

    def decision(self) -> dict:
        """Return ``{"decision": …}``: from which probability on a class is the answer; {} where none was decided."""
        return {"decision": dict(self.scorer.decision)} if self.scorer.decision else {}

    def limits(self) -> dict[str, int]:
        """Return what one request may hold."""
        settings = self.settings
        return {"rows": settings.max_rows, "rows_with_reasons": settings.max_reason_rows} | {
            "body_bytes": settings.max_body_bytes
        }

    def metadata(self) -> dict[str, Any]:
        """Return where the model comes from, how good it is, and how it decides here."""
        names = (
            "name", "model", "created_at", "app_version", "task", "target", "classes", "positive", "estimator",
            "n_rows", "scores", "final_tests", "optimism", "warnings", "interval", "shift", "importance",
            "spec_fingerprint", "versions",
        )  # fmt: skip
        facts = {name: self.manifest[name] for name in names if name in self.manifest}
        running = {"python": ".".join(str(part) for part in sys.version_info[:3])}
        return {**facts, **self.decision(), "limits": self.limits(), "running_on": running}


def _example(folder: Path) -> dict[str, Any]:
    """Return the row of request.json, which the form begins with; the service works without that file."""
    try:
        (row,) = json.loads((folder / EXAMPLE_FILE).read_text(encoding="utf-8"))["rows"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return row if isinstance(row, dict) else {}
