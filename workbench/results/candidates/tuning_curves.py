"""What a search found: the score against each setting, and what the same models score on rows they learned from."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.modeling import metrics, models
from workbench.modeling.searches import grid_values, parameter_of, settled, share_of
from workbench.results.wording import number
from workbench.specs import SearchRange, Setting, TuningSpec
from workbench.training.evaluation import CandidateScore, Evaluation, mean_and_std

# A best value in the outer tenth of its range counts as on the edge: a random search seldom hits the end itself.
EDGE_SHARE = 0.1
WIDER = 4.0  # times, by which a range that goes by ratios is widened; others are doubled
FEWEST_TRIALS = 4  # below this the best value says nothing about the range


@dataclass(frozen=True, eq=False)
class TuningCurve:
    """Scores against one setting of one kind of estimator.

    Parameters
    ----------
    kind, name : str
        Of the estimator and its setting.
    estimator, label : str
        Their names on the screen.
    metric : str
        Label of the main metric.
    greater_is_better, log, numeric : bool
        ``log``: ratios of the setting count. ``numeric``: its values are numbers.
    n_varied : int
        How many settings the search varied together; with more than one, trials differ in the others as well.
    rows : DataFrame
        One per trial with a score on every fold, by value: ``key``, ``value``, ``validation`` and its ``spread`` over
        folds, ``training`` (NaN where it is not known).
    """

    kind: str
    name: str
    estimator: str
    label: str
    metric: str
    greater_is_better: bool
    log: bool
    numeric: bool
    n_varied: int
    rows: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return the numbers that the chart shows."""
        return self.rows

    def finding(self) -> str:
        """Return the best value, its score, and what it scores on rows it had learned from."""
        if self.rows.empty:
            return f"No trial of {self.estimator} has all its scores yet"
        best = self.best()
        sentence = f"Best with {value_words(self.label, best.value)}: {self.metric} {number(best.validation)}"
        if math.isfinite(best.training):
            sentence += f", and {number(best.training)} on the rows it learned from"
        return sentence

    def best(self):
        """Return the row of the best trial."""
        place = self.rows["validation"].argmax() if self.greater_is_better else self.rows["validation"].argmin()
        return next(self.rows.iloc[[place]].itertuples(index=False))


@dataclass(frozen=True)
class EdgeWarning:
    """The best value of a setting lies on the edge of what was tried; ``wider`` is the range to try next."""

    kind: str
    sentence: str
    wider: SearchRange


def tuning_curves(evaluation: Evaluation, tuning: TuningSpec) -> tuple[TuningCurve, ...]:
    """Return the curve of each setting that ``tuning`` varied."""
    kind, metric = models.described(tuning.kind), metrics.metric(evaluation.spec.metric)
    scores = trials_of(evaluation, tuning)
    trained = _training_means(evaluation, {score.key for score in scores})
    curves = []
    for entry in tuning.ranges:
        parameter = parameter_of(tuning.kind, entry.name)
        rows = pd.DataFrame(
            [
                {
                    "key": score.key,
                    "value": _setting(evaluation, score.key, entry.name),
                    "validation": score.mean,
                    "spread": score.std,
                    "training": trained[score.key],
                }
                for score in scores
            ],
            columns=["key", "value", "validation", "spread", "training"],
            dtype=object,  # "no limit" is None among numbers
        ).astype({"key": str, "validation": float, "spread": float, "training": float})
        numeric = parameter.type != "choice" and rows["value"].notna().all()
        if numeric:
            rows["value"] = rows["value"].astype(float)
            rows = rows.sort_values("value", kind="stable", ignore_index=True)
        curves.append(
            TuningCurve(
                kind=tuning.kind,
                name=entry.name,
                estimator=kind.label,
                label=parameter.label,
                metric=metric.label,
                greater_is_better=metric.greater_is_better,
                log=bool(numeric and parameter.log and (rows["value"] > 0).all()),
                numeric=bool(numeric),
                n_varied=len(tuning.ranges),
                rows=rows,
            )
        )
    return tuple(curves)


def edge_warnings(evaluation: Evaluation, tuning: TuningSpec) -> tuple[EdgeWarning, ...]:
    """Return a warning for each setting whose best value lies on the edge of its range, where it could be wider."""
    scores = trials_of(evaluation, tuning)
    if len(scores) < FEWEST_TRIALS:
        return ()
    best = scores[0].key  # candidates stand in order, best first
    found = []
    for entry in tuning.ranges:
        side = _edge(tuning, entry, _setting(evaluation, best, entry.name))
        wider = _wider(tuning.kind, entry, side) if side else None
        if wider is not None:
            value = value_words(parameter_of(tuning.kind, entry.name).label, _setting(evaluation, best, entry.name))
            low, high = _bounds(tuning.kind, entry)
            sentence = (
                f"{models.described(tuning.kind).label}: the best value, {value}, lies on the edge of what was tried "
                f"({low:,g} to {high:,g}). A wider range may hold a better one."
            )
            found.append(EdgeWarning(tuning.kind, sentence, wider))
    return tuple(found)


def trials_of(evaluation: Evaluation, tuning: TuningSpec) -> list[CandidateScore]:
    """Return the trials of a search that have all their scores, best first."""
    names = {entry.name for entry in tuning.ranges}
    spec = evaluation.spec
    return [
        score
        for score in evaluation.candidates()
        if score.complete and score.kind == tuning.kind and names <= set(spec.candidate(score.key).hyperparameters)
    ]


def value_words(label: str, value: Setting) -> str:
    """Say a value with the name of its setting.

    >>> value_words("Trees", 2000.0), value_words("Learning rate", 0.05), value_words("Depth, at most", None)
    ('Trees 2,000', 'Learning rate 0.05', 'Depth, at most: no limit')
    """
    if value is None:
        return f"{label}: no limit"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{label} {value:,.10g}"
    return f"{label}: {value}"


def _setting(evaluation: Evaluation, key: str, name: str) -> Setting:
    return evaluation.spec.candidate(key).hyperparameters[name]


def _training_means(evaluation: Evaluation, keys: set[str]) -> dict[str, float]:
    """Mean of the main metric on training rows, over folds, per candidate; NaN where none was computed."""
    values: dict[str, list[float]] = {key: [] for key in keys}
    for score in evaluation.fold_scores:
        if score.candidate in values:
            values[score.candidate].append(score.train_scores.get(evaluation.spec.metric, float("nan")))
    return {key: mean_and_std(found)[0] for key, found in values.items()}


def _bounds(kind: str, entry: SearchRange) -> tuple[float, float]:
    numbers = [value for value in grid_values(kind, entry) if isinstance(value, (int, float))]
    return (min(numbers), max(numbers)) if entry.values else (entry.low, entry.high)


def _edge(tuning: TuningSpec, entry: SearchRange, value: Setting) -> int:
    """Return -1 or 1 where a value lies at the lower or upper edge of its range, else 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    low, high = _bounds(tuning.kind, entry)
    if low >= high:
        return 0
    if entry.values or tuning.method == "grid":
        return -1 if value == low else 1 if value == high else 0
    share = share_of(entry, value)
    return -1 if share <= EDGE_SHARE else 1 if share >= 1 - EDGE_SHARE else 0


def _wider(kind: str, entry: SearchRange, side: int) -> SearchRange | None:
    """Return the range widened on one side, as far as the registry allows; None where it is as wide as can be."""
    parameter = parameter_of(kind, entry.name)
    low, high = _bounds(kind, entry)
    if parameter.log and low > 0:
        new = low / WIDER if side < 0 else high * WIDER
    else:
        new = low - (high - low) if side < 0 else high + (high - low)
    new = float(np.clip(new, parameter.low, parameter.high))
    if entry.values:
        listed = SearchRange(name=entry.name, low=min(new, low), high=max(new, high))
        value = settled(kind, entry.name, new, listed)
        if value in entry.values:
            return None
        return entry.but(values=(value, *entry.values) if side < 0 else (*entry.values, value))
    changed = {"low": new} if side < 0 else {"high": new}
    wider = entry.but(**changed)
    return None if wider == entry else wider
