"""Where a result comes from: what was asked, by which file, when, with which programs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.specs import SuccessSpec


@dataclass(frozen=True)
class Origin:
    """Where a result comes from: what was asked, by which file, when, with which programs.

    Parameters
    ----------
    project, run_id, file : str
    run_number : int
    n_file_rows, n_rows : int
        Rows of the file, and of the table that was worked with.
    goal : str
        What will be decided with the model, in the person's words.
    success : SuccessSpec
    goal_later : bool
        Both were written down after the run had begun.
    comment : str
        What the person noted about the run.
    made_at : datetime or None
        When the run was finished; when it was started where it is not.
    app_version : str
    versions : dict of str to str
        Of the programs the run was made with.
    warnings : tuple of str
        What was warned about before the training.
    split_reason, optimism : str
        Why rows are divided as they are, and what a division by chance would have promised.
    left_out : tuple of (kind, reason)
        Estimators that were not tried.
    rows_without_target : int
    final_tests : tuple of dict
        Tests on rows that were kept for the end (``Opening.to_json()``).
    """

    project: str = ""
    run_id: str = ""
    run_number: int = 0
    file: str = ""
    n_file_rows: int = 0
    n_rows: int = 0
    goal: str = ""
    success: SuccessSpec = field(default_factory=SuccessSpec)
    goal_later: bool = False
    comment: str = ""
    made_at: datetime | None = None
    app_version: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    split_reason: str = ""
    optimism: str = ""
    left_out: tuple[tuple[str, str], ...] = ()
    rows_without_target: int = 0
    final_tests: tuple[dict[str, Any], ...] = ()
