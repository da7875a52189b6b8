"""The columns of a table in numbers.

Every figure is exact and equals pandas', numpy's or scipy's own, other than the shapes and words of very long columns
(``ColumnProfile.looked_at``).
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.profiling.columns.column_profile import Bin, ColumnProfile, ValueCount
from workbench.profiling.columns.date_figures import describe_dates
from workbench.profiling.columns.number_figures import describe_numbers
from workbench.profiling.columns.word_figures import describe_words
from workbench.specs import ColumnSpec, Schema

__all__ = ["Bin", "ColumnFacts", "ColumnProfile", "ValueCount", "describe_column", "describe_columns"]

WORDS_LOOKED_AT = 5_000  # different words of a column that are read one by one
# Sorting, hashing and counting let other threads work meanwhile. Of shorter columns most of the time is Python's own.
ROWS_WORTH_THREADS = 20_000
MOST_THREADS = 4  # each holds a few copies of one column


@dataclass(frozen=True, eq=False)
class ColumnFacts:
    """A column prepared once for everything that looks at it.

    Either ``numbers`` (float64 of shape (n_rows,); NaN where missing; days for dates) or ``codes`` (int32 of shape
    (n_rows,); -1 where missing) into ``words`` with ``word_counts``, both in order of first appearance. The numbers of
    a float column are its own memory, read-only.
    """

    profile: ColumnProfile
    is_date: bool = False
    numbers: np.ndarray | None = None
    codes: np.ndarray | None = None
    words: pd.Index | None = None
    word_counts: np.ndarray | None = None

    @cached_property
    def first_words(self) -> list[str]:
        """The first 5,000 of ``words``, which pandas would hand out one by one at a hundredth of the pace."""
        return self.words[:WORDS_LOOKED_AT].to_numpy(dtype=object).tolist()

    @cached_property
    def digest(self) -> bytes:
        """Equal for columns whose cells are equal, and for words also where they map one to one."""
        # Codes number the words by first appearance, so columns that map one to one have equal codes.
        values = self.codes if self.numbers is None else np.nan_to_num(self.numbers + 0.0, nan=np.pi)
        kind = b"words" if self.numbers is None else b"dates" if self.is_date else b"numbers"
        return hashlib.blake2b(np.ascontiguousarray(values).view("uint8"), digest_size=16).digest() + kind


def describe_column(values: pd.Series, column: ColumnSpec) -> ColumnFacts:
    """Return the figures of one column of a typed table, with the arrays they were taken of.

    Parameters
    ----------
    values : pandas.Series of shape (n_rows,)
        Numbers, dates, or words; booleans count as the words "True" and "False".
    column : ColumnSpec
        Its name and meaning.
    """
    about = {
        "name": column.name,
        "meaning": column.meaning,
        "unit": column.unit,
        "memory_bytes": int(values.memory_usage(index=False, deep=True)),
    }
    dtype = values.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype):
        figures, days = describe_dates(values)
        return ColumnFacts(ColumnProfile(**about, **figures), is_date=True, numbers=days)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype):
        figures, numbers = describe_numbers(values)
        return ColumnFacts(ColumnProfile(**about, **figures), numbers=numbers)
    figures, coded = describe_words(_as_words(values), column.meaning)
    return ColumnFacts(
        ColumnProfile(**about, **figures),
        codes=coded.codes,
        words=pd.Index(coded.words.to_pandas(), dtype="str"),
        word_counts=coded.counts,
    )


def describe_columns(table: pd.DataFrame, schema: Schema) -> dict[str, ColumnFacts]:
    """Return the facts of every column by its name, in file order, on all processors where the table is long.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n_rows, n_columns)
        A typed table.
    schema : Schema
        Of the same columns, in any order.
    """
    specs = {column.name: column for column in schema.columns}
    columns = {name: (table[name], specs[name]) for name in table.columns}
    n_threads = min(pa.cpu_count(), MOST_THREADS, len(columns)) if len(table) >= ROWS_WORTH_THREADS else 1
    if n_threads <= 1:
        return {name: describe_column(*column) for name, column in columns.items()}
    # The largest first, lest one thread works on a long text while the others have nothing left.
    order = sorted(columns, key=lambda name: -columns[name][0].memory_usage(index=False))
    with ThreadPoolExecutor(n_threads, "describe") as pool:
        facts = dict(zip(order, pool.map(lambda name: describe_column(*columns[name]), order), strict=True))
    return {name: facts[name] for name in columns}


def _as_words(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        return values
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.map({True: "True", False: "False"}, na_action="ignore").astype("str")
    return values.map(str, na_action="ignore").astype("str")  # a cell may hold anything; the typed table holds text
