"""How usual a value is: outside anything seen in the training rows, rare among them, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.results.uses.reasons import in_words
from workbench.runtime.contract import NUMERIC, WORDS, check_cells
from workbench.runtime.field_words import number_text

RARE_SHARE = 0.01  # of the training rows; fewer have the value: the model had little to learn from there


@dataclass(frozen=True, eq=False)
class Seen:
    """The values of one field in the training rows, counted.

    Parameters
    ----------
    field : dict
        Of the model's manifest.
    n_rows : int
        Training rows, with and without a value.
    ordered : ndarray of shape (n_known,) or None
        Numbers and dates, sorted; None for words.
    counts : dict
        Word to rows that have it; empty for numbers and dates.
    """

    field: Mapping
    n_rows: int
    ordered: np.ndarray | None
    counts: Mapping[str, int]

    def hint(self, cell: Any) -> str:
        """Say in what a value is unusual.

        Parameters
        ----------
        cell : object
            As a form or a JSON row gives it; None for no value.

        Returns
        -------
        str
            "" where there is nothing to say: a usual value, free text, or a cell that the field does not take, which
            the prediction refuses in words of its own.
        """
        if self.ordered is None and not self.counts:
            return ""
        checked = check_cells([cell], self.field)
        value = checked.values[0]
        if any(error.value is not None for _, error in checked.errors):
            return ""
        if pd.isna(value):
            known = len(self.ordered) if self.ordered is not None else sum(self.counts.values())
            return self._told(self.n_rows - known, "no value in ", never="no training row was blank here")
        if self.ordered is None:
            return self._told(self.counts.get(value, 0), "", never="not seen in any training row")
        return self._of_scale(value)

    def _of_scale(self, value) -> str:
        if not len(self.ordered):
            return ""
        low, high = self.ordered[0], self.ordered[-1]
        if value < low or value > high:
            return f"outside anything seen ({self._end(low)} to {self._end(high)})"
        below = int(np.searchsorted(self.ordered, value, side="right"))
        above = len(self.ordered) - int(np.searchsorted(self.ordered, value, side="left"))
        late = self.field["meaning"] == "date"
        if below <= above:
            return self._told(below, "as early or earlier in " if late else "as low or lower in ")
        return self._told(above, "as late or later in " if late else "as high or higher in ")

    def _told(self, count: int, what: str, never: str = "") -> str:
        if not count:
            return never
        if count >= RARE_SHARE * self.n_rows:
            return ""
        return f"rare: {what}{count:,} of {self.n_rows:,} rows"

    def _end(self, value) -> str:
        if self.field["meaning"] in NUMERIC:
            return number_text(float(value), self.field)
        return in_words(pd.Timestamp(value))


def seen_in(rows: pd.DataFrame, fields: list[dict]) -> dict[str, Seen]:
    """Count the values of training rows, by the name of their field.

    Parameters
    ----------
    rows : DataFrame of shape (n_rows, n_fields)
        Typed inputs of the rows that the model was trained on.
    fields : list of dict
    """
    found = {}
    for field in fields:
        known = rows[field["name"]].dropna()
        ordered, counts = None, {}
        if field["meaning"] in (*NUMERIC, "date"):
            ordered = np.sort(known.to_numpy(dtype="datetime64[us]" if field["meaning"] == "date" else np.float64))
        elif field["meaning"] in WORDS:
            counts = {str(word): int(count) for word, count in known.value_counts().items()}
        found[field["name"]] = Seen(field, len(rows), ordered, counts)
    return found
