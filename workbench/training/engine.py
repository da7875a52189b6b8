"""Cross-validation of many candidates on one set of folds, and the final fit."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import CandidateFailed, NotFound
from workbench.modeling import pipeline, planning
from workbench.specs import ExperimentSpec
from workbench.training.dispatch import Pair
from workbench.training.evaluation import BASELINE, Evaluation, FoldScore
from workbench.training.scoring import plain_cause, quietly
from workbench.training.session import Session

LOG = logging.getLogger(__name__)


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
    scored: list[FoldScore] = []
    failures: dict[str, str] = {}

    def keep(score):
        scored.append(score)
        if on_score:
            on_score(score)

    def note(key, sentence):
        failures[key] = sentence
        if on_failure:
            on_failure(key, sentence)

    with Session(table, spec, n_jobs=n_jobs) as session:
        keys = dict.fromkeys(candidate.key for candidate in spec.candidates)
        pairs = [(key, fold) for key in keys for fold in range(session.rounds) if (key, fold) not in done]
        session.score(spec.candidates, pairs, on_start=on_start, on_score=keep, on_failure=note)
    return Evaluation(spec, tuple(scored), failures)


def fit(
    table: pd.DataFrame, spec: ExperimentSpec, key: str | None = None, *, models_folder: Path | None = None
) -> Pipeline:
    """Fit one candidate on all rows that have a target.

    Parameters
    ----------
    key : str, optional
        The candidate; default the first of the spec that is not the baseline (a finished run knows better:
        ``evaluation.best()``).
    models_folder : Path, optional
        Where a ``Session`` kept the models of the folds, of which an ensemble can be put together at once.

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
    if candidate.members:
        from workbench.training.bagging import fit_ensemble  # it uses sessions itself

        return fit_ensemble(table, spec, candidate, models_folder=models_folder)
    inputs, target = planning.modelling_table(table, spec)
    try:
        # Threads over the trees of a forest do not change the model; the model that is kept asks for one thread,
        # since it answers single rows.
        estimator = pipeline.build_pipeline(spec, candidate, n_jobs=joblib.cpu_count())
        with quietly() as caught:
            estimator.fit(inputs, target, **pipeline.fit_arguments(spec, candidate, inputs, target, of_pipeline=True))
        for text in dict.fromkeys(str(warning.message) for warning in caught):
            LOG.info("final fit of %s: %s", key, text)
        single = pipeline.build_pipeline(spec, candidate).steps[-1][1].get_params()
        threads = {name: value for name, value in single.items() if name.rpartition("__")[2] == "n_jobs"}
        estimator.steps[-1][1].set_params(**threads)
        return estimator
    except Exception as error:
        LOG.info("%s could not be fitted", key, exc_info=True)
        message = plain_cause(candidate, error)
        raise CandidateFailed(message, "Choose another candidate.") from error
