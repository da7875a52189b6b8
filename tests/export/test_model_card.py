"""The model card: the facts of the report as Markdown, whatever people call things."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.results.test_report import ORIGIN, SCENARIO, evaluation_of, read, summary_of, table_of
from workbench.export.model_card import model_card
from workbench.export.readme import escaped
from workbench.results.report import report_html
from workbench.results.report.front import answers, verdict_words
from workbench.results.summary import Origin, summarise
from workbench.results.summary_json import to_json
from workbench.specs import AmountDecisionSpec, DecisionSpec
from workbench.training.evaluation import Evaluation

HEADINGS = ["In short", "Model", "Intended use", "Data", "How it was checked", "Metrics", "Decision"]
HEADINGS += ["Where it is weaker", "Groups of people", "Over time", "What it relies on", "Compared with", "Other runs"]
HEADINGS += ["Warnings", "Limits", "Versions"]


def headings(card):
    return re.findall("^## (.*)$", card, re.M)


def test_the_card_has_the_facts_of_the_report():
    decision = DecisionSpec(label="yes", threshold=0.3, scenario="Calls", scenarios=(SCENARIO,))
    summary = summary_of("binary", decision=decision)
    card, told = model_card(summary), to_json(summary)
    assert headings(card) == HEADINGS
    per, mean = told["per_1000"], told["metrics"]["roc_auc"]
    for piece in (
        "# Model card: Flats",
        "**To be decided with it.** Whom to call",
        "**What a wrong answer costs.** A call costs 5 €",
        verdict_words(summary.verdict),
        f"| are yes | {_said(per['tp'])} | {_said(per['fn'])} |",
        f"| are not | {_said(per['fp'])} | {_said(per['tn'])} |",
        f"| **ROC AUC** (main) | higher | {mean['mean']:.3f} ± {mean['std']:.3f} |",
        "The answer is “yes” from a probability of 30 % on",
        f"| {told['segments'][0]['group']} | {told['segments'][0]['n_rows']} |",
        "| size | 0.20 ± 0.02 |",
        "- Rows share “shop”.",
        "On 40 rows that nothing had seen, it held.",
        "flats.csv, 200 rows",
        "| python | 3.11 |",
        f"`{summary.spec.fingerprint}`",
        "1 May 2026",
    ):
        assert piece in card, piece


def _said(count):
    return f"{count:,.0f}" if count >= 10 or not count else f"{count:.1f}"


def test_the_card_and_the_report_say_the_same():
    decision = DecisionSpec(label="yes", threshold=0.3, scenario="Calls", scenarios=(SCENARIO,))
    for summary in (summary_of("binary", decision=decision), summary_of("multiclass"), summary_of("regression")):
        card, page = model_card(summary), read(report_html(summary)).text
        for one in answers(summary):
            assert one.question in page and f"**{one.question} {escaped(one.short)}" in card
            for told in one.sentences:
                assert told in page and escaped(told) in card, told


def test_every_fact_is_filled_in():
    for summary in (summary_of("binary"), summary_of("multiclass", origin=Origin()), summary_of("regression")):
        card = model_card(summary)
        assert not re.search(r"to be filled|TODO|None|\bnan\b|\{|\}", card)
        assert not re.search(r"\n## .*\n\n(?=## )", card), "a heading with nothing below it"


def test_rows_that_are_locked_away_are_told():
    summary = summary_of("binary", origin=replace(ORIGIN, final_tests=()))
    locked = Evaluation(summary.spec.but(locked=0.2), summary.evaluation.fold_scores)
    for each in (replace(summary, evaluation=locked), summary_of("binary")):
        card, page = model_card(each), read(report_html(each)).text
        away = each.spec.locked > 0
        assert ("20 % of the rows are locked away for a test at the end, which has not been made yet" in card) is away
        assert ("20 % of the rows are locked away for a test at the end, which has not been made yet" in page) is away
        assert ("Locked away until the end" in card) is away
        assert ("**Final test.** On 40 rows that nothing had seen, it held." in card) is not away


def test_amounts_have_their_interval_in_place_of_a_decision():
    table, signal = table_of("regression")
    summary = summarise(
        evaluation_of("regression", table, signal), "decision_tree", table, shift=AmountDecisionSpec(shift=12.0)
    )
    card = model_card(summary)
    assert headings(card)[6] == "Interval and decision"
    assert f"{100 * summary.interval.coverage:.1f} % lay inside" in card and "in 9 of 10 cases" in card
    assert "12 € is added to what the model says, since each unit too low costs 1 and each unit too high 1." in card
    assert "Nobody wrote down what is to be decided with it." in card


@pytest.mark.parametrize("name", ["a|b", "<script>", "x\ny", "**bold** [link](http://a)", "`code`"])
def test_what_people_named_stays_text(name):
    table, signal = table_of("binary")
    table["y"] = np.where(table["y"] == "yes", name, "no")
    names = {"size": name, "y": f"y {name}", "classes": tuple(sorted([name, "no"])), "positive": name}
    evaluation = evaluation_of("binary", table, signal, names=names)
    origin = replace(ORIGIN, project=name, file=name, goal=name, warnings=(name,))
    card = model_card(summarise(evaluation, "decision_tree", table.rename(columns=names), origin=origin))
    assert headings(card) == HEADINGS
    for line in card.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4, 5, 8), line
    assert "http://" not in card and not re.search(r"(?<!\\)<script", card) and not re.search(r"(?<!\\)\*\*bold", card)


def test_a_card_without_an_origin():
    summary = summary_of("multiclass", origin=Origin(), importance=None)
    card = model_card(summary)
    assert card.startswith("# Model card: Prediction of y\n") and headings(card) == HEADINGS
    assert "The answer is the most probable class." in card and "has not been measured." in card
