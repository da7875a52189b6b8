"""The first page of the report: five answers, each equal to what was measured."""

from dataclasses import replace

import numpy as np
import pytest

from tests.results.test_report import ORIGIN, SCENARIO, evaluation_of, read, summary_of, table_of
from workbench.results.quality.goals import Verdict
from workbench.results.report import report_html
from workbench.results.report.front import NO_GOAL, NO_THRESHOLD, NO_USE, SAY_BOTH, answers, verdict_words
from workbench.results.summary import Origin, summarise
from workbench.results.wording import number
from workbench.specs import AmountDecisionSpec, DecisionSpec, SplitSpec, SuccessSpec
from workbench.training.evaluation import Evaluation

QUESTIONS = (
    "Is it good enough?",
    "How much better than guessing is it?",
    "What is to be set?",
    "What does it cost to be wrong?",
    "Where is it not to be trusted?",
)


def of(summary, question):
    found = answers(summary)
    assert tuple(one.question for one in found) == QUESTIONS
    return found[question]


def asked(task, metric, least):
    success = SuccessSpec(metric=metric, least=least)
    return summary_of(task, origin=replace(ORIGIN, success=success, final_tests=()))


@pytest.mark.parametrize(
    ("metric", "least", "short", "standing"),
    [
        ("roc_auc", 0.5, "Yes", "good"),
        ("roc_auc", 0.99, "No", "doubtful"),
        ("mae", 5.0, "Not known", ""),  # of amounts: not measured for classes
    ],
)
def test_whether_it_is_good_enough_is_the_verdict(metric, least, short, standing):
    summary = asked("binary", metric, least)
    one = of(summary, 0)
    assert (one.short, one.standing) == (short, standing)
    assert one.sentences == (verdict_words(summary.verdict),)


@pytest.mark.parametrize(
    ("standing", "short"), [("not surely", "On average, but not surely"), ("perhaps", "Not on average")]
)
def test_a_verdict_that_is_not_sure_is_a_warning(standing, short):
    summary = asked("binary", "roc_auc", 0.5)
    object.__setattr__(summary, "verdict", Verdict(standing, "It depends."))
    one = of(summary, 0)
    assert (one.short, one.standing, one.sentences) == (short, "doubtful", ("It depends.",))


def test_without_a_goal_it_says_that_nobody_wrote_one_down():
    one = of(summary_of("binary", origin=Origin()), 0)
    assert one.short == "Nobody has said what is enough" and one.sentences == (f"{NO_GOAL} {SAY_BOTH}",)


def test_what_is_no_better_than_guessing_is_not_good_enough_whatever_was_asked():
    table, signal = table_of("binary")
    table = table.assign(y=np.random.default_rng(5).permutation(table["y"].to_numpy()))
    evaluation = evaluation_of("binary", table, signal)
    origin = replace(ORIGIN, success=SuccessSpec(metric="roc_auc", least=0.1))
    summary = summarise(evaluation, "decision_tree", table, origin=origin)
    assert summary.verdict.standing == "reached" and not summary.headline.beats_baseline
    one, other = of(summary, 0), of(summary, 1)
    assert one.short == "No" and one.sentences[0] == NO_USE and one.standing == "doubtful"
    assert "Chance alone could explain that." in other.sentences[-1] and other.standing == "doubtful"


def test_the_score_stands_beside_guessing():
    summary = summary_of("binary")
    mean, std = summary.spread("roc_auc")
    one = of(summary, 1)
    assert one.short == f"ROC AUC {mean:.3f}, guessing 0.500"
    assert f"ROC AUC {mean:.3f} ± {std:.3f} over 4 folds; higher is better." in one.sentences[1]
    assert "That is more than chance explains." in one.sentences[1]


def test_the_baseline_itself_is_beside_nothing():
    table, signal = table_of("binary")
    summary = summarise(evaluation_of("binary", table, signal), "baseline", table)
    assert of(summary, 1).short == "Not known"


def test_a_threshold_and_what_it_does():
    decision = DecisionSpec(label="yes", threshold=0.3, scenario="Calls", scenarios=(SCENARIO,))
    summary = summary_of("binary", decision=decision)
    rows = summary.predictions
    yes, taken = rows["actual"] == "yes", rows["probability_yes"] >= 0.3
    per = [1000 * (side & other).mean() for side, other in ((taken, yes), (taken, ~yes), (~taken, yes))]
    said = [f"{count:,.0f}" if count >= 10 else f"{count:.1f}" for count in per]
    to_set, cost = of(summary, 2), of(summary, 3)
    assert to_set.short == "Answer “yes” from 30 % on"
    assert to_set.sentences[-1] == "It was chosen for “Calls”."
    assert cost.short == f"Of 1,000 rows {said[1]} false alarms, {said[2]} missed"
    assert f"{said[0]} are rightly decided “yes”, {said[1]} falsely, and {said[2]} that are “yes”" in cost.sentences[0]
    earned = 40 * per[0] - 5 * per[1] - 20 * per[2]
    assert f"this decision earns {number(earned, unit='€')} per 1,000 rows" in cost.sentences[1]
    assert cost.sentences[-1] == "As it was written down: A call costs 5 €."


def test_without_a_threshold_it_asks_for_one():
    summary = summary_of("binary", origin=Origin())
    assert of(summary, 2).sentences == (NO_THRESHOLD,) and of(summary, 2).standing == "doubtful"
    assert of(summary, 3).sentences[-1] == "Nobody wrote down what a mistake costs."


def test_of_several_classes_the_most_frequent_mistake_is_told():
    summary = summary_of("multiclass")
    rows = summary.predictions
    wrong = rows[rows["actual"] != rows["prediction"]]
    pairs = wrong.groupby(["actual", "prediction"]).size()
    actual, answered = pairs.idxmax()
    one = of(summary, 3)
    assert one.short == f"Wrong for {1000 * len(wrong) / len(rows):,.0f} of 1,000 rows"
    assert f"“{actual}” is answered with “{answered}” ({pairs.max()} rows)" in one.sentences[0]
    assert of(summary, 2).short == "Nothing has to be"


def test_amounts_are_off_with_what_is_added():
    shift = AmountDecisionSpec(shift=-12.0, too_high=3.0, unit="min")
    summary = summary_of("regression", shift=shift)
    rows = summary.predictions
    off = (rows["actual"] - rows["prediction"]).abs().groupby(rows["fold"]).mean().mean()
    assert of(summary, 3).short == f"Off by {number(off, unit='€')} on average"
    assert of(summary, 2).short == "12 € taken off each answer"
    assert "each unit too low costs 1 min and each unit too high 3 min" in of(summary, 2).sentences[0]
    assert f"the interval is {number(summary.interval.width, unit='€')} wide" in of(summary, 3).sentences[0]
    assert of(summary_of("regression"), 2).short == "Nothing has to be"


def test_where_it_is_not_to_be_trusted_begins_with_the_weakest_group():
    summary = summary_of("binary", decision=DecisionSpec(label="yes", threshold=0.3))
    worst, one = summary.segments.segments[0], of(summary, 4)
    assert one.short == f"Where {worst.words}" and one.standing == "doubtful"
    assert summary.segments.say(worst.error) in one.sentences[0] and "Lower is better." in one.sentences[0]
    assert "2 warnings are told below." in one.sentences
    assert of(summary_of("binary"), 4).short == "No weak group was found"
    without = summarise(summary.evaluation, "decision_tree", None)
    assert of(without, 4).short == "Not looked at"


def test_probabilities_that_are_off_are_told():
    summary = summary_of("binary")
    told = "cannot be taken at their word"
    assert any(told in one for one in of(summary, 4).sentences) is summary.calibration.more_than_chance
    shifted = [
        replace(
            score, probabilities=np.column_stack([1 - score.probabilities[:, 1] / 2, score.probabilities[:, 1] / 2])
        )
        for score in summary.evaluation.fold_scores
    ]
    off = replace(summary, evaluation=Evaluation(summary.spec, tuple(shifted)))
    said = [one for one in of(off, 4).sentences if told in one]
    assert off.calibration.more_than_chance
    points = f"{100 * off.calibration.error:.1f} percentage points"
    assert said == [f"Its probabilities {told}: they are off by {points} on average, more than chance explains."]


def test_a_final_test_is_part_of_the_answer():
    assert "On 40 rows that nothing had seen, it held." in of(summary_of("binary"), 0).sentences


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("split", [SplitSpec(folds=4), SplitSpec(folds=1, share=0.5)], ids=["folds", "once"])
def test_every_answer_stands_before_the_first_section(task, split):
    table, signal = table_of(task)
    summary = summarise(evaluation_of(task, table, signal, split=split), "decision_tree", table)
    page = read(report_html(summary)).text
    for one in answers(summary):
        assert page.index(one.question) < page.index("What it is for", page.index("Rows tested"))
        assert one.short in page and all(told in page for told in one.sentences)
