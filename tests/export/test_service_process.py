"""The service as a process: started as its README says, with its own tests, a sentence where it cannot start."""

import http.client
import itertools
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
from types import SimpleNamespace

import pytest


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


def status_of(base, body, in_pieces):
    """Return the status of the answer to a JSON body, sent whole or in pieces without its length."""
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=60)
    pieces = iter([body[at : at + 5_000] for at in range(0, len(body), 5_000)])
    try:
        connection.request("POST", "/predict", pieces if in_pieces else body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    except ConnectionError:
        return "closed"
    finally:
        connection.close()


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
def test_a_body_beyond_the_limit_is_refused(binary, tmp_path, server):
    with started(binary, tmp_path, server, MAX_BODY_BYTES="20000", WORKERS="1") as running:
        for n_bytes, in_pieces in itertools.product((30_000, 1_000_000), (False, True)):
            status = status_of(running.base, b" " * n_bytes, in_pieces)
            # A far larger one may be closed before all of it was sent.
            assert status in ((413,) if n_bytes < 40_000 else (413, "closed")), (n_bytes, in_pieces)
        row = (tmp_path / "request.json").read_bytes()
        assert "prediction" in asked(running.base, "/predict", row)["predictions"][0]
        assert status_of(running.base, row, True) == 200


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
def test_callers_who_stop_sending_hold_up_nobody(binary, tmp_path, server):
    patient = tmp_path / "patient.zip"
    with zipfile.ZipFile(binary.path) as archive, zipfile.ZipFile(patient, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "gunicorn.conf.py":
                assert b"BODY_SECONDS = 10 " in content
                content = content.replace(b"BODY_SECONDS = 10 ", b"BODY_SECONDS = 1 ")
            changed.writestr(name, content)
    with started(SimpleNamespace(path=patient), tmp_path / "service", server, WORKERS="1") as running:
        address = running.base.removeprefix("http://").split(":")
        head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        callers = [socket.create_connection((address[0], int(address[1]))) for _ in range(6)]
        for caller in callers:
            caller.sendall(head)
        time.sleep(0.3)  # all threads have one
        connection = http.client.HTTPConnection(running.base.removeprefix("http://"), timeout=30)
        for _ in range(2):  # the second one over the same connection, which is kept
            connection.request("GET", "/health")
            assert json.load(connection.getresponse())["status"] == "ok"
        connection.close()
        for caller in callers:
            caller.close()


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


def test_a_port_that_is_taken_is_said_in_a_sentence(binary, tmp_path):
    with zipfile.ZipFile(binary.path) as archive:
        archive.extractall(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py"],
            cwd=tmp_path,
            env={**os.environ, "PORT": str(port), "PYTHONPATH": ""},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 1
    assert f"The service does not start: it cannot listen on 127.0.0.1:{port} (" in done.stderr
    assert "Traceback" not in done.stderr
