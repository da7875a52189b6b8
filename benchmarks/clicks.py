"""How long a warm click takes, page by page, in a real browser, with a large table loaded and a run under way.

    python benchmarks/clicks.py [--rows 100000] [--columns 50] [--repeats 12] [--idle]

For each page: the menu entry is clicked (from another page), and one control of the page is used; the clock runs in
the browser from the click until the script has run and the page shows what was asked for. Prints medians in
seconds, and the share of an empty Streamlit page's own click in the same run.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

from driving import Server, settle
from frames import frame
from playwright.sync_api import sync_playwright

from workbench.modeling.planning import plan_experiment
from workbench.specs import CandidateSpec
from workbench.store import Store
from workbench.training import supervisor
from workbench.ui.navigation import PAGES

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
# One control a page: clicked in turn, or for a select box an option picked; the clock stops when the script has run.
CONTROLS = {
    "home": ("click", "[class*=st-key-page-more-] button"),
    "data": ("pick", ".st-key-page-data-column"),
    "profile": ("pick", ".st-key-page-profile-column"),
    "prepare": ("click", ".st-key-page-prepare-kind button"),
    "features": ("click", ".st-key-page-features-folds button"),
    "train": ("pick", ".st-key-page-train-metric"),
    "results": ("click", "[data-testid=stMain] [data-testid=stTab]"),
    "try_it": ("click", "[data-testid=stMain] [data-testid=stNumberInputStepUp]"),
}  # the one control of the export page builds the bundle, which is work, not a click
# Choosing what is chosen already runs nothing.
OTHER = ":not([aria-selected=true]):not([aria-checked=true])"
# Resolves with milliseconds from the click to a script that has run and a heading that says where we are.
CLICK = """
([element, title]) => new Promise((resolve, reject) => {
  const app = document.querySelector('[data-testid=stApp]');
  const began = performance.now();
  let ran = false;
  // A short run begins and ends between two frames of the browser; only an observer sees it.
  const observer = new MutationObserver(() => { ran = true; });
  observer.observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
  const look = () => {
    const running = app.getAttribute('data-test-script-state') !== 'notRunning';
    ran = ran || running;
    const heading = document.querySelector('h1');
    const there = !title || (heading && heading.textContent.trim() === title);
    const quiet = !document.querySelector('[data-stale=true]');
    if (ran && !running && there && quiet) {
      observer.disconnect();
      return resolve(performance.now() - began);
    }
    if (performance.now() - began > 30000) {
      const state = {ran, running, there, quiet, heading: heading && heading.textContent};
      return reject(new Error('not done after 30 s: ' + JSON.stringify(state)));
    }
    requestAnimationFrame(look);
  };
  element.click();
  look();
})
"""


def prepare(home, n_rows, n_columns):
    """Make a project with a large table and a finished small run; return its store and id."""
    store = Store.open(home)
    project = store.create_project("large table")
    dataset = store.add_frame(project.id, frame(n_rows, n_columns), "large.csv", origin="practice")
    project = store.project(project.id)
    quick = tuple(CandidateSpec(kind=kind) for kind in ("baseline", "decision_tree"))
    draft = project.draft.but(target="target", candidates=quick)
    store.save_draft(project.id, draft)
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    run = store.create_run(project.id, plan.spec.but(split=plan.spec.split.but(folds=2)))
    # In a process of its own: a worker makes itself nice, and the server must not inherit that.
    command = [sys.executable, "-m", "workbench.training.worker", run.id]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "WORKBENCH_HOME": str(home)}, check=True)
    return store, project.id, plan.spec


def click(page, selector, title=""):
    """Click what ``selector`` names; return the seconds until the page shows the outcome."""
    element = page.locator(selector).first
    element.wait_for(state="attached")
    return page.evaluate(CLICK, [element.element_handle(), title]) / 1000


def measure(page, repeats):
    """Return, per page, the seconds of each menu click and of each use of its control."""
    into, inside = {entry.name: [] for entry in PAGES}, {entry.name: [] for entry in PAGES}
    titles = {entry.name: entry.title if entry.name != "home" else entry.question for entry in PAGES}
    for repeat in range(repeats + 1):
        for entry in PAGES:
            link = f'[data-testid=stSidebarNav] a[href*="/{entry.name}"]'
            link = "[data-testid=stSidebarNav] a >> nth=0" if entry.name == "home" else link
            seconds = click(page, link, titles[entry.name])
            log(entry.name, "menu", seconds)
            if repeat:  # the first round warms the caches
                into[entry.name].append(seconds)
            settle(page)
            seconds = use(page, entry.name, repeat)
            log(entry.name, "control", seconds)
            page.keyboard.press("Escape")  # an open popover would swallow the next click
            settle(page)
            if repeat and seconds is not None:
                inside[entry.name].append(seconds)
    return into, inside


def use(page, name, repeat):
    """Use the control of a page once, another position each time; seconds until the script has run, or None."""
    how, selector = CONTROLS.get(name, ("", ""))
    if not how or not page.locator(selector).count():
        return None
    if how == "click":
        others = f"{selector}{OTHER}"
        return click(page, f"{others} >> nth={repeat % page.locator(others).count()}")
    page.locator(f"{selector} input").first.click()  # unfolds the options, without a run of the script
    page.get_by_role("option").first.wait_for()
    others = f"[role=option]{OTHER}"
    return click(page, f"{others} >> nth={repeat % page.locator(others).count()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=12)
    parser.add_argument("--idle", action="store_true", help="no run under way")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        store, project_id, spec = prepare(home, options.rows, options.columns)
        server = Server(home, Path(folder) / "server.log").start()
        run = None
        try:
            if not options.idle:
                long = tuple(CandidateSpec(kind=kind) for kind in ("baseline", "random_forest", "extra_trees"))
                run = store.create_run(project_id, spec.but(candidates=long, split=spec.split.but(folds=10)))
                supervisor.start(store, run.id)
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium"), args=FLAGS
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{server.url}/?project={project_id}")
            settle(page)
            into, inside = measure(page, options.repeats)
            state = "no run" if run is None else store.run(run.id).status
            print(f"{options.rows:,} x {options.columns}, {state}, medians of {options.repeats} in seconds")
            for entry in PAGES:
                print(f"{entry.name:10} menu {median(into[entry.name])}  control {median(inside[entry.name])}")
            everything = [value for values in into.values() for value in values]
            print(f"{'all':10} menu {median(everything)}")
            browser.close()
        finally:
            if run is not None:
                supervisor.stop(store, run.id)
            server.stop()
            store.close()


def log(name, what, seconds):
    if os.environ.get("VERBOSE"):
        print(name, what, seconds, flush=True)


def median(values):
    return f"{statistics.median(values):.3f} (worst {max(values):.3f})" if values else "    –"


if __name__ == "__main__":
    main()
