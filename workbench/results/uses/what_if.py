"""The smallest change of a row for which a model would answer otherwise, over columns that may be changed.

It is about the model, not about causes: it says which other rows, near this one, are answered as wished.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.uses.neighbours import column_distance
from workbench.results.uses.reasons import in_words
from workbench.results.wording import listed, shorten, told_apart
from workbench.runtime.contract import NUMERIC, check_rows
from workbench.runtime.scorer import Scorer

LEVELS = 400  # values tried of one column: all that occur, of more the quantiles or the most frequent words
PAIR_LEVELS = 20  # of each column, where two are changed together
MOST_PAIRS = 20_000  # combinations of two columns that the model is asked for, the nearest first
FIRST_ASKED, MOST_ASKED = 500, 4_000  # rows per call; the first call mostly has what is looked for
SAME = 1e-12  # distances that differ by less are the same


@dataclass(frozen=True)
class Wish:
    """What the answer should become: ``label``, an amount of ``at_least`` or ``at_most``; else any other class."""

    label: Any = None
    at_least: float | None = None
    at_most: float | None = None

    def met(self, predictions: np.ndarray, present: Any) -> np.ndarray:
        """Tell which predictions are as wished; none is where the model has no answer.

        Parameters
        ----------
        predictions : ndarray of shape (n_rows,)
        present : object
            The answer for the row as it is.

        Returns
        -------
        bool ndarray of shape (n_rows,)
        """
        known = ~pd.isna(predictions)
        if self.at_least is not None:
            return known & (np.where(known, predictions, -np.inf).astype(float) >= self.at_least)
        if self.at_most is not None:
            return known & (np.where(known, predictions, np.inf).astype(float) <= self.at_most)
        others = np.array([one == self.label if self.label is not None else one != present for one in predictions])
        return known & others.astype(bool)


@dataclass(frozen=True, eq=False)
class Change:
    """One or two columns with other values, and what the model answers then.

    Parameters
    ----------
    before, after : dict
        Column to its typed value.
    distance : float
        Gower's, between the two rows: 0 (equal) to 1 (all columns as far apart as can be).
    row : dict
        The changed row, as ``Scorer.predict_rows`` takes it.
    answer : dict
        What ``Scorer.predict_rows`` says about it.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    distance: float
    row: Mapping[str, Any]
    answer: Mapping[str, Any]

    def told(self) -> str:
        """Say what is changed."""
        labels = told_apart(list(self.after))
        parts = [
            f"“{label}” from {shorten(in_words(self.before[name]))} to {shorten(in_words(value))}"
            for label, (name, value) in zip(labels, self.after.items(), strict=True)
        ]
        return listed(parts)


@dataclass(frozen=True, eq=False)
class SmallestChange:
    """The smallest changes that were found.

    Parameters
    ----------
    columns : tuple of str
        That may be changed.
    present : object
        The answer for the row as it is.
    met : bool
        Whether that is as wished already; then nothing was looked for.
    one, two : Change or None
        Of one column; of two together, where that is smaller than ``one``.
    alone : dict of str to Change or None
        The smallest change of each column alone, None where no value of it gets there; the smallest first.
    n_asked : int
        Changed rows that the model was asked for.
    complete : bool
        Whether all combinations of two columns that could have been smaller were asked for.
    """

    columns: tuple[str, ...]
    present: Any
    met: bool
    one: Change | None
    two: Change | None
    n_asked: int
    complete: bool
    alone: Mapping[str, Change | None] = field(default_factory=dict)

    def finding(self) -> str:
        """The result in one sentence."""
        if self.met:
            return "The answer is as wished already"
        if self.one is None and self.two is None:
            among = "" if self.complete else f" among the {MOST_PAIRS:,} nearest pairs of values"
            several = "alone or two together" if len(self.columns) > 1 else "alone"
            return f"No change of {_these(self.columns)}, {several}, to values that occur gets there{among}"
        smallest = self.two or self.one
        return f"The smallest change that gets there: {smallest.told()}"


def _these(columns: Sequence[str]) -> str:
    return f"“{shorten(columns[0])}”" if len(columns) == 1 else "these columns"


def smallest_change(
    scorer: Scorer, rows: pd.DataFrame, row: Mapping[str, Any], columns: Sequence[str], wish: Wish
) -> SmallestChange:
    """Look for the smallest change of a row that a model answers as wished.

    Each column goes through the values that occur in the training rows, the nearest first; then pairs of
    columns, as long as they are nearer than what one column needs. Of numbers and dates with more than ``LEVELS``
    different values, as many quantiles are tried; in pairs every column goes through ``PAIR_LEVELS`` of its values.
    Near is by Gower's coefficient as ``results.neighbours`` has it, all columns but free text counting the same.

    Parameters
    ----------
    scorer : Scorer
        Answers with the decided threshold or shift.
    rows : DataFrame of shape (n_rows, n_columns)
        Typed inputs of the training rows.
    row : dict
        As ``Scorer.predict_rows`` takes it.
    columns : sequence of str
        That may be changed; free text has no values to go through and is left alone.
    wish : Wish

    Raises
    ------
    NotPossible
        The model does not take the row as it is; says why.
    """
    checked = check_rows([row], scorer.fields, known=row.keys())
    present = scorer.predict_rows([row])[0]
    if "error" in present:
        raise NotPossible(present["error"]["message"], "Correct the value; the prediction needs it, too.")
    search = _Search(scorer, row, checked.frame, present["prediction"], wish)
    levels = [_levels(rows[name], search.typed[name].iloc[0]) for name in columns if name in search.counted]
    if wish.met(np.array([search.present], dtype=object), search.present)[0]:
        return SmallestChange(tuple(columns), search.present, True, None, None, 0, True)
    alone = _alone(search, levels)
    one = next(iter(alone.values()), None)
    reach = np.inf if one is None else one.distance * len(search.counted) - SAME
    pairs, complete = _pairs([_thinned(level) for level in levels], reach)
    two = search.first(pairs)
    complete = complete or two is not None
    return SmallestChange(tuple(columns), search.present, False, one, two, search.n_asked, complete, alone)


def _alone(search: "_Search", levels: list["_Levels"]) -> dict[str, Change | None]:
    """Return the smallest change of each column alone, the smallest first and columns without one last."""
    found, order = {}, {}
    for place, level in enumerate(levels):
        name = level.values.name
        found[name] = search.first(_singles(level))
        # Of changes as small as each other: the nearer value, among words the more frequent one.
        at = 0 if found[name] is None else search.place
        order[name] = (found[name] is None, 0.0 if found[name] is None else found[name].distance, at, place)
    return {name: found[name] for name in sorted(found, key=order.get)}


@dataclass(frozen=True, eq=False)
class _Levels:
    """Values of a column that are tried, the nearest first: ``near`` is 0 to 1, ``far`` goes on where that is 1."""

    values: pd.Series
    near: np.ndarray
    far: np.ndarray


def _levels(known: pd.Series, value: Any) -> _Levels:
    """Return the values that occur in training rows and differ from the row's own."""
    scale = not pd.api.types.is_string_dtype(known.dtype) and known.dtype != object
    near = pd.Series(column_distance(known, value), index=known.index)
    known = known.dropna()
    if scale:
        ordered = known.sort_values(kind="stable").drop_duplicates()
        if len(ordered) > LEVELS:
            ordered = known.sort_values(kind="stable").iloc[_spread_out(len(known), LEVELS)].drop_duplicates()
        far = (ordered - value).abs().to_numpy(dtype=float) if value == value else np.zeros(len(ordered))
    else:
        ordered = known[~known.duplicated()]
        often = known.map(known.value_counts()).loc[ordered.index]
        ordered = ordered.loc[often.sort_values(ascending=False, kind="stable").index[:LEVELS]]
        far = np.arange(len(ordered), dtype=float)  # among words, the more frequent one first
    close = near.loc[ordered.index].to_numpy()
    chosen = np.flatnonzero(close > 0)
    chosen = chosen[np.lexsort([far[chosen], close[chosen]])]
    return _Levels(ordered.iloc[chosen], close[chosen], far[chosen])


def _spread_out(n: int, n_wanted: int) -> np.ndarray:
    """Return evenly spread places among ``n``, with the first and the last; all of them where they are few.

    >>> _spread_out(9, 3).tolist(), _spread_out(2, 3).tolist()
    ([0, 4, 8], [0, 1])
    """
    return np.unique(np.linspace(0, n - 1, min(n, n_wanted)).round().astype(int))


def _thinned(levels: _Levels) -> _Levels:
    """Return a part of the levels that were tried alone, so that no part of a pair gets there by itself."""
    if len(levels.values) <= PAIR_LEVELS:
        return levels
    chosen = _spread_out(len(levels.values), PAIR_LEVELS)
    return _Levels(levels.values.iloc[chosen], levels.near[chosen], levels.far[chosen])


def _singles(level: _Levels) -> list[tuple[float, dict[str, Any]]]:
    """Return each change of one column with its distance, the nearest first."""
    name, values = level.values.name, level.values
    return [(float(near), {name: values.iloc[at]}) for at, near in enumerate(level.near)]


def _pairs(levels: list[_Levels], reach: float) -> tuple[list[tuple[float, dict[str, Any]]], bool]:
    """Return changes of two columns nearer than ``reach``, the nearest first, and whether these are all."""
    sums, sides = [np.zeros(0)], [np.zeros((0, 4), dtype=int)]
    for a, b in combinations(range(len(levels)), 2):
        total = levels[a].near[:, None] + levels[b].near[None, :]
        one, other = np.nonzero(total < reach)
        sums.append(total[one, other])
        sides.append(np.column_stack([np.full(len(one), a), one, np.full(len(one), b), other]))
    near, side = np.concatenate(sums), np.concatenate(sides)
    order = np.lexsort([side[:, 1] + side[:, 3], near])[:MOST_PAIRS]
    named = [level.values for level in levels]
    found = [
        (float(near[at]), {named[a].name: named[a].iloc[one], named[b].name: named[b].iloc[other]})
        for at, (a, one, b, other) in zip(order, side[order].tolist(), strict=True)
    ]
    return found, len(near) <= MOST_PAIRS


class _Search:
    """Asks the model for changed rows, many at a time, until one is answered as wished."""

    def __init__(self, scorer, row, typed, present, wish):
        self.scorer, self.row, self.typed, self.wish, self.present = scorer, row, typed, wish, present
        self.meanings = {field["name"]: field["meaning"] for field in scorer.fields}
        self.counted = [name for name, meaning in self.meanings.items() if meaning != "text"]
        self.n_asked = self.place = 0  # place: of the change that was found last among those that were tried

    def first(self, changes: list[tuple[float, dict[str, Any]]]) -> Change | None:
        """Return the first change that is answered as wished, also when its row is asked for alone."""
        for start, part in _parts(changes):
            frame = self.typed.iloc[np.zeros(len(part), dtype=int)].reset_index(drop=True)
            for name in {name for _, change in part for name in change}:
                own = self.typed[name].iloc[0]
                cells = [change.get(name, own) for _, change in part]
                frame[name] = pd.Series(cells, dtype=self.typed[name].dtype)
            self.n_asked += len(part)
            answers = self.scorer.predict_frame(frame)["prediction"].to_numpy()
            for at in np.flatnonzero(self.wish.met(answers, self.present)).tolist():
                found = self._verified(*changes[start + at])
                if found is not None:
                    self.place = start + at
                    return found
        return None

    def _verified(self, near: float, change: dict[str, Any]) -> Change | None:
        row = {**self.row, **{name: self._cell(name, value) for name, value in change.items()}}
        answer = self.scorer.predict_rows([row])[0]
        if "error" in answer or not self.wish.met(np.array([answer["prediction"]], dtype=object), self.present)[0]:
            return None
        before = {name: self.typed[name].iloc[0] for name in change}
        return Change(before, change, near / len(self.counted), row, answer)

    def _cell(self, name: str, value: Any) -> Any:
        if self.meanings[name] in NUMERIC:
            return int(value) if self.meanings[name] == "integer" else float(value)
        return pd.Timestamp(value).to_pydatetime() if self.meanings[name] == "date" else str(value)


def _parts(changes: list) -> Iterator[tuple[int, list]]:
    """Yield consecutive parts with the place where they begin, each larger than the one before."""
    start, size = 0, FIRST_ASKED
    while start < len(changes):
        yield start, changes[start : start + size]
        start, size = start + size, min(2 * size, MOST_ASKED)
