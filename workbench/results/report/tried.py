"""What was tried and dropped, what failed, and what was not used: estimators and columns, each with its reason."""

from workbench.document.escaping import name
from workbench.document.parts import Section, table
from workbench.results.candidates.tried import plan_in_words, summary
from workbench.results.report.page import Page
from workbench.specs import CandidateSpec
from workbench.training.scoring import label_of, label_of_candidate

MOST_SHOWN = 40


def sections(page: Page) -> list[Section]:
    """Return the section on what was left behind."""
    evaluation, spec = page.summary.evaluation, page.spec
    body = [page.told(summary(evaluation)), page.listed(plan_in_words(spec), "plain bare")]
    gone = [(label_of(spec, key), why) for key, why in [*evaluation.failures.items(), *evaluation.dropped.items()]]
    not_tried = [(label_of_candidate(CandidateSpec(kind=kind)), why) for kind, why in page.summary.origin.left_out]
    for title, entries in (("Failed or left the race", gone), ("Estimators that were not tried", not_tried)):
        body.append(_listed(page, title, [(page.sentence(label), why) for label, why in entries], "Estimator"))
    columns = [(name(entry.column), entry.reason) for entry in spec.left_out]
    body.append(_listed(page, "Columns that it does not look at", columns, "Column"))
    return [Section("tried", "What was tried, and what was left out", "".join(body))]


def _listed(page: Page, title: str, entries: list[tuple[str, str]], head: str) -> str:
    if not entries:
        return ""
    rows = [
        f'<td class="wide-name">{label}</td><td class="told">{page.sentence(why)}</td>'
        for label, why in entries[:MOST_SHOWN]
    ]
    more = len(entries) - MOST_SHOWN
    return f"<h3>{title}</h3>{table([head, 'Why'], rows)}" + (
        page.told(f"And {more:,} more.", kind="note") if more > 0 else ""
    )
