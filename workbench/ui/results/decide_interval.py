"""The interval around predicted amounts: its level, how often it holds, and where."""

import math

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.results.deciding.intervals import LEVELS
from workbench.results.wording import amount, decimals_of, number, percent
from workbench.runtime.intervals import bounds, how_often, in_words
from workbench.ui import amount_rules, components, model_choice, phrases, pictures, state

BAND, COVERAGE = "Around predictions", "How often it holds"


def show(shown):
    """Show the choice of the level, what the interval says, and its pictures."""
    _choose_level(shown)
    try:
        interval = amount_rules.interval_in_use(shown.run, shown.key, shown.evaluation)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    st.markdown(components.plain(example(interval, model_choice.added_to(shown.run, shown.key))))
    st.markdown(_measured(interval))
    if interval.shortfall():
        st.warning(components.plain(interval.shortfall()), icon=":material/warning:")
    if interval.ratio < 1:
        st.markdown(
            f"The model that you hand over has learnt from {phrases.rows_learned(shown.run.spec)}: fits on fewer rows "
            f"suggest that it errs {percent(1 - interval.ratio)} less than those of the folds, so its intervals are "
            "that much narrower."
        )
    st.caption(components.plain(interval.meaning()))
    _show_pictures(shown, interval)


def _choose_level(shown):
    store = state.store()
    key = f"page.results.decide.level.{shown.run.id}.{shown.key}"

    def keep():
        store.save_interval_level(shown.run.id, shown.key, st.session_state[key])

    st.segmented_control(
        "The actual value is to lie inside",
        sorted({*LEVELS, store.interval_level(shown.run.id, shown.key)}),
        default=store.interval_level(shown.run.id, shown.key),
        required=True,
        format_func=lambda level: f"in {how_often(level)} ({percent(level)})",
        key=key,
        on_change=keep,
        help="Try it, files and the service that you hand over show the interval of this level. Surer means wider.",
    )


def example(interval, added=0.0):
    """Say the interval around an amount in the middle, as what serves says it: the amount with what is added to it,
    and the ends around what the model predicts."""
    middle = float(interval.frame()["prediction"].median()) + added
    answered = round(middle, decimals_of(middle))  # as it is written, so that the ends are of that very amount
    (low,), (high,) = bounds([answered - added], interval.rule)
    said = in_words(low, high, interval.level, lambda end: amount(end, interval.unit))
    way = f" ({number(abs(added), unit=interval.unit)} {'added' if added > 0 else 'taken off'})" if added else ""
    return f"Where {amount(answered, interval.unit)} is answered{way}, the actual value is {said}."


def _measured(interval):
    unit = interval.unit
    if math.isnan(interval.coverage):
        return "How often it holds could not be measured: there are too few rows to leave some out."
    spread = interval.spread()
    over = "" if math.isnan(spread) else f" ± {100 * spread:.2g}"
    said = f"Measured on rows it was not calibrated on: **{100 * interval.coverage:.1f}{over} %** lie inside"
    said += " (± over folds)" if over else ""
    said += f". It is **{components.plain(number(interval.width, unit=unit))}** wide on average; narrower is better."
    if interval.shape.scaled or interval.shape.tail is not None:
        plain = components.plain(number(interval.plain_width, unit=unit))
        said += f" {_shape(interval)}; the same on all sides and everywhere it would be {plain} wide."
    if interval.rule["floor"] is not None:
        said += " It does not go below 0, since no row does."
    return said


def _shape(interval):
    parts = []
    if interval.shape.scaled:
        parts.append("its width follows the predicted value")
    if interval.shape.tail is not None:
        side = "below" if interval.shape.tail > 0.5 else "above"
        parts.append(f"most of the misses lie {side} it")
    words = " and ".join(parts)
    return words[0].upper() + words[1:]


def _show_pictures(shown, interval):
    if math.isnan(interval.coverage):
        return
    view = st.segmented_control(
        "Picture",
        [BAND, COVERAGE],
        default=BAND,
        required=True,
        key="page.results.decide.interval_picture",
        label_visibility="collapsed",
    )
    if view == BAND:
        definition = (
            "Each dot is a held-out row. Grey: the interval around each prediction. A row outside the interval that "
            "the other folds gave it is a triangle. On the dashed line a prediction is exact."
        )
        frame = interval.frame()
    else:
        definition = (
            "Rows in bands of predicted value with about equally many each: how many lie inside. The bar is what "
            "chance explains (95 % interval, Wilson's); the dashed line is the level. The numbers have the width of "
            "each band."
        )
        frame = interval.by_value().rename(columns=HEADS)
    if model_choice.added_to(shown.run, shown.key):
        definition += " Predicted is what the model says, before what is added or taken off."
    pictures.show(
        (charts.interval_band if view == BAND else charts.interval_coverage)(interval),
        frame,
        key="page.results.decide.interval",
        name=f"interval-{shown.run.number}",
        alt=f"{view}: {interval.finding()}",
        definition=definition,
        unit=interval.unit,
    )


HEADS = {
    "from": "predicted from",
    "to": "predicted to",
    "n_rows": "rows",
    "coverage": "share inside",
    "low": "by chance from",
    "high": "by chance to",
    "width": "mean width",
}
