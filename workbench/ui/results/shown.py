"""What the results page is about: handed to every tab."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from workbench.specs import DecisionSpec
from workbench.store.records import Project, Run
from workbench.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Shown:
    """A run, and the estimator of it that is looked at.

    Parameters
    ----------
    project : Project
    run : Run
    evaluation : Evaluation
        Its predictions follow ``decision`` and ``added``; its scores are of estimators as they come.
    key : str
        The candidate.
    table : callable() -> DataFrame
        The person's table; called only where rows of it are shown.
    decision : DecisionSpec, optional
        From which probability on a class is the answer; None where the model answers as it comes.
    added : float, default=0
        To predicted amounts, in the target's unit.
    """

    project: Project
    run: Run
    evaluation: Evaluation
    key: str
    table: Callable[[], pd.DataFrame]
    decision: DecisionSpec | None = None
    added: float = 0.0

    @property
    def mark(self) -> str:
        """Changes with what was decided about answers: goes into the key of what is kept and depends on them."""
        if self.decision is not None:
            return self.decision.fingerprint
        return repr(self.added) if self.added else ""
