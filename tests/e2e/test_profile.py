"""The Profile page of a large table: what its timer and its grid do, which only a browser shows."""

import contextlib

import numpy as np
import pandas as pd
from driving import settle
from playwright.sync_api import expect

from workbench.store import Store

N_ROWS, N_COLUMNS = 25_000, 90  # more cells than are looked through within a moment
ROW_HEIGHT, HEAD_HEIGHT = 35, 38  # pixels of the grid


def large_table(home):
    """Return the id of a project with a table of numbers and one of words."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({f"measure {at}": draw.integers(0, 500, N_ROWS) / 10 for at in range(N_COLUMNS)})
    frame["answer"] = np.where(frame["measure 7"] + draw.normal(0, 10, N_ROWS) > 25, "yes", "no")
    with contextlib.closing(Store.open(home)) as store:
        project = store.create_project("Measures")
        store.add_frame(project.id, frame, "measures", origin="file")
        project = store.project(project.id)
        store.save_draft(project.id, project.draft.but(target="answer"))
    return project.id


def test_the_overview_comes_first_and_the_rest_by_itself(page, server):
    project_id = large_table(server.home)
    page.goto(f"{server.url}/profile?project={project_id}")
    expect(page.get_by_text("25,000 rows and 91 columns, no cell is blank.")).to_be_visible()
    expect(page.get_by_text("A first look at the columns meanwhile")).to_be_visible()
    expect(page.get_by_role("button", name="Save report")).to_be_disabled()
    expect(page.get_by_role("button", name="Save report")).to_be_enabled(timeout=60_000)
    expect(page.get_by_text("A first look at the columns meanwhile")).to_have_count(0)
    expect(page.get_by_text("Alerted: you decide")).to_be_visible()

    page.locator(".st-key-page-profile-view").get_by_text("Columns · 91").click()
    settle(page)
    grid = page.locator('[data-testid="stDataFrame"]').first
    grid.click(position={"x": 16, "y": HEAD_HEIGHT + 2 * ROW_HEIGHT + ROW_HEIGHT // 2})
    chosen = page.locator(".st-key-page-profile-column input")
    expect(chosen).to_have_value("measure 2")
    page.locator(".st-key-page-profile-column-1 button").click()
    expect(chosen).to_have_value("measure 3")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save report").click()
    assert "25,000 rows" in saved.value.path().read_text(encoding="utf-8")
