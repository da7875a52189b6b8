"""Decisions: from which probability on a class counts, per estimator of a run, and what outcomes are worth.

Both are facts about a run, so that they go where the run goes: into a project file, a copy, the bin.
"""

from pydantic import ValidationError

from workbench.specs import DecisionSpec, Label, ScenarioSpec, canonical_json
from workbench.store.amount_decisions import SHIFT
from workbench.store.base import Base
from workbench.store.records import checked_id

DECISION, SCENARIOS = "decision", "scenarios"


class Decisions(Base):
    """The part of the store that keeps what a person decided about probabilities."""

    def decision(self, run_id: str, key: str) -> DecisionSpec | None:
        """Return from which probability on a class counts for an estimator; None where it answers as it comes."""
        checked_id(run_id, "run")
        value = self.artifact(DECISION, f"{run_id}:{key}")
        try:
            return None if value is None else DecisionSpec.model_validate(value)
        except ValidationError:  # of another version of the app, in a project file: it answers as it comes
            return None

    def decided(self, run_id: str) -> tuple[str, ...]:
        """Return the estimators of a run about which a class or an amount is decided."""
        checked_id(run_id, "run")
        kinds = (DECISION, SHIFT)
        return tuple(key[len(run_id) + 1 :] for kind in kinds for key in self.artifact_keys(kind, f"{run_id}:"))

    def save_decision(self, run_id: str, key: str, decision: DecisionSpec | None) -> None:
        """Keep a decision about an estimator in place of the one before; None: it answers as it comes."""
        checked_id(run_id, "run")
        self.put_artifact(DECISION, f"{run_id}:{key}", None if decision is None else decision.model_dump(mode="json"))

    def scenarios(self, run_id: str, label: Label) -> tuple[ScenarioSpec, ...]:
        """Return what the outcomes of deciding about a class are worth: as said for this run, else for the newest
        other run of its project that predicts the same column and knows the class."""
        own = self._own_scenarios(run_id, label)
        if own is not None:
            return own
        run = self.run(run_id)
        for other in self.runs(run.project_id):
            same = other.spec is not None and run.spec is not None and other.spec.target == run.spec.target
            if same and other.id != run_id and label in other.spec.classes:
                found = self._own_scenarios(other.id, label)
                if found is not None:
                    return found
        return ()

    def save_scenarios(self, run_id: str, label: Label, scenarios: tuple[ScenarioSpec, ...]) -> None:
        """Keep what the outcomes of deciding about a class are worth."""
        checked_id(run_id, "run")
        values = [scenario.model_dump(mode="json") for scenario in scenarios]
        self.put_artifact(SCENARIOS, _place(run_id, label), values)

    def _own_scenarios(self, run_id: str, label: Label) -> tuple[ScenarioSpec, ...] | None:
        values = self.artifact(SCENARIOS, _place(checked_id(run_id, "run"), label))
        try:
            return None if values is None else tuple(ScenarioSpec.model_validate(value) for value in values)
        except ValidationError:
            return None


def _place(run_id: str, label: Label) -> str:
    return f"{run_id}:{canonical_json(label)}"
