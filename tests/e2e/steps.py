"""What a person does on the screens, in words the journeys share."""

from playwright.sync_api import expect

TRAINED = 180_000  # ms, the longest a small run may take on a busy machine


def open_home(tab, server):
    tab.goto(server.url)
    expect(tab.get_by_role("heading", name="What would you like to predict?")).to_be_visible()


def on_page(tab, title):
    """Wait until the page with this title stands there."""
    expect(tab.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible(timeout=60_000)


def lead_on(tab, title):
    """Press the one primary button that leads to the next page."""
    tab.locator(".st-key-page-next button").first.click()
    on_page(tab, title)


def upload(tab, path):
    """Give a file to the first drop zone; the person lands on the Data page."""
    tab.locator("input[type=file]").first.set_input_files(path)
    on_page(tab, "Data")


def choose(tab, key, text):
    """Choose ``text`` in the select box with this widget key."""
    box = tab.locator(f".st-key-{key.replace('.', '-')}")
    box.locator("input").first.click()
    box.locator("input").first.fill(text)
    tab.get_by_role("option", name=text).first.click()


def quick_look(tab):
    """Choose the card of the quickest run, in place of the one that takes a minute."""
    tab.locator(".st-key-page-train-purpose-quick button").first.click()
    expect(tab.get_by_text("will be tried on the same rows")).to_be_visible()


def train(tab):
    """Press Train for a quick look and wait until the results can be opened."""
    quick_look(tab)
    tab.get_by_role("button", name="Train", exact=True).click()
    expect(tab.locator(".st-key-page-next button").first).to_be_visible(timeout=TRAINED)


def wait_until_finished(tab):
    """Wait, on whatever page, for the word that the run has ended."""
    expect(tab.get_by_text("has finished").first).to_be_visible(timeout=TRAINED)


def download(tab, click, folder):
    """Click, and return the path of the file that came."""
    with tab.expect_download(timeout=120_000) as coming:
        click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
