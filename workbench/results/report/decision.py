"""The decision: from which probability on, and with what consequences; for amounts how far off, and the interval."""

import math

from workbench.document.escaping import name
from workbench.document.parts import Section, table
from workbench.results.deciding.amount_costs import Costs, amount_errors, cost_finding
from workbench.results.deciding.amount_measures import MEDIAN_BY_TIME, amount_measures
from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.curve import curve, earned_elsewhere, money_words, warning
from workbench.results.deciding.decisions import Decisions, per_class
from workbench.results.deciding.purposes import Goal
from workbench.results.report import drawings
from workbench.results.report.front import NO_THRESHOLD, NO_THRESHOLDS, shift_reason
from workbench.results.report.page import LONGEST_CLASS, Page
from workbench.results.report.wording import ended
from workbench.results.report.worth import chosen_goal, per_1000, worth_sentence
from workbench.results.wording import percent, with_spread
from workbench.runtime.decisions import percent_of, sentence_of
from workbench.runtime.intervals import how_often

BY_THRESHOLD = (
    "Solid: recall, the share of the class that is found. Dashed: precision, the share of those decided yes that is of "
    "it. Higher is better for both; a lower threshold finds more and is right less often."
)
SHARES = ("percent", "near")  # measures that are shares
BETTER = {"lower": "lower", "higher": "higher", "zero": "nearer to 0"}
UNCOUNTED = "The rows are too few to see how often that holds."
ROUNDING = 1e-9  # of the typical error: a bias below it is none
OVER_FOLDS = "Each is the mean over folds; ± is their standard deviation."


def sections(page: Page) -> list[Section]:
    """Return the section on what is decided with the answers."""
    if page.spec.task == "regression":
        return [Section("decision", "How far off it is", _amounts(page))]
    title = "The decision, and what it costs to be wrong"
    return [Section("decision", title, _of_one_class(page) if page.summary.decisions else _of_classes(page))]


def _of_one_class(page: Page) -> str:
    summary, decided = page.summary, page.summary.decisions
    chosen, threshold = summary.decision, summary.threshold
    if chosen is not None:
        how = [sentence_of(chosen.model_dump(), decided.n_classes)]
        how += [f"This was chosen for “{chosen.scenario}”."] if chosen.scenario else []
    else:
        how = [NO_THRESHOLD]
    does = decided.pooled.at(threshold)
    figures = (
        ("Threshold", percent_of(threshold)),
        ("Decided yes", f"{percent(does.share)} of the rows"),
        ("Right, of those (precision, higher is better)", _share(does.precision)),
        ("Found, of all (recall, higher is better)", _share(does.recall)),
    )
    listed = "".join(f"<div><dt>{label}</dt><dd>{page.sentence(told)}</dd></div>" for label, told in figures)
    parts = [page.told(*how, kind="lead"), f'<dl class="figures">{listed}</dl>', _counts(page, decided)]
    parts.append(_gain(page, decided, threshold))
    parts.append(f'<div class="pictures">{_by_threshold(page, decided, threshold)}</div>')
    return "".join(parts) + (_each_class(page) if decided.n_classes > 2 else "")


def _counts(page: Page, decided: Decisions) -> str:
    """The four outcomes, in counts per 1,000 rows."""
    per = per_1000(page.summary)
    label = name(decided.label, LONGEST_CLASS)
    others = [one for one in page.spec.classes if one != decided.label]
    other = name(others[0], LONGEST_CLASS) if len(others) == 1 else "another"
    head = ["Of 1,000 rows", f"#decided {label}", f"#decided {other}"]
    rows = [
        f'<td>are {label}</td><td class="n"><b>{per[0]}</b> found</td><td class="n"><b>{per[2]}</b> missed</td>',
        f'<td>are {other}</td><td class="n"><b>{per[1]}</b> false alarms</td>'
        f'<td class="n"><b>{per[3]}</b> rightly left alone</td>',
    ]
    return table(head, rows, "counts") + page.told(
        f"From {len(decided.actual):,} rows that the model had not seen, counted at this threshold.", kind="note"
    )


def _gain(page: Page, decided: Decisions, threshold: float) -> str:
    """What the decision is worth by the scenario it was chosen for, beside doing without the model."""
    goal = chosen_goal(page.summary)
    if goal is None:
        return ""
    shown = curve(decided, goal, best_threshold(decided, goal, seed=page.spec.seed), (threshold,))
    told = [worth_sentence(page.summary, goal), earned_elsewhere(shown), warning(shown)]
    return f"<h3>What it is worth</h3>{page.told(*told)}{page.told(_worth(goal), kind='note')}"


def _worth(goal: Goal) -> str:
    one = goal.scenario
    if not goal.is_money:
        return f"There is room for {one.capacity:,} of {one.of:,} rows; the value is the share of all that is found."
    amounts = (
        ("found", one.found),
        ("a false alarm", one.false_alarm),
        ("missed", one.missed),
        ("rightly left alone", one.left_alone),
    )
    return f"What a row is worth: {', '.join(f'{words} {money_words(goal, amount)}' for words, amount in amounts)}."


def _by_threshold(page: Page, decided: Decisions, threshold: float) -> str:
    """Precision and recall over all thresholds."""
    stops = decided.pooled.stops((threshold,))
    outcomes = decided.pooled.outcomes[decided.pooled.position(stops)]
    x, y = drawings.percent_axis("Threshold (decided yes from this probability on)"), drawings.percent_axis("Share")
    recall, precision = (list(zip(stops, values, strict=True)) for values in (outcomes.recall, outcomes.precision))
    at = decided.pooled.at(threshold)
    points = [(threshold, value) for value in (at.recall, at.precision) if math.isfinite(value)]
    marks = [
        drawings.line(x, y, recall),
        drawings.line(x, y, precision, "c1"),
        drawings.upright(x, y, threshold),
        drawings.dots(x, y, points, "mark-dot", 4),
    ]
    said = (
        f"From {percent_of(threshold)} on, {_share(at.recall)} of all are found and {_share(at.precision)} of those "
        "decided yes are so."
    )
    return page.figure(said, drawings.plot(x, y, marks, said), BY_THRESHOLD)


def _of_classes(page: Page) -> str:
    return page.told(NO_THRESHOLDS, kind="lead") + _each_class(page)


def _each_class(page: Page) -> str:
    found = per_class(page.summary.evaluation, page.summary.key)
    head = ["Class", "#Rows of it", "#Answered", "#Right when answered", "#Found of all"]
    rows = [
        f'<td class="wide-name">{name(row["class"])}</td><td class="n">{row["count"]:,}</td>'
        f'<td class="n">{row["answered"]:,}</td><td class="n">{page.sentence(_share(row["precision"]))}</td>'
        f'<td class="n">{page.sentence(_share(row["recall"]))}</td>'
        for row in found.to_dict("records")
    ]
    note = "Right when answered is the precision, found of all the recall of the class; higher is better for both."
    return f"<h3>Every class</h3>{table(head, rows)}{page.told(note, kind='note')}"


def _amounts(page: Page) -> str:
    summary = page.summary
    errors = amount_errors(summary.evaluation, summary.key)
    head = ["How far off", "#The model", "#Always the mean", "#Always the median", "Better&nbsp;is"]
    measures = amount_measures(summary.evaluation, summary.key, summary.added)
    figures = measures.select_dtypes("number")
    tiny = figures.abs() < ROUNDING * figures.to_numpy()[0].max()
    measures[figures.columns] = figures.mask(tiny, 0.0)
    rows = [_measured_row(page, row) for row in measures.to_dict("records")]
    notes = [OVER_FOLDS if page.spec.split.rounds > 1 else "", MEDIAN_BY_TIME if page.spec.split.kind == "time" else ""]
    parts = [table(head, rows), page.told(*notes, kind="note"), _interval(page)]
    if summary.shift is not None:
        parts.append(_shift(page, errors))
    return "".join(parts)


def _measured_row(page: Page, row: dict) -> str:
    said = [_measured(page, row["name"], row[of]) for of in ("value", "always_mean", "always_median")]
    if math.isfinite(row["std"]):
        said[0] = _with_spread(page, row["name"], row["value"], row["std"])
    return (
        f'<td class="wide-name">{page.sentence(row["label"])}</td><td class="n"><b>{said[0]}</b></td>'
        f'<td class="n">{said[1]}</td><td class="n">{said[2]}</td><td>{BETTER[row["better"]]}</td>'
    )


def _measured(page: Page, measure: str, value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return page.sentence(percent(value)) if measure in SHARES else page.amount(value)


def _with_spread(page: Page, measure: str, value: float, std: float) -> str:
    if measure in SHARES:
        return page.sentence(with_spread(100 * value, 100 * std, "%"))
    return page.sentence(with_spread(value, std, page.spec.target_column.unit))


def _interval(page: Page) -> str:
    found = page.summary.interval
    if found is None:
        return page.listed(page.summary.problems)
    often = f"Each answer comes with an interval that the actual value lies in, in {how_often(found.level)}."
    if not math.isfinite(found.coverage):
        return f"<h3>The interval around each prediction</h3>{page.told(often, UNCOUNTED)}"
    bands = found.by_value()
    unit = f" ({found.unit})" if found.unit else ""
    x = drawings.number_axis(f"Predicted {found.target}{unit}", [*bands["from"], *bands["to"]])
    y = drawings.number_axis("Share inside the interval", [*bands["low"], 1.0], lambda share: f"{100 * share:.0f} %")
    middle = (bands["from"] + bands["to"]) / 2
    marks = [
        drawings.line(x, y, [(x.low, found.level), (x.high, found.level)], "ref"),
        drawings.whiskers(x, y, list(zip(middle, bands["low"], bands["high"], strict=True))),
        drawings.dots(x, y, list(zip(middle, bands["coverage"], strict=True)), "mark-dot", 4),
    ]
    note = (
        "Dots: the share of rows whose actual value lies inside, in bands of predicted value that hold about equally "
        f"many rows, with its 95 % interval. Dashed: what is asked for, {percent(found.level)}. {found.meaning()}"
    )
    said = ended(found.finding())
    return (
        f"<h3>The interval around each prediction</h3>{page.told(often)}"
        f'<div class="pictures">{page.figure(said, drawings.plot(x, y, marks, said), note)}</div>'
    )


def _shift(page: Page, errors) -> str:
    shift = page.summary.shift
    costs = Costs(shift.too_low, shift.too_high)
    return "<h3>What is added</h3>" + page.told(
        shift_reason(page.summary),
        ended(cost_finding(errors, costs, shift.shift, shift.unit)) + " Lower is better.",
        "The figures in the table above are of the answers with this.",
    )


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "not defined"
