"""How long the Profile page makes a person wait, in a real browser.

    python benchmarks/profile_page.py [ROWSxCOLUMNS ...]     (default: 100000x50 1000000x50 2000x1000 2000x2000)

For each table, which is stored and has a target but was never looked through: seconds from opening the page until its
overview stands there (rows, columns, blanks, a first look at the columns), until its columns are exact, and until all
is known; and, while the table is being looked through, the median of another visitor's clicks on a page of a small
table. Then the medians of clicks on the page itself: on a view, on a filter, on the next column.
"""

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

from workbench.store import Store

SIZES = ("100000x50", "1000000x50", "2000x1000", "2000x2000")
REPEATS = 8
LIMIT_SECONDS = 120
# Milliseconds since the page was asked for at which what is told becomes true, looked at in every frame.
SINCE_OPENED = """
(told) => new Promise((resolve, reject) => {
  const main = () => document.querySelector('[data-testid=stMain]')
  const conditions = {
    overview: () => /rows? and [\\d,]+ columns?/.test(main()?.textContent || '')
      && document.querySelector('[data-testid=stDataFrame] canvas, [class*=st-key-page-finding]'),
    complete: () => document.querySelector('.st-key-page-report button:not([disabled])'),
  }
  const look = () => {
    if (conditions[told]()) return resolve(performance.now())
    if (performance.now() > 120000) return reject(new Error('not there after 120 s: ' + told))
    requestAnimationFrame(look)
  }
  look()
})
"""

# Counts what the server sends: of a run that begins and ends between two frames nothing else can be seen.
COUNT_MESSAGES = """
window.messages = 0
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given)
    this.addEventListener('message', () => { window.messages += 1 })
  }
}
"""
# Resolves with milliseconds from the click to the second frame in which the script has run and nothing is stale.
CLICK = """
(element) => new Promise((resolve, reject) => {
  const app = document.querySelector('[data-testid=stApp]')
  const began = performance.now(), before = window.messages
  let quiet = 0
  const look = () => {
    const there = window.messages > before && app.getAttribute('data-test-script-state') === 'notRunning'
      && !document.querySelector('[data-stale=true]')
    quiet = there ? quiet + 1 : 0
    if (quiet > 1) return resolve(performance.now() - began)
    if (performance.now() - began > 30000) return reject(new Error('not done after 30 s'))
    requestAnimationFrame(look)
  }
  element.click()
  look()
})
"""


def opened_tab(browser, url):
    """Return a tab of a laptop's size that shows ``url``."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.add_init_script(COUNT_MESSAGES)
    tab.goto(url)
    settle(tab)
    return tab


def click(page, selector):
    """Click what ``selector`` names; return the seconds until the page shows the outcome."""
    element = page.locator(selector).first
    element.wait_for(state="attached")
    return page.evaluate(CLICK, element.element_handle()) / 1000


def store_tables(store, sizes):
    """Return the ids of one project per size, and of a small one for another visitor."""
    ids = {}
    for size in ("500x8", *sizes):
        n_rows, n_columns = map(int, size.lower().split("x"))
        project = store.create_project(size)
        store.add_frame(project.id, frame(n_rows, n_columns), f"{size}.csv", origin="practice")
        project = store.project(project.id)
        store.save_draft(project.id, project.draft.but(target="target"))
        ids[size] = project.id
    return ids.pop("500x8"), ids


def opened(page, url):
    """Return the seconds until the overview and until everything stands on the page."""
    page.goto(url, wait_until="commit")
    page.locator("h1").first.wait_for()
    return [page.evaluate(SINCE_OPENED, told) / 1000 for told in ("overview", "complete")]


def clicks_while(other, goes_on):
    """Return the seconds of clicks of another visitor, for as long as ``goes_on()``."""
    seconds = []
    while goes_on():
        for name in ("Columns", "Findings"):
            seconds.append(click(other, f'.st-key-page-profile-view button:has-text("{name}")'))
    return seconds


def clicks_on_page(page):
    """Return the median seconds of clicks on the page of a table that is looked through."""
    views, filters, columns = [], [], []
    for _ in range(REPEATS):
        views.append(click(page, '.st-key-page-profile-view button:has-text("Columns")'))
        settle(page)
        filters.append(click(page, ".st-key-page-profile-look button >> nth=0"))
        settle(page)
        filters.append(click(page, ".st-key-page-profile-look button >> nth=0"))
        settle(page)
        columns.append(click(page, ".st-key-page-profile-column-1 button"))
        settle(page)
        views.append(click(page, '.st-key-page-profile-view button:has-text("Findings")'))
        settle(page)
    return [statistics.median(seconds) for seconds in (views, filters, columns)]


def measure(browser, server, small, project_id):
    """Return the figures of one table."""
    page = opened_tab(browser, f"{server.url}/profile?project={small}")  # the browser has the app's files by now
    overview, complete = opened(page, f"{server.url}/profile?project={project_id}")
    page.wait_for_timeout(1000)
    settle(page)
    own = clicks_on_page(page)
    page.close()
    return overview, complete, own


def meanwhile(browser, server, small, project_id):
    """Return the seconds of another visitor's clicks before a table is looked through, and while it is."""
    other, page = (opened_tab(browser, f"{server.url}/profile?project={small}") for _ in range(2))
    left = iter(range(REPEATS))
    before = clicks_while(other, lambda: next(left, None) is not None)
    page.goto(f"{server.url}/profile?project={project_id}", wait_until="commit")
    page.locator("h1").first.wait_for()
    done = page.locator(".st-key-page-report button:not([disabled])")
    during = clicks_while(other, lambda: not done.count())
    for tab in (page, other):
        tab.close()
    return before, during


def main(sizes):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        with Store.open(home) as store:
            small, ids = store_tables(store, sizes)
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium"), args=FLAGS
            )
            print(
                "| table | overview | everything | view | filter | next column | another's click, before → meanwhile |"
            )
            print("|---|---|---|---|---|---|---|")
            for size, project_id in ids.items():
                figures = []
                for measured in (measure, meanwhile):  # each on a server that knows nothing yet
                    fingerprint = store.project(project_id).draft.dataset
                    store.put_artifact("profile", f"{fingerprint}-target-", None)
                    server = Server(home, Path(folder) / "server.log").start()
                    try:
                        figures.append(measured(browser, server, small, project_id))
                    finally:
                        server.stop()
                (overview, complete, own), others = figures
                others = " → ".join(f"{statistics.median(clicks):.2f} s" if clicks else "–" for clicks in others)
                cells = " | ".join(f"{seconds:.2f} s" for seconds in (overview, complete, *own))
                print(f"| {size.replace('x', ' × ')} | {cells} | {others} |", flush=True)
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or SIZES)
