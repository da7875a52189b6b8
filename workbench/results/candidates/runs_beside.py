"""The other runs of a project beside one of them: what each asked differently, and what that did to the score."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import WorkbenchError
from workbench.modeling import metrics
from workbench.results.candidates.run_settings import Setting, differing
from workbench.results.candidates.runs_compared import RunsCompared, compare_runs
from workbench.results.wording import number
from workbench.specs import ExperimentSpec
from workbench.training.evaluation import Evaluation
from workbench.training.scoring import label_of

MOST_RUNS = 6  # the newest ones: each has its predictions read
ASKED_THE_SAME = "Asked the same; what differs is what a search found in its time, or the version of the app."
NOT_SCORED = "It has no complete score."


@dataclass(frozen=True)
class OtherRun:
    """A run that is put beside another one.

    Parameters
    ----------
    number : int
    spec : ExperimentSpec
    evaluation : callable() -> Evaluation
        Reads its scores.
    made_at : datetime, optional
    comment : str
        What the person noted about it.
    """

    number: int
    spec: ExperimentSpec
    evaluation: Callable[[], Evaluation]
    made_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True)
class RunBeside:
    """What came of another run.

    Parameters
    ----------
    number : int
    made_at : datetime or None
    comment : str
    estimator : str
        Its best one; "" where none has all scores.
    compared : RunsCompared, optional
        Of that one (first) with the estimator at hand (second); None where they cannot be compared.
    problem : str
        Why they cannot; "" where they can.
    settings : tuple of Setting
        What was asked differently: there (first) and here (second).
    """

    number: int
    made_at: datetime | None
    comment: str
    estimator: str
    compared: RunsCompared | None
    problem: str
    settings: tuple[Setting, ...]

    @property
    def sentence(self) -> str:
        """What the difference in the score is, and whether it is more than chance."""
        return self.problem if self.compared is None else self.compared.sentence

    @property
    def scores(self) -> tuple[str, str]:
        """The two scores that were compared, there and here, with their unit; empty where there are none."""
        if self.compared is None:
            return "", ""
        unit = self.compared.comparison.unit
        return number(self.compared.first, unit=unit), number(self.compared.second, unit=unit)

    @property
    def metric(self) -> str:
        """What they were compared by, with its direction; "" where they were not."""
        if self.compared is None:
            return ""
        kind = metrics.metric(self.compared.comparison.metric)
        return f"{kind.label}, {'higher' if kind.greater_is_better else 'lower'} is better"


def runs_beside(
    evaluation: Evaluation, key: str, number: int, others: Iterable[OtherRun], tables: dict[str, str] | None = None
) -> tuple[RunBeside, ...]:
    """Return what came of other runs beside an estimator of this one, in the order given.

    Parameters
    ----------
    evaluation : Evaluation
        Of this run, as it was scored: without a decision.
    key : str
    number : int
        Of this run.
    others : iterable of OtherRun
        The first ``MOST_RUNS`` of them are looked at.
    tables : dict of str to str, optional
        Names of data sets by fingerprint.
    """
    return tuple(_beside(evaluation, key, number, other, tables) for other in list(others)[:MOST_RUNS])


def _beside(evaluation, key, number, other: OtherRun, tables) -> RunBeside:
    estimator, compared, problem = "", None, ""
    try:
        scored = other.evaluation()
        best = scored.best()
        if best is None:
            problem = NOT_SCORED
        else:
            estimator = label_of(other.spec, best)
            names = tuple(f"Run {one}" for one in (other.number, number))
            compared = compare_runs(scored, best, evaluation, key, names)
    except WorkbenchError as error:
        problem = str(error)
    settings = tuple(differing(other.spec, evaluation.spec, tables))
    return RunBeside(other.number, other.made_at, other.comment, estimator, compared, problem, settings)
