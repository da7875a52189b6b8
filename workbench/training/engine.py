"""Cross-validation of many candidates on one set of folds, and the final fit."""

import contextlib
import logging
import time
from collections.abc import Callable, Collection

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import CandidateFailed, NotFound
from workbench.modeling import pipeline, planning, splits
from workbench.specs import ExperimentSpec
from workbench.training.dispatch import Pair, Work, in_this_process, in_worker_processes
from workbench.training.evaluation import BASELINE, Evaluation, FoldScore
from workbench.training.pace import predicted_seconds
from workbench.training.scoring import Material, plain_cause, quietly

LOG = logging.getLogger(__name__)
# Worker processes take about 2 s to come up (imports) on the machine this was measured on; below this much predicted
# work the calling process is done sooner alone.
POOL_PAYS_SECONDS = 4.0
# While the workers come up the calling process scores candidates predicted to be cheaper than this per fold.
CHEAP_SECONDS = 0.5


def cross_validate(
    table: pd.DataFrame,
    spec: ExperimentSpec,
    *,
    done: Collection[Pair] = frozenset(),
    on_start: Callable[[str, int], None] | None = None,
    on_score: Callable[[FoldScore], None] | None = None,
    on_failure: Callable[[str, str], None] | None = None,
    n_jobs: int | None = None,
) -> Evaluation:
    """Score every candidate on rows it was not trained on, fold by fold.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n_rows, n_columns)
        The typed table. Row steps run here, once; everything that learns is fitted again inside each fold.
    spec : ExperimentSpec
        Candidates, split, metrics and seed.
    done : collection of (candidate key, fold)
        Pairs not to score again; they are not in the Evaluation that is returned (the caller has them).
    on_start : callable(key, fold), optional
        Called, about when it happens, as a pair begins; again where a pair has to be repeated because another one
        took the worker processes down with it.
    on_score : callable(FoldScore), optional
        Called as each pair finishes, in the order they finish. What it raises ends the run and is passed on.
    on_failure : callable(key, sentence), optional
        Called once for a candidate that failed; its remaining folds are skipped and the others go on.
    n_jobs : int, optional
        Worker processes; default the number of cores. Scores do not depend on it: each fit has one thread. With 1
        everything runs in the calling process.

    Returns
    -------
    Evaluation
        What was scored in this call, and the failures.

    Raises
    ------
    NotPossible, TooFewRows
        From planning and splits: the rows do not suffice for what was asked; names the class and its count.

    Notes
    -----
    All callbacks run in the calling thread. Cheap candidates come first, beginning with the baseline; small work
    never leaves the calling process.

    References
    ----------
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., 7.10.2: every step that sees the
    target belongs inside the loop.
    """
    inputs, target = planning.modelling_table(table, spec)
    material = Material(spec, inputs, target, splits.make_folds(inputs, target, spec))
    seconds = predicted_seconds(spec, len(inputs))
    work = Work(ordered_pairs(spec, seconds, len(material.folds), done))
    scored: list[FoldScore] = []
    failures: dict[str, str] = {}
    started = on_start or (lambda key, fold: None)
    with contextlib.closing(_outcomes(work, seconds, material, started, n_jobs)) as outcomes:
        for outcome in outcomes:
            if isinstance(outcome, FoldScore):
                if outcome.candidate in failures:
                    continue  # it finished beside the fold that failed
                scored.append(outcome)
                if on_score:
                    on_score(outcome)
            elif work.fail(outcome.candidate):
                LOG.info("%s\n%s", outcome.cause, outcome.details)
                failures[outcome.candidate] = outcome.cause
                if on_failure:
                    on_failure(outcome.candidate, outcome.cause)
    return Evaluation(spec, tuple(scored), failures)


def ordered_pairs(spec: ExperimentSpec, seconds: dict[str, float], n_folds: int, done: Collection[Pair]) -> list[Pair]:
    """The pairs to score, in order: the baseline, then candidate by candidate from the cheapest up."""
    keys = list(dict.fromkeys(candidate.key for candidate in spec.candidates))
    keys.sort(key=lambda key: (spec.candidate(key).kind != BASELINE, seconds[key]))
    return [(key, fold) for key in keys for fold in range(n_folds) if (key, fold) not in done]


def fit(table: pd.DataFrame, spec: ExperimentSpec, key: str | None = None) -> Pipeline:
    """Fit one candidate on all rows that have a target.

    Parameters
    ----------
    key : str, optional
        The candidate; default the first of the spec that is not the baseline (a finished run knows better:
        ``evaluation.best()``).

    Returns
    -------
    Pipeline
        Fitted; takes raw or typed rows. The same spec on the same table gives the same model, whatever the number
        of cores.

    Raises
    ------
    NotFound
        The spec has no candidate ``key``.
    CandidateFailed
        The estimator could not be fitted; says why.
    """
    if key is None:
        keys = [candidate.key for candidate in spec.candidates]
        key = next((one for one in keys if spec.candidate(one).kind != BASELINE), keys[0])
    try:
        candidate = spec.candidate(key)
    except KeyError:
        raise NotFound(f"The run has no candidate “{key}”.", "Choose one of its leaderboard.") from None
    inputs, target = planning.modelling_table(table, spec)
    try:
        # Threads over the trees of a forest do not change the model; the model that is kept asks for one thread,
        # since it answers single rows.
        estimator = pipeline.build_pipeline(spec, candidate, n_jobs=joblib.cpu_count())
        with quietly() as caught:
            estimator.fit(inputs, target)
        for text in dict.fromkeys(str(warning.message) for warning in caught):
            LOG.info("final fit of %s: %s", key, text)
        single = pipeline.build_pipeline(spec, candidate).steps[-1][1].get_params()
        threads = {name: value for name, value in single.items() if name.rpartition("__")[2] == "n_jobs"}
        estimator.steps[-1][1].set_params(**threads)
        return estimator
    except Exception as error:
        LOG.info("%s could not be fitted", key, exc_info=True)
        message = plain_cause(spec, key, None, error)
        raise CandidateFailed(message, "Choose another candidate.") from error


def _outcomes(work: Work, seconds: dict[str, float], material: Material, on_start, n_jobs: int | None):
    """Outcomes as they come: small work from this process alone, more from worker processes too."""
    n_jobs = n_jobs or joblib.cpu_count()
    if n_jobs == 1:
        yield from in_this_process(work, material, on_start, lambda pair: True)
        return
    spec = material.spec
    yield from in_this_process(work, material, on_start, lambda pair: spec.candidate(pair[0]).kind == BASELINE)
    if work.seconds(seconds) < POOL_PAYS_SECONDS:
        # Predictions can be wrong: what is left after this time goes to worker processes after all.
        until = time.monotonic() + 2 * POOL_PAYS_SECONDS
        yield from in_this_process(work, material, on_start, lambda pair: time.monotonic() < until)
    if work.seconds(seconds):
        cheap = in_this_process(work, material, on_start, lambda pair: seconds[pair[0]] < CHEAP_SECONDS)
        yield from in_worker_processes(work, material, on_start, n_jobs=n_jobs, help_with=cheap)
