"""Whether each column is known when predicting."""

from workbench.document.parts import Section, paragraph, table
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted

SHOWN = 60
ANSWERS = {
    "yes": "in use, please confirm",
    "no": "no: left out until you say otherwise",
    "later": "only later: left out until you say otherwise",
}


def sections(page: Page) -> list[Section]:
    """Return the section on what is known in time; none where the question was not asked."""
    answers = page.profile.availability
    if not answers:
        return []
    doubtful = sorted((each for each in answers if each.doubtful), key=lambda each: each.known == "yes")
    sure = len(answers) - len(doubtful)
    body = paragraph(
        "A column that is written down only after the outcome makes scores splendid and the model useless. No data can "
        "prove when a value was written down; what they show are signs, and the answer is yours."
    )
    if doubtful:
        rows = [
            f'<td class="name">{page.link(each.column)}</td><td>{ANSWERS[each.known]}</td>'
            f"<td>{page.sentence(each.reason)}</td>"
            for each in doubtful[:SHOWN]
        ]
        body += table(["Column", "Known when predicting?", "Why the question"], rows, "known")
        if len(doubtful) > SHOWN:
            body += paragraph(f"and {len(doubtful) - SHOWN:,} more", "note")
    if sure:
        inputs = f"the other {counted(sure, 'input')}" if doubtful else f"any of the {counted(sure, 'input')}"
        body += paragraph(f"Nothing speaks against {inputs}.", "calm")
    return [Section("known", "Will it be known when you predict?", body, f"{len(doubtful):,}" if doubtful else "")]
