"""The plain pipeline behind vetiver; run in its environment by ``serving_peers``: ``uvicorn serving_vetiver:app``.

Its own prototype of a table takes no blanks, so it is told that each column may have them, and to answer with
probabilities.
"""

import os

import joblib
from vetiver import VetiverAPI, VetiverModel
from vetiver.handlers.sklearn import SKLearnHandler
from vetiver.types import create_prototype

model, numbers, _, columns = joblib.load(os.environ["PLAIN_MODEL"])


class Probabilities(SKLearnHandler):
    """Like vetiver's own, for rows with blanks."""

    def construct_prototype(self):
        """Return the type of a row."""
        kinds = {column: float if column in numbers else str for column in columns}
        return create_prototype(**{column: (kind | None, None) for column, kind in kinds.items()})

    def handler_predict(self, input_data, check_prototype):
        """Return probabilities of a frame's rows."""
        input_data[numbers] = input_data[numbers].astype(float)  # a column of blanks alone comes as objects
        return self.model.predict_proba(input_data).tolist()


app = VetiverAPI(VetiverModel(Probabilities(model, None), model_name="plain")).app
