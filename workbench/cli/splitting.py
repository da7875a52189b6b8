"""How rows are to be divided, as it is said on the command line; what is left open is taken from the profile."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.errors import NotPossible

if TYPE_CHECKING:
    from workbench.modeling.planning import Plan
    from workbench.profiling import Finding
    from workbench.specs import Schema, SplitSpec

# Option that names the column of a kind, and the finding that suggests one.
COLUMNS = {"group": ("group", "--group"), "time": ("time", "--time"), "own": ("fold_column", "--fold-column")}
SUGGESTING = {"group": "grouped_rows", "time": "time_order"}
# Options that mean something for some kinds only.
ONLY_FOR = {"repeats": ("random", "group"), "each": ("group",), "gap": ("time",), "folds": ("random", "group", "time")}


def check(arguments: argparse.Namespace) -> None:
    """Refuse options about the division of rows that contradict each other.

    Raises
    ------
    NotPossible
    """
    named = [(kind, option) for kind, (name, option) in COLUMNS.items() if getattr(arguments, name)]
    if len(named) > 1:
        options = " and ".join(option for _, option in named[:2])
        raise NotPossible(f"{options} cannot be given together.", "Choose how rows are divided.")
    if named and arguments.split not in (None, named[0][0]):
        kind, option = named[0]
        raise NotPossible(f"{option} says --split {kind}, not --split {arguments.split}.", "Leave one of them out.")
    kind = kind_of(arguments)
    for name, kinds in ONLY_FOR.items():
        if getattr(arguments, name) is not None and kind not in kinds:
            needed = " or ".join(f"--split {other}" for other in kinds)
            raise NotPossible(f"--{name} means nothing with --split {kind}.", f"It goes with {needed}.")
    if arguments.each and (arguments.folds is not None or arguments.repeats is not None):
        raise NotPossible("--each tests every group once, so it goes without --folds and --repeats.")


def kind_of(arguments: argparse.Namespace) -> str:
    """Return the way of dividing rows that was asked for; ``random`` where none was."""
    named = [kind for kind, (name, _) in COLUMNS.items() if getattr(arguments, name)]
    return arguments.split or (named[0] if named else "random")


def asked(arguments: argparse.Namespace, findings: "Sequence[Finding]", schema: "Schema") -> tuple["SplitSpec", str]:
    """Return the division of the rows, and a sentence where its column was found rather than named.

    Raises
    ------
    NotPossible
        No column was named, and none is suggested; says with which option to name one.
    """
    from workbench.specs import SplitSpec

    kind = kind_of(arguments)
    column, said = "", ""
    if kind in COLUMNS:
        name, option = COLUMNS[kind]
        column = getattr(arguments, name)
        if not column:
            column = _found(kind, findings, schema)
            if not column:
                lacking = f"--split {kind} needs a column, and none suggests itself."
                raise NotPossible(lacking, f"Name it with {option}.")
            said = f"rows are divided by “{column}”, which the data suggest; {option} names another column"
    split = SplitSpec(
        kind=kind,
        column=column,
        folds=0 if arguments.folds is None else arguments.folds,
        repeats=arguments.repeats or 1,
        each=bool(arguments.each),
        gap=arguments.gap or 0.0,
    )
    return split, said


def _found(kind: str, findings: "Sequence[Finding]", schema: "Schema") -> str:
    for finding in findings:
        if finding.code == SUGGESTING.get(kind) and finding.settings:
            return finding.settings["split"]["column"]
    if kind == "own":
        from workbench.runtime.learning.own_folds import names_folds

        named = [column.name for column in schema.columns if names_folds(column.name)]
        return named[0] if len(named) == 1 else ""
    dates = [column.name for column in schema.columns if column.meaning == "date"]
    return dates[0] if kind == "time" and len(dates) == 1 else ""


def questions(
    arguments: argparse.Namespace, findings: "Sequence[Finding]", plan: "Plan"
) -> tuple[tuple[str, ...], dict[str, dict]]:
    """Return the plan's warnings with what the data suggest and nobody has answered; and, by such a warning, the
    division that it suggests.

    An option about the division of rows is an answer, also ``--split random``.
    """
    from workbench.modeling.planning import TIME_ORDER

    noticed = TIME_ORDER.format(name=plan.time_column) if plan.time_column else None
    if arguments.split or kind_of(arguments) != "random":
        return tuple(warning for warning in plan.warnings if warning != noticed), {}
    first: dict[str, Finding] = {}
    for finding in findings:
        if finding.code in SUGGESTING.values() and finding.settings:
            first.setdefault(finding.code, finding)
    told = {
        f"{finding.sentence} {finding.advice}".strip(): finding.settings["split"] | {"folds": 0}
        for finding in first.values()
    }
    kept = [warning for warning in plan.warnings if not (told and warning == noticed)]
    return (*kept, *told), told


def answer(suggested: dict) -> str:
    """Say with which options the question is answered whether rows are divided as ``suggested``."""
    kind, column = suggested["kind"], suggested["column"]
    return f"Answer with --split {kind} {COLUMNS[kind][1]} “{column}”, or with --split random."
