"""A bundle under gunicorn in its clean environment, asked over the network."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START_SECONDS = 60


@contextlib.contextmanager
def gunicorn(python: Path, folder: Path):
    """Start the service of an unpacked bundle with one worker and yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "WORKBENCH"))}
    variables |= {"PORT": str(port), "WORKERS": "1"}
    with tempfile.TemporaryFile() as log:
        command = [str(python), "-m", "gunicorn", "app:app"]
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait_for(port: int, process: subprocess.Popen, log) -> None:
    for _ in range(10 * START_SECONDS):
        with contextlib.suppress(OSError):
            if _ask(port, "GET", "/ready", b"", "")[0] == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    log.seek(0)
    raise ValueError(f"gunicorn does not serve: {log.read().decode(errors='replace')[-400:]}")


def predicted(port: int, rows: list[dict]) -> list[dict]:
    """Return the answers of ``/predict``."""
    body = json.dumps({"rows": rows}).encode("utf-8")
    return json.loads(_asked(port, "/predict", body, "application/json"))["predictions"]


def of_file(port: int, path: Path) -> str:
    """Return the CSV that ``/predict/file`` answers to a file sent as it is."""
    return _asked(port, "/predict/file", path.read_bytes(), "application/octet-stream").decode("utf-8")


def _asked(port: int, path: str, body: bytes, kind: str) -> bytes:
    status, content = _ask(port, "POST", path, body, kind)
    if status != 200:
        raise ValueError(f"gunicorn answers {status} at {path}: {content[:300].decode(errors='replace')}")
    return content


def _ask(port: int, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers={"Content-Type": kind} if kind else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
