"""What a threshold does: counts per 1,000 rows, shares and amounts, beside other ways to decide; and its chart."""

import html
import math

import streamlit as st

from workbench import charts
from workbench.results.deciding.curve import interval_in_words, money_words, said_value, worth_words
from workbench.results.deciding.in_use import rows_of_1000
from workbench.results.deciding.sweeps import THOUSAND
from workbench.results.wording import percent, shorten
from workbench.ui import components, pictures
from workbench.ui.results.decide_place import LONGEST_LABEL, plain_words

TABLE = "border-collapse:collapse;font-size:0.9rem;font-variant-numeric:tabular-nums"
CELL = "padding:0.35rem 0.75rem;border:1px solid rgba(128,136,144,0.35);font-weight:inherit"
LEFT, RIGHT = f"{CELL};text-align:left", f"{CELL};text-align:right"
TITLE_WIDTH = 58  # characters that three fifths of the page have room for
VALUE, MEASURES = "What it is worth", "Precision and recall"


def worth_of(offered, money):
    """Return the goal whose amounts are told: that of ``offered``, or beside a capacity the first of ``money``."""
    if offered.goal.name != "capacity":
        return offered.goal
    return money[0] if money else None


def show_cards(offered, threshold, spec, worth=None):
    """Show the four counts per 1,000 rows in words, and the shares; each beside the model as it comes.

    ``worth`` is the goal by which the sentence says what that is worth, if any.
    """
    decided = offered.decided
    now, plain = decided.pooled.at(threshold).scaled(), decided.as_it_comes.scaled()
    yes, no = _said_names(decided, spec)
    st.markdown("**Of 1,000 rows**, against how the model comes")
    cards = (
        ("Found", "found", f"decided {yes}, and it is so", "normal"),
        ("For nothing", "false_alarms", f"decided {yes}, but it is {no}", "inverse"),
        ("Missed", "missed", f"not decided {yes}, though it is so", "inverse"),
        ("Rightly left alone", "left_alone", f"not decided {yes}, and it is {no}", "normal"),
    )
    for column, (title, name, words, colour) in zip(st.columns(4), cards, strict=True):
        value, change = getattr(now, name), getattr(now, name) - getattr(plain, name)
        with column:
            st.metric(title, rows_of_1000(value), _change(change), delta_color=colour, border=True)
            st.caption(components.plain(words))
    st.markdown(plain_words(_sentence(offered, threshold, now, yes, spec.seed, worth)))


def _said_names(decided, spec):
    other = next((label for label in spec.classes if label != decided.label), "") if decided.n_classes == 2 else ""
    no = f"“{shorten(other, LONGEST_LABEL)}”" if decided.n_classes == 2 else "another class"
    return f"“{shorten(decided.label, LONGEST_LABEL)}”", no


def _sentence(offered, threshold, now, yes, seed, goal):
    """Say precision, recall and what it is worth, each with its direction."""
    precision, recall = now.precision, now.recall
    right = f"{percent(precision)} of those decided {yes} are so (precision)" if math.isfinite(precision) else ""
    found = f"{percent(recall)} of all {yes} are found (recall)" if math.isfinite(recall) else ""
    said = f"{percent(now.share)} of the rows are decided {yes}. "
    said += "; ".join(part for part in (right, found) if part) + ". Higher is better for both."
    if goal is None:
        return said
    value = goal.value(offered.decided.pooled.at(threshold))
    around = interval_in_words(offered.decided, goal, threshold, seed)
    told = f"It {worth_words(goal, value)}" if goal.is_money else f"{goal.label}: {said_value(goal, value)}"
    told = f"By “{goal.label}” it {worth_words(goal, value)}" if goal is not offered.goal else told
    return f"{said} {told}" + (f"; {around}." if around else ".")


def _change(change):
    if abs(change) < 0.05:
        return None
    return f"{change:+,.0f}" if abs(change) >= 10 else f"{change:+.1f}"


def show_chart(offered, threshold, number, place):
    """Show the chart of the goal, or of precision and recall, over all thresholds."""
    views = [MEASURES] if offered.goal.name == "capacity" else [VALUE, MEASURES]
    view = views[0]
    if len(views) > 1:
        view = st.segmented_control(
            "Chart",
            views,
            default=VALUE,
            required=True,
            key=place.key("chart"),
            label_visibility="collapsed",
        )
    draw = charts.decision_value if view == VALUE else charts.decision_measures
    pictures.show(
        pictures.narrowed(draw(offered, threshold), TITLE_WIDTH),
        offered.frame(),
        key="page.results.decide.picture",
        name=f"decide-{number}",
        alt=f"{view} by threshold: {offered.finding()}",
        definition=_definition(offered, view),
    )


def _definition(offered, view):
    how = (
        "where it lies in 90 % of the draws when the rows are drawn again"
        if offered.decided.tested_once
        else "where the best threshold of each fold alone lies"
    )
    costs = "Upwards: what all decisions together cost; lower is better."
    earns = "Upwards: what all decisions together are worth; higher is better."
    what = (
        (costs if offered.is_cost else earns)
        if view == VALUE
        else "Precision: of the rows decided yes, how many are so. Recall: of the rows that are so, how many are "
        "decided yes. Higher is better."
    )
    return f"{what} To the right: the threshold. Shaded: {how}. Orange: the threshold you chose."


def _cell(goal, value):
    return money_words(goal, THOUSAND * value) if goal.is_money else said_value(goal, value)


def show_comparison(offered, threshold, goal=None):
    """Show the chosen threshold beside the model as it comes, guessing, and deciding without looking; ``goal`` says
    what that is worth, if any."""
    decided = offered.decided
    now = decided.pooled.at(threshold)
    ways = (
        ("At this threshold", now),
        ("As the model comes" + (", the most probable class" if decided.n_classes > 2 else ""), decided.as_it_comes),
        ("As many, drawn by chance", now.guessed()),
        ("Nothing decided yes", decided.nothing),
        ("Everything decided yes", decided.everything),
    )
    worth = [] if goal is None else ["It earns or costs" if goal.is_money else goal.label]
    heads = ["Per 1,000 rows", "Found", "For nothing", "Missed", "Left alone", "Precision", "Recall", *worth]
    lines = []
    for words, outcomes in ways:
        counts = [rows_of_1000(count) for count in outcomes.scaled().counts]
        shares = [percent(one) if math.isfinite(one) else "–" for one in (outcomes.precision, outcomes.recall)]
        lines.append([words, *counts, *shares, *([_cell(goal, goal.value(outcomes))] if worth else [])])
    # Plain HTML: Markdown is parsed anew with every move of the slider, which takes the browser longer than all else.
    st.html(_table(heads, lines))
    st.caption(
        "Found, left alone, precision, recall and what is earned: higher is better. For nothing, missed and what it "
        "costs: lower."
    )


def _table(heads, lines):
    """Return a table in HTML, its first line in bold; the words of people are escaped."""

    def line(cells, tag, weight):
        first, *others = (html.escape(cell) for cell in cells)
        numbers = "".join(f'<{tag} style="{RIGHT}">{cell}</{tag}>' for cell in others)
        return f'<tr style="font-weight:{weight}"><th scope="row" style="{LEFT}">{first}</th>{numbers}</tr>'

    body = "".join(line(cells, "td", 400 if place else 600) for place, cells in enumerate(lines))
    return f'<table style="{TABLE}"><thead>{line(heads, "th", 600)}</thead><tbody>{body}</tbody></table>'
