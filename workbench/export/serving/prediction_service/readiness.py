"""Whether the service is ready: the golden rows get the answers that they got where the model was made."""

import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np

from workbench.runtime.decisions import decide

GOLDEN_FILE = "golden.json"
TOLERANCE = 1e-9  # of the answer, and of 1 where that is smaller


class Readiness:
    """Ask the golden rows once, when first asked, and remember what came of it.

    Parameters
    ----------
    scorer : Scorer
    folder : Path
        Where ``golden.json`` is.
    """

    def __init__(self, scorer: Any, folder: Path):
        self._scorer, self._folder = scorer, folder
        self._lock = threading.Lock()
        self._reason: str | None = None
        self.n_rows = 0

    def reason(self) -> str:
        """Return why the service is not ready, as a sentence; "" where it is."""
        with self._lock:
            if self._reason is None:
                self._reason = self._checked()
            return self._reason

    def _checked(self) -> str:
        try:
            golden = json.loads((self._folder / GOLDEN_FILE).read_text(encoding="utf-8"))
            rows, expected = golden["rows"], golden["predictions"]
            refused = golden.get("refused", {"rows": [], "errors": []})
            whole = all({"prediction", "probabilities"} <= answer.keys() for answer in expected)
            if not whole or (len(rows), len(refused["rows"])) != (len(expected), len(refused["errors"])):
                raise ValueError("rows and answers do not belong together")
            self.n_rows = len(rows) + len(refused["rows"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return f"There is no readable {GOLDEN_FILE}, so the model could not be tested. Unpack the bundle again."
        try:
            answers, refusals = self._scorer.predict_rows(rows), self._scorer.predict_rows(refused["rows"])
        # Whatever an estimator raises here, the service must say that it is not ready, not fail itself.
        except Exception as error:  # noqa: BLE001
            return f"The golden rows could not be predicted ({type(error).__name__})."
        for at, (answer, golden_answer) in enumerate(zip(answers, expected, strict=True)):
            if not same_answer(answer, golden_answer, self._scorer):
                return f"Golden row {at} gets another answer here than where the model was made."
        for at, (answer, error) in enumerate(zip(refusals, refused["errors"], strict=True)):
            if answer.get("error") != error:
                return f"Row {at} of those that must be refused gets another answer here than where the model was made."
        return "" if rows else f"{GOLDEN_FILE} holds no rows, so the model could not be tested."


def same_answer(answer: dict, expected: dict, scorer: Any) -> bool:
    """Return whether an answer is the golden one; where the threshold was set anew, the label that follows from it."""
    if "error" in answer or "error" in expected:
        return False
    numbers = [(answer.get(name), expected[name]) for name in ("lower", "upper") if name in expected]
    if answer["probabilities"].keys() != expected["probabilities"].keys():
        return False
    numbers += [(answer["probabilities"][name], p) for name, p in expected["probabilities"].items()]
    label = _expected_label(expected, scorer)
    if isinstance(label, float):
        numbers.append((answer["prediction"], label))
    elif answer["prediction"] != label:
        return False
    return all(
        isinstance(value, float) and math.isclose(value, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for value, other in numbers
    )


def _expected_label(expected: dict, scorer: Any) -> Any:
    if not expected["probabilities"] or scorer.decision == scorer.manifest.get("decision"):
        return expected["prediction"]
    chances = np.array([[expected["probabilities"][str(label)] for label in scorer.classes]])
    return scorer.classes[int(decide(chances, scorer.classes, scorer.decision)[0])]
