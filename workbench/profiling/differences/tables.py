"""How a newer table differs from the one before it: its columns, what they hold, and rows that come back."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.data.differences import ColumnChange, compare_schemas
from workbench.profiling.differences.column_differences import VERDICTS, ColumnDifference, difference
from workbench.profiling.differences.difference_words import sentence_of
from workbench.profiling.differences.shared_columns import Shared, share
from workbench.profiling.plain import to_plain
from workbench.profiling.rows.row_hashes import equal_rows
from workbench.profiling.wording import counted, percent, quoted, short
from workbench.specs import MEANING_LABELS, Schema

VARIETY_ROWS = 1_000
OPEN_SHARE = 0.05  # of the rows, from which values that no other row has make new ones nothing new
BEYOND_CHANCE = 0.05  # share of the rows beyond what chance brings, from which the headline tells it


@dataclass(frozen=True)
class TableDifferences:
    """What is different in a table, beside the one before it.

    Attributes
    ----------
    headline : str
    n_rows_before, n_rows_now : int
    gone, added : tuple of str
        Columns of the table before only, and of the table now only.
    renamed : tuple of (str, str)
        Names before and now of columns that probably are the same.
    changes : tuple of ColumnChange
        All that differs between the two schemas.
    columns : tuple of ColumnDifference
        Of every column in both, the most different first.
    n_rows_repeated : int
        Rows now that equal a row of before in every column that both have; exact.
    repeated_by_chance : float
        Share of the rows before that equal another one there: what can be expected of rows that just look alike.
    n_rows_unseen : int
        Rows now that hold something the table before never had: a value of a category, a number beyond the range, or
        a blank in a column that had none. Dates, identifiers, texts and categories of which one row in twenty holds a
        value of its own are not asked, since theirs are always new.
    unseen_by_chance : float
        Share of the rows before of which the same is true beside all the others there: what can be expected where
        nothing has changed.
    target : str
    """

    headline: str
    n_rows_before: int
    n_rows_now: int
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    changes: tuple[ColumnChange, ...] = ()
    columns: tuple[ColumnDifference, ...] = ()
    n_rows_repeated: int = 0
    repeated_by_chance: float = 0.0
    n_rows_unseen: int = 0
    unseen_by_chance: float = 0.0
    target: str = ""

    @property
    def differing(self) -> tuple[ColumnDifference, ...]:
        """The columns that differ, most first; dates that only moved on are not among them."""
        return tuple(column for column in self.columns if column.verdict in ("differs", "differs much"))

    def column(self, name: str) -> ColumnDifference:
        """Return what differs in a column, by its name now; KeyError where both tables do not have it."""
        for column in self.columns:
            if column.column == name:
                return column
        raise KeyError(name)

    def to_json(self) -> dict:
        """Return a plain JSON value."""
        return to_plain(self)


def compare_tables(
    old: pd.DataFrame, new: pd.DataFrame, old_schema: Schema, new_schema: Schema, *, target: str = ""
) -> TableDifferences:
    """Say what is different in a table, beside the one before it.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Typed tables, such as the one a model was trained on, and this month's.
    old_schema, new_schema : Schema
        Of each. Where only the meaning differs within numbers, or within words, the one before counts.
    target : str, optional
        The column that is predicted, by its name before; a table to predict lacks it, and that is no difference.

    Returns
    -------
    TableDifferences
        Where both tables are drawn from the same rows, at most one comparison in twenty names any column that differs
        (``tests/profiling/test_differences.py``).
    """
    changes = compare_schemas(old_schema, new_schema)
    renamed = {change.now: change.was for change in changes if change.kind == "renamed"}
    were = set(old_schema.names)
    pairs = {name: renamed.get(name, name) for name in new_schema.names if name in renamed or name in were}
    shared, columns = {}, []
    for name, was in pairs.items():
        meaning = old_schema.column(was).meaning
        both = share(old[was], new[name], meaning)
        renamed_from = was if was != name else ""
        if both is None:
            columns.append(_another_kind(name, renamed_from, meaning, new_schema.column(name).meaning))
            continue
        shared[name] = both
        found = difference(name, both, len(pairs), renamed_from)
        columns.append(replace(found, sentence=sentence_of(found, both)))
    columns.sort(key=lambda column: (VERDICTS.index(column.verdict), -(column.distance or 0.0)))
    n_repeated, by_chance = _repeated(list(shared.values()), len(old), len(new))
    inputs = [both for name, both in shared.items() if pairs[name] != target]
    unseen, unseen_by_chance = _unseen(inputs, len(old), len(new))
    found = TableDifferences(
        headline="",
        n_rows_before=len(old),
        n_rows_now=len(new),
        gone=tuple(change.column for change in changes if change.kind == "removed" and change.column != target),
        added=tuple(change.column for change in changes if change.kind == "added"),
        renamed=tuple((change.was, change.now) for change in changes if change.kind == "renamed"),
        changes=changes,
        columns=tuple(columns),
        n_rows_repeated=n_repeated,
        repeated_by_chance=by_chance,
        n_rows_unseen=unseen,
        unseen_by_chance=unseen_by_chance,
        target=target,
    )
    return replace(found, headline=_headline(found))


def _another_kind(name, was, meaning_before, meaning_now) -> ColumnDifference:
    labels = MEANING_LABELS[meaning_before], MEANING_LABELS[meaning_now]
    return ColumnDifference(
        column=name,
        was=was,
        meaning=meaning_now,
        verdict="differs much",
        distance=1.0,
        chance=0.0,
        sentence=f"“{short(name)}” was read as {labels[0]} before and is read as {labels[1]} now: read both alike.",
    )


def _repeated(columns: list[Shared], n_before: int, n_now: int) -> tuple[int, float]:
    """Return the rows now that equal one of before, and the share of those before that equal another of them."""
    if not columns or not n_before or not n_now:
        return 0, 0.0
    joined = sorted((np.concatenate([both.before, both.now]) for both in columns), key=lambda values: -_variety(values))
    positions, groups = equal_rows(joined, n_before + n_now)
    if not len(positions):
        return 0, 0.0
    was = positions < n_before
    n_were = np.bincount(groups, weights=was)[groups]
    return int((~was & (n_were > 0)).sum()), float((was & (n_were > 1)).sum() / n_before)


def _variety(values: np.ndarray) -> int:
    return len(np.unique(values[:: max(1, len(values) // VARIETY_ROWS)]))


def _unseen(columns: list[Shared], n_before: int, n_now: int) -> tuple[int, float]:
    """Return the rows now that hold something never seen, and the share of rows before that alone hold something."""
    now, alone = np.zeros(n_now, dtype=bool), np.zeros(n_before, dtype=bool)
    for both in columns:
        if both.is_date or both.meaning in ("identifier", "text") or not n_before:
            continue
        if both.words is None:
            (low, high), _ = both.ends()
            now |= (both.now < low) | (both.now > high)
            for end in (low, high):
                at_end = both.before == end
                alone |= at_end if at_end.sum() == 1 else False
        else:
            counts = both.word_counts()[0]
            if (counts == 1).sum() > OPEN_SHARE * n_before:
                continue
            counts = np.append(counts, 1)  # the last is that of no value
            now |= (counts == 0)[both.now]
            alone |= (counts == 1)[both.before] & both.filled(both.before)
        blank_before = ~both.filled(both.before)
        if not blank_before.any():
            now |= ~both.filled(both.now)
        elif blank_before.sum() == 1:
            alone |= blank_before
    return int(now.sum()), float(alone.mean()) if n_before else 0.0


def _headline(found: TableDifferences) -> str:
    """Return the differences in two or three sentences, what matters first."""
    if not found.n_rows_now or not found.n_rows_before:
        return f"The table {'now' if not found.n_rows_now else 'before'} has no rows, so there is nothing to compare."
    said = [_of_columns(found)]
    parts = []
    for names, word in ((found.gone, "gone"), (found.added, "new")):
        verb = "is" if len(names) == 1 else "are"
        if names:
            parts.append(f"{counted(len(names), 'column')} {verb} {word} ({quoted([*map(short, names)], 3)})")
    parts += [f"“{short(was)}” is probably called “{short(now)}” now" for was, now in found.renamed]
    if parts:
        said.append(f"{'; '.join(parts)}.")
    if _beyond(found.n_rows_unseen, found.unseen_by_chance, found):
        share = percent(found.n_rows_unseen / found.n_rows_now)
        verb = "holds" if found.n_rows_unseen == 1 else "hold"
        said.append(f"{counted(found.n_rows_unseen, 'row')} ({share}) {verb} something the table before never had.")
    if _beyond(found.n_rows_repeated, found.repeated_by_chance, found):
        share = percent(found.n_rows_repeated / found.n_rows_now)
        verb = "repeats" if found.n_rows_repeated == 1 else "repeat"
        said.append(f"{counted(found.n_rows_repeated, 'row')} ({share}) {verb} one of before.")
    return " ".join(said)


def _of_columns(found: TableDifferences) -> str:
    names = [short(column.column) for column in found.differing]
    n_shared = len(found.columns)
    if not n_shared:
        return "The two tables have no column in common."
    if all(column.verdict == "too few" or column.n_known is not None for column in found.columns):
        fewer, n_rows = min(("now", found.n_rows_now), ("before", found.n_rows_before), key=lambda pair: pair[1])
        return f"The table {fewer} has only {counted(n_rows, 'row')}: too few to compare how they are distributed."
    if not names:
        return f"What is in both tables ({counted(n_shared, 'column')}) is distributed as before."
    if len(names) == 1:
        return f"1 of {counted(n_shared, 'column')} differs from before: “{names[0]}”."
    others = [column.column for column in found.differing[1:]]
    target = f", the answer “{short(found.target)}” among them" if found.target in others else ""
    return f"{len(names):,} of {counted(n_shared, 'column')} differ from before, most of all “{names[0]}”{target}."


def _beyond(n_rows: int, by_chance: float, found: TableDifferences) -> bool:
    """Tell whether rows are more than chance brings: by a twentieth, and three standard errors of both tables."""
    spread = by_chance * (1 - by_chance) * (1 / found.n_rows_now + 1 / found.n_rows_before)
    return n_rows / found.n_rows_now - by_chance >= BEYOND_CHANCE + 3 * spread**0.5
