"""``pipeline.py`` gives the answers of the model, for every estimator and task, and no name in it is code."""

import ast
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from workbench.errors import BundleRefused
from workbench.export.pipeline_source import pipeline_source
from workbench.modeling.models import MODELS
from workbench.modeling.pipeline import build_pipeline
from workbench.runtime.forests import MANY_ROWS
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, MemberSpec, SplitSpec

CASES = [(kind.name, task) for kind in MODELS for task in kind.tasks]


def built(source):
    """Return what ``build()`` of a source gives."""
    space = {"__name__": "pipeline"}
    exec(compile(source, "pipeline.py", "exec"), space)
    return space["build"]()


def source_of(model, target, spec):
    counts = None if spec.task == "regression" else dict(Counter(target.tolist()))
    return pipeline_source(model, len(target), counts)


def target_of(table, spec):
    if spec.task == "regression":
        return table[spec.target].to_numpy(dtype=float)
    labels = table[spec.target].to_numpy(dtype=object)
    return labels.astype(np.int64) if spec.task == "multiclass" else labels


def assert_same(found, expected, rows, spec):
    if spec.task == "regression":
        np.testing.assert_allclose(found.predict(rows), expected.predict(rows), rtol=1e-9, atol=1e-9)
        return
    assert found.predict(rows).tolist() == expected.predict(rows).tolist()
    np.testing.assert_allclose(found.predict_proba(rows), expected.predict_proba(rows), rtol=0, atol=1e-9)


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_the_source_gives_the_same_model(kind, task, flats):
    raw = flats.table()
    spec = flats.spec(task, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sixty rows do not let every estimator converge
        table, model = flats.fitted(spec, raw)
        source = source_of(model, target_of(table, spec), spec)
        # On the typed rows it has learnt from, and asked with text: as the service is.
        assert_same(built(source).fit(table, target_of(table, spec)), model, raw, spec)
    imported = {
        node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and not node.module.startswith("sklearn")
    }
    assert all(name.startswith("workbench.runtime.") for name in imported)
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize("kind", ["logistic", "random_forest", "mlp", "hist_gradient_boosting"])
def test_numbers_and_words_need_nothing_beyond_scikit_learn_but_types(kind, flats):
    columns = tuple(column for column in flats.columns if column.meaning not in ("date", "text"))
    spec = flats.spec("binary", kind).but(columns=columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table, model = flats.fitted(spec, flats.table())
    source = source_of(model, target_of(table, spec), spec)
    ours = [line for line in source.splitlines() if line.startswith("from workbench")]
    assert len(ours) == 1 and "import TypedColumns" in ours[0]


def test_an_ensemble_is_written_too(flats):
    members = tuple(
        MemberSpec(kind=kind, weight=weight)
        for kind, weight in (("logistic", 0.5), ("random_forest", 0.2), ("nearest_neighbours", 0.3))
    )
    candidate = CandidateSpec(kind="ensemble", members=members, hyperparameters={"a": 0.9, "b": 1.1, "c": 0.1})
    for split in (SplitSpec(folds=2), SplitSpec(kind="group", folds=2, column="lift")):
        spec = flats.spec("binary", "logistic").but(candidates=(candidate,), split=split)
        table, model = flats.fitted(spec, flats.table())
        assert_same(
            built(source_of(model, target_of(table, spec), spec)).fit(table, target_of(table, spec)), model, table, spec
        )


def test_settings_of_weights_and_directions_are_written(flats):
    spec = flats.spec("regression", "hist_gradient_boosting").but(monotone=(("price", 1),))
    table, model = flats.fitted(spec, flats.table())
    source = source_of(model, target_of(table, spec), spec)
    assert "monotonic_cst" in source and "MonotoneRegressor" not in source
    assert_same(built(source).fit(table, target_of(table, spec)), model, table, spec)


def test_forests_of_many_rows_keep_drawing_fewer_for_each_tree(flats):
    table, model = flats.fitted(flats.spec("binary", "random_forest"), flats.table())
    assert "DrawnForestClassifier" in pipeline_source(model, MANY_ROWS + 1, {"No": 30, "Yes": 30})
    assert "DrawnForestClassifier" not in pipeline_source(model, MANY_ROWS, {"No": 30, "Yes": 30})
    assert table is not None


HOSTILE = [
    '"]); import os; os.abort(); ([("',
    "'''\n\"\"\"\nraise SystemExit\n",
    "\\",
    "{columns} %s {0} $x",
    "line\u2028separator\r\n\x00\x1b",
    "naïve 名前 🙂",
    "__import__('os').abort()",
]


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_no_name_and_no_word_is_code(at):
    name, word = HOSTILE[at], HOSTILE[at - 1]
    columns = (
        ColumnSpec(name=name, meaning="category", missing=(word,), spellings=((word, name),)),
        ColumnSpec(name=f"{name} 2", meaning="number", unit=word),
    )
    target = ColumnSpec(name="y", meaning="yes_no")
    spec = ExperimentSpec(
        dataset="made", target="y", task="binary", classes=("a", "b"), positive="b", columns=columns,
        target_column=target, candidates=(CandidateSpec(kind="logistic"),), metric="roc_auc",
    )  # fmt: skip
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({name: rng.choice(["u", "v", "w"], 40), f"{name} 2": rng.normal(size=40)})
    labels = np.where(rows[f"{name} 2"] > 0, "b", "a").astype(object)
    model = build_pipeline(spec, spec.candidates[0]).fit(rows, labels)
    source = pipeline_source(model, 40, {"a": 20, "b": 20})
    assert source.isascii()
    tree = ast.parse(source)
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert calls <= {
        "Pipeline", "TypedColumns", "ColumnTransformer", "SimpleImputer", "StandardScaler", "OneHotEncoder",
        "LogisticRegression", "build", "print",
    }  # fmt: skip
    assert_same(built(source).fit(rows, labels), model, rows, spec)


def test_what_cannot_be_written_is_refused(flats):
    _, model = flats.fitted(flats.spec("binary", "logistic"), flats.table())
    model = clone(model)
    model.steps[-1][1].set_params(C=object())
    with pytest.raises(BundleRefused, match=r"builtins\.object"):
        pipeline_source(model, 60, {"No": 30, "Yes": 30})
