"""The check of what blanks have in common: the same rows, or the target."""

import numpy as np

from workbench.profiling.findings import SEPARATE_FINDINGS, Context, Finding
from workbench.profiling.pairs.missingness import BlankTogether
from workbench.profiling.rows.row_hashes import values_of
from workbench.profiling.wording import counted, percent, quoted

TELLS_FROM = 0.05  # strength of the blanks against the target, below which it is not worth a sentence
TELLS_NAMED = 5
TOLD = "Nothing to do: a model is told which cells are blank, so it learns from that like from any value."


def check_missing_pattern(context: Context) -> list[Finding]:
    """Say which columns are blank in the same rows, and whose blanks go with the target."""
    groups = [
        group for group in context.missing.together if any(context.facts[name].profile.count for name in group.columns)
    ]
    findings = []
    if len(groups) > SEPARATE_FINDINGS:
        columns = tuple(dict.fromkeys(name for group in groups for name in group.columns))
        first = " ".join(_together(context, group) for group in groups[:2])
        sentence = f"{len(groups):,} groups of columns are blank in the same rows each. {first}"
        findings.append(Finding("missing_pattern", "done", columns, sentence, _advice(context, columns)))
    else:
        findings = [
            Finding(
                "missing_pattern",
                "done",
                group.columns,
                _together(context, group),
                _advice(context, group.columns),
                context.rows_where(_blank_in_all(context, group)),
            )
            for group in groups
        ]
    return findings + _tells(context)


def _together(context: Context, group: BlankTogether) -> str:
    share = percent(group.n_rows / context.n_rows)
    if group.n_rows == group.n_any:
        return f"{quoted(group.columns)} are blank in the same {counted(group.n_rows, 'row')} ({share})."
    return (
        f"{quoted(group.columns)} are blank in nearly the same rows: all of them in {counted(group.n_rows, 'row')} "
        f"({share}), of {group.n_any:,} in which any of them is."
    )


def _advice(context: Context, columns: tuple[str, ...]) -> str:
    """Say what the model does; nothing is promised for what is, or may become, the target."""
    reason = "Most often one thing was not asked or measured in these rows."
    if context.target in columns:
        return f"{reason} Rows in which “{context.target}” is blank cannot teach a model and are set aside."
    if not context.target:
        return f"{reason} {TOLD} Should one of them be what you predict, its blank rows are set aside."
    return f"{reason} {TOLD}"


def _blank_in_all(context: Context, group: BlankTogether) -> np.ndarray:
    blank = np.ones(context.n_rows, dtype=bool)
    for name in group.columns:
        facts = context.facts[name]
        blank &= np.isnan(facts.numbers) if facts.numbers is not None else values_of(facts) < 0
    return blank


def _tells(context: Context) -> list[Finding]:
    """Say whose blanks go with the target; those that look written down afterwards are asked about elsewhere."""
    asked = {each.column for each in context.availability if "blanks" in each.evidence}
    tells = [
        entry
        for entry in context.missing.tells
        if entry.strength.value >= TELLS_FROM and entry.column not in asked and entry.column not in context.left_out
    ]
    if not tells:
        return []
    named = ", ".join(f"“{entry.column}” {entry.strength.words}" for entry in tells[:TELLS_NAMED])
    more = f" and {counted(len(tells) - TELLS_NAMED, 'more column')}" if len(tells) > TELLS_NAMED else ""
    sentence = f"Whether a cell is blank goes with “{context.target}”: {named}{more}."
    advice = f"{TOLD} Make sure that blanks come about in the same way when you predict."
    return [Finding("missing_pattern", "done", tuple(entry.column for entry in tells), sentence, advice)]
