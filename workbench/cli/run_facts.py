"""What a finished run says about itself, as the JSON of ``train --json``."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.store.records import Dataset, Run
    from workbench.training.evaluation import CandidateScore, Evaluation


def run_facts(
    run: "Run", evaluation: "Evaluation", dataset: "Dataset", optimism: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return all scores of a run, and what was decided before it, as a plain JSON value.

    A score that is not defined on a fold is null, as are the mean and spread of an estimator without any, and the
    spread of what was checked once. ``optimism`` is what was kept of :class:`workbench.training.optimism.OptimismGap`.
    """
    from workbench.results import headline

    spec, notes = evaluation.spec, run.notes
    best, baseline = evaluation.best(), evaluation.baseline()
    return {
        "run": run.id,
        "project": run.project_id,
        "status": run.status,
        "headline": str(headline(evaluation)),
        "task": spec.task,
        "metric": spec.metric,
        "target": spec.target,
        "classes": list(spec.classes),
        "positive": spec.positive,
        "best": None if best is None else spec.candidate(best).kind,
        "baseline": None if baseline is None else _number(baseline.mean),
        "models": [_model(evaluation, score) for score in evaluation.candidates()] + _unsuitable(notes),
        "autopilot": None if spec.autopilot is None else spec.autopilot.model_dump(mode="json"),
        "models_left_out": notes.get("models_left_out", []),
        "columns": [column.name for column in spec.columns],
        "left_out": [entry.model_dump(mode="json") for entry in spec.left_out],
        "n_rows": dataset.n_rows,
        "rows_without_target": notes.get("rows_without_target", 0),
        "folds": spec.split.rounds,
        "split": spec.split.model_dump(mode="json"),
        "split_reason": notes.get("split_reason", ""),
        "optimism": optimism,
        "seed": spec.seed,
        "warnings": notes.get("warnings", []),
    }


def _model(evaluation: "Evaluation", score: "CandidateScore") -> dict[str, Any]:
    candidate = evaluation.spec.candidate(score.key)
    entry = {
        "kind": score.kind,
        "key": score.key,
        "hyperparameters": dict(candidate.hyperparameters),
        "scores": {name: [_number(value) for value in values] for name, values in score.scores.items()},
        "mean": _number(score.mean),
        "std": _number(score.std),
        "fit_seconds": _number(score.fit_seconds),
    }
    if score.warnings:
        entry["warnings"] = list(score.warnings)
    if candidate.members:
        entry["members"] = [member.model_dump(mode="json") for member in candidate.members]
    if score.dropped:
        entry["dropped"] = score.dropped
    if score.error:
        entry["error"] = score.error
    return entry


def _unsuitable(notes: dict) -> list[dict[str, Any]]:
    empty = {"scores": {}, "mean": None, "std": None, "fit_seconds": 0.0}
    return [{"kind": entry["kind"], **empty, "error": entry["reason"]} for entry in notes.get("unsuitable", [])]


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
