"""Fairness: whether the groups of a column are treated alike, with the definition of each rate."""

import math

import pandas as pd
import streamlit as st

from workbench import charts
from workbench.results.failures.chance import ALPHA
from workbench.results.failures.fairness import fairness
from workbench.results.failures.fairness_rates import CANNOT_ALL_BE_EQUAL, DOES_NOT_TELL, rates_for
from workbench.results.failures.people import ABOUT_PEOPLE
from workbench.results.failures.slices import FEW_ROWS
from workbench.results.wording import minus, percent
from workbench.runtime.decisions import sentence_of
from workbench.ui import pictures
from workbench.ui.components import plain
from workbench.ui.phrases import short
from workbench.ui.results import failures_rows, failures_slices, failures_work

PLACE = "page.results.fairness"
# So that all columns have room in a window of 1280 pixels.
PIXELS = {"Rows": 60, "All other rows": 95, "Difference": 195, "Difference (points)": 195, "Ratio": 135}
WIDTHS = {name: st.column_config.Column(width=pixels) for name, pixels in PIXELS.items()}


def show(shown):
    """Show the rates of the groups of a column, and which gaps are more than chance."""
    st.markdown(
        "Are the groups of a column treated alike? Choose a column, and the rate that matters for your decision."
    )
    spec = shown.run.spec
    names = list(failures_slices.columns_of(shown))
    usual = next((at for at, name in enumerate(names) if ABOUT_PEOPLE.search(name)), 0)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        column = failures_slices.choose_column(shown, PLACE, usual)
    label = spec.positive
    if spec.task == "multiclass":
        with right:
            label = st.selectbox("Class", list(spec.classes), key=f"{PLACE}.label", format_func=lambda one: short(one))
    found = failures_work.result(
        failures_work.about(shown, "fairness", column.name, label),
        lambda: fairness(shown.evaluation, shown.key, shown.table(), column, label),
        f"Counting the groups of “{plain(short(column.name))}”",
    )
    if found is None:
        return

    @st.fragment
    def rates():
        _show_found(shown, found, "-".join(failures_work.about(shown, column.name, label)))

    rates()


def _show_found(shown, found, identity):
    spec = shown.run.spec
    kinds = {rate.name: rate for rate in rates_for(spec.task)}
    name = st.segmented_control(
        "Rate" if found.label is not None else "Error",
        list(kinds),
        default=next(iter(kinds)),
        required=True,
        format_func=lambda name: kinds[name].label[:1].upper() + kinds[name].label[1:],
        key=f"{PLACE}.rate",
    )
    rate = kinds[name]
    chart_key, group_key = f"{PLACE}.chart.{identity}.{name}", f"{PLACE}.group.{identity}"
    groups = list(found.groups)
    pictures.show(
        charts.fairness_rates(found, rate),
        numbers_of(found, rate),
        key=chart_key,
        alt=f"{rate.label} per group of {found.column}. {found.finding(rate)}",
        definition=f"{plain(found.definition(rate))} Bar: 95 % interval. Groups with fewer than {FEW_ROWS} rows that "
        "count are grey and not judged.",
        name=f"fairness-{name}-{shown.run.number}",
        on_select=lambda: failures_rows.take_click(chart_key, group_key, groups),
    )
    st.dataframe(
        gaps_table(found, rate),
        hide_index=True,
        column_config=WIDTHS,
        key=f"{PLACE}.gaps",
        alt=f"Each group of {found.column} beside all other rows: {rate.label}, difference and ratio, with intervals",
    )
    st.caption(_compared(shown, found, rate))
    st.info(DOES_NOT_TELL + (f" {CANNOT_ALL_BE_EQUAL}" if rate.share else ""), icon=":material/info:")
    failures_rows.show_behind(shown, found, groups, key=group_key, place=PLACE)


def _compared(shown, found, rate):
    told = "Each group is compared with all other rows. "
    if rate.share:
        told += "Intervals are Wilson's, of differences Newcombe's, of ratios by Donner and Zou. "
    else:
        told += "Intervals of means are of rows drawn again; differences are judged by how uncertain they are "
        told += "(Welch's test). "
    told += (
        f"“Yes” stands where chance alone would show such a gap in at most {percent(ALPHA)} of the cases, over all "
        "groups and rates together."
    )
    if found.label is None:
        return told
    if shown.decision is None:
        return f"{told} Answers are as the model gives them."
    return f"{told} {plain(sentence_of(shown.decision.model_dump(), len(shown.run.spec.classes)))}"


def numbers_of(found, rate):
    """Return the figures of one rate under headers for a person; shares in percent."""
    rows = found.of(rate.name)
    scale, unit = (100, " (%)") if rate.share else (1, f" ({found.unit})" if found.unit else "")
    columns = {
        "Group": rows["group"],
        "Rows that count": rows["n_rows"],
        f"{rate.label[:1].upper()}{rate.label[1:]}{unit}": rows["value"] * scale,
        f"from{unit}": rows["low"] * scale,
        f"to{unit}": rows["high"] * scale,
        f"All other rows{unit}": rows["others"] * scale,
        "Difference": rows["difference"] * scale,
        "Difference from": rows["difference_low"] * scale,
        "Difference to": rows["difference_high"] * scale,
        "Ratio": rows["ratio"],
        "Ratio from": rows["ratio_low"],
        "Ratio to": rows["ratio_high"],
        "p-value, corrected": rows["p_value"],
    }
    return rows.assign(**columns)[list(columns)]


def gaps_table(found, rate):
    """Return the groups of a column beside all other rows, in words."""

    def say(value):
        return "–" if not math.isfinite(value) else found.say(rate, value)

    def points(value):
        if not math.isfinite(value):
            return "–"
        return minus(f"{100 * value:+.1f}") if rate.share else ("+" if value > 0 else "") + found.say(rate, value)

    def ratio(value):
        return "∞" if value == math.inf else "–" if not math.isfinite(value) else f"{value:.2f}"

    rows, label = [], rate.label[:1].upper() + rate.label[1:]
    apart = "Difference (points)" if rate.share else "Difference"
    for row in found.of(rate.name).itertuples():
        rows.append(
            {
                "Group": row.group,
                "Rows": row.n_rows,
                label: _with_ends(say, row.value, row.low, row.high),
                "All other rows": say(row.others),
                apart: _with_ends(points, row.difference, row.difference_low, row.difference_high),
                "Ratio": _with_ends(ratio, row.ratio, row.ratio_low, row.ratio_high),
                "Beyond chance": _judged(rate, row.p_value),
            }
        )
    frame = pd.DataFrame(rows)
    return frame if rate.share else frame.drop(columns="Ratio")


def _with_ends(say, value, low, high):
    return f"{say(value)} ({say(low)} to {say(high)})"


def _judged(rate, p_value):
    if not rate.judged:
        return "not judged"
    return "too few rows" if math.isnan(p_value) else "Yes" if p_value <= ALPHA else "No"
