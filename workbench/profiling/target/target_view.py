"""The target as it is distributed, and how it moves with each input, over time, and between groups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.rows.row_hashes import values_of
from workbench.profiling.target.answers import Sums, answer_of
from workbench.profiling.target.ceiling import Ceiling, ceiling
from workbench.profiling.target.drifts import Drift, drifts, moves_by
from workbench.profiling.target.shapes import Shape, ShapeBin, bins_of, shape_bins
from workbench.specs import Task

MOST_ROWS = 1_000_000  # counted; of more, as many are drawn
MOST_SHAPES = 50


@dataclass(frozen=True)
class TargetView:
    """What is known about the target before anything is trained.

    Attributes
    ----------
    of : str
        The class whose share is told ("" for a number's mean).
    overall : float
        That share, or the mean.
    shapes : tuple of Shape
        Of the strongest columns.
    ceiling : Ceiling or None
    drifts : tuple of Drift
    """

    of: str
    overall: float
    shapes: tuple[Shape, ...] = ()
    ceiling: Ceiling | None = None
    drifts: tuple[Drift, ...] = ()


def target_view(
    facts: Mapping[str, ColumnFacts],
    target: str,
    task: Task,
    labels: Sequence[int] | None = None,
    *,
    screened: Collection[str] = (),
    not_known: Collection[str] = (),
) -> TargetView | None:
    """Look at the target alone and against every input; None where it does not vary.

    Parameters
    ----------
    facts : mapping of str to ColumnFacts
        Of every column, with strengths.
    target : str
    task : {"binary", "multiclass", "regression"}
    labels : sequence of int of shape (n_rows,), optional
        The table's index; 0, 1, … if not given.
    screened : collection of str
        Columns that no model uses: identifiers and others that cannot help. They are not looked at.
    not_known : collection of str
        Columns left out since they are not known when predicting. Only ``shapes`` looks at them.

    Notes
    -----
    Shapes and drifts count every row up to 1,000,000, above that as many rows drawn with a fixed seed; the ceiling
    always looks at every row.
    """
    answer = answer_of(facts[target], target, task)
    if answer is None:
        return None
    n_rows = len(answer.codes)
    rows = None
    if n_rows > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(n_rows, MOST_ROWS, replace=False))
    told = answer.taken(rows)
    inputs = {name: fact for name, fact in facts.items() if name != target and name not in screened}
    known = {name: fact for name, fact in inputs.items() if name not in not_known}
    strongest = _strongest(inputs)
    bins: dict[str, tuple[ShapeBin, ...]] = {}
    moving: dict[str, tuple[str, tuple[ShapeBin, ...], Sums]] = {}
    for name in dict.fromkeys([*strongest, *(name for name, fact in known.items() if moves_by(fact))]):
        cut = bins_of(inputs[name])
        if cut is None:
            continue
        values = values_of(inputs[name])
        sums = told.sums(cut.codes(values if rows is None else values[rows]), cut.n_bins)
        bins[name] = shape_bins(cut, sums, told)
        if name in known and moves_by(known[name]):
            moving[name] = moves_by(known[name]), bins[name], sums
    return TargetView(
        answer.of,
        answer.overall,
        tuple(Shape(name, answer.of, bins[name]) for name in strongest if len(bins.get(name, ())) > 1),
        ceiling(list(known.values()), answer.raw, answer.is_number, range(n_rows) if labels is None else labels),
        drifts(moving),
    )


def _strongest(inputs: Mapping[str, ColumnFacts]) -> list[str]:
    scored = {name: fact.profile.strength for name, fact in inputs.items() if fact.profile.strength is not None}
    return sorted(scored, key=lambda name: -scored[name].best)[:MOST_SHAPES]


__all__ = ["Ceiling", "Drift", "Shape", "ShapeBin", "TargetView", "target_view"]
