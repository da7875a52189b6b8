"""A real server on a free port and a real browser, for the journeys a person takes."""

import contextlib
import os
from pathlib import Path

import pytest
from driving import Server

from workbench.export.stored_bundle import ENVIRONMENTS

BROWSER = os.environ.get("WORKBENCH_BROWSER", "")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def server(tmp_path, tmp_path_factory):
    """Start the app with an empty home; at the end no traceback may stand in its log."""
    # The clean environment of tests/export/test_clean_environment.py: half a minute, which is not what is tested here.
    shared = tmp_path_factory.getbasetemp().parent / "clean-environments"
    shared.mkdir(exist_ok=True)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ENVIRONMENTS).symlink_to(shared, target_is_directory=True)
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
        lambda request: (
            strangers.append(request.url)
            if request.url.startswith(("http", "ws")) and "127.0.0.1" not in request.url
            else None
        ),
    )
    yield tab
    assert tab.locator('[data-testid="stException"]').count() == 0
    context.close()
    assert not strangers, strangers
