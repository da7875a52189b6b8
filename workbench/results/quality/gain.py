"""Cumulative gain and lift: how much of the class is found among the rows ranked highest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.quality.classes import class_predictions
from workbench.results.wording import number, percent, shorten
from workbench.specs import Label
from workbench.training.evaluation import Evaluation

SHARES = np.linspace(0, 1, 201)  # of the rows that are taken
MARKED = (0.1, 0.2, 0.3)  # shares at which the lift is said
LEVEL_WITH_RANDOM = 0.1  # a lift this near to 1 is called no better than picking at random


@dataclass(frozen=True, eq=False)
class Gain:
    """Share of the class that is found against the share of all rows that is taken, best first.

    Parameters
    ----------
    target : str
    label : label
        The class to find.
    share : float
        Share of the rows that are of the class.
    points : DataFrame
        ``share_taken``, ``gain`` (share of the class that is found, the mean over folds), ``spread`` (its standard
        deviation over folds, ``ddof=0``; NaN with one), ``perfect`` (the gain of a faultless order) and ``lift`` (times
        as many as picking at random would find; NaN where nothing is taken).
    """

    target: str
    label: Label
    share: float
    points: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        return self.points

    @property
    def who(self) -> str:
        return f"{shorten(self.target)} = {shorten(self.label, 24)}"

    def at(self, share: float) -> pd.Series:
        """The point where ``share`` of the rows is taken."""
        return self.points.iloc[round(share * (len(self.points) - 1))]

    def finding(self) -> str:
        """The result in one sentence."""
        first = self.at(MARKED[0])
        told = f"The {percent(MARKED[0])} of rows ranked highest hold {percent(first['gain'])} of all with {self.who}"
        if abs(first["lift"] - 1) <= LEVEL_WITH_RANDOM:
            return f"{told}, about as many as picking at random"
        return f"{told}, {times(first['lift'])} as many as picking at random"

    def lift_finding(self) -> str:
        """What the lift says, in one sentence."""
        first, *rest = MARKED
        told = [f"{number(self.at(share)['lift'], 1)} in the first {percent(share)}" for share in rest]
        return (
            f"Lift: {times(self.at(first)['lift'])} as many with {self.who} as at random in the first "
            f"{percent(first)} of rows, {', '.join(told)}"
        )

    def notes(self) -> tuple[str, ...]:
        """Where the curve cannot rise further, and how sure it is."""
        rows = [self.at(share) for share in MARKED]
        spread = ", ".join(number(100 * row["spread"], 1) for row in rows)
        most = f"No order of the rows finds all of them before {percent(self.share)} of the rows are taken"
        if not np.isfinite(rows[0]["spread"]):
            return (f"{most}.",)
        shares = ", ".join(percent(share) for share in MARKED)
        return (f"{most}. Spread of the gain over folds at {shares} of the rows: {spread} percentage points.",)


def times(lift: float) -> str:
    """Say a lift.

    >>> times(3.14), times(0.5)
    ('3.1 times', '0.5 times')
    """
    return f"{number(lift, 1)} times"


def cumulative_gain(evaluation: Evaluation, key: str) -> Gain:
    """Return the gain of the positive class from out-of-fold probabilities.

    Each fold is ranked by itself, as each fold's model has its own scale of probabilities, and the curves are averaged
    at equal shares of rows: what the headline says of one share. Folds without a row of the class are left out.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.

    Raises
    ------
    NotPossible
        There is no class to find, or no row of it.
    """
    spec = evaluation.spec
    class_predictions(evaluation, key)  # says why where amounts are predicted
    if spec.positive is None:
        raise NotPossible(
            f"“{spec.target}” has more than two classes, and none of them is the one to find.",
            "Look at precision and recall, which has a curve for each.",
        )
    rows = evaluation.out_of_fold(key, every=True)
    found = (rows["actual"] == spec.positive).to_numpy()
    if not found.any():
        raise NotPossible(f"No row seen so far is “{spec.positive}”.", "Wait for more folds.")
    chances = rows[f"probability_{spec.positive}"].to_numpy()
    folds = [(found[at], chances[at]) for at in rows.groupby("fold").indices.values()]
    curves = np.array([gain_at(SHARES, *fold) for fold in folds if fold[0].any()])
    mean = curves.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = mean / SHARES
    share = float(np.mean([one.mean() for one, _ in folds if one.any()]))
    perfect = np.mean([np.minimum(SHARES / one.mean(), 1.0) for one, _ in folds if one.any()], axis=0)
    points = pd.DataFrame(
        {
            "share_taken": SHARES,
            "gain": mean,
            "spread": curves.std(axis=0) if len(curves) > 1 else np.nan,
            "perfect": perfect,
            "lift": lift,
        }
    )
    return Gain(spec.target, spec.positive, share, points)


def gain_at(shares: np.ndarray, found: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Return the share of the class among the ``shares`` of rows with the highest probability.

    Rows of equal probability count in proportion, as if drawn at random; ``headlines.reach`` for one share.

    Parameters
    ----------
    shares : float ndarray of shape (n_points,)
    found : bool ndarray of shape (n_rows,)
        Rows of the class, at least one.
    chances : float ndarray of shape (n_rows,)

    Examples
    --------
    >>> gain_at(np.array([0.25, 0.5]), np.array([True, False, False, True]), np.array([0.9, 0.2, 0.2, 0.2])).round(3)
    array([0.5  , 0.667])
    """
    order = np.argsort(-chances, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chances[order])), len(order) - 1)
    taken = np.append(0.0, (ends + 1) / len(order))
    reached = np.append(0.0, np.cumsum(found[order])[ends] / found.sum())
    return np.interp(shares, taken, reached)
