"""Ask a bundle's application in every way; run in a clean environment, as ``python -I driver.py JOB RESULT``.

Imports nothing of ours but what the bundle ships. JOB is JSON: ``folder`` of the unpacked bundle, ``rows`` (JSON),
``files`` (way to path), ``n_form`` rows for the form and, for pipeline.py, ``training`` and ``typed``, pickles of the
training rows and of the frame to predict. RESULT is what each way answered.
"""

import html
import importlib.util
import io
import json
import os
import pickle
import re
import sys
import time
import warnings
from pathlib import Path

CSV = "text/csv"
SHARE = re.compile(r'<th scope="row">([^<]*)</th><td title="([^"]*)">')
PREDICTION = re.compile(r'<span class="prediction" title="([^"]*)">')
REFUSED = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def main(job: Path, result: Path) -> None:
    """Do what ``job`` says and write ``result``."""
    asked = json.loads(job.read_text(encoding="utf-8"))
    folder = Path(asked["folder"])
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    if importlib.util.find_spec("workbench.specs") is not None:
        raise SystemExit("The workbench can be imported beside the bundle.")
    began = time.perf_counter()
    import app

    client = app.create_app(folder).test_client()
    found = {"path": client.application.extensions["prediction_service"].scorer.path, "seconds": {}}
    found["seconds"]["start"] = time.perf_counter() - began
    ways = {
        "api": lambda: of_rows(client, asked["rows"]),
        "api csv": lambda: answers(client.post("/predict", data=read(asked["files"]["csv"]), content_type=CSV)),
        "form": lambda: of_form(client, asked["rows"][: asked["n_form"]]),
        "form as a browser": lambda: of_browser(client, asked["rows"][: asked["n_form"]]),
        "pipeline.py": lambda: of_pipeline(asked["training"], asked["typed"]),
    }
    ways |= {f"file {name}": lambda path=path: of_file(client, path) for name, path in asked["files"].items()}
    for name, way in ways.items():
        began = time.perf_counter()
        found[name] = way()
        found["seconds"][name] = time.perf_counter() - began
    result.write_text(json.dumps(found), encoding="utf-8")


def read(path: str) -> bytes:
    """Return the content of a file."""
    return Path(path).read_bytes()


def answers(response) -> list[dict]:
    """Return the answers to rows, or what was said instead."""
    if response.status_code != 200:
        return [{"error": {"message": f"{response.status_code}: {response.get_data(as_text=True)[:500]}"}}]
    return response.get_json()["predictions"]


def of_rows(client, rows: list[dict]) -> list[dict]:
    """Ask for all rows at a time, but for three alone: one row may take another way through the model."""
    found = answers(client.post("/predict", json={"rows": rows}))
    for at in range(0, len(rows), max(1, len(rows) // 3)):
        alone = answers(client.post("/predict", json={"rows": [rows[at]]}))
        found[at] = alone[0]
    return found


def of_file(client, path: str) -> dict:
    """Upload a file as the page of the service does, and return the lines of the answer."""
    upload = (io.BytesIO(read(path)), Path(path).name)
    response = client.post("/predict/file", data={"file": upload}, content_type="multipart/form-data")
    return {"status": response.status_code, "text": response.get_data(as_text=True)}


def of_form(client, rows: list[dict]) -> list[dict]:
    """Send each row by the form, its cells as they stand."""
    fields = client.get("/schema").get_json()["fields"]
    return [shown(client.post("/", data=typed_in(row, fields))) for row in rows]


def typed_in(row: dict, fields: list[dict]) -> dict[str, str]:
    """Return a row as a person would type it: cells that are no text in the column's own way to write them."""
    posted = {}
    for field in fields:
        cell = row.get(field["name"])
        text = "" if cell is None else cell if isinstance(cell, str) else str(cell)
        posted[field["name"]] = text if isinstance(cell, str) else text.replace(".", field.get("decimal") or ".")
    return posted


def of_browser(client, rows: list[dict]) -> list[dict | None]:
    """Send each row as a browser does whose inputs know dates and numbers; None for rows that do not fit."""
    from prediction_service.web_form import example_of

    fields = client.application.extensions["prediction_service"].scorer.fields
    posted = [example_of(row, fields) for row in rows]
    return [shown(client.post("/", data=row)) if row else None for row in posted]


def shown(response) -> dict:
    """Return the answer that stands on the page."""
    page = response.get_data(as_text=True)
    if response.status_code != 200:
        texts = [html.unescape(text) for text in REFUSED.findall(page)]
        return {"error": {"message": texts[0] if texts else f"{response.status_code}: {page[:300]}", "all": texts}}
    shares = {html.unescape(name): float(share) for name, share in SHARE.findall(page.partition('id="reasons"')[0])}
    return {"prediction": html.unescape(PREDICTION.search(page)[1]), "probabilities": shares}


def of_pipeline(training: str, typed: str) -> dict:
    """Fit what pipeline.py builds on the training rows and predict the typed frame."""
    import numpy as np
    from pipeline import build

    inputs, target = pickle.loads(Path(training).read_bytes())
    inputs, frame = framed(inputs), framed(pickle.loads(Path(typed).read_bytes()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what an estimator says of few rows is training's matter
        model = build().fit(inputs, target)
    predictions = np.asarray(model.predict(frame)).tolist()
    if not hasattr(model, "predict_proba"):
        return {"predictions": predictions, "probabilities": []}
    shares = model.predict_proba(frame).tolist()
    return {"predictions": predictions, "probabilities": shares, "classes": [str(label) for label in model.classes_]}


def framed(columns: dict):
    """Return arrays by column as a frame; objects are texts."""
    import pandas as pd

    return pd.DataFrame(
        {name: pd.Series(cells, dtype="str" if cells.dtype == object else None) for name, cells in columns.items()}
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
