"""Deciding about one class from its probability: what every threshold would do to the rows that were held out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.runtime.decisions import place_of
from workbench.specs import Label
from workbench.training.evaluation import Evaluation

MOST_STOPS = 400  # thresholds that a slider offers and a chart draws
PARTS = 5  # that rows which were tested once are cut into
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


@dataclass(frozen=True, eq=False)
class Decisions:
    """What deciding about one class would do to the out-of-fold rows of a candidate.

    Parameters
    ----------
    target : str
    label : label
        Decided yes: the row is of this class.
    n_classes : int
    pooled : Sweep
        Of all rows, each once.
    as_it_comes : Outcomes
        Where the answer is the most probable class.
    actual, probability : ndarray of shape (n_rows,)
    part : int64 ndarray of shape (n_rows,)
        The fold that a row was tested in; where all were tested in one, a part that it was put in by chance.
    tested_once : bool
        There is one fold only.
    """

    target: str
    label: Label
    n_classes: int
    pooled: Sweep
    as_it_comes: Outcomes
    actual: np.ndarray
    probability: np.ndarray
    part: np.ndarray
    tested_once: bool

    @cached_property
    def parts(self) -> tuple[Sweep, ...]:
        """A sweep for each part."""
        masks = (self.part == one for one in np.unique(self.part))
        return tuple(sweep(self.actual[mask], self.probability[mask]) for mask in masks)

    @property
    def nothing(self) -> Outcomes:
        """Where no row is decided yes."""
        return self.pooled.outcomes[0]

    @property
    def everything(self) -> Outcomes:
        """Where every row is decided yes."""
        return self.pooled.outcomes[-1]

    @property
    def threshold_as_it_comes(self) -> float:
        """The threshold that is nearest to how the model comes: with two classes exactly that, with more the one that
        decides yes for as many rows (or the next fewer)."""
        taken = self.pooled.outcomes.taken
        position = int(np.searchsorted(taken, self.as_it_comes.taken, side="right")) - 1
        position = max(position, self.pooled.first)
        even = 1 / 2
        return even if self.n_classes == 2 and self.pooled.position(even) == position else self.pooled.cut(position)


def decisions(evaluation: Evaluation, key: str, label: Label) -> Decisions:
    """Return what deciding about ``label`` would do to the out-of-fold rows of ``key``, each row once.

    Raises
    ------
    NotPossible
        There are no classes to decide about, or no probabilities.
    """
    spec = evaluation.spec
    if spec.task == "regression":
        raise NotPossible(f"“{spec.target}” is predicted as a number, so there is no class to decide about.")
    frame = evaluation.out_of_fold(key)
    names = [f"probability_{one}" for one in spec.classes]
    if names[0] not in frame:
        raise NotPossible("This estimator gives no probabilities, so there is no threshold to choose.")
    place = place_of(spec.classes, label)
    chances = frame[names].to_numpy(dtype=np.float64)
    actual = (frame["actual"] == label).to_numpy()
    probability = np.ascontiguousarray(chances[:, place])
    answered = chances.argmax(axis=1) == place
    part, once = frame["fold"].to_numpy(), frame["fold"].nunique() == 1
    if once:
        part = np.random.default_rng(spec.seed).permutation(len(frame)) % PARTS
    return Decisions(
        target=spec.target,
        label=label,
        n_classes=len(spec.classes),
        pooled=sweep(actual, probability),
        as_it_comes=counted(actual, answered),
        actual=actual,
        probability=probability,
        part=part,
        tested_once=once,
    )


def counted(actual: np.ndarray, decided: np.ndarray) -> Outcomes:
    """Count rows by what they are and what was decided, both as flags."""
    return Outcomes(
        int((actual & decided).sum()),
        int((~actual & decided).sum()),
        int((actual & ~decided).sum()),
        int((~actual & ~decided).sum()),
    )


def per_class(evaluation: Evaluation, key: str) -> pd.DataFrame:
    """Return for each class how it fares, by the decision about the candidate where there is one.

    Returns
    -------
    DataFrame
        ``class``, ``count`` (rows of it), ``answered`` (rows that were given it), ``precision`` and ``recall`` (0 to
        1; NaN where there are no such rows).
    """
    frame = evaluation.out_of_fold(key)
    rows = []
    for label in evaluation.spec.classes:
        found = counted((frame["actual"] == label).to_numpy(), (frame["prediction"] == label).to_numpy())
        rows.append((label, found.found + found.missed, found.taken, found.precision, found.recall))
    return pd.DataFrame(rows, columns=["class", "count", "answered", "precision", "recall"])
