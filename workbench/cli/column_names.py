"""Names of columns as they are typed on a command line."""

import difflib
from collections.abc import Sequence

from workbench.errors import NotFound

LISTED = 20
ALIKE = 0.6  # of difflib's ratio, its own default: "Churned" for "Churn", "medianvalue" for "median_value"


def must_have(names: Sequence[str], asked: str) -> None:
    """Make sure that a table has the column that was asked for.

    Raises
    ------
    NotFound
        Names the column that may be meant, or those there are.

    >>> must_have(["tenure", "Churn"], "churn")
    Traceback (most recent call last):
    workbench.errors.NotFound: The file has no column “churn”. Do you mean “Churn”?
    """
    if asked in names:
        return
    meant = _meant(names, asked)
    known = ", ".join(f"“{name}”" for name in names[:LISTED]) + (", …" if len(names) > LISTED else "")
    advice = f"Do you mean “{meant}”?" if meant is not None else f"The columns are {known}."
    raise NotFound(f"The file has no column “{asked}”.", advice)


def _meant(names: Sequence[str], asked: str) -> str | None:
    """Return the most alike name; what differs by case and blanks only goes first."""
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold().strip(), name)
    alike = difflib.get_close_matches(asked.casefold().strip(), folded, n=1, cutoff=ALIKE)
    return folded[alike[0]] if alike else None
