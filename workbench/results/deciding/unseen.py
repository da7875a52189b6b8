"""What a decision does to rows that nothing had seen, beside what the held-out rows had promised."""

import math

import numpy as np
import pandas as pd

from workbench.profiling.target.intervals import Z, wilson
from workbench.results.deciding.amount_costs import AmountErrors, Costs
from workbench.results.deciding.curve import money_words
from workbench.results.deciding.decisions import Decisions, counted
from workbench.results.deciding.in_use import rows_of_1000
from workbench.results.deciding.intervals import Interval
from workbench.results.deciding.purposes import Goal
from workbench.results.deciding.sweeps import THOUSAND, Outcomes, sweep
from workbench.results.wording import number, percent
from workbench.runtime.intervals import bounds

MEASURE, FOUND, PROMISED, BETTER = "Measure", "On these rows", "Promised", "Better is"


def decided_on(promised: Decisions, actual: np.ndarray, probability: np.ndarray, answered: np.ndarray) -> Decisions:
    """Return what every threshold would do to other rows than those that ``promised`` is about.

    Parameters
    ----------
    promised : Decisions
    actual : bool ndarray of shape (n_rows,)
        Whether a row is of the class.
    probability : float64 ndarray of shape (n_rows,)
    answered : bool ndarray of shape (n_rows,)
        Whether the class is the most probable one.
    """
    return Decisions(
        target=promised.target,
        label=promised.label,
        n_classes=promised.n_classes,
        pooled=sweep(actual, probability),
        as_it_comes=counted(actual, answered),
        actual=actual,
        probability=probability,
        part=np.zeros(len(actual), dtype=np.int64),
        tested_once=True,
    )


def threshold_beside(
    found: Decisions, promised: Decisions, threshold: float, money: Goal | None = None
) -> pd.DataFrame:
    """Return what a threshold does to rows, in words, beside its promise: one line per measure.

    Shares have the 95 % interval that chance explains (Wilson's), amounts that of a mean.
    """
    here, there = found.pooled.at(threshold), promised.pooled.at(threshold)
    names = ("Found", "For nothing", "Missed", "Rightly left alone")
    better = ("higher", "lower", "lower", "higher")
    lines = [
        (f"{name}, of 1,000 rows", rows_of_1000(one), rows_of_1000(other), way)
        for name, one, other, way in zip(names, here.scaled().counts, there.scaled().counts, better, strict=True)
    ]
    lines.append(("Precision", _share(here.found, here.taken), _plain(there.precision), "higher"))
    lines.append(("Recall", _share(here.found, here.found + here.missed), _plain(there.recall), "higher"))
    if money is not None:
        promise = money_words(money, THOUSAND * money.value(there))
        way = "higher" if money.value(there) >= 0 else "lower"
        lines.append((f"By “{money.label}”, 1,000 rows", _worth(here, money), promise, way))
    return pd.DataFrame(lines, columns=[MEASURE, FOUND, PROMISED, BETTER])


def _share(hits: int, n_rows: int) -> str:
    if not n_rows:
        return "not defined"
    (low,), (high,) = wilson(np.array([hits]), np.array([n_rows]))
    return f"{percent(hits / n_rows)} (95 %: {percent(float(low))} to {percent(float(high))})"


def _plain(share: float) -> str:
    return percent(share) if math.isfinite(share) else "not defined"


def _worth(outcomes: Outcomes, money: Goal) -> str:
    """Say what outcomes are worth, with the interval of a mean over as many rows."""
    one = money.scenario
    worth = np.repeat([one.found, one.false_alarm, one.missed, one.left_alone], outcomes.counts)
    mean, reach = THOUSAND * worth.mean(), THOUSAND * Z * worth.std() / math.sqrt(len(worth))
    return f"{money_words(money, mean)} (95 %: ± {number(reach) if reach else '0'})"


def amounts_beside(
    actual: np.ndarray,
    predicted: np.ndarray,
    interval: Interval | None,
    promised: AmountErrors,
    costs: Costs | None = None,
    shift: float = 0.0,
    cost_unit: str = "",
) -> pd.DataFrame:
    """Return how often the interval holds on rows, and what errors cost there with what is added to predictions,
    beside what was promised.

    Parameters
    ----------
    actual, predicted : float64 ndarray of shape (n_rows,)
        The predictions as the model gives them.
    interval : Interval, optional
        That is shipped.
    promised : AmountErrors
    costs : Costs, optional
        None where nothing was decided.
    shift : float
    cost_unit : str
    """
    lines = []
    if interval is not None:
        lower, upper = bounds(predicted, interval.rule)
        inside = int(((actual >= lower) & (actual <= upper)).sum())
        promise = f"{percent(interval.level)}; of held-out rows {_plain(interval.coverage)}"
        lines.append(("Inside their interval", _share(inside, len(actual)), promise, f"near {percent(interval.level)}"))
    if costs is not None:
        spent = costs.of(actual - predicted, shift)
        reach = number(float(Z * spent.std() / math.sqrt(len(spent))), unit=cost_unit)
        here = f"{number(float(spent.mean()), unit=cost_unit)} (95 %: ± {reach})"
        there = number(promised.mean_cost(costs, shift), unit=cost_unit)
        lines.append(("Cost per row, with what is in use", here, there, "lower"))
        before = number(float(costs.of(actual - predicted).mean()), unit=cost_unit)
        there = number(promised.mean_cost(costs), unit=cost_unit)
        lines.append(("Cost per row, as the model comes", before, there, "lower"))
    return pd.DataFrame(lines, columns=[MEASURE, FOUND, PROMISED, BETTER])
