"""The result of a run in plain words: what it is good for, beside the baseline, with the spread over folds."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.modeling import metrics
from workbench.modeling.split_words import scored_over
from workbench.profiling.in_time.availability import IT_SEEMS
from workbench.results.candidates.answered import as_answered, changed_metrics
from workbench.results.candidates.board import gain, near_best, recommended
from workbench.results.candidates.comparison import LEVEL, compare
from workbench.results.candidates.tried import SAME_FOR_ALL
from workbench.results.wording import (
    LONGEST_LABEL,
    listed,
    number,
    percent,
    share_in_words,
    shorten,
    with_spread,
)
from workbench.training.evaluation import CandidateScore, Evaluation
from workbench.training.scoring import label_of

TOP_SHARE = 0.2  # share of the rows that a first campaign or check might reach
COMMON_SHARE = 1 / 3  # where the positive class is more common than this, a larger share is taken
USUAL_SHARE = 0.5  # where it is even more common, shares that are right say more than reach


@dataclass(frozen=True)
class Headline:
    """What to say first.

    Parameters
    ----------
    sentence : str
        What the best model would do, beside guessing.
    notes : tuple of str
        Its score with spread; whether others are as good; what did not work.
    beats_baseline : bool
        It is better than the baseline by more than chance.
    """

    sentence: str
    notes: tuple[str, ...]
    beats_baseline: bool

    def __str__(self) -> str:
        return " ".join([self.sentence, *self.notes])


def headline(evaluation: Evaluation, key: str | None = None, added: float = 0.0, *, so_far: bool = False) -> Headline:
    """Say the result of a run, finished or not, in the person's own words and units.

    Parameters
    ----------
    evaluation : Evaluation
    key : str, optional
        The candidate to speak of; default the best one, also where this one is not complete.
    added : float, default=0
        What is added to its predicted amounts, in the target's unit.
    so_far : bool, default=False
        The run is going on: nothing is said as if it were the end.

    Notes
    -----
    The sentence is about the answers as they are given: by the evaluation's decision about the candidate, with what is
    added. The scores in the notes are of estimators as they come, which are compared; they say so where that differs.
    """
    best = key if key is not None and evaluation.candidate(key).complete else evaluation.best()
    if best is None:
        return Headline(_nothing_complete(evaluation), (), beats_baseline=False)
    top, baseline = evaluation.candidate(best), evaluation.baseline()
    beats = baseline is not None and baseline.complete and baseline.key != best
    beats = beats and _beats(evaluation, best, baseline.key)
    added = added if key in (None, best) else 0.0
    sentence = _WHAT_IT_DOES[evaluation.spec.task](as_answered(evaluation, best, added), best, baseline)
    others = _ties_note(evaluation, so_far) if best == evaluation.best() else _best_note(evaluation)
    notes = [_score_note(evaluation, top, baseline, added), others, _open_note(evaluation)]
    if baseline is not None and baseline.complete and not beats:
        notes.insert(0, sentence)
        sentence = _not_yet(evaluation, top, baseline) if so_far else _no_better(evaluation, top, baseline)
    if so_far:
        sentence = f"So far: {sentence[0].lower()}{sentence[1:]}"
    return Headline(sentence, tuple(note for note in notes if note), bool(beats))


def reach(actual: np.ndarray, probability: np.ndarray, share: float) -> float:
    """Share of the rows in question that are among the ``share`` of all rows with the highest probability.

    Rows of equal probability at the border count in proportion, as if drawn at random.

    Parameters
    ----------
    actual : bool ndarray of shape (n_rows,)
        The rows in question.
    probability : float ndarray of shape (n_rows,)

    Examples
    --------
    >>> reach(np.array([True, False, False, True]), np.array([0.9, 0.2, 0.2, 0.2]), 0.5)
    0.6666666666666666
    """
    taken = share * len(actual)
    order = np.argsort(-probability, kind="stable")
    ordered, found = probability[order], np.append(0, np.cumsum(actual[order]))
    border = ordered[min(max(math.ceil(taken) - 1, 0), len(ordered) - 1)]
    first, last = int((ordered > border).sum()), int((ordered >= border).sum())
    inside = found[first] + (found[last] - found[first]) * (taken - first) / (last - first)
    return float(inside / found[-1]) if found[-1] else float("nan")


def _binary(evaluation: Evaluation, key: str, baseline: CandidateScore | None) -> str:
    spec = evaluation.spec
    rows = evaluation.out_of_fold(key, every=True)
    share = float((rows["actual"] == spec.positive).mean())
    if share > USUAL_SHARE:
        return _shares_right(evaluation, key, baseline)
    who = f"{shorten(spec.target)} = {shorten(spec.positive)}"
    if not share:
        return (
            f"None of the {len(rows):,} rows tested has {who}, so it is not known how many of those would be reached."
        )
    top = TOP_SHARE if share <= COMMON_SHARE else math.ceil(10 * share - 1e-9) / 10
    # Per fold, because each fold's model has its own scale of probabilities.
    per_fold = [
        reach((fold["actual"] == spec.positive).to_numpy(), fold[f"probability_{spec.positive}"].to_numpy(), top)
        for _, fold in rows.groupby("fold")
    ]
    reached = share_in_words(float(np.nanmean(per_fold)))
    return (
        f"Picking the {percent(top)} of rows ranked highest would reach {reached} of those with {who}; "
        f"picking at random would reach {percent(top)}."
    )


def _shares_right(evaluation: Evaluation, key: str, baseline: CandidateScore | None) -> str:
    rows = evaluation.out_of_fold(key)
    commonest = rows["actual"].value_counts()
    right = float((rows["actual"] == rows["prediction"]).mean())
    return (
        f"The model gives the right “{shorten(evaluation.spec.target)}” for {percent(right)} of the rows; always "
        f"saying “{shorten(commonest.index[0])}”, the most frequent, would be right for "
        f"{percent(float(commonest.iloc[0]) / len(rows))}."
    )


def _regression(evaluation: Evaluation, key: str, baseline: CandidateScore | None) -> str:
    spec = evaluation.spec
    off = _typical_errors(evaluation.out_of_fold(key, every=True))
    unit = spec.target_column.unit
    sentence = f"Predictions of “{shorten(spec.target)}” are off by {number(float(off.mean()), unit=unit)} on average"
    if baseline is None or not baseline.folds or baseline.key == key:
        return sentence + "."
    guessing = _typical_errors(evaluation.out_of_fold(baseline.key, every=True))
    return f"{sentence}; always guessing the mean would be off by {number(float(guessing.mean()), unit=unit)}."


_WHAT_IT_DOES = {"binary": _binary, "multiclass": _shares_right, "regression": _regression}


def _typical_errors(rows: pd.DataFrame) -> np.ndarray:
    """Mean absolute error of each fold."""
    return (rows["actual"] - rows["prediction"]).abs().groupby(rows["fold"]).mean().to_numpy()


def _score_note(evaluation: Evaluation, top: CandidateScore, baseline: CandidateScore | None, added: float) -> str:
    kind = metrics.metric(evaluation.spec.metric)
    unit = _unit(evaluation)
    label = _label(evaluation, top.key)
    note = f"{label}, {kind.label} {with_spread(top.mean, top.std, unit)} {scored_over(evaluation.spec.split)}"
    if baseline is not None and math.isfinite(baseline.mean) and baseline.key != top.key:
        note += f"; guessing {number(baseline.mean, unit=unit)}"
    if kind in changed_metrics(evaluation, top.key, added):
        note += (
            f". That is as the model comes, without {'the threshold' if evaluation.spec.classes else 'what is added'}"
        )
    return note + f". {'Higher' if kind.greater_is_better else 'Lower'} is better."


def _label(evaluation: Evaluation, key: str) -> str:
    """The name of a candidate, as long as a sentence has room for."""
    return shorten(label_of(evaluation.spec, key), LONGEST_LABEL)


def _unit(evaluation: Evaluation) -> str:
    """The target's unit, for metrics that are measured in it."""
    kind = metrics.metric(evaluation.spec.metric)
    return evaluation.spec.target_column.unit if kind.in_target_units else ""


def _no_better(evaluation: Evaluation, top: CandidateScore, baseline: CandidateScore) -> str:
    label = _label(evaluation, top.key)
    if top.key == baseline.key:
        return "Only guessing could be scored; no other estimator finished."
    worse = gain(evaluation, top, baseline) < 0
    than = "is worse than guessing" if worse else "is not better than guessing by more than chance would explain"
    return (
        f"Nothing useful was learned: the best estimator, {label}, {than}. The columns in use may not tell anything "
        f"about “{shorten(evaluation.spec.target)}”, or the rows are too few.{_suspected(evaluation)}"
    )


def _not_yet(evaluation: Evaluation, top: CandidateScore, baseline: CandidateScore) -> str:
    if top.key == baseline.key:
        return "Nothing but guessing has been scored; the run is going on."
    return (
        f"No estimator is better than guessing by more than chance would explain; the best is "
        f"{_label(evaluation, top.key)}, and the run is going on."
    )


def _suspected(evaluation: Evaluation) -> str:
    """Name, after a blank, the columns that were set aside only because they may not be known when predicting."""
    seeming = tuple(IT_SEEMS.values())
    names = [entry.column for entry in evaluation.spec.left_out if entry.reason.startswith(seeming)]
    if not names:
        return ""
    was, it = ("was", "it") if len(names) == 1 else ("were", "they")
    named = listed([f"“{shorten(name)}”" for name in names], most=5)
    return (
        f" {named} {was} set aside because {it} may not be known when predicting: where {it} will be, say so on the "
        "page Target and inputs."
    )


def _beats(evaluation: Evaluation, best: str, baseline: str) -> bool:
    """Whether a candidate is better than guessing by more than chance explains; the best of many has had as many
    chances to be (Bonferroni, and only one of the two sides counts)."""
    n_tried = sum(score.complete and score.key != baseline for score in evaluation.candidates())
    beside = compare(evaluation, best, baseline)
    return beside.difference > 0 and beside.p_value <= 2 * LEVEL / max(n_tried, 2)


def _ties_note(evaluation: Evaluation, so_far: bool) -> str:
    tied = near_best(evaluation)
    if not tied:
        return ""
    unit = _unit(evaluation)
    named = [f"{_label(evaluation, score.key)} ({number(score.mean, unit=unit)})" for score in tied]
    verb = "is" if len(tied) == 1 else "are"
    top, advice = _label(evaluation, evaluation.best()), recommended(evaluation)
    said = f"Too close to call: {listed(named)} {verb} not told apart from {top}."
    if advice is None:  # none of them is better than guessing
        return said
    word = "Recommended so far" if so_far else "Recommended"
    return f"{said} {word}: {_label(evaluation, advice.key)}, {advice.because}."


def _best_note(evaluation: Evaluation) -> str:
    """Say what has the best score where another candidate was chosen."""
    best = evaluation.candidate(evaluation.best())
    label, unit = _label(evaluation, best.key), _unit(evaluation)
    return f"This is the estimator you chose; the best score, {number(best.mean, unit=unit)}, is that of {label}."


def _open_note(evaluation: Evaluation) -> str:
    candidates = [score for score in evaluation.candidates() if score.kind not in SAME_FOR_ALL]
    failed = [_label(evaluation, score.key) for score in candidates if score.error]
    dropped = sum(bool(score.dropped) for score in candidates)
    running = sum(not score.error and not score.complete for score in candidates) - dropped
    parts = []
    if dropped:
        parts.append(f"{dropped} of {len(candidates)} estimators left the race; “What was tried” says why.")
    if running:
        parts.append(f"{running} of {len(candidates)} estimators not finished.")
    if failed:
        parts.append(f"Failed: {listed(failed)}.")
    return " ".join(parts)


def _nothing_complete(evaluation: Evaluation) -> str:
    candidates = evaluation.candidates()
    failed = [score for score in candidates if score.error]
    if failed and len(failed) == len(candidates):
        return f"No estimator could be scored. {failed[0].error}"
    rounds = evaluation.spec.split.rounds
    return f"No estimator has finished all {rounds} folds yet." if rounds > 1 else "No estimator has been tested yet."
