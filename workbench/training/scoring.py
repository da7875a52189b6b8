"""One candidate, one fold: fit on the other folds, predict this one, score. Runs in any process, on one thread."""

import contextlib
import functools
import re
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from threadpoolctl import ThreadpoolController

from workbench.errors import WorkbenchError
from workbench.modeling import metrics, models, pipeline
from workbench.modeling.averages import calibration_of
from workbench.runtime.ensembles import bytes_of
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training import preparation
from workbench.training.evaluation import FoldScore
from workbench.training.preparation import Preparations, Prepared

LONGEST_CAUSE = 300  # characters of an estimator's own message that are passed on
NO_MEMORY = "the memory of this computer did not suffice."
LARGEST_KEPT_BYTES = 200_000_000  # larger forests are fitted again where they are needed
MOST_WARNINGS = 5  # different warnings kept per fold


@dataclass(frozen=True, eq=False)
class Material:
    """What every (candidate, fold) of a run needs: stored once, read once per process."""

    spec: ExperimentSpec
    inputs: pd.DataFrame
    target: np.ndarray
    folds: list[tuple[np.ndarray, np.ndarray]]
    build: Callable[[ExperimentSpec, CandidateSpec], Pipeline] = pipeline.build_pipeline


@dataclass(frozen=True)
class Task:
    """One candidate on one fold; ``preparation`` names the prepared columns that it shares with others, if any."""

    candidate: CandidateSpec
    fold: int
    preparation: str = ""

    @property
    def pair(self) -> tuple[str, int]:
        return self.candidate.key, self.fold

    def __hash__(self) -> int:
        return hash(self.pair)


@dataclass(frozen=True)
class Shared:
    """What the processes of a session share: prepared columns, and a folder where fitted models are kept, or None."""

    preparations: Preparations
    models_folder: Path | None = None


@dataclass(frozen=True)
class Failure:
    """A fit that did not end in a score; ``cause`` is a sentence for a person, ``details`` for the log."""

    candidate: str
    fold: int
    cause: str
    details: str = ""


@functools.lru_cache(maxsize=1)
def threadpools() -> ThreadpoolController:
    """The thread pools of the loaded native libraries. Found once per process: looking takes milliseconds."""
    return ThreadpoolController()


@functools.lru_cache(maxsize=1)
def stored_material(path: str) -> Material:
    """Read the material of a run; its numbers stay in the file and are shared between processes."""
    return joblib.load(path, mmap_mode="r")


@contextlib.contextmanager
def quietly() -> Iterator[list[warnings.WarningMessage]]:
    """One thread for native code, whose sums change with the number of threads; warnings collected, not printed."""
    with threadpools().limit(limits=1), warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        yield caught


def score_pair(material: Material, task: Task, shared: Shared | None = None) -> FoldScore | Failure:
    """Fit a candidate on all folds but one and score it there.

    Any exception becomes a :class:`Failure`: one estimator's trouble must not stop the others. Everything runs on
    one thread, so that the result depends on neither the number of cores nor the load; nor does it on whether the
    preparation is shared.
    """
    try:
        with quietly() as caught:
            return _scored(material, task, shared, caught)
    except Exception as error:  # noqa: BLE001 - whatever an estimator raises is told, and the others go on
        cause = plain_cause(task.candidate, error, task.fold, material.spec.split.rounds)
        return Failure(*task.pair, cause, traceback.format_exc())


def _scored(material: Material, task: Task, shared: Shared | None, caught: list) -> FoldScore:
    spec = material.spec
    train, test = material.folds[task.fold]
    estimator = material.build(spec, task.candidate)
    steps, columns = _prepared(material, task, estimator, shared, caught)
    last = estimator.steps[-1][1]
    before = len(caught)
    began = time.perf_counter()
    weights = {}
    if spec.weight_column or spec.class_weight:
        weights = pipeline.fit_arguments(spec, task.candidate, material.inputs.iloc[train], material.target[train])
    last.fit(columns.train, material.target[train], **weights)
    fitted = time.perf_counter()
    actual = np.array(material.target[test])  # not a view of the file that the other processes share
    predicted, probabilities = answers(last, columns.test, spec)
    scores = metrics.score_all(spec, actual, predicted, probabilities)
    ended = time.perf_counter()
    if shared is not None and shared.models_folder is not None and is_kept(last, len(train)):
        whole = Pipeline([*steps.steps, estimator.steps[-1]])
        preparation.write(whole, model_file(shared.models_folder, *task.pair))
    sentences = (_one_line(text) for text in (*columns.warnings, *(str(one.message) for one in caught[before:])))
    return FoldScore(
        candidate=task.candidate.key,
        fold=task.fold,
        scores=scores,
        fit_seconds=columns.fit_seconds + fitted - began,
        score_seconds=columns.transform_seconds + ended - fitted,
        rows=material.inputs.index.to_numpy(dtype=np.int64)[test],
        actual=actual,
        predicted=predicted,
        probabilities=probabilities,
        warnings=tuple(dict.fromkeys(sentences))[:MOST_WARNINGS],
        train_scores=_train_scores(spec, task.candidate, last, columns.train, np.array(material.target[train])),
    )


def _train_scores(spec: ExperimentSpec, candidate: CandidateSpec, last, prepared, actual) -> dict[str, float]:
    """The main metric on the rows that were learned from, for what a search tries; for others it is not computed."""
    searched = (tuning for tuning in spec.tunings if tuning.kind == candidate.kind)
    if not any({entry.name for entry in tuning.ranges} <= set(candidate.hyperparameters) for tuning in searched):
        return {}
    scores = metrics.score_all(spec, actual, *answers(last, prepared, spec))
    return {spec.metric: scores[spec.metric]}


def _prepared(material, task, estimator, shared, caught) -> tuple[Pipeline, Prepared]:
    """The columns as the estimator takes them; fitted here, or by whoever needed the same ones before."""
    train, test = material.folds[task.fold]

    def compute():
        inputs, target = material.inputs, material.target
        return preparation.prepare(estimator[:-1], inputs.iloc[train], target[train], inputs.iloc[test], caught)

    if shared is None or not task.preparation:
        return compute()
    return shared.preparations.get(task.preparation, compute)


def is_kept(model, n_rows: int) -> bool:
    """Whether the model of a fold, learnt from ``n_rows``, is kept where models are: all but very large forests."""
    return bytes_of(model, n_rows) <= LARGEST_KEPT_BYTES


def model_file(folder: Path, key: str, fold: int) -> Path:
    """Where the fitted pipeline of a candidate and fold is kept."""
    return folder / f"{key}-{fold}.joblib"


def predictions(estimator, inputs: pd.DataFrame, spec: ExperimentSpec) -> tuple[np.ndarray, np.ndarray | None]:
    """Predict with a fitted Pipeline; the preparation runs once for labels and probabilities together.

    Returns
    -------
    predicted : ndarray of shape (n_rows,)
    probabilities : ndarray of shape (n_rows, n_classes) or None
        Columns in the order of ``spec.classes``. None for regression.

    Raises
    ------
    ValueError
        A prediction is not a finite number.
    """
    prepared = estimator[:-1].transform(inputs) if len(estimator) > 1 else inputs
    return answers(estimator.steps[-1][1], prepared, spec)


def answers(last, prepared, spec: ExperimentSpec) -> tuple[np.ndarray, np.ndarray | None]:
    """Predict with the last step of a pipeline from prepared columns; returns what :func:`predictions` does."""
    if spec.task == "regression":
        predicted = np.asarray(last.predict(prepared), dtype=np.float64).ravel()
        if not np.isfinite(predicted).all():
            raise ValueError(f"{int((~np.isfinite(predicted)).sum())} predictions are not finite numbers")
        return predicted, None
    columns = {label: position for position, label in enumerate(spec.classes)}
    found = last.predict_proba(prepared)
    if not np.isfinite(found).all():
        raise ValueError(f"{int((~np.isfinite(found)).any(axis=1).sum())} predictions are not finite numbers")
    # Equal to ``predict`` for every estimator of the registry (a contract test holds it), without running it twice.
    predicted = last.classes_[found.argmax(axis=1)]
    probabilities = np.zeros((len(found), len(columns)))
    for position, label in enumerate(last.classes_):
        probabilities[:, columns[label.item() if isinstance(label, np.generic) else label]] = found[:, position]
    return predicted, probabilities


def plain_cause(candidate: CandidateSpec, error: BaseException, fold: int | None = None, n_folds: int = 0) -> str:
    """Say why a candidate failed in a sentence without a traceback; ``fold`` is None for the fit on all rows."""
    where = f"{label_of_candidate(candidate)} failed " + (
        "in the fit on all rows" if fold is None else f"on fold {fold + 1} of {n_folds}"
    )
    if isinstance(error, WorkbenchError):
        return f"{where}: {error}"
    if isinstance(error, MemoryError):
        return f"{where}: {NO_MEMORY} Use fewer rows or columns, or leave it out."
    message = _one_line(str(error)).rstrip(".") or type(error).__name__
    return f"{where}: {message}."


def label_of(spec: ExperimentSpec, key: str) -> str:
    """Name of a candidate of a run on screen."""
    return label_of_candidate(spec.candidate(key))


def label_of_candidate(candidate: CandidateSpec) -> str:
    """Name of a candidate on screen: its kind's label, and the settings that were changed."""
    if candidate.members:
        return _label_of_members(candidate)
    try:
        kind = models.described(candidate.kind)
        label, names = kind.label, {one.name: one.label for one in kind.hyperparameters}
    except WorkbenchError:
        label, names = candidate.kind, {}
    settings = [_setting(names.get(name, name), value) for name, value in candidate.hyperparameters.items()]
    return f"{label} ({', '.join(settings)})" if settings else label


def _setting(label: str, value) -> str:
    """Say a setting by its name on screen, in the middle of a line."""
    label = label[:1].lower() + label[1:]
    if value is None:
        return f"{label}: as usual"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{label} {value:,.6g}" if number else f"{label}: {value}"


def _label_of_members(candidate: CandidateSpec) -> str:
    first = candidate.members[0]
    alone = label_of_candidate(CandidateSpec(kind=first.kind, hyperparameters=first.hyperparameters))
    label = alone if len(candidate.members) == 1 else f"Ensemble of {len(candidate.members)}"
    return f"{label}, calibrated" if calibration_of(candidate) else label


def _one_line(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST_CAUSE else text[: LONGEST_CAUSE - 1] + "…"
