"""What cross-validation found: scores per fold, and the predictions for rows a model had not seen.

Plain data, so that the store can put an Evaluation together from the fold scores it kept, in any later process.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbench.errors import ModelUnusable, NotFound
from workbench.modeling import metrics
from workbench.runtime.decisions import decide
from workbench.specs import CandidateSpec, DecisionSpec, ExperimentSpec
from workbench.training.label_codes import coded, decoded, label_array

BASELINE = "baseline"  # kind of the candidate that looks at no column
ENSEMBLE = "ensemble"  # kind of a candidate that averages others
FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class FoldScore:
    """One candidate, scored on one fold that it was not trained on.

    Parameters
    ----------
    candidate : str
        Key of the candidate in the spec.
    fold : int
        Position of the fold, from 0.
    scores : dict of str to float
        Every metric of the task in its own unit and natural sign; NaN where a metric is not defined on the fold
        (for instance ROC AUC where all rows of the fold are of one class).
    fit_seconds, score_seconds : float
        Wall time of fitting on the other folds, and of predicting and scoring this one.
    rows : int64 ndarray of shape (n_rows,)
        Index labels of the table: positions of the rows in the person's file.
    actual, predicted : ndarray of shape (n_rows,)
    probabilities : float64 ndarray of shape (n_rows, n_classes), or None for regression
        Columns in the order of ``spec.classes``; a class that the training rows lacked has 0.
    warnings : tuple of str
        What the estimator complained about, each sentence once.
    train_scores : dict of str to float
        The same metrics on the rows it was trained on; only for candidates that a search tries, to show where a
        setting learns by heart.
    """

    candidate: str
    fold: int
    scores: dict[str, float]
    fit_seconds: float
    score_seconds: float
    rows: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray | None = None
    warnings: tuple[str, ...] = ()
    train_scores: dict[str, float] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the fold score as the bytes of an ``.npz`` archive: numbers as arrays, words as JSON, no pickle."""
        actual, predicted, labels = coded(self.actual, self.predicted)
        facts = {
            "version": FORMAT_VERSION,
            "candidate": self.candidate,
            "fold": int(self.fold),
            "metrics": list(self.scores),
            "labels": labels,
            "warnings": list(self.warnings),
            "train_metrics": list(self.train_scores),
        }
        arrays = {
            "facts": np.frombuffer(json.dumps(facts).encode("ascii"), dtype=np.uint8),
            "scores": np.array(list(self.scores.values()), dtype=np.float64),
            "seconds": np.array([self.fit_seconds, self.score_seconds], dtype=np.float64),
            "rows": np.asarray(self.rows, dtype=np.int64),
            "actual": actual,
            "predicted": predicted,
        }
        if self.train_scores:
            arrays["train_scores"] = np.array(list(self.train_scores.values()), dtype=np.float64)
        if self.probabilities is not None:
            arrays["probabilities"] = np.asarray(self.probabilities, dtype=np.float64)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "FoldScore":
        """Read back what ``to_bytes`` wrote.

        Raises
        ------
        ModelUnusable
            The bytes are damaged or of another format.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            facts = json.loads(arrays["facts"].tobytes())
            if facts["version"] != FORMAT_VERSION:
                raise ValueError(f"format version {facts['version']}")
            return cls(
                candidate=facts["candidate"],
                fold=facts["fold"],
                scores=dict(zip(facts["metrics"], arrays["scores"].tolist(), strict=True)),
                fit_seconds=float(arrays["seconds"][0]),
                score_seconds=float(arrays["seconds"][1]),
                rows=arrays["rows"],
                actual=decoded(arrays["actual"], facts["labels"]),
                predicted=decoded(arrays["predicted"], facts["labels"]),
                probabilities=arrays.get("probabilities"),
                warnings=tuple(facts["warnings"]),
                train_scores=dict(
                    zip(facts.get("train_metrics", ()), arrays.get("train_scores", np.empty(0)).tolist(), strict=True)
                ),
            )
        except Exception as error:
            raise ModelUnusable(
                f"A stored fold score cannot be read ({type(error).__name__}).", "Train this candidate again."
            ) from error


@dataclass(frozen=True)
class CandidateScore:
    """The folds of one candidate, taken together.

    Parameters
    ----------
    key, kind : str
    scores : dict of str to tuple of float
        Metric to its values, in the order of ``folds``.
    mean, std : float
        Of the run's main metric over the folds on which it is defined; NaN where there is none, where the candidate
        failed, and for a deviance that its predictions leave undefined on any fold. ``std`` divides by the number of
        folds (``ddof=0``), as scikit-learn's own reports do.
    fit_seconds, score_seconds : float
        Sum over the folds done.
    folds : tuple of int
        The folds that are done.
    complete : bool
        All folds are done, the candidate neither failed nor left the race, and the main metric has a value.
    error : str
        Why the candidate failed, as a sentence; empty where it did not.
    warnings : tuple of str
        What the estimator complained about in any fold, each once.
    dropped : str
        Why it left the race, as a sentence; empty where it did not. Its mean is over the folds it has.
    """

    key: str
    kind: str
    scores: dict[str, tuple[float, ...]]
    mean: float
    std: float
    fit_seconds: float
    score_seconds: float
    folds: tuple[int, ...]
    complete: bool
    error: str = ""
    warnings: tuple[str, ...] = ()
    dropped: str = ""

    def spread(self, metric: str) -> tuple[float, float]:
        """Mean and standard deviation (``ddof=0``) of ``metric`` over the folds on which it is defined."""
        return mean_and_std(self.scores.get(metric, ()))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All that is known of a run, finished or not.

    Parameters
    ----------
    spec : ExperimentSpec
    fold_scores : tuple of FoldScore
        In any order; at most one per candidate and fold.
    failures : mapping of str to str
        Candidate key to the sentence that says why it failed.
    dropped : mapping of str to str
        Candidate key to the sentence that says why it left the race. It is never the best.
    decisions : mapping of str to DecisionSpec
        Candidate key to the decision that its predictions follow; scores stay those of the most probable class.
    added : mapping of str to float
        Candidate key to what is added to its predicted amounts, in the target's unit; scores stay those without.
    """

    spec: ExperimentSpec
    fold_scores: tuple[FoldScore, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, DecisionSpec] = field(default_factory=dict)
    added: Mapping[str, float] = field(default_factory=dict)

    def decided(self, decisions: Mapping[str, DecisionSpec], added: Mapping[str, float] | None = None) -> "Evaluation":
        """Return the same evaluation with predictions that follow these decisions, and with these amounts added, by
        candidate key."""
        return replace(self, decisions=dict(decisions), added=dict(added or {}))

    def candidates(self) -> list[CandidateScore]:
        """Every candidate of the spec: complete ones best first by the main metric, then those still under way
        (best so far first), then those without a score yet, those that left the race, and the failed ones with their
        cause."""
        sign = -1.0 if metrics.metric(self.spec.metric).greater_is_better else 1.0

        def position(score: CandidateScore) -> tuple[int, float]:
            if score.error:
                return 4, 0.0
            if score.dropped:
                return 3, sign * score.mean if np.isfinite(score.mean) else np.inf
            if not np.isfinite(score.mean):
                return 2, 0.0
            return (0 if score.complete else 1), sign * score.mean

        return sorted((self.candidate(candidate.key) for candidate in self.spec.candidates), key=position)

    def candidate(self, key: str) -> CandidateScore:
        """Return the score of one candidate, with no folds where none is done; KeyError where the spec lacks it."""
        kind = self.spec.candidate(key).kind
        done = self._folds(key)
        names = list(dict.fromkeys(name for score in done for name in score.scores))
        scores = {name: tuple(score.scores.get(name, float("nan")) for score in done) for name in names}
        error = self.failures.get(key, "")
        dropped = "" if error else self.dropped.get(key, "")
        whole = not error and not dropped and len(done) >= self.spec.split.rounds
        values = () if error else scores.get(self.spec.metric, ())
        # The mean of some folds must not be compared with that of all; the folds themselves stay in ``scores``. Where a
        # metric is not defined because of the rows, it is so for every candidate; these are, because of predictions.
        if metrics.metric(self.spec.metric).target_range != "any" and not np.isfinite(values).all():
            values = ()
        mean, std = mean_and_std(values)
        return CandidateScore(
            key=key,
            kind=kind,
            scores=scores,
            mean=mean,
            std=std,
            fit_seconds=float(sum(score.fit_seconds for score in done)),
            score_seconds=float(sum(score.score_seconds for score in done)),
            folds=tuple(score.fold for score in done),
            complete=whole and bool(np.isfinite(mean)),
            error=error,
            warnings=tuple(dict.fromkeys(text for score in done for text in score.warnings)),
            dropped=dropped,
        )

    def best(self) -> str | None:
        """Key of the best complete candidate other than the baseline, even where the baseline scores better (the
        headline says so); the baseline's key where nothing else is complete; None where nothing is.

        An ensemble comes first: it is there because it is better than single candidates as they are found, and the
        luckiest of many singles may stand above it nevertheless (``training.selection``). A calibrated variant that a
        person asked for afterwards stands behind its original in the question, and is judged by its score."""
        complete = [score for score in self.candidates() if score.complete]
        averages = [score for score in complete if score.kind == ENSEMBLE and not self._is_afterthought(score.key)]
        learned = [score for score in complete if score.kind != BASELINE]
        return next((score.key for score in [*averages, *learned, *complete]), None)

    def _is_afterthought(self, key: str) -> bool:
        members = self.spec.candidate(key).members
        if len(members) > 1:
            return False
        original = CandidateSpec(kind=members[0].kind, hyperparameters=members[0].hyperparameters).key
        keys = [candidate.key for candidate in self.spec.candidates]
        return original in keys and keys.index(original) < keys.index(key)

    def baseline(self) -> CandidateScore | None:
        """The candidate that looks at no column, or None where the spec has none."""
        keys = [candidate.key for candidate in self.spec.candidates if candidate.kind == BASELINE]
        return self.candidate(keys[0]) if keys else None

    def out_of_fold(self, key: str, *, every: bool = False) -> pd.DataFrame:
        """Predictions for rows that the model was not trained on, each row once.

        Where folds were drawn several times these are the predictions of the first drawing; with ``every``, of all.

        Returns
        -------
        DataFrame
            Columns ``row`` (index label of the table), ``fold``, ``actual``, ``prediction`` (by the decision about
            the candidate, where there is one, with what is added) and, for classes, ``probability_<class>``; sorted
            by row. Rows of folds that are not done are absent.

        Raises
        ------
        NotFound
            The candidate has no finished fold.
        """
        done = [score for score in self._folds(key) if every or score.fold < self.spec.split.folds]
        if not done:
            cause = self.failures.get(key)
            raise NotFound(f"“{key}” has no predictions yet.", cause or "Wait for its first fold, or train it.")
        frame = pd.DataFrame(
            {
                "row": np.concatenate([score.rows for score in done]),
                "fold": np.repeat([score.fold for score in done], [len(score.rows) for score in done]),
                "actual": np.concatenate([score.actual for score in done]),
                "prediction": np.concatenate([score.predicted for score in done]),
            }
        )
        if self.added.get(key):
            frame["prediction"] += self.added[key]
        if done[0].probabilities is not None:
            stacked = np.vstack([score.probabilities for score in done])
            decision = self.decisions.get(key)
            if decision is not None:
                places = decide(stacked, self.spec.classes, decision.model_dump())
                frame["prediction"] = label_array(self.spec.classes)[places]
            for position, label in enumerate(self.spec.classes):
                frame[f"probability_{label}"] = stacked[:, position]
        return frame.sort_values(["row", "fold"], ignore_index=True)

    def _folds(self, key: str) -> list[FoldScore]:
        return sorted((score for score in self.fold_scores if score.candidate == key), key=lambda score: score.fold)


def mean_and_std(values) -> tuple[float, float]:
    """Mean and standard deviation (``ddof=0``) of the values that are numbers; NaN twice where there is none, and
    for the spread of a single one.

    >>> mean_and_std([1.0, 3.0, float("nan")]), mean_and_std([0.5])
    ((2.0, 1.0), (0.5, nan))
    """
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return float("nan"), float("nan")
    return float(numbers.mean()), float(numbers.std()) if len(numbers) > 1 else float("nan")
