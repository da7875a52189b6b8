"""No body breaks the service: wild rows, text, workbooks, forms and bytes get an answer, or are told what is wrong."""

import io
import json

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["31.12.2024", "1.234,5 €"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["price", "rooms", "area", "sold", "city <b>|", "lift", "note"]) | st.text(max_size=5)
ROWS = st.lists(st.dictionaries(NAMES, JSON, max_size=8) | JSON, max_size=4)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(rows=ROWS)
def test_any_rows_get_an_answer_each(service, rows):
    response = service.client.post("/predict", data=json.dumps({"rows": rows}), content_type="application/json")
    assert response.status_code == 200
    answers = json.loads(response.get_data(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert len(answers["predictions"]) == len(rows)
    for answer in answers["predictions"]:
        assert answer.keys() in ({"prediction", "probabilities", "warnings", "in_words"}, {"error"})


@QUICK
@given(
    body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()),
    path=st.sampled_from(["/predict", "/predict?reasons=2", "/predict/file", "/", "/schema", "/health", "/ready",
                          "/docs", "/openapi.json", "/metadata", "/metrics", "/static/", "/nothing"]),
    kind=st.sampled_from(["application/json", "text/csv", "application/octet-stream", "application/vnd.ms-excel",
                          "multipart/form-data; boundary=x", "multipart/form-data",
                          "application/x-www-form-urlencoded", "application/x+json", "", "a/b; charset=\udcff"]),
    method=st.sampled_from(["POST", "GET", "PUT", "HEAD", "OPTIONS"]),
)  # fmt: skip
def test_no_body_is_a_server_error(service, body, path, kind, method):
    kind = kind.encode("utf-8", "replace").decode()
    response = service.client.open(path, method=method, data=body, content_type=kind)
    assert response.status_code < 500
    assert b"Traceback" not in response.get_data()


CELLS = st.sampled_from(["", "1,5", "abc", "31.12.2024", "Köln", "=1+1", '"', "\x00", "k.A.", "1e999"]) | st.text(
    max_size=6
)
TABLES = st.lists(st.lists(CELLS, max_size=9), max_size=6)


@QUICK
@given(header=st.lists(NAMES, max_size=9), rows=TABLES, delimiter=st.sampled_from([";", ",", "\t", "|"]))
def test_any_text_is_a_file_or_told_what_it_lacks(service, header, rows, delimiter):
    text = "\n".join(delimiter.join(cells) for cells in [header, *rows]).encode("utf-8", "replace")
    for path in ("/predict/file", "/predict"):
        response = service.client.post(path, data=text, content_type="text/csv")
        assert response.status_code in (200, 400)
        assert response.status_code == 200 or response.get_json()["error"]["message"]


@pytest.fixture(scope="module")
def workbook(service):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for cells in [service.made.table.columns, *service.made.table.head(5).astype(str).to_numpy()]:
        book.active.append(list(cells))
    book.save(stream)
    return stream.getvalue()


@QUICK
@given(at=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=9), cut=st.floats(0, 1))
def test_a_damaged_workbook_is_told_in_words(service, workbook, at, cut):
    content = bytearray(workbook)
    for place, byte in at:
        content[int(place * len(content))] = byte
    content = bytes(content[: int((1 - cut**3) * len(content))])
    response = service.client.post("/predict/file", data=content, content_type="application/octet-stream")
    assert response.status_code in (200, 400)
    assert response.status_code == 200 or response.get_json()["error"]["message"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.dictionaries(NAMES, st.text(max_size=20), max_size=8))
def test_any_form_gets_a_page(service, posted):
    clean = {k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode() for k, v in posted.items()}
    response = service.client.post("/", data=clean)
    assert response.status_code in (200, 400)
    page = response.get_data(as_text=True)
    assert page.count("<details") == page.count("</details>") and page.rstrip().endswith("</html>")
