"""How many rows an autopilot can learn from in its time, and which: a stated sample where a table has more."""

import numpy as np
import pandas as pd

from workbench.modeling import models
from workbench.modeling.targets import labels_of
from workbench.specs import ExperimentSpec

REFERENCE = "hist_gradient_boosting"  # always there, and about as quick as any boosting
# Its fit on one training part may take this share of the budget: the portfolio's boosting adds two to three times as
# many trees, there are other candidates, and what is chosen is fitted once more.
LONGEST_SHARE = 0.1
FEWEST_ROWS = 20_000  # however short the budget is
FEWEST_OF_A_PART = 10  # rows of a class, a fold or a group that a sample keeps, if there are so many
MOST_PARTS = 50  # different values of a column up to which each may be a fold of its own, or a group that a fold needs


def affordable_rows(spec: ExperimentSpec, n_rows: int) -> int:
    """Return from how many of ``n_rows`` an autopilot learns; 0 stands for all.

    Predicted from the registry's costs, not measured, so that the same table and budget give the same rows anywhere.
    """
    if spec.autopilot is None:
        return 0
    share = spec.split.share if spec.split.folds == 1 else 1 / spec.split.folds
    kind = models.model(REFERENCE)

    def seconds(rows):
        return kind.seconds(int(rows * (1 - share)), len(spec.columns), len(spec.classes))

    budget = LONGEST_SHARE * spec.autopilot.seconds
    if seconds(n_rows) <= budget or n_rows <= FEWEST_ROWS:
        return 0
    low, high = FEWEST_ROWS, n_rows
    while high - low > FEWEST_ROWS // 20:
        middle = (low + high) // 2
        low, high = (middle, high) if seconds(middle) <= budget else (low, middle)
    return int(round(low, -3))


def sentence(spec: ExperimentSpec, n_rows: int) -> str:
    """Say that not all rows are learnt from, and why."""
    return (
        f"{n_rows:,} rows are more than {spec.autopilot.seconds:g} s suffice for: {spec.autopilot.rows:,} of them, "
        "drawn by chance, are learnt from and tested on. Scores are those of the sample; more time allows more rows."
    )


def drawn(rows: pd.DataFrame, spec: ExperimentSpec) -> np.ndarray | None:
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
