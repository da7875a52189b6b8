"""How probabilities are spread, by what the rows really are: the further apart, the better they are told apart."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.results.quality.classes import class_predictions
from workbench.results.wording import percent, shorten
from workbench.specs import Label
from workbench.training.evaluation import Evaluation

BARS = 20


@dataclass(frozen=True, eq=False)
class ScoreHistogram:
    """Held-out rows counted by their probability, in two groups.

    Parameters
    ----------
    target : str
    label : label, optional
        The class whose probability it is, and which the first group is; None where it is the probability of the most
        probable one of several classes, and the first group are the rows where that was right.
    groups : tuple of str
        The two groups in words.
    bars : DataFrame
        ``from``, ``to`` and, for each of the groups ``first`` and ``second``, ``n_`` (rows) and ``share_`` (of the
        group's rows; NaN where it has none).
    medians : tuple of float
        Of the probability in each group; NaN where it has no row.
    overlap : float
        Share of the second group whose probability is at least the first group's median.
    """

    target: str
    label: Label | None
    groups: tuple[str, str]
    bars: pd.DataFrame
    medians: tuple[float, float]
    overlap: float

    def frame(self) -> pd.DataFrame:
        return self.bars.rename(
            columns={
                name: words.replace("{}", group)
                for which, group in zip(("first", "second"), self.groups, strict=True)
                for name, words in ((f"n_{which}", "Rows: {}"), (f"share_{which}", "Share of its rows: {}"))
            }
        )

    def finding(self) -> str:
        """The result in one sentence."""
        first, second = self.groups
        if not np.isfinite(self.medians).all():
            one = second if np.isfinite(self.medians[1]) else first
            return f"Every row seen so far is of one kind: {one}"
        from_on = "" if self.medians[0] >= 1 else " or more"  # there is no more
        return (
            f"Half of the rows with {first} are given {percent(self.medians[0])}{from_on}; so are "
            f"{percent(self.overlap)} of those with {second}"
        )


def score_histogram(evaluation: Evaluation, key: str) -> ScoreHistogram:
    """Count the out-of-fold probabilities of a candidate by the actual class.

    For two classes it is the probability of the positive one; for more, that of the most probable class, by whether
    that was right.

    Parameters
    ----------
    evaluation : Evaluation
    key : str
        The candidate.
    """
    spec = evaluation.spec
    _, values, inside = _stated(evaluation, key)
    groups = "a right answer", "a wrong answer"
    if spec.positive is not None:
        others = [label for label in spec.classes if label != spec.positive]
        target = shorten(spec.target)
        groups = f"{target} = {shorten(spec.positive, 24)}", f"{target} = {shorten(others[0], 24)}"
    bars, medians = counted(values, inside)
    overlap = float((values[~inside] >= medians[0]).mean()) if np.isfinite(medians).all() else float("nan")
    return ScoreHistogram(spec.target, spec.positive, groups, bars, medians, overlap)


def rows_of_bar(evaluation: Evaluation, key: str, place: int) -> np.ndarray:
    """Return the index labels of the rows in a bar: those of the first group are 0 to 19, of the second 20 to 39."""
    rows, values, inside = _stated(evaluation, key)
    bar = np.searchsorted(np.linspace(0, 1, BARS + 1), values.clip(0, 1), side="right") - 1
    return rows[(bar.clip(max=BARS - 1) == place % BARS) & (inside == (place < BARS))]


def _stated(evaluation: Evaluation, key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the label and the probability of each row, and whether it is of the first group."""
    spec = evaluation.spec
    rows = class_predictions(evaluation, key)
    chances = rows[[f"probability_{label}" for label in spec.classes]].to_numpy()
    places = rows["actual"].map({label: place for place, label in enumerate(spec.classes)}).to_numpy()
    if spec.positive is None:
        return rows["row"].to_numpy(), chances.max(axis=1), chances.argmax(axis=1) == places
    positive = list(spec.classes).index(spec.positive)
    return rows["row"].to_numpy(), chances[:, positive], places == positive


def counted(values: np.ndarray, inside: np.ndarray) -> tuple[pd.DataFrame, tuple[float, float]]:
    """Return ``bars`` and ``medians`` of :class:`ScoreHistogram`."""
    edges = np.linspace(0, 1, BARS + 1)
    found: dict[str, np.ndarray] = {"from": edges[:-1], "to": edges[1:]}
    medians = []
    for which, group in (("first", values[inside]), ("second", values[~inside])):
        counts, _ = np.histogram(group.clip(0, 1), bins=edges)
        found[f"n_{which}"] = counts
        found[f"share_{which}"] = counts / len(group) if len(group) else np.full(BARS, np.nan)
        medians.append(float(np.median(group)) if len(group) else float("nan"))
    return pd.DataFrame(found), (medians[0], medians[1])
