"""How far samples of the training rows are from other training rows: what is usual, for each number of rows.

Halves of the rows are drawn again and again; samples of one half are compared with the other, in every measure at
once. A measure alarms where its distance is beyond what is usual for it by a factor that the largest of all measures
exceeds in a fortieth of the samples (the single-step maxT of Westfall and Young, Resampling-Based Multiple Testing,
1993), so that a whole file of the same source alarms in fewer than a twentieth of all cases, however many columns.
"""

from typing import Any

import numpy as np

from workbench.runtime.upkeep.binned import STEPS, Measure

MOST_ROWS = 10_000  # that samples are drawn from
FEWEST_ROWS = 40  # below, samples would be too small to tell anything
SIZES = (10, 20, 50, 150, 500, 1_500, 5_000)  # rows of a sample
HALVINGS = 400  # each gives one sample of each size: those of the same halves would resemble each other
QUANTILE = 0.975  # of the largest measure: 5 % are allowed, and 400 samples know the share beyond to about 1 %
# Smaller differences are of no consequence, however sure they are. Of predictions more is allowed: those of the
# training rows come from models of the folds, which differ a little from the one in service.
LEAST = {"values": 0.05, "length": 0.1, "blanks": 0.02, "unseen": 0.02}
LEAST_OF_PREDICTIONS = 0.1


def least_of(measure: Measure) -> float:
    """Return the distance below which a measure never alarms."""
    return LEAST[measure.what] if measure.name else LEAST_OF_PREDICTIONS


def usual_distances(
    codes: list[np.ndarray],
    words: dict[int, np.ndarray],
    measures: list[Measure],
    units: np.ndarray | None,
    seed: int,
) -> dict[str, Any]:
    """Return from which distance on each measure alarms, for some sizes of samples.

    Parameters
    ----------
    codes : list of int64 ndarray of shape (n_rows,)
        The bin of each row, by measure.
    words : dict of int to int64 ndarray of shape (n_rows,)
        For measures of unseen words: the word of each row, -1 for blanks.
    measures : list of Measure
    units : int64 ndarray of shape (n_rows,), optional
        Which rows belong together: they are drawn together.
    seed : int

    Returns
    -------
    dict
        ``noise``: 1 / rows of the sample + 1 / rows it is compared with, ascending; ``limits``: for each of them, the
        limit of each measure.
    """
    rng = np.random.default_rng([seed, 3])
    chosen, units = _drawn_rows(len(codes[0]), units, rng)
    table = _Table([code[chosen] for code in codes], {at: word[chosen] for at, word in words.items()}, measures)
    n_half = len(units) // 2
    sizes = sorted({size for size in (*SIZES, n_half) if size <= n_half})
    found: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    for _ in range(HALVINGS):
        order = _shuffled(units, rng)
        first, rest = order[:n_half], order[n_half:]
        reference, known = table.shares(first), table.known_words(first)
        for size in sizes:  # the rest is in an order of chance already
            found[size].append(table.distances(rest[:size], reference, known))
    ordered = sizes[::-1]
    return {
        "noise": [1 / size + 1 / n_half for size in ordered],
        "limits": [_limits(np.array(found[size])) for size in ordered],
    }


def limits_for(usual: dict[str, Any], n_trained: int, n_rows: int) -> np.ndarray:
    """Return the limit of each measure for a file of ``n_rows`` rows, compared with ``n_trained``.

    Distances shrink with the root of the noise; the factor is interpolated between the sizes that were measured.
    """
    wanted = 1 / n_rows + 1 / n_trained
    noise = np.asarray(usual["noise"])
    factors = np.asarray(usual["limits"]) / np.sqrt(noise)[:, np.newaxis]
    at = np.log(np.clip(wanted, noise[0], noise[-1]))
    found = [np.interp(at, np.log(noise), factors[:, column]) for column in range(factors.shape[1])]
    return np.array(found) * np.sqrt(wanted)


class _Table:
    """The bins of all rows in all measures, side by side, so that a sample is counted in one go."""

    def __init__(self, codes: list[np.ndarray], words: dict[int, np.ndarray], measures: list[Measure]):
        widths = np.array([measure.n_bins + 1 for measure in measures])  # with one in front for what counts for nothing
        self.starts = np.cumsum(widths) - widths
        self.n_bins = int(widths.sum())
        self.cells = np.column_stack([code + 1 + start for code, start in zip(codes, self.starts, strict=True)])
        self.measure_of = np.repeat(np.arange(len(measures)), widths)
        self.steps = np.array([measure.kind == STEPS for measure in measures])
        self.words = words

    def shares(self, rows: np.ndarray) -> np.ndarray:
        """Return the share of the rows in each bin, among those that count."""
        counts = np.bincount(self.cells[rows].ravel(), minlength=self.n_bins).astype(np.float64)
        counts[self.starts] = 0.0
        return counts / np.maximum(np.add.reduceat(counts, self.starts), 1.0)[self.measure_of]

    def known_words(self, rows: np.ndarray) -> dict[int, np.ndarray]:
        """Return for each measure of unseen words which of them are there."""
        return {at: np.bincount(word[rows] + 1, minlength=word.max() + 2) > 0 for at, word in self.words.items()}

    def distances(self, rows: np.ndarray, reference: np.ndarray, known: dict[int, np.ndarray]) -> np.ndarray:
        """Return how far the rows are from ``reference`` in every measure, as ``binned.distance`` has it."""
        shares = self.shares(rows)
        empty = np.add.reduceat(shares, self.starts) == 0
        apart = np.where(empty[self.measure_of], 0.0, shares - reference)
        # What is apart in a measure adds up to nothing, so that sums need not begin anew with each.
        steps = np.maximum.reduceat(np.abs(np.cumsum(apart)), self.starts)
        found = np.where(self.steps, steps, np.add.reduceat(np.abs(apart), self.starts) / 2)
        for at, word in self.words.items():
            here = word[rows]
            here = here[here >= 0]
            found[at] = 1.0 - known[at][here + 1].mean() if len(here) else 0.0
        return found


def _drawn_rows(n_rows: int, units: np.ndarray | None, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the rows that samples are drawn from, and the unit of each."""
    units = np.arange(n_rows) if units is None else units
    chosen = np.arange(n_rows) if n_rows <= MOST_ROWS else np.sort(_shuffled(units, rng)[:MOST_ROWS])
    return chosen, np.unique(units[chosen], return_inverse=True)[1]


def _shuffled(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the positions of rows in an order of chance, those of a unit together."""
    n_units = int(units.max()) + 1
    if n_units == len(units):
        return rng.permutation(len(units))
    return np.argsort(rng.permutation(n_units)[units], kind="stable")


def _limits(found: np.ndarray) -> list[float]:
    """Return the limit of each measure from the distances of many samples, of shape (n_samples, n_measures)."""
    usual = np.maximum(np.quantile(found, 0.9, axis=0), found.mean(axis=0) + 2 * found.std(axis=0))
    known = usual > 0
    largest = (found[:, known] / usual[known]).max(axis=1) if known.any() else np.zeros(len(found))
    limits = usual * max(1.0, float(np.quantile(largest, QUANTILE)))
    return [float(limit) for limit in limits]
