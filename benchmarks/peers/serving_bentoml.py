"""The plain pipeline behind BentoML; run in its environment by ``serving_peers``: ``bentoml serve``."""

import os
from typing import Any

import bentoml
import joblib
import pandas as pd


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Plain:
    """A frame per request, as in ``serving_plain``."""

    def __init__(self):
        self.model, self.numbers, _, self.columns = joblib.load(os.environ["PLAIN_MODEL"])

    @bentoml.api
    def predict(self, rows: list[dict[str, Any]]) -> list[list[float]]:
        """Return the probabilities of each row."""
        frame = pd.DataFrame(rows, columns=self.columns)
        frame[self.numbers] = frame[self.numbers].astype(float)  # a column of blanks alone comes as objects
        return self.model.predict_proba(frame).tolist()
