"""How often chance is taken for a difference between two estimators, and how often a real one is found.

Every comparison fits real estimators on made data, in five folds, and goes through ``results.comparison``.

- *Null*: the same estimator twice. Either both fits draw their training rows again (with replacement), or they start
  from another seed. Neither is better, so whatever is called a winner is a false one.
- *Exchangeable*: an estimator on one half of the columns and on the other half, which are worth exactly the same. On
  any single table one half is better by luck of its rows; on average over tables none is.
- *Real*: one estimator on the columns, and on the same columns measured with an error. Of what size the error is was
  set so that the difference, its mean over many tables, is two standard errors of a score: of what the score of one
  estimator scatters over many tables. Since both are tested on the same rows, that is more than two standard errors
  of their difference, of which no test at 5 % finds more than 52 %.

Run: ``python -m benchmarks.too_close [--comparisons 1000] [--only null|exchangeable|real|many]`` (about ten minutes).
"""

import argparse
import math
import time
import warnings

import numpy as np
from scipy.special import ndtr, stdtr
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from workbench.modeling import metrics
from workbench.modeling.splits import make_folds
from workbench.results.candidates.comparison import LEVEL, compare, tied_with_best
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec
from workbench.training import Evaluation, FoldScore

FOUND = 1.959963984540054


def table(task, n_rows, rng, n_columns=10):
    """Return inputs that are worth the same each, and an outcome that they say something about."""
    inputs = rng.normal(size=(n_rows, n_columns))
    signal = inputs.sum(axis=1) / math.sqrt(n_columns)
    if task == "regression":
        return inputs, signal + rng.normal(size=n_rows)
    return inputs, np.where(rng.random(n_rows) < 1 / (1 + np.exp(-signal)), "yes", "no").astype(object)


def spec_of(task, metric, seed):
    return ExperimentSpec(
        dataset="0" * 64,
        target="y",
        task=task,
        classes=("no", "yes") if task == "binary" else (),
        positive="yes" if task == "binary" else None,
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=tuple(CandidateSpec(kind=kind) for kind in ("one", "two", "three", "four", "five")),
        metric=metric,
        seed=seed,
    )


def evaluated(spec, target, fitters, rng):
    """Return an evaluation of ``fitters``: callables (train, test, rng) that return an estimator's answers."""
    folds, scores = make_folds(None, target, spec), []
    for candidate, fitter in zip(spec.candidates, fitters, strict=False):
        for fold, (train, test) in enumerate(folds):
            predicted, chances = fitter(train, test, rng)
            value = metrics.metric(spec.metric).score(target[test], predicted, chances, spec.classes, spec.positive)
            scores.append(
                FoldScore(candidate.key, fold, {spec.metric: value}, 0.0, 0.0, test, target[test], predicted, chances)
            )
    return Evaluation(spec, tuple(scores))


def fitter(make, inputs, target, *, again=False):
    """Return a callable that fits ``make(rng)`` on training rows, drawn with replacement where ``again`` is true."""

    def fitted(train, test, rng):
        rows = rng.choice(train, len(train)) if again else train
        model = make(rng).fit(inputs[rows], target[rows])
        chances = model.predict_proba(inputs[test]) if hasattr(model, "predict_proba") else None
        return model.predict(inputs[test]), chances

    return fitted


def seed_of(rng):
    return int(rng.integers(2**31))


def logistic(rng):
    return LogisticRegression(C=10, max_iter=100, tol=1e-4)


def linear(rng):
    return LinearRegression()


def tree(rng):
    return DecisionTreeClassifier(max_depth=5, min_samples_leaf=5, splitter="random", random_state=seed_of(rng))


def tree_of_numbers(rng):
    return DecisionTreeRegressor(max_depth=6, min_samples_leaf=5, splitter="random", random_state=seed_of(rng))


# What is compared with itself: (name, task, metric, estimator, training rows drawn again)
NULLS = (
    ("logistic regression, rows drawn again", "binary", "roc_auc", logistic, True),
    ("tree, rows drawn again", "binary", "log_loss", tree, True),
    ("tree, another seed", "binary", "roc_auc", tree, False),
    ("tree, another seed", "binary", "accuracy", tree, False),
    ("linear regression, rows drawn again", "regression", "rmse", linear, True),
    ("tree of numbers, another seed", "regression", "mae", tree_of_numbers, False),
)
EXCHANGEABLE = (
    ("logistic regression", "binary", "roc_auc", logistic),
    ("tree", "binary", "roc_auc", tree),
    ("linear regression", "regression", "rmse", linear),
)
# Errors of measurement for which the difference is two standard errors of a score
REAL = (
    ("logistic regression", "binary", "roc_auc", logistic, 2000, 0.465),
    ("logistic regression", "binary", "log_loss", logistic, 2000, 0.42),
    ("linear regression", "regression", "rmse", linear, 2000, 0.29),
    ("logistic regression", "binary", "roc_auc", logistic, 500, 0.76),
)


class Tally:
    """Comparisons of one kind: what was found, by the test of the product and by two others."""

    def __init__(self):
        self.differences, self.scores, self.found, self.by_folds, self.by_plain = [], [], 0, 0, 0

    def add(self, evaluation):
        beside = compare(evaluation, "one", "two")
        one, two = (evaluation.candidate(key) for key in ("one", "two"))
        self.differences.append(beside.difference)
        self.scores.append(one.mean)
        self.found += not beside.tied
        folds = np.subtract(one.scores[evaluation.spec.metric], two.scores[evaluation.spec.metric])
        k = len(folds)
        for name, share in (("by_folds", 1 / k + 1 / (k - 1)), ("by_plain", 1 / k)):
            error = math.sqrt(share * folds.var(ddof=1))
            p_value = 2 * stdtr(k - 1, -abs(folds.mean()) / error) if error else 1.0
            setattr(self, name, getattr(self, name) + (p_value <= LEVEL))

    def said(self, name, n_rows):
        n = len(self.differences)
        shares = [100 * count / n for count in (self.found, self.by_folds, self.by_plain)]
        return f"{name:52} {n_rows:>6,} {n:>6,} {shares[0]:>8.1f} {shares[1]:>10.1f} {shares[2]:>8.1f}"


HEAD = f"{'':52} {'rows':>6} {'pairs':>6} {'ours %':>8} {'5 folds %':>10} {'plain %':>8}"


def null(n_pairs):
    print("Null: share of false winners (nominal 5 %)\n" + HEAD)
    found = total = 0
    for at, (name, task, metric, make, again) in enumerate(NULLS):
        for n_rows in (200, 1000):
            tally, rng = Tally(), np.random.default_rng((1, at, n_rows))
            for _ in range(-(-n_pairs // (2 * len(NULLS)))):
                inputs, target = table(task, n_rows, rng)
                both = [fitter(make, inputs, target, again=again)] * 2
                tally.add(evaluated(spec_of(task, metric, seed_of(rng)), target, both, rng))
            print(tally.said(f"{name} ({metric})", n_rows), flush=True)
            found, total = found + tally.found, total + len(tally.differences)
    share = found / total
    print(f"All: {100 * share:.1f} % of {total:,} (standard error {100 * math.sqrt(share * (1 - share) / total):.1f})")
    rng, same = np.random.default_rng(2), 0
    for _ in range(100):
        inputs, target = table("binary", 200, rng)
        both = [fitter(logistic, inputs, target)] * 2
        same += len(tied_with_best(evaluated(spec_of("binary", "roc_auc", 0), target, both, rng))) == 2
    print(f"Identical: {same} of 100 pairs of equal fits are level\n")


def exchangeable(n_pairs):
    print("Exchangeable halves of the columns: share of winners\n" + HEAD)
    for at, (name, task, metric, make) in enumerate(EXCHANGEABLE):
        for n_rows in (200, 1000):
            tally, rng = Tally(), np.random.default_rng((3, at, n_rows))
            for _ in range(n_pairs // 3):
                inputs, target = table(task, n_rows, rng)
                both = [fitter(make, inputs[:, half], target) for half in (slice(0, 5), slice(5, 10))]
                tally.add(evaluated(spec_of(task, metric, seed_of(rng)), target, both, rng))
            print(tally.said(f"{name} ({metric})", n_rows), flush=True)
    print()


def real(n_pairs):
    print("Real difference of about two standard errors of a score: share found\n" + HEAD)
    for at, (name, task, metric, make, n_rows, error) in enumerate(REAL):
        tally, rng = Tally(), np.random.default_rng((4, at))
        for _ in range(n_pairs // 4):
            inputs, target = table(task, n_rows, rng)
            blurred = inputs + error * rng.normal(size=inputs.shape)
            both = [fitter(make, inputs, target), fitter(make, blurred, target)]
            tally.add(evaluated(spec_of(task, metric, seed_of(rng)), target, both, rng))
        print(tally.said(f"{name} ({metric})", n_rows), flush=True)
        mean, spread = np.mean(tally.differences), np.std(tally.differences)
        most = ndtr(mean / spread - FOUND)
        print(
            f"    {mean / np.std(tally.scores):.2f} standard errors of a score, {mean / spread:.2f} of the difference, "
            f"of which no test at 5 % finds more than {100 * most:.0f} %"
        )
    print()


def many(n_runs):
    print("Five estimators that are equally good: share of runs in which one is taken for worse than the best")
    for n_rows in (200, 1000):
        rng, lost = np.random.default_rng((5, n_rows)), 0
        for _ in range(n_runs):
            inputs, target = table("binary", n_rows, rng)
            five = [fitter(logistic, inputs, target, again=True)] * 5
            lost += len(tied_with_best(evaluated(spec_of("binary", "roc_auc", seed_of(rng)), target, five, rng))) < 5
        print(f"    {n_rows:,} rows, {n_runs} runs: {100 * lost / n_runs:.1f} %", flush=True)
    print()


PARTS = {"null": (null, 1), "exchangeable": (exchangeable, 1), "real": (real, 1), "many": (many, 0.3)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=1000)
    parser.add_argument("--only", choices=PARTS)
    asked = parser.parse_args()
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits on few rows
        for name, (part, share) in PARTS.items():
            if asked.only in (None, name):
                part(int(share * asked.comparisons))
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
