"""Whether probabilities can be taken at their word: of the rows that were given 70 %, are 70 % of the class?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.modeling.averages import calibration_of
from workbench.profiling.target.intervals import wilson
from workbench.results.quality.classes import class_predictions
from workbench.results.wording import LONGEST_LABEL, listed, number, percent, shorten
from workbench.specs import ExperimentSpec, Label
from workbench.training.evaluation import Evaluation
from workbench.training.scoring import label_of

BINS = 10  # as is usual; scikit-learn's calibration_curve with strategy="quantile" and more of them
FEWEST_ROWS = 20  # in a bin; with fewer its interval is wider than anything it could show
DRAWS = 10_000  # of outcomes, if the probabilities were right; a p-value of 5 % is then known to half a point
LEVEL = 0.05
SEED = 0


@dataclass(frozen=True, eq=False)
class Calibration:
    """Stated probabilities beside what happened, in bins of about equally many rows.

    Parameters
    ----------
    target : str
    label : label, optional
        The class whose probability it is; None where it is that of the most probable one of several classes.
    bins : DataFrame
        ``from`` and ``to`` (lowest and highest probability in the bin), ``n_rows``, ``stated`` (mean probability),
        ``observed`` (share of rows that were so), ``observed_low`` and ``observed_high`` (its 95 % interval, Wilson).
    probabilities : float64 ndarray of shape (n_rows,)
    statistic : float
        Of Hosmer and Lemeshow: squared distances of the counts from those expected, each over its variance; infinite
        where something happened that was given no chance.
    p_value : float
        How often it would be as large or larger if the probabilities were right.
    by_chance : float
        The expected calibration error that right probabilities would show on so many rows, on average.
    variants : tuple of str
        What the calibrated candidates of the same run are called on screen.
    is_calibrated : bool
        The candidate is one of them.
    """

    target: str
    label: Label | None
    bins: pd.DataFrame
    probabilities: np.ndarray
    statistic: float
    p_value: float
    by_chance: float
    variants: tuple[str, ...] = ()
    is_calibrated: bool = False

    def frame(self) -> pd.DataFrame:
        return self.bins

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of observed and stated over the bins, weighted by rows."""
        off = (self.bins["observed"] - self.bins["stated"]).abs()
        return float(np.average(off, weights=self.bins["n_rows"]))

    @property
    def more_than_chance(self) -> bool:
        return self.p_value <= LEVEL

    @property
    def so(self) -> str:
        """What the share of rows is a share of."""
        return "right" if self.label is None else f"{shorten(self.target)} = {shorten(self.label, 24)}"

    def finding(self) -> str:
        """The result in one sentence."""
        if not len(self.bins):
            return "No row has been predicted yet"
        off = (self.bins["observed"] - self.bins["stated"]).abs() * self.bins["n_rows"]
        worst = self.bins.loc[off.idxmax()]
        stated, observed = percent(worst["stated"]), percent(worst["observed"])
        if self.more_than_chance:
            many = "only " if worst["observed"] < worst["stated"] else ""
            return (
                f"Where it says {stated}, {many}{observed} are {self.so}: probabilities are off by "
                f"{_points(self.error)} on average, more than chance"
            )
        return (
            f"Probabilities can be taken at their word: they are off by {_points(self.error)} on average, which is "
            f"no more than chance explains"
        )

    def notes(self) -> tuple[str, ...]:
        """Its figures, and what can be done about it."""
        value = "below 0.001" if self.p_value < 0.001 else number(self.p_value, 3)
        verdict = "So they are off by more than chance." if self.more_than_chance else "So chance alone may explain it."
        measured = (
            f"Expected calibration error: {_points(self.error)}; lower is better, 0 is perfect. Probabilities that are "
            f"right would show {_points(self.by_chance)} on so many rows; p-value {value} (Hosmer and Lemeshow). "
            f"{verdict}"
        )
        return measured, self._advice()

    def _advice(self) -> str:
        if self.is_calibrated:
            return "This estimator is calibrated: a correction of its probabilities was learnt from held-out rows."
        if self.variants:
            return (
                f"A calibrated variant is there: {listed(list(self.variants))}. Choose it as the estimator, at the top "
                "of this page, to see it here and to decide with it."
            )
        return (
            "How well rows are ranked is another question, which the ROC curve answers. This run has no calibrated "
            "variant of it."
        )


def calibration(evaluation: Evaluation, key: str) -> Calibration:
    """Compare the out-of-fold probabilities of a candidate with what happened.

    For two classes it is the probability of the positive one; for more, that of the most probable class, and what
    happened is whether that class was right (Guo and others).

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.

    References
    ----------
    Hosmer, Lemeshow, Goodness of fit tests for the multiple logistic regression model, Communications in Statistics
    9, 1980. Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017 (expected calibration
    error). Bröcker, Smith, Increasing the Reliability of Reliability Diagrams, Weather and Forecasting 22, 2007, for
    outcomes that are drawn from the stated probabilities.
    """
    spec = evaluation.spec
    rows = class_predictions(evaluation, key)
    stated, happened = _stated(rows, spec)
    bins = binned(stated, happened)
    hits = (bins["observed"] * bins["n_rows"]).round().to_numpy()
    statistic, p_value, by_chance = chance_of(hits, bins["n_rows"].to_numpy(), bins["stated"].to_numpy())
    calibrated = [one.key for one in spec.candidates if calibration_of(one)]
    variants = tuple(shorten(label_of(spec, one), LONGEST_LABEL) for one in calibrated if one != key)
    return Calibration(
        spec.target, spec.positive, bins, stated, statistic, p_value, by_chance, variants, key in calibrated
    )


def _stated(rows: pd.DataFrame, spec: ExperimentSpec) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of each row, and whether it came so."""
    if spec.positive is not None:
        return rows[f"probability_{spec.positive}"].to_numpy(), (rows["actual"] == spec.positive).to_numpy()
    chances = rows[[f"probability_{label}" for label in spec.classes]].to_numpy()
    places = {label: place for place, label in enumerate(spec.classes)}
    return chances.max(axis=1), chances.argmax(axis=1) == rows["actual"].map(places).to_numpy()


def binned(stated: np.ndarray, happened: np.ndarray, most: int = BINS) -> pd.DataFrame:
    """Return the bins of :class:`Calibration`; equal probabilities stay together, so there may be fewer bins."""
    count = max(1, min(most, len(stated) // FEWEST_ROWS))
    edges = np.quantile(stated, np.linspace(0, 1, count + 1))[1:-1]
    groups = pd.DataFrame({"stated": stated, "happened": happened}).groupby(np.searchsorted(edges, stated))
    n_rows, hits = groups.size().to_numpy(), groups["happened"].sum().to_numpy(dtype=float)
    low, high = wilson(hits, n_rows)
    return pd.DataFrame(
        {
            "from": groups["stated"].min().to_numpy(),
            "to": groups["stated"].max().to_numpy(),
            "n_rows": n_rows,
            "stated": groups["stated"].mean().to_numpy().clip(0, 1),
            "observed": hits / n_rows,
            "observed_low": low,
            "observed_high": high,
        }
    )


def chance_of(
    hits: np.ndarray, n_rows: np.ndarray, stated: np.ndarray, draws: int = DRAWS
) -> tuple[float, float, float]:
    """Return how far counts are from those expected, how often chance would bring that, and its usual error.

    Outcomes are drawn from the probabilities, since few rows or probabilities near 0 and 1 are too much for the
    chi-square approximation. That a bin's rows differ in their probabilities only makes their count vary less.

    Parameters
    ----------
    hits, n_rows : ndarray of shape (n_bins,)
    stated : float ndarray of shape (n_bins,)
        Mean probability in each bin.

    Returns
    -------
    statistic, p_value, by_chance : float
        See :class:`Calibration`.
    """
    drawn = np.random.default_rng(SEED).binomial(n_rows.astype(np.int64), stated, (draws, len(stated)))
    statistic = float(_distance(hits, n_rows, stated))
    reached = int((_distance(drawn, n_rows, stated) >= statistic * (1 - 1e-12)).sum())
    by_chance = float((np.abs(drawn - n_rows * stated).sum(axis=1) / n_rows.sum()).mean())
    return statistic, (1 + reached) / (1 + draws), by_chance


def _distance(hits: np.ndarray, n_rows: np.ndarray, stated: np.ndarray) -> np.ndarray:
    off, variance = (hits - n_rows * stated) ** 2, n_rows * stated * (1 - stated)
    sure = variance == 0
    far = np.where(off > 1e-18, np.inf, 0.0)
    return np.where(sure, far, off / np.where(sure, 1.0, variance)).sum(axis=-1)


def _points(share: float) -> str:
    """Say a distance of two shares.

    >>> _points(0.0312)
    '3.1 percentage points'
    """
    return f"{number(100 * share, 1 if share >= 0.0005 or not share else None)} percentage points"
