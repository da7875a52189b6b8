"""Files come in through a real browser: stopped on the way, found again after a refresh and after a killed server."""

import itertools
import re

import steps
from playwright.sync_api import expect

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2_000_000}


def made_large(path, n_bytes):
    """Write a plain table of at least this size."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,amount,city,left\n")
        for block in itertools.count():
            rows = range(block * 10_000, (block + 1) * 10_000)
            file.writelines(f"{row},{row % 977 * 1.5},{'Ulm' if row % 3 else 'Bonn'},{row % 4 == 0}\n" for row in rows)
            if file.tell() > n_bytes:
                return


def uploads_left(server):
    return [path.name for path in (server.home / "uploads").iterdir()]


def test_an_upload_that_is_cancelled_leaves_nothing(page, server, tmp_path):
    source = tmp_path / "large.csv"
    made_large(source, 20_000_000)
    steps.open_home(page, server)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    page.locator("input[type=file]").first.set_input_files(source)
    expect(page.get_by_text(re.compile(r"of 2\d MB")).first).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Drop a file here").first).to_be_visible()
    expect(page.get_by_role("heading", name="What would you like to predict?")).to_be_visible()
    page.wait_for_timeout(1000)
    assert uploads_left(server) == []


def test_a_file_that_is_read_when_the_server_dies_can_be_read_by_the_next_one(page, server, tmp_path):
    source = tmp_path / "large.csv"
    made_large(source, 80_000_000)
    steps.open_home(page, server)
    steps.upload(page, source)
    expect(page.get_by_text("Reading large.csv")).to_be_visible()
    address = page.url
    page.reload()
    expect(page.get_by_text("Reading large.csv")).to_be_visible()
    server.kill()
    server.start()
    page.goto(address)
    expect(page.get_by_text("but not read")).to_be_visible()
    page.get_by_role("button", name="Read it").click()
    expect(page.locator(".st-key-page-next button").first).to_be_visible(timeout=120_000)
    assert uploads_left(server) == []


def test_a_file_of_another_kind_is_refused_before_it_is_sent(page, server, tmp_path):
    source = tmp_path / "table.csv"
    source.write_text("a,b\n1,2\n")
    steps.open_home(page, server)
    page.locator(".st-key-upload-saved input[type=file]").set_input_files(source)
    page.get_by_text("Open a saved project").click()
    expect(page.get_by_text("“table.csv” is not a .workbench file.")).to_be_visible()
