"""What shuffling costs, without preparing rows again, against doing it the long way and against scikit-learn."""

import numpy as np
import pytest
from sklearn.inspection import permutation_importance as sklearn_importance

from tests.results.mixed_rows import INPUTS, UNUSED, ensemble, fitted, mixed_spec, mixed_table
from workbench.modeling import pipeline, planning, splits
from workbench.results.uses import importance
from workbench.results.uses.importance import permutation_importance
from workbench.results.uses.prepared import PreparedRows
from workbench.specs import CandidateSpec
from workbench.training.scoring import predictions, quietly

SMALL = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 10})
# One kind for each way of preparing columns, and an average of two ways.
KINDS = [
    ("binary", "logistic"),
    ("binary", "additive"),
    ("binary", "naive_bayes"),
    ("regression", "nearest_neighbours"),
    ("multiclass", SMALL),
    ("binary", ensemble("binary")),
    ("regression", ensemble("regression")),
]


@pytest.mark.parametrize("task, kind", KINDS)
def test_answers_for_shuffled_columns_equal_preparing_them_again(task, kind):
    table, spec = mixed_table(task), mixed_spec(task, kind)
    model, inputs, _ = fitted(spec, table)
    rng = np.random.default_rng(1)
    orders = [rng.permutation(len(inputs)) for _ in range(2)]
    with quietly():
        prepared = PreparedRows(model, inputs, spec)
        for column in INPUTS:
            for order, found in zip(orders, prepared.shuffled(column.name, orders), strict=True):
                again = inputs.copy()
                again[column.name] = inputs[column.name].to_numpy()[order]
                predicted, probabilities = predictions(model, again, spec)
                if task == "regression":
                    assert found[0] == pytest.approx(predicted, rel=1e-9)
                else:
                    assert found[0].tolist() == predicted.tolist()
                    assert found[1] == pytest.approx(probabilities, abs=1e-12)
        assert prepared.is_used("district")
        assert not prepared.is_used(UNUSED)


@pytest.mark.parametrize("kind", ["ridge", "decision_tree", ensemble("regression")])
def test_few_rows_are_prepared_again_where_nothing_can_be_told_apart(kind):
    """Of two rows there are two orders: a column's own order says nothing about where a prepared one comes from."""
    table, spec = mixed_table("regression"), mixed_spec("regression", kind)
    model, inputs, _ = fitted(spec, table)
    rows, order = inputs.iloc[[0, 3]], np.array([1, 0])
    with quietly():
        prepared = PreparedRows(model, rows, spec)
        for column in INPUTS:
            [found] = prepared.shuffled(column.name, [order])
            again = rows.assign(**{column.name: rows[column.name].to_numpy()[order]})
            assert found[0] == pytest.approx(predictions(model, again, spec)[0], rel=1e-9)


def test_columns_that_are_prepared_together_are_prepared_again(monkeypatch):
    """Where a prepared column comes from two of the person's, nothing can be shuffled behind the preparation."""
    table, spec = mixed_table("regression"), mixed_spec("regression", "ridge")
    model, inputs, _ = fitted(spec, table)
    order = np.random.default_rng(0).permutation(len(inputs))
    with quietly():
        prepared = PreparedRows(model, inputs, spec)
        [expected] = prepared.shuffled("rooms", [order])
        prepared._owners[0][:] = -2
        [found] = prepared.shuffled("rooms", [order])
    assert found[0] == pytest.approx(expected[0], rel=1e-12)


def test_importance_equals_sklearn_on_the_whole_pipeline():
    """scikit-learn's mean over many shuffles of its own, within four standard errors of both; and 0 where unused."""
    columns = (*INPUTS[:3], INPUTS[-1])  # scikit-learn prepares all rows again for each shuffle
    table, spec = mixed_table("regression", n_rows=210), mixed_spec("regression", "ridge", columns=columns)
    found = permutation_importance(table, spec, "ridge", folds=1, repeats=20)
    inputs, target = planning.modelling_table(table, spec)
    train, test = splits.make_folds(inputs, target, spec)[0]
    with quietly():
        model = pipeline.build_pipeline(spec, spec.candidates[0]).fit(inputs.iloc[train], target[train])
        expected = sklearn_importance(
            model,
            inputs.iloc[test],
            target[test],
            scoring="neg_root_mean_squared_error",
            n_repeats=20,
            random_state=0,
        )
    assert found.n_rows == len(test)
    ours = found.rows.set_index("column").loc[list(inputs.columns)]
    error = np.sqrt((ours["std"] ** 2 + expected.importances_std**2) / 20)
    assert (np.abs(ours["mean"] - expected.importances_mean) <= 4 * error + 1e-12).all()
    assert ours.loc[UNUSED, ["mean", "std"]].tolist() == [0.0, 0.0]
    assert ours.loc["district", "mean"] > 10


def test_rows_are_taken_from_as_many_folds_as_it_needs():
    table, spec = mixed_table("regression"), mixed_spec("regression", "decision_tree")
    assert permutation_importance(table, spec, "decision_tree", max_rows=30, repeats=1).n_rows == 30
    assert permutation_importance(table, spec, "decision_tree", max_rows=70, repeats=1).n_rows == 70


def test_a_slow_estimator_is_asked_about_fewer_rows(monkeypatch):
    monkeypatch.setattr(importance, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr(importance, "FEWEST_ROWS", 10)
    table, spec = mixed_table("regression"), mixed_spec("regression", "decision_tree")
    assert permutation_importance(table, spec, "decision_tree", folds=1, repeats=1).n_rows == 12  # 50, halved twice


def test_nothing_is_lost_by_a_loss_that_gets_smaller(monkeypatch):
    """Importance is positive where the model needs a column, whichever way the metric points."""
    table, spec = mixed_table("multiclass"), mixed_spec("multiclass", "decision_tree")  # log loss: lower is better
    found = permutation_importance(table, spec, "decision_tree", folds=1, repeats=3)
    assert found.rows["column"].iloc[0] in ("size [m²]", "district")
    assert found.rows["mean"].iloc[0] > 0
