"""“Will you know this when you predict?” in a real browser: asked in one click, also of many columns, and undone."""

import numpy as np
import pandas as pd
import steps
from driving import settle
from playwright.sync_api import expect

N, N_LABS = 200, 70


def calls(path):
    """Write a file with 70 laboratory values and the time a call took, which tells something."""
    random = np.random.default_rng(4)
    seconds = random.integers(10, 600, N)
    labs = {f"lab_{number:02}": random.normal(size=N).round(2) for number in range(N_LABS)}
    bought = np.where(seconds + random.normal(0, 200, N) > 300, "yes", "no")
    pd.DataFrame({**labs, "duration": seconds, "bought": bought}).to_csv(path, index=False)


def test_asked_in_one_click_of_one_column_or_of_many(page, server, tmp_path):
    source = tmp_path / "calls.csv"
    calls(source)
    steps.open_home(page, server)
    steps.upload(page, source)
    steps.lead_on(page, "Profile")
    steps.lead_on(page, "Target and inputs")
    steps.choose(page, "page.features.target", "bought")
    expect(page.get_by_text("1 is waiting for your answer")).to_be_visible()
    rows = page.locator(".st-key-page-features-inputs tbody tr")
    expect(rows).to_have_count(60)  # of 71
    first = rows.first
    expect(first).to_contain_text("duration")
    expect(first).to_contain_text("please answer")
    first.get_by_role("button", name="Only later").click()
    expect(page.get_by_text("70 of 71 columns are used; 1 is set aside")).to_be_visible()
    expect(first).to_contain_text("Known only later (you said so)")
    expect(first.get_by_role("checkbox")).not_to_be_checked()
    expect(first.get_by_role("button", name="Only later")).to_be_focused()

    # Quicker than the page can answer.
    for at in (1, 2, 3):
        rows.nth(at).get_by_role("checkbox").uncheck()
    expect(page.get_by_text("67 of 71 columns are used; 1 is set aside")).to_be_visible()

    # All columns that are found, at once.
    page.get_by_role("searchbox", name="Search columns").fill("lab_1")
    expect(rows).to_have_count(10)
    page.get_by_role("button", name="No", exact=True).first.click()
    expect(page.get_by_text("57 of 71 columns are used; 11 are set aside")).to_be_visible()
    expect(rows).to_have_count(10)
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("67 of 71 columns are used; 1 is set aside")).to_be_visible()
    page.get_by_role("searchbox", name="Search columns").fill("nothing like it")
    expect(page.get_by_text("No column fits what you look for.")).to_be_visible()
    page.get_by_role("searchbox", name="Search columns").fill("")
    page.get_by_label("Show").select_option(label="Left out (4)")
    expect(rows).to_have_count(4)

    page.reload()
    settle(page)
    expect(page.get_by_text("67 of 71 columns are used; 1 is set aside")).to_be_visible()
    page.get_by_label("Show").select_option(label="Not known in time (1)")
    rows.first.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 is waiting for your answer")).to_be_visible()
