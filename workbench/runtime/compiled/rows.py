"""Checked values as the compiled steps take them: numbers in one matrix, words in lists, dates in arrays.

What :class:`workbench.runtime.encoders.TypedColumns` does to a frame is done here to the arrays of the contract.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.runtime.column_types import spellings_of
from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.encoders import LARGEST_NUMBER, NUMERIC_MEANINGS

# What of a rule decides which word a text is read as; numbers and dates are not read a second time.
WORD_RULES = ("meaning", "missing", "spellings")


@dataclass(frozen=True)
class Rows:
    """Typed rows without a frame.

    Attributes
    ----------
    n_rows : int
    numbers : float64 ndarray of shape (n_rows, n_numbers)
        NaN where there is none.
    words : dict of str to list
        Column to ``str``, or None where there is no word.
    dates : dict of str to datetime64[us] ndarray of shape (n_rows,)
    """

    n_rows: int
    numbers: np.ndarray
    words: dict[str, list]
    dates: dict[str, np.ndarray]

    def __getitem__(self, part: slice) -> "Rows":
        words = {name: column[part] for name, column in self.words.items()}
        dates = {name: column[part] for name, column in self.dates.items()}
        return Rows(len(self.numbers[part]), self.numbers[part], words, dates)


@dataclass(frozen=True)
class Columns:
    """The columns of a model by what they hold, in its order."""

    numbers: tuple[str, ...]
    words: tuple[str, ...]
    dates: tuple[str, ...]


def columns_of(columns: Sequence[Mapping], fields: Sequence[Mapping]) -> Columns:
    """Return the columns of a fitted ``TypedColumns`` by what they hold.

    Raises
    ------
    CannotCompile
        A column is no field of the contract, is read there by another rule, or a word is read differently when it is
        read twice, as a pipeline behind a contract does.
    """
    known = {entry["name"]: entry for entry in fields}
    found: dict[str, list[str]] = {"numbers": [], "words": [], "dates": []}
    for column in columns:
        name, meaning = column["name"], column["meaning"]
        entry = known.get(name)
        if entry is None or any((entry.get(rule) or ()) != (column.get(rule) or ()) for rule in WORD_RULES):
            raise CannotCompile(f"the field “{name}” is not as the model has it")
        spellings = spellings_of(column)
        if any(spellings.get(word, word) != word for word in spellings.values()):
            raise CannotCompile(f"a spelling of “{name}” is one of another word, too")
        kind = "numbers" if meaning in NUMERIC_MEANINGS else "dates" if meaning == "date" else "words"
        found[kind].append(name)
    return Columns(**{kind: tuple(names) for kind, names in found.items()})


def rows_maker(columns: Columns) -> Callable[[Mapping[str, np.ndarray]], Rows]:
    """Return what makes :class:`Rows` of the values of ``contract.CheckedRows``."""

    def make(values: Mapping[str, np.ndarray]) -> Rows:
        n_rows = len(next(iter(values.values()))) if values else 0
        numbers = np.empty((n_rows, len(columns.numbers)))
        for at, name in enumerate(columns.numbers):
            numbers[:, at] = values[name]
        if numbers.size and not np.abs(numbers).max() <= LARGEST_NUMBER:  # also true where one is NaN
            numbers[np.isinf(numbers)] = np.nan
            numbers = numbers.clip(-LARGEST_NUMBER, LARGEST_NUMBER)
        words = {name: values[name].tolist() for name in columns.words}
        return Rows(n_rows, numbers, words, {name: values[name] for name in columns.dates})

    return make
