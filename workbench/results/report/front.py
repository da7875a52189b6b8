"""The answer on the first page: five questions of whoever decides, each with a few words and the sentences behind them.

The model card says the same in the same words.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workbench.modeling import metrics
from workbench.modeling.split_words import scored_over
from workbench.profiling.wording import counted
from workbench.results.deciding.amount_costs import Costs, amount_errors, cost_finding
from workbench.results.failures.fairness_rates import rates_for
from workbench.results.quality.classes import confusion
from workbench.results.quality.errors_in_time import ErrorsInTime
from workbench.results.quality.goals import Verdict
from workbench.results.report.cautions import split_limit, warnings_of
from workbench.results.report.wording import better_words, capital, ended
from workbench.results.report.worth import chosen_goal, per_1000, worth_sentence
from workbench.results.summary import Summary
from workbench.results.wording import number, shorten, with_spread
from workbench.runtime.decisions import percent_of, sentence_of
from workbench.runtime.intervals import how_often

STANDINGS = {
    "reached": "Yes",
    "not surely": "On average, but not surely",
    "perhaps": "Not on average",
    "missed": "No",
    "unknown": "Not known",
}
NO_GOAL = "Nobody wrote down the least that would be useful, so it can only be compared with guessing."
SAY_BOTH = "Say that, and what a wrong answer costs, before deciding."
SAY_IT = "Say that before deciding."
NO_USE = "It is not better than guessing by more than chance explains, so it is of no use, whatever its score."
MORE, NOT_MORE = "That is more than chance explains.", "Chance alone could explain that."
NO_THRESHOLD = (
    "Nobody has chosen a threshold: the answer is the most probable class. Where the two kinds of mistakes do not cost "
    "the same, another threshold is better."
)
NO_THRESHOLDS = (
    "The answer is the most probable class. Where one class matters more than the others, a threshold of its own can "
    "be chosen for it."
)
NO_SHIFT = (
    "Amounts are given as the model predicts them. Where too low and too high do not cost the same, an amount can be "
    "added to each."
)
NOT_PRICED = "Nobody wrote down what a mistake costs."
NOT_LOOKED = "Groups of rows were not looked at, since the table is not here any more."
FEWER = "No group of rows was found that is weaker than the others beyond chance."
AS_GIVEN = {True: "with what is added", False: "by the threshold in use"}
LONGEST_CLASS = 30  # characters of a class in a few words


@dataclass(frozen=True)
class Answer:
    """One question with its answer; plain text.

    Parameters
    ----------
    question : str
    short : str
        In a few words.
    sentences : tuple of str
    standing : {"", "good", "doubtful"}
        Whether the few words are good news, or a warning.
    """

    question: str
    short: str
    sentences: tuple[str, ...]
    standing: str = ""


def answers(summary: Summary) -> tuple[Answer, ...]:
    """Return the five answers, in the order of the questions."""
    return (
        _good_enough(summary),
        _better_than_guessing(summary),
        _amount_to_set(summary) if summary.spec.task == "regression" else _threshold_to_set(summary),
        _cost(summary),
        _where_not(summary),
    )


def _good_enough(summary: Summary) -> Answer:
    question, found = "Is it good enough?", summary.verdict
    said = [] if found is None else [verdict_words(found)]
    tested = [one for one in [last_test(summary)] if one]
    later = ["What is enough was written down after the run had begun."] if found and summary.origin.goal_later else []
    if not _beats(summary):
        return Answer(question, "No", (NO_USE, *said, *tested), "doubtful")
    if found is None:
        return Answer(question, "Nobody has said what is enough", (no_goal(summary), *tested))
    standing = "good" if found.standing == "reached" else "" if found.standing == "unknown" else "doubtful"
    return Answer(question, STANDINGS[found.standing], (*said, *later, *tested), standing)


def no_goal(summary: Summary) -> str:
    """Say that nobody wrote down what would be enough, and what is to be said yet."""
    priced = summary.origin.success.costs or summary.shift is not None or chosen_goal(summary) is not None
    return f"{NO_GOAL} {SAY_IT if priced else SAY_BOTH}"


def last_test(summary: Summary) -> str:
    """Say what became of rows that were locked away until the end; "" where there are none."""
    if summary.origin.final_tests:
        return ended(summary.origin.final_tests[-1]["sentence"])
    if not summary.spec.locked:
        return ""
    share = f"{100 * summary.spec.locked:g} %"
    return f"{share} of the rows are locked away for a test at the end, which has not been made yet."


def verdict_words(found: Verdict) -> str:
    """Return a verdict for a reader who need not be the one who asked.

    >>> verdict_words(Verdict("reached", "Good enough: F1 0.7 reaches the 0.6 you asked for, also at …"))
    'Good enough: F1 0.7 reaches the 0.6 that was asked for, also at …'
    """
    told = found.sentence.replace(" you asked for", " that was asked for")
    return told.replace("You asked for ", "What was asked for is ")


def _beats(summary: Summary) -> bool:
    baseline = summary.evaluation.baseline()
    known = baseline is not None and baseline.complete and baseline.key != summary.key
    return summary.headline.beats_baseline or not known


def _better_than_guessing(summary: Summary) -> Answer:
    question, kind = "How much better than guessing is it?", metrics.metric(summary.spec.metric)
    unit = summary.spec.target_column.unit if kind.in_target_units else ""
    mean, std = summary.spread(kind.name)
    baseline = summary.evaluation.baseline()
    figure = with_spread(mean, std, unit)
    scored = f"{capital(kind.label)} {figure} {scored_over(summary.spec.split)}"
    comes = with_spread(*summary.evaluation.candidate(summary.key).spread(kind.name), unit)
    if comes != figure and not summary.answers_as_it_comes:
        scored += f" {AS_GIVEN[summary.spec.task == 'regression']}, {comes} as the model comes"
    if baseline is None or not baseline.complete or baseline.key == summary.key or not math.isfinite(baseline.mean):
        return Answer(question, "Not known", (f"{scored}; {better_words(kind.name)}. Guessing was not scored.",))
    guess = number(baseline.spread(kind.name)[0], unit=unit)
    short = f"{capital(kind.label)} {number(mean, unit=unit)}, guessing {guess}"
    told = [kind.sentence, f"{scored}; {better_words(kind.name)}. {MORE if _beats(summary) else NOT_MORE}"]
    if summary.ceiling is not None and summary.ceiling.matters:
        told.append(f"There is a limit to it: {summary.ceiling.sentence}")
    return Answer(question, short, tuple(told), "good" if _beats(summary) else "doubtful")


def _threshold_to_set(summary: Summary) -> Answer:
    question, chosen = "What is to be set?", summary.decision
    if chosen is None:
        if summary.decisions is None:
            return Answer(question, "Nothing has to be", (NO_THRESHOLDS,))
        return Answer(question, "A threshold, before it is used", (NO_THRESHOLD,), "doubtful")
    told = [sentence_of(chosen.model_dump(), len(summary.spec.classes))]
    told += [f"It was chosen for “{chosen.scenario}”."] if chosen.scenario else ["It was set by hand."]
    short = f"Answer “{shorten(chosen.label, LONGEST_CLASS)}” from {percent_of(chosen.threshold)} on"
    return Answer(question, short, tuple(told), "good")


def _amount_to_set(summary: Summary) -> Answer:
    question, shift = "What is to be set?", summary.shift
    if shift is None:
        return Answer(question, "Nothing has to be", (NO_SHIFT,))
    unit = summary.spec.target_column.unit
    told = f"{number(abs(shift.shift), unit=unit)} {'added to' if shift.shift >= 0 else 'taken off'} each answer"
    return Answer(question, told, (shift_reason(summary),), "good")


def shift_reason(summary: Summary) -> str:
    """Say what is added to amounts, and why."""
    shift = summary.shift
    added = "is added to" if shift.shift >= 0 else "is taken off"
    unit = f" {shift.unit}" if shift.unit else ""
    return (
        f"{number(abs(shift.shift), unit=summary.spec.target_column.unit)} {added} what the model says, since each "
        f"unit too low costs {shift.too_low:g}{unit} and each unit too high {shift.too_high:g}{unit}."
    )


def _cost(summary: Summary) -> Answer:
    costs = summary.origin.success.costs
    priced = [f"As it was written down: {ended(costs)}"] if costs else []
    of = _off if summary.spec.task == "regression" else _wrong if summary.decisions is None else _mistakes
    short, told, money = of(summary)
    unpriced = [] if priced or money else [NOT_PRICED]
    return Answer("What does it cost to be wrong?", short, (*told, *priced, *unpriced))


def _mistakes(summary: Summary) -> tuple[str, list[str], bool]:
    found, alarms, missed, _ = per_1000(summary)
    label, goal = f"“{shorten(summary.decisions.label, LONGEST_CLASS)}”", chosen_goal(summary)
    told = [
        f"Of 1,000 rows {found} are rightly decided {label}, {alarms} falsely, and {missed} that are {label} are not "
        "found."
    ]
    told += [worth_sentence(summary, goal)] if goal is not None else []
    return f"Of 1,000 rows {alarms} false alarms, {missed} missed", told, goal is not None and goal.is_money


def _wrong(summary: Summary) -> tuple[str, list[str], bool]:
    found = confusion(summary.evaluation, summary.key)
    wrong = found.counts.copy()
    np.fill_diagonal(wrong, 0)
    share = 1000 * wrong.sum() / found.counts.sum()
    short = (
        f"Wrong for {share:,.0f} of 1,000 rows" if share >= 1 or not share else "Wrong for fewer than 1 of 1,000 rows"
    )
    if not wrong.any():
        return short, ["No tested row was answered wrongly."], False
    at, to = np.unravel_index(wrong.argmax(), wrong.shape)
    names = [f"“{shorten(found.labels[place], LONGEST_CLASS)}”" for place in (at, to)]
    told = f"The most frequent mistake: {names[0]} is answered with {names[1]} ({counted(int(wrong[at, to]), 'row')})."
    return short, [told], False


def _off(summary: Summary) -> tuple[str, list[str], bool]:
    unit, found, shift = summary.spec.target_column.unit, summary.interval, summary.shift
    off = f"Off by {number(summary.spread('mae')[0], unit=unit)} on average"
    told = []
    if found is not None and math.isfinite(found.coverage):
        wide = number(found.width, unit=unit)
        told.append(
            f"The actual value lies in the interval that comes with each answer in {how_often(found.level)}; the "
            f"interval is {wide} wide on average."
        )
    if shift is not None:
        costs = Costs(shift.too_low, shift.too_high)
        errors = amount_errors(summary.evaluation, summary.key)
        told.append(f"{ended(cost_finding(errors, costs, shift.shift, shift.unit))} Lower is better.")
    return off, told, shift is not None


def _where_not(summary: Summary) -> Answer:
    question, found = "Where is it not to be trusted?", summary.segments
    told = [
        *_weak_groups(summary),
        *_miscalibrated(summary),
        *unequal(summary),
        *_ageing(summary),
        split_limit(summary.spec),
    ]
    n_warnings = len(warnings_of(summary))
    if n_warnings:
        told.append(f"{counted(n_warnings, 'warning')} {'is' if n_warnings == 1 else 'are'} told below.")
    told = tuple(one for one in told if one)
    if found is None or not found.segments:
        return Answer(question, "Not looked at" if found is None else "No weak group was found", told)
    return Answer(question, f"Where {found.segments[0].words}", told, "doubtful")


def _weak_groups(summary: Summary) -> Iterator[str]:
    found = summary.segments
    if found is None:
        yield NOT_LOOKED
    elif not found.segments:
        yield FEWER
    else:
        yield group_sentence(found, found.segments[0])
        more = len(found.segments) - 1
        if more:
            yield f"{counted(more, 'more group')} {'is' if more == 1 else 'are'} told below."


def group_sentence(found, one) -> str:
    """Say how large errors are in a weak group, with the interval, and elsewhere."""
    return (
        f"{capital(found.kind.label)} {found.say(one.error)} (95 %: {found.say(one.low)} to {found.say(one.high)}); on "
        f"all other rows {found.say(one.rest)}. Lower is better."
    )


def _miscalibrated(summary: Summary) -> Iterator[str]:
    found = summary.calibration
    if found is not None and found.more_than_chance:
        yield (
            f"Its probabilities cannot be taken at their word: they are off by {100 * found.error:.1f} percentage "
            "points on average, more than chance explains."
        )


def unequal(summary: Summary) -> Iterator[str]:
    """Say which rates differ between groups by more than chance, a sentence for each column with its widest gap."""
    for one in summary.fairness:
        found = next((rate for rate in rates_for(summary.spec.task) if rate.judged and not one.gaps(rate).empty), None)
        if found is not None:
            yield ended(one.finding(found))


def _ageing(summary: Summary) -> Iterator[str]:
    found = summary.in_time
    if isinstance(found, ErrorsInTime) and found.finding().startswith("Errors grow"):
        yield ended(found.finding())
