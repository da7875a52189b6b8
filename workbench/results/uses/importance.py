"""How much a candidate needs each of the person's own columns."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import metrics, planning, splits
from workbench.results.uses.prepared import PreparedRows
from workbench.results.wording import number, percent, shorten
from workbench.specs import ExperimentSpec
from workbench.training.bagging import fit_round
from workbench.training.scoring import quietly

ROWS, FOLDS, REPEATS = 5_000, 2, 5  # held-out rows over all folds, fits at most, shuffles of every column
THREADS = 2
LONGEST_SECONDS, FEWEST_ROWS = 60.0, 500  # what slow estimators are given; fewer rows say too little


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
    unit : str
        Of the metric: the target's, or "".
    """

    metric: str
    label: str
    score: float
    n_rows: int
    rows: pd.DataFrame
    unit: str = ""

    def frame(self) -> pd.DataFrame:
        return self.rows

    def numbers(self) -> pd.DataFrame:
        """The rows under headers that say what they are."""
        unit = f" ({self.unit})" if self.unit else ""
        loss = f"Loss of {self.label} when shuffled{unit}"
        return self.rows[["column", "mean", "std"]].set_axis(["Column", loss, f"Spread{unit}"], axis=1)

    def finding(self) -> str:
        """The result in one sentence."""
        needed = self.rows[self.rows["mean"] > self.rows["std"]]
        if needed.empty:
            return "No single column makes a difference beyond chance"
        first = needed.iloc[0]
        total = float(self.rows["mean"].clip(lower=0).sum())
        name = shorten(first["column"])
        if len(needed) == 1:
            cost = number(first["mean"], unit=self.unit)
            return f"Only “{name}” makes a difference: shuffling it costs {cost} {self.label}"
        return f"“{name}” matters most: {percent(first['mean'] / total)} of what all columns together bring"


def permutation_importance(
    table: pd.DataFrame,
    spec: ExperimentSpec,
    key: str,
    *,
    folds: int = FOLDS,
    repeats: int = REPEATS,
    max_rows: int = ROWS,
    models_folder: Path | None = None,
) -> Importance:
    """Shuffle each of the person's own columns among held-out rows, and see what it costs.

    The candidate is fitted again on the training part of the first ``folds`` folds of the run, of fewer where these
    have rows enough; the columns are shuffled before any preparation, so that the answer is about the person's
    columns, not encoded ones. A column that the model does not use has exactly 0. Columns that say the same share
    their importance, and each may look dispensable.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    key : str
        Candidate of the spec.
    folds, repeats : int
        Fits at most, and shuffles of every column in each.
    max_rows : int
        Held-out rows used over all folds; drawn with the spec's seed where there are more. An estimator that answers
        so slowly that it would take minutes is asked about fewer, see ``Importance.n_rows``.
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
    rng = np.random.default_rng(spec.seed)
    scores, losses, n_rows = [], [], 0
    for fold, (train, test) in enumerate(splits.make_folds(inputs, target, spec)[:folds]):
        if n_rows >= max_rows:
            break
        if len(test) > max_rows - n_rows:
            test = np.sort(rng.choice(test, max_rows - n_rows, replace=False))
        with quietly():
            estimator = fit_round(inputs, target, spec, spec.candidate(key), train, fold, models_folder)
            score, loss, used = _losses(estimator, inputs.iloc[test], target[test], spec, repeats, rng)
        scores.append(score)
        losses.append(loss if kind.greater_is_better else -loss)
        n_rows += used
    if not np.isfinite(scores).all():
        raise NotPossible(
            f"{kind.label} is not defined on the held-out rows, so importance cannot be measured by it.",
            "Choose another main metric, or fewer folds.",
        )
    stacked = np.concatenate(losses) + 0.0  # no minus zero
    names = [column.name for column in spec.columns]
    rows = pd.DataFrame({"column": names, "mean": stacked.mean(axis=0), "std": stacked.std(axis=0)})
    rows = rows.sort_values(["mean", "column"], ascending=[False, True], ignore_index=True)
    unit = spec.target_column.unit if kind.in_target_units else ""
    return Importance(kind.name, kind.label, float(np.mean(scores)), n_rows, rows, unit)


def _losses(estimator, held_out, actual, spec, repeats, rng) -> tuple[float, np.ndarray, int]:
    """Return the score, what it loses by each shuffle, of shape (repeats, n_columns), and the rows used."""
    names = [column.name for column in spec.columns]
    prepared = PreparedRows(estimator, held_out, spec)
    n_rows = _affordable_rows(prepared, len(names) * repeats)
    if n_rows < len(held_out):
        kept = np.sort(rng.choice(len(held_out), n_rows, replace=False))
        held_out, actual = held_out.iloc[kept], actual[kept]
        prepared = PreparedRows(estimator, held_out, spec)
    orders = [[rng.permutation(len(held_out)) for _ in names] for _ in range(repeats)]
    score = _score(spec, actual, *prepared.base)
    loss = np.zeros((repeats, len(names)))

    def lose(place: int) -> None:
        found = prepared.shuffled(names[place], [each[place] for each in orders])
        loss[:, place] = [score - _score(spec, actual, *each) for each in found]

    used = [place for place, name in enumerate(names) if prepared.is_used(name)]
    with ThreadPoolExecutor(THREADS) as pool:  # most of the time is spent in native code, which runs side by side
        list(pool.map(lose, used))
    return score, loss, len(held_out)


def _affordable_rows(prepared: PreparedRows, n_shuffles: int) -> int:
    """Return the rows, halved as often as need be, that all shuffles take at most about ``LONGEST_SECONDS`` for."""
    n_rows = len(prepared.typed)
    seconds = prepared.seconds * n_shuffles
    while seconds > LONGEST_SECONDS and n_rows >= 2 * FEWEST_ROWS:
        n_rows, seconds = n_rows // 2, seconds / 2
    return n_rows


def _score(spec: ExperimentSpec, actual, predicted, probabilities) -> float:
    told = metrics.Answers(np.asarray(actual), predicted, probabilities, tuple(spec.classes), spec.positive)
    return float(metrics.metric(spec.metric).value(told))
