"""The report of a result as a whole: what heads it, and its sections in the order they are read."""

from workbench.document.escaping import name
from workbench.document.page import facts_list, html_page, made_sentence
from workbench.document.parts import paragraph
from workbench.results.report import (
    answer,
    cautions,
    checked,
    compared,
    decision,
    failures,
    groups,
    origin,
    quality,
    runs,
    tried,
    uses,
)
from workbench.results.report.front import answers
from workbench.results.report.page import Page
from workbench.results.report.style import STYLE
from workbench.results.summary import Summary

# What decides comes first, how it came about behind it.
SECTIONS = (answer, decision, quality, failures, groups, uses, cautions, checked, compared, runs, tried, origin)


def report_html(summary: Summary, title: str = "", *, contents: bool = True) -> str:
    """Return the result of an estimator as one self-contained page.

    Parameters
    ----------
    summary : Summary
    title : str, optional
        Heads the page, and is escaped like everything else; by default the project's name.
    contents : bool, default=True
        With a list of its sections and links to them; without, it may stand inside another page.

    Returns
    -------
    str
        HTML that loads nothing, runs nothing, and is in UTF-8 whatever the data hold.
    """
    page = Page(summary)
    sections = [section for module in SECTIONS for section in module.sections(page)]
    heading = title or summary.origin.project or f"Prediction of {summary.spec.target}"
    return html_page(heading, _masthead(page), sections, STYLE, contents=contents)


def _masthead(page: Page) -> str:
    summary = page.summary
    run = f"Run {summary.origin.run_number}. " if summary.origin.run_number else ""
    return (
        f'<p class="headline">{page.sentence(summary.headline.sentence)}</p>'
        f"{_answers(page)}{facts_list(list(_facts(page)))}"
        f"{paragraph(f'{run}{made_sentence()}', 'soft')}{page.told(summary.origin.comment, kind='soft')}"
    )


def _answers(page: Page) -> str:
    """The five questions, each with its answer in a few words and the sentences behind it."""
    rows = (
        f'<div class="{one.standing}"><dt>{page.sentence(one.question)}</dt>'
        f"<dd><b>{page.sentence(one.short)}</b>{page.told(*one.sentences)}</dd></div>"
        for one in answers(page.summary)
    )
    return f'<dl class="answers">{"".join(rows)}</dl>'


def _facts(page: Page):
    summary, spec = page.summary, page.spec
    yield "To be predicted", name(spec.target)
    yield "By the estimator", page.sentence(summary.label)
    yield "Rows tested", f"{len(summary.predictions):,}"
    if summary.origin.file:
        yield "File", name(summary.origin.file, 60)
