"""The report says one figure in one way: where two of them differ by what they are of, the sentence says so."""

import re
from dataclasses import replace

import pytest

from tests.results.test_results import made
from workbench.results.origin import Origin
from workbench.results.report import compared
from workbench.results.report.document import report_html
from workbench.results.report.front import SAY_BOTH, SAY_IT, answers
from workbench.results.report.page import TOGETHER, Page
from workbench.results.summary import summarise
from workbench.results.wording import number, with_spread
from workbench.specs import AmountDecisionSpec

SHIFT = AmountDecisionSpec(shift=9.0, too_low=3.0, too_high=1.0, unit="€")


def amounts(shift=None, **more):
    evaluation = made("regression")
    return summarise(evaluation, evaluation.best(), None, shift=shift, **more)


def test_a_figure_with_what_is_added_stands_beside_the_one_without():
    found = amounts(SHIFT)
    kind = found.spec.metric
    given, comes = (
        with_spread(*one, "€") for one in (found.spread(kind), found.evaluation.candidate(found.key).spread(kind))
    )
    assert given != comes
    (told,) = [one.sentences for one in answers(found) if one.question.startswith("How much better")]
    assert f"{given} over" in told[1] and f"with what is added, {comes} as the model comes" in told[1]
    plain = [one.sentences for one in answers(amounts()) if one.question.startswith("How much better")]
    assert "as the model comes" not in " ".join(plain[0])
    (section,) = compared.sections(Page(found))
    assert "without what is added to amounts" in section.body


def test_guessing_is_none_of_the_estimators_that_are_counted():
    found = amounts()
    (section,) = compared.sections(Page(found))
    assert found.evaluation.baseline() is not None
    scored = [one.key for one in found.evaluation.candidates() if one.folds]
    assert found.evaluation.baseline().key in scored and int(section.count) == len(scored) - 1


@pytest.mark.parametrize("task", ["regression", "binary"])
def test_figures_of_all_rows_together_are_told_from_means_over_folds(task):
    evaluation = made(task)
    found = summarise(evaluation, evaluation.best(), None)
    text = re.sub(r"<[^>]+>", "", report_html(found))
    assert (found.spec.split.rounds > 1) == (TOGETHER in text)
    if task == "binary":
        from workbench.results.quality.classes import precision_recall_curve

        curve = precision_recall_curve(found.evaluation, found.key)
        assert f"average precision {number(curve.curves[0].area, 3)};" in curve.finding()


def test_what_was_written_down_is_not_asked_for():
    silent, priced = amounts(), amounts()
    success = silent.origin.success.but(costs="too low costs 3 times as much")
    priced = replace(priced, origin=Origin(success=success))
    assert SAY_BOTH in answers(silent)[0].sentences[0] and SAY_IT not in answers(silent)[0].sentences[0]
    assert answers(priced)[0].sentences[0].endswith(SAY_IT)
    assert answers(amounts(SHIFT))[0].sentences[0].endswith(SAY_IT)
