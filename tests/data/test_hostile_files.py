"""Corrupted and hostile files end in a table or a sentence; the full set is ``benchmarks/hostile.py``."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.bad_files import crafted_archives, crafted_text, crafted_typed, mutations
from benchmarks.bad_files.cases import REFUSED
from benchmarks.bad_files.reading import faults_of_sentence, faults_of_table
from workbench.data import open_table, read_cells
from workbench.errors import CannotRead
from workbench.runtime.reading import read_raw
from workbench.specs import ReadSpec

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SLOW = ("equal", "500 names for 40 rows", "wide and nested", "two names of 60,000 characters")
# Only the app's reading process opens these: what reads them can take the whole process with it.
NOT_HERE = ("xls", "xlsb", "xlsx", "ods", "duckdb")
HANDMADE = [*crafted_text.cases(), *crafted_archives.cases(), *crafted_typed.magic()]
N_SPOILED = 150


def read(path):
    """Return the shape of the table at ``path``, or "refused"; fails for any other end."""
    try:
        opened = open_table(path)
    except CannotRead as error:
        assert faults_of_sentence(error) == []
        return REFUSED
    assert faults_of_table(opened, path) == []
    return opened.table.shape


@pytest.mark.parametrize("kind", ["names", "json", "zip", "tar", "magic"])
def test_hostile_files_are_read_or_refused(tmp_path, kind):
    path = tmp_path / "table"
    for case in HANDMADE:
        if case.kind != kind or case.name in SLOW or case.name.startswith(NOT_HERE):
            continue
        case.write(path)
        assert read(path) == case.expect or case.expect is None, case.name


def test_spoiled_files_of_every_format_are_read_or_refused(tmp_path):
    path = tmp_path / "table"
    for case in mutations.cases(N_SPOILED, seed=1):
        if not case.name.startswith(NOT_HERE):
            case.write(path)
            read(path)


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    path = tmp_path / "table"
    path.write_bytes(content)
    read(path)


@QUICK
@given(st.text(st.sampled_from("ab1.,;\t|\"'\\ \n\r\u00e4=#-"), max_size=120))
def test_any_text_is_read_or_refused(tmp_path, content):
    path = tmp_path / "table"
    path.write_text(content, encoding="utf-8", newline="")
    read(path)


# Lone carriage returns become line ends, NULs and the controls of Latin-1 are never meant.
CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\0\ufeff" + "".join(map(chr, range(0x80, 0xA0))))
)


@QUICK
@given(st.integers(1, 5), st.data(), st.sampled_from(",;\t|"))
def test_any_cells_come_back_by_given_rules(tmp_path, width, data, delimiter):
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    names = [f"c{at}" for at in range(width)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    raw = read_raw(path, ReadSpec(delimiter=delimiter, names=tuple(names)).model_dump(mode="json"))
    assert raw.fillna("").to_numpy().tolist() == rows


TEXTS = st.text(st.sampled_from("abcXYZ ,;\"'\n.1\u00e4"), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)


@QUICK
@given(st.lists(TEXTS, min_size=4, max_size=12), st.sampled_from(",;\t"))
def test_texts_come_back_without_any_hint(tmp_path, texts, delimiter):
    rows = [[str(number), text, f"{number * 1.5:.2f}"] for number, text in enumerate(texts)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["no", "remark", "size"], *rows])
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    assert read_cells(path) == (["no", "remark", "size"], rows)
