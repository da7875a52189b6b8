"""Upload the nastiest hostile files in a real browser: a table or a sentence on the screen, and the app lives on.

    WORKBENCH_BROWSER=/usr/bin/chromium nice -n 15 python benchmarks/hostile_browser.py

Prints what stood on the screen for each file; the exit code is 1 where a traceback, nothing at all, or a dead server
was seen.
"""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

from driving import Server, settle
from playwright.sync_api import sync_playwright

from benchmarks.bad_files import crafted_archives, crafted_text, crafted_typed

NASTIEST = (
    "empty", "header only", "an image named csv", "every byte", "20,000 columns", "10 MB in one cell", "HTML",
    "formulas", "100 kB", "controls", "half surrogates", "lists nested 100,000 deep", "gz", "zip that says it is small",
    "path upwards", "link to a file of the system", "locked with a password", "xls that says 65,536 × 256",
    "one string of 10 MB in 3,000 cells", "parquet: 4 GB of one text", "sqlite: view that counts without an end",
)  # fmt: skip
WAIT_SECONDS = 60
SHAPE = re.compile(r"[\d,]+ rows?, [\d,]+ columns?\.")  # at the end of the sentence on the Data page


def said(tab, before):
    """Return (what the screen says of the file, whether that is a table), or None while it says nothing new."""
    text = tab.locator("[data-testid=stMain]").inner_text()
    if "Traceback" in text or tab.locator('[data-testid="stException"]').count():
        return f"TRACEBACK {text[:300]}", False
    if tab.get_by_role("heading", name="Data", exact=True, level=1).count() and (shape := SHAPE.search(text)):
        return f"a table of {shape.group()}", True
    new = alerts(tab) - before
    return (" / ".join(new), False) if new else None


def alerts(tab):
    """Return the texts of the warnings on the screen."""
    return {alert.inner_text().strip() for alert in tab.locator('[data-testid="stAlert"]').all()}


def main():
    """Upload each file into a new project."""
    made = [*crafted_text.cases(), *crafted_archives.cases(), *crafted_typed.cases()]
    cases = [next(case for case in made if case.name == name) for name in NASTIEST]
    defects = 0
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        chosen = os.environ.get("WORKBENCH_BROWSER", "playwright")
        path = {} if chosen == "playwright" else {"executable_path": chosen}
        browser = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu", "--disable-quic"], **path)
        server = Server(folder / "home", folder / "log").start()
        try:
            for number, case in enumerate(cases):
                source = folder / f"file{number}.csv"
                case.write(source)
                tab = browser.new_page()
                tab.goto(server.url)
                settle(tab)
                before = alerts(tab)
                tab.locator("input[type=file]").first.set_input_files(source)
                began, found = time.monotonic(), None
                while found is None and time.monotonic() - began < WAIT_SECONDS:
                    tab.wait_for_timeout(300)
                    found = said(tab, before)
                text, _ = found or ("NOTHING", False)
                alive = server.process.poll() is None
                defects += not alive or text.startswith(("TRACEBACK", "NOTHING"))
                print(
                    f"{time.monotonic() - began:5.1f} s  {case.name}: {text[:250]!r}{'' if alive else ' SERVER DIED'}",
                    flush=True,
                )
                tab.close()
                source.unlink(missing_ok=True)
            defects += "Traceback" in (folder / "log").read_text(encoding="utf-8")
            print("Traceback in the log:", "Traceback" in (folder / "log").read_text(encoding="utf-8"))
        finally:
            browser.close()
            server.stop()
    print(f"{len(cases)} files, {defects} defects")
    sys.exit(1 if defects else 0)


if __name__ == "__main__":
    main()
