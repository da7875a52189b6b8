"""Whether a goal is reached, what guessing would reach, and the ceiling of equal rows."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics as sk
from sklearn.dummy import DummyClassifier

from workbench.profiling import profile
from workbench.results.candidates.comparison import range_of
from workbench.results.quality import goals
from workbench.results.quality.ceiling import ceiling
from workbench.specs import CandidateSpec, ColumnSpec, Draft, ExperimentSpec, Schema, SplitSpec, SuccessSpec
from workbench.training import Evaluation, FoldScore

N = 400


def spec_for(task="regression", **changes):
    facts = {
        "dataset": "0" * 64,
        "target": "rent",
        "task": task,
        "classes": ("no", "yes") if task == "binary" else (),
        "positive": "yes" if task == "binary" else None,
        "columns": (ColumnSpec(name="x", meaning="integer"), ColumnSpec(name="z", meaning="category")),
        "target_column": ColumnSpec(name="rent", meaning="number", unit="€" if task == "regression" else ""),
        "candidates": (CandidateSpec(kind="ridge"),),
        "split": SplitSpec(folds=1, share=0.2),
        "metric": "mae" if task == "regression" else "accuracy",
    }
    return ExperimentSpec(**{**facts, **changes})


def one_check(errors):
    """An evaluation of one hold-out whose absolute errors are given."""
    errors = np.asarray(errors, dtype=float)
    scores = {"mae": float(errors.mean()), "r2": 0.5}
    rows = np.arange(len(errors))
    return Evaluation(spec_for(), (FoldScore("ridge", 0, scores, 1.0, 0.1, rows, np.zeros(len(errors)), errors),))


ERRORS = np.random.default_rng(0).uniform(8, 12, N)
ERRORS += 10.02 - ERRORS.mean()


def test_the_range_of_a_score_checked_once():
    low, high = range_of(one_check(ERRORS), "ridge")
    error = ERRORS.std(ddof=1) / math.sqrt(N) * math.sqrt(1 + 0.2 / 0.8)
    reach = stats.t.ppf(0.975, N - 1) * error
    assert (low, high) == (pytest.approx(ERRORS.mean() - reach), pytest.approx(ERRORS.mean() + reach))


@pytest.mark.parametrize(
    "least, standing, words",
    [
        (
            10.5,
            "reached",
            "Good enough: mean absolute error 10.0 € reaches the 10.5 € you asked for, also at the upper",
        ),
        (10.1, "not surely", "Reached on average, but not surely: mean absolute error 10.0 € reaches the 10.1 €"),
        (9.95, "perhaps", "Not reached on average: mean absolute error 10.0 € misses the 9.95 €"),
        (9.0, "missed", "Not reached: mean absolute error 10.0 € misses the 9 € you asked for, also at the lower"),
    ],
)
def test_a_goal_below_which_errors_must_stay(least, standing, words):
    found = goals.verdict(one_check(ERRORS), "ridge", SuccessSpec(metric="mae", least=least))
    assert found.standing == standing
    assert found.sentence.startswith(words)


def test_a_goal_that_scores_must_exceed():
    rng = np.random.default_rng(1)
    right = np.arange(N) < 0.8 * N
    actual = np.where(rng.random(N) < 0.5, "yes", "no").astype(object)
    other = np.where(actual == "yes", "no", "yes").astype(object)
    predicted = np.where(right, actual, other)
    score = FoldScore("ridge", 0, {"accuracy": 0.8}, 1.0, 0.1, np.arange(N), actual, predicted, np.ones((N, 2)) / 2)
    evaluation = Evaluation(spec_for("binary"), (score,))
    standings = [
        goals.verdict(evaluation, "ridge", SuccessSpec(least=least)).standing for least in (0.7, 0.79, 0.82, 0.9)
    ]
    assert standings == ["reached", "not surely", "perhaps", "missed"]
    assert goals.verdict(evaluation, "ridge", SuccessSpec(costs="5 € each")) is None
    unknown = goals.verdict(evaluation, "ridge", SuccessSpec(metric="rmse", least=3.0))
    assert unknown.standing == "unknown" and "at most 3" in unknown.sentence


def test_guessing_is_what_looking_at_no_column_reaches():
    rng = np.random.default_rng(2)
    y = np.where(rng.random(300) < 0.3, "yes", "no")
    constant = np.full(len(y), (y == "yes").mean())
    always = DummyClassifier(strategy="most_frequent").fit(y[:, None], y).predict(y[:, None])
    expected = {
        "roc_auc": sk.roc_auc_score(y == "yes", constant),
        "average_precision": sk.average_precision_score(y == "yes", constant),
        "log_loss": sk.log_loss(y, np.column_stack([1 - constant, constant])),
        "accuracy": sk.accuracy_score(y, always),
        "balanced_accuracy": sk.balanced_accuracy_score(y, always),
        "f1": sk.f1_score(y, np.full(len(y), "yes"), pos_label="yes"),
    }
    for name, value in expected.items():
        assert goals.guessing("binary", name, y, "yes") == pytest.approx(value, abs=1e-12)
    three = np.array(["a"] * 5 + ["b"] * 3 + ["c"] * 2)
    most = sk.f1_score(three, np.full(10, "a"), average="macro", zero_division=0.0)
    assert goals.guessing("multiclass", "f1", three) == pytest.approx(most)
    amounts = rng.gamma(2.0, 3.0, 200)
    mean = np.full(200, amounts.mean())
    assert goals.guessing("regression", "rmse", amounts) == pytest.approx(sk.root_mean_squared_error(amounts, mean))
    assert goals.guessing("regression", "mae", amounts) == pytest.approx(sk.mean_absolute_error(amounts, mean))
    assert goals.guessing("regression", "median_absolute_error", amounts) == pytest.approx(
        sk.median_absolute_error(amounts, mean)
    )
    assert math.isnan(goals.guessing("regression", "poisson_deviance", amounts))
    assert goals.halfway("r2", 0.0) == 0.5 and math.isnan(goals.halfway("gamma_deviance", math.nan))


def test_a_goal_goes_with_the_run_and_comes_back():
    draft = Draft(goal="whom to call", success=SuccessSpec(costs="5 €", metric="roc_auc", least=0.8))
    assert goals.from_note(goals.as_note(draft)) == (draft.goal, draft.success)
    assert goals.as_note(Draft()) is None
    assert goals.from_note({"decision": "x", "unheard": 1}) == ("x", SuccessSpec())


def rows_with_copies(task, n=600):
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"x": rng.integers(0, 12, n), "z": rng.choice(["a", "b", None], n)})
    table.loc[::3, "x"] = np.arange(1000, 1000 + n // 3)  # a third of the rows equal no other one
    signal = table["x"].to_numpy() % 4
    table["rent"] = (
        signal + rng.normal(size=n).round(1)
        if task == "regression"
        else np.where(rng.random(n) < 0.2 + 0.15 * signal, "yes", "no")
    )
    return table.astype({"z": "str"})


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_the_ceiling_is_that_of_the_profile_and_of_brute_force(task):
    table, spec = rows_with_copies(task), spec_for(task)
    found = ceiling(table, spec)
    groups = table.groupby(["x", "z"], dropna=False)["rent"]
    schema = Schema(
        columns=(*spec.columns, spec.target_column.but(meaning="number" if task == "regression" else "yes_no"))
    )
    seen = profile(table, schema, target="rent", task=task).target_view.ceiling
    if task == "regression":
        left = float(((table["rent"] - groups.transform("mean")) ** 2).mean())
        assert found.best == pytest.approx(math.sqrt(left), abs=1e-9)
        assert 1 - found.best**2 / table["rent"].var(ddof=0) == pytest.approx(seen.best, abs=1e-9)
        assert "no model of these columns can have an RMSE below" in found.sentence and " €" in found.sentence
    else:
        right = groups.agg(lambda answers: answers.value_counts().iloc[0]).sum() / len(table)
        assert found.best == pytest.approx(right, abs=1e-9) == pytest.approx(seen.best, abs=1e-9)
        assert "no model of these columns can be right for more than" in found.sentence
    assert (found.n_rows, found.n_groups) == (seen.n_rows, seen.n_groups)
    assert found.low < found.best < found.high and found.matters


def test_the_interval_of_the_ceiling_is_that_of_drawing_sets_again():
    table, spec = rows_with_copies("binary"), spec_for("binary")
    found, rng = ceiling(table, spec), np.random.default_rng(0)
    counted = table.groupby(["x", "z"], dropna=False)["rent"].agg(
        [lambda answers: answers.value_counts().iloc[0], "size"]
    )
    right, size = counted.to_numpy().T
    drawn = [rng.integers(len(size), size=len(size)) for _ in range(2000)]
    spread = np.std([right[rows].sum() / size[rows].sum() for rows in drawn])
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(spread, rel=0.1)


def test_without_equal_rows_that_differ_there_is_no_ceiling():
    table = pd.DataFrame({"x": np.arange(50), "z": ["a"] * 50, "rent": np.arange(50.0)})
    assert ceiling(table, spec_for()) is None
    same = pd.DataFrame({"x": [1, 1] * 20, "z": ["a", "a"] * 20, "rent": [0.1] * 40})
    assert ceiling(same, spec_for()) is None
    rare = pd.DataFrame({"x": [0, *range(499)], "z": "a", "rent": ["yes", "no"] * 250})
    assert not ceiling(rare, spec_for("binary")).matters
