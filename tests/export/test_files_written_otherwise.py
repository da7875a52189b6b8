"""Files sent to a service that are written otherwise than the training file: one without names, one below notes."""

import csv
import io
from types import SimpleNamespace

import openpyxl
import pytest

from workbench.export import build_bundle


def served(flats, tmp_path_factory, **reading):
    raw, spec = flats.table(), flats.spec("binary", "logistic")
    table, pipeline = flats.fitted(spec, raw)
    read = flats.READ.but(**reading)
    bundle = build_bundle(pipeline, spec, read, table, tmp_path_factory.mktemp("bundle") / "b.zip", raw=raw)
    return flats.serving(SimpleNamespace(path=bundle.path), tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def headless(flats, tmp_path_factory):
    """A service whose training file had no header, and rows to ask."""
    with served(flats, tmp_path_factory, header_rows=0) as running:
        yield running.client, flats.table().head(5)


def test_a_file_needs_no_notes_because_the_training_file_had_some(flats, tmp_path_factory):
    rows = flats.table().head(5)
    with served(flats, tmp_path_factory, skip_rows=3) as running:
        notes = b"made by\n;;\nus\n"
        expected = predictions(running.client, notes + delimited(rows, ";", header=True))
        assert len(expected) == len(rows) and all(share for _, share in expected)
        for delimiter in (";", ","):
            assert predictions(running.client, delimited(rows, delimiter, header=True)) == expected


def delimited(rows, delimiter, header):
    return rows.to_csv(index=False, sep=delimiter, header=header).encode()


def workbook(rows):
    stream, book = io.BytesIO(), openpyxl.Workbook()
    for cells in [list(rows.columns), *rows.to_numpy(dtype=object).tolist()]:
        book.active.append([str(cell) for cell in cells])
    book.save(stream)
    return stream.getvalue()


def predictions(client, content):
    response = client.post("/predict/file", data=content, content_type="application/octet-stream")
    assert response.status_code == 200, response.get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    return [(line["prediction"], line["probability_Yes"]) for line in lines]


def test_other_files_are_read_by_the_names_in_them(headless):
    client, rows = headless
    expected = predictions(client, delimited(rows, ";", header=False))
    assert len(expected) == len(rows) and all(share for _, share in expected)
    used = rows.drop(columns=["id", "rent"])
    for content in (workbook(rows), workbook(used), delimited(used, ";", True), delimited(used, ",", True)):
        assert predictions(client, content) == expected


def test_what_neither_fits_nor_names_the_columns_is_refused_in_words(headless):
    client, rows = headless
    answer = client.post("/predict/file", data=delimited(rows.iloc[:, 3:], ";", False), content_type="text/csv")
    assert answer.status_code == 400
    assert f"no header and {rows.shape[1]} columns" in answer.get_json()["error"]["message"]
