"""Decide, for amounts: how far off predictions are, the interval around them, and what to add to them."""

import math

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.deciding.amount_costs import amount_errors
from workbench.results.deciding.amount_measures import MEASURES, MEDIAN_BY_TIME, amount_measures
from workbench.results.wording import decimals_for, number, percent, with_spread
from workbench.ui import components, model_choice, state
from workbench.ui.results import decide_interval, decide_shift

WHAT_FOR = (
    "The model gives each row an amount. How far off is that, between what does the actual value lie, and should it "
    "rather be too high than too low? All figures are of rows the model had not seen."
)
DUST = 1e-9
BETTER = {"lower": "lower", "higher": "higher", "zero": "nearer to 0"}


@st.cache_resource(max_entries=16, show_spinner="Measuring the errors …")
def _errors(run_id, n_done, key, added, _evaluation):
    return amount_errors(_evaluation, key), amount_measures(_evaluation, key, added)


def show(shown):
    """Show the tab."""
    st.markdown(WHAT_FOR)
    try:
        evaluation = state.evaluation_of(shown.run)  # as the model comes, whatever is added
        added = model_choice.answers_in_use(shown.run, evaluation, shown.key)[1]
        errors, measures = _errors(shown.run.id, shown.run.n_done, shown.key, added, evaluation)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    st.markdown("#### How far off it is")
    show_measures(errors, measures, added)
    if shown.run.spec.split.kind == "time":
        st.caption(MEDIAN_BY_TIME)
    st.markdown("#### Between what the actual value lies")
    decide_interval.show(shown)
    st.markdown("#### Rather too high, or rather too low?")
    decide_shift.show(shown, errors)


def show_measures(errors, measures, added=0.0):
    """Show each measure in its unit, with what is added in use, beside answering the same for every row."""
    heads = ["Of held-out rows", "This model", "Always the mean", "Always the median", "Better is"]
    lines = ["| " + " | ".join(heads) + " |", "|---|---:|---:|---:|---|"]
    kinds = {measure.name: measure for measure in MEASURES}
    for row in measures.itertuples():
        kind = kinds[row.name]
        constants = row.always_mean, row.always_median
        cells = [
            f"**{_written(kind, row.value, row.std, errors.unit)}**",
            *(_written(kind, _no_dust(one, row.value), math.nan, errors.unit) for one in constants),
        ]
        lines.append("| " + " | ".join([row.label, *cells, BETTER[row.better]]) + " |")
    st.markdown("\n".join(lines))
    if added:
        said = f"{number(abs(added), unit=errors.unit)} {'added' if added > 0 else 'taken off'}"
        st.caption(components.plain(f"With what is in use: {said}."))
    with st.expander("What these measures are"):
        st.markdown("\n".join(f"- **{measure.label}.** {measure.sentence}" for measure in MEASURES))
        if measures["std"].notna().any():
            st.markdown("Each is the mean over folds; ± is their standard deviation.")


def _no_dust(value, beside):
    """Return 0 for what is only not 0 since floats are rounded."""
    return 0.0 if abs(value) < DUST * max(abs(beside), 1.0) else value


def _written(kind, value, std, unit):
    if math.isnan(value):
        return "–"
    if kind.is_share:
        return percent(value) if math.isnan(std) else f"{percent(value).removesuffix(' %')} ± {100 * std:.2g} %"
    if math.isnan(std):
        return components.plain(number(value, unit=unit))
    if abs(value) < std:  # a mean of errors to both sides: its digits are those of its spread
        digits = decimals_for(std) + 1
        return components.plain(f"{number(value, digits)} ± {number(std, digits, unit)}")
    return components.plain(with_spread(value, std, unit))
