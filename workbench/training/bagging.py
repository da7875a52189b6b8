"""The final fit of an ensemble: the models of the folds put together, or every member fitted on all rows."""

import tempfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import CandidateFailed
from workbench.modeling import averages, pipeline, planning, splits
from workbench.runtime.ensembles import parts_of
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training.engine import Session
from workbench.training.scoring import is_kept, model_file, plain_cause, quietly


def fit_ensemble(
    table: pd.DataFrame,
    spec: ExperimentSpec,
    candidate: CandidateSpec,
    *,
    models_folder: Path | None = None,
    n_jobs: int | None = None,
) -> Pipeline:
    """Fit an ensemble.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    spec : ExperimentSpec
    candidate : CandidateSpec
        With members.
    models_folder : Path, optional
        Where a ``Session`` kept the models of the folds. What is not there is fitted, and gives the same model.
    n_jobs : int, optional
        Processes; default the number of cores.

    Raises
    ------
    CandidateFailed
        A member could not be fitted; says which, and why.
    """
    estimator = pipeline.build_pipeline(spec, candidate)
    inputs, target = planning.modelling_table(table, spec)
    if averages.bag_rounds(spec, candidate):
        with tempfile.TemporaryDirectory(prefix="workbench-fold-models-", ignore_cleanup_errors=True) as name:
            fitted = _of_folds(table, inputs, target, spec, candidate, Path(models_folder or name), n_jobs)
    else:
        fitted = [_on_all_rows(inputs, target, spec, candidate, n_jobs or joblib.cpu_count())]
    return _together(estimator, spec, candidate, fitted, target)


def fit_round(
    inputs: pd.DataFrame,
    target: np.ndarray,
    spec: ExperimentSpec,
    candidate: CandidateSpec,
    train: np.ndarray,
    fold: int,
    models_folder: Path | None = None,
) -> Pipeline:
    """Return a candidate as it was fitted in one round of the split: the kept model where there is one.

    Parameters
    ----------
    inputs, target
        As ``planning.modelling_table`` gives them.
    train : ndarray of int
        Positions of the rows to learn from.
    fold : int
        The number of the round.
    """

    def one(member: CandidateSpec) -> Pipeline:
        path = None if models_folder is None else model_file(models_folder, member.key, fold)
        if path is not None and path.exists():
            return joblib.load(path)
        return _fitted(spec, member, inputs.iloc[train], target[train])

    if not candidate.members:
        return one(candidate)
    estimator = pipeline.build_pipeline(spec, candidate)
    estimator.steps[-1][1].set_params(folds=())
    return _together(estimator, spec, candidate, [[one(member) for member in averages.members_of(candidate)]], target)


def _together(estimator: Pipeline, spec, candidate, fitted: list[list[Pipeline | None]], target) -> Pipeline:
    """Put fitted members into the ensemble they belong to; ``fitted`` has them for each fold, or once."""
    parts = []
    for models in fitted:
        for places in averages.groups_of(candidate, lambda member: pipeline.build_pipeline(spec, member)):
            here = [models[place] for place in places if models[place] is not None]
            if here:
                parts.append((here[0][1:-1], [model.steps[-1][1] for model in here]))
    # Giving rows their types learns nothing; a member's step does it as well as one that was fitted now.
    estimator.steps[0] = fitted[0][0].steps[0]
    estimator.steps[-1][1].assemble(parts, target, len(fitted))
    return estimator


def _of_folds(table, inputs, target: np.ndarray, spec, candidate, folder: Path, n_jobs) -> list[list[Pipeline | None]]:
    """For each fold, the members that were fitted without it; None where a member is not of that fold."""
    members, n_rounds = averages.members_of(candidate), averages.bag_rounds(spec, candidate)
    trained = [train for train, _ in splits.make_folds(inputs, target, spec)]
    models = {one.key: pipeline.build_pipeline(spec, one).steps[-1][1] for one in members}
    pairs = [(one.key, fold) for one in members for fold in range(parts_of(models[one.key], len(target), n_rounds))]
    # What is too large for the folder is fitted below, once.
    missing = [
        (key, fold)
        for key, fold in pairs
        if is_kept(models[key], len(trained[fold])) and not model_file(folder, key, fold).exists()
    ]
    if missing:
        with Session(table, spec, n_jobs=n_jobs, models_folder=folder) as session:
            session.score(members, missing, on_failure=_refuse)
    wanted = set(pairs)
    return [
        [
            fit_round(inputs, target, spec, one, trained[fold], fold, folder) if (one.key, fold) in wanted else None
            for one in members
        ]
        for fold in range(n_rounds)
    ]


def _on_all_rows(inputs, target: np.ndarray, spec, candidate, n_jobs: int) -> list[Pipeline]:
    members = averages.members_of(candidate)
    with joblib.parallel_config(inner_max_num_threads=1, backend="loky"):
        fits = (joblib.delayed(_fitted)(spec, one, inputs, target) for one in members)
        return joblib.Parallel(n_jobs=min(n_jobs, len(members)))(fits)


def _fitted(spec: ExperimentSpec, candidate: CandidateSpec, inputs: pd.DataFrame, target: np.ndarray) -> Pipeline:
    try:
        weights = pipeline.fit_arguments(spec, candidate, inputs, target, of_pipeline=True)
        with quietly():
            return pipeline.build_pipeline(spec, candidate).fit(inputs, target, **weights)
    except Exception as error:  # whatever an estimator raises
        raise CandidateFailed(plain_cause(candidate, error), "Choose another candidate.") from error


def _refuse(key: str, sentence: str) -> None:
    raise CandidateFailed(sentence, "Choose another candidate.")
