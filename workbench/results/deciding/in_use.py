"""What a decision in use does, in one sentence that stands beside the headline: counts of 1,000 rows, and money."""

import math

from workbench.results.deciding.curve import LONGEST_CLASS, PER_THOUSAND, worth_words
from workbench.results.deciding.decisions import Decisions
from workbench.results.deciding.purposes import Goal
from workbench.results.wording import percent, shorten
from workbench.runtime.decisions import percent_of

FEW = 10  # of 1,000 rows; fewer are told with a decimal


def rows_of_1000(count: float) -> str:
    """Write a count of 1,000 rows.

    >>> rows_of_1000(28.4), rows_of_1000(4.26), rows_of_1000(0.0)
    ('28', '4.3', '0')
    """
    return f"{count:,.0f}" if count >= FEW or count == round(count) else f"{count:.1f}"


def decision_in_words(decided: Decisions, threshold: float, money: Goal | None = None) -> str:
    """Say what a threshold does to 1,000 rows, and by ``money`` what that is worth beside doing without the model.

    Parameters
    ----------
    decided : Decisions
    threshold : float
    money : Goal, optional
        Amounts that outcomes are worth.
    """
    outcomes = decided.pooled.at(threshold)
    of = outcomes.scaled()
    name = f"“{shorten(decided.label, LONGEST_CLASS)}”"
    taken, found, missed = (rows_of_1000(count) for count in (of.taken, of.found, of.missed))
    right = f" ({percent(of.precision)})" if math.isfinite(of.precision) else ""
    said = (
        f"At {percent_of(threshold)}: of 1,000 rows {taken} are decided {name}, and {found} of them{right} are so; "
        f"{missed} that are {name} are missed"
    )
    if money is None:
        return f"{said}."
    nothing, everything = (money.value(one) for one in (decided.nothing, decided.everything))
    all_or_none = "all" if everything >= nothing else "none"
    worth = worth_words(money, money.value(outcomes))
    without = max(everything, nothing)
    better = ", which is better" if money.value(outcomes) < without else ""
    told = worth_words(money, without).removesuffix(PER_THOUSAND)
    return f"{said}. It {worth}; deciding {name} for {all_or_none} of them {told}{better}."
