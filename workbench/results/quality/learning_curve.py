"""Whether more rows would help: one candidate, learnt from ever more of the rows there are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import metrics, pipeline, planning, splits
from workbench.results.wording import number
from workbench.specs import ExperimentSpec
from workbench.training.scoring import predictions, quietly

SHARES = (0.125, 0.25, 0.5, 1.0)  # of the rows that are learnt from; each doubles the one before
FEWEST_ROWS = 20
FOLDS = 3
# One-sided 95 % point of Student's t by degrees of freedom (number of folds - 1): beyond it a gain is no chance.
T_95 = {1: 6.31, 2: 2.92, 3: 2.35, 4: 2.13}


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """The main metric on the same held-out rows, by how many rows were learnt from.

    Parameters
    ----------
    metric, label : str
        Name and label of the metric.
    greater_is_better : bool
    n_rows : tuple of int
        Rows learnt from, mean over folds, rising.
    scores : tuple of tuple of float
        For each of ``n_rows``, the metric on each fold.
    unit : str
        Of the metric: the target's, or "".
    tested : float
        Rows tested in a fold for each that was learnt from at most. Folds share most of what they learn from, so their
        gains scatter too little: by this much the error is corrected (Nadeau and Bengio, Machine Learning 52, 2003).
    """

    metric: str
    label: str
    greater_is_better: bool
    n_rows: tuple[int, ...]
    scores: tuple[tuple[float, ...], ...]
    unit: str = ""
    tested: float = 0.0

    def frame(self) -> pd.DataFrame:
        """``rows``, ``mean``, ``std`` (over folds, ``ddof=0``), one line per size."""
        values = [np.array(folds, dtype=float) for folds in self.scores]
        return pd.DataFrame(
            {
                "rows": self.n_rows,
                "mean": [float(folds.mean()) for folds in values],
                "std": [float(folds.std()) for folds in values],
            }
        )

    def numbers(self) -> pd.DataFrame:
        """The lines of the frame under headers that say what they are."""
        unit = f" ({self.unit})" if self.unit else ""
        return self.frame().set_axis(["Rows learnt from", f"{self.label}{unit}", f"Spread over folds{unit}"], axis=1)

    @property
    def gain(self) -> tuple[float, float]:
        """What the last doubling of the rows brought, in the metric's unit and positive where it helped: the mean
        over folds, and its corrected standard error (NaN with a single fold)."""
        sign = 1.0 if self.greater_is_better else -1.0
        gains = sign * (np.array(self.scores[-1]) - np.array(self.scores[-2]))
        error = float(gains.std(ddof=1) * np.sqrt(1 / len(gains) + self.tested)) if len(gains) > 1 else float("nan")
        return float(gains.mean()), error

    @property
    def still_rising(self) -> bool:
        """Whether the last doubling helped beyond chance (one-sided corrected t-test over folds, 5 %)."""
        mean, error = self.gain
        n_folds = len(self.scores[-1])
        return n_folds > 1 and mean > 0 and mean >= T_95.get(n_folds - 1, 2.0) * error

    def finding(self) -> str:
        """The result in one sentence."""
        half, whole = self.n_rows[-2:]
        mean, _ = self.gain
        moved = (
            f"From {half:,} to {whole:,} rows {self.label} changed by {number(mean if mean else 0.0, unit=self.unit)}"
        )
        if len(self.scores[-1]) < 2:
            return f"{moved} (for the better where positive); with one fold nobody can tell that from chance"
        if self.still_rising:
            return (
                f"From {half:,} to {whole:,} rows {self.label} got better by {number(mean, unit=self.unit)}: more rows "
                "would probably help"
            )
        return (
            f"From {half:,} to {whole:,} rows {self.label} got no better beyond the spread: more rows would hardly "
            "help, better columns might"
        )

    def to_json(self) -> dict:
        """Return plain JSON values; :meth:`from_json` reads them."""
        return {
            "metric": self.metric,
            "label": self.label,
            "greater_is_better": self.greater_is_better,
            "n_rows": list(self.n_rows),
            "scores": [list(folds) for folds in self.scores],
            "unit": self.unit,
            "tested": self.tested,
        }

    @classmethod
    def from_json(cls, value: dict) -> "LearningCurve":
        """Return what :meth:`to_json` wrote."""
        return cls(**{**value, "n_rows": tuple(value["n_rows"]), "scores": tuple(map(tuple, value["scores"]))})


def learning_curve(table: pd.DataFrame, spec: ExperimentSpec, key: str, *, folds: int = FOLDS) -> LearningCurve:
    """Fit a candidate on ever more of the training rows of each fold, and score it on the same held-out rows.

    Smaller parts lie inside larger ones. Classes keep their shares, groups stay whole, and in time the latest rows
    are taken: those are what one would have with less history.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    key : str
        Candidate of the spec. An ensemble is stood in for by its heaviest member: fitting it so often takes too long.
    folds : int
        Of the run's folds, the first so many; in time the last ones, which have the most to learn from.

    Raises
    ------
    NotPossible
        Too few rows for two sizes, or the metric is not defined on the held-out rows.

    References
    ----------
    Perlich, Provost, Simonoff, Tree Induction vs. Logistic Regression: A Learning-Curve Analysis, JMLR 4, 2003.
    """
    inputs, target = planning.modelling_table(table, spec)
    parts = splits.make_folds(inputs, target, spec)
    parts = parts[-folds:] if spec.split.kind == "time" else parts[:folds]
    kind, candidate = metrics.metric(spec.metric), _single(spec.candidate(key))
    n_rows, scores = [], []
    for share in SHARES:
        trains = [_part(inputs, target, spec, train, share) for train, _ in parts]
        if any(not _learnable(spec, target[train], target[parts[0][0]]) for train in trains):
            continue
        values = []
        for train, (_, test) in zip(trains, parts, strict=True):
            with quietly():
                estimator = pipeline.build_pipeline(spec, candidate)
                rows = (inputs.iloc[train], target[train])
                estimator.fit(*rows, **pipeline.fit_arguments(spec, candidate, *rows, of_pipeline=True))
                found = predictions(estimator, inputs.iloc[test], spec)
                values.append(metrics.score_all(spec, target[test], *found)[spec.metric])
        n_rows.append(round(float(np.mean([len(train) for train in trains]))))
        scores.append(tuple(values))
    if len(n_rows) < 2:
        raise NotPossible("There are too few rows to learn from a part of them.", "Come back with more rows.")
    if not np.isfinite(np.array(scores)).all():
        raise NotPossible(f"{kind.label} is not defined on the held-out rows.", "Choose another main metric.")
    unit = spec.target_column.unit if kind.in_target_units else ""
    tested = float(np.mean([len(test) / len(train) for train, test in parts]))
    return LearningCurve(kind.name, kind.label, kind.greater_is_better, tuple(n_rows), tuple(scores), unit, tested)


def _single(candidate):
    if not candidate.members:
        return candidate
    heaviest = max(candidate.members, key=lambda member: member.weight)
    return candidate.but(kind=heaviest.kind, hyperparameters=heaviest.hyperparameters, members=())


def _part(inputs, target, spec, train, share):
    """The training positions of a smaller table: nested in those of every larger share."""
    if share == 1.0:
        return train
    rng = np.random.default_rng(spec.seed)
    if spec.split.kind == "time":
        ranks = pd.factorize(inputs[spec.split.column].iloc[train], sort=True)[0]
        latest = train[np.argsort(ranks, kind="stable")]
        return np.sort(latest[len(latest) - round(share * len(latest)) :])
    if spec.split.kind == "group":
        groups = splits.group_codes(inputs[spec.split.column].iloc[train])
        order = rng.permutation(np.unique(groups))
        return train[np.isin(groups, order[: max(round(share * len(order)), 1)])]
    shuffled = rng.permutation(len(train))
    if spec.task == "regression":
        return np.sort(train[shuffled[: round(share * len(train))]])
    classes = pd.Series(target[train][shuffled])
    place = classes.groupby(classes, sort=False).cumcount() + 0.5
    size = classes.groupby(classes, sort=False).transform("size")
    return np.sort(train[shuffled[(place <= share * size).to_numpy()]])


def _learnable(spec, target, whole):
    if len(target) < FEWEST_ROWS:
        return False
    return spec.task == "regression" or len(pd.unique(target)) == len(pd.unique(whole))
