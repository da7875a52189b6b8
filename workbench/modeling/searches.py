"""Searches over the settings of an estimator: what may be asked, and what is sensible to ask."""

from workbench.errors import NotPossible
from workbench.modeling import models
from workbench.specs import Task, TuningSpec


def checked_tunings(tunings: tuple[TuningSpec, ...], task: Task) -> tuple[TuningSpec, ...]:
    """Return the searches whose kind suits ``task``; NotPossible where a setting is unknown or a value not allowed."""
    suited = [tuning for tuning in tunings if task in models.model(tuning.kind).tasks and tuning.ranges]
    for tuning in suited:
        kind = models.model(tuning.kind)
        for entry in tuning.ranges:
            if not entry.values and (entry.low is None or entry.high is None or entry.low >= entry.high):
                label = next((one.label for one in kind.hyperparameters if one.name == entry.name), entry.name)
                raise NotPossible(
                    f"The search for {kind.label} has no values to try for “{label}”.",
                    "Give a smallest value below the largest, or list values.",
                )
            for value in entry.values or (entry.low, entry.high):
                kind.check({entry.name: value})
    return tuple(suited)
