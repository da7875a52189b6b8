"""What ``train`` says of a run: what to know before it, and what came of it."""

from typing import TYPE_CHECKING

from workbench.cli import splitting
from workbench.cli.saying import progress, say

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.store.records import Run
    from workbench.training.evaluation import Evaluation


def say_warnings(asked: "Run") -> None:
    """Say what to know before believing the scores, and how what is asked can be answered here."""
    answers = asked.notes.get("answers") or {}
    for warning in asked.notes.get("warnings", []):
        answer = splitting.answer(answers[warning]) if warning in answers else ""
        progress(f"warning: {warning} {answer}".strip())


def say_split(asked: "Run") -> None:
    """Say how rows are divided, and why so."""
    from workbench.modeling.split_words import divided, how_often

    if asked.spec is not None and asked.spec.split.folds:
        reason = asked.notes.get("split_reason") or ""
        progress(f"{divided(asked.spec.split)}; checked {how_often(asked.spec.split)}. {reason}".strip())


def say_result(finished: "Run", evaluation: "Evaluation", beside: tuple[str | None, ...]) -> None:
    """Say what was left out, every candidate's score, and the result in a sentence."""
    from workbench.modeling import metrics
    from workbench.results import headline
    from workbench.results.quality.goals import from_note, verdict
    from workbench.results.wording import with_spread

    for column in evaluation.spec.left_out:
        progress(f"left out: {column.column} ({column.reason})")
    for entry in finished.notes.get("models_left_out", []) + finished.notes.get("unsuitable", []):
        progress(f"not trained: {entry['kind']} ({entry['reason']})")
    say_warnings(finished)
    kind = metrics.metric(evaluation.spec.metric)
    unit = evaluation.spec.target_column.unit if kind.in_target_units else ""
    for score in evaluation.candidates():
        words = (
            score.error
            or score.dropped
            or f"{kind.label} {with_spread(score.mean, score.std, unit)}, fitted in {score.fit_seconds:.1f} s"
        )
        say(f"{score.kind:<24}{words}", beside=beside)
    say(str(headline(evaluation)), beside=beside)
    _, success = from_note(finished.notes.get("goal"))
    best = evaluation.best()
    found = verdict(evaluation, best, success) if best is not None else None
    if found is not None:
        say(found.sentence, beside=beside)


def say_optimism(store: "Store", finished: "Run", beside: tuple[str | None, ...]) -> None:
    """Say what a division by chance would have promised, where that was measured."""
    from workbench.training.optimism import stored_gap

    gap = stored_gap(store.artifact("optimism", finished.id))
    if gap is not None:
        say(f"{gap.sentence} {gap.measured}", beside=beside)
