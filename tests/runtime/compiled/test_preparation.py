"""Prepared matrices are the pipeline's own, for every way in which columns are prepared."""

import numpy as np
import pandas as pd
import pytest

from tests.runtime.fields import field
from workbench.modeling.pipeline import HANDLINGS, build_pipeline
from workbench.runtime.compiled.preparation import compiled_preparation
from workbench.runtime.compiled.rows import columns_of, rows_maker
from workbench.runtime.contract import check_rows
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec

N_ROWS = 120
COLUMNS = [
    ColumnSpec(name="size", meaning="number", decimal=","),
    ColumnSpec(name="rooms", meaning="integer", missing=("99",)),
    ColumnSpec(name="two", meaning="number"),
    ColumnSpec(name="empty", meaning="number"),
    ColumnSpec(name="due", meaning="date", date_format="%d.%m.%Y"),
    ColumnSpec(name="stamp", meaning="date"),
    ColumnSpec(name="no day", meaning="date"),
    ColumnSpec(name="city", meaning="category", missing=("?",), spellings=(("koeln", "Köln"),)),
    ColumnSpec(name="street", meaning="category"),
    ColumnSpec(name="key", meaning="identifier"),
    ColumnSpec(name="lift", meaning="yes_no"),
    ColumnSpec(name="no word", meaning="category"),
    ColumnSpec(name="note", meaning="text"),
    ColumnSpec(name="one word", meaning="text"),
    ColumnSpec(name="silent", meaning="text"),
]
TASKS = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c"), "regression": ()}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    words = np.array(["quiet", "street", "nice", "view", "garden", "garage", "loud", "old", "new", "bright"])
    return [
        {
            "size": f"{rng.normal(50, 20):.3f}".replace(".", ",") if at % 7 else None,
            "rooms": int(rng.integers(1, 9)) if at % 11 else 99,
            "two": float(at % 2),
            "empty": None,
            "due": f"{pd.Timestamp('2023-12-25') + pd.Timedelta(days=int(rng.integers(0, 800))):%d.%m.%Y}",
            "stamp": str(pd.Timestamp("1969-07-01") + pd.Timedelta(hours=int(rng.integers(0, 9000)))) if at % 5 else "",
            "no day": "",
            "city": ["Köln", "Ulm", "Bonn", "?"][at % 4] if at % 40 else "Trier",
            "street": f"street {int(rng.integers(0, 60))}" if at % 9 else None,
            "key": f"K{at % 50}",
            "lift": ["ja", "nein", None][at % 3],
            "no word": None,
            "note": " ".join(rng.choice(words, int(rng.integers(0, 12)))),
            "one word": "garden garden" if at % 2 else "",
            "silent": "?!",
        }
        for at in range(N_ROWS)
    ]


UNUSUAL = [
    {"city": "elsewhere", "street": "street new", "key": "", "lift": "vielleicht", "note": "garden garden xylophone"},
    {"size": 1e30, "rooms": -5, "two": 0.5, "empty": 3, "due": "01.01.1900", "stamp": "2262-04-12T00:00:00"},
    {"size": -1e19, "two": -7, "no day": "2024-02-29", "no word": "there is one", "silent": "now there are words"},
    {"city": "koeln", "note": "QUIET Street, quiet!", "one word": "garden", "stamp": "1969-12-31T23:59:59.999999"},
    {"rooms": "99", "city": "?", "lift": "nein"},
    {"note": "x " * 300, "size": "0,0"},
]


@pytest.fixture(scope="module")
def fields():
    return [field(column.name, column.meaning, **column.model_dump(mode="json", exclude={"name", "meaning"}))
            | {"max_length": 10_000} for column in COLUMNS]  # fmt: skip


def spec_of(task):
    return ExperimentSpec(
        dataset="made",
        target="y",
        task=task,
        classes=TASKS[task],
        positive="Yes" if task == "binary" else None,
        columns=tuple(COLUMNS),
        target_column=ColumnSpec(name="y", meaning="number" if task == "regression" else "category"),
        candidates=(CandidateSpec(kind="baseline"),),
        metric={"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}[task],
    )


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("handling", HANDLINGS)
def test_prepared_columns_are_the_pipelines(handling, task, rows, fields):
    spec = spec_of(task)
    typing = build_pipeline(spec, spec.candidates[0])[0]
    known = check_rows(rows, fields)
    assert not known.errors
    rng = np.random.default_rng(1)
    target = rng.normal(size=N_ROWS) if task == "regression" else rng.choice(TASKS[task], N_ROWS)
    preparation = HANDLINGS[handling](spec)
    preparation.fit(typing.fit_transform(known.frame), target)

    columns = columns_of(typing.columns, fields)
    prepare, make = compiled_preparation(preparation, columns), rows_maker(columns)
    asked = check_rows([*rows[:20], *UNUSUAL], fields)
    assert not asked.errors
    expected = preparation.transform(typing.transform(asked.frame))
    expected = expected.toarray() if hasattr(expected, "toarray") else np.asarray(expected)
    found = prepare(make(asked.values))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    for at in (0, 20, 21, 25):
        one = prepare(make({name: values[at : at + 1] for name, values in asked.values.items()}))
        np.testing.assert_allclose(one, expected[at : at + 1], rtol=1e-12, atol=1e-12)
