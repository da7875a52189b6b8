"""By how much the difference of two candidates would move by chance."""

import functools
import math

import numpy as np
import sklearn

from workbench.modeling import metrics
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import CandidateScore, Evaluation, FoldScore

DRAWS = 100  # the standard error of a standard deviation of so many is 7 %
MOST_DRAWN = 2_000  # rows per draw
LEAST_DEFINED = 0.5  # share of the draws on which the metric has to be defined


def combined_spread(evaluation: Evaluation, one: CandidateScore, other: CandidateScore) -> float:
    """Standard deviation of the difference of two scores in the main metric.

    Over folds, as if those of the two were independent. Where rows are divided once there is no such spread: the
    tested rows, which are the same for both, are drawn again instead. 0 where there is neither.
    """
    if math.isfinite(one.std) and math.isfinite(other.std):
        return math.hypot(one.std, other.std)
    tested = [_only_fold(evaluation, score.key) for score in (one, other)]
    if None in tested or one.key == other.key:
        return 0.0
    return _paired(evaluation.spec, *tested)


def _only_fold(evaluation: Evaluation, key: str) -> FoldScore | None:
    """Return the fold score of a candidate that was checked once, None where there are several or none."""
    found = [score for score in evaluation.fold_scores if score.candidate == key]
    return found[0] if len(found) == 1 else None


def _paired(spec: ExperimentSpec, one: FoldScore, other: FoldScore) -> float:
    if not np.array_equal(one.rows, other.rows):
        return 0.0
    return _drawn_again(spec.metric, spec.classes, spec.positive, spec.seed, one, other)


@functools.lru_cache(maxsize=64)
def _drawn_again(metric, classes, positive, seed, one: FoldScore, other: FoldScore) -> float:
    """Standard deviation of the difference over rows drawn with replacement, the same for both.

    Of many rows only so many are drawn, and what comes out is shrunk by the root of their share.

    References
    ----------
    Efron, Tibshirani, An Introduction to the Bootstrap, 1993, chapter 6. Bickel, Götze, van Zwet, Resampling fewer
    than n observations, Statistica Sinica 7, 1997.
    """
    kind, rng = metrics.metric(metric), np.random.default_rng(seed)
    n_rows = len(one.rows)
    n_drawn = min(n_rows, MOST_DRAWN)
    place = {label: position for position, label in enumerate(classes)}
    codes = tuple(range(len(classes)))
    sought = place.get(positive)

    def coded(labels):
        return np.array([place[label] for label in labels.tolist()]) if classes else labels

    actual, predicted = coded(one.actual), [coded(score.predicted) for score in (one, other)]
    chances = [score.probabilities for score in (one, other)]
    differences = []
    # Arguments are the same each time; looking at them again is most of the time of a metric.
    with sklearn.config_context(skip_parameter_validation=True, assume_finite=True), np.errstate(all="ignore"):
        for _ in range(DRAWS):
            rows = rng.integers(0, n_rows, n_drawn)
            first, second = (
                kind.score(actual[rows], labels[rows], None if chance is None else chance[rows], codes, sought)
                for labels, chance in zip(predicted, chances, strict=True)
            )
            differences.append(first - second)
    defined = np.array(differences)[np.isfinite(differences)]
    if len(defined) < LEAST_DEFINED * DRAWS:
        return 0.0
    return float(defined.std() * math.sqrt(n_drawn / n_rows))
