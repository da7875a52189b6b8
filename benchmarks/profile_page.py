"""How long the Profile page makes a person wait, in a real browser.

    python benchmarks/profile_page.py [ROWSxCOLUMNS ...]     (default: 100000x50 1000000x50 2000x1000 2000x2000)

For each table, which is stored and has a target but was never looked through, seconds from the click on the page's menu
entry until its overview stands there (rows, columns, blanks, a first look at the columns) and until all is known; the
same until the overview where the address is opened in a new tab, which loads the app first. Then the medians of clicks
on the page: on a view, a filter, the next column; and of another visitor's clicks on the page of a small table, before
the table is looked through and while it is.
"""

import os
import statistics
import sys
import tempfile
import time
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
ROUNDS = 3  # of opening the page, each on a server that knows nothing yet
MENU = '[data-testid=stSidebarNav] a[href*="/profile"]'
# Milliseconds from the click on what is named (nothing: since the address was asked for) until what is told is there.
UNTIL = """
([selector, told]) => new Promise((resolve, reject) => {
  const main = () => document.querySelector('[data-testid=stMain]')
  const there = {
    overview: () => /rows? and [\\d,]+ columns?/.test(main()?.textContent || '')
      && document.querySelector('[data-testid=stDataFrame] canvas, [class*=st-key-page-finding]'),
    complete: () => document.querySelector('.st-key-page-report button:not([disabled])'),
  }
  const began = selector ? performance.now() : 0
  const look = () => {
    if (there[told]()) return resolve(performance.now() - began)
    if (performance.now() - began > 120000) return reject(new Error('not there after 120 s: ' + told))
    requestAnimationFrame(look)
  }
  if (selector) document.querySelector(selector).click()
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
# Milliseconds from the click to the second frame in which the script has run and nothing is stale.
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
    """Return the id of a project with a small table, and of one project per size."""
    ids = {}
    for size in ("500x8", *sizes):
        n_rows, n_columns = map(int, size.lower().split("x"))
        project = store.create_project(size)
        store.add_frame(project.id, frame(n_rows, n_columns), f"{size}.csv", origin="practice")
        project = store.project(project.id)
        store.save_draft(project.id, project.draft.but(target="target"))
        ids[size] = project.id
    return ids.pop("500x8"), ids


def by_menu(browser, server, small, project_id):
    """Return the seconds from the click in the menu until the overview, and until everything, stands there."""
    page = opened_tab(browser, f"{server.url}/?project={project_id}")
    began = time.monotonic()
    overview = page.evaluate(UNTIL, [MENU, "overview"]) / 1000
    page.evaluate(UNTIL, ["", "complete"])
    complete = time.monotonic() - began
    page.close()
    return overview, complete


def by_address(browser, server, small, project_id):
    """Return the seconds until the overview where the address is opened."""
    page = opened_tab(browser, f"{server.url}/profile?project={small}")  # the browser has the app's files by now
    page.goto(f"{server.url}/profile?project={project_id}", wait_until="commit")
    page.locator("h1").first.wait_for()
    seconds = page.evaluate(UNTIL, ["", "overview"]) / 1000
    page.close()
    return seconds


def clicks_on_page(browser, server, small, project_id):
    """Return the seconds of clicks on a view, on a filter, and on the next column of a table that is looked through."""
    page = opened_tab(browser, f"{server.url}/profile?project={project_id}")
    page.evaluate(UNTIL, ["", "complete"])
    page.wait_for_timeout(1000)
    views, filters, columns = [], [], []
    for _ in range(REPEATS):
        for seconds, selector in (
            (views, '.st-key-page-profile-view button:has-text("Columns")'),
            (filters, ".st-key-page-profile-look button >> nth=0"),
            (filters, ".st-key-page-profile-look button >> nth=0"),
            (columns, ".st-key-page-profile-column-1 button"),
            (views, '.st-key-page-profile-view button:has-text("Findings")'),
        ):
            seconds.append(click(page, selector))
            settle(page)
    page.close()
    return views, filters, columns


def anothers_clicks(browser, server, small, project_id):
    """Return the seconds of another visitor's clicks before a table is looked through, and while it is."""
    other, page = (opened_tab(browser, f"{server.url}/profile?project={small}") for _ in range(2))
    left = iter(range(REPEATS))
    before = _clicks_while(other, lambda: next(left, None) is not None)
    page.goto(f"{server.url}/profile?project={project_id}", wait_until="commit")
    page.locator("h1").first.wait_for()
    done = page.locator(".st-key-page-report button:not([disabled])")
    during = _clicks_while(other, lambda: not done.count())
    for tab in (page, other):
        tab.close()
    return before, during


def _clicks_while(other, goes_on):
    seconds = []
    while goes_on():
        for name in ("Columns", "Findings"):
            seconds.append(click(other, f'.st-key-page-profile-view button:has-text("{name}")'))
    return seconds


def main(sizes):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        with Store.open(home) as store:
            small, ids = store_tables(store, sizes)
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium"), args=FLAGS
            )

            def measured(measure, project_id):
                """Measure on a server that knows nothing of the table yet."""
                store.put_artifact("profile", f"{store.project(project_id).draft.dataset}-target-", None)
                server = Server(home, Path(folder) / "server.log").start()
                try:
                    return measure(browser, server, small, project_id)
                finally:
                    server.stop()

            print("| table | overview | everything | by address | view | filter | next column | another's click |")
            print("|---|---|---|---|---|---|---|---|")
            for size, project_id in ids.items():
                opened = [measured(by_menu, project_id) for _ in range(ROUNDS)]
                addresses = [measured(by_address, project_id) for _ in range(ROUNDS)]
                own = measured(clicks_on_page, project_id)
                before, during = measured(anothers_clicks, project_id)
                columns = [*zip(*opened, strict=True), addresses, *own, before, during]
                *cells, alone, meanwhile = [f"{statistics.median(each):.2f} s" if each else "–" for each in columns]
                print(f"| {size.replace('x', ' × ')} | {' | '.join(cells)} | {alone} → {meanwhile} |", flush=True)
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or SIZES)
