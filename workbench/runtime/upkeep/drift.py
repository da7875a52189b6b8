"""Are new rows like the training rows? Column by column and in what is predicted, in plain sentences."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.contract import NUMERIC
from workbench.runtime.field_words import number_text
from workbench.runtime.upkeep.binned import (
    SHARES,
    Measure,
    codes_of,
    distance,
    lengths,
    plain,
    shares_of,
)
from workbench.runtime.upkeep.figures import figure
from workbench.runtime.upkeep.training_profile import prediction_codes
from workbench.runtime.upkeep.usual_distances import least_of, limits_for

FEWEST_ROWS = 20  # of which something can be told
NAMED = 3  # words in a sentence
LONGEST_WORD = 40


@dataclass(frozen=True)
class Compared:
    """One measure of new rows beside the training rows.

    Attributes
    ----------
    name : str
        Of the field; "" for the predictions.
    what : {"values", "blanks", "unseen", "length"}
    distance, limit : float
        How far apart they are, from 0 to 1, and from where on that is an alarm.
    sentence : str
    """

    name: str
    what: str
    distance: float
    limit: float
    sentence: str

    @property
    def alarm(self) -> bool:
        return self.distance > self.limit


@dataclass(frozen=True)
class Drift:
    """What came of a comparison: alarms first, then by distance in terms of the limit."""

    n_rows: int
    n_trained: int
    compared: tuple[Compared, ...]
    left_out: tuple[str, ...] = field(default=())

    @property
    def alarms(self) -> tuple[Compared, ...]:
        return tuple(one for one in self.compared if one.alarm)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "rows": self.n_rows,
            "rows_trained": self.n_trained,
            "alarm": bool(self.alarms),
            "compared": [
                {
                    "column": one.name or None,
                    "what": one.what if one.name else "predictions",
                    "distance": round(one.distance, 6),
                    "limit": round(one.limit, 6),
                    "alarm": one.alarm,
                    "sentence": one.sentence,
                }
                for one in self.compared
            ],
            "not_compared": list(self.left_out),
        }


def compare(
    profile: dict[str, Any],
    fields: list[dict[str, Any]],
    rows: pd.DataFrame,
    predicted: np.ndarray | None = None,
) -> Drift:
    """Compare typed rows with what ``training_profile.json`` says of the training rows.

    Parameters
    ----------
    profile : dict
        See :func:`workbench.runtime.upkeep.training_profile.training_profile`.
    fields : list of dict
        Of ``model.json``.
    rows : DataFrame of shape (n_rows, n_columns)
    predicted : ndarray of shape (n_rows,), optional
        As the profile has them: numbers, chances of the positive class, or labels.
    """
    by_name = {entry["name"]: entry for entry in fields}
    limits = limits_for(profile["usual"], profile["n_rows"], len(rows))
    found = []
    for entry, limit in zip(profile["measures"], limits, strict=True):
        measure, before = Measure.from_json(entry), np.array(entry["shares"])
        if measure.name:
            values, about = rows[measure.name], by_name[measure.name]
            codes = codes_of(measure, values, about)
        elif predicted is None:
            continue
        else:
            values, about = pd.Series(predicted), {}
            codes = prediction_codes(measure, np.asarray(predicted))
        if not (codes >= 0).any():  # nothing but blanks, which are told of themselves
            continue
        now = shares_of(codes, measure.n_bins)
        apart = distance(measure.kind, now, before)
        said = _sentence(measure, about, values, before, now)
        found.append(Compared(measure.name, measure.what, apart, max(float(limit), least_of(measure)), said))
    found.sort(key=lambda one: one.distance / one.limit, reverse=True)
    hidden = tuple(entry["name"] for entry in fields if entry.get("sensitive"))
    return Drift(len(rows), profile["n_rows"], tuple(found), hidden)


def _sentence(measure: Measure, about: dict, values: pd.Series, before: np.ndarray, now: np.ndarray) -> str:
    name = f"“{measure.name}”" if measure.name else "Predictions"
    if measure.what == "blanks":
        return f"{name}: {_percent(now[1])} of the rows have no value; in training {_percent(before[1])} had none."
    if measure.what == "unseen":
        new = _unseen(values, about)
        such = f", such as {new}" if new else ""
        return f"{name}: {_percent(now[1])} of the values are words that no training row had{such}."
    if measure.kind == SHARES:
        at = int(np.abs(now - before).argmax())
        word = f"“{_cut(measure.bins[at])}”" if at < len(measure.bins) else "any other word"
        return f"{name}: {word} was {_percent(before[at])} of the values and is {_percent(now[at])} now."
    numbers = values.to_numpy(dtype=float) if not measure.name else _numbers(measure, about, values)
    earlier, middle = (_median(measure, shares, numbers) for shares in (before, now))
    half = "half of the texts were at most" if measure.what == "length" else "half of the values were at most"
    unit = " characters" if measure.what == "length" else ""
    then, here = (_written(value, about if measure.what == "values" else {}) for value in (earlier, middle))
    how = "are spread otherwise" if then == here else "are higher" if middle > earlier else "are lower"
    noun = "lengths" if measure.what == "length" else "values" if measure.name else "they"
    return f"{name}: {noun} {how}; {half} {then}{unit} in training, and {here}{unit} now."


def _numbers(measure: Measure, about: dict, values: pd.Series) -> np.ndarray:
    return lengths(values) if measure.what == "length" else plain(values, about)


def _median(measure: Measure, shares: np.ndarray, numbers: np.ndarray) -> float:
    """Return the edge that half of the values are not above; beyond all edges, the median of the new ``numbers``."""
    place = int(np.searchsorted(np.cumsum(shares), 0.5 - 1e-9))
    return measure.bins[place] if place < len(measure.bins) else float(np.median(numbers[np.isfinite(numbers)]))


def _written(value: float, about: dict) -> str:
    if about.get("meaning") == "date":
        return f"{pd.Timestamp(0) + pd.Timedelta(days=value):%Y-%m-%d}"
    if about.get("meaning") in NUMERIC:
        return number_text(float(f"{value:.4g}"), about)
    return figure(value)


def _unseen(values: pd.Series, about: dict) -> str:
    words = values.dropna().astype(str)
    new = words[~words.isin(set(about["values"]))].value_counts().index[:NAMED]
    return ", ".join(f"“{_cut(word)}”" for word in new)


def _cut(word: str) -> str:
    word = " ".join(str(word).split())
    return word if len(word) <= LONGEST_WORD else word[:LONGEST_WORD] + "…"


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %") if 0 < share < 0.1 else f"{share:.0%}".replace("%", " %")
