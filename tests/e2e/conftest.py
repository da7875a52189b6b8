"""A real server on a free port and a real browser, for the journeys a person takes."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSER = os.environ.get("WORKBENCH_BROWSER", "")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
).split()
APP = '[data-testid="stApp"]'
IDLE = f'{APP}[data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


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


@pytest.fixture
def server(tmp_path):
    """Start the app with an empty home; at the end no traceback may stand in its log."""
    running = Server(tmp_path / "home", tmp_path / "server.log").start()
    yield running
    running.stop()
    from workbench.store import Store
    from workbench.training import supervisor

    with contextlib.closing(Store.open(running.home)) as store:
        for card in store.project_cards():
            for run in store.runs(card.id):
                if run.status in ("queued", "running", "stopping"):
                    supervisor.stop(store, run.id)
    assert "Traceback" not in running.log.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium():
    """Return a running browser; skips with the reason where there is none."""
    if not BROWSER:
        pytest.skip("no browser: WORKBENCH_BROWSER is not set (start.py --test sets it)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = {} if BROWSER == "playwright" else {"executable_path": BROWSER}
        browser = playwright.chromium.launch(args=FLAGS, **path)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, server):
    """Return a tab that has opened nothing yet; requests to other machines and page errors fail the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    tab = context.new_page()
    strangers = []
    tab.on(
        "request",
        lambda request: strangers.append(request.url)
        if request.url.startswith(("http", "ws")) and "127.0.0.1" not in request.url
        else None,
    )
    yield tab
    assert tab.locator('[data-testid="stException"]').count() == 0
    context.close()
    assert not strangers, strangers


def settle(tab, limit_seconds=60):
    """Wait until the script has run and something stands on the page."""
    tab.locator('[data-testid="stElementContainer"]').first.wait_for(state="attached", timeout=limit_seconds * 1000)
    tab.wait_for_timeout(200)  # the debounce of text inputs
    tab.locator(IDLE).wait_for(state="attached", timeout=limit_seconds * 1000)
