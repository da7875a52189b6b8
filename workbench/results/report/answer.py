"""What the model is for, in the words of those who asked for it, and what stands in its way."""

from workbench.document.parts import Section
from workbench.results.report.front import no_goal
from workbench.results.report.page import Page


def sections(page: Page) -> list[Section]:
    """Return the section on what the model was made for; whether it is good enough stands on the first page."""
    summary, origin = page.summary, page.summary.origin
    body = []
    if origin.goal:
        body.append(f"<p><b>To be decided with it.</b> {page.sentence(origin.goal)}</p>")
    if origin.success.costs:
        body.append(f"<p><b>What a wrong answer costs.</b> {page.sentence(origin.success.costs)}</p>")
    if not origin.goal and summary.verdict is None:
        body.append(page.told(no_goal(summary), kind="soft"))
    body += [page.told(note) for note in summary.headline.notes]
    if summary.ceiling is not None and summary.ceiling.matters:
        body.append(f"<p><b>What stands in the way.</b> {page.sentence(summary.ceiling.sentence)}</p>")
    return [Section("answer", "What it is for", "".join(body))]
