"""One file from upload to a running service, by browser and by command line, and whether all give the same answers.

    python benchmarks/journey.py FILE --target COLUMN [--models a,b,c] [--browser-only | --cli-only]

By browser: upload, target, Train, Results, Try it with the whole file, Export, download. By command line: train with
--bundle. Then for each bundle: its tests in a virtual environment of its own requirements, the service started there,
and its answers to every row of FILE compared with those of the app and of ``predict``. Exits with 1 where one differs
by more than 1e-9.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "e2e")]

import steps
from driving import Server
from playwright.sync_api import expect, sync_playwright
from test_journey import ask, running_service

from workbench.data import read_cells
from workbench.export import prove_clean

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
CACHE = Path(tempfile.gettempdir()) / "workbench-clean-environments"
SAME = 1e-9
BATCH = 2_000


def by_browser(source, target, folder):
    """Return the bundle and the predictions that the app gave for the file, as a person would get them."""
    steps.TRAINED = 1_800_000
    server = Server(folder / "home", folder / "server.log").start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("WORKBENCH_BROWSER", "/usr/bin/chromium"), args=FLAGS
            )
            page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
            page.set_default_timeout(120_000)
            steps.open_home(page, server)
            began = time.perf_counter()
            steps.upload(page, source)
            say("upload to table", began)
            began = time.perf_counter()
            steps.lead_on(page, "Profile")
            say("first profile", began)
            steps.lead_on(page, "Target and inputs")
            steps.choose(page, "page.features.target", target)
            page.wait_for_timeout(1_000)
            steps.lead_on(page, "Train")
            steps.quick_look(page)
            began = time.perf_counter()
            page.get_by_role("button", name="Train", exact=True).click()
            expect(page.get_by_text("Best so far").first).to_be_visible(timeout=120_000)
            say("Train to first score on the screen", began)
            steps.wait_until_finished(page)
            say("Train to finished", began)
            steps.lead_on(page, "Results")
            steps.lead_on(page, "Try it")
            page.get_by_role("tab", name="A whole file").click()
            page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(source)
            save = page.locator(".st-key-page-try_it-csv button").first
            expect(save).to_be_visible(timeout=300_000)
            said = steps.download(page, save.click, folder)
            steps.lead_on(page, "Export")
            began = time.perf_counter()
            page.locator(".st-key-page-export-make button").first.click()
            offered = page.locator(".st-key-page-export-download a").first
            expect(offered).to_be_visible(timeout=300_000)
            say("Export to offered download", began)
            bundle = steps.download(page, offered.click, folder)
            browser.close()
        assert "Traceback" not in (folder / "server.log").read_text(encoding="utf-8")
        return bundle, said
    finally:
        server.stop()


def by_command_line(source, target, models, folder):
    """Return the bundle that ``train --bundle`` makes."""
    bundle = folder / "cli.zip"
    command = ["train", str(source), "--target", target, "--bundle", str(bundle), "--json", str(folder / "cli.json")]
    began = time.perf_counter()
    workbench([*command, *(["--models", models] if models else [])], folder)
    say("command line: train and bundle", began)
    return bundle


def workbench(arguments, folder):
    variables = {**os.environ, "WORKBENCH_HOME": str(folder / "cli_home")}
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *arguments], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{arguments[0]} ended with {done.returncode}: {done.stderr}")


def check(bundle, source, said, folder):
    """Prove a bundle in a clean environment and compare service, ``predict`` and app; return the largest difference."""
    proof = prove_clean(bundle, CACHE)
    print(f"  {bundle.name}: {proof.n_tests} tests in an environment of its own, {'green' if proof.passed else 'RED'}")
    if not proof.passed:
        sys.exit(proof.detail)
    predicted = folder / f"{bundle.stem}-predicted.csv"
    workbench(["predict", str(bundle), str(source), "--csv", str(predicted)], folder)
    header, rows = read_cells(source)
    service = folder / f"{bundle.stem}-service"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(service)
    answers = []
    with running_service(service) as url:
        records = [dict(zip(header, row, strict=False)) for row in rows]
        for at in range(0, len(records), BATCH):
            answers += ask(f"{url}/predict", {"rows": records[at : at + BATCH]})["predictions"]
    worst = 0.0
    for path in [predicted, *([said] if said else [])]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
        assert len(lines) == len(answers) == len(rows), (len(lines), len(answers), len(rows))
        worst = max(worst, *(difference(answer, line) for answer, line in zip(answers, lines, strict=True)))
    return worst


def difference(answer, line):
    """Return how far an answer of the service is from a line of a CSV; infinite where labels differ."""
    if not answer["probabilities"]:
        here, there = float(line["prediction"]), float(answer["prediction"])
        return abs(here - there) / max(1.0, abs(there))
    if str(answer["prediction"]) != line["prediction"]:
        return float("inf")
    return max(abs(share - float(line[f"probability_{label}"])) for label, share in answer["probabilities"].items())


def say(what, began):
    print(f"  {what}: {time.perf_counter() - began:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--target", required=True)
    parser.add_argument("--models", default="")
    parser.add_argument("--browser-only", action="store_true")
    parser.add_argument("--cli-only", action="store_true")
    options = parser.parse_args()
    print(options.file.name)
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not options.cli_only:
            bundle, said = by_browser(options.file, options.target, folder)
            worst = max(worst, check(bundle, options.file, said, folder))
        if not options.browser_only:
            bundle = by_command_line(options.file, options.target, options.models, folder)
            worst = max(worst, check(bundle, options.file, None, folder))
    print(f"  largest difference between service, predict and app: {worst:.1e}")
    sys.exit(0 if worst <= SAME else 1)


if __name__ == "__main__":
    main()
