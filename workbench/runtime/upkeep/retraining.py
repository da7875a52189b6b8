"""A bundle's model, learnt anew from another file, and whether it may take the place of the current one."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.runtime.learning.folds import group_codes
from workbench.runtime.learning.question import Question
from workbench.runtime.learning.rows import inputs_and_target
from workbench.runtime.learning.targets import has_target, label_words
from workbench.runtime.saving import saved
from workbench.runtime.scorer import CannotServe, Scorer
from workbench.runtime.upkeep.figures import figure, label_of
from workbench.runtime.upkeep.fitting import HeldOut, answered, cross_validated, fit_anew
from workbench.runtime.upkeep.judging import Verdict, constant, difference, joined, lower_than_before
from workbench.runtime.upkeep.new_rows import NewRows, UnlikeTraining, read_new_rows
from workbench.runtime.upkeep.renewed import renewed_manifest, renewed_scores
from workbench.runtime.upkeep.row_digests import table_digests
from workbench.runtime.upkeep.setting_aside import SetAside, learnt_before, set_aside
from workbench.runtime.upkeep.training_profile import profile_of, told_by

FEWEST_ROWS = 10
GAIN_DIGITS = 3
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Retrained:
    """What came of learning anew.

    Attributes
    ----------
    verdict : Verdict
    before : dict
        The current ``model.json``.
    manifest : dict or None
        The new one; None where the new model was refused.
    model : bytes
        Content of the new ``model.joblib``.
    scorer : Scorer or None
        The new model with its manifest.
    scores : dict or None
        Of the new model by cross-validation, in the form of ``model.json``.
    rows : NewRows
    inputs : DataFrame
        Of the rows that were learnt from.
    profile : dict or None
        What later rows are compared with; None where the new model was refused, or the rows are too few.
    """

    verdict: Verdict
    before: dict[str, Any]
    manifest: dict[str, Any] | None
    model: bytes
    scorer: Scorer | None
    scores: dict[str, Any] | None
    rows: NewRows
    inputs: pd.DataFrame
    profile: dict[str, Any] | None = None


def retrain(folder: Path, data: Path, *, seen: str = "auto", say: Say = print) -> Retrained:
    """Fit a bundle's model anew and compare it with the current one. Nothing is written.

    Parameters
    ----------
    folder : Path
        Of the bundle.
    data : Path
        A file like the training file, with the target.
    seen : {"auto", "all", "none"}
        See :func:`workbench.runtime.upkeep.setting_aside.learnt_before`.
    say : callable(sentence)
        Told what is going on.

    Raises
    ------
    CannotServe
        The bundle itself cannot be used.
    UnlikeTraining
        The file cannot be; says why.
    """
    scorer = Scorer.load(folder)
    training = scorer.manifest.get("training")
    if not training:
        raise CannotServe("This bundle does not say how its model was trained; export it again to retrain it.")
    question = Question.from_json(scorer.manifest["spec"])
    hidden = [field["name"] for field in scorer.fields if field.get("sensitive")]
    rows = read_new_rows(data, scorer.manifest["read"], training["columns"], training.get("unreadable", {}), hidden)
    inputs, target = _checked(rows.table, question)
    say(f"Read {len(rows.table):,} rows; {len(inputs):,} of them are learnt from.")
    try:
        aside = set_aside(rows.table, inputs, target, question, learnt_before(rows.table, question, training, seen))
        return _retrained(scorer, question, training, rows, inputs, target, aside, say)
    except WorkbenchError as error:  # too few rows of a class, groups or moments
        raise UnlikeTraining([str(error)]) from error


def _retrained(scorer, question, training, rows, inputs, target, aside: SetAside, say: Say) -> Retrained:
    model, before, weighted = scorer.model, scorer.manifest, training["weighted"]
    parts = cross_validated(
        model, question, weighted, inputs, target, lambda at, n: say(f"Cross-validation: part {at} of {n}.")
    )
    scores = renewed_scores(before["scores"], question, parts)
    verdict = Verdict()
    say("Comparing with the current model.")
    better = _compare(scorer, question, weighted, inputs, target, aside, verdict)
    _judge_scores(before, question, scores, better, verdict)
    _judge_learning(before, question, inputs, target, parts, scores, verdict)
    if verdict.refused:
        return Retrained(verdict, before, None, b"", None, scores, rows, inputs)
    say("Learning from all rows.")
    final = fit_anew(model, question, weighted, inputs, target)
    content = saved(final)
    told = {"n_rows": len(rows.table), "digests": table_digests(rows.table)}
    manifest = renewed_manifest(before, question, hashlib.sha256(content).hexdigest(), inputs, parts, told)
    # What is served is what was saved.
    served = Scorer(joblib.load(io.BytesIO(content)), manifest)
    held = joined(parts)
    told = told_by(question, held.predicted, held.probabilities)
    profile = profile_of(question, manifest["fields"], inputs, told, held.positions)
    return Retrained(verdict, before, manifest, content, served, scores, rows, inputs, profile)


def _checked(table: pd.DataFrame, question: Question) -> tuple[pd.DataFrame, np.ndarray]:
    """Return what is learnt from; UnlikeTraining where the target is not that of the question."""
    known = table[question.target][has_target(table[question.target])]
    if len(known) < FEWEST_ROWS:
        raise UnlikeTraining(
            [f"Only {len(known)} rows have a value in “{question.target}”; at least {FEWEST_ROWS} are needed."]
        )
    if question.weight_column and not (table[question.weight_column][known.index] > 0).all():
        raise UnlikeTraining([f"“{question.weight_column}” says how much rows count, and is not above zero in all."])
    try:
        inputs, target = inputs_and_target(table, question)
    except WorkbenchError as error:
        raise UnlikeTraining([str(error)]) from error
    if question.task == "regression":
        if (target == target[:1]).all():
            raise UnlikeTraining([f"“{question.target}” is the same in every row, so there is nothing to learn."])
        return inputs, target
    found = [label.item() if isinstance(label, np.generic) else label for label in np.unique(target)]
    problems = [
        f"In “{question.target}” no row is “{label_words(label)}”, one of the classes that the model tells apart: "
        f"{_listed(question.classes)}."
        for label in question.classes
        if label not in found
    ]
    problems += [
        f"In “{question.target}” {int(np.sum(target == label)):,} rows are “{label_words(label)}”, which is none of "
        f"the classes {_listed(question.classes)}. Correct these rows, or train a new model in the workbench."
        for label in found
        if label not in question.classes
    ]
    if problems:
        raise UnlikeTraining(problems)
    return inputs, target


def _compare(scorer, question, weighted, inputs, target, aside: SetAside, verdict: Verdict) -> bool:
    """Compare both models on the rows that were set aside; return whether the new one is better beyond noise."""
    verdict.say(aside.sentence)
    rest = np.ones(len(inputs), dtype=bool)
    rest[aside.positions] = False
    if aside.rows is not None:
        held, actual = aside.rows
    elif len(aside.positions):
        held, actual = inputs[~rest], target[~rest]
    else:
        return False
    if question.task != "regression" and len(np.unique(target[rest])) < len(question.classes):
        verdict.say("The remaining rows lack a class, so this comparison says nothing.")
        return False
    new = answered(fit_anew(scorer.model, question, weighted, inputs[rest], target[rest]), question, held, actual)
    current = answered(scorer.model, question, held, actual)
    found = difference(question, new, current, _groups(held, question))
    name, figures = (
        question.metric,
        (new.score(question, [question.metric]), current.score(question, [question.metric])),
    )
    said = (
        f"There, {label_of(scorer.manifest['scores'], name)} is {figure(figures[0][name])} for the new model and "
        f"{figure(figures[1][name])} for the current"
    )
    if not np.isfinite(found.low):
        verdict.say(f"{said}; it cannot be told apart on so few rows.")
    elif found.worse:
        verdict.say(f"{said}: worse beyond noise ({_ends(found)}).", refuse=True)
    else:
        verdict.say(f"{said}: {'better beyond noise' if found.better else 'no worse beyond noise'} ({_ends(found)}).")
    return found.better


def _judge_scores(before: dict, question, scores: dict | None, better: bool, verdict: Verdict) -> None:
    """Compare cross-validation now with that of the current model, on the rows it was made from."""
    if not scores or not before["scores"]:
        return
    name = question.metric
    old, new = before["scores"]["metrics"].get(name), scores["metrics"].get(name)
    if not old or not new or old["mean"] is None or new["mean"] is None:
        return
    same, worse = lower_than_before(question, old, new)
    measure = label_of(scores, name)
    said = f"In cross-validation {measure} is {figure(new['mean'])}; when the current model was made it was "
    if same:
        verdict.say(f"{said}the same.")
    elif worse and not better:
        verdict.say(f"{said}{figure(old['mean'])}, and that is more than chance explains.", refuse=True)
    elif worse:
        verdict.say(
            f"{said}{figure(old['mean'])}. Predicting has become harder; the current model does worse than the new one."
        )
    else:
        verdict.say(f"{said}{figure(old['mean'])}: no worse beyond chance.")


def _judge_learning(
    before: dict, question, inputs, target, parts: list[HeldOut], scores: dict | None, verdict: Verdict
) -> None:
    """Refuse a model that is no better than always giving the same answer, unless the current one was not either."""
    known = (before["scores"] or {}).get("metrics", {}).get(question.metric)
    if scores and known and lower_than_before(question, known, scores["metrics"][question.metric])[0]:
        return  # the same model as before: nothing to say against it now that could not be said then
    held = joined(parts)
    groups = _groups(inputs.iloc[held.positions], question)
    found = difference(question, held, constant(question, target, held), groups)
    if np.isfinite(found.low) and not found.better:
        measure = label_of(scores, question.metric)
        verdict.say(
            f"For rows it has not learnt from the new model is no better than always giving the same answer "
            f"({measure}; {_ends(found)}): there is nothing in this file that it could learn.",
            refuse=True,
        )


def _groups(rows: pd.DataFrame, question) -> np.ndarray | None:
    column = question.split.column
    return group_codes(rows[column]) if question.split.kind == "group" and column in rows else None


def _ends(found) -> str:
    return f"95 % interval of the gain: {figure(found.low, GAIN_DIGITS)} to {figure(found.high, GAIN_DIGITS)}"


def _listed(labels) -> str:
    return ", ".join(f"“{label_words(label)}”" for label in labels)


def golden_again(golden: dict[str, Any], scorer: Scorer) -> dict[str, Any]:
    """Return ``golden.json`` with the answers of another model to the same rows."""
    refused = golden.get("refused", {"rows": []})["rows"]
    rows = json.loads(json.dumps([*golden["rows"], *refused]))
    answers = list(zip(rows, scorer.predict_rows(rows), strict=True))
    taken = [(row, answer) for row, answer in answers if "error" not in answer]
    others = [(row, answer["error"]) for row, answer in answers if "error" in answer]
    found = {**golden, "rows": [row for row, _ in taken], "predictions": [answer for _, answer in taken]}
    if "refused" in golden:
        found["refused"] = {"rows": [row for row, _ in others], "errors": [error for _, error in others]}
    return found
