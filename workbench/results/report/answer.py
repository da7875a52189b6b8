"""What the model is for, whether it is good enough for that, and what stands in its way."""

from workbench.document.parts import Section
from workbench.results.report.page import Page

NO_GOAL = (
    "Nobody wrote down what would be good enough, so this report can only compare with guessing. Say what a wrong "
    "answer costs and what the least useful score is before deciding."
)


def sections(page: Page) -> list[Section]:
    """Return the section that answers the question the model was made for."""
    summary, origin = page.summary, page.summary.origin
    body = []
    if origin.goal:
        body.append(f"<p><b>To be decided with it.</b> {page.sentence(origin.goal)}</p>")
    if origin.success.costs:
        body.append(f"<p><b>What a wrong answer costs.</b> {page.sentence(origin.success.costs)}</p>")
    found = summary.verdict
    if found is not None:
        later = page.told("This was written down after the run had begun.", kind="soft") if origin.goal_later else ""
        kind = found.standing.replace(" ", "-")
        body.append(f'<div class="verdict {kind}"><p><b>Verdict.</b> {page.sentence(found.sentence)}</p>{later}</div>')
    else:
        body.append(page.told(NO_GOAL, kind="soft"))
    body += [page.told(note) for note in summary.headline.notes]
    if summary.ceiling is not None and summary.ceiling.matters:
        body.append(f"<p><b>What stands in the way.</b> {page.sentence(summary.ceiling.sentence)}</p>")
    return [Section("answer", "What it is for, and whether it is good enough", "".join(body))]
