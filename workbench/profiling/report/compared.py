"""What has changed since another file."""

from workbench.profiling.report.page import Page, Section


def sections(page: Page) -> list[Section]:
    """Return the section of differences; none where nothing is compared."""
    return []
