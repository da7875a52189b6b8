"""What planning found: a complete experiment, and in sentences how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.modeling.ways_out import WayOut
from workbench.specs import ExperimentSpec, SplitSpec

# What a page adds to a warning so that it can be acted on. What a run keeps is read elsewhere, by people who did not
# train it, and says what the warning means for the scores instead.
ANSWER = " Answer it on the page Target and inputs."
CHECK_BY_TIME = (
    " If the model is to predict later rows from earlier ones, check it that way: choose “We predict the future by "
    "{name}” on the page Target and inputs."
)
BY_TIME_KEPT = " If the model is to predict later rows from earlier ones, these scores may promise too much."


@dataclass(frozen=True)
class ModelLeftOut:
    """An estimator that is not tried, and why."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """A complete experiment, and in sentences how it came about.

    Parameters
    ----------
    spec : ExperimentSpec
    task_reason, positive_reason : str
    rows_without_target : int
        Rows set aside because there is nothing to learn from or to compare with.
    models_left_out : tuple of ModelLeftOut
        Kinds of the default set that would take too long.
    unsuitable : tuple of ModelLeftOut
        Kinds that were asked for and do not suit the task.
    warnings : tuple of str
    time_column : str
        The column of dates that rows are in the order of although they are not divided by it; empty as a rule.
    rows_locked : int
        Rows put away for the final test.
    split_reason : str
        Why so many folds, where the software decided it; what the person's own folds are.
    ways_out : tuple of WayOut
        What can be done in one click about what the warnings tell.
    """

    spec: ExperimentSpec
    task_reason: str
    positive_reason: str = ""
    rows_without_target: int = 0
    models_left_out: tuple[ModelLeftOut, ...] = ()
    unsuitable: tuple[ModelLeftOut, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    time_column: str = ""
    rows_locked: int = 0
    split_reason: str = ""
    ways_out: tuple[WayOut, ...] = ()

    def notes(self, warnings: Sequence[str] | None = None, suggested: SplitSpec | None = None) -> dict[str, Any]:
        """Return, as JSON, the sentences that a run keeps of its plan.

        Parameters
        ----------
        warnings : sequence of str, optional
            In place of those of the plan.
        suggested : SplitSpec, optional
            The division of the rows that the data suggest and nobody has decided about.
        """
        return {
            "task_reason": self.task_reason,
            "rows_without_target": self.rows_without_target,
            "models_left_out": [{"kind": entry.kind, "reason": entry.reason} for entry in self.models_left_out],
            "unsuitable": [{"kind": entry.kind, "reason": entry.reason} for entry in self.unsuitable],
            "split_reason": self.split_reason,
            "suggested_split": suggested.model_dump(mode="json") if suggested else None,
            "warnings": [self._kept(text) for text in (self.warnings if warnings is None else warnings)],
        }

    def _kept(self, warning: str) -> str:
        """Return a warning without advice about pages of the app."""
        if self.time_column:
            warning = warning.replace(CHECK_BY_TIME.format(name=self.time_column), BY_TIME_KEPT)
        return warning.removesuffix(ANSWER)
