"""Which estimators a run tries: those that were chosen, or the default set, less what would take too long."""

import numpy as np

from workbench.errors import NotPossible
from workbench.modeling import models
from workbench.modeling.plan import ModelLeftOut
from workbench.modeling.ways_out import WayOut
from workbench.specs import CandidateSpec, Draft, Task

BASELINE = "baseline"
FOREST = "random_forest"
COSTLIEST = 5.0  # times the forest's predicted cost, beyond which a kind is not tried by default
USUAL = WayOut(
    "Try the usual estimators", {"candidates": None, "tunings": ()}, help="In place of those chosen by hand."
)


def candidates_of(
    draft: Draft, task: Task, n_rows: int, n_columns: int, n_classes: int, numbers: np.ndarray | None
) -> tuple[tuple[CandidateSpec, ...], tuple[ModelLeftOut, ...], tuple[ModelLeftOut, ...]]:
    """Return the candidates of a run: those that the person chose, or the default set.

    Parameters
    ----------
    n_rows, n_columns, n_classes : int
        Of what is learnt from; 0 classes for a number.
    numbers : ndarray of shape (n_known_rows,), optional
        The target of a regression.

    Returns
    -------
    candidates, left_out, unsuitable
        ``left_out`` would take too long or are tried only where they are asked for, ``unsuitable`` were asked for.

    Raises
    ------
    NotPossible
        An estimator or setting that there is not, or none that suits; with a way out.
    """
    baseline = CandidateSpec(kind=BASELINE)
    if draft.autopilot and draft.candidates is None:
        return (baseline,), (), ()  # it adds what it tries
    if draft.candidates is not None:
        try:
            return _chosen(draft, task, numbers)
        except NotPossible as error:
            error.ways_out = (USUAL,)
            raise
    offered = [kind for kind in models.MODELS if task in kind.tasks]
    limit = COSTLIEST * models.model(FOREST).seconds(n_rows, n_columns, n_classes)
    kept, left_out = [], []
    for kind in offered:
        if kind.not_by_default:
            left_out.append(ModelLeftOut(kind.name, kind.not_by_default))
            continue
        cost = kind.seconds(n_rows, n_columns, n_classes)
        if cost > limit and kind.name != BASELINE:
            times = cost / (limit / COSTLIEST)
            reason = (
                f"{kind.label} would take about {times:,.0f} times as long as the forest on {n_rows:,} rows; "
                "it can be chosen by hand."
            )
            left_out.append(ModelLeftOut(kind.name, reason))
        else:
            kept.append(CandidateSpec(kind=kind.name))
    return tuple(kept), tuple(left_out), ()


def _chosen(draft, task, numbers):
    suited, unsuitable = [], []
    for candidate in draft.candidates:
        kind = models.model(candidate.kind)
        if task not in kind.tasks:
            unsuitable.append(ModelLeftOut(candidate.kind, kind.unsuitable(task)))
            continue
        kind.check(candidate.hyperparameters)
        problem = "" if numbers is None else kind.cannot_learn(numbers, candidate.hyperparameters)
        if problem:
            unsuitable.append(ModelLeftOut(candidate.kind, problem))
            continue
        if candidate.key not in [other.key for other in suited]:
            suited.append(candidate)
    if not suited:
        asked = ", ".join(candidate.kind for candidate in draft.candidates) or "nothing"
        raise NotPossible(
            f"None of the estimators that were asked for ({asked}) suits this question.",
            f"These do: {', '.join(kind.name for kind in models.MODELS if task in kind.tasks)}.",
        )
    if all(candidate.key != BASELINE for candidate in suited):
        suited.insert(0, CandidateSpec(kind=BASELINE))
    return tuple(suited), (), tuple(unsuitable)
