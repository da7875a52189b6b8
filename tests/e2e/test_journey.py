"""The main job in a real browser: a file goes in, a service comes out and says what the app says."""

import csv
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile

import pandas as pd
import steps
from driving import free_port, settle
from playwright.sync_api import expect

from workbench.data import samples


def made_customers(path, n_rows=600):
    """Write a part of the made-up practice table as a person's own untidy file: semicolons, decimal commas."""
    table = samples.sample("customers_who_leave").load().head(n_rows)
    table.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252", errors="replace")
    return table


def test_from_a_file_to_a_running_service(page, server, tmp_path):
    source = tmp_path / "Kunden 2026.csv"
    made_customers(source)
    steps.open_home(page, server)
    steps.upload(page, source)
    expect(page.get_by_text("semicolon-separated").first).to_be_visible()
    steps.lead_on(page, "Profile")
    steps.lead_on(page, "Target and inputs")
    steps.choose(page, "page.features.target", "churn")
    expect(page.get_by_text("this is a question with two answers").first).to_be_visible()
    steps.lead_on(page, "Train")
    steps.train(page)
    steps.wait_until_finished(page)
    steps.lead_on(page, "Results")
    expect(page.get_by_text("picking at random").first).to_be_visible()

    # Try it: a whole file, scored with the exported path.
    steps.lead_on(page, "Try it")
    page.get_by_role("tab", name="A whole file").click()
    page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(source)
    expect(page.locator(".st-key-page-try_it-csv button").first).to_be_visible()
    said = steps.download(page, page.locator(".st-key-page-try_it-csv button").first.click, tmp_path)
    with said.open(encoding="utf-8-sig", newline="") as file:
        app_rows = list(csv.DictReader(file))
    assert len(app_rows) == 600

    # Export: made, tested, downloaded.
    steps.lead_on(page, "Export")
    page.locator(".st-key-page-export-make button").first.click()
    expect(page.locator(".st-key-page-export-download a").first).to_be_visible(timeout=120_000)
    bundle = steps.download(page, page.locator(".st-key-page-export-download a").first.click, tmp_path)
    folder = tmp_path / "service"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)

    # The engineer: the tests are green, the service answers what the app said.
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "-q"], cwd=folder, capture_output=True, text=True, env=without_us(folder)
    )
    assert done.returncode == 0, done.stderr
    with running_service(folder) as url:
        raw = pd.read_csv(source, sep=";", dtype=str, keep_default_na=False, encoding="cp1252")
        rows = raw.drop(columns="churn").head(200).to_dict("records")
        answers = ask(f"{url}/predict", {"rows": rows})["predictions"]
        assert len(answers) == 200
        for answer, line in zip(answers, app_rows, strict=False):
            assert answer["prediction"] == line["prediction"]
            for label, share in answer["probabilities"].items():
                assert abs(share - float(line[f"probability_{label}"])) < 1e-9


def test_practice_data_to_scores_in_eight_clicks(page, server):
    clicks = 0
    steps.open_home(page, server)
    page.locator(".st-key-page-practice-iris button").first.click()
    clicks += 1
    steps.on_page(page, "Data")
    for title in ("Profile", "Target and inputs", "Train"):
        steps.lead_on(page, title)
        clicks += 1
    steps.train(page)
    clicks += 1
    steps.lead_on(page, "Results")
    clicks += 1
    expect(page.get_by_role("tab", name="How good")).to_be_visible()
    assert clicks <= 8


def test_refresh_back_second_tab_and_restarted_server_lose_nothing(page, server):
    steps.open_home(page, server)
    page.locator(".st-key-page-practice-customers_who_leave button").first.click()
    steps.on_page(page, "Data")
    for title in ("Profile", "Target and inputs", "Train"):
        steps.lead_on(page, title)
    steps.quick_look(page)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("scored").first).to_be_visible(timeout=60_000)
    address = page.url
    assert "project=" in address

    page.reload()  # a refresh in the middle of the run
    steps.on_page(page, "Train")
    expect(page.locator(".st-key-page-next button").first).to_be_visible(timeout=steps.TRAINED)
    page.go_back()
    steps.on_page(page, "Target and inputs")
    assert "project=" in page.url
    page.go_forward()
    steps.on_page(page, "Train")

    second = page.context.new_page()  # a second tab, from the address alone
    second.goto(address)
    steps.on_page(second, "Train")
    second.close()

    server.kill()  # kill -9: the worker goes on, the next server finds everything
    server.start()
    page.goto(address.replace("/train", "/results"))
    steps.on_page(page, "Results")
    expect(page.get_by_role("tab", name="How good")).to_be_visible(timeout=60_000)
    settle(page)


def without_us(folder):
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")} | {
        "PYTHONPATH": str(folder)
    }


class running_service:  # lower case: it reads as a phrase, with running_service(folder) as url
    """The exported service, started as its README says, on a free port."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()

    def __enter__(self):
        command = [sys.executable, "app.py"]
        variables = without_us(self.folder) | {"PORT": str(self.port)}
        self.process = subprocess.Popen(command, cwd=self.folder, env=variables, stdin=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{self.port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/health", timeout=1).read()
                return url
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.1)
        raise AssertionError("the service did not answer within 30 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def ask(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.loads(urllib.request.urlopen(request, timeout=60).read())
