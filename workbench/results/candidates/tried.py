"""What an autopilot is doing, has tried and has dropped, and its plan: in words."""

from dataclasses import dataclass

import pandas as pd

from workbench.modeling import metrics, models
from workbench.results.wording import count_word, listed, number, with_spread
from workbench.specs import CandidateSpec, ExperimentSpec
from workbench.training.ensemble import ENSEMBLE
from workbench.training.evaluation import BASELINE, CandidateScore, Evaluation
from workbench.training.scoring import label_of

SAME_FOR_ALL = {BASELINE, ENSEMBLE}  # no candidates of their own: what is compared with, and averages of the others


@dataclass(frozen=True)
class Stage:
    """One step on the way of an autopilot: a few words for the list of steps, and a sentence for the one under way."""

    name: str
    words: str
    sentence: str


def stages(spec: ExperimentSpec) -> tuple[Stage, ...]:
    """Return the steps of an autopilot's run on the folds of ``spec``, in order."""
    n = spec.split.rounds
    if n == 1:
        first, race = "The usual ones", "Trying the usual ones on the rows held out"
        others = "Letting the better ones go on"
    else:
        first = f"The usual ones, on one of {count_word(n)} folds"
        race = f"Trying the usual ones on one of the {count_word(n)} folds"
        others = f"The race: the better ones on all {count_word(n)} folds"
    return (
        Stage("usual", first, race),
        Stage("race", "The better ones, on all folds" if n > 1 else "The better ones", others),
        Stage("variations", "Variations of the best", "Trying variations of the best"),
        Stage("together", "The best together", "Putting the best together"),
    )


def stage_of(evaluation: Evaluation) -> int:
    """Return the position in :func:`stages` of what an autopilot is doing, as far as its scores tell."""
    spec = evaluation.spec
    plan = spec.autopilot.rounds if spec.autopilot else ()
    if not plan:
        return 0
    if any(candidate.kind == ENSEMBLE for candidate in spec.candidates):
        return 3
    first = {candidate.key for candidate in plan[0].candidates}
    if any(_is_open(evaluation.candidate(candidate.key)) for candidate in spec.candidates if candidate.key in first):
        return 1
    planned = any(entry.trials for entry in plan)
    varied = [candidate for candidate in spec.candidates if candidate.key not in first and candidate.kind != BASELINE]
    if planned and (not varied or any(_is_open(evaluation.candidate(one.key)) for one in varied)):
        return 2
    return 3


def tried_table(evaluation: Evaluation) -> pd.DataFrame:
    """Return everything that was tried, the best first.

    Returns
    -------
    DataFrame
        ``Estimator``, ``Came in as`` (usual settings, a variation, an average), ``Folds`` ("5 of 5"), ``Score`` (mean
        over the folds done, with its spread where all are), ``Seconds`` and ``What became of it``.
    """
    spec, best = evaluation.spec, evaluation.best()
    unit = spec.target_column.unit if metrics.metric(spec.metric).in_target_units else ""
    rows = [
        {
            "Estimator": label_of(spec, score.key),
            "Came in as": _origin(spec, spec.candidate(score.key)),
            "Folds": f"{len(score.folds)} of {spec.split.rounds}",
            "Score": _score(score, unit),
            "Seconds": round(score.fit_seconds + score.score_seconds, 1),
            "What became of it": _fate(score, best),
        }
        for score in evaluation.candidates()
    ]
    return pd.DataFrame(rows, columns=["Estimator", "Came in as", "Folds", "Score", "Seconds", "What became of it"])


def summary(evaluation: Evaluation) -> str:
    """Say how many were tried and what became of them, in a sentence.

    Examples
    --------
    "26 candidates were tried: 9 on every fold, 16 dropped on the way, one failed."
    """
    scores = [score for score in evaluation.candidates() if score.kind not in SAME_FOR_ALL]
    complete = sum(score.complete for score in scores)
    parts = [f"{complete} on every fold"]
    for count, words in (
        (sum(bool(score.dropped) for score in scores), "dropped on the way"),
        (sum(bool(score.error) for score in scores), "failed"),
        (sum(_is_open(score) for score in scores), "not finished"),
    ):
        if count:
            parts.append(f"{count} {words}")
    were = "candidate was" if len(scores) == 1 else "candidates were"
    return f"{len(scores)} {were} tried: {listed(parts, most=4)}."


def plan_in_words(spec: ExperimentSpec) -> tuple[str, ...]:
    """Return the plan of an autopilot, a sentence for each round; empty where there is none (yet)."""
    if spec.autopilot is None or not spec.autopilot.rounds:
        return ()
    n = spec.split.rounds
    sentences = []
    for place, entry in enumerate(spec.autopilot.rounds):
        on = "all folds" if len(entry.folds) >= n else _folds(len(entry.folds), n)
        if entry.candidates:
            names = listed(_kinds(entry.candidates), most=20)
            learned = [one for one in entry.candidates if one.kind != BASELINE]
            sentence = f"{_count(len(learned), 'setting')} of {names}, on {on}"
        elif entry.trials:
            kinds = [models.described(kind).label for kind in entry.trials]
            which = listed(kinds, most=20) if entry.kinds >= len(kinds) else f"the best {entry.kinds} of these kinds"
            sentence = f"{_count(sum(entry.trials.values()), 'variation')} of {which}, on {on}"
        else:
            sentence = f"Those still in the race, on {on}"
        if entry.keep:
            sentence += f"; the best {count_word(entry.keep)} {'goes' if entry.keep == 1 else 'go'} on"
        sentences.append(f"{place + 1}. {sentence[0].upper()}{sentence[1:]}.")
    largest = spec.autopilot.largest_ensemble
    sentences.append(
        f"{len(sentences) + 1}. A weighted average of at most {count_word(largest)} of those with all folds, where it "
        "is better than the best single one beyond chance."
    )
    return tuple(sentences)


def _is_open(score: CandidateScore) -> bool:
    return not (score.complete or score.error or score.dropped)


def _origin(spec: ExperimentSpec, candidate: CandidateSpec) -> str:
    if candidate.kind == BASELINE:
        return "comparison"
    if candidate.kind == ENSEMBLE:
        return "calibrated" if len(candidate.members) == 1 else f"average of {count_word(len(candidate.members))}"
    plan = spec.autopilot.rounds if spec.autopilot else ()
    first = {one.key for entry in plan for one in entry.candidates}
    if not plan or candidate.key in first:
        return "strong settings"
    return "variation" if any(entry.trials for entry in plan) else ""  # not known where the search was ended early


def _score(score: CandidateScore, unit: str) -> str:
    if score.mean != score.mean:
        return "–"
    return (
        with_spread(score.mean, score.std, unit)
        if score.complete and len(score.folds) > 1
        else number(score.mean, unit=unit)
    )


def _fate(score: CandidateScore, best: str | None) -> str:
    if score.error:
        return score.error
    if score.dropped:
        return score.dropped
    if score.key == best:
        return "The best."
    if score.complete:
        return "For comparison." if score.kind == BASELINE else "Went all the way."
    return "Not finished."


def _kinds(candidates) -> list[str]:
    labels = (models.described(one.kind).label for one in candidates if one.kind != BASELINE)
    return list(dict.fromkeys(labels))


def _count(n: int, word: str) -> str:
    return f"{count_word(n)} {word}{'' if n == 1 else 's'}"


def _folds(n: int, total: int) -> str:
    return f"{count_word(n)} of {count_word(total)} folds"
