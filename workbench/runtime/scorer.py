"""From rows to predictions: the one way that the form, the service, a file and the app's own form all go.

``Scorer.load(folder)`` reads what a bundle holds (``model.joblib`` and ``model.json``) and refuses, in a sentence, a
model whose bytes are not those that were tested, or libraries that would not give the tested predictions.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from workbench.runtime.contract import CheckedRows, check_frame, check_rows
from workbench.runtime.decisions import checked_decision, decide
from workbench.runtime.intervals import checked_interval, checked_shift, served

MODEL_FILE = "model.joblib"
MANIFEST_FILE = "model.json"
PACKAGES = ("numpy", "pandas", "scikit-learn", "joblib")
# A pickled estimator is only promised to work under the version that saved it; numpy's arrays change with its minor.
# What else a model is made of (LightGBM, for instance) stands in the manifest's versions, and is guarded too.
UNGUARDED = ("python", "pandas", "joblib")
# The same library under two names: xgboost-cpu does without what graphics cards need, and is not made for macOS.
STAND_INS = {"xgboost-cpu": "xgboost", "xgboost": "xgboost-cpu"}
ALLOW_VERSIONS = "WORKBENCH_ALLOW_VERSIONS"


class CannotServe(Exception):
    """The model cannot be used here; the text says why and what to do."""


class Scorer:
    """Predict rows with a fitted pipeline, under the contract of its manifest.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        Fitted; takes a frame with the manifest's fields.
    manifest : dict
        What ``model.json`` holds: at least ``task``, ``target``, ``fields``, ``ignored`` and ``model``; what a person
        decided (``decision``: from which probability on; ``shift``: what is added) and the ``interval`` of amounts.

    Attributes
    ----------
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

    def __init__(self, model: Any, manifest: dict):
        self.model = model
        self.manifest = manifest
        self.fields: list[dict] = manifest["fields"]
        self.is_regression: bool = manifest["task"] == "regression"
        self.fingerprint: str = manifest.get("model", "")
        self.classes: tuple = () if self.is_regression else tuple(_plain(label) for label in model.classes_)
        self._known = {entry["column"] for entry in manifest.get("ignored", ())} | {manifest["target"]}
        try:
            self.decision = checked_decision(manifest.get("decision"), self.classes, model)
            self.interval = checked_interval(manifest.get("interval"))
            self.shift = checked_shift(manifest.get("shift"))
        except ValueError as error:
            raise CannotServe(f"{error} Unpack the bundle again.") from None

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
        # Before anything is unpickled: unpickling runs code, so only bytes that were tested may get that far.
        digest = file_digest(model_path)
        if digest != manifest.get("model"):
            raise CannotServe(
                f"{MODEL_FILE} is not the file that was tested: its SHA-256 is {digest[:16]}…, {MANIFEST_FILE} says "
                f"{str(manifest.get('model'))[:16]}…. Unpack the bundle again, and do not replace files in it."
            )
        check_versions(manifest.get("versions", {}))
        try:
            model = joblib.load(model_path)
        # Unpickling runs the classes' own code, which may fail in any way.
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise CannotServe(
                f"{MODEL_FILE} does not load here ({reason}). Install requirements.txt and try again."
            ) from error
        scorer = cls(model, manifest)
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
        checked = check_rows(rows, self.fields, known=self._known)
        predictions, probabilities, failures = self._predict(checked)
        predictions, ends = served(predictions, self.interval, self.shift) if self.is_regression else (predictions, {})
        answers: list[dict] = [{}] * len(rows)
        for position, error in checked.errors.items():
            answers[position] = {"error": error}
        for at, position in enumerate(checked.positions.tolist()):
            if at in failures:
                answers[position] = {"error": failures[at]}
                continue
            by_class = probabilities[at].tolist() if probabilities is not None else []
            answers[position] = {
                "prediction": _plain(predictions[at]),
                "probabilities": {str(label): p for label, p in zip(self.classes, by_class, strict=bool(by_class))},
                "warnings": checked.warnings.get(position, []),
                **{name: float(values[at]) for name, values in ends.items()},
            }
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
        checked = check_frame(raw, self.fields, known=self._known)
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
        frame = checked.frame
        if frame.empty:
            return np.empty(0, dtype=object), np.empty((0, len(self.classes))), {}
        failures: dict[int, dict] = {}
        numbers = self._numbers(frame, 0, failures)
        for at in np.flatnonzero(~np.isfinite(numbers).all(axis=1)).tolist():
            failures.setdefault(at, _NO_ANSWER)
        if self.is_regression:
            return numbers[:, 0], None, failures
        labels = np.array([*self.classes, None], dtype=object)[:-1]
        if not hasattr(self.model, "predict_proba"):
            return labels[np.nan_to_num(numbers[:, 0]).astype(np.int64)], None, failures
        return labels[decide(numbers, self.classes, self.decision)], numbers, failures

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


def read_manifest(folder: str | Path) -> dict:
    """Return what ``model.json`` in ``folder`` holds; :exc:`CannotServe` where it is missing or no JSON object."""
    path = Path(folder) / MANIFEST_FILE
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotServe(f"There is no {MANIFEST_FILE} in {folder}. Unpack the bundle again.") from None
    except (OSError, ValueError) as error:
        raise CannotServe(f"{path} cannot be read ({error}). Unpack the bundle again.") from None
    if not isinstance(manifest, dict) or not {"fields", "task", "target", "model"} <= manifest.keys():
        raise CannotServe(f"{path} does not describe a model. Unpack the bundle again.")
    return manifest


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def installed_versions(others: Sequence[str] = ()) -> dict[str, str]:
    """Return the versions that predictions depend on: Python, the packages of :data:`PACKAGES`, and ``others``."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in (*PACKAGES, *others)}}


def check_versions(exported: dict[str, str]) -> None:
    """Raise :exc:`CannotServe` where a guarded package is absent or has another major.minor version than at export."""
    if os.environ.get(ALLOW_VERSIONS) == "1":
        return
    for name, version in exported.items():
        if name in UNGUARDED:
            continue
        here = _version_here(name)
        if here is None:
            raise CannotServe(
                f"The model was saved with {name} {version}, which is not installed here. Install requirements.txt "
                "(pip install -r requirements.txt)."
            )
        if _minor(version) != _minor(here):
            raise CannotServe(
                f"The model was saved with {name} {version}, and {name} {here} is installed here; "
                f"it might answer differently. Install requirements.txt (pip install -r requirements.txt), or set "
                f"{ALLOW_VERSIONS}=1 to try it anyway (Python {sys.version_info.major}.{sys.version_info.minor})."
            )


def _version_here(name: str) -> str | None:
    for one in (name, STAND_INS.get(name, name)):
        try:
            return metadata.version(one)
        except metadata.PackageNotFoundError:
            continue
    return None


def _minor(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _sentences(warnings: dict[int, list[dict]], n_rows: int) -> np.ndarray:
    texts = [
        "; ".join(f"{note['field']}: {note['message']}" if note["field"] else note["message"] for note in notes)
        for notes in (warnings.get(at, ()) for at in range(n_rows))
    ]
    return pd.Series(texts, dtype="str").to_numpy()
