"""What the answers for a whole file come to, and which rows come first: how many of each class, or which amounts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.export.file_rows import FilePredictions
from workbench.runtime.scorer import Scorer

ROW = "Row"
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, eq=False)
class FileAnswers:
    """The predictions of a file by row, apart from the file's own columns.

    Parameters
    ----------
    answers : Series of shape (n_rows,)
        A label or an amount; blank where a row got none.
    probabilities : DataFrame of shape (n_rows, n_classes) or None
        Named by the labels as text, 0 to 1.
    """

    answers: pd.Series
    probabilities: pd.DataFrame | None

    def counts(self) -> dict[str, int]:
        """Return how many rows are answered with each class, the most frequent first; classes that none is, too."""
        given = self.answers.dropna().astype(str).value_counts()
        names = list(self.probabilities.columns) if self.probabilities is not None else []
        counts = {**given.to_dict(), **{name: 0 for name in names if name not in given.index}}
        return dict(sorted(counts.items(), key=lambda entry: -entry[1]))

    def spread(self) -> tuple[float, np.ndarray]:
        """Return the mean of the amounts, and their smallest, quartiles and largest (``QUARTERS``)."""
        amounts = self.answers.dropna().to_numpy(dtype=np.float64)
        return float(amounts.mean()), np.quantile(amounts, QUARTERS)

    def chosen(self, *, only: str | None = None, by: str | None = None, largest: bool = True) -> np.ndarray:
        """Return the positions of rows that are shown, in the order in which they are.

        Parameters
        ----------
        only : str, optional
            Only the rows that are answered with this class.
        by : str, optional
            The class whose probability puts rows in order; "" for the amount. Default: as in the file.
        largest : bool
            Whether the largest come first. Rows of the same value stay as in the file, rows without one come last.
        """
        rows = np.arange(len(self.answers))
        if only is not None:
            rows = rows[(self.answers.astype(object).map(_as_text) == only).to_numpy()]
        if by is None:
            return rows
        values = self.answers if self.probabilities is None else self.probabilities[by]
        values = values.to_numpy(dtype=np.float64)[rows]
        return rows[np.argsort(-values if largest else values, kind="stable")]


def answers_of(found: FilePredictions, scorer: Scorer) -> FileAnswers:
    """Return the answers for the rows of a file."""
    given = found.predictions
    if scorer.is_regression:
        return FileAnswers(given.iloc[:, 0].astype(np.float64), None)
    shares = given.iloc[:, 1 : 1 + len(scorer.classes)]
    if shares.shape[1] < len(scorer.classes):  # a model without probabilities
        return FileAnswers(given.iloc[:, 0], None)
    return FileAnswers(given.iloc[:, 0], shares.set_axis([str(label) for label in scorer.classes], axis=1))


def _as_text(answer: Any) -> str | None:
    return None if pd.isna(answer) else str(answer)
