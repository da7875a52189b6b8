"""A summary as a plain JSON value: fractions as fractions, null where something is not defined."""

import math
from typing import Any

from workbench.modeling import metrics
from workbench.results.candidates.board import leaderboard, milliseconds_per_row, recommended
from workbench.results.candidates.comparison import tied_with_best
from workbench.results.candidates.runs_beside import RunBeside
from workbench.results.deciding.decisions import per_class
from workbench.results.quality.classes import confusion
from workbench.results.report.front import answers
from workbench.results.summary import Summary
from workbench.training.evaluation import mean_and_std


def to_json(summary: Summary) -> dict[str, Any]:
    """Return all of a summary.

    Every figure is of the rows of ``summary.predictions``: ``confusion_at_threshold`` counts its ``actual`` and
    ``prediction``, ``coverage`` is the share of its rows with ``lower`` and ``upper`` whose ``actual`` is between
    them (ends included), and ``metrics[name]["per_fold"][fold]`` is the metric of its rows of that ``fold``. Where
    folds were drawn several times, ``per_fold`` goes on with the other drawings, whose rows are not there. All are of
    the answers as they are given, by the threshold in use and with what is added; ``models`` are as they come.
    """
    evaluation, spec = summary.evaluation, summary.spec
    kind = metrics.metric(spec.metric)
    return {
        "headline": str(summary.headline),
        "beats_baseline": summary.headline.beats_baseline,
        "task": spec.task,
        "target": spec.target,
        "unit": spec.target_column.unit,
        "classes": list(spec.classes),
        "positive": spec.positive,
        "metric": spec.metric,
        "higher_is_better": kind.greater_is_better,
        **_goal(summary),
        "ceiling": None if summary.ceiling is None else _ceiling(summary.ceiling),
        "best": summary.key,
        "best_kind": spec.candidate(summary.key).kind,
        "best_label": summary.label,
        "recommended": _recommended(evaluation),
        "models": models_json(evaluation),
        "metrics": {name: _measure(name, values, spec) for name, values in summary.measures.items()},
        "baseline": _baseline(evaluation),
        "as_it_comes": summary.answers_as_it_comes,
        "rows": _rows(summary),
        **_decision(summary),
        "calibration": _calibration(summary),
        **_amounts(summary),
        **_segments(summary),
        **_importance(summary),
        "effects": [_effect(effect) for effect in summary.effects],
        **_context(summary),
        "learning_curve": None if summary.learning is None else plain(summary.learning.to_json()),
        "not_said": list(summary.problems),
        **_origin(summary),
    }


def models_json(evaluation) -> list[dict[str, Any]]:
    """Return the leaderboard, a record an estimator; ``tied_with_best`` is true of the best one, too."""
    tied = set(tied_with_best(evaluation))
    names = ("key", "kind", "label", "mean", "std", "gain", "fit_seconds", "score_seconds", "complete", "note")
    return [
        {name: plain(row[name]) for name in names}
        | {
            "tied_with_best": row["key"] in tied,
            "milliseconds_per_row": plain(milliseconds_per_row(evaluation, row["key"])),
        }
        for row in leaderboard(evaluation).to_dict("records")
    ]


def plain(value: Any) -> Any:
    """Return a value as JSON has it.

    >>> from datetime import datetime
    >>> plain(float("nan")), plain(datetime(2024, 5, 1)), plain([1, float("inf")])
    (None, '2024-05-01T00:00:00', [1, None])
    """
    if isinstance(value, dict):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):  # of numpy
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _goal(summary: Summary) -> dict[str, Any]:
    origin, said = summary.origin, summary.verdict
    return {
        "goal": {
            "decision": origin.goal,
            **origin.success.model_dump(mode="json"),
            "written_later": origin.goal_later,
            "standing": None if said is None else said.standing,
            "verdict": None if said is None else said.sentence,
        }
    }


def _ceiling(found) -> dict[str, Any]:
    return {name: plain(getattr(found, name)) for name in ("best", "low", "high", "n_rows", "matters", "sentence")}


def _recommended(evaluation) -> dict[str, Any] | None:
    advice = recommended(evaluation)
    return None if advice is None else {"key": advice.key, "because": advice.because}


def _measure(name: str, values, spec) -> dict[str, Any]:
    kind = metrics.metric(name)
    mean, std = mean_and_std(values)
    return {
        "mean": plain(mean),
        "std": plain(std),
        "per_fold": plain(list(values)),
        "label": kind.label,
        "unit": spec.target_column.unit if kind.in_target_units else "",
        "higher_is_better": kind.greater_is_better,
    }


def _baseline(evaluation) -> dict[str, Any] | None:
    found = evaluation.baseline()
    if found is None or not found.folds:
        return None
    return {name: _measure(name, values, evaluation.spec) for name, values in found.scores.items()}


def _rows(summary: Summary) -> dict[str, Any]:
    split, n_rows = summary.spec.split, len(summary.predictions)
    which = "Every row that was tested, once."
    if split.repeats > 1:
        which = (
            f"Every row that was tested in the first of {split.repeats} drawings, once: those of the first "
            f"{split.folds} values of per_fold."
        )
    return {"n_rows": n_rows, "n_folds": split.rounds, "n_folds_in_predictions": split.folds, "which": which}


def _decision(summary: Summary) -> dict[str, Any]:
    """The threshold and what it does; of several classes, without a decision about one, only the table of counts."""
    empty = dict.fromkeys(("threshold", "confusion_at_threshold"))
    if summary.spec.task == "regression":
        return {**empty, "classes_by": None, "confusion": None, "per_class": None}
    counted = confusion(summary.evaluation, summary.key)
    decided = summary.decisions
    chosen = summary.decision
    facts = {
        "classes_by": "most probable class" if chosen is None else "threshold",
        "confusion": {"labels": list(counted.labels), "counts": counted.counts.tolist()},
        "per_class": plain(per_class(summary.evaluation, summary.key).to_dict("records")),
    }
    if decided is None:
        return {**empty, **facts}
    does = decided.pooled.at(summary.threshold)
    names = ("tp", "fp", "fn", "tn")
    return {
        "threshold": summary.threshold,
        "threshold_of": decided.label,
        "threshold_chosen": chosen is not None,
        "scenario": chosen.scenario if chosen is not None else "",
        "confusion_at_threshold": dict(zip(names, plain(does.counts), strict=True)),
        "per_1000": dict(zip(names, plain(does.scaled().counts), strict=True)),
        "precision": plain(does.precision),
        "recall": plain(does.recall),
        **facts,
    }


def _calibration(summary: Summary) -> dict[str, Any] | None:
    found = summary.calibration
    if found is None:
        return None
    facts = {name: plain(getattr(found, name)) for name in ("label", "error", "by_chance", "p_value")}
    return {**facts, "bins": plain(found.frame().to_dict("records")), "finding": found.finding()}


def _amounts(summary: Summary) -> dict[str, Any]:
    found, shift = summary.interval, summary.shift
    return {
        "interval_level": None if found is None else found.level,
        "coverage": None if found is None else plain(found.coverage),
        "interval_width": None if found is None else plain(found.width),
        "coverage_per_fold": None if found is None else plain(found.by_fold()["coverage"].tolist()),
        "shift": None if shift is None else shift.model_dump(mode="json"),
    }


def _segments(summary: Summary) -> dict[str, Any]:
    found = summary.segments
    if found is None:
        return {"segments": [], "segments_finding": None, "segments_measure": None}
    told = found.to_json()
    groups = [
        {**group, "columns": list(one.columns), "conditions": list(one.conditions)}
        for group, one in zip(told.pop("groups"), found.segments, strict=True)
    ]
    return {"segments": plain(groups), "segments_finding": told["finding"], "segments_measure": told["measure"]}


def _importance(summary: Summary) -> dict[str, Any]:
    found = summary.importance
    if found is None:
        return {"importance": [], "importance_of": None}
    of = {"metric": found.metric, "score": plain(found.score), "n_rows": found.n_rows}
    return {"importance": plain(found.rows[["column", "mean", "std"]].to_dict("records")), "importance_of": of}


def _effect(effect) -> dict[str, Any]:
    rows = effect.rows[["value", "mean", "low", "high"]].to_dict("records")
    return {
        "column": effect.column.name,
        "class": plain(effect.label),
        "finding": effect.finding(),
        "rows": plain(rows),
    }


def _context(summary: Summary) -> dict[str, Any]:
    """Groups of people, errors over time, columns that act together, other runs; empty or null where not looked at."""
    in_time, pairs = summary.in_time, summary.pairs
    return {
        "answers": [{"question": one.question, "short": one.short, "text": one.sentences} for one in answers(summary)],
        "fairness": [
            {"column": one.column, "class": plain(one.label), "groups": plain(one.frame().to_dict("records"))}
            for one in summary.fairness
        ],
        "errors_in_time": None
        if in_time is None
        else {
            "column": in_time.column,
            "finding": in_time.finding(),
            "stretches": plain(in_time.frame().to_dict("records")),
        },
        "interactions": None
        if pairs is None
        else {"finding": pairs.finding(), "n_rows": pairs.n_rows, "pairs": plain(pairs.frame().to_dict("records"))},
        "other_runs": [_run_beside(one) for one in summary.beside],
        "n_other_runs": summary.n_other_runs,
    }


def _run_beside(one: RunBeside) -> dict[str, Any]:
    """Another run: a positive difference says that this one is better."""
    found = one.compared
    beside = None if found is None else found.comparison
    return {
        "run_number": one.number,
        "comment": one.comment,
        "best_label": one.estimator,
        "metric": None if beside is None else beside.metric,
        "score": None if found is None else plain(found.first),
        "score_here": None if found is None else plain(found.second),
        "difference": None if beside is None else plain(beside.difference),
        "low": None if beside is None else plain(beside.low),
        "high": None if beside is None else plain(beside.high),
        "p_value": None if beside is None else plain(beside.p_value),
        "sentence": one.sentence,
        "asked_differently": [
            {"setting": each.name, "there": each.first, "here": each.second} for each in one.settings
        ],
    }


def _origin(summary: Summary) -> dict[str, Any]:
    origin, spec = summary.origin, summary.spec
    return {
        "run": origin.run_id,
        "project": origin.project,
        "file": origin.file,
        "n_rows": origin.n_rows,
        "rows_without_target": origin.rows_without_target,
        "columns": [column.name for column in spec.columns],
        "split": spec.split.model_dump(mode="json"),
        "split_reason": origin.split_reason,
        "optimism": origin.optimism,
        "warnings": list(origin.warnings),
        "final_tests": plain(list(origin.final_tests)),
        "seed": spec.seed,
        "fingerprint": spec.fingerprint,
        "made_at": plain(origin.made_at),
        "app_version": origin.app_version,
        "versions": dict(origin.versions),
    }
