"""Rows that each have a date, in whatever order: whether the model is meant for later ones is a question then."""

from collections.abc import Collection, Iterable
from datetime import date

from workbench.profiling.columns.column_profile import ColumnProfile
from workbench.profiling.findings import Finding
from workbench.profiling.wording import moment
from workbench.specs import SplitSpec

DATED_ROWS = "dated_rows"
FEWEST_ROWS = 50
MOSTLY_KNOWN = 0.9  # of the rows that need a date
FEWEST_MOMENTS = 10  # twice as many as there are stretches of time to be predicted, as a rule
FEWEST_DAYS = 14  # from the first to the last; within a few days little changes
OF_BIRTH = ("birth", "born", "dob")  # says how old somebody is, not when the row was written


def dated_rows(columns: Iterable[ColumnProfile], n_rows: int, without: Collection[str] = ()) -> Finding | None:
    """Return the question whether later rows are to be predicted, about the first column of dates it suits, or None.

    It is quieter than the check ``time_order``, which rows that are a series raise: dates alone are no sign that time
    matters, but only the person knows.

    Parameters
    ----------
    columns : iterable of ColumnProfile
    n_rows : int
    without : collection of str
        Columns that do not say when a row was made, such as the target and what is known only later.

    Returns
    -------
    Finding or None
        Its settings are the division by time.
    """
    if n_rows < FEWEST_ROWS:
        return None
    for column in columns:
        if column.name in without or not _says_when(column, n_rows):
            continue
        rows = "Nearly every row" if column.missing_count else "Every row"
        return Finding(
            DATED_ROWS,
            "alerted",
            (column.name,),
            f"{rows} has a date: “{column.name}”, from {moment(column.first)} to {moment(column.last)}.",
            "If the model is meant for later rows than these, have it checked that way; if time does not matter, "
            "leave it.",
            settings={"split": SplitSpec(kind="time", column=column.name).model_dump(mode="json")},
        )
    return None


def _says_when(column: ColumnProfile, n_rows: int) -> bool:
    if column.meaning != "date" or any(word in column.name.lower() for word in OF_BIRTH):
        return False
    if n_rows - column.missing_count < MOSTLY_KNOWN * n_rows or column.distinct_count < FEWEST_MOMENTS:
        return False
    first, last = (date.fromisoformat(iso[:10]) for iso in (column.first, column.last))
    return (last - first).days >= FEWEST_DAYS
