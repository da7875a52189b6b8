"""A later file with rows that the model has learned from: these are told, and judged is what it has not seen."""

import numpy as np
import pandas as pd
import pytest

from workbench.export import open_bundle
from workbench.export.file_outcomes import file_outcomes
from workbench.export.file_rows import predict_file
from workbench.specs import ColumnSpec, Schema
from workbench.training.labelled import learnt_rows


@pytest.fixture(scope="module")
def flats_bundle(flats, tmp_path_factory):
    return flats.bundle(tmp_path_factory.mktemp("learnt"), "regression", "ridge")


def judged(made, tmp_path, n_known, n_other, promised=None):
    """The outcomes of a file with ``n_known`` training rows, then others with another rent."""
    other = made.raw.iloc[:n_other].assign(rent=[f"{1000 + at}" for at in range(n_other)])
    rows = pd.concat([made.raw.iloc[:n_known], other], ignore_index=True)
    path = tmp_path / "later.csv"
    rows.to_csv(path, sep=";", index=False)
    scorer = open_bundle(made.path)
    found = predict_file(path, scorer)
    schema = Schema(columns=(*made.spec.columns, made.spec.target_column))
    seen = learnt_rows(found.raw, made.table, schema)
    assert seen.tolist() == [True] * n_known + [False] * n_other
    return file_outcomes(found, scorer, made.spec, schema, promised, learnt=seen)


def test_only_rows_that_the_model_has_not_seen_are_judged(flats_bundle, tmp_path):
    found = judged(flats_bundle, tmp_path, 25, 35, {"rmse": (1.0, 0.1)})
    predicted = flats_bundle.pipeline.predict(flats_bundle.table.iloc[:35])
    actual = 1000.0 + np.arange(35)
    assert found.test.n_rows == 35 and found.n_learnt == 0
    assert found.test.scores["rmse"] == pytest.approx(np.sqrt(np.mean((actual - predicted) ** 2)), rel=1e-9)
    assert found.notes[-1] == (
        "25 of these 60 rows are rows the model has learned from: on those it looks better than it is. Only the 35 "
        "others are judged."
    )


def test_too_few_others_are_no_test_of_what_was_promised(flats_bundle, tmp_path):
    found = judged(flats_bundle, tmp_path, 40, 5, {"rmse": (1.0, 0.1)})
    assert found.test.n_rows == 45 and found.n_learnt == 40
    assert "promised" not in found.sentence
    assert found.sentence.endswith("The model has learned from 40 of these 45 rows, so this is no test.")
    assert "The 5 others are too few to judge by." in found.notes[-1]


def test_rows_that_are_alike_by_chance_are_not_said_to_be_learnt():
    schema = Schema(columns=(ColumnSpec(name="a", meaning="category"), ColumnSpec(name="n", meaning="integer")))
    table = pd.DataFrame({"a": ["x", "y"] * 50, "n": [1, 2, 3, 4] * 25})
    raw = pd.DataFrame({"a": ["x", "y", "x"], "n": ["1", "2", "3"]})
    assert not learnt_rows(raw, table, schema).any()
    single = table.assign(n=np.arange(100))
    raw = pd.DataFrame({"a": ["x", "y", "y"], "n": ["0", "1", "500"]})
    assert learnt_rows(raw, single, schema).tolist() == [True, True, False]
