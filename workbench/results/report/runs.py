"""The project's other runs beside this one: what was asked differently, and whether it did more than chance would."""

from workbench.document.escaping import value
from workbench.document.parts import Section, table
from workbench.results.candidates.runs_beside import ASKED_THE_SAME, RunBeside
from workbench.results.report.page import Page
from workbench.results.report.wording import ended

MOST_SETTINGS = 8
ALONE = "This is the only run of the project that has scores, so there is nothing to compare it with."
HOW = (
    "Each is compared with its best estimator, on the main metric of this run. A difference counts as more than chance "
    "where its 95 % interval, in brackets, does not include 0."
)
SEVERAL = "Several things were changed at once, so which of them did it cannot be said."


def sections(page: Page) -> list[Section]:
    """Return the section on other runs."""
    beside, summary = page.summary.beside, page.summary
    if not beside:
        body = page.told(ALONE if not summary.n_other_runs else "Other runs were not compared.")
    else:
        more = summary.n_other_runs - len(beside)
        older = f"{more:,} older ones were not compared." if more > 1 else "One older run was not compared."
        body = "".join(_run(page, one) for one in beside) + page.told(HOW, older if more > 0 else "", kind="note")
    return [Section("runs", "Other runs of the project", body, f"{summary.n_other_runs:,}" if beside else "")]


def _run(page: Page, one: RunBeside) -> str:
    when = f", {one.made_at.day} {one.made_at:%B %Y}" if one.made_at is not None else ""
    here = page.summary.origin.run_number
    told = []
    if one.compared is not None:
        there, mine = one.scores
        told.append(f"{one.metric}: {there} there ({one.estimator}), {mine} here ({page.summary.label}).")
        told.append(one.compared.how)
    note = f'<p class="soft">{page.sentence(one.comment)}</p>' if one.comment else ""
    return (
        f'<div class="finding"><h3>{page.sentence(f"Run {one.number}{when}")}</h3>{note}'
        f"<p><b>{page.sentence(ended(one.sentence))}</b></p>{page.told(*told)}{_settings(page, one, here)}</div>"
    )


def _settings(page: Page, one: RunBeside, here: int) -> str:
    if not one.settings:
        return page.told(ASKED_THE_SAME, kind="soft")
    rows = [
        f'<td class="wide-name">{page.sentence(each.name)}</td><td class="told">{value(each.first, 160)}</td>'
        f'<td class="told">{value(each.second, 160)}</td>'
        for each in one.settings[:MOST_SETTINGS]
    ]
    more = len(one.settings) - MOST_SETTINGS
    notes = [SEVERAL if len(one.settings) > 1 else "", f"And {more:,} more differences." if more > 0 else ""]
    head = ["What was asked differently", f"Run {one.number}", f"Run {here}" if here else "This run"]
    return table(head, rows) + page.told(*notes, kind="note")
