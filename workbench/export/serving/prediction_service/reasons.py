"""Why a row is answered as it is: what each of its columns adds to the answer, against a few training rows.

``reasons.json`` holds these rows, typed, as plain JSON; columns that are marked as sensitive hold no person's value in
it. The method is that of :mod:`workbench.runtime.reasons`, so the reasons are those that the workbench shows.
"""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.runtime.answer_words import short
from workbench.runtime.contract import NUMERIC, check_rows
from workbench.runtime.field_words import shown
from workbench.runtime.reasons import explain
from workbench.runtime.scorer import CannotServe

REASONS_FILE = "reasons.json"


class Reasons:
    """Explain answers of one model.

    Parameters
    ----------
    scorer : Scorer
    background : DataFrame of shape (n_rows, n_fields)
        Typed.
    evaluations : int
        How many rows the model may be asked for one explanation, about.
    """

    def __init__(self, scorer: Any, background: pd.DataFrame, evaluations: int):
        self._scorer, self._background, self._evaluations = scorer, background, evaluations

    @classmethod
    def load(cls, folder: Path, scorer: Any) -> "Reasons | None":
        """Return the reasons of a bundle; None where it has no ``reasons.json``.

        Raises
        ------
        CannotServe
            The file is damaged.
        """
        try:
            stored = json.loads((folder / REASONS_FILE).read_text(encoding="utf-8"))
            rows = pd.DataFrame({field["name"]: _typed(stored["columns"], field) for field in scorer.fields})
            return cls(scorer, rows, int(stored["evaluations"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CannotServe(f"{REASONS_FILE} is damaged ({error}). Unpack the bundle again.") from None

    def of(self, row: Mapping, answer: Mapping, most: int) -> dict:
        """Return the strongest reasons for an answer.

        Parameters
        ----------
        row : mapping
            As it was sent; one that was answered without error.
        answer : mapping
        most : int
            How many columns are named; what the others add is said as one sum.

        Returns
        -------
        dict
            ``about`` (the class; None for amounts), ``scale``, ``start`` (mean of the training rows compared with),
            ``end`` (this row), ``columns`` (``field``, ``value``, ``contribution``, ``error``, ``in_words``; the
            strongest first) and ``others``. ``start``, the contributions and ``others`` add up to ``end``.
        """
        scorer = self._scorer
        typed = check_rows([row], scorer.fields).frame
        label = None
        if not scorer.is_regression:
            positive = scorer.manifest.get("positive")
            label = answer["prediction"] if positive is None else positive
        found = explain(scorer.model, typed, self._background, label=label, evaluations=self._evaluations)
        shift = scorer.shift if scorer.is_regression else 0.0
        sizes = dict(zip(found.columns, zip(found.contributions, found.errors, strict=True), strict=True))
        order = sorted(sizes, key=lambda name: -abs(sizes[name][0]))
        named = [name for name in order if sizes[name][0] != 0][:most]
        return {
            "about": found.label,
            "scale": self._scale(),
            "start": found.base + shift,
            "end": found.answer + shift,
            "columns": [self._reason(name, row, found.label, *sizes[name]) for name in named],
            "others": float(sum(sizes[name][0] for name in order if name not in named)),
        }

    def _scale(self) -> str:
        if not self._scorer.is_regression:
            return "log odds" if hasattr(self._scorer.model, "predict_proba") else "the estimator's own"
        unit = self._scorer.manifest.get("spec", {}).get("target_column", {}).get("unit", "")
        return unit or f"units of {self._scorer.manifest['target']}"

    def _reason(self, name: str, row: Mapping, label: Any, contribution: float, error: float) -> dict:
        value = _sent(row.get(name))
        stands = "is blank" if value in (None, "") else f"is {value}"
        if label is None:
            effect = f"{'raises' if contribution > 0 else 'lowers'} the answer by {short(abs(contribution))}"
        else:
            effect = f"makes “{label}” {'likelier' if contribution > 0 else 'less likely'}"
        told = f"“{name}” {stands}: {effect}"
        sizes = {"contribution": float(contribution), "error": float(error)}
        return {"field": name, "value": value, **sizes, "in_words": told}


def _sent(cell: Any) -> Any:
    """Return a cell as it was sent, shortened; the form's moments without a time as days."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    return shown(cell)


def _typed(columns: Mapping, field: Mapping) -> pd.Series:
    cells = columns[field["name"]]
    if field["meaning"] in NUMERIC:
        return pd.Series(cells, dtype="float64")
    if field["meaning"] == "date":
        return pd.to_datetime(pd.Series(cells, dtype=object), format="ISO8601").astype("datetime64[us]")
    return pd.Series(cells, dtype="str")
