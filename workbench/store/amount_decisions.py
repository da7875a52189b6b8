"""What a person decided about predicted amounts, per estimator of a run: the level of intervals, and a shift.

Beside them how much smaller the errors of the model of all rows are, which intervals are shipped with.
"""

import math

from pydantic import ValidationError

from workbench.specs import AmountDecisionSpec
from workbench.store.base import Base
from workbench.store.records import checked_id

LEVEL, SHIFT, COSTS, RATIO = "interval", "amount_decision", "amount_costs", "all_rows"
DEFAULT_LEVEL = 0.9  # share of the actual values that is to lie inside


class AmountDecisions(Base):
    """The part of the store that keeps what a person decided about predicted amounts."""

    def interval_level(self, run_id: str, key: str) -> float:
        """Return which share of the actual values an estimator's intervals are to hold; 0.9 unless it was chosen."""
        value = self.artifact(LEVEL, _place(run_id, key)) or {}
        level = value.get("level") if isinstance(value, dict) else None
        return level if isinstance(level, float) and 0 < level < 1 else DEFAULT_LEVEL

    def save_interval_level(self, run_id: str, key: str, level: float) -> None:
        """Keep the level of an estimator's intervals, 0 to 1."""
        self.put_artifact(LEVEL, _place(run_id, key), {"level": float(level)})

    def amount_decision(self, run_id: str, key: str) -> AmountDecisionSpec | None:
        """Return what is added to an estimator's predictions; None where it answers as it comes."""
        return self._amounts(SHIFT, run_id, key)

    def save_amount_decision(self, run_id: str, key: str, decision: AmountDecisionSpec | None) -> None:
        """Keep what is added to an estimator's predictions; None: it answers as it comes."""
        value = None if decision is None else decision.model_dump(mode="json")
        self.put_artifact(SHIFT, _place(run_id, key), value)

    def amount_costs(self, run_id: str, key: str) -> AmountDecisionSpec | None:
        """Return what errors of an estimator were last said to cost, in use or not; None where nothing was said."""
        return self._amounts(COSTS, run_id, key)

    def save_amount_costs(self, run_id: str, key: str, costs: AmountDecisionSpec) -> None:
        """Keep what errors of an estimator cost; its shift says nothing."""
        self.put_artifact(COSTS, _place(run_id, key), costs.model_dump(mode="json"))

    def _amounts(self, kind: str, run_id: str, key: str) -> AmountDecisionSpec | None:
        value = self.artifact(kind, _place(run_id, key))
        try:
            return None if value is None else AmountDecisionSpec.model_validate(value)
        except ValidationError:  # of another version of the app, in a project file: it answers as it comes
            return None

    def error_ratio(self, run_id: str, key: str) -> float:
        """Return the error of the model of all rows divided by that of the folds' models; 1 where it is not known."""
        value = self.artifact(RATIO, _place(run_id, key)) or {}
        ratio = value.get("ratio") if isinstance(value, dict) else None
        return ratio if isinstance(ratio, float) and math.isfinite(ratio) and 0 < ratio <= 1 else 1.0

    def save_error_ratio(self, run_id: str, key: str, ratio: float) -> None:
        """Keep what ``training.all_rows.error_ratio`` found."""
        self.put_artifact(RATIO, _place(run_id, key), {"ratio": float(ratio)})


def _place(run_id: str, key: str) -> str:
    return f"{checked_id(run_id, 'run')}:{key}"
