"""How much better learning from all rows is: by hand, and on rows where it is known."""

import numpy as np
import pandas as pd
import pytest

from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import all_rows, cross_validate, fit

X = ColumnSpec(name="x", meaning="number")
Y = ColumnSpec(name="y", meaning="number")


def table(n_rows, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 100, n_rows)
    return pd.DataFrame({"x": x, "y": 10 * np.sin(x) + rng.normal(0, 0.1, n_rows)})


def spec_for(kind="nearest_neighbours", **split):
    return ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task="regression",
        columns=(X,),
        target_column=Y,
        candidates=(
            CandidateSpec(kind=kind, hyperparameters={"n_neighbors": 1} if kind == "nearest_neighbours" else {}),
        ),
        split=SplitSpec(**{"folds": 5, **split}),
        metric="mae",
    )


def ratio(rows, spec):
    key = spec.candidates[0].key
    return all_rows.error_ratio(rows, spec, key, cross_validate(rows, spec, n_jobs=1))


@pytest.mark.parametrize("folds", [1, 5])
def test_it_is_near_what_new_rows_show(folds):
    """The nearest of twice as many points is about half as far away, and the error falls with the distance."""
    spec, found, shown = spec_for(folds=folds), [], []
    for seed in range(5):
        rows, new = table(500, seed), table(2000, 100 + seed)
        found.append(ratio(rows, spec))
        held_out = cross_validate(rows, spec, n_jobs=1).out_of_fold(spec.candidates[0].key)
        error = np.abs(new["y"] - fit(rows, spec).predict(new)).mean()
        shown.append(error / np.abs(held_out["actual"] - held_out["prediction"]).mean())
    assert np.mean(shown) < 0.93
    assert np.mean(found) == pytest.approx(np.mean(shown), abs=0.06)


def test_a_line_gains_nothing_from_a_few_more_rows():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"x": np.arange(400.0), "y": np.arange(400.0) + rng.normal(0, 5, 400)})
    assert ratio(rows, spec_for("ridge")) == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(
    "rows, spec",
    [
        (table(80), spec_for()),
        (table(200), spec_for("baseline")),
        (table(200), spec_for(folds=2)),
        (
            table(200),
            spec_for(kind="nearest_neighbours", folds=3).but(split=SplitSpec(kind="time", column="x", folds=3)),
        ),
    ],
    ids=["few rows", "baseline", "two folds", "time"],
)
def test_where_it_is_not_measured_the_errors_stand_as_they_are(rows, spec):
    assert ratio(rows, spec) == 1.0


def test_where_fitting_took_long_it_is_not_measured(monkeypatch):
    monkeypatch.setattr(all_rows, "LONGEST_SECONDS", 0.0)
    assert ratio(table(500), spec_for()) == 1.0


def test_no_ratio_is_believed_that_is_too_good():
    assert all_rows.extrapolated(9.0, 1.0, 300, 400, 500) == all_rows.LEAST


def test_what_goes_wrong_leaves_the_run_alone():
    rows, spec = table(200), spec_for()
    evaluation = cross_validate(rows, spec, n_jobs=1)
    assert all_rows.measured_ratio(rows.drop(columns="x"), spec, spec.candidates[0].key, evaluation) == 1.0
