"""From the options of ``train`` to a run in a project of its own: the file is taken in, looked at and planned."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli import goal, splitting, testing
from workbench.cli.column_names import must_have
from workbench.cli.saying import progress
from workbench.errors import NotPossible

if TYPE_CHECKING:
    import pandas as pd

    from workbench.specs import AutopilotSpec, CandidateSpec, Draft, Label, Schema
    from workbench.store import Store
    from workbench.store.records import Dataset, Run

DROPPED = "left out on the command line"


def created(store: "Store", arguments: argparse.Namespace) -> "Run":
    """Return a new run in a project of its own; where it cannot be planned, nothing is left behind."""
    from workbench.modeling.columns import screen_columns
    from workbench.modeling.planning import plan_experiment
    from workbench.modeling.targets import target_column
    from workbench.profiling import leakage_warnings, left_out, profile
    from workbench.results.quality.goals import as_note
    from workbench.specs import SplitSpec

    path = Path(arguments.file)
    project = store.create_project(path.stem.strip() or path.name)
    try:
        dataset = store.add_dataset(project.id, path, path.name)
        table = store.load_table(dataset.fingerprint)
        draft = _draft(arguments, dataset, table)
        target_column(dataset.schema, draft.target)  # says what cannot be predicted before anything is looked at
        found = profile(table, dataset.schema, target=draft.target, task=draft.task)
        split, said = splitting.asked(arguments, found.findings, dataset.schema)
        draft = draft.but(split=split)
        if said:
            progress(said)
        screened = (*left_out(found.availability), *screen_columns(table, dataset.schema, draft.target))
        plan = plan_experiment(table, dataset.schema, draft, screened=screened)
        if arguments.test:
            second = testing.take_in(store, project.id, arguments.test, dataset)
            testing.check(store, second, dataset, plan.spec)
            draft = draft.but(test_dataset=second.fingerprint)
        if plan.rows_locked:
            progress(f"{plan.rows_locked:,} rows are locked away; open them at the end: test RUN --open")
        draft = goal.settled(draft, plan.spec.metric)
        store.save_draft(project.id, draft)
        warnings, answers = splitting.questions(arguments, found.findings, plan)
        leaks = leakage_warnings(found.findings, [column.name for column in plan.spec.columns], arguments.known)
        suggested = next((SplitSpec.model_validate(split) for split in answers.values()), None)
        notes = plan.notes((*dataset.warnings, *warnings, *leaks), suggested) | {"answers": answers}
        notes["goal"] = as_note(draft)
        return store.create_run(project.id, plan.spec, notes=notes)
    except BaseException:
        store.delete_project(project.id, final=True)
        raise


def _draft(arguments: argparse.Namespace, dataset: "Dataset", table: "pd.DataFrame") -> "Draft":
    from workbench.specs import ColumnChoice, Draft

    schema = dataset.schema
    by = (arguments.group, arguments.time, arguments.fold_column)
    for name in (arguments.target, *arguments.drop, *arguments.known, *by):
        if name:
            must_have(schema.names, name)
    if arguments.target in arguments.drop:
        raise NotPossible(f"“{arguments.target}” is the target, so it cannot be dropped.")
    if arguments.target in arguments.known:
        raise NotPossible(f"“{arguments.target}” is the target: it is not known when predicting.")
    both = [name for name in arguments.known if name in arguments.drop]
    if both:
        raise NotPossible(f"“{both[0]}” cannot be given with --drop and with --known.", "Choose one of them.")
    return Draft(
        dataset=dataset.fingerprint,
        target=arguments.target,
        task=arguments.task,
        positive=None if arguments.positive is None else _label(arguments.positive, schema, arguments.target),
        choices=(
            *(ColumnChoice(name=name, use=False, reason=DROPPED) for name in dict.fromkeys(arguments.drop)),
            *(ColumnChoice(name=name, use=True, known="yes") for name in dict.fromkeys(arguments.known)),
        ),
        candidates=_candidates(arguments.models),
        metric=arguments.metric,
        seed=arguments.seed or 0,
        locked=arguments.lock or 0.0,
        autopilot=_autopilot(arguments.auto),
        **goal.in_draft(arguments),
    )


def _autopilot(seconds: float | None) -> "AutopilotSpec | None":
    from workbench.specs import AutopilotSpec
    from workbench.training.autopilot import purpose_of

    return None if seconds is None else AutopilotSpec(purpose=purpose_of(seconds), seconds=seconds)


def _label(text: str, schema: "Schema", target: str) -> "Label":
    """Return a class as the target column holds it: whole numbers are numbers."""
    if schema.column(target).meaning == "integer":
        try:
            return int(text)
        except ValueError:
            pass  # not among the classes, then; planning says which there are
    return text


def _candidates(names: str | None) -> tuple["CandidateSpec", ...] | None:
    from workbench.modeling.boosting_kinds import check_installed
    from workbench.modeling.models import MODELS
    from workbench.specs import CandidateSpec

    if names is None:
        return None
    kinds = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    known = [kind.name for kind in MODELS]
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not kinds:
        check_installed((unknown or [""])[0])
        raise NotPossible(f"There is no estimator “{(unknown or [''])[0]}”.", f"There are {', '.join(known)}.")
    return tuple(CandidateSpec(kind=kind) for kind in kinds)
