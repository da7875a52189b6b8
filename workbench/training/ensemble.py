"""A weighted average of candidates, found from what they predicted for rows they had not seen.

The weights are chosen greedily, with replacement: again and again the candidate is added that makes the average best
(Caruana et al. 2004). The score that is shown for a fold uses weights that were chosen without the rows of that fold.

References
----------
Caruana, Niculescu-Mizil, Crew, Ksikes, Ensemble Selection from Libraries of Models, ICML 2004.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.modeling import metrics
from workbench.modeling.averages import is_bagged, members_of
from workbench.modeling.pipeline import build_pipeline
from workbench.runtime.ensembles import bytes_of, parts_of
from workbench.specs import CandidateSpec, ExperimentSpec, MemberSpec
from workbench.training.bootstrap import n_that_count
from workbench.training.evaluation import BASELINE, Evaluation, FoldScore
from workbench.training.losses import loss_for, typical

ENSEMBLE = "ensemble"
STEPS = 30  # additions, at most; a weight is a multiple of one in so many
PATIENCE = 8  # additions without a gain, after which no more are tried
START = 5  # the best few are in from the beginning, which holds back what fits the noise (Caruana et al., section 2.2)
START_SHARE = 0.25  # of all candidates, at most
SMALLEST_WEIGHT = 0.04  # what counts less is left out: it costs time when serving and changes nothing
MOST_BYTES = 200_000_000  # of the forests in an ensemble, before they are compressed
MOST_CHOICES = 20  # candidates looked at, the best ones
MOST_ROWS = 10_000  # that weights are chosen on; drawn where there are more
PARTS = 5  # of a single tested part, so that its score uses weights chosen without the rows it is about
DRAWS = 200  # of rows, for the error of a difference where there is one tested part


@dataclass(frozen=True, eq=False)
class Library:
    """What several candidates predicted for the same rows.

    Parameters
    ----------
    keys : tuple of str
        The best first.
    values : float64 ndarray of shape (n_candidates, n_rows) or (n_candidates, n_rows, n_classes)
    actual, rows, rounds : ndarray of shape (n_rows,)
        ``rows`` are index labels of the table, ``rounds`` say in which tested part. With repeats a row is there once
        for each.
    """

    keys: tuple[str, ...]
    values: np.ndarray
    actual: np.ndarray
    rows: np.ndarray
    rounds: np.ndarray

    def without(self, positions: np.ndarray) -> np.ndarray:
        """Return where the rows at ``positions`` are not tested, in whatever round."""
        return ~np.isin(self.rows, self.rows[positions])


@dataclass(frozen=True, eq=False)
class Blend:
    """A weighted average, and what it predicted for every tested row with weights chosen without that row's fold.

    Parameters
    ----------
    weights : dict of str to float
        Candidate key to its weight, heaviest first; they add up to one.
    values : ndarray
        As in ``Library``, of one candidate.
    by_part : tuple of (positions, weights)
        The parts of the rows, and the weights that were chosen without each.
    """

    weights: dict[str, float]
    values: np.ndarray
    by_part: tuple[tuple[np.ndarray, np.ndarray], ...]


def library(evaluation: Evaluation, keys: Sequence[str] | None = None) -> Library | None:
    """Put the out-of-fold predictions of complete candidates side by side; None where there is none.

    ``keys`` are those that may take part; default every complete candidate but the baseline and ensembles.
    """
    complete = [
        score.key
        for score in evaluation.candidates()
        if score.complete and score.kind not in (BASELINE, ENSEMBLE) and (keys is None or score.key in keys)
    ]
    if not complete:
        return None
    complete = _not_too_large(evaluation, complete)[:MOST_CHOICES]
    by_pair = {(score.candidate, score.fold): score for score in evaluation.fold_scores}
    rounds = range(evaluation.spec.split.rounds)
    first = [by_pair[complete[0], fold] for fold in rounds]
    values = np.stack([np.concatenate([_values(by_pair[key, fold]) for fold in rounds]) for key in complete])
    return Library(
        tuple(complete),
        values,
        np.concatenate([score.actual for score in first]),
        np.concatenate([score.rows for score in first]),
        np.repeat(np.arange(len(first)), [len(score.rows) for score in first]),
    )


def blend(spec: ExperimentSpec, found: Library, largest: int) -> Blend:
    """Choose weights on all tested rows, and predict each tested part with weights chosen without it.

    Parameters
    ----------
    spec : ExperimentSpec
    found : Library
    largest : int
        Members, at most.
    """
    return blends(spec, found, [largest])[0]


def blends(spec: ExperimentSpec, found: Library, sizes: Sequence[int]) -> list[Blend]:
    """Return a blend for each of several numbers of members, at most; most of the work is done once for all."""
    divided = parts(spec, found)
    chosen = [chosen_weights(spec, found, found.without(part), sizes) for part in divided]
    overall = chosen_weights(spec, found, np.ones(len(found.rows), dtype=bool), sizes)
    made = []
    for at, weights in enumerate(overall):
        by_part = tuple((part, without[at]) for part, without in zip(divided, chosen, strict=True))
        values = np.empty_like(found.values[0])
        for part, without in by_part:
            values[part] = average(found.values[:, part], without)
        heaviest = sorted(np.flatnonzero(weights), key=lambda place: -weights[place])
        made.append(Blend({found.keys[place]: float(weights[place]) for place in heaviest}, values, by_part))
    return made


def alone(spec: ExperimentSpec, found: Library, key: str) -> Blend:
    """Return one candidate as a blend of itself."""
    at = found.keys.index(key)
    weights = np.eye(len(found.keys))[at]
    return Blend({key: 1.0}, found.values[at], tuple((part, weights) for part in parts(spec, found)))


def parts(spec: ExperimentSpec, found: Library) -> list[np.ndarray]:
    """Return positions of rows whose predictions must not depend on their own outcome: the tested part of each round,
    or, where there is one round, a few parts of it drawn by chance."""
    rounds = np.unique(found.rounds)
    if len(rounds) > 1:
        return [np.flatnonzero(found.rounds == number) for number in rounds]
    order = np.random.default_rng(spec.seed).permutation(len(found.rows))
    return [np.sort(part) for part in np.array_split(order, min(PARTS, len(order)))]


def chosen_weights(spec: ExperimentSpec, found: Library, usable: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    """Return the weight of each candidate of the library, chosen on the rows where ``usable`` is true, for each of
    several numbers of members."""
    rows = np.flatnonzero(usable & typical(spec, found.actual))
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(spec.seed).choice(rows, MOST_ROWS, replace=False))
    values, loss = found.values[:, rows], loss_for(spec, found.actual[rows])
    weights = greedy_weights(values, loss)
    return [_trimmed(weights, values, loss, largest) for largest in sizes]


def _trimmed(weights: np.ndarray, values: np.ndarray, loss, largest: int) -> np.ndarray:
    """Leave out what counts next to nothing, and choose anew among the heaviest where there are too many."""
    kept = np.flatnonzero(weights >= SMALLEST_WEIGHT)
    if len(kept) > largest:
        kept = np.sort(kept[np.argsort(-weights[kept], kind="stable")[:largest]])
        again = np.zeros(len(weights))
        again[kept] = greedy_weights(values[kept], loss)
        return _trimmed(again, values, loss, largest)
    final = np.zeros(len(weights))
    final[kept] = weights[kept] / weights[kept].sum()
    return final


def greedy_weights(values: np.ndarray, loss: Callable[[np.ndarray], float]) -> np.ndarray:
    """Return weights that add up to one, by adding the candidate that helps most, again and again.

    Parameters
    ----------
    values : ndarray of shape (n_candidates, n_rows) or (n_candidates, n_rows, n_classes)
    loss : callable(ndarray) -> float
        Smaller is better.

    Examples
    --------
    >>> actual = np.array([0.0, 1.0, 2.0, 3.0])
    >>> values = np.stack([actual + 1, actual - 1, actual + [5, -5, 5, -5]])
    >>> greedy_weights(values, lambda blend: float(np.square(blend - actual).mean())).tolist()
    [0.5, 0.5, 0.0]
    """
    alone = [loss(one) for one in values]
    counts = np.zeros(len(values), dtype=np.int64)
    counts[np.argsort(alone, kind="stable")[: min(START, max(1, int(START_SHARE * len(values))))]] = 1
    total = values[counts > 0].sum(axis=0)
    best, best_counts, best_size = loss(total / counts.sum()), counts.copy(), int(counts.sum())
    if min(alone) <= best:  # the best alone is better than with the second one
        best, best_counts = min(alone), np.eye(len(values), dtype=np.int64)[int(np.argmin(alone))]
    for size in range(best_size + 1, STEPS + 1):
        losses = [loss((total + one) / size) for one in values]
        winner = int(np.argmin(losses))
        counts[winner] += 1
        total += values[winner]
        if losses[winner] < best:
            best, best_counts, best_size = losses[winner], counts.copy(), size
        elif size - best_size >= PATIENCE:
            break
    return best_counts / best_counts.sum()


def better_by(spec: ExperimentSpec, found: Library, values: np.ndarray, key: str) -> tuple[float, float]:
    """Return by how much predictions are better than those of a candidate, and the standard error of that.

    Over several tested parts it is the mean of the paired differences, and its error their standard deviation
    (``ddof=1``) divided by the root of the number of folds: repeats test the same rows again, so they make the
    differences steadier, but count as no further evidence (Nadeau and Bengio, Machine Learning 52, 2003, say why).
    Over a single part the error is that of the difference when rows are drawn anew (the bootstrap).

    Parameters
    ----------
    values : ndarray
        Predictions for every tested row.
    key : str
        A candidate of the library.
    """
    other = found.values[found.keys.index(key)]
    sign = 1.0 if metrics.metric(spec.metric).greater_is_better else -1.0
    rounds = np.unique(found.rounds)

    def difference(rows):
        return sign * (_metric(spec, found.actual[rows], values[rows]) - _metric(spec, found.actual[rows], other[rows]))

    if len(rounds) > 1:
        gains = np.array([difference(np.flatnonzero(found.rounds == number)) for number in rounds])
        gains = gains[np.isfinite(gains)]
        if len(gains) < 2:
            return 0.0, float("inf")
        return float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(n_that_count(spec, len(gains))))
    rng, n_rows = np.random.default_rng(spec.seed), len(found.rows)
    drawn = [difference(rng.integers(n_rows, size=n_rows)) for _ in range(DRAWS)]
    return difference(np.arange(n_rows)), float(np.nanstd(drawn))


def ensemble_of(evaluation: Evaluation, weights: dict[str, float], **settings) -> CandidateSpec:
    """Return the candidate that averages others of the run."""
    members = []
    for key, weight in weights.items():
        one = evaluation.spec.candidate(key)
        members.append(MemberSpec(kind=one.kind, hyperparameters=one.hyperparameters, weight=weight))
    return CandidateSpec(kind=ENSEMBLE, hyperparameters=settings, members=tuple(members))


def fold_scores(evaluation: Evaluation, candidate: CandidateSpec, values: np.ndarray) -> list[FoldScore]:
    """Return the fold scores of predictions for every tested row.

    Seconds are those of the members together: what the ensemble would take if nothing was known of them yet, and what
    it takes to answer.
    """
    spec = evaluation.spec
    members = [member.key for member in members_of(candidate)]
    by_pair = {(score.candidate, score.fold): score for score in evaluation.fold_scores}
    scores, start = [], 0
    for fold in range(spec.split.rounds):
        of_members = [by_pair[key, fold] for key in members]
        first = of_members[0]
        mine = values[start : start + len(first.rows)]
        start += len(first.rows)
        predicted, probabilities = _answers(spec, mine, np.asarray(first.predicted))
        scores.append(
            FoldScore(
                candidate=candidate.key,
                fold=fold,
                scores=metrics.score_all(spec, first.actual, predicted, probabilities),
                fit_seconds=sum(score.fit_seconds for score in of_members),
                score_seconds=sum(score.score_seconds for score in of_members),
                rows=first.rows,
                actual=first.actual,
                predicted=predicted,
                probabilities=probabilities,
            )
        )
    return scores


def _not_too_large(evaluation: Evaluation, keys: list[str]) -> list[str]:
    """Return the candidates that together make a service of reasonable size; the best one is among them anyway."""
    spec = evaluation.spec
    tested = sum(len(score.rows) for score in evaluation.fold_scores if score.candidate == keys[0])
    n_rows = tested / spec.split.share if spec.split.folds == 1 else tested / spec.split.repeats
    kept, total = keys[:1], 0
    for key in keys[1:]:
        model = build_pipeline(spec, spec.candidate(key)).steps[-1][1]
        n_parts = parts_of(model, n_rows, spec.split.folds if is_bagged(spec) else 1)
        size = bytes_of(model, n_rows) * n_parts
        if total + size <= MOST_BYTES:
            kept.append(key)
            total += size
    return kept


def _values(score: FoldScore) -> np.ndarray:
    return np.asarray(score.predicted if score.probabilities is None else score.probabilities, dtype=np.float64)


def average(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted sum of the predictions of several candidates."""
    return np.tensordot(weights, values, axes=1)


def _metric(spec: ExperimentSpec, actual: np.ndarray, values: np.ndarray) -> float:
    predicted, probabilities = _answers(spec, values, actual)
    kind = metrics.metric(spec.metric)
    return kind.score(actual, predicted, probabilities, spec.classes, spec.positive)


def _answers(spec: ExperimentSpec, values: np.ndarray, like: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels and probabilities, or values; ``like`` has labels as estimators return them."""
    if spec.task == "regression":
        return values, None
    labels = np.empty(len(spec.classes), dtype=object)
    labels[:] = spec.classes
    return labels.astype(like.dtype)[values.argmax(axis=1)], values
