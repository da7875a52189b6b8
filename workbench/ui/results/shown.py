"""What the results page is about: handed to every tab."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

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
    key : str
        The candidate.
    table : callable() -> DataFrame
        The person's table; called only where rows of it are shown.
    """

    project: Project
    run: Run
    evaluation: Evaluation
    key: str
    table: Callable[[], pd.DataFrame]
