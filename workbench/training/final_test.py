"""The last question to a model: how good it is on rows that took no part in its making, beside what was promised."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import metrics, planning
from workbench.modeling.splits import group_codes
from workbench.results.candidates.measured import learnt_from
from workbench.results.wording import decimals_for, number, percent, shorten
from workbench.specs import ExperimentSpec
from workbench.training.bootstrap import score_intervals, units_of
from workbench.training.evaluation import Evaluation
from workbench.training.labelled import Labelled
from workbench.training.scoring import predictions, quietly

Z = 1.959963984540054  # the normal distribution's quantile at 0.975
Promise = Mapping[str, tuple[float, float]]
AS_EXPECTED, LOWER, HIGHER, UNKNOWN = "as expected", "lower than promised", "higher than promised", ""


@dataclass(frozen=True)
class Balance:
    """What was predicted on average beside what came: calibration in the large.

    Parameters
    ----------
    label : label or None
        The class whose share it is; None for the mean of an amount.
    predicted, actual : float
    reach : float
        Half the width of the 95 % interval of their difference.
    """

    label: Any
    predicted: float
    actual: float
    reach: float

    @property
    def off(self) -> bool:
        """Whether they differ by more than chance explains."""
        return abs(self.predicted - self.actual) > self.reach


@dataclass(frozen=True)
class FinalTest:
    """How good a fitted model is on rows it has not learned from.

    Parameters
    ----------
    metric : str
        The main one.
    scores : dict of str to float
        Every metric of the task, in its own unit and natural sign.
    intervals : dict of str to (low, high)
        95 %, by drawing rows again (groups, where rows are grouped).
    n_rows : int
    expected : dict of str to (mean, std)
        What the scores on the folds had promised; empty where it is not known.
    reach : float
        Half the width of the 95 % interval of that promise for the main metric; 0 where it is not known.
    balance : tuple of Balance
    unit : str
        Of the target.
    """

    metric: str
    scores: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    n_rows: int
    expected: dict[str, tuple[float, float]]
    reach: float = 0.0
    balance: tuple[Balance, ...] = ()
    unit: str = ""

    @property
    def verdict(self) -> str:
        """The main metric beside its promise: "as expected", "lower …", "higher than promised", or "" (no promise).

        They differ where the distance is larger than both uncertainties together explain.
        """
        promised = self.expected.get(self.metric, (math.nan, math.nan))[0]
        low, high = self.intervals[self.metric]
        found = self.scores[self.metric]
        if not all(math.isfinite(value) for value in (promised, found, low, high)):
            return UNKNOWN
        side = found - low if promised < found else high - found
        if abs(found - promised) <= math.hypot(side, self.reach):
            return AS_EXPECTED
        return LOWER if found < promised else HIGHER

    @property
    def worse(self) -> bool:
        """Whether it is worse than promised, whichever way the metric points."""
        return self.verdict == (LOWER if metrics.metric(self.metric).greater_is_better else HIGHER)

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        return self.said(f"On {self.n_rows:,} rows that nothing had seen")

    def said(self, where: str) -> str:
        """Return the result in one sentence that begins with ``where`` the rows came from."""
        label = metrics.metric(self.metric).label
        said = f"{where}, {label} is {self.figure(self.metric)}"
        if self.verdict == UNKNOWN:
            return f"{said}."
        return f"{said}; the scores of its run had promised {self.promised(self.metric)}: {self.verdict}."

    def figure(self, name: str) -> str:
        """Return a score with its interval, as a person reads it."""
        low, high = self.intervals[name]
        unit = self._unit(name)
        if not math.isfinite(low):
            return number(self.scores[name], unit=unit)
        decimals = decimals_for((high - low) / 2)
        ends = f"{number(low, decimals)} to {number(high, decimals)}"
        return f"{number(self.scores[name], unit=unit)} (95 %: {ends})"

    def promised(self, name: str) -> str:
        """Return what was promised for a metric; "–" where that is not known."""
        mean = self.expected.get(name, (math.nan, math.nan))[0]
        return number(mean, unit=self._unit(name)) if math.isfinite(mean) else "–"

    def balance_said(self, target: str) -> str:
        """Return what was predicted on average beside what came, as a sentence; "" where there is nothing to say."""
        if not self.balance:
            return ""
        first = max(self.balance, key=lambda entry: abs(entry.predicted - entry.actual))
        if first.label is None:
            expected, came = number(first.predicted, unit=self.unit), number(first.actual, unit=self.unit)
            said = f"On average it predicted a “{shorten(target)}” of {expected}; it was {came}"
        else:
            expected, came = percent(first.predicted), percent(first.actual)
            said = f"It expected {expected} of the rows to have {shorten(target)} = {shorten(first.label)}; {came} had"
        return f"{said}: {'further apart than chance explains' if first.off else 'within what chance explains'}."

    def _unit(self, name: str) -> str:
        return self.unit if metrics.metric(name).in_target_units else ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, with its sentence; what is not defined is null."""
        return {
            "metric": self.metric,
            "n_rows": self.n_rows,
            "scores": {name: _plain(value) for name, value in self.scores.items()},
            "intervals": {name: [_plain(end) for end in ends] for name, ends in self.intervals.items()},
            "expected": {
                name: {"mean": _plain(mean), "std": _plain(std)} for name, (mean, std) in self.expected.items()
            },
            "reach": self.reach,
            "balance": [
                {"label": each.label, "predicted": each.predicted, "actual": each.actual, "reach": each.reach}
                for each in self.balance
            ],
            "unit": self.unit,
            "verdict": self.verdict,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "FinalTest":
        """Read back what ``to_json`` wrote; KeyError, TypeError or ValueError where it is something else."""
        metrics.metric(value["metric"])
        return cls(
            metric=value["metric"],
            scores={name: _read(score) for name, score in value["scores"].items()},
            intervals={name: (_read(low), _read(high)) for name, (low, high) in value["intervals"].items()},
            n_rows=int(value["n_rows"]),
            expected={name: (_read(each["mean"]), _read(each["std"])) for name, each in value["expected"].items()},
            reach=float(value["reach"]),
            balance=tuple(Balance(**each) for each in value["balance"]),
            unit=str(value["unit"]),
        )


def final_test(
    pipeline,
    spec: ExperimentSpec,
    table: pd.DataFrame,
    promised: Promise | None = None,
    *,
    on_draw: Callable[[float], None] | None = None,
) -> FinalTest:
    """Score a fitted model on the rows that were locked away.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted on the other rows (``training.fit``).
    table : DataFrame
        The data set's typed table.
    promised : mapping of str to (mean, std), optional
        From cross-validation; see :func:`promised_by`.

    Raises
    ------
    NotPossible
        No rows were locked away.
    """
    if not spec.locked:
        raise NotPossible(
            "No rows were locked away for this run.", "Lock some away on the page Target and inputs, and train again."
        )
    inputs, target = planning.locked_table(table, spec)
    return _tested(pipeline, spec, inputs, target, promised, on_draw)


def test_on(
    pipeline,
    spec: ExperimentSpec,
    labelled: Labelled,
    promised: Promise | None = None,
    *,
    on_draw: Callable[[float], None] | None = None,
) -> FinalTest:
    """Score a fitted model on the rows of another file with known outcomes (``labelled.labelled_rows``)."""
    return _tested(pipeline, spec, labelled.inputs, labelled.target, promised, on_draw)


test_on.__test__ = False  # no test, whatever pytest takes its name for


def judge(
    spec: ExperimentSpec,
    actual: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    promised: Promise | None = None,
    *,
    on_draw: Callable[[float], None] | None = None,
) -> FinalTest:
    """Compare predictions with what came, wherever they were made.

    Parameters
    ----------
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : ndarray of shape (n_rows, n_classes) or None
        Columns in the order of ``spec.classes``.
    groups : ndarray of shape (n_rows,), optional
        Which rows belong together.
    """
    if not len(actual):
        raise NotPossible("No row with a known outcome is there to compare with.")
    promised = dict(promised or {})
    with quietly():
        scores = metrics.score_all(spec, actual, predicted, probabilities)
        intervals = score_intervals(spec, actual, predicted, probabilities, groups, on_draw=on_draw)
    return FinalTest(
        metric=spec.metric,
        scores=scores,
        intervals=intervals,
        n_rows=len(actual),
        expected={name: promised[name] for name in scores if name in promised},
        reach=_reach(spec, promised),
        balance=_balance(spec, actual, predicted, probabilities, groups),
        unit=spec.target_column.unit,
    )


def promised_by(evaluation: Evaluation, key: str) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation over the folds of every metric of a candidate."""
    score = evaluation.candidate(key)
    return {name: score.spread(name) for name in score.scores}


def promised_in(manifest: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return what ``model.json`` of a bundle promises, like :func:`promised_by`."""
    found = (manifest.get("scores") or {}).get("metrics", {})
    return {name: (_read(each["mean"]), _read(each["std"])) for name, each in found.items()}


def _tested(pipeline, spec, inputs, target, promised, on_draw) -> FinalTest:
    with quietly():
        predicted, probabilities = predictions(pipeline, inputs, spec)
    column = spec.split.column
    groups = group_codes(inputs[column]) if spec.split.kind == "group" and column in inputs else None
    return judge(spec, target, predicted, probabilities, groups, promised, on_draw=on_draw)


def _reach(spec: ExperimentSpec, promised: Promise) -> float:
    """Half the width of the 95 % interval of a mean over folds.

    References
    ----------
    Nadeau, Bengio, Inference for the Generalization Error, Machine Learning 52, 2003: folds share most of what they
    learn from, so to the 1/rounds of independent ones the ratio of tested to learned rows is added.
    """
    std, rounds = promised.get(spec.metric, (0.0, 0.0))[1], spec.split.rounds
    if rounds < 2 or not math.isfinite(std):
        return 0.0
    return float(Z * std * math.sqrt(rounds / (rounds - 1)) * math.sqrt(1 / rounds + learnt_from(spec.split)))


def _balance(spec, actual, predicted, probabilities, groups) -> tuple[Balance, ...]:
    unit = units_of(len(actual), groups)
    if spec.task == "regression":
        return (_one_balance(None, predicted, np.asarray(actual, dtype=np.float64), unit),)
    labels = [spec.positive] if spec.task == "binary" else list(spec.classes)
    return tuple(
        _one_balance(label, probabilities[:, spec.classes.index(label)], (actual == label).astype(float), unit)
        for label in labels
    )


def _one_balance(label, predicted, actual, unit) -> Balance:
    difference = predicted - actual
    apart = np.bincount(unit, weights=difference - difference.mean())
    spread = math.sqrt(float((apart**2).sum())) / len(actual)
    return Balance(label, float(np.mean(predicted)), float(np.mean(actual)), Z * spread)


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _read(value: float | None) -> float:
    return math.nan if value is None else float(value)
