"""What was asked of a model, from the JSON of its ``ExperimentSpec``: as much of it as fits and folds need."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True)
class Split:
    """How rows are divided; fields as in ``SplitSpec``."""

    kind: str
    folds: int
    column: str
    repeats: int
    each: bool
    gap: float
    share: float

    @property
    def rounds(self) -> int:
        """How many times a candidate is fitted and tested: folds times repeats."""
        return self.folds * self.repeats


@dataclass(frozen=True, eq=False)
class Question:
    """What was asked of a model; fields as in ``ExperimentSpec``.

    ``columns`` and the steps in ``recipe.rows`` have the fields of their Specs as attributes.
    """

    target: str
    task: str
    classes: tuple
    positive: Any
    columns: tuple[SimpleNamespace, ...]
    split: Split
    metric: str
    seed: int
    locked: float
    weight_column: str
    class_weight: str
    recipe: SimpleNamespace
    autopilot: SimpleNamespace | None

    @classmethod
    def from_json(cls, spec: Mapping[str, Any]) -> "Question":
        """Read what ``spec`` of ``model.json`` holds; KeyError or TypeError where it is something else."""
        autopilot = spec.get("autopilot")
        return cls(
            target=spec["target"],
            task=spec["task"],
            classes=tuple(spec["classes"]),
            positive=spec["positive"],
            columns=tuple(SimpleNamespace(**column) for column in spec["columns"]),
            split=Split(**spec["split"]),
            metric=spec["metric"],
            seed=spec["seed"],
            locked=spec["locked"],
            weight_column=spec["weight_column"],
            class_weight=spec["class_weight"],
            recipe=SimpleNamespace(rows=tuple(SimpleNamespace(**step) for step in spec["recipe"]["rows"])),
            autopilot=None if autopilot is None else SimpleNamespace(rows=autopilot["rows"]),
        )
