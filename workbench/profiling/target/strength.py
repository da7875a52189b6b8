"""How well one column alone tells the target, on rows it has not seen.

The rows are cut into two halves by a seeded shuffle. One half says the target's mean (or the share of each class) per
value or per quantile bin of the column, the other half is scored by it, and the other way round. A column that is
merely unique per row scores nothing, other than with a raw correlation or an information gain. In small tables a number
may instead be told by a straight line through the ranks of the other, whichever is better.
"""

from dataclasses import dataclass

import numpy as np

SAMPLE_ROWS = 20_000  # standard error of an AUC of 0.5 with balanced classes: 0.004
MOST_BINS = 32
FEW_ROWS = 5_000  # up to which ranges of a number hold too few rows to say all that its order says
MOST_CLASSES = 10
MEASURES = {"roc_auc": "ROC AUC", "rank_r2": "R² of ranks"}
STRENGTH_HELP = (
    "How far this column alone leads from guessing to knowing the target, on rows it has not seen: 0 % is no better "
    "than guessing, 100 % decides it. Taken of ROC AUC for classes (0.5 is 0 %, 1 is 100 %), and for numbers of R², "
    "the share of their order that is explained."
)
PURE = 0.99  # share of a bin's rows that are of one class
PURE_ROWS = 10  # below this a bin is of one class by chance
PRIOR_ROWS = 5  # a bin's rate is drawn to the overall rate as if so many rows of it had been seen


@dataclass(frozen=True)
class Strength:
    """The held-out score of one column alone.

    ``score`` is a ROC AUC (classes against the rest, weighted by their share, for more than two) or, for numbers, the
    share of the variance of the target's ranks that is explained (R²). ``value`` puts both on 0 (no better than
    guessing) to 1 (decides the target): 2 AUC - 1, or R². ``n_rows`` is the number of rows scored. In 19 of 20 tables
    ``value`` lies no farther than ``error`` from what endless rows would say (Hanley and McNeil, Radiology 143, 1982,
    for AUC; Olkin and Finn, Psychological Bulletin 118, 1995, for R²). ``value_r2`` is, for numbers, the R² of the
    values themselves, by ranges or by a straight line, whichever is better: it sees what is far out, ranks do not.
    ``pure`` is, for classes, the largest share of a class (of at most half of the rows) that lies where hardly any row
    of another class does.
    """

    measure: str
    score: float
    value: float
    n_rows: int
    error: float = 0.0
    value_r2: float | None = None
    pure: float = 0.0

    @property
    def best(self) -> float:
        """The larger of ``value`` and ``value_r2``, 0 to 1: what leakage is judged by."""
        return max(self.value, self.value_r2 or 0.0)

    @property
    def words(self) -> str:
        """The value in whole percent, and the measure it was taken of.

        >>> Strength("roc_auc", 0.7658, 0.5315, 100).words
        '53 % (ROC AUC 0.77)'
        """
        return f"{self.value * 100:.0f} % ({MEASURES[self.measure]} {self.score:.2f})"


@dataclass(frozen=True, eq=False)
class HeldOutTarget:
    """The target prepared once for all columns: sampled rows, their halves, and what is to be told.

    ``rows`` are positions of shape (n,), ``half`` is bool of shape (n,); ``told`` is float of shape (n, n_outputs): one
    0/1 column per class; or the ranks of a number, scaled to 0 to 1, and its values, scaled to a spread of 1.
    """

    rows: np.ndarray
    half: np.ndarray
    told: np.ndarray
    is_number: bool


def hold_out(target: np.ndarray, is_number: bool, seed: int = 0) -> HeldOutTarget | None:
    """Return the target prepared for ``strength_of``; None where there is nothing to tell apart.

    Parameters
    ----------
    target : ndarray of shape (n_rows,)
        Numbers with NaN where missing, or class codes with -1 where missing.
    is_number : bool
        Whether the target is a number rather than a class.
    """
    rows = np.flatnonzero(np.isfinite(target) if is_number else target >= 0)
    order = np.random.default_rng(seed).permutation(len(rows))[:SAMPLE_ROWS]
    rows, half = rows[order], np.arange(len(order)) % 2 == 0
    known = target[rows]
    if len(rows) < 4 or (known == known[0]).all():
        return None
    if is_number:
        _, inverse, counts = np.unique(known, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
        scaled = known / np.abs(known).max()  # first, lest the squares of huge numbers overflow
        return HeldOutTarget(
            rows, half, np.column_stack([ranks / len(rows), (scaled - scaled.mean()) / scaled.std()]), True
        )
    classes, counts = np.unique(known, return_counts=True)
    classes = classes[np.argsort(-counts, kind="stable")][:MOST_CLASSES]
    # The second of two classes is the mirror of the first and adds nothing.
    told = (known[:, None] == (classes[:1] if len(classes) == 2 else classes)[None, :]).astype("float64")
    return HeldOutTarget(rows, half, told, False)


def strength_of(values: np.ndarray, is_number: bool, target: HeldOutTarget) -> Strength | None:
    """Return the held-out score of a column alone; None where no half can be scored.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Numbers with NaN where missing, or codes with -1 where missing. A missing value is a value of its own.
    """
    bins = _number_bins(values[target.rows]) if is_number else _code_bins(values[target.rows])
    n_bins = int(bins.max()) + 1
    counts = {}
    for side in (False, True):
        inside = target.half == side
        b = bins[inside]
        sums = np.stack(
            [np.bincount(b, weights=target.told[inside, k], minlength=n_bins) for k in range(target.told.shape[1])]
        )
        counts[side] = np.bincount(b, minlength=n_bins), sums
    scores = [
        score
        for side in (False, True)
        for score in [_score(counts[side], counts[not side], target, target.half != side)]
        if score is not None
    ]
    if not scores:
        return None
    score = float(np.mean(scores))
    n_rows = len(target.rows)
    if not target.is_number:
        value = float(np.clip(2 * score - 1, 0, 1))
        error = 2 * _auc_error(score, target.told)
        return Strength("roc_auc", score, value, n_rows, error, pure=_pure(counts[False], counts[True]))
    if is_number and n_rows <= FEW_ROWS:
        # Ranges of few rows blur what is in order; a straight line through the ranks does not.
        score = max(score, _line_r2(_ranks(values[target.rows]), target.told[:, 0], target.half))
    value = float(np.clip(score, 0, 1))
    of_values = [_r2(counts[side], counts[not side], target.told[target.half != side], 1) for side in (False, True)]
    value_r2 = float(np.mean([each for each in of_values if each is not None] or [0.0]))
    if is_number:
        value_r2 = max(value_r2, _line_r2(values[target.rows], target.told[:, 1], target.half))
    error = 1.96 * 2 * float(np.sqrt(value)) * (1 - value) / float(np.sqrt(n_rows))
    return Strength("rank_r2", score, value, n_rows, error, float(np.clip(value_r2, 0, 1)))


def _ranks(numbers: np.ndarray) -> np.ndarray:
    """Return ranks from 1, equal numbers sharing theirs; NaN stays NaN."""
    known = ~np.isnan(numbers)
    _, inverse, counts = np.unique(numbers[known], return_inverse=True, return_counts=True)
    ranks = np.full(len(numbers), np.nan)
    ranks[known] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def _pure(one, other) -> float:
    """Return the largest share of a class that lies in bins of (nearly) only that class."""
    n_rows, of_class = one[0] + other[0], one[1] + other[1]
    if len(of_class) == 1:
        of_class = np.concatenate([of_class, n_rows - of_class])
    rare = of_class.sum(axis=1) <= n_rows.sum() / 2
    inside = np.where((n_rows >= PURE_ROWS) & (of_class >= PURE * n_rows), of_class, 0).sum(axis=1)
    return float((inside[rare] / np.maximum(of_class.sum(axis=1)[rare], 1)).max(initial=0.0))


def _auc_error(auc: float, told: np.ndarray) -> float:
    """Return the half width of the 95 % interval of an AUC by Hanley and McNeil (1982), for the most frequent class."""
    positives = float(told[:, 0].sum())
    negatives = len(told) - positives
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    return 1.96 * float(np.sqrt(max(spread, 0.0) / (positives * negatives)))


def _score(learnt, held_out, target: HeldOutTarget, scored: np.ndarray) -> float | None:
    if target.is_number:
        return _r2(learnt, held_out, target.told[scored], 0)
    n_scored, sums_scored = held_out
    aucs, weights = [], []
    for rate, positives in zip(_rates(learnt), sums_scored, strict=True):
        auc = _binned_auc(rate, positives, n_scored - positives)
        if auc is not None:
            aucs.append(auc)
            weights.append(positives.sum())
    return float(np.average(aucs, weights=weights)) if aucs else None


def _rates(learnt) -> np.ndarray:
    """Return what one half says of each bin: the mean, drawn to the overall one where rows are few."""
    n_learnt, sums_learnt = learnt
    overall = sums_learnt.sum(axis=1, keepdims=True) / n_learnt.sum()
    return (sums_learnt + PRIOR_ROWS * overall) / (n_learnt + PRIOR_ROWS)


def _r2(learnt, held_out, told: np.ndarray, output: int) -> float | None:
    n_scored, sums_scored = held_out
    y, rate = told[:, output], _rates(learnt)[output]
    total = float(((y - y.mean()) ** 2).sum())
    if total == 0:
        return None
    # Sum of squares per bin, expanded, so that the rows need not be visited again.
    return 1 - float((y**2).sum() - 2 * (rate @ sums_scored[output]) + (rate**2) @ n_scored) / total


def _line_r2(numbers: np.ndarray, y: np.ndarray, half: np.ndarray) -> float:
    """Return the R² of a straight line, on rows held out; rows without a number are told the mean."""
    known = np.isfinite(numbers)
    if known.sum() < 4 or (largest := np.abs(numbers[known]).max()) == 0:
        return 0.0
    x = np.where(known, numbers, 0.0) / largest
    scores = []
    for side in (False, True):
        learnt, scored = known & (half == side), half != side
        mean = y[half == side].mean()
        if not learnt.any() or not np.ptp(x[learnt]):
            continue
        centre = x[learnt].mean()
        slope = ((x[learnt] - centre) @ y[learnt]) / ((x[learnt] - centre) ** 2).sum()
        said = np.where(known[scored], y[learnt].mean() + slope * (x[scored] - centre), mean)
        total = ((y[scored] - y[scored].mean()) ** 2).sum()
        if total:
            scores.append(1 - ((y[scored] - said) ** 2).sum() / total)
    return float(np.mean(scores)) if scores else 0.0


def _binned_auc(rate: np.ndarray, positives: np.ndarray, negatives: np.ndarray) -> float | None:
    """Return the ROC AUC of rows that share their bin's rate; ties count half."""
    if positives.sum() == 0 or negatives.sum() == 0:
        return None
    _, inverse = np.unique(rate, return_inverse=True)
    positives = np.bincount(inverse, weights=positives)
    negatives = np.bincount(inverse, weights=negatives)
    below = np.cumsum(negatives) - negatives
    return float((positives * (below + negatives / 2)).sum() / (positives.sum() * negatives.sum()))


def _number_bins(numbers: np.ndarray) -> np.ndarray:
    """Return the quantile bin of each number, 0 for a missing one; few distinct values get a bin each."""
    missing = np.isnan(numbers)
    bins = np.zeros(len(numbers), dtype="int64")
    present = np.sort(numbers[~missing])
    if len(present):
        n_bins = int(np.clip(len(present) // 20, 4, MOST_BINS))
        # Values at equal ranks, not interpolated ones, so that infinite values do no harm.
        edges = np.unique(present[np.arange(1, n_bins) * len(present) // n_bins])
        bins[~missing] = 1 + np.searchsorted(edges, numbers[~missing], side="right")
    return bins


def _code_bins(codes: np.ndarray) -> np.ndarray:
    """Return codes made dense, so that a column with a million values in a small sample stays small."""
    return np.unique(codes, return_inverse=True)[1]
