"""The score of each fold, and whether one stands out beyond what its number of rows explains."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.errors import NotFound
from workbench.modeling import metrics
from workbench.profiling.target.intervals import Z
from workbench.results.candidates.answered import changed_metrics
from workbench.results.candidates.influence import influence
from workbench.results.failures.chance import ALPHA
from workbench.results.wording import listed, number
from workbench.training.evaluation import Evaluation

FEWEST_FOR_TREND = 3  # folds; a line through two always fits


@dataclass(frozen=True, eq=False)
class FoldScores:
    """A metric, fold by fold.

    Parameters
    ----------
    label, unit : str
        Of the metric; the unit is the target's, for metrics that are measured in it.
    higher_is_better : bool
    by_time : bool
        Folds follow each other in time.
    folds : DataFrame
        ``fold`` (from 0), ``n_rows``, ``score``, ``others`` (mean of the other folds of its drawing, without those
        that stand out themselves; NaN where there are none), ``expected_low`` and ``expected_high`` (where the score
        of so many rows lies 19 times of 20 if the fold is like them) and ``p_value`` (of being like them, times the
        number of folds).
    trend : float
        p-value of no change from earlier to later folds; NaN where folds do not follow each other.
    slope : float
        Change of the score from one fold to the next, by weighted least squares.
    as_it_comes : str
        What was decided about the answers and is not in these scores: "the threshold", "what is added"; "" where
        nothing is.
    """

    label: str
    unit: str
    higher_is_better: bool
    by_time: bool
    folds: pd.DataFrame
    trend: float = math.nan
    slope: float = math.nan
    as_it_comes: str = ""

    def frame(self) -> pd.DataFrame:
        return self.folds

    @property
    def mean(self) -> float:
        return float(self.folds["score"].mean())

    @property
    def stands_out(self) -> pd.Series:
        """Which folds do, as booleans."""
        return self.folds["p_value"] <= ALPHA

    def finding(self) -> str:
        """The result in one sentence."""
        rows = self.folds
        if not len(rows):
            return f"{self.label} is not defined on any fold"
        if len(rows) == 1:
            return f"Tested once, {self.label} {self._say(rows['score'].iloc[0])}: of a single part no spread is known"
        if self.trend <= ALPHA:
            better = (self.slope > 0) == self.higher_is_better
            return (
                f"It gets {'better' if better else 'worse'} from earlier to later folds, more than chance: "
                f"{self.label} {self._say(rows['score'].iloc[0])} in the first, "
                f"{self._say(rows['score'].iloc[-1])} in the last"
            )
        out = rows[self.stands_out]
        span = f"{self.label} {self._say(rows['score'].min())} to {self._say(rows['score'].max())}"
        if not len(out):
            judged = "no fold stands out beyond what its number of rows explains"
            return f"{span} over {len(rows)} folds: " + (
                judged if rows["p_value"].notna().any() else "too little was tested to say whether one stands out"
            )
        if len(rows) == 2:
            return f"{span}: the two folds differ by more than their numbers of rows explain"
        if len(out) == 1:
            one = out.iloc[0]
            worse = (one["score"] < one["others"]) == self.higher_is_better
            return (
                f"Fold {int(one['fold']) + 1} stands out as {'worse' if worse else 'better'}: {self.label} "
                f"{self._say(one['score'])}, the others {self._say(one['others'])} on average; more than its "
                f"{int(one['n_rows']):,} rows explain"
            )
        named = listed([str(int(fold) + 1) for fold in out["fold"]], most=5)
        return f"{span}: folds {named} stand out beyond what their numbers of rows explain"

    def notes(self) -> tuple[str, ...]:
        """What is not in these scores, and what to do where one stands out."""
        told = []
        if self.as_it_comes:
            told.append(
                f"As on the leaderboard, these are scores of the model as it comes, without {self.as_it_comes}."
            )
        if self.stands_out.any():
            told.append(
                "A fold that stands out holds rows of another kind: other groups, another time, or other mistakes in "
                "the data. “Where it fails”, by column, shows which."
            )
        return tuple(told)

    def _say(self, score: float) -> str:
        return number(score, unit=self.unit)


def fold_scores(evaluation: Evaluation, key: str) -> FoldScores:
    """Return the main metric of a candidate on each fold, beside what chance makes of so many rows.

    The variance of a score is that of a row's influence, taken over all folds of a drawing, divided by the fold's
    number of rows. A fold is compared with the mean of the others, which were tested on other rows; one that stands
    out is set aside before the rest are compared with each other, or each of them would be blamed for it.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.

    References
    ----------
    As in :mod:`workbench.results.candidates.influence`, for the influence of a row.
    """
    spec = evaluation.spec
    kind = metrics.metric(spec.metric)
    done = sorted((one for one in evaluation.fold_scores if one.candidate == key), key=lambda one: one.fold)
    if not done:
        raise NotFound(f"“{key}” has no predictions yet.", "Wait for its first fold, or train it.")
    scored = [one for one in done if math.isfinite(one.scores.get(spec.metric, math.nan))]
    squares = [float(np.square(influence(spec, one)).sum()) * len(one.rows) for one in scored]
    rows = pd.DataFrame(
        {
            "fold": [one.fold for one in scored],
            "n_rows": [len(one.rows) for one in scored],
            "score": [float(one.scores[spec.metric]) for one in scored],
            "of_a_row": squares,  # variance, in the metric's unit squared
        }
    )
    drawing = rows["fold"] // max(spec.split.folds, 1)
    parts = [_judged(part, len(rows)) for _, part in rows.groupby(drawing)] or [_beside_others(rows)]
    told = pd.concat(parts).sort_values("fold", ignore_index=True)
    by_time = spec.split.kind == "time"
    slope, trend = _trend(told) if by_time and len(told) >= FEWEST_FOR_TREND else (math.nan, math.nan)
    unit = spec.target_column.unit if kind.in_target_units else ""
    told = told.drop(columns=["of_a_row"])
    without = ("the threshold" if spec.classes else "what is added") if kind in changed_metrics(evaluation, key) else ""
    return FoldScores(kind.label, unit, kind.greater_is_better, by_time, told, trend, slope, without)


def _judged(rows: pd.DataFrame, n_tests: int) -> pd.DataFrame:
    """Add what :class:`FoldScores` says of each fold of a drawing; at most half of them are set aside."""
    aside = []
    while True:
        told = _beside_others(rows)
        told["p_value"] = (told["p_value"] * n_tests).clip(upper=1.0)  # Bonferroni
        out = told[told["p_value"] == told["p_value"].min()].head(1)
        many = len(aside) + 1 > (len(rows) + len(aside)) / 2
        if many or len(rows) <= 2 or not out["p_value"].le(ALPHA).all():
            return pd.concat([*aside, told])
        aside.append(out)
        rows = rows.drop(out.index)


def _beside_others(rows: pd.DataFrame) -> pd.DataFrame:
    """Add ``others``, ``expected_low``, ``expected_high`` and the uncorrected ``p_value`` to the folds of a drawing."""
    score, n_folds = rows["score"], len(rows)
    pooled = float(np.average(rows["of_a_row"], weights=rows["n_rows"])) if n_folds else math.nan
    variance = pooled / rows["n_rows"]
    rest = max(n_folds - 1, 1)
    others = (score.sum() - score) / rest if n_folds > 1 else np.nan
    error = np.sqrt(variance + (variance.sum() - variance) / rest**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = ((score - others) / error).abs()
    away = away.where(error > 0) if n_folds > 1 else away
    return rows.assign(
        others=others,
        expected_low=others - Z * error,
        expected_high=others + Z * error,
        p_value=2 * ndtr(-away.to_numpy(dtype=float)),
    )


def _trend(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the weighted slope over folds and its two-sided p-value, given the variance of each score."""
    pooled = float(np.average(rows["of_a_row"], weights=rows["n_rows"]))
    if not pooled > 0:
        return math.nan, math.nan
    weights = rows["n_rows"].to_numpy(dtype=float) / pooled
    away = rows["fold"] - np.average(rows["fold"], weights=weights)
    spread = float((weights * away**2).sum())
    slope = float((weights * away * rows["score"]).sum()) / spread
    return slope, float(2 * ndtr(-abs(slope) * math.sqrt(spread)))
