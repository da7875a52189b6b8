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
        Its predictions of classes follow ``decision``.
    key : str
        The candidate.
    table : callable() -> DataFrame
        The person's table; called only where rows of it are shown.
    decision : DecisionSpec, optional
        From which probability on a class is the answer; None where the model answers as it comes.
    """

    project: Project
    run: Run
    evaluation: Evaluation
    key: str
    table: Callable[[], pd.DataFrame]
    decision: DecisionSpec | None = None

    @property
    def mark(self) -> str:
        """Changes with the decision: goes into the key of what is kept and tells right from wrong answers."""
        return self.decision.fingerprint if self.decision is not None else ""
