"""The usual service, to compare with: a Flask application around a pickled pipeline, a frame per request.

``gunicorn serving_plain:app`` serves the model in ``PLAIN_MODEL``. No rules for text, no contract, no warnings.
"""

import os

import joblib
import pandas as pd
from flask import Flask, jsonify, request

app = Flask(__name__)
model, numbers, texts, columns = joblib.load(os.environ["PLAIN_MODEL"])


@app.get("/health")
def health():
    """Say that the service is alive."""
    return jsonify(status="ok")


@app.post("/predict")
def predict():
    """Predict ``{"rows": [{column: value}]}``."""
    frame = pd.DataFrame(request.get_json()["rows"], columns=columns)
    frame[numbers] = frame[numbers].astype(float)  # a column of blanks alone comes as objects
    if texts:
        frame[texts] = frame[texts].fillna("")
    probabilities = model.predict_proba(frame)
    labels = model.classes_[probabilities.argmax(axis=1)]
    names = [str(label) for label in model.classes_]
    return jsonify(
        predictions=[
            {"prediction": str(label), "probabilities": dict(zip(names, row, strict=True))}
            for label, row in zip(labels, probabilities.tolist(), strict=True)
        ]
    )
