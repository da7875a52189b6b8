"""The scores of a candidate's answers as they are given: of classes by the threshold in use, of amounts with what is
added to them. All else about a run is of estimators as they come, so that they can be compared."""

from dataclasses import fields, replace

from workbench.modeling import metrics
from workbench.runtime.decisions import decide
from workbench.training.evaluation import Evaluation, FoldScore
from workbench.training.label_codes import label_array


def changed_metrics(evaluation: Evaluation, key: str, added: float = 0.0) -> tuple[metrics.MetricKind, ...]:
    """Return the metrics that what was decided about a candidate changes; none where nothing was.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
    added : float, default=0
        To predicted amounts, in the target's unit; default what the evaluation says.
    """
    added = added or evaluation.added.get(key, 0.0)
    changed = "label" if key in evaluation.decisions else "value" if added else ""
    return tuple(kind for kind in metrics.scored(evaluation.spec) if kind.needs == changed)


def as_answered(evaluation: Evaluation, key: str, added: float = 0.0) -> Evaluation:
    """Return the evaluation with predictions and scores of one candidate as it answers, fold by fold.

    Its others stay as they come, so it is for what is said of this candidate alone.
    """
    added = added or evaluation.added.get(key, 0.0)
    kinds = changed_metrics(evaluation, key, added)
    if not kinds:
        return evaluation
    mine = (_answered(evaluation, one, kinds, added) if one.candidate == key else one for one in evaluation.fold_scores)
    others = {one: what for one, what in evaluation.added.items() if one != key}  # its own is in the predictions now
    return replace(evaluation, fold_scores=tuple(mine), added=others)


def _answered(evaluation: Evaluation, score: FoldScore, kinds, added: float) -> FoldScore:
    spec, decision = evaluation.spec, evaluation.decisions.get(score.candidate)
    if decision is None:
        predicted = score.predicted + added
    elif score.probabilities is None:
        return score
    else:
        predicted = label_array(spec.classes)[decide(score.probabilities, spec.classes, decision.model_dump())]
    told = score.actual, predicted, score.probabilities, spec.classes, spec.positive
    scores = {**score.scores, **{kind.name: kind.score(*told) for kind in kinds}}
    kept = {one.name: getattr(score, one.name) for one in fields(FoldScore)}  # a stored one reads its rows when asked
    return FoldScore(**{**kept, "predicted": predicted, "scores": scores})
