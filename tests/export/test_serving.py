"""The service of a bundle: same answers by every way in, and no body that breaks it."""

import csv
import gzip
import importlib.util
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.export.bundle import SERVING
from workbench.results.uses.reasons import Background
from workbench.runtime.reasons import explain
from workbench.runtime.scorer import CannotServe, Scorer


@contextmanager
def serving(made, folder):
    """Run the serving project of our own tree, as it stands, with the model of a bundle."""
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder)
    before, environment = list(sys.path), dict(os.environ)
    os.environ["MODEL_FOLDER"] = str(folder)
    try:
        spec = importlib.util.spec_from_file_location("serving_app", SERVING / "app.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["serving_app"] = module
        spec.loader.exec_module(module)
        client = module.app.test_client()  # the application is made when it is first asked for
    finally:
        os.environ.clear()
        os.environ.update(environment)
    yield SimpleNamespace(folder=folder, module=module, client=client, made=made)
    sys.path[:] = before
    for name in [name for name in sys.modules if name.split(".")[0] in ("serving_app", "prediction_service")]:
        sys.modules.pop(name)


@pytest.fixture(scope="module")
def service(binary, tmp_path_factory):
    """The service of a model for two classes."""
    with serving(binary, tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def each_service(made, tmp_path):
    """The service of a model for each task."""
    with serving(made, tmp_path) as running:
        yield running


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
    with serving(made, tmp_path / "folder") as service:
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


def test_a_file_that_is_no_fit_is_refused_in_words(service):
    other = send(service, b"a;b\n1;2\n")
    assert other.status_code == 400 and "none of the columns" in other.get_json()["error"]["message"]
    packed = send(service, gzip.compress(b"price\n1\n"))
    assert packed.status_code == 400 and "unpacked" in packed.get_json()["error"]["message"]
    wide = send(service, b";" * 2_000_000)
    assert wide.status_code == 400


def test_a_file_with_bad_rows_keeps_its_order(service):
    response = send(service, b"price;rooms\n1,5;2\nabc;3\n2,5;many\n3,5;1\n")
    found = list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))
    assert [bool(row["prediction"]) for row in found] == [True, False, False, True]
    assert [row["price"] for row in found] == ["1,5", "abc", "2,5", "3,5"]
    assert "“abc”" in found[1]["error"] and "“many”" in found[2]["error"]


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


@settings(QUICK, max_examples=50)  # each answer has its reasons
@given(posted=st.dictionaries(NAMES, st.text(max_size=20), max_size=8))
def test_any_form_gets_a_page(service, posted):
    clean = {k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode() for k, v in posted.items()}
    response = service.client.post("/", data=clean)
    assert response.status_code in (200, 400)
    assert Inputs(response.get_data(as_text=True)).open == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(made, folder, server, **environment):
    """Start the unpacked service as its README says; yield its address, process and log."""
    if server == "gunicorn" and os.name == "nt":
        pytest.skip("gunicorn does not run on Windows")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder)
    port = free_port()
    command = {"waitress": ["app.py"], "gunicorn": ["-m", "gunicorn", "app:app"]}[server]
    environment = {**os.environ, "PORT": str(port), "PYTHONPATH": "", **environment}
    path = folder / "log.txt"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(600):
                try:
                    assert json.load(urllib.request.urlopen(f"{base}/health", timeout=5))["status"] == "ok"
                    break
                except OSError:
                    assert process.poll() is None, path.read_text()
                    time.sleep(0.1)
            yield SimpleNamespace(base=base, process=process, log=path)
        finally:
            process.terminate()
            process.wait(timeout=60)


def asked(base, path, body):
    """Return the JSON answer to a JSON body."""
    request = urllib.request.Request(base + path, body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=60))


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
def test_the_real_service_answers_counts_and_ends_with_what_it_has_begun(binary, tmp_path, server):
    with started(binary, tmp_path, server, WORKERS="2") as running:
        # The curl example of the README, with the file that stands beside it.
        body = (tmp_path / "request.json").read_bytes()
        golden = json.loads((tmp_path / "golden.json").read_text(encoding="utf-8"))
        expected = golden["predictions"][0]
        for _ in range(20):
            (answer,) = asked(running.base, "/predict", body)["predictions"]
            assert answer["prediction"] == expected["prediction"]
            assert answer["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-9)
        assert json.load(urllib.request.urlopen(f"{running.base}/ready", timeout=60))["status"] == "ready"
        counted = urllib.request.urlopen(f"{running.base}/metrics", timeout=60).read().decode()
        assert 'prediction_requests_total{method="POST",route="/predict",status="200"} 20\n' in counted
        assert f'scope="{"all workers" if server == "gunicorn" else "this process"}"' in counted
        many = json.dumps({"rows": golden["rows"][:20]}).encode()  # takes seconds, with all reasons
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(asked, running.base, "/predict?reasons=99", many)
            time.sleep(0.3)
            running.process.terminate()
            assert all("reasons" in one for one in answer.result(timeout=60)["predictions"])
        assert running.process.wait(timeout=60) == 0
        lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
        assert sum(line["route"] == "/predict" and line["status"] == 200 for line in lines) == 21


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
def test_what_cannot_be_served_is_one_sentence_at_the_start(binary, tmp_path, server):
    command = {"waitress": ["app.py"], "gunicorn": ["-m", "gunicorn", "app:app"]}[server]
    with zipfile.ZipFile(binary.path) as archive:
        archive.extractall(tmp_path)
    facts = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    facts["versions"]["scikit-learn"] = "0.1.0"
    other = tmp_path / "other"
    other.mkdir()
    (other / "model.joblib").write_bytes((tmp_path / "model.joblib").read_bytes())
    (other / "model.json").write_text(json.dumps(facts), encoding="utf-8")
    for setting, words in (
        ({"THRESHOLD": "2"}, "THRESHOLD must be a number from 0 to 1"),
        ({"MODEL_FOLDER": str(other)}, "saved with scikit-learn 0.1.0"),
    ):
        environment = {**os.environ, "PORT": str(free_port()), "PYTHONPATH": "", **setting}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "Traceback" not in said
        assert said.strip().startswith("The service does not start: ") and words in said


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "unittest", "discover", "-q", "-s", "{folder}"],
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", "{folder}"],
    ],
)
def test_tests_run_from_any_folder(binary, tmp_path, command):
    folder, elsewhere = tmp_path / "bundle", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(binary.path) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, *(part.format(folder=folder) for part in command)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


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
