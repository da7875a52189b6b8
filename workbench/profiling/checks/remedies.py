"""What a finding about columns proposes, added to findings that were made without it."""

from collections.abc import Iterable
from dataclasses import replace

from workbench.profiling.findings import Context, Finding
from workbench.specs import ColumnChoice, FilterRows

MOST_BLANKS = 50  # different values of a column that are worth being read as blank one by one


def with_remedies(
    context: Context,
    findings: Iterable[Finding],
    *,
    step: dict[str, dict] | None = None,
    blanks: dict[str, list] | None = None,
    reads: dict[str, dict] | None = None,
    leave_out: str = "",
) -> list[Finding]:
    """Return ``findings`` with what is proposed for their columns.

    Parameters
    ----------
    step, reads : dict of str to dict, optional
        Per column. A row step speaks for one column, so a finding about several gets none.
    blanks : dict of str to list, optional
        Per column the values to be read as blank; without those of more than ``MOST_BLANKS`` values.
    leave_out : str, optional
        Propose to leave the columns out, with this reason; never the target.
    """
    step, blanks, reads = step or {}, blanks or {}, reads or {}
    return [
        replace(
            finding,
            step=step.get(finding.columns[0]) if len(finding.columns) == 1 else None,
            blanks=tuple(
                {"name": name, "values": list(blanks[name])}
                for name in finding.columns
                if 0 < len(blanks.get(name, ())) <= MOST_BLANKS
            ),
            reads=tuple({"name": name, **reads[name]} for name in finding.columns if name in reads),
            choices=tuple(
                ColumnChoice(name=name, use=False, reason=leave_out).model_dump(mode="json")
                for name in finding.columns
                if leave_out and name != context.target
            ),
        )
        for finding in findings
    ]


def keep_between(name: str, low: float | str, high: float | str) -> dict:
    """Return the row step that keeps the rows whose value lies between the two or is blank.

    >>> keep_between("age", 0.0, 99.5)["values"]
    [0, 99.5]
    """
    ends = tuple(int(end) if isinstance(end, float) and end.is_integer() else end for end in (low, high))
    return FilterRows(column=name, operator="between_or_blank", values=ends).model_dump(mode="json")
