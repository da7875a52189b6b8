"""How much a candidate needs each of the person's own columns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import metrics, planning, splits
from workbench.results.wording import number, percent, shorten
from workbench.specs import ExperimentSpec
from workbench.training.bagging import fit_round
from workbench.training.scoring import predictions, quietly

ROWS = 2000  # held-out rows per fold that are predicted again for every column


@dataclass(frozen=True, eq=False)
class Importance:
    """Loss in the main metric when the values of one column are shuffled between rows.

    Parameters
    ----------
    metric, label : str
        Name and label of the metric.
    score : float
        The metric on the same held-out rows with nothing shuffled, mean over folds.
    n_rows : int
        Held-out rows used, over all folds.
    rows : DataFrame
        ``column``, ``mean``, ``std`` (over folds and repeats, ``ddof=0``), most needed first. Positive: the model
        needs the column; in the metric's unit, whichever way the metric points.
    """

    metric: str
    label: str
    score: float
    n_rows: int
    rows: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        return self.rows

    def finding(self) -> str:
        """The result in one sentence."""
        needed = self.rows[self.rows["mean"] > self.rows["std"]]
        if needed.empty:
            return "No single column makes a difference beyond chance"
        first = needed.iloc[0]
        total = float(self.rows["mean"].clip(lower=0).sum())
        name = shorten(first["column"])
        if len(needed) == 1:
            return f"Only “{name}” makes a difference: shuffling it costs {number(first['mean'])} {self.label}"
        return f"“{name}” matters most: {percent(first['mean'] / total)} of what all columns together bring"


def permutation_importance(
    table: pd.DataFrame,
    spec: ExperimentSpec,
    key: str,
    *,
    folds: int = 2,
    repeats: int = 3,
    max_rows: int = ROWS,
    models_folder: Path | None = None,
) -> Importance:
    """Shuffle each of the person's own columns among held-out rows, and see what it costs.

    The candidate is fitted again on the training part of the first ``folds`` folds of the run; the columns are
    shuffled before any preparation, so that the answer is about the person's columns, not encoded ones. Columns
    that say the same share their importance, and each may look dispensable.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    key : str
        Candidate of the spec.
    folds, repeats : int
        Fits, and shuffles of every column in each.
    max_rows : int
        Held-out rows used per fold; drawn with the spec's seed where there are more.
    models_folder : Path, optional
        Where a ``Session`` kept the models of the folds; what is there is not fitted again.

    Raises
    ------
    NotPossible
        The metric is not defined on the held-out rows.

    References
    ----------
    Breiman, Random Forests, Machine Learning 45, 2001, section 10.
    """
    inputs, target = planning.modelling_table(table, spec)
    kind = metrics.metric(spec.metric)
    sign = 1.0 if kind.greater_is_better else -1.0
    names = [column.name for column in spec.columns]
    rng = np.random.default_rng(spec.seed)
    scores, losses, n_rows = [], [], 0
    for fold, (train, test) in enumerate(splits.make_folds(inputs, target, spec)[:folds]):
        if len(test) > max_rows:
            test = np.sort(rng.choice(test, max_rows, replace=False))
        held_out, actual = inputs.iloc[test], target[test]
        with quietly():
            estimator = fit_round(inputs, target, spec, spec.candidate(key), train, fold, models_folder)
            # Giving columns their types looks at each value alone, so it need not be repeated for every shuffle.
            typed, rest = estimator[:1].transform(held_out), estimator[1:]
            score = _score(spec, rest, typed, actual)
            loss = [
                [score - _score(spec, rest, _shuffled(typed, name, rng), actual) for name in names]
                for _ in range(repeats)
            ]
        scores.append(score)
        losses.append(sign * np.array(loss, dtype=float).reshape(repeats, len(names)))
        n_rows += len(test)
    if not np.isfinite(scores).all():
        raise NotPossible(
            f"{kind.label} is not defined on the held-out rows, so importance cannot be measured by it.",
            "Choose another main metric, or fewer folds.",
        )
    stacked = np.concatenate(losses)
    rows = pd.DataFrame({"column": names, "mean": stacked.mean(axis=0), "std": stacked.std(axis=0)})
    rows = rows.sort_values(["mean", "column"], ascending=[False, True], ignore_index=True)
    return Importance(kind.name, kind.label, float(np.mean(scores)), n_rows, rows)


def _score(spec: ExperimentSpec, estimator, inputs: pd.DataFrame, actual: np.ndarray) -> float:
    return metrics.score_all(spec, actual, *predictions(estimator, inputs, spec))[spec.metric]


def _shuffled(inputs: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    shuffled = inputs.copy(deep=False)
    shuffled[name] = inputs[name].iloc[rng.permutation(len(inputs))].set_axis(inputs.index)
    return shuffled
