"""Checks of whether a column tells one row from another."""

from workbench.profiling.findings import Context, Finding, each_or_all
from workbench.profiling.wording import counted, percent, short


def check_constant(context: Context) -> list[Finding]:
    """Find columns with one value, or none at all."""
    concerned = {}
    for profile in context.inputs if context.n_rows else []:
        if not profile.count:
            concerned[profile.name] = f"“{profile.name}” has no value in any row."
        elif profile.distinct_count == 1 and not profile.missing_count and context.n_rows > 1:
            value = f" (“{short(profile.top[0].value)}”)" if profile.top else ""
            concerned[profile.name] = f"“{profile.name}” holds the same value{value} in every row."
    advice = "Left out of the model: it cannot tell one row from another."
    return each_or_all("constant", "done", concerned, "{n} columns hold at most one value.", advice)


def check_near_constant(context: Context) -> list[Finding]:
    """Find columns in which nearly every row says the same."""
    concerned = {}
    for profile in context.used:
        if profile.near_constant:
            top = profile.top[0]
            concerned[profile.name] = (
                f"“{profile.name}” is “{short(top.value)}” in {percent(top.count / profile.count)} of its rows; "
                f"{counted(profile.count - top.count, 'row differs', 'rows differ')}."
            )
    return each_or_all(
        "near_constant",
        "alerted",
        concerned,
        "{n} columns hardly ever change.",
        "Keep it if the few other rows matter, otherwise leave it out.",
        leave_out="nearly the same value in every row",
    )


def check_identifier(context: Context) -> list[Finding]:
    """Find columns that name the row instead of describing it."""
    concerned = {}
    for profile in context.inputs:
        if profile.distinct_count < 2 or (profile.name not in context.left_out and profile.meaning != "identifier"):
            continue
        seen = f"{counted(profile.distinct_count, 'different value')} in {counted(profile.count, 'row')}"
        concerned[profile.name] = f"“{profile.name}” has {seen}."
    return each_or_all(
        "identifier",
        "done",
        concerned,
        "{n} columns name a row rather than describe it.",
        "Left out of the model. You can put it back.",
    )
