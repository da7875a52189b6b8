"""What a threshold is chosen for: what outcomes are worth, what can be dealt with, or a plain measure to start from."""

from dataclasses import dataclass

import numpy as np

from workbench.results.deciding.sweeps import Outcomes, Sweep
from workbench.specs import ScenarioSpec

ROUNDING = 1e-9  # of a row: shares of a capacity are fractions that floats cannot hold exactly


@dataclass(frozen=True)
class Goal:
    """One way to say which of two thresholds is better.

    Parameters
    ----------
    name : str
        "gains", "capacity", "f1" or "balanced_accuracy".
    label : str
    scenario : ScenarioSpec, optional
        Of the first two.
    """

    name: str
    label: str
    scenario: ScenarioSpec | None = None

    @property
    def is_money(self) -> bool:
        """Whether its value is an amount per row, not a share."""
        return self.name == "gains"

    @property
    def unit(self) -> str:
        """Of an amount; "" where none was said."""
        return self.scenario.unit if self.scenario is not None else ""

    def value(self, outcomes: Outcomes):
        """Return what outcomes are worth, higher is better.

        The amount earned per row (gains), the share of the class that is found (capacity), F1 (0 to 1; 0 where nothing
        is found), or balanced accuracy (0 to 1; NaN where a side has no rows). A number, or an array like the outcomes.
        """
        if self.name == "gains":
            return gain(outcomes, self.scenario)
        if self.name == "capacity":
            return outcomes.recall
        found, alarms, missed, alone = (np.asarray(count, dtype=np.float64) for count in outcomes.counts)
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.name == "f1":
                values = np.where(found > 0, 2 * found / (2 * found + alarms + missed), 0.0)
            else:
                values = (found / (found + missed) + alone / (alone + alarms)) / 2
        return values if values.ndim else float(values)

    def choose(self, outcomes: Outcomes, first: int = 0) -> int:
        """Return the position of the best of the thresholds from ``first`` on; of equal ones the highest.

        For a capacity it is the last that does not exceed it.
        """
        if self.name == "capacity":
            limit = share_of(self.scenario) * outcomes.n_rows[0] + ROUNDING
            return max(int(np.searchsorted(outcomes.taken, limit, side="right")) - 1, first)
        values = np.nan_to_num(self.value(outcomes), nan=-np.inf)
        return first + int(values[first:].argmax())

    def without(self, sweep: Sweep) -> float:
        """Return what is reached without any model: the better of nothing and everything decided yes; for a capacity,
        as many rows drawn by chance."""
        if self.name == "capacity":
            return sweep.outcomes[self.choose(sweep.outcomes, sweep.first)].guessed().recall
        return float(np.fmax(self.value(sweep.outcomes[0]), self.value(sweep.outcomes[-1])))


F1 = Goal("f1", "Balance of precision and recall (F1)")
BALANCED_ACCURACY = Goal("balanced_accuracy", "Both sides count the same (balanced accuracy)")
PLAIN_GOALS = (F1, BALANCED_ACCURACY)


def goal_of(scenario: ScenarioSpec) -> Goal:
    """Return the goal that a scenario stands for."""
    return Goal(scenario.kind, scenario.name, scenario)


def gain(outcomes: Outcomes, scenario: ScenarioSpec):
    """Return what is earned per row, in the scenario's unit; costs are negative.

    >>> calls = ScenarioSpec(name="Calls", found=40, false_alarm=-5)
    >>> gain(Outcomes(10, 20, 5, 65), calls)
    3.0
    """
    worth = (scenario.found, scenario.false_alarm, scenario.missed, scenario.left_alone)
    total = sum(amount * count for amount, count in zip(worth, outcomes.counts, strict=True))
    earned = np.true_divide(total, outcomes.n_rows)
    return earned if np.ndim(earned) else float(earned)


def share_of(scenario: ScenarioSpec) -> float:
    """Return the share of rows that a capacity suffices for, at most 1.

    >>> share_of(ScenarioSpec(name="Calls", kind="capacity", capacity=200, of=5000))
    0.04
    """
    return min(scenario.capacity / scenario.of, 1.0) if scenario.of else 0.0


@dataclass(frozen=True)
class Filled:
    """Who is taken where exactly as many are taken as there is capacity for.

    Parameters
    ----------
    n_taken : int
        Rows taken: the capacity's share of all, rounded down, so that the room suffices.
    above : int
        Of these, rows whose probability is higher than that of any row left out.
    fitting, tied : int
        Of the ``tied`` rows with the next probability ``fitting`` more have room; which of them is chance.
    probability : float
        That they share; NaN where there are none.
    outcomes : Outcomes
        On average over that chance.
    """

    n_taken: int
    above: int
    fitting: int
    tied: int
    probability: float
    outcomes: Outcomes

    @property
    def by_chance(self) -> bool:
        """Whether chance decides about some rows."""
        return 0 < self.fitting < self.tied


def filled(sweep: Sweep, share: float) -> Filled:
    """Take the ``share`` of the rows with the highest probabilities (0 to 1; rounded down to whole rows)."""
    n_rows = int(sweep.outcomes.n_rows[0])
    n_taken = min(int(np.floor(share * n_rows + ROUNDING)), n_rows)
    taken = sweep.outcomes.taken
    position = int(np.searchsorted(taken, n_taken, side="right")) - 1
    above, at = int(taken[position]), sweep.outcomes[position]
    fitting = n_taken - above
    if not fitting:
        return Filled(n_taken, above, 0, 0, float("nan"), at)
    step = sweep.outcomes[position + 1] - at
    tied = int(step.taken)
    part = Outcomes(*(fitting / tied * count for count in step.counts))
    return Filled(n_taken, above, fitting, tied, float(sweep.thresholds[position + 1]), at + part)
