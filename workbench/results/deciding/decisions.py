"""Deciding about one class from its probability: what every threshold would do to the rows that were held out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.deciding.sweeps import Outcomes, Sweep, sweep
from workbench.runtime.decisions import place_of
from workbench.specs import Label
from workbench.training.evaluation import Evaluation

PARTS = 5  # that rows which were tested once are cut into


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
