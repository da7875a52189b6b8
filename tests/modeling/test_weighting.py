"""Weights of rows and classes reach every fit that takes them, and what must rise or fall does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from workbench.modeling.models import MODELS, model
from workbench.modeling.pipeline import build_pipeline, fit_arguments
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.modeling.weighting import PROBABILITIES, row_weights
from workbench.specs import AutopilotSpec, CandidateSpec, ColumnSpec, Draft, Schema
from workbench.training import cross_validate, fit

from .conftest import COLUMNS, answers, houses, question

PAIRS = [pytest.param(kind, task, id=f"{kind.name}-{task}") for kind in MODELS for task in kind.tasks]
HELD = [pair for pair in PAIRS if pair.values[0].takes_monotone and pair.values[1] != "multiclass"]
SMALL = {"n_estimators": 20, "max_iter": 20}
WEIGHTED = {"weight_column": "count"}


def candidate(kind, **changes):
    known = {parameter.name for parameter in kind.hyperparameters}
    settings = {name: value for name, value in SMALL.items() if name in known}
    return CandidateSpec(kind=kind.name, hyperparameters={**settings, **changes})


def weighed(rows=160):
    """Houses of which the large ones count ten times."""
    table = houses(rows)
    return table.assign(count=np.where(table["size"].fillna(0) > 100, 10.0, 1.0))


def test_rows_count_what_their_column_says():
    inputs = pd.DataFrame({"count": [1.0, 1.0, 4.0]})
    found = row_weights(question("regression", **WEIGHTED), inputs, np.array([5.0, 6.0, 7.0]))
    assert found.tolist() == [0.5, 0.5, 2.0]
    assert row_weights(question("regression"), inputs, np.array([5.0, 6.0, 7.0])) is None


def test_balanced_classes_count_alike():
    target = np.array(["no"] * 6 + ["yes"] * 2, dtype=object)
    found = row_weights(question("binary", class_weight="balanced"), pd.DataFrame(index=range(8)), target)
    np.testing.assert_allclose(found, compute_sample_weight("balanced", target), rtol=1e-15)
    counts = pd.DataFrame({"count": [1.0] * 6 + [9.0, 3.0]})
    both = row_weights(question("binary", class_weight="balanced", **WEIGHTED), counts, target)
    np.testing.assert_allclose(both[:6].sum(), both[6:].sum())
    assert both[6] == 3 * both[7]


@pytest.mark.parametrize(("kind", "task"), PAIRS)
def test_weights_change_what_is_learnt_where_they_are_taken(kind, task):
    table = weighed()
    spec, target = question(task, **WEIGHTED), answers(table, task)
    one = candidate(kind)
    weights = fit_arguments(spec, one, table, target, of_pipeline=True)
    assert (weights != {}) is kind.takes_weights
    plain, other = build_pipeline(spec, one).fit(table, target), build_pipeline(spec, one).fit(table, target, **weights)
    ask = "predict" if task == "regression" else "predict_proba"
    found, before = getattr(other, ask)(table), getattr(plain, ask)(table)
    assert np.isfinite(found).all()
    assert np.abs(found - before).max() > 1e-6 if kind.takes_weights else np.array_equal(found, before)


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        (
            "hist_gradient_boosting",
            HistGradientBoostingClassifier(max_iter=20, early_stopping=False, random_state=0, class_weight="balanced"),
        ),
        ("logistic", LogisticRegression(max_iter=2_000, class_weight="balanced")),
    ],
)
def test_balance_is_scikit_learns_own(kind, theirs):
    table = houses()
    spec, target = question("binary", class_weight="balanced"), answers(table, "binary")
    target[:40] = "no"
    one = candidate(model(kind))
    ours = build_pipeline(spec, one)
    prepared = ours[:-1].fit_transform(table, target)
    ours.steps[-1][1].fit(prepared, target, **fit_arguments(spec, one, table, target))
    expected = theirs.fit(prepared, target).predict_proba(prepared)
    np.testing.assert_allclose(ours.steps[-1][1].predict_proba(prepared), expected, rtol=1e-6, atol=1e-9)


def test_folds_and_the_final_fit_are_weighed():
    table = weighed(120).assign(answer=lambda rows: answers(rows, "regression"))
    spec = question("regression", candidates=(CandidateSpec(kind="ridge"),), **WEIGHTED)
    spec = spec.but(split=spec.split.but(folds=2))
    inputs, target = modelling_table(table, spec)
    one = spec.candidates[0]

    def fitted(rows):
        weights = fit_arguments(spec, one, inputs.iloc[rows], target[rows], of_pipeline=True)
        return build_pipeline(spec, one).fit(inputs.iloc[rows], target[rows], **weights)

    for score in cross_validate(table, spec, n_jobs=1).fold_scores:
        train = np.setdiff1d(np.arange(len(inputs)), score.rows)
        np.testing.assert_allclose(score.predicted, fitted(train).predict(inputs.loc[score.rows]), rtol=1e-9)
    everything = fitted(np.arange(len(inputs)))
    np.testing.assert_allclose(fit(table, spec).predict(table), everything.predict(table), rtol=1e-9)
    unweighed = fit(table, spec.but(weight_column=""))
    assert np.abs(unweighed.predict(table) - everything.predict(table)).max() > 1.0


@pytest.mark.parametrize(("kind", "task"), HELD)
def test_predictions_rise_or_fall_as_they_must(kind, task):
    table = houses(300)
    size, rooms = table["size"].fillna(100.0), table["rooms"].fillna(3.0)
    # Both wave: a model that is free follows them up and down.
    value = (size + 60 * np.sin(size / 10) - 15 * rooms + 60 * np.sin(2 * rooms)).to_numpy()
    target = value if task == "regression" else np.where(value > np.median(value), "yes", "no").astype(object)
    held = question(task, monotone=(("rooms", -1), ("size", 1)))
    rows = table.iloc[np.repeat([7, 30, 44], 40)].reset_index(drop=True)
    for name, values, direction in (("size", np.linspace(40, 160, 40), 1), ("rooms", np.linspace(1, 6, 40), -1)):
        grid = rows.assign(**{name: np.tile(values, 3)})
        steps = {}
        for spec in (held, question(task)):
            pipeline = build_pipeline(spec, candidate(kind, **({"target": "log"} if task == "regression" else {})))
            pipeline.fit(table, target)
            found = pipeline.predict(grid) if task == "regression" else pipeline.predict_proba(grid)[:, 1]
            steps[bool(spec.monotone)] = direction * np.diff(found.reshape(3, 40), axis=1)
        assert steps[True].min() >= -1e-9 and steps[True].max() > 0
        assert steps[False].min() < -1e-3


def planned(candidates, **wishes):
    table = weighed(60).assign(answer=lambda rows: answers(rows, "binary"))
    names = {column.name: column for column in COLUMNS}
    asked = ColumnSpec(name="answer", meaning="yes_no")
    columns = (*names.values(), ColumnSpec(name="count", meaning="number"), asked)
    chosen = None if candidates is None else tuple(CandidateSpec(kind=kind) for kind in candidates)
    return plan_experiment(table, Schema(columns=columns), Draft(target="answer", candidates=chosen, **wishes))


def test_the_plan_says_who_does_not_go_by_a_wish():
    kinds = ("nearest_neighbours", "random_forest", "hist_gradient_boosting")
    ignored = "Every row counts the same in Nearest neighbours."
    assert planned(kinds).warnings == ()
    assert planned(kinds, **WEIGHTED).warnings == (ignored,)
    assert planned(kinds, class_weight="balanced").warnings == (PROBABILITIES, ignored)
    free = "Nearest neighbours and Random forest cannot be held to rise or fall with “size”, and may do otherwise."
    assert planned(kinds, monotone=(("size", 1),)).warnings == (free,)
    assert planned(("hist_gradient_boosting",), monotone=(("size", 1),), **WEIGHTED).warnings == ()
    autopilot = planned(None, autopilot=AutopilotSpec(), **WEIGHTED)
    assert any("Nearest neighbours" in sentence for sentence in autopilot.warnings)
