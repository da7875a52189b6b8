"""Why a group of rows may be weak, and what can be done about it, in a sentence."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from workbench.results.failures import chance
from workbench.results.wording import number, percent, shorten
from workbench.specs import ExperimentSpec

MORE_BLANK = 0.2  # share of rows by which a column is blank more often than elsewhere …
MOSTLY_FILLED = 0.5  # … where it may be blank in this share at most: a column that is mostly blank explains little
ONE_SIDED = 0.25  # of the mean distance: a mean error from which predictions are called too high or too low
EXPECTED_OFF = 0.05  # probability by which what is expected of a class differs from what happened
NOISIER = 1.25  # times the spread of the outcome elsewhere
LESS_SURE = 0.08  # probability of its own answer, on average, below that elsewhere
FEW_ROWS, FEW_SHARE = 100, 0.03
CERTAIN = 0.01  # p-value up to which a reason is given

MOSTLY_DECIDED = 0.5  # share of the wrong answers that are so because of a threshold, from which on it is the reason

Reason = Literal["threshold", "blanks", "one_sided", "noisy", "unsure", "few", "unknown"]


@dataclass(frozen=True)
class Advice:
    """A reason that the data supports, and the sentence about it."""

    reason: Reason
    sentence: str


def advice_for(
    spec: ExperimentSpec,
    predictions: pd.DataFrame,
    values: pd.DataFrame,
    inside: np.ndarray,
    outside: np.ndarray,
    conditions: tuple[str, ...] = (),
    n_rows: int | None = None,
    *,
    of_answers: bool = False,
) -> Advice:
    """Return the first reason that holds: a threshold in use, blanks, one side, a noisier outcome, doubt, few rows.

    Parameters
    ----------
    spec : ExperimentSpec
    predictions : DataFrame of shape (n_rows, …)
        As ``Evaluation.out_of_fold``.
    values : DataFrame of shape (n_rows, n_columns)
        The person's own columns of the same rows.
    inside, outside : int64 ndarray
        Positions of rows of the group, and of others.
    conditions : tuple of str
        Columns that the group is defined by.
    n_rows : int, optional
        Rows of the group, where ``inside`` are only those that took no part in the search.
    of_answers : bool, default=False
        Whether wrong answers made the group weak; they may be meant so by whoever set a threshold.
    """
    numbers = spec.task == "regression"
    one_sided, noisy = (_too_high_or_low, _spread) if numbers else (_expected, _mixed)
    found = (
        (_decided(spec, predictions.iloc[inside]) if of_answers else None)
        or _blanks(spec, values, inside, outside, conditions)
        or one_sided(spec, predictions.iloc[inside])
        or noisy(spec, predictions, inside, outside)
        or _unsure(spec, predictions, inside, outside)
        or _few(n_rows or len(inside), len(predictions))
    )
    return found or Advice(
        "unknown",
        "There are enough rows, their outcome varies no more than elsewhere, and no column is blank more often. "
        "Something that matters here may not be in your columns: look at the rows.",
    )


def _decided(spec, rows) -> Advice | None:
    """Whether most wrong answers here are so because a threshold is in use: the most probable class was right."""
    chances = rows[[f"probability_{label}" for label in spec.classes]].to_numpy()
    most = np.array(spec.classes, dtype=object)[chances.argmax(axis=1)]
    actual, given = rows["actual"].to_numpy(dtype=object), rows["prediction"].to_numpy(dtype=object)
    wrong = actual != given
    meant = wrong & (most == actual)
    if not wrong.any() or meant.sum() <= MOSTLY_DECIDED * wrong.sum():
        return None
    return Advice(
        "threshold",
        f"This comes from the threshold in use: of the wrong answers here {percent(meant.sum() / wrong.sum())} would "
        "be right if the most probable class were the answer, which is wrong for "
        f"{percent(float((most != actual).mean()))} of these rows. Where such mistakes cost too much, change the "
        "threshold on the tab “Decide”.",
    )


def _blanks(spec, values, inside, outside, conditions) -> Advice | None:
    if not len(outside):
        return None
    names = [column.name for column in spec.columns if column.name in values]
    blank = values[names].isna().to_numpy()
    here, elsewhere = blank[inside].mean(axis=0), blank[outside].mean(axis=0)
    here = np.where(elsewhere <= MOSTLY_FILLED, here, 0.0)
    most = int((here - elsewhere).argmax()) if names else 0
    if not names or here[most] - elsewhere[most] < MORE_BLANK:
        return None
    hits = [(float(blank[rows][:, most].sum()), len(rows)) for rows in (inside, outside)]
    if chance.p_shares(*hits) > CERTAIN:
        return None
    every = here[most] == 1
    beside = "" if every and names[most] in conditions else f", beside {percent(elsewhere[most])} elsewhere"
    share = "all" if every else percent(here[most])
    return Advice(
        "blanks",
        f"“{shorten(names[most])}” is blank in {share} of these rows{beside}: find the values, or find out "
        "why they are missing.",
    )


def _too_high_or_low(spec, rows) -> Advice | None:
    residual = (rows["actual"] - rows["prediction"]).to_numpy(dtype=float)
    mean, distance = float(residual.mean()), float(np.abs(residual).mean())
    error = residual.std(ddof=1) / np.sqrt(len(residual)) if len(residual) > 1 else 0.0
    if not distance or abs(mean) < ONE_SIDED * distance or abs(mean) < 3 * error:
        return None
    side = "low" if mean > 0 else "high"
    return Advice(
        "one_sided",
        f"Predictions here are too {side} by {number(abs(mean), unit=spec.target_column.unit)} on average: it does not "
        "see what makes these rows different. A column that says so, or an estimator that learns more detail, would "
        "help.",
    )


def _expected(spec, rows) -> Advice | None:
    """Compare what was expected of a class with what happened; of several classes, the one that is furthest off."""
    labels = [spec.positive] if spec.task == "binary" else list(spec.classes)
    n_rows = len(rows)
    worst = None
    for label in labels:
        probability = rows[f"probability_{label}"].to_numpy()
        share, expected = float((rows["actual"] == label).mean()), float(probability.mean())
        error = float(np.sqrt((probability * (1 - probability)).sum())) / n_rows
        off = abs(share - expected)
        if off >= EXPECTED_OFF and off >= 3 * error and (worst is None or off > worst[0]):
            worst = off, label, share, expected
    if worst is None:
        return None
    _, label, share, expected = worst
    often = "more" if share > expected else "less"
    return Advice(
        "one_sided",
        f"“{shorten(label, 24)}” is {often} frequent here than expected: {percent(share)} of the rows, beside a mean "
        f"probability of {percent(expected)}. A column that says what makes these rows different would help.",
    )


def _spread(spec, predictions, inside, outside) -> Advice | None:
    actual = predictions["actual"].to_numpy(dtype=float)
    here, elsewhere = (float(np.abs(actual[rows] - np.median(actual[rows])).mean()) for rows in (inside, outside))
    if here < NOISIER * elsewhere:
        return None
    unit = spec.target_column.unit
    return Advice(
        "noisy",
        f"The outcome itself varies more here, by {number(here, unit=unit)} around its middle beside "
        f"{number(elsewhere, unit=unit)} elsewhere, so larger errors are to be expected. Only further columns could "
        "tell these rows apart.",
    )


def _mixed(spec, predictions, inside, outside) -> Advice | None:
    actual = predictions["actual"]
    here, elsewhere = (1 - float(actual.iloc[rows].value_counts(normalize=True).max()) for rows in (inside, outside))
    if here < NOISIER * elsewhere:
        return None
    return Advice(
        "noisy",
        "The outcome is more mixed here: even the answer that is most frequent among these very rows would be wrong "
        f"for {percent(here)} of them, beside {percent(elsewhere)} elsewhere, so more errors are to be expected. Only "
        "further columns could tell these rows apart.",
    )


def _unsure(spec, predictions, inside, outside) -> Advice | None:
    """Whether the model's own probabilities say that it doubts its answers here."""
    if spec.task == "regression":
        return None
    most = predictions[[f"probability_{label}" for label in spec.classes]].to_numpy().max(axis=1)
    here, elsewhere = float(most[inside].mean()), float(most[outside].mean())
    if here > elsewhere - LESS_SURE:
        return None
    return Advice(
        "unsure",
        f"It is less sure here itself: the most probable class has {percent(here)} on average, beside "
        f"{percent(elsewhere)} elsewhere. Have a person look at rows like these, or find a column that tells them "
        "apart.",
    )


def _few(n_rows: int, n_all: int) -> Advice | None:
    if n_rows >= FEW_ROWS and n_rows >= FEW_SHARE * n_all:
        return None
    return Advice(
        "few",
        f"Only {n_rows:,} of {n_all:,} rows are like this, so there was little to learn from: more such rows would "
        "help.",
    )
