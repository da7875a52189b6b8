"""Errors of predicted amounts over time: whether they grow, and whether predictions lag behind."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.quality.amounts import predicted_against_actual
from workbench.results.wording import number, shorten
from workbench.training.evaluation import Evaluation

STRETCHES = 24  # of time, with about equally many rows
FEWEST_ROWS = 10  # in a stretch
GROWN = 1.25  # ratio of the later half's mean error to the earlier half's from which it is called grown


@dataclass(frozen=True, eq=False)
class ErrorsInTime:
    """Residuals in stretches of time that hold about equally many rows.

    Parameters
    ----------
    column, target, unit : str
    stretches : DataFrame
        ``from``, ``to`` (moments of the first and the last row), ``n_rows``, ``q10``, ``median``, ``q90`` and ``mean``
        of the residuals (actual minus predicted, in the target's unit), ``mae``.
    n_without : int
        Held-out rows that have no moment.
    """

    column: str
    target: str
    unit: str
    stretches: pd.DataFrame
    n_without: int

    def frame(self) -> pd.DataFrame:
        return self.stretches

    def finding(self) -> str:
        """The result in one sentence."""
        half = len(self.stretches) // 2
        if not half:
            return f"Errors over “{shorten(self.column)}”: there is only one stretch of time"
        early, late = (
            float(np.average(part["mae"], weights=part["n_rows"]))
            for part in (self.stretches.iloc[:half], self.stretches.iloc[-half:])
        )
        said = (
            f"off by {number(early, unit=self.unit)} in the earlier half, {number(late, unit=self.unit)} in the later"
        )
        if late > GROWN * early:
            return f"Errors grow over time: {said}"
        if early > GROWN * late:
            return f"Errors shrink over time: {said}"
        return f"Errors are about as large early and late: {said}"


def errors_in_time(evaluation: Evaluation, key: str, moments: pd.Series) -> ErrorsInTime:
    """Order the errors of a candidate by a column of times.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.
    moments : Series of dates or numbers
        By the labels of the table's rows; named like its column.

    Raises
    ------
    NotPossible
        Classes are predicted, or fewer than ten held-out rows have a moment.
    NotFound
        The candidate has no finished fold.
    """
    amounts = predicted_against_actual(evaluation, key)
    at = moments.reindex(amounts.rows["row"]).to_numpy()
    rows = amounts.rows.assign(at=at).dropna(subset=["at"]).sort_values(["at", "row"], ignore_index=True)
    if len(rows) < FEWEST_ROWS:
        raise NotPossible(f"Too few held-out rows have a value in “{moments.name}”.", "Choose another column of times.")
    groups = rows.groupby(_stretches(rows["at"]))
    residual = groups["residual"]
    stretches = pd.DataFrame(
        {
            "from": groups["at"].min(),
            "to": groups["at"].max(),
            "n_rows": groups.size(),
            "q10": residual.quantile(0.1),
            "median": residual.median(),
            "q90": residual.quantile(0.9),
            "mean": residual.mean(),
            "mae": residual.agg(lambda values: values.abs().mean()),
        }
    ).reset_index(drop=True)
    n_without = len(amounts.rows) - len(rows)
    return ErrorsInTime(str(moments.name), amounts.target, amounts.unit, stretches, n_without)


def _stretches(at: pd.Series) -> np.ndarray:
    """Number the stretches of ordered moments; rows of one moment stay together."""
    count = max(min(STRETCHES, len(at) // FEWEST_ROWS), 1)
    wanted = np.arange(len(at)) * count // len(at)
    first = pd.Series(wanted).groupby(pd.factorize(at)[0]).transform("first")
    return first.to_numpy()
