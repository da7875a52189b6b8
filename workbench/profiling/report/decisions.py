"""What to decide, what was done, and what passed."""

from collections.abc import Iterable

from workbench.document.parts import Section, paragraph
from workbench.profiling.checks import CHECKS
from workbench.profiling.findings import Finding
from workbench.profiling.report.page import Page
from workbench.profiling.wording import counted

ROW_NOTE = "Rows are counted from 1, the first row of data below the header."


def sections(page: Page) -> list[Section]:
    """Return the three sections of findings."""
    by_status: dict[str, list[Finding]] = {"alerted": [], "done": [], "passed": []}
    for finding in page.profile.findings:
        by_status[finding.status].append(finding)
    decide, done, passed = by_status.values()
    parts = [_findings(page, "decide", "What to decide", "Nothing is left for you to decide.", decide)]
    if done:
        parts.append(_findings(page, "done", "What was done for you", "", done))
    if passed:
        parts.append(_passed(page, passed))
    return parts


def _findings(page: Page, anchor: str, title: str, empty: str, findings: list[Finding]) -> Section:
    if not findings:
        return Section(anchor, title, paragraph(empty, "calm"))
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    body = "".join(_group(page, group) for group in groups.values())
    if any(finding.rows for finding in findings):
        body += paragraph(ROW_NOTE, "note")
    return Section(anchor, title, body, f"{len(findings):,}")


def _group(page: Page, findings: list[Finding]) -> str:
    """Return what one check found: why it matters once, and the advice once where it is the same for all."""
    code, status = findings[0].code, findings[0].status
    kind = _KINDS.get(code)
    mark = f'<span class="mark" aria-hidden="true">{_MARKS[status]}</span>'
    lines = [f"<h3>{mark}{page.sentence(kind.label if kind else code)}</h3>"]
    advices = {finding.advice for finding in findings}
    for finding in findings:
        lines.append(paragraph(page.sentence(finding.sentence), "saw"))
        if len(advices) > 1 and finding.advice:
            lines.append(_advice(page, finding))
        lines.append(_where(page, finding))
    if kind and kind.why:
        lines.append(paragraph(f"<b>Why it matters</b> {page.sentence(kind.why)}", "soft"))
    if len(advices) == 1 and findings[0].advice:
        lines.append(_advice(page, findings[0]))
    return f'<article class="finding {status}">{"".join(lines)}</article>'


def _advice(page: Page, finding: Finding) -> str:
    what = "What to do" if finding.status == "alerted" else "What was done"
    return paragraph(f"<b>{what}</b> {page.sentence(finding.advice)}", "soft")


def _where(page: Page, finding: Finding) -> str:
    where = []
    if finding.columns:
        where.append(f"<b>{'Column' if len(finding.columns) == 1 else 'Columns'}</b> {page.links(finding.columns)}")
    if finding.rows:
        word = "Row" if len(finding.rows) == 1 else "Rows, among others"
        where.append(f"<b>{word}</b> {row_numbers(finding.rows)}")
    return paragraph(" · ".join(where), "soft where") if where else ""


def row_numbers(rows: Iterable[int]) -> str:
    """Return labels of rows as the numbers that a person counts them by.

    >>> row_numbers([0, 41])
    '1, 42'
    """
    return ", ".join(str(row + 1) for row in rows)


def _passed(page: Page, findings: list[Finding]) -> Section:
    items = "".join(
        f"<li><b>{page.sentence(_KINDS[finding.code].label if finding.code in _KINDS else finding.code)}</b> "
        f"{page.sentence(finding.sentence)}</li>"
        for finding in findings
    )
    told = f"{counted(len(findings), 'check')} found nothing wrong"
    listed = f'<ul class="passed">{items}</ul>'
    # Browsers that cannot unfold on paper what is folded on screen print the list below it.
    body = f'<details><summary>{told}</summary>{listed}</details><div class="on-paper">{listed}</div>'
    return Section("passed", "What passed", body, f"{len(findings):,}")


_KINDS = {kind.code: kind for kind in CHECKS}
_MARKS = {"alerted": "?", "done": "✓", "passed": "✓"}
