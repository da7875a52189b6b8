"""What the out-of-fold predictions of a regression say: predicted against actual, residuals; and the largest errors
of any task."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.wording import number, percent, probability, shorten
from workbench.training.evaluation import Evaluation

LARGEST = 20  # rows shown as largest errors unless asked otherwise
BANDS = 10  # bands of equal numbers of rows for residuals by value
BIAS_NOTICED = 0.1  # share of the typical residual from which a mean residual is called one-sided


@dataclass(frozen=True, eq=False)
class Amounts:
    """Actual and predicted amounts, row by row.

    Parameters
    ----------
    target, unit : str
    rows : DataFrame
        Columns ``row``, ``fold``, ``actual``, ``prediction``, ``residual`` (actual minus prediction, in the
        target's unit: positive where the prediction was too low).
    """

    target: str
    unit: str
    rows: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        return self.rows

    def by_value(self, bands: int = BANDS) -> pd.DataFrame:
        """Residuals in bands of predicted value that hold about equally many rows.

        Returns
        -------
        DataFrame
            ``low``, ``high`` (of the predictions in the band), ``n_rows``, ``q10``, ``median``, ``q90`` and
            ``mean`` of the residuals.
        """
        prediction = self.rows["prediction"].to_numpy()
        # Equal predictions stay in one band; there may then be fewer bands than asked for.
        edges = np.unique(np.quantile(prediction, np.linspace(0, 1, bands + 1)))
        band = np.searchsorted(edges[1:-1], prediction, side="right")
        groups = self.rows.groupby(band)
        residual = groups["residual"]
        return pd.DataFrame(
            {
                "low": groups["prediction"].min(),
                "high": groups["prediction"].max(),
                "n_rows": groups.size(),
                "q10": residual.quantile(0.1),
                "median": residual.median(),
                "q90": residual.quantile(0.9),
                "mean": residual.mean(),
            }
        ).reset_index(drop=True)

    def finding(self) -> str:
        """The result in one sentence."""
        half = float(self.rows["residual"].abs().median())
        distance = number(half, unit=self.unit)
        return f"Half of all predictions of “{shorten(self.target)}” are within {distance} of the actual value"

    def bias_finding(self) -> str:
        """What the residuals say, in one sentence."""
        residual = self.rows["residual"]
        mean, typical = float(residual.mean()), float(residual.abs().mean())
        if not typical:
            return "Every prediction is exact"
        if abs(mean) <= BIAS_NOTICED * typical:
            return "Predictions are too high about as much as too low"
        direction = "low" if mean > 0 else "high"
        return f"Predictions are too {direction} by {number(abs(mean), unit=self.unit)} on average"


def predicted_against_actual(evaluation: Evaluation, key: str) -> Amounts:
    """Out-of-fold predictions beside the actual values of the target."""
    spec = evaluation.spec
    if spec.task != "regression":
        raise NotPossible(
            f"“{spec.target}” is predicted as a class, so there are no amounts to compare.",
            "Look at the confusion matrix instead.",
        )
    rows = evaluation.out_of_fold(key)
    rows["residual"] = rows["actual"] - rows["prediction"]
    return Amounts(spec.target, spec.target_column.unit, rows)


def residuals(evaluation: Evaluation, key: str) -> Amounts:
    """The same rows as ``predicted_against_actual``, read as residuals: actual minus prediction."""
    return predicted_against_actual(evaluation, key)


@dataclass(frozen=True, eq=False)
class LargestErrors:
    """The rows on which a candidate was furthest off, worst first.

    Parameters
    ----------
    rows : DataFrame
        ``row`` (index label of the table), ``fold``, ``actual``, ``prediction``, ``error``: for amounts the
        distance in the target's unit, for classes one minus the probability given to the actual class; and for
        amounts ``error_share``, the distance as a share of the actual value (NaN where that is 0).
    in_percent : bool
        By ``error_share``.
    """

    target: str
    unit: str
    classes: bool
    n_scored: int
    rows: pd.DataFrame
    in_percent: bool = False

    def frame(self) -> pd.DataFrame:
        return self.rows

    def finding(self) -> str:
        """The result in one sentence."""
        if self.in_percent:
            return self._finding_in_percent()
        worst = float(self.rows["error"].iloc[0])
        if self.classes:
            return f"Furthest off: a row whose actual “{shorten(self.target)}” was given {probability(1 - worst)}"
        return f"Furthest off: one prediction of “{shorten(self.target)}” missed by {number(worst, unit=self.unit)}"

    def _finding_in_percent(self) -> str:
        if not len(self.rows):
            return f"Every actual “{shorten(self.target)}” is 0, so no error can be said in percent"
        worst = percent(float(self.rows["error_share"].iloc[0]))
        return f"Furthest off: one prediction of “{shorten(self.target)}” missed by {worst} of the actual value"


def largest_errors(evaluation: Evaluation, key: str, n: int = LARGEST, *, in_percent: bool = False) -> LargestErrors:
    """The ``n`` rows on which the out-of-fold predictions were furthest off.

    ``in_percent`` is for amounts: furthest as a share of the actual value; rows whose actual value is 0 are left out.
    """
    spec = evaluation.spec
    rows = evaluation.out_of_fold(key)
    amounts = spec.task == "regression"
    if amounts:
        rows["error"] = (rows["actual"] - rows["prediction"]).abs()
        size = rows["actual"].astype(float).abs()
        rows["error_share"] = rows["error"] / size.where(size > 0)
    else:
        columns = {label: position for position, label in enumerate(spec.classes)}
        probabilities = rows[[f"probability_{label}" for label in spec.classes]].to_numpy()
        rows["error"] = 1 - probabilities[np.arange(len(rows)), rows["actual"].map(columns).to_numpy()]
    by = "error_share" if in_percent and amounts else "error"
    worst = rows.dropna(subset=[by]).sort_values([by, "row"], ascending=[False, True]).head(n)
    shares = ["error_share"] if amounts else []
    worst = worst[["row", "fold", "actual", "prediction", "error", *shares]].reset_index(drop=True)
    return LargestErrors(spec.target, spec.target_column.unit, not amounts, len(rows), worst, by == "error_share")
