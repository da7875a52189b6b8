"""A big file read in pieces gives what it gives when it is read as a whole."""

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.data import opening
from workbench.data.big import pieces, text_pieces
from workbench.data.columns import meanings, quick_typing
from workbench.errors import Stopped
from workbench.runtime.column_types import type_column

N_ROWS = 900


@pytest.fixture
def small_limits(monkeypatch):
    """Sizes so small that a few hundred rows are a big file."""
    monkeypatch.setattr(opening, "QUICK_BYTES", 0)
    monkeypatch.setattr(pieces, "PIECES_BYTES", 0)
    monkeypatch.setattr(text_pieces, "PIECE_BYTES", 60_000)  # some ten pieces
    monkeypatch.setattr(quick_typing, "MIN_ROWS", 1)
    monkeypatch.setattr(meanings, "SAMPLE_ROWS", 50)
    monkeypatch.setattr(meanings, "VALUE_SAMPLE", 40)


def columns(seed):
    """Columns of text, most of them with a surprise at row 800 that no sample sees."""
    rng = np.random.default_rng(seed)
    plain = {
        "number": [f"{value:.3f}" for value in rng.normal(0, 1000, N_ROWS)],
        "whole": [str(value) for value in rng.integers(0, 10**6, N_ROWS)],
        "few": [str(value) for value in rng.integers(0, 9, N_ROWS)],
        "day": [str(value.date()) for value in pd.Timestamp("2001-01-01") + pd.to_timedelta(np.arange(N_ROWS), "D")],
        "words": [" ".join(rng.choice(list("abcdefgh"), 4)) for _ in range(N_ROWS)],
        "level": [f"level {value}" for value in rng.integers(0, 4, N_ROWS)],
        "order id": [str(10**6 + value) for value in range(N_ROWS)],
        "comma": [f"{value:.2f}".replace(".", ",") for value in rng.normal(0, 10, N_ROWS)],
        "percent": [f"{value:.1f}%" for value in rng.normal(50, 10, N_ROWS)],
        "flag": list(rng.choice(["yes", "no"], N_ROWS)),
    }
    surprises = {
        "number": ("NaN", "inf", "n/a", "(12)", "1e3", " 7.5 ", "+3", "1e400", "x", "−3", "007"),
        "whole": ("3.5", "007", "0x1F", "-0", "", "12 ", "9007199254740993", "-", "?"),
        "few": ("2.5", "many", "01", "", "NA"),
        "day": ("2001-13-01", "2001-02-03 04:05", "2001-02-03T04:05:06Z", "0001-01-01", "someday", "?", "2001"),
        "words": (" edge", "NA", "?", "\u00a0space", "1"),
        "level": ("level 1 ", "", "-", "NULL"),
        "order id": ("1000000", "x17", "", "007"),
        "comma": ("1.5", "1.234,5", "?", "1,2,3"),
        "percent": ("12", "12 kg", "?"),
        "flag": ("maybe", "Yes", "", "unknown"),
    }
    found = dict(plain)
    for name, odd in surprises.items():
        for number, text in enumerate(odd):
            found[f"{name} {number}"] = [*plain[name][:800], text, *plain[name][801:]]
    return found


def written(tmp_path, found, **options):
    path = tmp_path / "table.csv"
    pd.DataFrame(found).to_csv(path, index=False, **options)
    return path


def compared(path, monkeypatch):
    """Return the table read in pieces, after comparing it with the one read as a whole and with the Parquet file."""
    quick = data.open_table(path)
    file = data.open_to_parquet(path, path.with_name("table.parquet"))
    monkeypatch.setattr(opening, "QUICK_BYTES", 10**9)
    monkeypatch.setattr(quick_typing, "MIN_ROWS", 10**9)
    slow = data.open_table(path)
    assert quick.schema == slow.schema
    pd.testing.assert_frame_equal(quick.table, slow.table)
    pd.testing.assert_frame_equal(pd.read_parquet(path.with_name("table.parquet")), slow.table)
    for found in (quick, file):
        assert (found.notes, found.misfits, found.sentence) == (slow.notes, slow.misfits, slow.sentence)
        assert found.schema == slow.schema
        assert found.questions == slow.questions
    assert (file.n_rows, file.n_columns) == slow.table.shape
    return quick.table


@pytest.mark.parametrize("seed", range(2))
def test_surprises_late_in_the_file(tmp_path, small_limits, monkeypatch, seed):
    compared(written(tmp_path, columns(seed)), monkeypatch)


@pytest.mark.parametrize(
    "options",
    [
        {"sep": ";", "lineterminator": "\r\n"},
        {"sep": "\t", "encoding": "cp1252"},
        {"encoding": "utf-8-sig"},
        {"quoting": 1},
    ],
)
def test_other_ways_of_writing(tmp_path, small_limits, monkeypatch, options):
    found = columns(5) | {"names": ["Müller", 'the "big" one', "a, b; c"] * (N_ROWS // 3)}
    found = {name: [text.replace("−", "-") for text in texts] for name, texts in found.items()}  # not in cp1252
    table = compared(written(tmp_path, found, **options), monkeypatch)
    assert table["names"].tolist()[:3] == ["Müller", 'the "big" one', "a, b; c"]


def test_notes_below_blank_lines_and_short_records(tmp_path, small_limits, monkeypatch):
    rows = [f"{number},level {number % 3},{number / 7:.4f}" for number in range(600)]
    text = "\n".join(["Report of 2024", "", "n,level,share", *rows[:300], "", ",,", *rows[300:], "", "Source: us"])
    path = tmp_path / "table.csv"
    path.write_text(text)
    table = compared(path, monkeypatch)
    assert table.shape == (600, 3)
    assert table["share"].iloc[-1] == 85.5714


def test_line_ends_in_cells_are_read_as_a_whole(tmp_path, small_limits, monkeypatch):
    found = {"n": range(400), "text": ["two\nlines" if number == 333 else f"t {number}" for number in range(400)]}
    table = compared(written(tmp_path, found), monkeypatch)
    assert table["text"].iloc[333] == "two\nlines"


def test_stop_leaves_nothing(tmp_path, small_limits):
    path, out, seen = written(tmp_path, columns(1)), tmp_path / "out.parquet", []
    with pytest.raises(Stopped):
        data.open_to_parquet(path, out, on_progress=lambda *told: seen.append(told), should_stop=lambda: len(seen) > 20)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["table.csv"]
    assert seen[-1][1] == path.stat().st_size
    assert all(0 <= done <= total for done, total, _ in seen)


def test_sample_and_its_text(tmp_path, small_limits):
    path, table, sample = written(tmp_path, columns(2)), tmp_path / "table.parquet", tmp_path / "sample.parquet"
    opened = data.open_to_parquet(path, table)
    positions = data.sample_parquet(table, 100, sample, seed=3)
    assert len(set(positions)) == 100 and (np.diff(positions) > 0).all()
    drawn = pd.read_parquet(sample)
    assert drawn["__row__"].tolist() == positions.tolist()
    expected = pd.read_parquet(table).iloc[positions].reset_index(drop=True)
    pd.testing.assert_frame_equal(drawn.drop(columns="__row__"), expected)
    text = data.read_sample_text(path, opened.read, positions)
    assert text.index.tolist() == positions.tolist()
    assert text["comma"].tolist() == [columns(2)["comma"][position] for position in positions]


@pytest.mark.parametrize("name", ["flag", "words"])  # of few different texts, and of many
def test_spellings_are_read_in_pieces_as_in_a_whole(tmp_path, small_limits, monkeypatch, name):
    texts = columns(3)[name]
    path = written(tmp_path, {name: [*texts[:-3], "USA", " usa", "U.S."], "n": range(N_ROWS)})
    found = data.detect(path)
    spelt = found.schema.column(name).but(
        meaning="category", spellings=(("usa", "USA"), ("U.S.", "USA"), (texts[0], "first"))
    )
    schema = found.schema.but(columns=(spelt, found.schema.column("n")))
    expected = ["first" if text == texts[0] else text for text in texts[:-3]] + ["USA"] * 3
    assert data.open_table(path, read=found.read, schema=schema).table[name].tolist() == expected
    out = path.with_name("table.parquet")
    data.open_to_parquet(path, out, read=found.read, schema=schema)
    assert pd.read_parquet(out)[name].tolist() == expected
    monkeypatch.setattr(opening, "QUICK_BYTES", 10**9)
    monkeypatch.setattr(quick_typing, "MIN_ROWS", 10**9)
    assert data.open_table(path, read=found.read, schema=schema).table[name].tolist() == expected


TEXTS = [
    "1",
    "-2.5",
    "1e5",
    ".5",
    "5.",
    "+1",
    "nan",
    "Infinity",
    "0x10",
    "1_0",
    " 3",
    "٣",
    "1,5",
    "1.2,3",
    "",
    "x",
    "NA",
]
DAYS = [
    "2020-01-31",
    "2020-02-30",
    "2020-01-01 10:00",
    "2020-01-01T10:00:00",
    "2020-01-01 24:00",
    "1500-01-01",
    "2020-1-1",
]


@pytest.mark.parametrize("meaning", ["number", "integer", "date", "category", "identifier"])
@pytest.mark.parametrize("few", [False, True])
def test_each_text_is_typed_alike(small_limits, meaning, few):
    spellings = [["1e3", "1000"], [" a", "A"], ["7", "seven"], ["x", "NA"]]
    rules = {"name": "x", "meaning": meaning, "missing": ["NA"], "date_format": "ISO8601", "spellings": spellings}
    for decimal in ".,":
        for odd in TEXTS + DAYS:
            usual = ["2020-01-31"] if meaning == "date" else ["7"]
            texts = pd.Series([*usual * 40, odd], dtype="str")
            quick = quick_typing.type_column(texts.astype("category") if few else texts, rules | {"decimal": decimal})
            exact = type_column(texts, rules | {"decimal": decimal})
            pd.testing.assert_series_equal(quick.values, exact.values)
            assert quick.misfits.tolist() == exact.misfits.tolist()


def test_a_big_irregular_file_is_still_looked_at(tmp_path, small_limits, monkeypatch):
    monkeypatch.setattr(opening, "MAX_IRREGULAR_BYTES", 100)
    monkeypatch.setattr(opening, "WHOLE_BYTES", 1_000)
    path = written(tmp_path, {"n": range(400), "text": ["two\nlines"] * 400})
    assert data.detect(path).schema.names == ["n", "text"]
