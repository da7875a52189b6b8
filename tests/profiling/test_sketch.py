"""A first look at a stored table: exact where its file knows all rows, of seeded rows elsewhere, and it says which."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotFound
from workbench.profiling import Profile, profile
from workbench.profiling import sketch as sketching
from workbench.specs import ColumnSpec, Schema

SCHEMA = Schema(
    columns=(
        ColumnSpec(name="price.max", meaning="number"),
        ColumnSpec(name="rooms", meaning="integer"),
        ColumnSpec(name="sold", meaning="date"),
        ColumnSpec(name="kind", meaning="category"),
        ColumnSpec(name="empty", meaning="text"),
    )
)


def table(n_rows=1_000):
    """Return a typed table whose smallest and largest values stand once each, and whose first half has no price."""
    rows = np.arange(n_rows)
    return pd.DataFrame(
        {
            "price.max": np.where(rows < n_rows // 2, np.nan, rows * 0.5),
            "rooms": rows % 7 - 1,
            "sold": pd.Timestamp("2020-01-01") + pd.to_timedelta(rows, unit="D").astype("timedelta64[us]"),
            "kind": pd.Series(np.where(rows % 4 == 0, "house", "flat"), dtype="str").where(rows % 10 != 9),
            "empty": pd.Series([None] * n_rows, dtype="str"),
        }
    )


def stored(folder, frame, row_group_size=100):
    path = folder / "table"
    frame.to_parquet(path, index=False, row_group_size=row_group_size)
    return path


@pytest.fixture(params=["drawn", "from places"])
def sketched(request, tmp_path, monkeypatch):
    """Return a table with its sketch of 200 of its 1,000 rows, drawn in either way."""
    monkeypatch.setattr(sketching, "SKETCH_ROWS", 200)
    monkeypatch.setattr(sketching, "READ_CELLS", 10_000 if request.param == "drawn" else 100)
    return table(), sketching.sketch(stored(tmp_path, table()), SCHEMA)


def test_a_small_table_is_described_as_in_its_full_profile(tmp_path):
    found = sketching.sketch(stored(tmp_path, table()), SCHEMA)
    full = profile(table(), SCHEMA)
    # Arrow keeps the words of a table that was read in one piece, so that only their memory may differ.
    assert [replace(column, memory_bytes=0) for column in found.columns] == [
        replace(column, memory_bytes=0) for column in full.columns
    ]
    assert (found.complete, found.sample_rows) == (False, 0)
    assert found.headline == "1,000 rows and 5 columns, 32 % of the cells are blank."


def test_rows_blanks_and_ends_are_exact_of_a_sample_too(sketched):
    frame, found = sketched
    assert (found.n_rows, found.n_columns, found.sample_rows, found.complete) == (1_000, 5, 200, False)
    assert [column.missing_count for column in found.columns] == frame.isna().sum().tolist() == [500, 0, 0, 100, 1_000]
    assert [column.count for column in found.columns] == [500, 1_000, 1_000, 900, 0]
    price, rooms, sold, _, empty = found.columns
    assert (price.min, price.max) == (250.0, 499.5)
    assert (rooms.min, rooms.max) == (-1.0, 5.0)
    assert (sold.first, sold.last) == ("2020-01-01", "2022-09-26")
    assert (empty.top, empty.bins) == ((), ())


def test_bars_are_brought_to_the_size_of_the_table(sketched):
    _, found = sketched
    house = {entry.value: entry.count for entry in found.column("kind").top}["house"]
    assert house == pytest.approx(250, abs=60)
    assert sum(entry.count for entry in found.column("rooms").bins) == pytest.approx(1_000, abs=20)


def test_counts_are_brought_to_the_size_of_the_table(sketched):
    _, found = sketched
    rooms = found.column("rooms")  # -1 to 5, each in one of seven rows
    assert rooms.zeros == pytest.approx(143, abs=60) and rooms.negatives == pytest.approx(143, abs=60)
    assert rooms.zeros % 5 == 0  # five rows of the table for each of the sample
    assert (rooms.infinite_count, rooms.outlier_count) == (0, 0)


def test_steps_between_the_dates_of_a_sample_are_not_told(sketched):
    frame, found = sketched
    sold = found.column("sold")
    assert (sold.step_seconds, sold.step_word, sold.step_share, sold.gap_seconds, sold.gap_start) == (None,) * 5
    assert profile(frame, SCHEMA).column("sold").step_word == "daily"


def test_the_same_seed_draws_the_same_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(sketching, "SKETCH_ROWS", 200)
    path = stored(tmp_path, table())
    first, again, other = (sketching.sketch(path, SCHEMA, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_positions_behind_the_columns_are_passed_over(tmp_path):
    found = sketching.sketch(stored(tmp_path, table().assign(__row__=range(1_000))), SCHEMA)
    assert [column.name for column in found.columns] == SCHEMA.names


def test_infinite_values_are_no_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(sketching, "SKETCH_ROWS", 200)
    frame = pd.DataFrame({"a": [np.inf, -np.inf] + [float(row % 5) for row in range(998)]})
    found = sketching.sketch(stored(tmp_path, frame), Schema(columns=(ColumnSpec(name="a", meaning="number"),)))
    assert (found.columns[0].min, found.columns[0].max) == (0.0, 4.0)


def test_a_table_without_rows_has_nothing_to_show(tmp_path):
    found = sketching.sketch(stored(tmp_path, table(0)), SCHEMA)
    assert (found.n_rows, found.sample_rows, found.memory_bytes) == (0, 0, 0)
    assert found.headline == "0 rows and 5 columns, no cell is blank."


def test_a_file_of_other_columns_is_refused(tmp_path):
    path = stored(tmp_path, table().drop(columns="rooms"))
    with pytest.raises(NotFound, match="other columns"):
        sketching.sketch(path, SCHEMA)


def test_a_sketch_is_kept_as_json(sketched):
    _, found = sketched
    assert Profile.from_json(found.to_json()) == found
