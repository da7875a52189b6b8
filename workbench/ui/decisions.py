"""What a finding proposes, applied to the draft in one click and taken back in another."""

from pydantic import TypeAdapter

from workbench.specs import ColumnChoice, Recipe, RowStep
from workbench.ui import state

_STEP = TypeAdapter(RowStep)


def steps_of(finding):
    """Return the row steps that a finding proposes."""
    return (_STEP.validate_python(finding.step),) if finding.step else ()


def choices_of(finding):
    """Return the column choices that a finding proposes."""
    return tuple(ColumnChoice.model_validate(choice) for choice in finding.choices)


def offers(finding):
    """Tell whether there is something to apply."""
    return bool(finding.step or finding.choices)


def applied(draft, finding):
    """Tell whether all that a finding proposes is part of the draft."""
    made = {choice.name: choice.use for choice in draft.choices}
    return (
        offers(finding)
        and all(step in draft.recipe.rows for step in steps_of(finding))
        and all(made.get(choice.name) == choice.use for choice in choices_of(finding))
    )


def with_finding(draft, finding):
    """Return the changes to the draft that apply a finding."""
    steps = tuple(step for step in steps_of(finding) if step not in draft.recipe.rows)
    named = {choice.name for choice in choices_of(finding)}
    kept = tuple(choice for choice in draft.choices if choice.name not in named)
    return {"recipe": Recipe(rows=draft.recipe.rows + steps), "choices": kept + choices_of(finding)}


def without_finding(draft, finding):
    """Return the changes to the draft that take a finding back."""
    named = {choice.name for choice in choices_of(finding)}
    return {
        "recipe": Recipe(rows=tuple(step for step in draft.recipe.rows if step not in steps_of(finding))),
        "choices": tuple(choice for choice in draft.choices if choice.name not in named),
    }


def apply(project, finding):
    """Store what a finding proposes (callback)."""
    state.change_draft(project, lambda draft: with_finding(draft, finding))


def take_back(project, finding):
    """Store the draft without what a finding proposes (callback)."""
    state.change_draft(project, lambda draft: without_finding(draft, finding))
