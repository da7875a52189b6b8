"""Groups of rows on which a candidate is weaker than elsewhere, found by themselves and told only beyond chance."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.results.failures import chance
from workbench.results.failures.bands import Bands
from workbench.results.failures.row_errors import MeasureKind, baseline_of, measure, measures_for
from workbench.results.failures.segment_advice import Advice, advice_for
from workbench.results.failures.segment_search import clusters_of, halves, searched_columns, weak_leaves
from workbench.results.failures.segment_tree import Leaf
from workbench.results.wording import count_word, number, percent
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import Evaluation

WORTH_TELLING = 1.1  # times the error of the rest; with many rows less is beyond chance, and of no use
MOSTLY, WORSE_INSIDE = 0.5, 1.25  # of a group that lies by more than this in a listed one: times that one's error


@dataclass(frozen=True, eq=False)
class Segment:
    """One weak group.

    Parameters
    ----------
    conditions : tuple of str
        In words, all of which hold.
    whole : tuple of str
        The same with long names in full.
    columns : tuple of str
        Of the conditions.
    rows : int64 ndarray of shape (n_rows,)
        Index labels of all scored rows in the group.
    n_measured : int
        Of those, the rows that the figures below are of: none of them took part in the search.
    error, low, high : float
        The measure in the group, with its 95 % interval, as a fraction or in the measure's unit.
    rest, rest_low, rest_high : float
        The same of all other rows measured.
    share_of_rows, share_of_errors : float
        What the group has of all rows measured, and of the sum of their errors.
    p_value : float
        Of being no weaker than the rest, corrected for how many groups were looked at.
    baseline : float
        The measure of the baseline in the group; NaN where there is none.
    advice : Advice
    error_of_all : float
        The measure over all of ``rows``: also over those by which the group was found, on which it looks worse.
    """

    conditions: tuple[str, ...]
    whole: tuple[str, ...]
    columns: tuple[str, ...]
    rows: np.ndarray
    n_measured: int
    error: float
    low: float
    high: float
    rest: float
    rest_low: float
    rest_high: float
    share_of_rows: float
    share_of_errors: float
    p_value: float
    baseline: float
    advice: Advice
    error_of_all: float = math.nan

    @property
    def words(self) -> str:
        """The group in words: "contract is Month-to-month and tenure below 5"."""
        return " and ".join(self.conditions)

    @property
    def whole_words(self) -> str:
        """The same with long names in full."""
        return " and ".join(self.whole)

    @property
    def n_rows(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Segments:
    """What a search for weak groups found.

    Parameters
    ----------
    kind : MeasureKind
        What counts as an error.
    unit : str
    segments : tuple of Segment
        Those with most errors beyond what the rest would have, first.
    n_looked_at : int
        Groups that were measured.
    n_rows, n_measured : int
        Rows with a prediction, and those of them that groups were measured on.
    n_columns : int
        Columns that were searched.
    by : str
        The column whose groups of rows were kept together; "" where each row stands for itself.
    """

    kind: MeasureKind
    unit: str
    segments: tuple[Segment, ...]
    n_looked_at: int
    n_rows: int
    n_measured: int
    n_columns: int
    by: str = ""

    def frame(self) -> pd.DataFrame:
        """One row a group: ``group``, ``n_rows``, ``error``, ``low``, ``high``, ``rest``, ``rest_low``, ``rest_high``,
        ``share_of_rows``, ``share_of_errors``, ``baseline_error``, ``p_value``, ``n_measured``, ``advice``."""
        names = {
            "whole_words": "group",
            "n_rows": "n_rows",
            "error": "error",
            "low": "low",
            "high": "high",
            "rest": "rest",
        }
        names |= {name: name for name in ("rest_low", "rest_high", "share_of_rows", "share_of_errors")}
        names |= {"baseline": "baseline_error", "p_value": "p_value", "n_measured": "n_measured"}
        rows = [{new: getattr(one, old) for old, new in names.items()} for one in self.segments]
        advice = [one.advice.sentence for one in self.segments]
        return pd.DataFrame(rows, columns=list(names.values())).assign(advice=advice)

    def to_json(self) -> dict:
        """The findings as JSON holds them: measure, unit, counts, and a record a group."""
        records = self.frame().to_dict("records")
        clean = [
            {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in one.items()} for one in records
        ]
        facts = {"measure": self.kind.name, "unit": self.unit, "n_looked_at": self.n_looked_at}
        return {
            **facts,
            "n_rows": self.n_rows,
            "n_measured": self.n_measured,
            "finding": self.finding(),
            "groups": clean,
        }

    def say(self, value: float) -> str:
        """Write a value of the measure with its unit."""
        return percent(value) if self.kind.share else number(value, unit=self.unit)

    def finding(self) -> str:
        """The result in one sentence."""
        if not self.segments:
            tried = f"{count_word(self.n_looked_at)} looked at" if self.n_looked_at else "none stood out in the search"
            return f"No weak group was found ({tried})"
        worst = self.segments[0]
        told = f"{self.say(worst.error)} {self.kind.label}" if self.kind.share else self._words_of(worst.error)
        return f"Weakest where {worst.words}: {told}, beside {self.say(worst.rest)} elsewhere"

    def _words_of(self, value: float) -> str:
        return f"{self.kind.label} {self.say(value)}"


def find_segments(
    evaluation: Evaluation,
    key: str,
    table: pd.DataFrame,
    *,
    by: str = "",
) -> Segments:
    """Search for groups of rows on which the out-of-fold predictions of ``key`` are weaker than elsewhere.

    A small tree over the errors is grown on one half of the rows, and its leaves are measured on the other half, so
    that no figure owes anything to the search. Listed are leaves that are worse than all other rows beyond chance
    (one-sided Welch test, corrected by Holm's method for the number of leaves measured) and by a tenth at least.

    Parameters
    ----------
    evaluation : Evaluation
        With classes as they are decided (``Evaluation.decided``).
    key : str
    table : DataFrame
        The person's typed table; rows that it lacks are left out.
    by : str
        Name of a measure (``row_errors.MEASURES``); "" for the first that fits the task.

    Raises
    ------
    NotFound
        The candidate has no finished fold.
    """
    spec = evaluation.spec
    kind = measure(by) if by else measures_for(spec.task)[0]
    predictions = evaluation.out_of_fold(key)
    predictions = predictions[predictions["row"].isin(table.index)].reset_index(drop=True)
    values = table.reindex(predictions["row"])
    clusters = clusters_of(spec, values)
    columns = searched_columns(spec, values)
    errors = kind.values(predictions, spec)
    searched = halves(len(errors), clusters, spec.seed)
    weak = weak_leaves(columns, errors, searched, spec.seed)
    tests = [_test(leaf.rows[~searched[leaf.rows]], errors, ~searched, clusters) for leaf in weak]
    guesses = baseline_of(evaluation, predictions["row"])
    guessed = None if guesses is None else kind.values(guesses, spec)
    measured = _Measured(spec, kind, predictions, values, errors, guessed, ~searched, clusters)
    found = [
        _segment(leaf, p_value, columns, measured)
        for leaf, p_value in zip(weak, chance.holm(tests) if tests else (), strict=True)
        if p_value <= chance.ALPHA
    ]
    found = [one for one in found if one.error >= WORTH_TELLING * one.rest]
    found = _told_apart(sorted(found, key=lambda one: (one.rest - one.error) * one.share_of_rows))
    by_groups = spec.split.column if clusters is not None else ""
    counts = len(weak), len(errors), int((~searched).sum()), len(columns)
    return Segments(kind, kind.unit(spec), tuple(found), *counts, by=by_groups)


@dataclass(frozen=True, eq=False)
class _Measured:
    spec: ExperimentSpec
    kind: MeasureKind
    predictions: pd.DataFrame
    values: pd.DataFrame
    errors: np.ndarray
    guessed: np.ndarray | None
    counted: np.ndarray  # rows that figures are of
    clusters: np.ndarray | None


def _told_apart(found: list[Segment]) -> list[Segment]:
    """Leave out groups that lie mostly in one listed before, unless they are clearly worse than that."""
    kept = []
    for one in found:
        inside = [other for other in kept if np.isin(one.rows, other.rows).mean() > MOSTLY]
        if all(one.error >= WORSE_INSIDE * other.error for other in inside):
            kept.append(one)
    return kept


def _test(rows, errors, counted, clusters) -> float:
    inside, rest = _sides(rows, counted)
    groups = None if clusters is None else (clusters[inside], clusters[rest])
    return chance.p_difference(errors[inside], errors[rest], groups, greater=True)


def _sides(rows: np.ndarray, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rest = counted.copy()
    rest[rows] = False
    return rows, np.flatnonzero(rest)


def _segment(leaf: Leaf, p_value: float, columns: list[Bands], of: _Measured) -> Segment:
    inside, rest = _sides(leaf.rows[of.counted[leaf.rows]], of.counted)
    intervals = [
        chance.mean_interval(
            of.errors[rows],
            None if of.clusters is None else of.clusters[rows],
            share=of.kind.share,
            seed=of.spec.seed,
        )
        for rows in (inside, rest)
    ]
    total = float(of.errors[of.counted].sum())
    told = [
        (columns[place].words(mask), columns[place].words(mask, whole=True)) for place, mask in leaf.allowed.items()
    ]
    names = tuple(columns[place].column for place in leaf.allowed)
    return Segment(
        conditions=tuple(short for short, _ in told if short),
        whole=tuple(whole for _, whole in told if whole),
        columns=names,
        rows=of.predictions["row"].to_numpy()[leaf.rows],
        n_measured=len(inside),
        error=float(of.errors[inside].mean()),
        low=intervals[0][0],
        high=intervals[0][1],
        rest=float(of.errors[rest].mean()),
        rest_low=intervals[1][0],
        rest_high=intervals[1][1],
        share_of_rows=len(inside) / int(of.counted.sum()),
        share_of_errors=float(of.errors[inside].sum()) / total if total else math.nan,
        p_value=float(p_value),
        baseline=math.nan if of.guessed is None else float(of.guessed[inside].mean()),
        advice=advice_for(
            of.spec,
            of.predictions,
            of.values,
            inside,
            rest,
            names,
            len(leaf.rows),
            of_answers=of.kind.name == "wrong",
        ),
        error_of_all=float(of.errors[leaf.rows].mean()),
    )
