"""What two runs were asked, side by side: exactly the settings in which they differ."""

import json
from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.modeling import metrics, models
from workbench.modeling.split_words import divided, how_often
from workbench.prepare.row_steps import row_step
from workbench.profiling.wording import counted
from workbench.results.wording import listed
from workbench.specs import AutopilotSpec, CandidateSpec, ExperimentSpec
from workbench.training.evaluation import BASELINE, ENSEMBLE
from workbench.training.scoring import label_of_candidate

MOST_NAMED = 12  # columns or estimators in a cell
NONE = "–"
INPUTS_AFTER = "Class to find"
ANSWERS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "a number"}


CARDS = {"balanced": "Balanced", "thorough": "Thorough"}  # as the Train page calls them


@dataclass(frozen=True)
class Setting:
    """One setting in which two runs differ, in words.

    Parameters
    ----------
    name : str
    first, second : str
    """

    name: str
    first: str
    second: str


def asked(spec: ExperimentSpec) -> ExperimentSpec:
    """Return the question as it was before a run completed it: without the plan that an autopilot made, and without
    the candidates that it or a search added."""
    if spec.autopilot is not None:
        given = AutopilotSpec(purpose=spec.autopilot.purpose, seconds=spec.autopilot.seconds)
        return spec.but(candidates=(CandidateSpec(kind=BASELINE),), autopilot=given)
    searched = [(tuning.kind, {entry.name for entry in tuning.ranges}) for tuning in spec.tunings]
    kept = [
        one
        for one in spec.candidates
        if not any(one.kind == kind and names == set(one.hyperparameters) for kind, names in searched)
    ]
    return spec.but(candidates=kept) if kept else spec


def differing(first: ExperimentSpec, second: ExperimentSpec, tables: dict[str, str] | None = None) -> list[Setting]:
    """Return every setting in which two runs differ, the weightiest first; empty where they asked the same.

    Parameters
    ----------
    first, second : ExperimentSpec
    tables : dict of str to str, optional
        Names of data sets by fingerprint.
    """
    first, second = asked(first), asked(second)
    named = tables or {}
    rows = (
        [Setting("Table", *_two_names(first.dataset, second.dataset, named))]
        if _differ("dataset", first, second)
        else []
    )
    for name, words in _WORDS:
        before, after = words(first), words(second)
        if before != after:
            rows.append(Setting(name, before, after))
        if name == INPUTS_AFTER:
            rows += _columns(first, second)
    if not rows and first.fingerprint != second.fingerprint:
        rows.append(Setting("Details", "as in this run", "other details of how columns are read"))
    return rows


def _differ(field: str, first: ExperimentSpec, second: ExperimentSpec) -> bool:
    return getattr(first, field) != getattr(second, field)


def _two_names(first: str, second: str, named: dict[str, str]) -> tuple[str, str]:
    before, after = (named.get(each, "a table that is not here any more") for each in (first, second))
    return (before, after) if before != after else (before, f"{after}, read or put together differently")


def _columns(first: ExperimentSpec, second: ExperimentSpec) -> list[Setting]:
    before, after = ([column.name for column in spec.columns] for spec in (first, second))
    only = [[name for name in mine if name not in theirs] for mine, theirs in ((before, after), (after, before))]
    rows = []
    if any(only):
        said = [
            counted(len(mine), "column") + (f", among them {_named(own)}" if own else "")
            for mine, own in zip((before, after), only, strict=True)
        ]
        rows.append(Setting("Inputs", *said))
    rules = [{column.name: column for column in spec.columns} for spec in (first, second)]
    changed = [name for name in before if name in rules[1] and rules[0][name] != rules[1][name]]
    if changed:
        said = [_named([f"{name} ({one[name].meaning.replace('_', '/')})" for name in changed]) for one in rules]
        rows.append(
            Setting("How columns are read", said[0], said[1] if said[1] != said[0] else f"{said[1]}, by other rules")
        )
    return rows


def _named(names: list[str]) -> str:
    return listed(list(names), MOST_NAMED)


def _recipe(spec: ExperimentSpec) -> str:
    return "; ".join(row_step(step.step).words(step) for step in spec.recipe.rows) or "all rows"


def _estimators(spec: ExperimentSpec) -> str:
    if spec.autopilot is not None:
        return "found by the search"
    return _named([label_of_candidate(one) for one in spec.candidates if one.kind not in (BASELINE, ENSEMBLE)]) or NONE


def _search(spec: ExperimentSpec) -> str:
    if spec.autopilot is None:
        return "“Quick look” or own choice: the estimators below"
    seconds = spec.autopilot.seconds
    card = CARDS.get(spec.autopilot.purpose, spec.autopilot.purpose)
    return f"“{card}”, " + (f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s")


def _tunings(spec: ExperimentSpec) -> str:
    said = []
    for one in spec.tunings:
        try:
            kind = models.described(one.kind).label
        except WorkbenchError:
            kind = one.kind
        ranges = ", ".join(
            f"{each.name} {json.dumps(list(each.values)) if each.values else f'{each.low:g} to {each.high:g}'}"
            for each in one.ranges
        )
        said.append(f"{kind}: {one.trials} of {ranges} ({one.method})")
    return "; ".join(said) or NONE


def _monotone(spec: ExperimentSpec) -> str:
    return ", ".join(f"{name} {'rises' if way > 0 else 'falls'}" for name, way in spec.monotone) or NONE


def _shares(spec: ExperimentSpec) -> str:
    return f"{100 * spec.locked:g} % of the rows" if spec.locked else NONE


_WORDS = (
    ("Rows", _recipe),
    ("Predicts", lambda spec: spec.target),
    ("Kind of answer", lambda spec: ANSWERS[spec.task]),
    ("Class to find", lambda spec: NONE if spec.positive is None else str(spec.positive)),
    ("Checked", lambda spec: f"{how_often(spec.split)}; {divided(spec.split)}"),
    ("Locked away", _shares),
    ("How it looks", _search),
    ("Estimators", _estimators),
    ("Searches", _tunings),
    ("What decides", lambda spec: metrics.metric(spec.metric).label),
    ("Rare answers", lambda spec: "count more" if spec.class_weight else "count as they are"),
    ("Rows count by", lambda spec: spec.weight_column or "all the same"),
    ("Must rise or fall", _monotone),
    ("Seed of chance", lambda spec: str(spec.seed)),
)
