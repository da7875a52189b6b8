"""Which rows are learnt from where a table has more than a run had time for."""

import numpy as np
import pandas as pd

from workbench.runtime.learning.targets import labels_of

FEWEST_OF_A_PART = 10  # rows of a class, a fold or a group that a sample keeps, if there are so many
MOST_PARTS = 50  # different values of a column up to which each may be a fold of its own, or a group that a fold needs


def drawn(rows: pd.DataFrame, spec) -> np.ndarray | None:
    """Return the positions of the rows that are learnt from and tested on, in order; None stands for all.

    Parameters
    ----------
    rows : DataFrame of shape (n_rows, n_columns)
        The rows that count. What chance leaves fewer than 10 rows of gets more, if it has them: a class, and a value of
        the column by which rows are divided where those are few, since the folds were planned with all of them.
    """
    n_wanted = spec.autopilot.rows if spec.autopilot is not None else 0
    if not n_wanted or n_wanted >= len(rows):
        return None
    order = np.random.default_rng([spec.seed, 1]).permutation(len(rows))
    chosen, rest = order[:n_wanted], order[n_wanted:]
    rare = []
    if spec.task != "regression":
        rare += _lacking(pd.factorize(labels_of(rows[spec.target]), sort=True)[0], chosen, rest)
    if spec.split.column in rows:
        codes, uniques = pd.factorize(rows[spec.split.column], sort=True)
        rare += _lacking(codes, chosen, rest) if 0 < len(uniques) <= MOST_PARTS else []
    return np.unique(np.concatenate([chosen, *rare]))


def _lacking(codes: np.ndarray, chosen: np.ndarray, rest: np.ndarray) -> list[np.ndarray]:
    """Return those of the rows left over that make up for what chance has left too few of; code -1 stands for none."""
    there = codes[chosen]
    counts = np.bincount(there[there >= 0], minlength=codes.max() + 1)
    return [
        rest[codes[rest] == code][: FEWEST_OF_A_PART - counts[code]]
        for code in np.flatnonzero(counts < FEWEST_OF_A_PART)
    ]
