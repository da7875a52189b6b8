"""A column of two tables in common terms, so that its cells can be compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.specs import Meaning


@dataclass(frozen=True, eq=False)
class Shared:
    """A column of both tables as arrays: float64 numbers (days for dates), or int codes into ``words``.

    ``before`` and ``now`` have shapes (n_before,) and (n_now,); NaN or -1 is no value.
    """

    meaning: Meaning
    before: np.ndarray
    now: np.ndarray
    words: pd.Index | None = None

    @property
    def is_date(self) -> bool:
        return self.meaning == "date"

    def filled(self, values: np.ndarray) -> np.ndarray:
        """Return which of these cells hold a value."""
        return ~np.isnan(values) if self.words is None else values >= 0

    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return smallest and largest number before, and now; NaN where there is none."""
        before, now = (
            (float(np.fmin.reduce(values, initial=np.nan)), float(np.fmax.reduce(values, initial=np.nan)))
            for values in (self.before, self.now)
        )
        return before, now

    def lengths(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the characters of each text, before and now; NaN where there is none."""
        lengths = np.append(self.words.str.len().to_numpy(dtype="float64"), np.nan)
        return lengths[self.before], lengths[self.now]

    def word_counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of each word, before and now."""
        return tuple(np.bincount(codes[codes >= 0], minlength=len(self.words)) for codes in (self.before, self.now))


def share(before: pd.Series, now: pd.Series, meaning: Meaning) -> Shared | None:
    """Return a column of two tables in common terms; None where one holds words and the other numbers or dates."""
    kinds = {_kind(values) for values in (before, now) if values.notna().any()} or {"words"}
    if len(kinds) > 1:
        return None
    if kinds == {"words"}:
        joined = pd.concat([_as_words(before), _as_words(now)], ignore_index=True)
        codes, words = pd.factorize(joined)
        return Shared(meaning, codes[: len(before)], codes[len(before) :], words)
    numbers = [_as_numbers(values) for values in (before, now)]
    return Shared("date" if kinds == {"date"} else meaning, *numbers)


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return "date"
    is_number = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    return "number" if is_number else "words"


def _as_words(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        return values
    return values.map(str, na_action="ignore").astype("str")


def _as_numbers(values: pd.Series) -> np.ndarray:
    if not values.notna().any():
        return np.full(len(values), np.nan)
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.to_numpy(dtype="float64", na_value=np.nan)
    stamps = values.to_numpy(dtype="datetime64[us]")
    days = stamps.view("int64") / 86_400e6
    days[np.isnat(stamps)] = np.nan
    return days
