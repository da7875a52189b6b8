"""From rows to predictions: the one way that the form, the service, a file and the app's own form all go.

``Scorer.load(folder)`` reads what a bundle holds (``model.joblib`` and ``model.json``) and refuses, in a sentence, a
model whose bytes are not those that were tested, or libraries that would not give the tested predictions.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.compiled.pipelines import proven_pipeline
from workbench.runtime.contract import CheckedRows, Contract
from workbench.runtime.decisions import checked_decision, decide
from workbench.runtime.intervals import checked_interval, checked_shift, served
from workbench.runtime.saved_model import (
    MANIFEST_FILE,
    MODEL_FILE,
    PACKAGES,
    STAND_INS,
    UNGUARDED,
    CannotServe,
    check_versions,
    file_digest,
    installed_versions,
    read_golden_rows,
    read_manifest,
)

__all__ = [
    "MANIFEST_FILE", "MODEL_FILE", "PACKAGES", "STAND_INS", "UNGUARDED", "CannotServe", "Scorer", "check_versions",
    "file_digest", "installed_versions", "read_manifest",
]  # fmt: skip

COMPILED = "compiled"
BY_PIPELINE = "pipeline: "  # and why
WITHOUT_COMPILING = "WORKBENCH_WITHOUT_COMPILING"
_log = logging.getLogger(__name__)


class Scorer:
    """Predict rows with a fitted pipeline, under the contract of its manifest.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        Fitted; takes a frame with the manifest's fields.
    manifest : dict
        What ``model.json`` holds: at least ``task``, ``target``, ``fields``, ``ignored`` and ``model``; what a person
        decided (``decision``: from which probability on; ``shift``: what is added) and the ``interval`` of amounts.
    rows : sequence of dict, optional
        JSON rows, such as the golden ones. Where they are given the pipeline is compiled, and what was compiled
        answers from then on if it gives the pipeline's own numbers for them (decision 29).

    Attributes
    ----------
    path : str
        "compiled", or "pipeline: " and why: what answers. ``WORKBENCH_WITHOUT_COMPILING=1`` asks for the pipeline.
    classes : tuple of str, int or bool
        Labels in the order of the model's probabilities, with the JSON type of the target column; empty for regression.
    decision, interval : dict or None
        As in the manifest.
    shift : float
        Added to predicted amounts, not to the ends of their interval.

    Raises
    ------
    CannotServe
        The decision is about a class without a probability; interval or shift are damaged.
    """

    def __init__(self, model: Any, manifest: dict, rows: Sequence[Any] | None = None):
        self.model = model
        self.manifest = manifest
        self.fields: list[dict] = manifest["fields"]
        self.is_regression: bool = manifest["task"] == "regression"
        self.fingerprint: str = manifest.get("model", "")
        self.classes: tuple = () if self.is_regression else tuple(_plain(label) for label in model.classes_)
        ignored = {entry["column"] for entry in manifest.get("ignored", ())} | {manifest["target"]}
        self._contract = Contract(self.fields, ignored)
        self._labels = np.array([*self.classes, None], dtype=object)[:-1]
        self._names = [str(label) for label in self.classes]
        try:
            self.decision = checked_decision(manifest.get("decision"), self.classes, model)
            self.interval = checked_interval(manifest.get("interval"))
            self.shift = checked_shift(manifest.get("shift"))
        except ValueError as error:
            raise CannotServe(f"{error} Unpack the bundle again.") from None
        self._compiled: Callable[[dict], np.ndarray] | None = None
        self.path = f"{BY_PIPELINE}no rows were given to compare answers on"
        if rows is not None:
            self._compile(rows)

    def _compile(self, rows: Sequence[Any]) -> None:
        """Compile the pipeline, and use that where it answers ``rows`` as the pipeline does."""
        try:
            self._compiled, self.path = self._compared(rows), COMPILED
            _log.info("Predictions are computed by the compiled model.")
        except CannotCompile as error:
            self._compiled, self.path = None, f"{BY_PIPELINE}{error}"
            _log.warning("Predictions are computed by the pipeline: %s.", error)

    def _compared(self, rows: Sequence[Any]) -> Callable[[dict], np.ndarray]:
        if os.environ.get(WITHOUT_COMPILING) == "1":
            raise CannotCompile(f"{WITHOUT_COMPILING} is 1")
        if not self._has_numbers:
            raise CannotCompile("the model gives no probabilities")
        checked = self._contract.check_rows(rows)
        if not len(checked.positions):
            raise CannotCompile("there are no rows to compare answers on")
        return proven_pipeline(self.model, self.fields, checked.values, checked.frame, self._ask)

    @classmethod
    def load(cls, folder: str | Path) -> "Scorer":
        """Load the model of a bundle's folder.

        Raises
        ------
        CannotServe
            A file is missing or damaged, its SHA-256 is not the one in ``model.json``, or scikit-learn or numpy have
            another major.minor version than at export (unless ``WORKBENCH_ALLOW_VERSIONS=1``).
        """
        folder = Path(folder)
        manifest = read_manifest(folder)
        model_path = folder / MODEL_FILE
        if not model_path.is_file():
            raise CannotServe(f"There is no {MODEL_FILE} in {folder}. Unpack the bundle again.")
        # One open file, so that what is unpickled is what was digested, also where it is being replaced.
        with model_path.open("rb") as stream:
            # Before anything is unpickled: unpickling runs code, so only bytes that were tested may get that far.
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != manifest.get("model"):
                raise CannotServe(
                    f"{MODEL_FILE} is not the file that was tested: its SHA-256 is {digest[:16]}…, {MANIFEST_FILE} "
                    f"says {str(manifest.get('model'))[:16]}…. Unpack the bundle again, and do not replace files in it."
                )
            check_versions(manifest.get("versions", {}))
            stream.seek(0)
            try:
                model = joblib.load(stream)
            # Unpickling runs the classes' own code, which may fail in any way.
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                raise CannotServe(
                    f"{MODEL_FILE} does not load here ({reason}). Install requirements.txt and try again."
                ) from error
        scorer = cls(model, manifest, read_golden_rows(folder) or ())
        expected = tuple(manifest.get("classes", ()))
        if scorer.classes != expected:
            raise CannotServe(
                f"{MODEL_FILE} and {MANIFEST_FILE} do not belong together: the classes differ. Unpack the bundle again."
            )
        return scorer

    def predict_rows(self, rows: Sequence[Any]) -> list[dict]:
        """Predict JSON rows.

        Parameters
        ----------
        rows : list of dict
            Field name to JSON value, as :func:`workbench.runtime.contract.check_row` takes it.

        Returns
        -------
        list of dict
            In row order: ``{"prediction", "probabilities": {class: p}, "warnings": [{"field", "message"}]}``, with
            ``lower`` and ``upper`` where there is an interval, or ``{"error": {"field", "value", "allowed",
            "message"}}`` for a row that is not taken.
        """
        checked = self._contract.check_rows(rows)
        predictions, probabilities, failures = self._predict(checked)
        predictions, ends = served(predictions, self.interval, self.shift) if self.is_regression else (predictions, {})
        answers: list[dict] = [{}] * len(rows)
        for position, error in checked.errors.items():
            answers[position] = {"error": error}
        predicted, places, warnings = predictions.tolist(), checked.positions.tolist(), checked.warnings
        if probabilities is None:
            chances = [{} for _ in places]
        else:
            chances = [dict(zip(self._names, row, strict=True)) for row in probabilities.tolist()]
        for position, prediction, chance in zip(places, predicted, chances, strict=True):
            answers[position] = {
                "prediction": prediction,
                "probabilities": chance,
                "warnings": warnings.get(position) or [],
            }
        for name, values in ends.items():
            for position, value in zip(places, values.tolist(), strict=True):
                answers[position][name] = value
        for at, failure in failures.items():
            answers[places[at]] = {"error": failure}
        return answers

    def predict_frame(self, raw: pd.DataFrame) -> pd.DataFrame:
        """Predict rows of a file, as they were read from it.

        Parameters
        ----------
        raw : DataFrame of shape (n_rows, n_columns)
            Text, typed or mixed cells; columns by name, in any order.

        Returns
        -------
        DataFrame
            With the index of ``raw``: ``prediction`` (None where there is an error), ``probability_<class>`` of
            classes, ``lower`` and ``upper`` of an interval, ``warnings`` and ``error`` as text ("" for none).
        """
        checked = self._contract.check_frame(raw)
        predictions, probabilities, failures = self._predict(checked)
        predictions, ends = served(predictions, self.interval, self.shift) if self.is_regression else (predictions, {})
        errors = {position: error["message"] for position, error in checked.errors.items()}
        errors |= {int(checked.positions[at]): error["message"] for at, error in failures.items()}
        good = np.array([at for at in range(len(checked.positions)) if at not in failures], dtype=np.int64)
        where = checked.positions[good]
        answer = pd.DataFrame(index=raw.index)
        answer["prediction"] = self._column(where, predictions[good], len(raw))
        for column, label in enumerate(self.classes if probabilities is not None else ()):
            values = np.full(len(raw), np.nan)
            values[where] = probabilities[good, column]
            answer[f"probability_{label}"] = values
        for name, values in ends.items():
            answer[name] = self._column(where, values[good], len(raw))
        answer["warnings"] = _sentences(checked.warnings, len(raw))
        answer["error"] = pd.Series([errors.get(at, "") for at in range(len(raw))], dtype="str").to_numpy()
        return answer

    def _predict(self, checked: CheckedRows) -> tuple[np.ndarray, np.ndarray | None, dict[int, dict]]:
        """Return predictions, probabilities and, by position in the frame, rows the model could not answer."""
        if not len(checked.positions):
            return np.empty(0, dtype=object), np.empty((0, len(self.classes))), {}
        failures: dict[int, dict] = {}
        numbers = self._compiled_numbers(checked)
        if numbers is None:
            numbers = self._numbers(checked.frame, 0, failures)
            for at in np.flatnonzero(~np.isfinite(numbers).all(axis=1)).tolist():
                failures.setdefault(at, _NO_ANSWER)
        if self.is_regression:
            return numbers[:, 0], None, failures
        if not self._has_numbers:
            return self._labels[np.nan_to_num(numbers[:, 0]).astype(np.int64)], None, failures
        return self._labels[decide(numbers, self.classes, self.decision)], numbers, failures

    def _compiled_numbers(self, checked: CheckedRows) -> np.ndarray | None:
        """Return what the compiled model answers; None where there is none, or the pipeline must say what is wrong."""
        if self._compiled is None:
            return None
        try:
            numbers = self._compiled(checked.values)
        # Whatever it cannot take, the pipeline may; its answer or its error is the one that counts.
        except Exception as error:  # noqa: BLE001
            # Not its own words, which may repeat a value of somebody's row.
            _log.warning("The compiled model failed on a request (%s); the pipeline answered.", type(error).__name__)
            return None
        return numbers if np.isfinite(numbers).all() else None

    def _numbers(self, frame: pd.DataFrame, start: int, failures: dict[int, dict]) -> np.ndarray:
        """Ask the model, all rows at once; where it raises, halve until the rows it cannot take stand alone."""
        try:
            return self._ask(frame)
        # Estimators raise whatever they like on values no training row had; that must cost one row, not the request.
        except Exception as error:  # noqa: BLE001
            if len(frame) == 1:
                reason = (str(error).strip() or type(error).__name__).splitlines()[0]
                failures[start] = {**_NO_ANSWER, "message": f"{_NO_ANSWER['message']} It said: {reason}"}
                return np.full((1, self._width), np.nan)
            half = len(frame) // 2
            return np.vstack(
                [
                    self._numbers(frame.iloc[:half], start, failures),
                    self._numbers(frame.iloc[half:], start + half, failures),
                ]
            )

    def _ask(self, frame: pd.DataFrame) -> np.ndarray:
        if self.is_regression:
            return np.asarray(self.model.predict(frame), dtype=np.float64).reshape(len(frame), 1)
        if hasattr(self.model, "predict_proba"):
            return np.asarray(self.model.predict_proba(frame), dtype=np.float64)
        places = {label: place for place, label in enumerate(self.classes)}
        return np.array([[places[_plain(label)]] for label in self.model.predict(frame)], dtype=np.float64)

    @property
    def _has_numbers(self) -> bool:
        return self.is_regression or hasattr(self.model, "predict_proba")

    @property
    def _width(self) -> int:
        return len(self.classes) if not self.is_regression and hasattr(self.model, "predict_proba") else 1

    def _column(self, where: np.ndarray, predictions: np.ndarray, n_rows: int) -> Any:
        """Return predictions in their place, with a dtype that writes them as the training file did."""
        if self.is_regression:
            values = np.full(n_rows, np.nan)
            values[where] = predictions
            return values
        column = np.full(n_rows, None, dtype=object)
        column[where] = predictions
        return column


_NO_ANSWER = {
    "field": None,
    "value": None,
    "allowed": "values like those of the training rows",
    "message": "The model gives no finite answer for this row.",
}


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _sentences(warnings: dict[int, list[dict]], n_rows: int) -> np.ndarray:
    texts = [
        "; ".join(f"{note['field']}: {note['message']}" if note["field"] else note["message"] for note in notes)
        for notes in (warnings.get(at, ()) for at in range(n_rows))
    ]
    return pd.Series(texts, dtype="str").to_numpy()
