"""Influences of rows on scores, against derivatives of scikit-learn's weighted metrics."""

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench.modeling import metrics
from workbench.results.candidates.influence import INFLUENCES, influence
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec
from workbench.training import FoldScore

N = 60
STEP = 1e-6
CLASSES = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c", "d"), "regression": ()}


def case(task, name, seed=3):
    """A made-up tested part; of several classes one is in no row, and probabilities have ties."""
    rng = np.random.default_rng(seed)
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task=task,
        classes=CLASSES[task],
        positive="Yes" if task == "binary" else None,
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=(CandidateSpec(kind="ridge"),),
        metric=name,
    )
    if task == "regression":
        actual = rng.gamma(3.0, 2.0, N)
        return spec, FoldScore("ridge", 0, {}, 1.0, 1.0, np.arange(N), actual, actual * rng.uniform(0.6, 1.5, N))
    labels = np.array(spec.classes, dtype=object)
    codes = rng.integers(3 if task == "multiclass" else 2, size=N)
    raw = (rng.random((N, len(labels))) + 0.5 * np.eye(len(labels))[codes]).round(1) + 0.05
    chances = raw / raw.sum(axis=1, keepdims=True)
    predicted = labels[chances.argmax(axis=1)]
    return spec, FoldScore("ridge", 0, {}, 1.0, 1.0, np.arange(N), labels[codes], predicted, chances)


def weighted(spec, score, name, weights):
    """Return scikit-learn's figure with a weight for each row."""
    actual, predicted, chances = score.actual, score.predicted, score.probabilities
    labels = list(spec.classes)
    present = [label for label in labels if (actual == label).any()]
    if name == "roc_auc":
        if spec.positive:
            return sk.roc_auc_score(actual == spec.positive, chances[:, 1], sample_weight=weights)
        areas = [
            sk.roc_auc_score(actual == label, chances[:, labels.index(label)], sample_weight=weights)
            for label in present
        ]
        return np.average(areas, weights=[weights[actual == label].sum() for label in present])
    if name == "average_precision":
        return sk.average_precision_score(actual == spec.positive, chances[:, 1], sample_weight=weights)
    if name == "log_loss":
        return sk.log_loss(actual, chances, labels=labels, sample_weight=weights)
    if name == "balanced_accuracy":
        return sk.recall_score(actual, predicted, labels=present, average="macro", sample_weight=weights)
    if name == "f1":
        found = {"average": "macro", "labels": labels} if spec.positive is None else {"pos_label": spec.positive}
        return sk.f1_score(actual, predicted, sample_weight=weights, zero_division=0.0, **found)
    plain = {
        "accuracy": sk.accuracy_score,
        "rmse": sk.root_mean_squared_error,
        "mae": sk.mean_absolute_error,
        "r2": sk.r2_score,
        "poisson_deviance": sk.mean_poisson_deviance,
        "gamma_deviance": sk.mean_gamma_deviance,
        "pinball_10": lambda *values, sample_weight: sk.mean_pinball_loss(
            *values, alpha=0.1, sample_weight=sample_weight
        ),
        "pinball_90": lambda *values, sample_weight: sk.mean_pinball_loss(
            *values, alpha=0.9, sample_weight=sample_weight
        ),
    }
    return plain[name](actual, predicted, sample_weight=weights)


CASES = [(task, kind.name) for kind in metrics.METRICS if kind.name in INFLUENCES for task in kind.tasks]


@pytest.mark.parametrize("task, name", CASES)
def test_an_influence_is_the_derivative_of_the_weighted_metric(task, name):
    spec, score = case(task, name)
    found = influence(spec, score)
    expected = []
    for row in range(N):
        up, down = np.ones(N), np.ones(N)
        up[row] += STEP
        down[row] -= STEP
        expected.append((weighted(spec, score, name, up) - weighted(spec, score, name, down)) / (2 * STEP))
    assert found == pytest.approx(np.array(expected), abs=1e-8)
    assert found.sum() == pytest.approx(0, abs=1e-12)


def test_the_area_has_delongs_standard_error():
    spec, score = case("binary", "roc_auc")
    found = (score.actual == "Yes").astype(bool)
    yes, no = score.probabilities[found, 1], score.probabilities[~found, 1]
    wins = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    by_hand = wins.mean(axis=1).var() / len(yes) + wins.mean(axis=0).var() / len(no)
    assert np.square(influence(spec, score)).sum() == pytest.approx(by_hand, rel=1e-12)


def test_without_a_formula_parts_of_the_rows_are_left_out():
    rng = np.random.default_rng(0)
    spec, _ = case("regression", "median_absolute_error")
    actual = rng.normal(size=4000)
    score = FoldScore("ridge", 0, {}, 1.0, 1.0, np.arange(4000), actual, np.zeros(4000))
    # The median of |z| is 0.6745, where the density of |z| is 2 φ(0.6745) = 0.6356.
    error = np.sqrt(np.square(influence(spec, score)).sum())
    assert error == pytest.approx(0.5 / 0.6356 / np.sqrt(4000), rel=0.3)  # 50 parts: 10 % standard error, and steps
    assert set(kind.name for kind in metrics.METRICS) - set(INFLUENCES) == {"median_absolute_error"}


def test_a_single_class_has_no_area():
    spec, score = case("binary", "roc_auc")
    kept = score.actual == "Yes"
    only = FoldScore(
        "ridge", 0, {}, 1.0, 1.0, score.rows[kept], score.actual[kept], score.predicted[kept], score.probabilities[kept]
    )
    assert np.isnan(influence(spec, only)).all()


@pytest.mark.parametrize("name", sorted({kind.name for kind in metrics.suited("regression")} - {"r2"}))
def test_a_part_of_a_single_row_is_moved_by_nothing(name):
    spec, _ = case("regression", name)
    one = FoldScore("ridge", 0, {}, 1.0, 1.0, np.array([4]), np.array([3.0]), np.array([2.0]))
    assert influence(spec, one).tolist() == [0.0]
