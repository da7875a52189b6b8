"""How much a division of the rows by chance would promise too much: the same quick model under both divisions."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from workbench.errors import NotPossible
from workbench.modeling import metrics, models, pipeline, planning, splits
from workbench.modeling.locking import locked_rows
from workbench.modeling.split_plan import MOST_FOLDS, USUAL_FOLDS
from workbench.runtime.learning.own_folds import own_folds
from workbench.runtime.learning.time_windows import most_time_folds
from workbench.specs import CandidateSpec, ExperimentSpec, SplitSpec
from workbench.training.bootstrap import score_intervals
from workbench.training.scoring import predictions, quietly

# Boosting learns what rows share as readily as forests do and is quicker; the others are for many classes or columns.
QUICK_KINDS = ("hist_gradient_boosting", "extra_trees", "decision_tree")
PATIENCE_SECONDS = 4.0  # predicted, for all fits together
SAMPLES = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000)  # rows that are looked at, by how long fits take
CONFIDENCE = 2.0  # standard errors
DRAWS = 100
_ALIGNED = 10**9 + 7  # apart from the seeds by which folds are drawn


@dataclass(frozen=True)
class OptimismGap:
    """Scores of one model under two divisions of the same rows.

    Parameters
    ----------
    metric : str
    random : tuple of float
        Rows drawn by chance: for each part of the other division as many are learnt from and tested.
    suggested : tuple of float
        The division by what the rows mean.
    split : SplitSpec
        The division by what the rows mean, as it was measured.
    kind : str
        The estimator.
    n_rows, n_known : int
        Rows that were looked at, of those that have a target.
    noise : float
        What the difference of the means can be by chance: two standard errors.
    unit : str
        Of the target, where the metric is measured in it.
    """

    metric: str
    random: tuple[float, ...]
    suggested: tuple[float, ...]
    split: SplitSpec
    kind: str
    n_rows: int
    n_known: int
    noise: float
    unit: str = ""

    @property
    def gap(self) -> float:
        """How much better the score by chance is, in the metric's unit; positive is optimism."""
        difference = float(np.mean(self.random) - np.mean(self.suggested))
        return difference if metrics.metric(self.metric).greater_is_better else -difference

    @property
    def matters(self) -> bool:
        """Whether the difference is larger than chance would explain."""
        return abs(self.gap) > self.noise

    @property
    def sentence(self) -> str:
        """The result in one sentence: "ROC AUC 0.97 falls to 0.81 when the same customer cannot be on both sides"."""
        label, condition = metrics.metric(self.metric).label, CONDITIONS[self.split.kind].format(self.split.column)
        before, after = _figures(float(np.mean(self.random)), float(np.mean(self.suggested)))
        unit = f" {self.unit}" if self.unit else ""
        if not self.matters:
            return (
                f"{label} is {before}{unit} with rows divided by chance and {after}{unit} {condition}: no difference "
                "beyond the spread."
            )
        falls = np.mean(self.suggested) < np.mean(self.random)
        said = f"{label} {before}{unit} {'falls' if falls else 'rises'} to {after}{unit} {condition}"
        return f"{said}." if self.gap > 0 else f"{said}: a division by chance would not promise too much."

    @property
    def measured(self) -> str:
        """By what and on what it was measured."""
        rows = f"{self.n_known:,} rows" if self.n_rows == self.n_known else f"{self.n_rows:,} of {self.n_known:,} rows"
        parts = "1 part" if len(self.random) == 1 else f"{len(self.random)} parts"
        return f"Measured with {models.model(self.kind).label.lower()} on {rows}, {parts} each."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, with its sentence."""
        facts = {name: getattr(self, name) for name in ("metric", "kind", "n_rows", "n_known", "noise", "unit")}
        scores = {"random": list(self.random), "suggested": list(self.suggested)}
        said = {"sentence": self.sentence, "measured": self.measured, "matters": self.matters}
        return {**facts, **scores, **said, "split": self.split.model_dump(mode="json")}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "OptimismGap":
        """Read back what ``to_json`` wrote."""
        facts = {name: value[name] for name in ("metric", "kind", "n_rows", "n_known", "noise", "unit")}
        scores = {name: tuple(value[name]) for name in ("random", "suggested")}
        return cls(**facts, **scores, split=SplitSpec.model_validate(value["split"]))


CONDITIONS = {
    "group": "when the same “{}” cannot be on both sides",
    "time": "when later rows are predicted from earlier ones, by “{}”",
    "own": "with your own folds in “{}”",
}


def optimism_gap(table: pd.DataFrame, spec: ExperimentSpec, *, against: SplitSpec | None = None) -> OptimismGap:
    """Score one quick model under a division by chance and under one by what the rows mean.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    spec : ExperimentSpec
        Inputs, metric and seed.
    against : SplitSpec, optional
        The division by meaning; default that of ``spec``. How often it is checked is decided here.

    Returns
    -------
    OptimismGap

    Raises
    ------
    NotPossible
        There is no division but that by chance, no input is left, or the metric is not defined on these parts.
    TooFewRows
        The rows cannot be divided so.

    Notes
    -----
    Both divisions learn from and test the same numbers of rows, part by part, so that what differs is who stands on
    the other side. Of large tables a sample is taken: whole groups, the latest rows, or rows by chance. The noise of
    the difference is that of Nadeau and Bengio, Inference for the generalization error, Machine Learning 52, 2003:
    folds share rows they learn from.
    """
    split = against or spec.split
    if split.kind == "random":
        raise NotPossible("There is no other division of the rows to compare with.", "Say what your rows mean first.")
    columns = tuple(column for column in spec.columns if split.kind == "time" or column.name != split.column)
    if not columns:
        raise NotPossible("No column is left to predict from.", "Put some back on the page Target and inputs.")
    if spec.locked:  # put away by the question's own division, whatever it is compared with
        table, spec = table[~locked_rows(table, spec)], spec.but(locked=0.0)
    spec = spec.but(columns=columns, split=split, monotone=(), weight_column="")
    inputs, target = planning.modelling_table(table, spec)
    kind, most_rows = _affordable(spec)
    rows = _sampled(inputs[split.column], split, most_rows, spec.seed)
    inputs, target = inputs.iloc[rows], target[rows]
    spec = spec.but(split=_quick(inputs[split.column], split))
    suggested = splits.make_folds(inputs, target, spec)[:USUAL_FOLDS]
    random = [_by_chance(target, spec, part, number) for number, part in enumerate(suggested)]
    estimator = CandidateSpec(kind=kind)
    scored = [[_scored(spec, estimator, inputs, target, part) for part in parts] for parts in (random, suggested)]
    values = [tuple(found[spec.metric] for found, _ in parts) for parts in scored]
    if not np.isfinite(np.concatenate(values)).all():
        label = metrics.metric(spec.metric).label
        raise NotPossible(f"{label} is not defined on some of these parts.", "Choose another metric, or fewer folds.")
    found = OptimismGap(
        metric=spec.metric,
        random=values[0],
        suggested=values[1],
        split=spec.split,
        kind=kind,
        n_rows=len(rows),
        n_known=len(table) if len(rows) == len(table) else _n_known(table, spec),
        noise=_noise(spec, scored, suggested),
        unit=spec.target_column.unit if metrics.metric(spec.metric).in_target_units else "",
    )
    return found


def stored_gap(value: dict[str, Any] | None) -> OptimismGap | None:
    """Return what was kept of a run as ``store.artifact("optimism", run_id)``; None where it was not measured."""
    return None if value is None or "problem" in value else OptimismGap.from_json(value)


def _n_known(table, spec) -> int:
    return len(planning.modelling_table(table, spec)[1])


def _affordable(spec: ExperimentSpec) -> tuple[str, int]:
    """Return the estimator, and the number of rows on which all its fits stay within the patience."""
    fits = 2 * USUAL_FOLDS
    for name in QUICK_KINDS:
        for n_rows in SAMPLES:
            seconds = models.model(name).seconds(int(0.8 * n_rows), len(spec.columns), len(spec.classes))
            if fits * seconds <= PATIENCE_SECONDS:
                return name, n_rows
    return QUICK_KINDS[-1], SAMPLES[-1]


def _sampled(values: pd.Series, split: SplitSpec, most_rows: int, seed: int) -> np.ndarray:
    """Return positions of at most about ``most_rows`` rows: whole groups, the latest rows, or rows by chance."""
    if len(values) <= most_rows:
        return np.arange(len(values))
    rng = np.random.default_rng(seed)
    if split.kind == "time":
        ranks = pd.factorize(values, sort=True)[0]
        return np.sort(np.argsort(ranks, kind="stable")[-most_rows:])
    if split.kind == "own":
        return np.sort(rng.choice(len(values), most_rows, replace=False))
    groups = splits.group_codes(values)
    sizes = np.bincount(groups)
    order = rng.permutation(len(sizes))
    taken = order[np.cumsum(sizes[order]) <= most_rows]
    if len(taken) < USUAL_FOLDS:  # groups are too large to be kept whole: each is thinned alike
        return np.sort(rng.choice(len(values), most_rows, replace=False))
    return np.flatnonzero(np.isin(groups, taken))


def _quick(values: pd.Series, split: SplitSpec) -> SplitSpec:
    """Return the division with a number of folds that is quick and possible."""
    if split.kind == "own":
        return split.but(folds=max(len(own_folds(values, split.column).tested), 1))
    if split.kind == "time":
        folds = 1 if split.folds == 1 else min(split.folds, USUAL_FOLDS) or USUAL_FOLDS
        most = most_time_folds(values, folds, share=split.share, gap=split.gap)
        return split.but(folds=max(most, 1), repeats=1)
    n_groups = len(np.unique(splits.group_codes(values)))
    folds = USUAL_FOLDS if split.folds in (0, 1) or split.each else min(split.folds, USUAL_FOLDS)
    return SplitSpec(kind=split.kind, column=split.column, folds=max(min(folds, n_groups, MOST_FOLDS), 2))


def _by_chance(target: np.ndarray, spec: ExperimentSpec, part, number: int):
    """Return rows drawn by chance, as many to learn from and to test as in ``part``."""
    sizes = {"train_size": len(part[0]), "test_size": len(part[1])}
    seed = (spec.seed + _ALIGNED + number) % splits.SEEDS
    stratified = spec.task != "regression"
    if stratified:
        codes, labels = pd.factorize(target)
        stratified = np.bincount(codes).min() >= 2 and min(sizes.values()) >= len(labels)
    splitter = (StratifiedShuffleSplit if stratified else ShuffleSplit)(1, **sizes, random_state=seed)
    return next(splitter.split(np.zeros(len(target)), target))


def _scored(spec, candidate, inputs, target, part):
    """Return every metric on the tested rows, and what they were computed of."""
    train, test = (np.sort(rows) for rows in part)
    with quietly():
        estimator = pipeline.build_pipeline(spec, candidate)
        estimator.fit(inputs.iloc[train], target[train])
        predicted, probabilities = predictions(estimator, inputs.iloc[test], spec)
    answers = (target[test], predicted, probabilities)
    return metrics.score_all(spec, *answers), answers


def _noise(spec: ExperimentSpec, scored, parts) -> float:
    """Return what the difference of the two means can be by chance."""
    if len(parts) == 1:
        halves = []
        for ((_, answers),) in scored:
            low, high = score_intervals(spec, *answers, draws=DRAWS)[spec.metric]
            halves.append((high - low) / 2)
        return math.hypot(*halves) if np.isfinite(halves).all() else 0.0
    variances = [np.var([found[spec.metric] for found, _ in side], ddof=1) for side in scored]
    ratio = float(np.mean([len(test) / len(train) for train, test in parts]))
    return CONFIDENCE * math.sqrt((1 / len(parts) + ratio) * sum(variances))


def _figures(before: float, after: float) -> tuple[str, str]:
    """Write two scores with as many digits as tell them apart, three significant ones at most."""
    for digits in (2, 3):
        said = tuple(_rounded(value, digits) for value in (before, after))
        if said[0] != said[1]:
            return said
    return said


def _rounded(value: float, digits: int) -> str:
    if not value:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"
