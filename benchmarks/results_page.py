"""How long the Results page of a large run takes to open, and its slider to move everything, in a real browser.

    python benchmarks/results_page.py [ROWSxCOLUMNS] [--home FOLDER]     (default: 100000x50)

The table of ``frames.py`` is trained once (kept in FOLDER where one is given, and used again). Seconds, medians:
from the click on the menu entry until headline, leaderboard and the open tab with its chart stand there, on a server
that knows nothing of the run yet, and on one that does; from the click on each tab until its content is there; and
from the key that moves the slider of *Decide* until counts and chart show the new threshold.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e"), str(ROOT / "benchmarks")]

from clicks import FLAGS
from driving import Server, settle
from frames import frame
from playwright.sync_api import sync_playwright
from profile_page import click, opened_tab

from workbench.modeling.planning import plan_experiment
from workbench.profiling import profile
from workbench.specs import CandidateSpec
from workbench.store import Store
from workbench.training import worker
from workbench.ui.profile_job import Asked

KINDS = ("logistic", "decision_tree")
ROUNDS = 3  # of opening the page, each on a server that knows nothing yet
MOVES = 24
OPEN_SECONDS, MOVE_SECONDS = 2.0, 0.2  # asked for
MENU = '[data-testid=stSidebarNav] a[href*="/results"]'
SLIDER = "[class*=st-key-page-results-decide-threshold] input[type=range]"
TABS = "[data-testid=stMain] [data-testid=stTab]"
# Milliseconds from the click on what is named until the page is whole: the script has run, its charts are drawn.
OPENED = """
(selector) => new Promise((resolve, reject) => {
  const app = document.querySelector('[data-testid=stApp]')
  const began = performance.now()
  const look = () => {
    const heading = document.querySelector('h1')?.textContent.trim() === 'Results'
    const charts = document.querySelectorAll('[data-testid=stVegaLiteChart] svg.marks').length
    const counts = document.querySelectorAll('[data-testid=stMetricValue]').length >= 4
    const there = heading && counts && charts
      && app.getAttribute('data-test-script-state') === 'notRunning'
      && !document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stSpinner]')
    if (there) return resolve(performance.now() - began)
    if (performance.now() - began > 60000) return reject(new Error('not open after 60 s'))
    requestAnimationFrame(look)
  }
  document.querySelector(selector).click()
  look()
})
"""
# Prepares a promise of the milliseconds from the next key until counts and chart are others than before, and are drawn.
ARM_MOVE = """
() => {
  const texts = () => [...document.querySelectorAll('[data-testid=stMetricValue], [class*=decide-use]')]
    .map(element => element.textContent).join()
  const picture = () => [...document.querySelectorAll('[data-testid=stVegaLiteChart] .mark-rule line')]
    .map(line => line.getAttribute('transform')).join()
  const before = picture(), said = texts()
  window.moved = new Promise((resolve, reject) => {
    let began = 0
    document.addEventListener('keydown', () => { began = performance.now() }, {once: true, capture: true})
    const look = () => {
      const now = picture()
      if (began && now && now !== before && texts() !== said) return resolve(performance.now() - began)
      if (began && performance.now() - began > 20000) return reject(new Error('not moved after 20 s'))
      requestAnimationFrame(look)
    }
    look()
  })
}
"""


def trained(home, n_rows, n_columns):
    """Return the id of a project in ``home`` with a finished run on a table of this size; made where there is none."""
    name = f"{n_rows}x{n_columns}"
    with Store.open(home) as store:
        known = [card.id for card in store.project_cards() if card.name == name and card.best]
        if known:
            return known[0]
        project = store.create_project(name)
        dataset = store.add_frame(project.id, frame(n_rows, n_columns), f"{name}.csv", origin="practice")
        candidates = tuple(CandidateSpec(kind=kind) for kind in KINDS)
        draft = store.project(project.id).draft.but(target="target", candidates=candidates)
        project = store.save_draft(project.id, draft)
        plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, project.draft)
        run = store.create_run(project.id, plan.spec)
        worker.work(store, run.id)
        assert store.run(run.id).status == "finished", store.run(run.id).error
        _look_through(store, project)
        return project.id


def _look_through(store, project):
    """Keep the profile of the table, which a person has seen before training."""
    asked, dataset = Asked(project.draft.dataset, project.draft.target), store.dataset(project.draft.dataset)
    found = profile(store.load_table(dataset.fingerprint), dataset.schema, target=project.draft.target)
    store.put_artifact("profile", asked.key, found.to_json())


def opening(browser, server, project_id):
    """Return the seconds until the page stands there: the first time, and when one comes back to it."""
    page = opened_tab(browser, f"{server.url}/?project={project_id}")
    first = page.evaluate(OPENED, MENU) / 1000
    page.locator('[data-testid=stSidebarNav] a[href*="/data"]').click()
    page.locator('h1:has-text("Data")').wait_for()
    settle(page)
    again = page.evaluate(OPENED, MENU) / 1000
    page.close()
    return first, again


def tabs_and_moves(browser, server, project_id):
    """Return the seconds that each tab takes to open, by its name, and those of each move of the slider."""
    page = opened_tab(browser, f"{server.url}/?project={project_id}")
    page.evaluate(OPENED, MENU)
    page.wait_for_timeout(1000)
    moves = []
    page.locator(SLIDER).focus()
    for at in range(MOVES):
        page.evaluate(ARM_MOVE)
        page.keyboard.press("ArrowLeft" if at % 6 < 3 else "ArrowRight")
        moves.append(page.evaluate("window.moved") / 1000)
        page.wait_for_timeout(300)
    names = page.locator(TABS).all_inner_texts()
    seconds = {}
    for name in [*names[1:], names[0]]:
        seconds[name] = click(page, f'{TABS}:has-text("{name}")')
        settle(page)
    page.close()
    return seconds, moves


def main(size, home):
    n_rows, n_columns = map(int, size.lower().split("x"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(home or Path(folder) / "home")
        project_id = trained(home, n_rows, n_columns)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium"), args=FLAGS
        )

        def measured(measure):
            server = Server(home, Path(folder) / "server.log").start()
            try:
                return measure(browser, server, project_id)
            finally:
                server.stop()

        opened = [measured(opening) for _ in range(ROUNDS)]
        tabs, moves = measured(tabs_and_moves)
        browser.close()
    first, again = (statistics.median(each) for each in zip(*opened, strict=True))
    print(f"Results page of a run on {n_rows:,} x {n_columns}")
    print(f"opens for the first time  {first:.2f} s   asked: {OPEN_SECONDS:.1f} s")
    print(f"opens again               {again:.2f} s   asked: {OPEN_SECONDS:.1f} s")
    moved, slowest = statistics.median(moves), max(moves)
    print(f"a move of the slider      {moved:.2f} s   asked: {MOVE_SECONDS:.1f} s (slowest {slowest:.2f} s)")
    for name, seconds in tabs.items():
        print(f"tab {name:<21} {seconds:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("size", nargs="?", default="100000x50")
    parser.add_argument("--home", help="folder in which the run is kept")
    arguments = parser.parse_args()
    main(arguments.size, arguments.home)
