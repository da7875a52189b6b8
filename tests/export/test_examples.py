"""The examples and notes of a bundle, followed to the letter against the service of that bundle."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile

import pytest

START_SECONDS = 60


@pytest.fixture(scope="module")
def folder(binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(binary.path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                break
        except OSError:
            assert process.poll() is None and time.monotonic() < ends
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(30)


def expected(folder):
    return json.loads((folder / "golden.json").read_text(encoding="utf-8"))["predictions"][0]["prediction"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(folder, address):
    command = ["sh", "examples/ask.sh", address]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout)["predictions"][0]["prediction"] == expected(folder)


def test_requests(folder, address):
    pytest.importorskip("requests")
    command = [sys.executable, "examples/ask_requests.py", address]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout.splitlines()[0] == f"prediction: {expected(folder)}"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_httr2(folder, address):
    command = ["Rscript", "examples/ask_httr2.R", address]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120, text=True)
    assert expected(folder) in done.stdout


def test_mounting_in_another_application(folder):
    """The code of MOUNTING.md, with this folder in the place of /srv/model."""
    notes = (folder / "MOUNTING.md").read_text(encoding="utf-8")
    code = notes.split("```python")[1].split("```")[0].replace("/srv/model", str(folder))
    program = f"""
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"mine"]
{code}
import json
from werkzeug.test import Client
client = Client(application)
assert client.get("/").text == "mine"
assert client.get("/model/health").json["status"] == "ok"
row = json.load(open({str(folder / "request.json")!r}))
print(client.post("/model/predict", json=row).json["predictions"][0]["prediction"])
"""
    assert _answer_of(program, folder) == expected(folder)


def test_mounting_in_another_flask_application(folder):
    notes = (folder / "MOUNTING.md").read_text(encoding="utf-8")
    code = notes.split("## Another Flask application")[1].split("```python")[1].split("```")[0]
    program = f"""
from flask import Flask
application = Flask("mine")
application.get("/")(lambda: "mine")
{code.replace("/srv/model", str(folder))}
import json
client = application.test_client()
assert client.get("/").text == "mine"
assert client.get("/model/health").json["status"] == "ok"
row = json.load(open({str(folder / "request.json")!r}))
print(client.post("/model/predict", json=row).json["predictions"][0]["prediction"])
"""
    assert _answer_of(program, folder) == expected(folder)


def _answer_of(program, folder):
    # From another folder: the service's own modules are found by the path that the notes add.
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder.parent, capture_output=True, timeout=120, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
