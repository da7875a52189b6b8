"""Scores with what each tested row adds to them, and the variance of the difference of two.

The variance of a difference has three parts, none of which can be had from five numbers per estimator:

- *other rows to test on*: from the tested rows themselves, each row's influence on the difference of the two scores
  (:mod:`workbench.results.candidates.influence`). Thousands of rows say this far more surely than five folds;
- *other fits*: by how much the differences of the folds scatter more than their rows explain, divided by the number of
  folds, with as many degrees of freedom as a standard deviation over folds has;
- *other rows to learn from*: folds share most of what they learn from, so this does not show in their scatter. Nadeau
  and Bengio's correction: the variance of testing is raised by ``n_test / n_train`` of itself.

Where whole groups are tested, rows are no units, and only the folds are: then it is their test as it stands, variance
``(1 / k + n_test / n_train) s²`` and ``k - 1`` degrees of freedom. ``docs/decisions/0023`` has the measurements.

References
----------
Nadeau, Bengio, Inference for the Generalization Error, Machine Learning 52, 2003. Satterthwaite, An Approximate
Distribution of Estimates of Variance Components, Biometrics Bulletin 2, 1946.
"""

import math
from dataclasses import dataclass

import numpy as np

from workbench.results.candidates.influence import influence
from workbench.specs import SplitSpec
from workbench.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Measured:
    """The scores of one candidate on its tested parts, and how much each tested row moves them.

    Parameters
    ----------
    values : tuple of float
        One for each tested part.
    rows : tuple of int64 ndarray
        Index labels of the rows of each part.
    pulls : tuple of float ndarray
        The influence of each of these rows on the score of its part.
    split : SplitSpec
    """

    values: tuple[float, ...]
    rows: tuple[np.ndarray, ...]
    pulls: tuple[np.ndarray, ...]
    split: SplitSpec

    @property
    def mean(self) -> float:
        return float(np.mean(self.values)) if self.values else float("nan")

    def by_row(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each tested row once, and how much it moves the mean over all parts."""
        labels, place = np.unique(np.concatenate(self.rows), return_inverse=True)
        return labels, np.bincount(place, weights=np.concatenate(self.pulls)) / len(self.values)

    def excess(self) -> float:
        """Return the variance of the scores of the parts that their rows do not explain."""
        return _excess(self.values, self.pulls)


def measured(evaluation: Evaluation, key: str, metric: str, folds=None) -> Measured:
    """Return the scores of a candidate with what each tested row adds to them; ``folds`` are those that count, default
    all on which the metric is defined."""
    folds = folds_with(evaluation, key, metric) if folds is None else folds
    mine = sorted(
        (score for score in evaluation.fold_scores if score.candidate == key and score.fold in folds),
        key=lambda score: score.fold,
    )
    return Measured(
        tuple(score.scores[metric] for score in mine),
        tuple(score.rows for score in mine),
        tuple(influence(evaluation.spec, score, metric) for score in mine),
        evaluation.spec.split,
    )


def variance_of_difference(one: Measured, other: Measured) -> tuple[float, float, bool]:
    """Return the variance of the difference of two means, its degrees of freedom, and whether rows are in common."""
    n_parts = min(len(one.values), len(other.values))
    alike = len(one.rows) == len(other.rows) and all(map(np.array_equal, one.rows, other.rows))
    share = max(learnt_from(one.split), learnt_from(other.split))
    if alike:
        values = np.subtract(one.values, other.values)
        pulls = [mine - theirs for mine, theirs in zip(one.pulls, other.pulls, strict=True)]
        if one.split.kind == "group" and n_parts > 1:
            return float((1 / n_parts + share) * values.var(ddof=1)), n_parts - 1, True
        _, together = Measured(tuple(values), one.rows, tuple(pulls), one.split).by_row()
        excess, paired = _excess(values, pulls) / n_parts, True
    else:
        together, paired = _side_by_side(one, other)
        excess = one.excess() / len(one.values) + other.excess() / len(other.values)
    tested, freedom = _of_rows(together)
    tested *= 1 + share
    total = tested + excess
    if not total > 0:
        return total, math.inf, paired
    shares = (tested / total) ** 2 / freedom + ((excess / total) ** 2 / (n_parts - 1) if n_parts > 1 else 0.0)
    return total, 1 / shares, paired


def _side_by_side(one: Measured, other: Measured) -> tuple[np.ndarray, bool]:
    """Return the influence of each row on the difference of two means; a row that one of them lacks counts alone."""
    (mine, my_pulls), (theirs, their_pulls) = one.by_row(), other.by_row()
    labels = np.union1d(mine, theirs)
    together = np.zeros(len(labels))
    together[np.searchsorted(labels, mine)] += my_pulls
    together[np.searchsorted(labels, theirs)] -= their_pulls
    return together, len(labels) < len(mine) + len(theirs)


def _of_rows(pulls: np.ndarray) -> tuple[float, float]:
    """Return the variance that rows bring, and the degrees of freedom it is known with: few where few rows decide."""
    squares, n_rows = np.square(pulls), len(pulls)
    total = float(squares.sum())
    if n_rows < 2 or not total > 0:
        return total, math.inf
    error = float(np.square(squares).sum()) - total**2 / n_rows  # variance of that sum
    freedom = min(n_rows - 1, 2 * total**2 / error) if error > 0 else n_rows - 1
    return total * n_rows / (n_rows - 1), max(freedom, 1.0)


def _excess(values, pulls) -> float:
    if len(values) < 2:
        return 0.0
    explained = np.mean([_of_rows(mine)[0] for mine in pulls])
    return max(float(np.var(values, ddof=1) - explained), 0.0)


def learnt_from(split: SplitSpec) -> float:
    """Return how many rows are tested for each that is learnt from, ``n_test / n_train``, on average over the parts.

    >>> learnt_from(SplitSpec(folds=5)), learnt_from(SplitSpec(folds=1, share=0.2))
    (0.25, 0.25)
    """
    if split.folds == 1:
        return split.share / (1 - split.share)
    if split.kind == "time":  # a stretch is tested, those before it are learnt from
        return float(np.mean(1 / np.arange(1, split.folds + 1)))
    return 1 / (split.folds - 1)


def folds_with(evaluation: Evaluation, key: str, metric: str) -> set[int]:
    """Return the tested parts of a candidate on which a metric is defined."""
    return {
        score.fold
        for score in evaluation.fold_scores
        if score.candidate == key and math.isfinite(score.scores.get(metric, math.nan))
    }
