"""A big file through the browser: how long it takes, what memory it costs, and what another visitor notices of it.

    python benchmarks/big_upload.py FILE [--rows 20000]
    python benchmarks/big_upload.py --make 2000000000 OUT.csv

One browser drops the file on the home page and goes on to the profile; another one clicks through a project of its own
all the while. Memory is that of the server and its child processes (resident, ten times a second) above what they
take when both pages are open and nothing has been uploaded.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

import psutil
from clicks import FLAGS
from driving import Server, settle
from frames import frame
from playwright.sync_api import sync_playwright

from workbench.store import Store
from workbench.ui.navigation import PAGES

TITLES = {entry.name: entry.title for entry in PAGES}
VISITED = ("profile", "prepare", "features")  # by the other visitor, in turn
PIECE_ROWS = 250_000
LONGEST_SECONDS = 1800
MB = 1_000_000
# Resolves with milliseconds from the click to the heading of another page, with nothing stale and no script running.
CLICK = """
([element, title]) => new Promise((resolve, reject) => {
  const began = performance.now();
  const look = () => {
    const app = document.querySelector('[data-testid=stApp]');
    const heading = document.querySelector('h1');
    const there = heading && heading.textContent.trim() === title && !document.querySelector('[data-stale=true]');
    if (there && app.getAttribute('data-test-script-state') === 'notRunning') resolve(performance.now() - began);
    else if (performance.now() - began > 60000) reject(new Error('not done after 60 s'));
    else requestAnimationFrame(look);
  };
  element.click();
  look();
})
"""


class Memory(threading.Thread):
    """The most that a process and its children took since ``phase`` was last set, phase by phase."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.phase, self.most, self.over = psutil.Process(pid), "idle", {}, False

    def now(self):
        total = 0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total

    def run(self):
        while not self.over:
            self.most[self.phase] = max(self.most.get(self.phase, 0), self.now())
            time.sleep(0.1)


def make(n_bytes, out):
    """Write a mixed table of 50 columns of at least this size."""
    with out.open("w", newline="", encoding="utf-8") as file:
        seed = 0
        while file.tell() < n_bytes:
            frame(PIECE_ROWS, 50, seed).to_csv(file, index=False, header=seed == 0, lineterminator="\n")
            seed += 1
    print(f"{out}: {seed * PIECE_ROWS:,} x 50, {out.stat().st_size / MB:,.0f} MB")


class Visitor:
    """Someone else, who clicks from page to page of a small project."""

    def __init__(self, page):
        self.page, self.at, self.seconds = page, 0, []

    def click(self, phase):
        name = VISITED[self.at % len(VISITED)]
        self.at += 1
        link = self.page.locator(f'[data-testid=stSidebarNav] a[href*="/{name}"]').first.element_handle()
        self.seconds.append((phase, self.page.evaluate(CLICK, [link, TITLES[name]]) / 1000))
        settle(self.page)


def follow(page, visitor, memory, phase, reached):
    """Let the visitor click until ``reached()``; return the seconds it took."""
    memory.phase, began = phase, time.perf_counter()
    while not reached():
        for refused in page.locator("[class*=st-key-page-lost]").all():
            raise RuntimeError(refused.inner_text())
        if time.perf_counter() - began > LONGEST_SECONDS:
            raise TimeoutError(f"{phase} took more than {LONGEST_SECONDS} s")
        visitor.click(phase)
    return time.perf_counter() - began


def measure(server, playwright, path, project_id):
    def browser():
        chromium = os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium")
        return playwright.chromium.launch(executable_path=chromium, args=FLAGS)

    with browser() as first, browser() as second:
        page, other = first.new_page(), second.new_page()
        other.goto(f"{server.url}/?project={project_id}")
        page.goto(server.url)
        settle(page)
        settle(other)
        visitor = Visitor(other)
        for _ in range(3 * len(VISITED)):  # the first round warms the caches
            visitor.click("idle")
        visitor.seconds = visitor.seconds[len(VISITED) :]
        memory = Memory(server.process.pid)
        idle = memory.now()
        memory.start()

        page.locator("input[type=file]").first.set_input_files(path)
        upload = follow(page, visitor, memory, "upload", lambda: not page.locator(".sending button:visible").count())
        following = page.locator(".st-key-page-next button")
        reading = follow(page, visitor, memory, "reading", lambda: following.count() > 0)
        memory.phase = "table shown"
        settle(page)
        following.first.click()
        profiled = page.locator(".st-key-page-next button")
        page.get_by_role("heading", name="Profile", exact=True, level=1).wait_for(timeout=600_000)
        profile = follow(page, visitor, memory, "profile", lambda: profiled.count() > 0)
        memory.phase = "afterwards"
        time.sleep(2)
        memory.over = True
        errors = page.locator('[data-testid="stAlertContainer"]').all_inner_texts()
    return {"upload": upload, "reading": reading, "profile": profile}, idle, memory.most, visitor.seconds, errors


def report(path, seconds, idle, most, clicks, errors):
    """Print the figures, phase by phase."""
    print(f"{path.name}, {path.stat().st_size / MB:,.0f} MB; idle {idle / MB:,.0f} MB")
    for phase, peak in most.items():
        theirs = [value for name, value in clicks if name == phase]
        took = f"{seconds[phase]:6.1f} s" if phase in seconds else "        "
        words = f"{statistics.median(theirs):.3f} (worst {max(theirs):.3f}) of {len(theirs)}" if theirs else "–"
        print(f"{phase:12} {took}  memory +{(peak - idle) / MB:,.0f} MB  another's click {words}")
    print(f"peak memory above idle: {(max(most.values()) - idle) / MB:,.0f} MB")
    for text in errors:
        print("on the page:", " ".join(text.split())[:200])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--make", type=int, metavar="BYTES", help="write such a file and end")
    parser.add_argument("--rows", type=int, default=20_000, help="of the other visitor's table")
    options = parser.parse_args()
    if options.make:
        make(options.make, options.file)
        return
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARK_HOME")) as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        with Store.open(home) as store:
            project = store.create_project("other visitor")
            store.add_frame(project.id, frame(options.rows, 20), "other.csv", origin="practice")
        server = Server(home, Path(folder) / "server.log").start()
        try:
            report(options.file, *measure(server, playwright, options.file, project.id))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
