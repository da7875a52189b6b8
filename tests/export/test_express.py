"""The short way of a plain request gives what Flask gives, and is taken by no other request."""

import io
import json
from contextlib import contextmanager

import pytest
from flask import request_started
from werkzeug.test import EnvironBuilder, run_wsgi_app

JSON = {"Content-Type": "application/json", "X-Request-ID": "mine"}


def whole(service, **changes):
    return {column.name: service.made.raw[column.name].iloc[0] for column in service.made.spec.columns} | changes


@pytest.fixture(scope="module")
def bodies(service):
    row = whole(service)
    long = '"' + "x" * 5_000 + '"'
    rows = [row, {**row, "rooms": "many"}, {**row, "rooms": None}, {**row, "city <b>|": "Bonn", "more": [1]}, 7, {}]
    return [
        *(json.dumps(body) for body in ({"row": row}, {"rows": rows}, {"rows": []}, {"row": rows[1]}, {"row": {}})),
        *(json.dumps(body) for body in (row, [row], {"row": row, "rows": [row]}, {"rows": row}, None)),
        *(f'{{"row": {{"note": {text}}}}}' for text in (r'"\ud800"', "1" * 400, "1" * 5_000, "NaN", long, '"é"')),
        "", "{", "[" * 100_000, '{"row": {"rooms": 3}, "row": {"rooms": 4}}',
    ]  # fmt: skip


def answered(wsgi, body, *, method="POST", path="/predict", headers=None, length=None):
    """Return status, headers and JSON of an answer."""
    content = body.encode("utf-8") if isinstance(body, str) else body
    environ = EnvironBuilder(path, method=method, headers=headers or JSON, data=content).get_environ()
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    parts, status, sent = run_wsgi_app(wsgi, environ, buffered=True)
    text = b"".join(parts)
    found = json.loads(text) if sent["Content-Type"] == "application/json" else text
    assert int(sent.get("Content-Length", len(text))) == len(text)
    return status, sorted((name, value) for name, value in sent if name != "Content-Length"), found


@contextmanager
def short_way(service, monkeypatch):
    """Yield a list that grows by one where a request is answered on the short way."""
    express, taken = service.module.app.wsgi_app, []
    predicted = type(express)._predicted

    def noted(self, *given):
        found = predicted(self, *given)
        if found is not None:
            taken.append(found[2])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(type(express), "_predicted", noted)
        yield taken


def test_both_ways_answer_alike(service, bodies, monkeypatch):
    app = service.module.app
    with short_way(service, monkeypatch) as taken:
        for body in bodies:
            short, long = answered(app, body), answered(app.wsgi_app._wsgi, body)
            assert short == long, body[:60]
    assert taken.count(200) >= 3 and taken.count(422) >= 2  # of those that can be answered, refused rows too


@pytest.mark.parametrize(
    "other",
    [
        {"method": "PUT"}, {"method": "GET"}, {"path": "/predict/"}, {"path": "/predict?reasons=2"}, {"path": "/"},
        {"headers": {"Content-Type": "text/csv"}}, {"headers": {"Content-Type": "application/json; charset=latin-1"}},
        {"headers": {**JSON, "Transfer-Encoding": "chunked"}}, {"length": ""}, {"length": "-1"}, {"length": "²"},
        {"length": "99999999999"}, {"length": "400"},
    ],
    ids=str,
)  # fmt: skip
def test_other_requests_take_the_long_way(service, bodies, monkeypatch, other):
    with short_way(service, monkeypatch) as taken:
        short = answered(service.module.app, bodies[0], **other)
        long = answered(service.module.app.wsgi_app._wsgi, bodies[0], **other)
    assert not taken
    assert [part for part in short if not isinstance(part, list)] == [p for p in long if not isinstance(p, list)]


def test_a_key_is_asked_for_on_both_ways(flats, binary, tmp_path, monkeypatch):
    monkeypatch.setenv("API_KEY", "a long secret")
    with flats.serving(binary, tmp_path) as service, short_way(service, monkeypatch) as taken:
        settings = service.module.Settings(api_key="a long secret", model_folder=service.folder)
        service.module.app = app = service.module.create_app(service.folder, settings)
        body = json.dumps({"row": whole(service)})
        for headers in (JSON, {**JSON, "X-API-Key": "another"}, {**JSON, "X-API-Key": "é"}):
            assert answered(app, body, headers=headers)[0].startswith("401")
        assert answered(app, body, headers={**JSON, "Authorization": "Bearer a long secret"})[0].startswith("200")
        assert not taken
        assert answered(app, body, headers={**JSON, "X-API-Key": "a long secret"})[0].startswith("200")
        assert taken == [200]


def test_hooks_and_listeners_of_others_are_not_passed_over(flats, binary, tmp_path, monkeypatch, bodies):
    with flats.serving(binary, tmp_path) as service, short_way(service, monkeypatch) as taken:
        app, heard = service.module.app, []
        with request_started.connected_to(lambda *_, **__: heard.append("started")):
            assert answered(app, bodies[0])[0].startswith("200")
        assert heard and not taken
        assert answered(app, bodies[0])[0].startswith("200") and taken == [200]
        app._got_first_request = False  # as in an application that is made and changed before it is served
        app.before_request(lambda: ("not today", 403))
        assert answered(app, bodies[0])[0].startswith("403") and taken == [200]


def test_each_request_is_counted_and_logged_once_on_either_way(flats, binary, tmp_path, monkeypatch, bodies):
    with flats.serving(binary, tmp_path) as service, short_way(service, monkeypatch) as taken:
        stream = io.StringIO()
        service.module.logs.to_stream(stream)
        for body in bodies[:2]:
            answered(service.module.app, body)
            answered(service.module.app.wsgi_app._wsgi, body)
        assert taken == [200, 200]
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        assert [(line["route"], line["status"], line["rows"], line["request_id"]) for line in lines] == [
            ("/predict", 200, n_rows, "mine") for n_rows in (1, 1, 6, 6)
        ]
        text = service.client.get("/metrics").get_data(as_text=True)
        assert 'prediction_requests_total{method="POST",route="/predict",status="200"} 4' in text


def test_a_character_set_of_json_is_plain(service, bodies, monkeypatch):
    with short_way(service, monkeypatch) as taken:
        for kind in ("application/json; charset=utf-8", "application/json;charset=UTF-8"):
            assert answered(service.module.app, bodies[0], headers={"Content-Type": kind})[0].startswith("200")
    assert taken == [200, 200]


def test_a_defect_is_logged_and_answered_as_flask_does(service, bodies, monkeypatch, caplog):
    monkeypatch.setattr(type(service.module.app.extensions["prediction_service"]), "answer", lambda *_, **__: 1 / 0)
    assert answered(service.module.app, bodies[0])[0].startswith("500")
    assert "ZeroDivisionError" in caplog.text
