"""Columns that give the answer away, of those a model is about to be trained on."""

from collections.abc import Collection, Iterable

from workbench.profiling.findings import Finding

LEAK_CODES = ("target_leakage", "blank_leakage", "known_later")


def leaks(findings: Iterable[Finding], inputs: Collection[str], confirmed: Collection[str] = ()) -> list[Finding]:
    """Return the findings about inputs that may not be known in time, or tell the target, alone or together.

    Parameters
    ----------
    findings : iterable of Finding
        Of a profile made with the target.
    inputs : collection of str
        The columns in use; where one of a pair is left out, the pair gives nothing away.
    confirmed : collection of str, optional
        Columns of which the person said that they are known when predicting.
    """
    return [
        finding
        for finding in findings
        if finding.code in LEAK_CODES
        and finding.status == "alerted"
        and set(finding.columns) <= set(inputs)
        and not set(finding.columns) <= set(confirmed)
    ]


def leakage_warnings(
    findings: Iterable[Finding], inputs: Collection[str], confirmed: Collection[str] = ()
) -> tuple[str, ...]:
    """Return a sentence for each finding of ``leaks``, to be said before training and kept with the run.

    >>> found = Finding("target_leakage", "alerted", ("a", "b"), "“a” and “b” add up to “y” exactly, in every row.")
    >>> leakage_warnings([found], ["a", "b"])
    ('“a” and “b” add up to “y” exactly, in every row. Leave them out unless you will know them when you predict.',)
    >>> leakage_warnings([found], ["a"])
    ()
    """
    return tuple(
        f"{finding.sentence} Leave {each} out unless you will know {each} when you predict."
        for finding in leaks(findings, inputs, confirmed)
        for each in ["it" if len(finding.columns) == 1 else "them"]
    )
