"""All that is known of one estimator of a run, taken together: for a program, for a boss, for an engineer."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.errors import NotPossible, WorkbenchError
from workbench.results.candidates.answered import as_answered
from workbench.results.candidates.runs_beside import RunBeside
from workbench.results.deciding.decisions import Decisions, decisions
from workbench.results.deciding.intervals import DEFAULT_LEVEL, Interval, interval_of
from workbench.results.failures.fairness import Fairness, fairness
from workbench.results.failures.people import about_people
from workbench.results.failures.segments import Segments, find_segments
from workbench.results.failures.slices import Slices, slices
from workbench.results.origin import Origin
from workbench.results.quality.calibration import Calibration, calibration
from workbench.results.quality.ceiling import Ceiling, ceiling
from workbench.results.quality.errors_in_time import ErrorsInTime, errors_in_time
from workbench.results.quality.goals import Verdict, verdict
from workbench.results.quality.headlines import Headline, headline
from workbench.results.quality.learning_curve import LearningCurve
from workbench.results.uses.effects import Effect
from workbench.results.uses.importance import Importance
from workbench.results.uses.interactions import Interactions, PairEffect
from workbench.specs import AmountDecisionSpec, ColumnSpec, DecisionSpec, ExperimentSpec, Label
from workbench.training.evaluation import Evaluation, mean_and_std
from workbench.training.scoring import label_of


@dataclass(frozen=True, eq=False)
class Summary:
    """One estimator of a run.

    Parameters
    ----------
    evaluation : Evaluation
        Its predictions of ``key`` follow ``decision``.
    key : str
    origin : Origin
    decision : DecisionSpec, optional
        From which probability on a class is the answer; None where the most probable class is.
    shift : AmountDecisionSpec, optional
        What is added to predicted amounts.
    interval : Interval, optional
        Around predicted amounts; None for classes, and where rows are too few.
    segments : Segments, optional
    ceiling : Ceiling, optional
    importance : Importance, optional
    effects : tuple of Effect
    learning : LearningCurve, optional
        Whether more rows would help, where that was measured.
    fairness : tuple of Fairness
        Of columns whose names say that they are about people.
    in_time : ErrorsInTime or Slices, optional
        Errors over time, where the table knows a time: of amounts, and of classes by period.
    pairs : Interactions, optional
        Which columns act together, where that was measured.
    pair_effects : tuple of PairEffect
        Of the first pairs that are worth a look.
    beside : tuple of RunBeside
        Other runs of the project, the newest first.
    n_other_runs : int
        So many other runs with scores there are.
    problems : tuple of str
        What could not be said, and why.
    """

    evaluation: Evaluation
    key: str
    origin: Origin = field(default_factory=Origin)
    decision: DecisionSpec | None = None
    shift: AmountDecisionSpec | None = None
    interval: Interval | None = None
    segments: Segments | None = None
    ceiling: Ceiling | None = None
    importance: Importance | None = None
    effects: tuple[Effect, ...] = ()
    learning: LearningCurve | None = None
    fairness: tuple[Fairness, ...] = ()
    in_time: ErrorsInTime | Slices | None = None
    pairs: Interactions | None = None
    pair_effects: tuple[PairEffect, ...] = ()
    beside: tuple[RunBeside, ...] = ()
    n_other_runs: int = 0
    problems: tuple[str, ...] = ()

    @property
    def spec(self) -> ExperimentSpec:
        return self.evaluation.spec

    @property
    def label(self) -> str:
        """The estimator as it is called on screen."""
        return label_of(self.spec, self.key)

    @cached_property
    def headline(self) -> Headline:
        return headline(self.evaluation, self.key, self.added)

    @cached_property
    def verdict(self) -> Verdict | None:
        """Whether it is as good as was asked; None where nothing was."""
        return verdict(self.evaluation, self.key, self.origin.success, self.added)

    @property
    def decided_about(self) -> Label | None:
        """The class that a threshold is of; None where there is none to choose."""
        return self.decision.label if self.decision is not None else self.spec.positive

    @cached_property
    def decisions(self) -> Decisions | None:
        """What every threshold would do; None for amounts, and for several classes of which none is decided about."""
        if self.spec.task == "regression" or self.decided_about is None:
            return None
        try:
            return decisions(self.evaluation, self.key, self.decided_about)
        except NotPossible:
            return None

    @property
    def threshold(self) -> float | None:
        """From which probability on a row is decided to be of the class: as it was chosen, else as the model comes
        (a half, for two classes)."""
        if self.decision is not None:
            return self.decision.threshold
        return None if self.decisions is None else self.decisions.threshold_as_it_comes

    @cached_property
    def measures(self) -> dict[str, tuple[float, ...]]:
        """Every metric, a value for each fold, of the answers as they are given: of classes by the decision, of amounts
        with what is added. On the leaderboard they are of the model as it comes."""
        return measures(self.evaluation, self.key, self.added)

    @cached_property
    def calibration(self) -> Calibration | None:
        """Whether probabilities can be taken at their word; None for amounts."""
        return None if self.spec.task == "regression" else calibration(self.evaluation, self.key)

    @property
    def added(self) -> float:
        """What is added to predicted amounts, in the target's unit."""
        return 0.0 if self.shift is None else self.shift.shift

    @property
    def answers_as_it_comes(self) -> bool:
        """Whether nothing was decided about the answers."""
        return self.decision is None and self.shift is None

    @cached_property
    def answers(self) -> Evaluation:
        """The evaluation with the answers as they are given, also of amounts; its scores are as the model comes."""
        return self.evaluation.decided(self.evaluation.decisions, {self.key: self.added})

    def spread(self, metric: str) -> tuple[float, float]:
        """Mean and standard deviation (``ddof=0``) of a metric over folds."""
        return mean_and_std(self.measures.get(metric, ()))

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """The out-of-fold predictions, each row once, as the answers are given.

        Returns
        -------
        DataFrame
            ``row`` (position in the file, from 1), ``fold`` (from 0: the place in ``measures``), ``actual``,
            ``prediction``, and ``probability_<class>`` or, where there is an interval, ``lower`` and ``upper``
            (NaN for rows that no other part of the rows could give one).
        """
        found = self.evaluation.out_of_fold(self.key)
        if self.interval is not None:
            ends = self.interval.rows[["row", "fold", "lower", "upper"]]
            found = found.merge(ends, on=["row", "fold"], how="left", validate="one_to_one")
        if self.shift is not None:
            found["prediction"] += self.added
        return found.assign(row=found["row"] + 1)


def measures(evaluation: Evaluation, key: str, added: float = 0.0) -> dict[str, tuple[float, ...]]:
    """Return every metric of a candidate per fold, of the answers as they are given.

    Parameters
    ----------
    evaluation : Evaluation
        Metrics that look at classes follow its decision about the candidate, where there is one.
    key : str
    added : float
        To predicted amounts.
    """
    return as_answered(evaluation, key, added).candidate(key).scores


def summarise(
    evaluation: Evaluation,
    key: str,
    table: pd.DataFrame | None,
    *,
    origin: Origin | None = None,
    decision: DecisionSpec | None = None,
    shift: AmountDecisionSpec | None = None,
    level: float = DEFAULT_LEVEL,
    ratio: float = 1.0,
    importance: Importance | None = None,
    effects: tuple[Effect, ...] = (),
    learning: LearningCurve | None = None,
    columns: tuple[ColumnSpec, ...] = (),
    pairs: Interactions | None = None,
    pair_effects: tuple[PairEffect, ...] = (),
    beside: tuple[RunBeside, ...] = (),
    n_other_runs: int = 0,
) -> Summary:
    """Put together what is known of one estimator; nothing is fitted.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        A candidate with a finished fold.
    table : DataFrame or None
        The person's typed table: groups of rows are searched in its columns, and rows compared. Without it neither.
    level, ratio : float
        As :func:`workbench.results.deciding.intervals.interval_of` takes them.
    columns : tuple of ColumnSpec
        All of the table, also those that the estimator does not look at; by default those that it does.
    others
        As :class:`Summary` has them.
    """
    decided = evaluation if decision is None else evaluation.decided({key: decision})
    answers = decided if shift is None else decided.decided(decided.decisions, {key: shift.shift})
    problems: list[str] = []

    def tried(compute: Callable[[], Any]) -> Any:
        try:
            return compute()
        except WorkbenchError as error:  # too few rows, as a rule: all else is still worth saying
            problems.append(str(error))
            return None

    interval = None
    if evaluation.spec.task == "regression":
        interval = tried(lambda: interval_of(evaluation, key, level, ratio=ratio))
    known = table is not None
    label = meant_class(evaluation, key, decision)
    asked = [one for one in columns or evaluation.spec.columns if known and one.name in table]
    groups = [
        tried(lambda of=one: fairness(answers, key, table, of, label))
        for one in about_people(asked, evaluation.spec.target)
    ]
    time = _time_column(asked, evaluation.spec)
    return Summary(
        evaluation=decided,
        key=key,
        origin=origin or Origin(),
        decision=decision,
        shift=shift,
        interval=interval,
        segments=tried(lambda: find_segments(answers, key, table)) if known else None,
        ceiling=tried(lambda: ceiling(table, evaluation.spec)) if known else None,
        importance=importance,
        effects=effects,
        learning=learning,
        fairness=tuple(one for one in groups if one is not None),
        in_time=None if time is None else tried(lambda: _in_time(answers, key, table, time)),
        pairs=pairs,
        pair_effects=pair_effects,
        beside=beside,
        n_other_runs=n_other_runs,
        problems=tuple(problems),
    )


def meant_class(evaluation: Evaluation, key: str, decision: DecisionSpec | None = None) -> Label | None:
    """Return the class that is spoken of where one has to be: the one decided about, else the one to find, else the
    rarest of the tested rows; None for amounts."""
    spec = evaluation.spec
    if spec.task == "regression":
        return None
    label = decision.label if decision is not None else spec.positive
    if label is not None:
        return label
    counts = evaluation.out_of_fold(key)["actual"].value_counts()
    return min(spec.classes, key=lambda one: counts.get(one, 0) or math.inf)


def _time_column(columns: list[ColumnSpec], spec: ExperimentSpec) -> ColumnSpec | None:
    """Return the column that orders the rows in time: the one they are divided by, else the first date."""
    by_split = [one for one in columns if spec.split.kind == "time" and one.name == spec.split.column]
    dates = [one for one in columns if one.meaning == "date" and one.name != spec.target]
    return next(iter([*by_split, *dates]), None)


def _in_time(answers: Evaluation, key: str, table: pd.DataFrame, column: ColumnSpec) -> ErrorsInTime | Slices:
    if answers.spec.task == "regression":
        return errors_in_time(answers, key, table[column.name])
    return slices(answers, key, table, column)
