"""Columns that give the answer away, of those a model is about to be trained on."""

from collections.abc import Collection, Iterable

from workbench.profiling.findings import Finding


def leaks(findings: Iterable[Finding], inputs: Collection[str]) -> list[Finding]:
    """Return the findings about inputs that tell the target, alone or together.

    Parameters
    ----------
    findings : iterable of Finding
        Of a profile made with the target.
    inputs : collection of str
        The columns in use; where one of a pair is left out, the pair gives nothing away.
    """
    return [
        finding
        for finding in findings
        if finding.code == "target_leakage" and finding.status == "alerted" and set(finding.columns) <= set(inputs)
    ]


def leakage_warnings(findings: Iterable[Finding], inputs: Collection[str]) -> tuple[str, ...]:
    """Return a sentence for each finding of ``leaks``, to be said before training and kept with the run.

    >>> found = Finding("target_leakage", "alerted", ("a", "b"), "“a” and “b” add up to “y” exactly, in every row.")
    >>> leakage_warnings([found], ["a", "b"])
    ('“a” and “b” add up to “y” exactly, in every row. Leave them out unless you will know them when you predict.',)
    >>> leakage_warnings([found], ["a"])
    ()
    """
    return tuple(
        f"{finding.sentence} Leave {each} out unless you will know {each} when you predict."
        for finding in leaks(findings, inputs)
        for each in ["it" if len(finding.columns) == 1 else "them"]
    )
