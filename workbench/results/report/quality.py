"""How good it is: every measure beside guessing, fold by fold, and the pictures of it."""

import math

import numpy as np

from workbench.document.escaping import name
from workbench.document.parts import Section, table
from workbench.modeling import metrics
from workbench.results.quality.amounts import predicted_against_actual
from workbench.results.quality.classes import confusion
from workbench.results.report import class_pictures, drawings
from workbench.results.report.page import LONGEST_CLASS, Page
from workbench.results.report.wording import better_words, capital, ended
from workbench.results.wording import number, percent

MOST_DOTS = 600  # rows in a picture
MOST_CLASSES = 12  # in the table of counts
MOST_NAMED, SHORT_CLASS = 6, 14  # classes, and characters of one, that have room side by side

AS_GIVEN = (
    "Of the answers as they are given: by the threshold in use, or with what is added. The estimators are compared as "
    "they come."
)


def sections(page: Page) -> list[Section]:
    """Return the section on quality."""
    pictures = _of_amounts(page) if page.spec.task == "regression" else class_pictures.pictures(page)
    body = (
        _measures(page)
        + _counts(page)
        + f'<div class="pictures">{"".join([*pictures, _folds(page), _learning(page)])}</div>'
    )
    return [Section("quality", "How good it is", body)]


def _measures(page: Page) -> str:
    summary, baseline = page.summary, page.summary.evaluation.baseline()
    rows = []
    for measure in sorted(summary.measures, key=lambda one: one != page.spec.metric):
        kind = metrics.metric(measure)
        guess = baseline.spread(measure)[0] if baseline is not None else math.nan
        guessed = page.sentence(number(guess, unit=page.unit_of(measure))) if math.isfinite(guess) else "–"
        main = " <span class='soft'>main</span>" if measure == page.spec.metric else ""
        rows.append(
            f'<td class="wide-name">{page.sentence(kind.label[:1].upper() + kind.label[1:])}{main}</td>'
            f'<td class="n"><b>{page.score(measure, *summary.spread(measure))}</b></td><td class="n">{guessed}</td>'
            f"<td>{better_words(measure).removesuffix(' is better')}</td>"
            f'<td class="told soft">{page.sentence(kind.sentence)}</td>'
        )
    note = "" if summary.answers_as_it_comes else AS_GIVEN
    head = ["Measure", "#The model", "#Guessing", "Better&nbsp;is", "What it says"]
    return table(head, rows, "told-below") + page.told(note, kind="note")


def _counts(page: Page) -> str:
    """Rows by actual and by predicted class."""
    if page.spec.task == "regression" or len(page.spec.classes) > MOST_CLASSES:
        return ""
    found = confusion(page.summary.evaluation, page.summary.key)
    total = found.counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = found.counts / total
    # Long names, or many, have no room side by side: columns are then numbered as the rows are.
    many = len(found.labels) > MOST_NAMED or max(len(str(label)) for label in found.labels) > SHORT_CLASS
    shown = [name(label, 2 * LONGEST_CLASS if many else LONGEST_CLASS) for label in found.labels]
    head = ["Actual class", *(f"#answered {at if many else label}" for at, label in enumerate(shown, 1))]
    named = [f"{at}. {label}" if many else label for at, label in enumerate(shown, 1)]
    rows = [
        f'<td class="wide-name">{label}</td>'
        + "".join(_cell(page, found.counts[at, to], shares[at, to], right=at == to) for to in range(len(found.labels)))
        for at, label in enumerate(named)
    ]
    note = (
        "Rows counted by what they are and what was answered; in brackets the share of the rows of that class. Bold: "
        "right." + (" Answers are numbered as the classes are." if many else "")
    )
    return f"<h3>{page.sentence(ended(found.finding()))}</h3>{table(head, rows)}{page.told(note, kind='note')}"


def _cell(page: Page, count: int, share: float, *, right: bool) -> str:
    told = f"<b>{count:,}</b>" if right else f"{count:,}"
    of = page.sentence(percent(share)) if math.isfinite(share) else "–"
    return f'<td class="n">{told} <span class="soft">({of})</span></td>'


def _of_amounts(page: Page) -> list[str]:
    summary = page.summary
    found = predicted_against_actual(summary.answers, summary.key)
    rows = found.frame()
    unit = f" ({found.unit})" if found.unit else ""
    drawn = rows.sample(MOST_DOTS, random_state=page.spec.seed) if len(rows) > MOST_DOTS else rows
    both = [*drawn["actual"], *drawn["prediction"]]
    x, y = (drawings.number_axis(f"{what} {found.target}{unit}", both) for what in ("Actual", "Predicted"))
    marks = [
        drawings.dots(x, y, list(zip(drawn["actual"], drawn["prediction"], strict=True))),
        drawings.line(x, y, [(x.low, x.low), (x.high, x.high)], "ref"),
    ]
    some = f" {MOST_DOTS:,} of the {len(rows):,} rows, drawn at random." if len(rows) > MOST_DOTS else ""
    said = ended(found.finding())
    note = f"Each dot is a row. On the dashed line a prediction is exact; below it, it is too low.{some}"
    note = f"{note} {page.together}".strip()
    return [page.figure(said, drawings.plot(x, y, marks, said), note), _residuals(page, found, unit)]


def _residuals(page: Page, found, unit: str) -> str:
    bands = found.by_value()
    middle = list((bands["low"] + bands["high"]) / 2)
    x = drawings.number_axis(f"Predicted {found.target}{unit}", [*bands["low"], *bands["high"]])
    y = drawings.number_axis(f"Actual minus predicted{unit}", [*bands["q10"], *bands["q90"], 0.0])
    marks = [
        drawings.area(x, y, list(zip(middle, bands["q10"], bands["q90"], strict=True))),
        drawings.line(x, y, [(x.low, 0), (x.high, 0)], "ref"),
        drawings.line(x, y, list(zip(middle, bands["median"], strict=True))),
        drawings.dots(x, y, list(zip(middle, bands["median"], strict=True)), "mark-dot", 3),
    ]
    said = ended(found.bias_finding())
    note = (
        "By predicted value: the middle difference, and the range of the middle 80 % of the rows. Above 0 predictions "
        "are too low; the nearer to 0, the better."
    )
    return page.figure(said, drawings.plot(x, y, marks, said), note)


def _folds(page: Page) -> str:
    """The main metric on each fold, beside guessing on the same one."""
    values = page.summary.measures.get(page.spec.metric, ())
    known = [value for value in values if math.isfinite(value)]
    if len(known) < 2:
        return ""
    kind, unit = metrics.metric(page.spec.metric), page.unit_of(page.spec.metric)
    baseline = page.summary.evaluation.baseline()
    guesses = baseline.scores.get(kind.name, ()) if baseline is not None and baseline.key != page.summary.key else ()
    guesses = guesses if len(guesses) == len(values) else ()
    places = range(1, len(values) + 1)
    x = drawings.named_axis(_fold_words(page), [str(at) for at in places])
    y = drawings.number_axis(f"{capital(kind.label)} ({unit})" if unit else capital(kind.label), [*known, *guesses])
    marks = [
        drawings.line(x, y, list(zip(places, guesses, strict=False)), "ref"),
        drawings.dots(x, y, [(at, v) for at, v in zip(places, values, strict=True) if math.isfinite(v)], "mark-dot", 4),
    ]
    said = _folds_finding(page, kind, values, guesses)
    note = f"Each dot is the score on one fold, another part of the rows; {better_words(kind.name)}. " + (
        "Dashed: guessing on the same rows." if guesses else ""
    )
    return page.figure(said, drawings.plot(x, y, marks, said), note)


def _fold_words(page: Page) -> str:
    return "Fold, the earliest first" if page.spec.split.kind == "time" else "Fold"


def _folds_finding(page: Page, kind, values, guesses) -> str:
    """Say on how many folds it is better than guessing, and how far the score moves."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (number(value, unit=page.unit_of(kind.name)) for value in (min(known), max(known)))
    between = f"{kind.label} between {low} and {high}"
    if not guesses:
        return f"{capital(between)} over {len(known)} folds."
    sign = 1 if kind.greater_is_better else -1
    better = sum(sign * (value - guess) > 0 for value, guess in zip(values, guesses, strict=True))
    if better == len(values):
        return f"Better than guessing on every one of the {len(values)} folds: {between}."
    return f"Better than guessing on {better} of {len(values)} folds: {between}."


def _learning(page: Page) -> str:
    """Whether more rows would help, where that was measured."""
    found = page.summary.learning
    if found is None:
        return ""
    rows = found.frame()
    kind, unit = metrics.metric(found.metric), page.unit_of(found.metric)
    x = drawings.number_axis("Rows learned from", [0, *rows["rows"]])
    ends = [*(rows["mean"] - rows["std"]), *(rows["mean"] + rows["std"])]
    y = drawings.number_axis(f"{kind.label} ({unit})" if unit else kind.label, ends)
    spread = [(row.rows, row.mean - row.std, row.mean + row.std) for row in rows.itertuples()]
    marks = [
        drawings.whiskers(x, y, spread),
        drawings.line(x, y, list(zip(rows["rows"], rows["mean"], strict=True))),
        drawings.dots(x, y, list(zip(rows["rows"], rows["mean"], strict=True)), "mark-dot", 4),
    ]
    said = ended(found.finding())
    note = (
        "Learning curve: the same estimator learns from ever more of the rows and is scored on the same held-out rows; "
        f"{better_words(found.metric)}. Bars: one standard deviation over folds."
    )
    return page.figure(said, drawings.plot(x, y, marks, said), note)
