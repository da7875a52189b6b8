"""Two runs side by side: what became of the score, and whether that is more than chance explains."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from workbench.errors import NotPossible
from workbench.modeling import metrics
from workbench.results.candidates.comparison import (
    LEVEL,
    MOST_COMPARED,
    Comparison,
    among,
    judged,
    largest_by_chance,
)
from workbench.results.candidates.measured import Measured, measured
from workbench.results.wording import percent, shorten
from workbench.training.evaluation import BASELINE, Evaluation, FoldScore

Pairing = Literal["folds", "rows", "common", "none"]
LEAST_COMMON = 0.5  # of the rows that the run with fewer tested; with fewer in common they are compared unpaired
FEWEST_COMMON = 30  # rows
# Metrics that say the same whichever of two classes is the one to find
EITHER_CLASS = ("roc_auc", "log_loss", "accuracy", "balanced_accuracy")

HOW: dict[Pairing, str] = {
    "folds": "Both were tested on the same rows in the same folds, so they are compared row by row.",
    "rows": "Both were tested on the same rows, in other folds; they are compared row by row.",
    "common": "They are compared on the {n:,} rows that both were tested on, so these scores may differ from others.",
    "none": "They were tested on different rows, so they cannot be compared row by row: only a large difference shows.",
}


@dataclass(frozen=True)
class RunsCompared:
    """What became of the score from one run to another.

    Parameters
    ----------
    comparison : Comparison
        ``one`` is the second run: a positive difference says that it is better.
    first, second : float
        The scores that were compared.
    pairing : {"folds", "rows", "common", "none"}
    n_common : int
        Rows that both tested.
    among : float
        How often chance brings a difference like this somewhere among all estimators of both runs: the best of each
        was picked by its score.
    n_compared : int
        How many those are.
    """

    comparison: Comparison
    first: float
    second: float
    pairing: Pairing
    n_common: int
    among: float
    n_compared: int

    @property
    def tied(self) -> bool:
        """Whether the two are not told apart, picked as they were."""
        return self.comparison.tied or not self.among <= LEVEL

    @property
    def sentence(self) -> str:
        """What it did to the score, and whether that is more than chance."""
        beside = self.comparison
        if beside.tied or not self.tied:
            return beside.sentence
        size, ends = beside.figures
        kind = metrics.metric(beside.metric).label
        unit = f" {beside.unit} {kind}" if beside.unit else f" {kind}"
        better = beside.one if beside.difference > 0 else beside.other
        return (
            f"{beside.one} and {beside.other} are not told apart: {better} is ahead by {size}{unit} ({ends}). These "
            f"two were picked among {self.n_compared} estimators of both runs, and among so many chance brings a "
            f"difference like this in {percent(self.among)} of the cases."
        )

    @property
    def how(self) -> str:
        """By what they were compared, as a sentence."""
        return HOW[self.pairing].format(n=self.n_common)


def compare_runs(
    first: Evaluation, first_key: str, second: Evaluation, second_key: str, labels=("The first run", "The second run")
) -> RunsCompared:
    """Compare a candidate of one run with a candidate of another, on the main metric of the second.

    Paired row by row over the rows that both tested where both are of the same table; else as two independent scores.

    Parameters
    ----------
    first, second : Evaluation
    first_key, second_key : str
    labels : pair of str
        What the two are called, the first run first.

    Raises
    ------
    NotPossible
        They answer different questions; says which.
    """
    name = _metric(first, second)
    one, other = (measured(each, key, name) for each, key in ((first, first_key), (second, second_key)))
    if not one.values or not other.values:
        raise NotPossible(f"{metrics.metric(name).label} is not known of both runs.")
    tested = [np.unique(np.concatenate(each.rows)) for each in (one, other)]
    common = np.intersect1d(*tested, assume_unique=True)
    if first.spec.dataset != second.spec.dataset:
        pairing: Pairing = "none"
    elif len(common) == len(tested[0]) == len(tested[1]):
        alike = len(one.rows) == len(other.rows) and all(map(np.array_equal, one.rows, other.rows))
        pairing = "folds" if alike else "rows"
    elif len(common) >= max(FEWEST_COMMON, LEAST_COMMON * min(map(len, tested))):
        pairing = "common"
        one, other = (_measured_on(each, key, name, common) for each, key in ((first, first_key), (second, second_key)))
        if not one.values or not other.values:
            raise NotPossible(f"{metrics.metric(name).label} is not defined on the rows that both were tested on.")
    else:
        pairing = "none"
    if pairing == "none":  # labels of another table mean other rows
        beyond = max(int(rows.max()) for rows in tested) + 1
        one, common = replace(one, rows=tuple(rows + beyond for rows in one.rows)), common[:0]
    unit = second.spec.target_column.unit if metrics.metric(name).in_target_units else ""
    comparison = judged(other, one, labels[::-1], name, unit)
    n_compared, chance = _among(first, first_key, second, second_key, name, None if pairing == "none" else common)
    picked = among(comparison.p_value, chance) if math.isfinite(comparison.p_value) else math.nan
    return RunsCompared(comparison, one.mean, other.mean, pairing, len(common), picked, n_compared)


def _among(first, first_key, second, second_key, metric, common) -> tuple[int, np.ndarray | None]:
    """Return how many estimators two runs have, and the largest differences that chance brings among them, by the
    rows in ``common`` (None: the runs have none); None where there are only the two."""
    labels: list[np.ndarray] = []
    pulls: list[np.ndarray] = []
    beyond = 0
    for evaluation, key in ((first, first_key), (second, second_key)):
        scored = [one.key for one in evaluation.candidates() if one.complete and one.kind != BASELINE]
        found = [
            measured(evaluation, one, metric) for one in [key, *(one for one in scored if one != key)][:MOST_COMPARED]
        ]
        for rows, mine in (each.by_row() for each in found if each.values):
            kept = np.ones(len(rows), dtype=bool) if common is None else np.isin(rows, common)
            labels.append(rows[kept] + beyond)
            pulls.append(mine[kept])
        if common is None:  # labels of another table mean other rows
            beyond = 1 + max(int(each.max()) for each in labels if len(each))
    if len(labels) <= 2:
        return len(labels), None
    together = np.unique(np.concatenate(labels))
    aligned = []
    for rows, mine in zip(labels, pulls, strict=True):
        whole = np.zeros(len(together))
        whole[np.searchsorted(together, rows)] = mine
        aligned.append((together, whole))
    return len(labels), largest_by_chance(aligned, second.spec.seed)


def _metric(first: Evaluation, second: Evaluation) -> str:
    """Return what two runs are compared by, or say why they cannot be."""
    one, other = first.spec, second.spec
    if one.target != other.target:
        raise NotPossible(
            f"One run predicts “{shorten(one.target)}”, the other “{shorten(other.target)}”: their scores say nothing "
            "about each other."
        )
    if one.task != other.task or one.classes != other.classes:
        raise NotPossible("The two runs give different kinds of answers: their scores say nothing about each other.")
    known = {kind.name for kind in metrics.scored(one)}
    if one.positive != other.positive:
        known &= set(EITHER_CLASS)
    for name in (other.metric, one.metric, *(kind.name for kind in metrics.scored(other))):
        if name in known and name in {kind.name for kind in metrics.scored(other)}:
            return name
    raise NotPossible("The two runs have no metric in common.")


def _measured_on(evaluation: Evaluation, key: str, metric: str, rows: np.ndarray) -> Measured:
    """Return the scores of a candidate as they would have been had only ``rows`` been tested."""
    spec, kind, scores = evaluation.spec, metrics.metric(metric), []
    for score in evaluation.fold_scores:
        kept = np.isin(score.rows, rows) if score.candidate == key else np.empty(0, dtype=bool)
        if not kept.any():
            continue
        chances = None if score.probabilities is None else score.probabilities[kept]
        actual, predicted = np.asarray(score.actual)[kept], np.asarray(score.predicted)[kept]
        value = kind.score(actual, predicted, chances, spec.classes, spec.positive)
        scores.append(
            FoldScore(key, score.fold, {metric: value}, 0.0, 0.0, score.rows[kept], actual, predicted, chances)
        )
    return measured(Evaluation(spec, tuple(scores)), key, metric)
