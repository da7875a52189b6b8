"""The service of a bundle: same answers by every way in, and no body that breaks it."""

import csv
import gzip
import io
import json
import sys
from html.parser import HTMLParser

import openpyxl
import pytest

from workbench.results.uses.reasons import Background
from workbench.runtime.reasons import explain
from workbench.runtime.scorer import CannotServe, Scorer


def predicted(service, rows):
    response = service.client.post("/predict", json={"rows": rows})
    assert response.status_code == 200
    return response.get_json()["predictions"]


def input_rows(made):
    return made.raw[[column.name for column in made.spec.columns]].to_dict("records")


def test_json_file_and_form_give_the_same_numbers(each_service):
    rows = input_rows(each_service.made)
    by_json = predicted(each_service, rows)
    stream = io.StringIO()
    each_service.made.raw.to_csv(stream, index=False, sep=";")
    response = each_service.client.post(
        "/predict/file", data={"file": (io.BytesIO(stream.getvalue().encode()), "rows.csv")}
    )
    assert response.status_code == 200
    by_file = list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))
    assert len(by_file) == len(rows)
    frame = Scorer.load(each_service.folder).predict_frame(each_service.made.raw)
    for at, answer in enumerate(by_json):
        assert str(answer["prediction"]) == by_file[at]["prediction"]
        assert by_file[at]["error"] == "" == frame["error"].iloc[at]
        assert bool(answer["warnings"]) == bool(by_file[at]["warnings"])
        for name, p in answer["probabilities"].items():
            assert float(by_file[at][f"probability_{name}"]) == pytest.approx(p, abs=1e-12)
        assert {name: by_file[at][name].replace("\r\n", "\n") for name in each_service.made.raw.columns} == {
            name: value for name, value in each_service.made.raw.iloc[at].items()
        }
    for at in range(8):
        page = each_service.client.post("/", data=rows[at])
        text = page.get_data(as_text=True)
        assert page.status_code == 200
        shown = sorted(float(part.split('"')[0]) for part in text.split('<td title="')[1:])
        assert shown == pytest.approx(sorted(by_json[at]["probabilities"].values()), abs=1e-9)
        if each_service.made.spec.task == "regression":
            exact = float(text.split('class="prediction" title="')[1].split('"')[0])
            assert exact == pytest.approx(by_json[at]["prediction"], abs=1e-9)


def test_labels_keep_their_json_type(each_service):
    kinds = {type(answer["prediction"]) for answer in predicted(each_service, input_rows(each_service.made)[:5])}
    assert kinds == {{"binary": str, "multiclass": int, "regression": float}[each_service.made.spec.task]}


def test_iso_dates_and_chosen_words_of_a_browser_are_understood(each_service):
    row = {**input_rows(each_service.made)[0], "sold": "05.03.2024"}
    expected = predicted(each_service, [row])[0]
    text = each_service.client.post("/", data={**row, "sold": "2024-03-05"}).get_data(as_text=True)
    assert 'value="2024-03-05"' in text
    shown = [float(part.split('"')[0]) for part in text.split('<td title="')[1:]]
    assert sorted(shown) == pytest.approx(sorted(expected["probabilities"].values()), abs=1e-9)
    assert expected["probabilities"] or f'title="{expected["prediction"]}"' in text


class Inputs(HTMLParser):
    """Collect the inputs of a page, and what is not closed or not labelled."""

    def __init__(self, text):
        super().__init__()
        self.inputs, self.labels, self.ids, self.options, self.open = {}, set(), set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            assert attrs["id"] not in self.ids
            self.ids.add(attrs["id"])
        if tag in ("input", "select", "textarea") and attrs.get("type") != "file":
            self.inputs[attrs["name"]] = {"tag": tag, **attrs}
        if tag == "label" and attrs["for"] != "file":
            self.labels.add(attrs["for"])
        if tag == "option":
            self.options.append(attrs["value"])
        if tag not in ("input", "meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_form_has_a_fitting_labelled_input_per_field(service):
    page = service.client.get("/").get_data(as_text=True)
    found = Inputs(page)
    kinds = {name: entry.get("type", entry["tag"]) for name, entry in found.inputs.items()}
    assert kinds == {
        "price": "text", "rooms": "number", "area": "number", "sold": "date", "listed": "datetime-local",
        "city <b>|": "select", "lift": "select",
        "note": "textarea",
    }  # fmt: skip
    assert found.labels == {entry["id"] for entry in found.inputs.values()}
    assert {"", "Köln", "Ulm", 'Rhône "x"', "ja", "nein"} <= set(found.options)
    assert "<script" not in page and "style=" not in page
    described = {word for entry in found.inputs.values() for word in entry.get("aria-describedby", "").split()}
    assert described <= found.ids


def test_form_shows_errors_beside_their_fields_and_keeps_what_was_entered(service):
    posted = {"price": "abc", "rooms": "2.5", "city <b>|": "Ulm", "note": "\nkept <i>"}
    response = service.client.post("/", data=posted)
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    found = Inputs(page)
    assert [entry["name"] for entry in found.inputs.values() if entry.get("aria-invalid")] == ["price", "rooms"]
    assert found.inputs["price"]["value"] == "abc"
    assert '<option value="Ulm" selected>' in page
    assert "<i>" not in page


def test_extra_missing_and_unseen_are_warnings_and_left_out_columns_are_silent(service):
    row = {**input_rows(service.made)[0], "id": "R1", "lift": None, "city <b>|": "Bonn", "new": 1}
    notes = {note["field"]: note["message"] for note in predicted(service, [row])[0]["warnings"]}
    assert notes.keys() == {"lift", "city <b>|", "new"}


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b""), (400, b"{"), (400, b"\xff\xfe\x00"), (400, b"null"), (400, b'{"rows": {}}'), (400, b'{"rows": "x"}'),
     (400, b"[" * 200_000), (400, b'{"rows": [' + b"[" * 5000 + b"]" * 5000 + b"]} x"), (200, b'{"rows": []}'),
     (200, b'{"rows": [' + b"[" * 400 + b"]" * 400 + b"]}"), (200, b'{"rows": [{"price": NaN}]}'),
     (200, b'{"rows": [{"price": 1' + b"0" * 5000 + b"}]}"), (200, b'{"rows": [{"note": "\\ud800"}]}'),
     (200, b'{"rows": [{"rooms": -Infinity}, {"rooms": 1e999}]}')],
)  # fmt: skip
def test_strange_bodies(service, status, body):
    response = service.client.post("/predict", data=body, content_type="application/json")
    assert response.status_code == status
    answer = json.loads(response.get_data(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    if status == 400:
        assert answer["error"]["message"]
    else:
        assert all("error" in entry for entry in answer["predictions"])


def test_answers_carry_security_headers_and_no_traceback(service):
    for response in (service.client.get("/"), service.client.get("/none"), service.client.post("/predict", json={})):
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Traceback" not in response.get_data(as_text=True)
    with service.client.get("/static/style.css") as style:
        assert style.status_code == 200
    assert service.client.get("/static/../app.py").status_code == 404
    assert service.module.app.debug is False
    assert service.client.delete("/predict").headers["Allow"]


def test_a_defect_is_answered_without_its_cause(service, monkeypatch, caplog):
    monkeypatch.setattr(Scorer, "predict_rows", lambda self, rows: 1 / 0)
    response = service.client.post("/predict", json={"rows": [{}]})
    assert response.status_code == 500
    assert "ZeroDivision" not in response.get_data(as_text=True)
    assert "ZeroDivisionError" in caplog.text
    assert "division by zero" not in caplog.text  # an error's own words may repeat a value of the row


def test_a_browser_gets_a_page_where_something_is_wrong_and_a_program_gets_json(service):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    wrong = {"file": (io.BytesIO(b"<b>x;y\n1;2\n"), "rows.csv")}
    page = service.client.post("/predict/file", data=wrong, headers=browser)
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "none of the columns" in page.get_data(as_text=True) and "<b>" not in page.get_data(as_text=True)
    assert service.client.get("/nothing", headers=browser).mimetype == "text/html"
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.5"):
        answer = service.client.get("/nothing", headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_the_readme_says_every_setting(service):
    readme = (service.folder / "README.md").read_text(encoding="utf-8")
    for name, default, meaning in sys.modules["prediction_service.settings"].SETTINGS:
        assert f"| `{name}` | {default} | {meaning[0].upper()}{meaning[1:]} |" in readme


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_reasons_are_those_of_the_method_against_the_bundles_own_rows(flats, tmp_path, task):
    made = flats.bundle(tmp_path, task, {"binary": "logistic", "regression": "ridge"}[task])
    with flats.serving(made, tmp_path / "folder") as service:
        row = input_rows(made)[0]
        answer = service.client.post("/predict?reasons=99", json={"row": row}).get_json()
        stored = json.loads((service.folder / "reasons.json").read_text(encoding="utf-8"))
        background = Background.from_json(stored, made.spec.columns)
        label = None if task == "regression" else "Yes"
        found = explain(made.pipeline, made.table.iloc[[0]], background.rows, label=label)
        expected = dict(zip(found.columns, found.contributions, strict=True))
        given = {entry["field"]: entry["contribution"] for entry in answer["reasons"]["columns"]}
        assert given == pytest.approx({name: size for name, size in expected.items() if size}, abs=1e-9)
        assert (answer["reasons"]["start"], answer["reasons"]["end"]) == pytest.approx((found.base, found.answer))
        assert answer["reasons"]["others"] == 0 and answer["reasons"]["about"] == label
        if task == "regression":
            assert answer["reasons"]["end"] == pytest.approx(answer["prediction"], abs=1e-9)
        assert len(background.rows) == 32
        assert background.rows.merge(made.table[list(background.rows)]).empty  # none is a row of the file


def test_limits_come_from_the_environment(service, monkeypatch):
    monkeypatch.setenv("MAX_ROWS", "2")
    monkeypatch.setenv("MAX_BODY_BYTES", "300")
    client = service.module.create_app(service.folder).test_client()
    assert client.post("/predict", json={"rows": [{}] * 2}).status_code == 200
    many = client.post("/predict", json={"rows": [{}] * 3})
    assert (many.status_code, "at most 2" in many.get_json()["error"]["message"]) == (413, True)
    assert client.post("/predict", json={"rows": [{"note": "x" * 400}]}).status_code == 413
    assert client.post("/", data={"note": "x" * 400}).status_code == 413
    assert client.post("/predict/file", data="rooms\n1\n2\n3\n", content_type="text/csv").status_code == 413
    monkeypatch.setenv("MAX_ROWS", "-1")
    with pytest.raises(CannotServe, match="MAX_ROWS"):
        service.module.create_app(service.folder)


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"PK\x03\x04junk", b"a;b\n1;2", b'"open', b";;;;\n;;;;;;;;;;", b"\n\n\n"]
)
def test_strange_files_are_answered_in_words(service, body):
    response = service.client.post("/predict/file", data=body, content_type="text/csv")
    assert response.status_code in (200, 400)
    assert service.client.post("/predict/file", data={"other": "x"}).status_code == 415


def send(service, content, **kind):
    return service.client.post("/predict/file", data=content, content_type="text/csv", **kind)


def test_columns_of_a_file_are_found_by_name_in_any_order(service):
    rows = service.made.raw.drop(columns=["bought", "grade", "rent"])
    expected = [answer["prediction"] for answer in predicted(service, input_rows(service.made))]
    for frame in (rows, rows[rows.columns[::-1]], rows.assign(prediction="mine", warnings="", extra="x")):
        response = send(service, frame.to_csv(index=False, sep=";").encode())
        found = list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))
        name = "prediction" if "prediction" not in frame else "prediction (2)"
        assert [row[name] for row in found] == expected
    lacking = send(service, rows.drop(columns="price").to_csv(index=False, sep=";").encode())
    found = list(csv.DictReader(io.StringIO(lacking.get_data(as_text=True), newline="")))
    assert len(found) == 60 and all("price: no value" in row["warnings"] for row in found)


def test_a_browser_gets_a_file_in_which_no_cell_is_a_formula(service):
    rows = b'rooms;note;=1+1\n3;=HYPERLINK("x");-5\n'
    program = next(csv.DictReader(io.StringIO(send(service, rows).get_data(as_text=True), newline="")))
    assert program["note"] == '=HYPERLINK("x")' and program["=1+1"] == "-5"
    page = send(service, rows, headers={"Accept": "text/html,*/*;q=0.8"})
    content = page.get_data()
    assert content.startswith(b"\xef\xbb\xbf") and page.headers["Content-Type"] == "text/csv; charset=utf-8"
    person = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert person["note"] == '\'=HYPERLINK("x")' and person["'=1+1"] == "-5"


def test_a_body_of_nothing_but_braces_is_refused_before_it_is_read(service):
    body = b'{"rows":[' + b"{}," * 250_000 + b"{}]}"
    assert service.client.post("/predict", data=body, content_type="application/json").status_code == 413


def test_a_file_that_is_no_fit_is_refused_in_words(service):
    assert "is empty" in send(service, b"").get_json()["error"]["message"]
    other = send(service, b"a;b\n1;2\n")
    assert other.status_code == 400 and "none of the columns" in other.get_json()["error"]["message"]
    packed = send(service, gzip.compress(b"price\n1\n"))
    assert packed.status_code == 400 and "unpacked" in packed.get_json()["error"]["message"]
    wide = send(service, b";" * 2_000_000)
    assert wide.status_code == 400
    # Two cells far apart: the reader would make room for all of those between them.
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD700"] = "rooms", 1
    book.save(stream)
    far = send(service, stream.getvalue())
    assert far.status_code == 400 and "2,321,211 cells" in far.get_json()["error"]["message"]


def test_a_file_with_bad_rows_keeps_its_order(service):
    response = send(service, b"price;rooms\n1,5;2\nabc;3\n2,5;many\n3,5;1\n")
    found = list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))
    assert [bool(row["prediction"]) for row in found] == [True, False, False, True]
    assert [row["price"] for row in found] == ["1,5", "abc", "2,5", "3,5"]
    assert "“abc”" in found[1]["error"] and "“many”" in found[2]["error"]


class Filled(HTMLParser):
    """Collect the fields of a page in their order: name to what is filled in."""

    def __init__(self, page):
        super().__init__()
        self.filled, self._select, self._area = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self._area = facts["name"] if tag == "textarea" else None
        if tag in ("input", "textarea", "select") and facts.get("type") != "file":
            self.filled[facts["name"]] = facts.get("value") or ""
        if tag == "select":
            self._select = facts["name"]
        if tag == "option" and "selected" in facts:
            self.filled[self._select] = facts["value"]

    def handle_endtag(self, tag):
        self._area = None

    def handle_data(self, data):
        if self._area:
            self.filled[self._area] += data


def test_the_form_begins_with_the_example_which_it_predicts_and_can_be_cleared(each_service):
    request = json.loads((each_service.folder / "request.json").read_text(encoding="utf-8"))
    filled = Filled(each_service.client.get("/").get_data(as_text=True)).filled
    assert {name for name, text in filled.items() if text} == {
        name for name, cell in request["rows"][0].items() if cell
    }
    expected = each_service.client.post("/predict", json=request).get_json()["predictions"][0]
    page = each_service.client.post("/", data=filled)
    assert page.status_code == 200
    scorer = each_service.module.app.extensions["prediction_service"].scorer
    row = sys.modules["prediction_service.web_form"].row_of(filled, scorer.fields)
    answer = scorer.predict_rows([row])[0]["prediction"]
    assert (
        answer == expected["prediction"]
        if isinstance(answer, str)
        else answer == pytest.approx(expected["prediction"], rel=1e-12)
    )
    assert not any(Filled(each_service.client.get("/?clear=1").get_data(as_text=True)).filled.values())


def test_a_form_left_blank_is_refused_and_one_nearly_blank_is_warned_about(service):
    blank = service.client.post("/", data={})
    assert blank.status_code == 400
    assert "nothing to go on" in blank.get_data(as_text=True)
    little = service.client.post("/", data={"rooms": "3"})
    assert little.status_code == 200
    assert "says little" in little.get_data(as_text=True)
    assert "7 fields were left blank" in little.get_data(as_text=True)


def test_a_blank_row_of_a_file_is_refused(service):
    columns = list(service.made.raw.columns)
    text = ";".join(columns) + "\n" + ";".join(["R1", *[""] * (len(columns) - 1)]) + "\n"
    answer = service.client.post("/predict/file", data=text, content_type="text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
    assert row["prediction"] == "" and "nothing to go on" in row["error"]


def test_the_form_shows_what_the_model_relies_on_most_first(service, monkeypatch):
    scorer = service.module.app.extensions["prediction_service"].scorer
    names = [field["name"] for field in scorer.fields]
    assert list(Filled(service.client.get("/").get_data(as_text=True)).filled) == names
    monkeypatch.setitem(scorer.manifest, "importance", ["lift", "rooms"])
    shown = list(Filled(service.client.get("/").get_data(as_text=True)).filled)
    assert shown == ["lift", "rooms", *(name for name in names if name not in ("lift", "rooms"))]
