"""The model card: the facts of the report as Markdown, whatever people call things."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.results.test_report import ORIGIN, SCENARIO, evaluation_of, summary_of, table_of
from workbench.export.model_card import model_card
from workbench.results.summary import Origin, summarise
from workbench.results.summary_json import to_json
from workbench.specs import AmountDecisionSpec, DecisionSpec

HEADINGS = ["Model", "Intended use", "Data", "How it was checked", "Metrics", "Decision", "Where it is weaker"]
HEADINGS += ["What it relies on", "Compared with", "Warnings", "Limits", "Versions"]


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
        summary.verdict.sentence,
        f"| are yes | {per['tp']:.1f} | {per['fn']:.1f} |",
        f"| are not | {per['fp']:.1f} | {per['tn']:.1f} |",
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


def test_amounts_have_their_interval_in_place_of_a_decision():
    table, signal = table_of("regression")
    summary = summarise(
        evaluation_of("regression", table, signal), "decision_tree", table, shift=AmountDecisionSpec(shift=12.0)
    )
    card = model_card(summary)
    assert headings(card)[5] == "Interval"
    assert f"{100 * summary.interval.coverage:.1f} % lay inside" in card and "in 9 of 10 cases" in card
    assert "12 € is added to what the model says." in card
    assert "_to be filled in by the person responsible_" in card


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
            assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4, 5), line
    assert "http://" not in card and not re.search(r"(?<!\\)<script", card) and not re.search(r"(?<!\\)\*\*bold", card)


def test_a_card_without_an_origin():
    summary = summary_of("multiclass", origin=Origin(), importance=None)
    card = model_card(summary)
    assert card.startswith("# Model card: Prediction of y\n") and headings(card) == HEADINGS
    assert "nobody has chosen a threshold" in card and "It has not been measured." in card
