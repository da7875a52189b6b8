"""How it was checked, in words; and what came of rows that were locked away until the end, or of a second file."""

from workbench.document.parts import Section
from workbench.modeling.split_words import counted_once, divided, how_often
from workbench.results.report.front import last_test
from workbench.results.report.page import Page

HELD_OUT = (
    "Every figure in this report comes from rows that the model had not seen when it answered: it learned from the "
    "other rows, answered for these, and only then were the answers compared with what is in the file."
)
SPREAD = (
    "A figure with ± is the mean over {n} such checks, the folds, and how much they differ (one standard deviation)."
)
ONCE = "It was checked once, so it is not known how much the figures would move with other rows."
MEANS = {
    "random": "The rows were divided by chance. That is right where each row stands for itself and new rows are like "
    "these.",
    "group": "Rows that share a “{column}” were always on the same side, so the figures are for a “{column}” that the "
    "model has never seen.",
    "time": "Each check was of rows that are later than those learned from, as it will be when the model is used.",
    "own": "The parts are those that “{column}” marks in the file.",
}


def sections(page: Page) -> list[Section]:
    """Return the section on how the figures came about, and the final tests."""
    split, origin = page.spec.split, page.summary.origin
    words = divided(split)
    body = [
        page.told(HELD_OUT),
        page.told(f"{words[0].upper()}{words[1:]}; checked {how_often(split)}.", origin.split_reason),
        page.told(MEANS[split.kind].format(column=split.column)),
        page.told(SPREAD.format(n=split.rounds) if split.rounds > 1 else ONCE),
    ]
    body.append(page.told(counted_once(split)))
    if origin.optimism:
        body.append(page.told(origin.optimism[:1].upper() + origin.optimism[1:]))
    if page.spec.locked and not origin.final_tests:
        body.append(page.told(last_test(page.summary)))
    for test in origin.final_tests:
        body.append(
            f'<div class="verdict"><p><b>Final test.</b> {page.sentence(test["sentence"])}</p>'
            f"{page.listed(test['caveats'])}</div>"
        )
    return [Section("checked", "How it was checked", "".join(body))]
