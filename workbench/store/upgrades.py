"""Specs written by earlier versions of the app, brought up to date once, at the door of the store.

A spec field that changes gets a function here: it takes the JSON of one version and returns that of the next.
"""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from workbench.specs import Draft, ExperimentSpec

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
# Version that is read, and the function that makes the next one of it.
DRAFT_UPGRADES: dict[int, Upgrade] = {}
EXPERIMENT_UPGRADES: dict[int, Upgrade] = {}


def upgrade(value: Any, upgrades: dict[int, Upgrade]) -> dict[str, Any]:
    """Return the JSON of a spec in today's form.

    >>> upgrade({"version": 1, "tgt": "y"}, {1: lambda old: {"version": 2, "target": old["tgt"]}})
    {'version': 2, 'target': 'y'}
    """
    if not isinstance(value, dict):
        raise ValueError("not the JSON of a spec")
    while (version := value.get("version", 1)) in upgrades:
        value = upgrades[version](value)
    return value


def experiment_spec(value: Any) -> tuple[ExperimentSpec | None, str]:
    """Return the spec of a stored run, or None and a sentence where it cannot be understood any more."""
    try:
        return ExperimentSpec.model_validate(upgrade(value, EXPERIMENT_UPGRADES)), ""
    except (ValidationError, ValueError, KeyError, TypeError):
        return None, "This run was made by another version of the workbench; its settings can no longer be read."


def draft(value: Any) -> tuple[Draft, str]:
    """Return a stored draft; of one that does not fit any more, the choices that still do, and a sentence."""
    try:
        current = upgrade(value, DRAFT_UPGRADES)
        return Draft.model_validate(current), ""
    except (ValidationError, ValueError, KeyError, TypeError):
        current = value if isinstance(value, dict) else {}
    kept, lost = Draft(), []
    for name in Draft.model_fields.keys() & current.keys() - {"version"}:
        try:
            kept = Draft.model_validate({**kept.model_dump(mode="json"), name: current[name]})
        except ValidationError:
            lost.append(name)
    which = ", ".join(sorted(lost)) or "some of them"
    return kept, f"Choices made with another version of the workbench could not be read and were reset: {which}."
