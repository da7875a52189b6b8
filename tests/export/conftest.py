"""Small made tables with every meaning, fitted pipelines and bundles of them; built once per session."""

import importlib.util
import os
import sys
import zipfile
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.export import build_bundle
from workbench.export.bundle import SERVING
from workbench.modeling.pipeline import build_pipeline
from workbench.runtime.reading import type_table
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, LeftOut, ReadSpec

COLUMNS = (
    ColumnSpec(name="price", meaning="number", decimal=",", thousands=".", unit="€", missing=("k.A.",)),
    ColumnSpec(name="rooms", meaning="integer"),
    ColumnSpec(name="area", meaning="number"),
    ColumnSpec(name="sold", meaning="date", date_format="%d.%m.%Y"),
    ColumnSpec(name="listed", meaning="date", date_format="ISO8601"),
    ColumnSpec(name="city <b>|", meaning="category"),
    ColumnSpec(name="lift", meaning="yes_no"),
    ColumnSpec(name="note", meaning="text"),
)
TARGETS = {
    "binary": ColumnSpec(name="bought", meaning="yes_no"),
    "multiclass": ColumnSpec(name="grade", meaning="integer"),
    "regression": ColumnSpec(name="rent", meaning="number", decimal=","),
}
_OTHERS = tuple(column.name for column in TARGETS.values())
METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def made_table(n_rows=60, seed=0):
    """Return rows as text, as they would stand in a semicolon file with decimal commas."""
    rng = np.random.default_rng(seed)
    price = rng.uniform(100, 5000, n_rows)
    rooms = rng.integers(1, 8, n_rows)
    city = rng.choice(["Köln", "Ulm", 'Rhône "x"'], n_rows)
    days = rng.integers(0, 360, n_rows)
    signal = price / 1000 + (city == "Ulm") * 2 + rng.normal(0, 0.5, n_rows)
    raw = pd.DataFrame(
        {
            "id": [f"R{at}" for at in range(n_rows)],
            "price": [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) + " €" for value in price],
            "rooms": rooms.astype(str),
            "area": [f"{value:.1f}" for value in rooms * 20 + rng.uniform(0, 5, n_rows)],
            "sold": [f"{pd.Timestamp('2024-01-01') + pd.Timedelta(days=int(day)):%d.%m.%Y}" for day in days],
            "listed": [f"2023-11-{1 + day % 28:02d} {day % 24:02d}:30:00" for day in days],
            "city <b>|": city,
            "lift": rng.choice(["ja", "nein"], n_rows),
            "note": rng.choice(["quiet street\nnice view", "loud", "garden & garage", ""], n_rows),
            "bought": np.where(signal > np.median(signal), "Yes", "No"),
            "grade": np.digitize(signal, np.quantile(signal, [0.4, 0.7])).astype(str),
            "rent": [f"{value + 2:.3f}".replace(".", ",") for value in signal],  # above zero, as gamma regression asks
        },
        dtype="str",
    )
    raw.loc[3, "price"] = "k.A."
    raw.loc[[4, 5], "city <b>|"] = ""
    raw.loc[6, "lift"] = ""
    return raw


def made_spec(task, kind, hyperparameters=None, columns=COLUMNS):
    """Return a spec of one candidate on :func:`made_table`."""
    classes = {"binary": ("No", "Yes"), "multiclass": (0, 1, 2), "regression": ()}[task]
    return ExperimentSpec(
        dataset="made",
        target=TARGETS[task].name,
        task=task,
        classes=classes,
        positive="Yes" if task == "binary" else None,
        columns=columns,
        target_column=TARGETS[task],
        left_out=tuple(
            LeftOut(column=name, reason="Known only afterwards.")
            for name in ("id", *_OTHERS)
            if name != TARGETS[task].name
        ),
        candidates=(CandidateSpec(kind=kind, hyperparameters=hyperparameters or {}),),
        metric=METRICS[task],
    )


def fitted(spec, raw):
    """Return the typed table and the pipeline of the spec's candidate, fitted on it."""
    columns = [column.model_dump(mode="json") for column in (*spec.columns, spec.target_column)]
    table = type_table(raw, columns)
    labels = table[spec.target].to_numpy(dtype=object if spec.task != "regression" else float)
    if spec.task == "multiclass":
        labels = labels.astype(np.int64)
    return table, build_pipeline(spec, spec.candidates[0]).fit(table, labels)


READ = ReadSpec(delimiter=";", names=tuple(made_table(7).columns))


def made_bundle(folder, task, kind, hyperparameters=None, **options):
    """Return everything about a bundle of the made table."""
    raw = made_table()
    spec = made_spec(task, kind, hyperparameters)
    table, pipeline = fitted(spec, raw)
    bundle = build_bundle(
        pipeline, spec, READ, table, folder / f"{task}-{kind}.zip", raw=raw, name="Flats & more", **options
    )
    return SimpleNamespace(raw=raw, spec=spec, table=table, pipeline=pipeline, bundle=bundle, path=bundle.path)


KINDS = {"binary": "logistic", "multiclass": "decision_tree", "regression": "ridge"}


@pytest.fixture(scope="session", params=sorted(KINDS))
def made(request, tmp_path_factory):
    """A bundle per task."""
    return made_bundle(tmp_path_factory.mktemp("bundles"), request.param, KINDS[request.param])


@pytest.fixture(scope="session")
def binary(tmp_path_factory):
    """A bundle for two classes."""
    return made_bundle(tmp_path_factory.mktemp("bundle"), "binary", "logistic")


@pytest.fixture(scope="session")
def flats():
    """The makers above, for tests that need other bundles (test files cannot import each other)."""
    return SimpleNamespace(
        READ=READ, serving=serving, bundle=made_bundle, fitted=fitted, spec=made_spec, table=made_table, columns=COLUMNS
    )


@contextmanager
def serving(made, folder):
    """Run the serving project of our own tree, as it stands, with the model of a bundle."""
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder)
    before, environment = list(sys.path), dict(os.environ)
    os.environ["MODEL_FOLDER"] = str(folder)
    try:
        spec = importlib.util.spec_from_file_location("serving_app", SERVING / "app.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["serving_app"] = module
        spec.loader.exec_module(module)
        client = module.app.test_client()  # the application is made when it is first asked for
    finally:
        os.environ.clear()
        os.environ.update(environment)
    yield SimpleNamespace(folder=folder, module=module, client=client, made=made)
    sys.path[:] = before
    for name in [name for name in sys.modules if name.split(".")[0] in ("serving_app", "prediction_service")]:
        sys.modules.pop(name)


@pytest.fixture(scope="module")
def service(binary, tmp_path_factory):
    """The service of a model for two classes."""
    with serving(binary, tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def each_service(made, tmp_path):
    """The service of a model for each task."""
    with serving(made, tmp_path) as running:
        yield running
