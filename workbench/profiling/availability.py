"""Will a column be known at the moment of prediction? Answered in advance where data or name suggest it."""

from dataclasses import dataclass
from typing import Literal

from workbench.specs import LeftOut

Known = Literal["yes", "no", "later"]
NOT_KNOWN = "not known when predicting"


@dataclass(frozen=True)
class Availability:
    """The answer suggested for one column.

    Attributes
    ----------
    column : str
    known : {"yes", "no", "later"}
        What is taken to be true until the person answers; "no" and "later" leave the column out.
    doubtful : bool
        Whether the person should look at it: it is shown on top.
    reason : str
        Why, in a sentence; "" where nothing speaks against "yes".
    evidence : tuple of str
        What it rests on: "decides", "sum", "blanks", "later_date", "name", "stands_out".
    """

    column: str
    known: Known = "yes"
    doubtful: bool = False
    reason: str = ""
    evidence: tuple[str, ...] = ()


def left_out(answers: tuple[Availability, ...]) -> tuple[LeftOut, ...]:
    """Return the columns that are left out unless the person says that they are known."""
    return tuple(LeftOut(column=each.column, reason=each.reason) for each in answers if each.known != "yes")


def availability(context) -> tuple[Availability, ...]:
    """Answer for every input of a profile's ``Context``; without a target nothing can be said."""
    return ()
