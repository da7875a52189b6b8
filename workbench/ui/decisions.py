"""What the person decides about a finding, kept in the draft: a remedy applied, or that it is fine; and taken back.

A finding may propose several remedies, of which one is enough. Those of the draft are row steps, column choices and
other settings; how columns are read is the business of ``reread``.
"""

from pydantic import TypeAdapter, ValidationError

from workbench.modeling.split_plan import divided_otherwise
from workbench.profiling import check
from workbench.profiling.in_time.leakage import LEAK_CODES
from workbench.specs import ColumnChoice, Draft, Recipe, RowStep, SplitSpec, fingerprint_of
from workbench.ui import state

KINDS = ("step", "choices", "settings")  # remedies that change the draft, in the order of their buttons
TOGETHER = "it says which rows belong together (you said so)"  # why a column stays no input
BEFORE = "before"  # kind of artifact: what a remedy replaced, by project
_STEP = TypeAdapter(RowStep)


def steps_of(finding):
    """Return the row steps that a finding proposes."""
    return (_STEP.validate_python(finding.step),) if finding.step else ()


def choices_of(finding):
    """Return the column choices that a finding proposes."""
    return tuple(ColumnChoice.model_validate(choice) for choice in finding.choices)


def settings_of(draft, finding):
    """Return the other fields of the draft that a finding proposes; none where this version does not know them.

    How many times to check is not what a finding about the split is about: it stays.
    """
    try:
        after = draft.but(**(finding.settings or {}))
    except (ValidationError, TypeError):
        return {}
    found = {name: getattr(after, name) for name in finding.settings or () if name in Draft.model_fields}
    if isinstance(found.get("split"), SplitSpec):
        found["split"] = divided_otherwise(draft.split, found["split"].kind, found["split"].column)
    return found


def kinds_of(draft, finding):
    """Return the kinds of remedies that a finding proposes for the draft."""
    has = {"step": finding.step, "choices": finding.choices, "settings": settings_of(draft, finding)}
    return tuple(kind for kind in KINDS if has[kind])


def offers(finding):
    """Tell whether there is something that a click could change in the draft."""
    return bool(finding.step or finding.choices or finding.settings)


def applied_kinds(draft, finding):
    """Return the kinds of remedies of a finding that are part of the draft."""
    made = {choice.name: choice for choice in draft.choices}

    def is_chosen(choice):
        chosen = made.get(choice.name)
        # That a column was left out for another reason answers no question whether it is known in time.
        return chosen is not None and chosen.use == choice.use and choice.known in ("", chosen.known)

    is_made = {
        "step": lambda: all(step in draft.recipe.rows for step in steps_of(finding)),
        "choices": lambda: all(map(is_chosen, choices_of(finding))),
        "settings": lambda: all(getattr(draft, name) == value for name, value in settings_of(draft, finding).items()),
    }
    return tuple(kind for kind in kinds_of(draft, finding) if is_made[kind]())


def applied(draft, finding):
    """Tell whether one of the remedies of a finding is part of the draft."""
    return bool(applied_kinds(draft, finding))


def accepted(draft, finding):
    """Tell whether the person has said that the finding is fine."""
    return key_of(draft, finding) in draft.accepted


def answered(draft, finding):
    """Tell whether the person has said, on the page Target and inputs, of each column whether it is known in time."""
    known = {choice.name: choice.known for choice in draft.choices}
    return finding.code in LEAK_CODES and all(known.get(name) for name in finding.columns)


def superseded(draft, finding):
    """Tell whether the person has chosen another way of dividing rows than a finding proposes: there is only one."""
    wanted = settings_of(draft, finding).get("split")
    return wanted is not None and draft.split.kind != "random" and draft.split != wanted


def decided(draft, finding):
    """Tell whether the person has decided about a finding."""
    return any(judge(draft, finding) for judge in (accepted, applied, answered, superseded))


def key_of(draft, finding):
    """Return what "it is fine" is remembered by: what was seen, where, and for some checks with which target."""
    try:
        about_target = check(finding.code).about_target
    except KeyError:  # of a profile by a version that had this check
        about_target = False
    return fingerprint_of([finding.key, draft.target])[:16] if about_target else finding.key


def with_finding(draft, finding, kinds=KINDS):
    """Return the changes to the draft that apply remedies of a finding."""
    changes = {}
    if "step" in kinds and finding.step:
        steps = tuple(step for step in steps_of(finding) if step not in draft.recipe.rows)
        changes["recipe"] = Recipe(rows=draft.recipe.rows + steps)
    if "choices" in kinds and finding.choices:
        named = {choice.name for choice in choices_of(finding)}
        kept = tuple(choice for choice in draft.choices if choice.name not in named)
        changes["choices"] = kept + choices_of(finding)
    if "settings" in kinds:
        changes |= settings_of(draft, finding)
    return with_split(draft, changes)


def without_finding(draft, finding, before=None):
    """Return the changes to the draft that take back what was applied of a finding, or that it is fine.

    Parameters
    ----------
    before : dict, optional
        What :func:`replaced_by` said; without it, columns are chosen as suggested and settings are as in a new draft.
    """
    before, kinds = before or {}, applied_kinds(draft, finding)
    changes = {"accepted": tuple(key for key in draft.accepted if key != key_of(draft, finding))}
    if "step" in kinds:
        changes["recipe"] = Recipe(rows=tuple(step for step in draft.recipe.rows if step not in steps_of(finding)))
    if "choices" in kinds or answered(draft, finding):
        named = {choice.name for choice in choices_of(finding)}
        kept = tuple(choice for choice in draft.choices if choice.name not in named)
        changes["choices"] = kept + tuple(ColumnChoice.model_validate(choice) for choice in before.get("choices", ()))
    if "settings" in kinds:
        fresh = Draft().but(**before.get("settings", {}))
        changes |= {name: getattr(fresh, name) for name in settings_of(draft, finding)}
        if "split" in changes and "split" not in before.get("settings", {}):
            changes["split"] = divided_otherwise(draft.split, changes["split"].kind)
    return with_split(draft, changes)


def with_split(draft, changes):
    """Return ``changes`` to the draft, with what another division of the rows among them means for the inputs.

    A column that rows were grouped by is no input. Where time or the person's own folds divide them from now on, it
    does not become one by itself: that it says which rows belong together is still true, and to use it is a choice.
    """
    if "split" not in changes:
        return changes
    split, before = changes["split"], draft.split
    lasting = split.kind not in ("random", "group")
    made = changes.get("choices", draft.choices)
    kept = tuple(each for each in made if each.reason != TOGETHER or (lasting and each.name != split.column))
    grouped = before.column if before.kind == "group" else ""
    if lasting and grouped not in ("", split.column, *(each.name for each in kept)):
        kept += (ColumnChoice(name=grouped, use=False, reason=TOGETHER),)
    return changes if kept == made else {**changes, "choices": kept}


def replaced_by(draft, finding):
    """Return what of the draft a finding would replace, as JSON: to be given back when it is taken back."""
    named = {choice["name"] for choice in finding.choices}
    plain = draft.model_dump(mode="json")
    return {
        "choices": [choice for choice in plain["choices"] if choice["name"] in named],
        "settings": {name: plain[name] for name in settings_of(draft, finding)},
    }


def apply(project, finding, kind):
    """Store one remedy of a finding (callback)."""
    store, draft = state.store(), state.store().project(project.id).draft
    if kind not in applied_kinds(draft, finding):
        kept = store.artifact(BEFORE, project.id) or {}
        store.put_artifact(BEFORE, project.id, {**kept, finding.key: replaced_by(draft, finding)})
    state.change_draft(project, lambda draft: with_finding(draft, finding, (kind,)))


def accept(project, finding):
    """Store that a finding is fine; of columns in doubt, that they will be known when predicting (callback)."""

    def change(draft):
        if finding.code not in LEAK_CODES:
            return {"accepted": tuple(dict.fromkeys((*draft.accepted, key_of(draft, finding))))}
        kept = tuple(choice for choice in draft.choices if choice.name not in finding.columns)
        return {"choices": kept + tuple(ColumnChoice(name=name, use=True, known="yes") for name in finding.columns)}

    state.change_draft(project, change)


def take_back(project, finding):
    """Store the draft without what was decided about a finding (callback)."""
    before = (state.store().artifact(BEFORE, project.id) or {}).get(finding.key)
    state.change_draft(project, lambda draft: without_finding(draft, finding, before))
