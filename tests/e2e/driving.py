"""A server to drive, and waiting for a page to be quiet."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDLE = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The app as ``streamlit run`` starts it; can be killed and started again on the same port and home."""

    def __init__(self, home, log):
        self.home, self.log, self.port, self.process = home, log, free_port(), None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(self.port)]
        variables = {**os.environ, "WORKBENCH_HOME": str(self.home)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).read()
                return self
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        raise AssertionError("the server did not answer within 60 s")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def settle(tab, limit_seconds=60):
    """Wait until the script has run and something stands on the page."""
    tab.locator('[data-testid="stElementContainer"]').first.wait_for(state="attached", timeout=limit_seconds * 1000)
    tab.wait_for_timeout(200)  # the debounce of text inputs
    tab.locator(IDLE).wait_for(state="attached", timeout=limit_seconds * 1000)
