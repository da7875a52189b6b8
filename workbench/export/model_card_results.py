"""What came of a model, for its card: measures, decision, weak groups, groups of people, columns, other runs.

The figures and the sentences are those of the report.
"""

import math
from collections.abc import Iterable, Iterator

from workbench.export.readme import escaped
from workbench.modeling import metrics
from workbench.results.candidates.board import leaderboard
from workbench.results.candidates.runs_beside import ASKED_THE_SAME
from workbench.results.failures.chance import ALPHA
from workbench.results.failures.fairness import Fairness
from workbench.results.failures.fairness_rates import DOES_NOT_TELL, rates_for
from workbench.results.report.front import NO_SHIFT, NO_THRESHOLD, NO_THRESHOLDS, NOT_LOOKED, shift_reason
from workbench.results.report.groups import NO_COLUMN, NO_TABLE
from workbench.results.report.in_time import NO_TIME
from workbench.results.report.runs import ALONE, SEVERAL
from workbench.results.report.uses import NOT_MEASURED
from workbench.results.report.wording import capital, ended
from workbench.results.report.worth import chosen_goal, per_1000, worth_sentence
from workbench.results.summary import Summary
from workbench.results.wording import decimals_for, number, percent, with_spread
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import how_often as cases

MOST_RELIED_ON, MOST_CANDIDATES, MOST_PAIRS, MOST_SETTINGS = 20, 20, 6, 8


def metrics_part(summary: Summary) -> list[str]:
    """Every measure beside guessing."""
    spec, baseline = summary.spec, summary.evaluation.baseline()
    rows = []
    for name in sorted(summary.measures, key=lambda one: one != spec.metric):
        kind = metrics.metric(name)
        unit = spec.target_column.unit if kind.in_target_units else ""
        guess = baseline.spread(name)[0] if baseline is not None else math.nan
        rows.append(
            (
                f"**{escaped(kind.label)}** (main)" if name == spec.metric else escaped(kind.label),
                "higher" if kind.greater_is_better else "lower",
                escaped(with_spread(*summary.spread(name), unit)),
                escaped(number(guess, unit=unit)) if math.isfinite(guess) else "–",
            )
        )
    how = "± is the standard deviation over folds." if spec.split.rounds > 1 else "Each was measured once."
    if not summary.answers_as_it_comes:
        how += " They are of the answers as they are given, by what is said under the next heading."
    return [*table_lines(("measure", "better is", "model", "guessing"), rows), "", how]


def decision_part(summary: Summary) -> list[str]:
    """What is decided with the answers: the threshold and what it does, or the interval and what is added."""
    if summary.spec.task == "regression":
        return list(_interval(summary))
    decided, chosen = summary.decisions, summary.decision
    if chosen is None:
        return [NO_THRESHOLDS] if decided is None else [NO_THRESHOLD, *_counts(summary)]
    why = f" It was chosen for “{escaped(chosen.scenario)}”." if chosen.scenario else " It was set by hand."
    return [f"{escaped(sentence_of(chosen.model_dump(), len(summary.spec.classes)))}{why}", *_counts(summary)]


def _counts(summary: Summary) -> Iterator[str]:
    """The four outcomes per 1,000 rows, and what they are worth."""
    if summary.decisions is None:
        return
    label, does = escaped(summary.decisions.label), summary.decisions.pooled.at(summary.threshold)
    found, alarms, missed, left = per_1000(summary)
    head = ("of 1,000 rows", f"decided {label}", "decided otherwise")
    yield ""
    yield from table_lines(head, [(f"are {label}", found, missed), ("are not", alarms, left)])
    yield ""
    yield f"Precision {_share(does.precision)}, recall {_share(does.recall)}; higher is better for both."
    goal = chosen_goal(summary)
    if goal is not None:
        yield ""
        yield escaped(worth_sentence(summary, goal))


def _interval(summary: Summary) -> Iterator[str]:
    found, shift, unit = summary.interval, summary.shift, summary.spec.target_column.unit
    if found is None:
        yield "There is no interval around predictions."
    else:
        held = "The rows are too few to see how often that holds."
        if math.isfinite(found.coverage):
            wide = escaped(number(found.width, unit=unit))
            held = (
                f"On rows that it was not calibrated on {100 * found.coverage:.1f} % lay inside; it was {wide} wide on "
                "average (narrower is better)."
            )
        yield (
            f"The actual value lies in the interval of an answer in {cases(found.level)}. {held} "
            f"{escaped(found.meaning())}"
        )
    yield ""
    yield NO_SHIFT if shift is None else escaped(shift_reason(summary))


def segments_part(summary: Summary) -> list[str]:
    """Groups of rows in which it is weaker, with intervals."""
    found = summary.segments
    if found is None:
        return [NOT_LOOKED]
    if not found.segments:
        return [f"{escaped(found.finding())}."]
    rows = [
        (
            escaped(one.words),
            f"{one.n_rows:,}",
            escaped(f"{found.say(one.error)} ({found.say(one.low)} to {found.say(one.high)})"),
            escaped(found.say(one.rest)),
        )
        for one in found.segments
    ]
    head = ("group", "rows", f"{escaped(found.kind.label)} (95 %)", "elsewhere")
    return [*table_lines(head, rows), "", escaped(found.kind.sentence)]


def importance_part(summary: Summary) -> list[str]:
    """What it loses when a column is shuffled."""
    found = summary.importance
    if found is None:
        return [NOT_MEASURED]
    rows = [
        (escaped(row.column), f"{_rounded(row.mean, row.std)} ± {_rounded(row.std, row.std)}")
        for row in found.rows.head(MOST_RELIED_ON).itertuples()
    ]
    how = (
        f"Permutation importance: what {escaped(found.label)} loses when a column is shuffled, on {found.n_rows:,} "
        "rows that the model had not seen; ± is the standard deviation over folds and shuffles."
    )
    return [*table_lines(("column", f"{escaped(found.label)} lost"), rows), "", how]


def candidates_part(summary: Summary) -> list[str]:
    """All estimators of the run."""
    spec = summary.spec
    kind = metrics.metric(spec.metric)
    unit = spec.target_column.unit if kind.in_target_units else ""
    board = leaderboard(summary.evaluation)
    rows = [
        (escaped(row.label), escaped(with_spread(row.mean, row.std, unit)), "yes" if row.tied else "")
        for row in board[board["mean"].notna()].head(MOST_CANDIDATES).itertuples()
    ]
    return table_lines(("estimator", f"{escaped(kind.label)}, as it comes", "level with the best"), rows)


def groups_part(summary: Summary) -> list[str]:
    """Rates of groups of people, column by column."""
    if not summary.fairness:
        return [NO_TABLE if summary.segments is None else NO_COLUMN]
    lines = []
    for one in summary.fairness:
        lines += [f"### {escaped(one.column)}", "", *_rates(summary, one), ""]
    return [*lines, "▲ differs from all other rows by more than chance explains. " + DOES_NOT_TELL]


def _rates(summary: Summary, one: Fairness) -> Iterator[str]:
    rates = rates_for(summary.spec.task)
    frames = {rate.name: one.of(rate.name) for rate in rates}

    def cell(rate, row):
        if not math.isfinite(row["value"]):
            return "–"
        ends = f" ({one.say(rate, row['low'])} to {one.say(rate, row['high'])})" if math.isfinite(row["low"]) else ""
        mark = " ▲" if row["p_value"] <= ALPHA else ""
        return escaped(f"{one.say(rate, row['value'])}{ends}") + mark

    rows = [
        (
            escaped(group),
            f"{int((one.places == place).sum()):,}",
            *(cell(rate, frames[rate.name].iloc[place]) for rate in rates),
        )
        for place, group in enumerate(one.groups)
    ]
    yield from table_lines(("group", "rows", *(f"{rate.label} (95 %)" for rate in rates)), rows)
    yield ""
    gaps = [rate for rate in rates if rate.judged and not one.gaps(rate).empty]
    yield " ".join(escaped(ended(one.finding(rate))) for rate in gaps) or "No gap is more than chance explains."


def time_part(summary: Summary) -> list[str]:
    """Whether errors change over time."""
    return [NO_TIME if summary.in_time is None else escaped(ended(summary.in_time.finding()))]


def pairs_part(summary: Summary) -> list[str]:
    """Columns that act together; empty where that was not looked for."""
    found = summary.pairs
    if found is None:
        return []
    rows = [
        (escaped(row.one), escaped(row.other), percent(row.share), percent(row.loss))
        for row in found.rows[found.rows["worth"]].head(MOST_PAIRS).itertuples()
    ]
    head = ("column", "and", "neither has alone", "squared error grows without it by")
    return ["", f"{escaped(ended(found.finding()))}", *(["", *table_lines(head, rows)] if rows else [])]


def runs_part(summary: Summary) -> list[str]:
    """The project's other runs beside this one."""
    if not summary.beside:
        return [ALONE]
    lines = []
    for one in summary.beside:
        there, here = one.scores
        scores = f" {capital(one.metric)}: {there} there ({one.estimator}), {here} here." if one.compared else ""
        lines += ["", f"**Run {one.number}.** {escaped(ended(one.sentence) + scores)}"]
        lines += ["", escaped(one.comment)] if one.comment else []
        told = [f"- {escaped(each.name)}: {escaped(each.first)} → {escaped(each.second)}" for each in one.settings]
        lines += ["", *(told[:MOST_SETTINGS] or [ASKED_THE_SAME])]
        lines += ["", SEVERAL] if len(told) > 1 else []
    return lines[1:]


def _rounded(value: float, spread: float) -> str:
    return number(value, decimals_for(spread) if spread > 0 else 3)


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "not defined"


def facts_lines(facts: Iterable[tuple[str, str]]) -> list[str]:
    """Return facts as a table without a heading."""
    return ["| | |", "|---|---|", *(f"| {label} | {told} |" for label, told in facts)]


def table_lines(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a table in Markdown; its cells are escaped already."""
    cells = list(head)
    return [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
