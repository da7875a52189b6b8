"""From pressing Train to the first score, on a table like the census.

    python benchmarks/first_score.py [--times 3] [--store]

In a real browser: from the click on Train until the page names the best estimator so far with its score. A person looks
at the page for some seconds before pressing, in which the app makes a process ready (``training.standby``); so does
this. With ``--store``: from ``supervisor.start``, without such a process and without a browser, to the first stored
score of a model that learns. The exit code is 1 where the median is above 3 s.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks"), str(ROOT / "tests" / "e2e")]

from census_like import TARGET, census_like
from clicks import FLAGS
from driving import Server, settle
from playwright.sync_api import sync_playwright

from workbench.modeling.planning import plan_experiment
from workbench.store import Store
from workbench.training import supervisor

CHROMIUM = os.environ.get("WORKBENCH_BROWSER") or "/usr/bin/chromium"
MOST_SECONDS = 3.0
GIVE_UP_SECONDS = 120.0
LOOKING_SECONDS = 8.0  # that a person looks at the page before the click


def stored(store: Store, project_id: str) -> float:
    """Return the seconds until the first score of a model that learns is stored."""
    draft = store.project(project_id).draft
    dataset = store.dataset(draft.dataset)
    spec = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft).spec
    run = store.create_run(project_id, spec)
    began = time.perf_counter()
    supervisor.start(store, run.id)
    try:
        while time.perf_counter() - began < GIVE_UP_SECONDS:
            if any(key != "baseline" for key, _ in store.finished_pairs(run.id)):
                return time.perf_counter() - began
            time.sleep(0.01)
        raise SystemExit(f"no score within {GIVE_UP_SECONDS:.0f} s: {store.run(run.id)}")
    finally:
        supervisor.stop(store, run.id)


def on_screen(browser, server: Server, project_id: str) -> float:
    """Return the seconds from the click on Train until the score of a model that learns stands on the page."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"{server.url}/train?project={project_id}")
    button = tab.locator(".st-key-page-train-start button")
    button.wait_for()
    settle(tab)
    time.sleep(LOOKING_SECONDS)
    began = time.perf_counter()
    button.click()
    tab.get_by_text("Best so far").first.wait_for(timeout=1_000 * GIVE_UP_SECONDS)
    seconds = time.perf_counter() - began
    tab.get_by_role("button", name="Stop").first.click()
    tab.get_by_text("stopped").first.wait_for()
    tab.close()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--store", action="store_true", help="without a browser, and without a process made ready")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, Store.open(home) as store:
        projects = []
        for number in range(options.times):
            project = store.create_project(f"First score {number}")
            dataset = store.add_frame(project.id, census_like(), "census_like.parquet")
            store.save_draft(project.id, project.draft.but(dataset=dataset.fingerprint, target=TARGET))
            projects.append(project.id)
        if options.store:
            os.environ["WORKBENCH_STANDBY"] = "0"
            times = [stored(store, project_id) for project_id in projects]
        else:
            server = Server(home, Path(home) / "server.log").start()
            try:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                    times = [on_screen(browser, server, project_id) for project_id in projects]
                    browser.close()
            finally:
                server.stop()
    each = ", ".join(f"{one:.2f}" for one in times)
    median = statistics.median(times)
    print(f"first score of a model that learns: {median:.2f} s (median of {each}; asked: {MOST_SECONDS:.0f} s at most)")
    return 0 if median <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
