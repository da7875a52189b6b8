"""Rows that are equal in every column, against pandas."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling.rows import row_hashes
from workbench.profiling.rows.row_hashes import equal_rows


def made(n_rows, n_columns, n_values=3):
    random = np.random.default_rng(n_columns)
    values = random.integers(0, n_values, (n_rows, n_columns)).astype("float64")
    values[random.random(values.shape) < 0.1] = np.nan
    values[:, 0] *= np.where(random.random(n_rows) < 0.5, -1.0, 1.0)  # zeros of either sign
    return pd.DataFrame(values)


@pytest.mark.parametrize(("n_rows", "n_columns"), [(500, 1), (500, 3), (500, 4), (500, 7), (2, 2), (300, 20)])
def test_equal_rows_are_those_of_pandas(n_rows, n_columns):
    table = made(n_rows, n_columns)
    positions, groups = equal_rows([table[name].to_numpy() for name in table], n_rows)
    assert np.sort(positions).tolist() == np.flatnonzero(table.duplicated(keep=False)).tolist()
    for _, members in pd.Series(positions).groupby(groups):
        assert len(members) > 1 and members.is_monotonic_increasing
        assert len(table.iloc[members].drop_duplicates()) == 1
    assert len(set(groups)) == len(table.iloc[positions].drop_duplicates())


def test_codes_and_numbers_go_together():
    codes, numbers = np.array([0, -1, 0, -1, 0]), np.array([1.0, np.nan, 1.0, np.nan, 2.0])
    positions, groups = equal_rows([codes, numbers], 5)
    assert sorted(zip(groups.tolist(), positions.tolist(), strict=True)) in (
        [(0, 0), (0, 2), (1, 1), (1, 3)],
        [(0, 1), (0, 3), (1, 0), (1, 2)],
    )


def test_a_blank_equals_no_number():
    smallest = np.float64(5e-324)  # its bits are those of the integer 1
    assert [len(part) for part in equal_rows([np.array([np.nan, smallest, np.inf])], 3)] == [0, 0]


def test_nothing_to_compare():
    assert [len(part) for part in equal_rows([], 5)] == [0, 0]
    assert [len(part) for part in equal_rows([np.array([1.0])], 1)] == [0, 0]
    assert [len(part) for part in equal_rows([np.arange(9.0)], 9)] == [0, 0]


def test_rows_of_equal_hash_that_differ_are_hashed_anew(monkeypatch):
    true_hashes = row_hashes._of_equal_hash
    seeds = []

    def colliding(columns, n_rows, seed):
        seeds.append(seed)
        return (np.arange(4), np.zeros(4, dtype="int64")) if seed == 0 else true_hashes(columns, n_rows, seed)

    monkeypatch.setattr(row_hashes, "_of_equal_hash", colliding)
    positions, _ = equal_rows([np.array([1.0, 2.0, 1.0, 3.0])], 4)
    assert (sorted(positions.tolist()), seeds) == ([0, 2], [0, 1])
