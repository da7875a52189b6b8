"""How many rows an autopilot can learn from in its time, and which: a stated sample where a table has more."""

from workbench.modeling import models
from workbench.runtime.learning.sampling import drawn
from workbench.specs import ExperimentSpec

__all__ = ["affordable_rows", "drawn", "sentence"]

REFERENCE = "hist_gradient_boosting"  # always there, and about as quick as any boosting
# Its fit on one training part may take this share of the budget: the portfolio's boosting adds two to three times as
# many trees, there are other candidates, and what is chosen is fitted once more.
LONGEST_SHARE = 0.1
FEWEST_ROWS = 20_000  # however short the budget is


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
