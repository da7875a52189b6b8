"""What thresholds on a probability do: the outcomes of every one that makes a difference, and plain ones to choose."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MOST_STOPS = 400  # thresholds that a chart draws
FINEST = 250  # steps of a slider
CLOSE = 1e-9  # a probability this near to a step may lie on either side of it, by the last digits of a float
THOUSAND = 1000.0
MOST_DECIMALS = 17  # of a float between 0 and 1


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Rows counted by what was decided and what they are; numbers, or arrays with an entry per threshold.

    Parameters
    ----------
    found : float or ndarray
        Decided yes, and it is so (true positives).
    false_alarms : float or ndarray
        Decided yes, and it is not (false positives).
    missed : float or ndarray
        Decided no, though it is so (false negatives).
    left_alone : float or ndarray
        Decided no, and it is not (true negatives).
    """

    found: float | np.ndarray
    false_alarms: float | np.ndarray
    missed: float | np.ndarray
    left_alone: float | np.ndarray

    @property
    def counts(self) -> tuple:
        """The four, in the order of the fields."""
        return self.found, self.false_alarms, self.missed, self.left_alone

    @property
    def n_rows(self):
        """All rows."""
        return self.found + self.false_alarms + self.missed + self.left_alone

    @property
    def taken(self):
        """Rows decided yes."""
        return self.found + self.false_alarms

    @property
    def precision(self):
        """Of the rows decided yes, the share that is so; NaN where none is decided yes."""
        return _share(self.found, self.taken)

    @property
    def recall(self):
        """Of the rows of the class, the share that is decided yes; NaN where there are none."""
        return _share(self.found, self.found + self.missed)

    @property
    def share(self):
        """Of all rows, the share decided yes."""
        return _share(self.taken, self.n_rows)

    def scaled(self, n_rows: float = THOUSAND) -> "Outcomes":
        """The same for ``n_rows`` rows, as fractions of rows if need be."""
        return Outcomes(*(n_rows * _share(count, self.n_rows) for count in self.counts))

    def __getitem__(self, position) -> "Outcomes":
        return Outcomes(*(count[position] for count in self.counts))

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(*(one + more for one, more in zip(self.counts, other.counts, strict=True)))

    def __sub__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(*(one - less for one, less in zip(self.counts, other.counts, strict=True)))

    def guessed(self) -> "Outcomes":
        """What deciding yes for as many rows, drawn by chance, would give on average."""
        share, of_class = self.share, self.found + self.missed
        others = self.false_alarms + self.left_alone
        return Outcomes(share * of_class, share * others, (1 - share) * of_class, (1 - share) * others)


def _share(part, whole):
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.true_divide(part, whole)
    return found if np.ndim(found) else float(found)


@dataclass(frozen=True, eq=False)
class Sweep:
    """Every threshold that makes a difference, with what it would do.

    Parameters
    ----------
    thresholds : float64 ndarray of shape (n_points,)
        Falling: infinity (nothing is decided yes), then each probability that occurs. A row is decided yes where its
        probability is at least the threshold.
    outcomes : Outcomes of int64 ndarrays of shape (n_points,)
    """

    thresholds: np.ndarray
    outcomes: Outcomes

    @property
    def first(self) -> int:
        """Position of the first threshold that can be set: none above 1 can, so rows with 1 are always decided yes."""
        return int(len(self.thresholds) > 1 and self.thresholds[1] >= 1.0)

    def position(self, threshold):
        """Return the position that a threshold, or each of several, amounts to."""
        return np.searchsorted(-self.thresholds, -np.asarray(threshold, dtype=np.float64), side="right") - 1

    def at(self, threshold: float) -> Outcomes:
        """What a threshold does."""
        return self.outcomes[int(self.position(threshold))]

    def cut(self, position: int) -> float:
        """Return the plainest number that amounts to a position: with the fewest decimals, off the probabilities
        beside it, so that the last digit of a float decides nothing."""
        if position == 0:
            return 1.0
        if position == len(self.thresholds) - 1:
            return 0.0
        return simplest_between(float(self.thresholds[position + 1]), float(self.thresholds[position]))

    def stops(self, also: tuple[float, ...] = (), most: int = MOST_STOPS) -> list[float]:
        """Return thresholds to choose from, rising: all that make a difference, or ``most`` of them spread over the
        rows, over the rows of the class and over the probabilities; and those in ``also`` as they are."""
        last = len(self.thresholds) - 1
        chosen = np.arange(self.first, last + 1)
        if len(chosen) > most:
            even = np.linspace(0, 1, most // 4)
            by_rows = np.searchsorted(self.outcomes.taken, even * self.outcomes.taken[-1])
            by_class = np.searchsorted(self.outcomes.found, even * self.outcomes.found[-1])
            # Whole percents are the plainest numbers of all; rare classes have their probabilities far below.
            by_value = self.position(np.concatenate([np.arange(101) / 100, even * self.thresholds[1]]))
            chosen = np.unique(np.clip(np.concatenate([by_rows, by_class, by_value]), self.first, last))
        cuts = {int(position): self.cut(int(position)) for position in chosen}
        cuts |= {int(self.position(threshold)): float(threshold) for threshold in also}
        return sorted(cuts.values())

    @cached_property
    def step(self) -> float:
        """How fine a slider over the thresholds is: 1, 2 or 5 of a decimal, in at most 250 steps."""
        least = self.highest / FINEST
        unit = 10.0 ** math.floor(math.log10(least))
        return next(unit * times for times in (1, 2, 5, 10) if unit * times >= least * (1 - CLOSE))

    @property
    def highest(self) -> float:
        """The highest probability there is; 1 where that is more than a half, or there is none."""
        highest = float(self.thresholds[1]) if len(self.thresholds) > 1 else 0.0
        return highest if 0 < highest <= 1 / 2 else 1.0

    @cached_property
    def top(self) -> float:
        """Where a slider ends: at the first step from which on no row is decided yes, at most 1."""
        steps = math.floor(self.highest / self.step + CLOSE) + 1
        return min(round(steps * self.step, MOST_DECIMALS), 1.0)

    def scale(self, also: tuple[float, ...] = ()) -> list[float]:
        """Return thresholds in even steps from 0 to where no row is decided yes, rising, with those in ``also``.

        A step that is the probability of some row is moved below it, since the last digit of a float would decide.
        """
        decimals = max(1 - math.floor(math.log10(self.step)), 0)
        even = np.round(np.arange(round(self.top / self.step) + 1) * self.step, decimals)
        places = self.position(even + CLOSE)  # of those above it
        after = self.thresholds[np.minimum(places + 1, len(self.thresholds) - 1)]
        touched = (even > 0) & (np.abs(after - even) <= CLOSE)
        for at in np.flatnonzero(touched):
            below = float(self.thresholds[places[at] + 2]) if places[at] + 2 < len(self.thresholds) else 0.0
            even[at] = simplest_between(max(below, float(even[at] - self.step)), float(after[at]))
        return sorted({*even.tolist(), *map(float, also)})

    def same(self, one: float, other: float) -> bool:
        """Whether two thresholds decide alike about every row."""
        return int(self.position(one)) == int(self.position(other))


def simplest_between(low: float, high: float) -> float:
    """Return the number above ``low`` and below ``high`` with the fewest decimals that is near their middle; ``high``
    where no float is between.

    >>> simplest_between(0.3121, 0.3184), simplest_between(0.25, 0.5)
    (0.315, 0.4)
    """
    middle = (low + high) / 2
    for decimals in range(1, MOST_DECIMALS + 1):
        number = round(middle, decimals)
        if low < number < high:
            return number
    return high


def sweep(actual: np.ndarray, probability: np.ndarray) -> Sweep:
    """Count what every threshold would do.

    Parameters
    ----------
    actual : bool ndarray of shape (n_rows,)
        Whether a row is of the class.
    probability : float64 ndarray of shape (n_rows,)
    """
    order = np.argsort(-probability, kind="stable")
    falling, sorted_actual = probability[order], np.asarray(actual, dtype=bool)[order]
    # A threshold takes all rows of equal probability together: where a run of them ends is a point.
    ends = np.flatnonzero(np.append(np.diff(falling) != 0, np.full(min(len(falling), 1), True)))
    taken = np.concatenate([[0], ends + 1])
    found = np.concatenate([[0], np.cumsum(sorted_actual)[ends]]).astype(np.int64)
    n_class, n_rows = int(sorted_actual.sum()), len(falling)
    thresholds = np.concatenate([[np.inf], falling[ends]])
    others = n_rows - n_class
    return Sweep(thresholds, Outcomes(found, taken - found, n_class - found, others - (taken - found)))
