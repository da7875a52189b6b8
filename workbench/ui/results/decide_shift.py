"""What to add to predicted amounts where being too low and too high do not cost the same."""

import math

import streamlit as st

from workbench import charts
from workbench.results.deciding.amount_costs import Costs, against_intuition, cost_finding
from workbench.results.wording import amount, number, percent, with_spread
from workbench.specs import AmountDecisionSpec, fingerprint_of
from workbench.ui import components, pictures, state
from workbench.ui.results import views
from workbench.ui.results.decide_place import plain_words

LONGEST_UNIT = 20  # characters
CONSTANTS = {"mean": "Always the mean", "median": "Always the median", "quantile": "Always the best single amount"}


@st.cache_resource(max_entries=128, show_spinner=False)
def _worked_out(run_id, n_done, key, costs, also, _errors):
    """Return the curve of costs, the gain on rows it was not chosen on, and what constants cost."""
    return _errors.curve(costs, also), _errors.elsewhere(costs), _errors.constants(costs)


def show(shown, errors):
    """Show the costs, the slider, what it does, and the button that puts it in use."""
    decision = state.store().amount_decision(shown.run.id, shown.key)
    _show_standing(shown, decision, errors.unit)

    @st.fragment
    def live():
        """Everything that costs and slider move: a change here runs nothing else of the page again."""
        left, right = st.columns([2, 3], gap="large")
        with left:
            costs, unit = _choose_costs(shown, decision, errors)
            if costs is None:
                return
            known = (shown.run.id, shown.run.n_done, shown.key, costs, () if decision is None else (decision.shift,))
            curve, gain, constants = _worked_out(*known, errors)
            shift = _slider(shown, errors, costs, curve, decision)
            _show_button(shown, decision, shift, costs, unit, errors.unit)
        with right:
            pictures.show(
                charts.shift_cost(errors, costs, shift, curve, unit),
                curve.rename(columns={"shift": "added to each prediction", "cost": "cost per row"}),
                key="page.results.decide.costs",
                name=f"costs-{shown.run.number}",
                alt=f"Cost per row by what is added: {cost_finding(errors, costs, shift, unit)}",
                definition="To the right: what is added to each prediction. Upwards: what errors cost per row, the "
                "mean over held-out rows; lower is better.",
            )
        _show_comparison(errors, costs, shift, gain, constants, unit)

    live()


def _key(shown, name):
    return _place(shown.run.id, shown.key, name)


def _place(run_id, key, name):
    return f"page.results.decide.{name}.{fingerprint_of([run_id, key])[:12]}"


def forget(run_id, key):
    """Forget what is being tried, so that what is kept and in use is shown again."""
    for name in ("shift", "unit", "low", "high"):
        st.session_state.pop(_place(run_id, key, name), None)


def _show_standing(shown, decision, unit):
    if decision is None:
        st.markdown(":material/check_circle: In use now: amounts as the model predicts them.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":material/check_circle: In use now: {views.added_words(decision.shift, unit)} what the model predicts."
        )
        st.button(
            "Back to how the model comes",
            key="page.results.decide.unshift",
            on_click=state.store().save_amount_decision,
            args=(shown.run.id, shown.key, None),
            type="tertiary",
        )


def _choose_costs(shown, decision, errors):
    """Return what errors cost and in what, None where no error costs anything; it is kept, in use or not."""
    store, fields = state.store(), [_key(shown, name) for name in ("unit", "low", "high")]
    kept = store.amount_costs(shown.run.id, shown.key) or decision

    def keep():
        unit, low, high = (st.session_state[name] for name in fields)
        costs = AmountDecisionSpec(shift=0.0, too_low=low, too_high=high, unit=unit)
        store.save_amount_costs(shown.run.id, shown.key, costs)

    step = components.plain(f"1 {errors.unit}" if errors.unit else "one unit")
    unit = st.text_input(
        "Costs are in",
        value=kept.unit if kept else errors.unit,
        max_chars=LONGEST_UNIT,
        key=fields[0],
        on_change=keep,
        placeholder="€, minutes, points …",
    )
    behind = f" ({components.plain(unit)})" if unit else ""
    start = (kept.too_low, kept.too_high) if kept else (1.0, 1.0)
    low, high = (
        st.number_input(
            f"Being {step} too {word} costs{behind}",
            min_value=0.0,
            value=value,
            step=0.5,
            key=_key(shown, word),
            on_change=keep,
            help="Only the ratio of the two decides what is best; a negative cost is not possible.",
        )
        for word, value in zip(("low", "high"), start, strict=True)
    )
    told = shown.project.draft.success.costs
    if told:
        st.caption(components.plain(f"When the project began you wrote: “{told}”."))
    if not low + high:
        st.info("Where no error costs anything there is nothing to choose.", icon=":material/info:")
        return None, unit
    return Costs(low, high), unit


def _slider(shown, errors, costs, curve, decision):
    """Return what is to be added: what is in use, until the person moves the slider or sets the best."""
    key, best = _key(shown, "shift"), errors.best_shift(costs)
    stops = curve["shift"].tolist()
    st.session_state.setdefault(key, 0.0 if decision is None else decision.shift)
    if st.session_state[key] not in stops:  # a stop of other costs
        st.session_state[key] = min(stops, key=lambda stop: abs(stop - st.session_state[key]))
    shift = st.select_slider(
        "Added to each prediction",
        stops,
        format_func=lambda stop: components.plain(amount(stop, errors.unit)),
        key=key,
        help="Below zero: taken off. With the arrow keys you go to the next stop.",
    )

    def move(to):
        st.session_state[key] = to

    with st.container(horizontal=True, gap="small"):
        for name, to, icon in (("Set the best", best, ":material/target:"), ("As the model comes", 0.0, None)):
            st.button(
                f"{name}: {components.plain(amount(to, errors.unit))}",
                key=_key(shown, name),
                on_click=move,
                args=(to,),
                icon=icon,
                disabled=shift == to,
                type="secondary" if icon else "tertiary",
            )
    st.caption(
        f"At the best one {percent(costs.quantile)} of the actual values are not above the prediction: the cost of too "
        "low, divided by both costs together."
    )
    why = against_intuition(errors, costs)
    if why:
        st.info(plain_words(why), icon=":material/help:")
    return shift


def _show_button(shown, decision, shift, costs, unit, amount_unit):
    wanted = AmountDecisionSpec(shift=shift, too_low=costs.too_low, too_high=costs.too_high, unit=unit)
    same = decision == wanted or (decision is None and not shift)
    by = components.plain(amount(shift, amount_unit))
    pressed = st.button(
        f"In use: {by}" if same else f"Use it: add {by} in the model",
        key=_key(shown, "use_shift"),
        type="primary",
        icon=":material/check:",
        disabled=same,
        help="From then on Try it, files, the tables of this page and the service that you hand over add it to each "
        "prediction; the interval stays. You can take it back.",
    )
    if pressed:
        state.store().save_amount_decision(shown.run.id, shown.key, wanted if shift else None)
        st.rerun()


def _show_comparison(errors, costs, shift, gain, constants, unit):
    """Show the cost per row of the ways to answer, and what the best shift saves where it was not chosen."""
    ways = [
        ("**With this added**", errors.mean_cost(costs, shift)),
        ("As the model comes", errors.mean_cost(costs)),
        *((CONSTANTS[row.name], row.cost) for row in constants.itertuples(index=False)),
    ]
    lines = ["| Way to answer | Cost per row (lower is better) |", "|---|---:|"]
    lines += [f"| {words} | {components.plain(number(cost, unit=unit))} |" for words, cost in ways]
    st.markdown("\n".join(lines))
    if math.isnan(gain.mean):
        return
    saved = components.plain(with_spread(gain.mean, gain.std, unit))
    said = f"Chosen on the other parts and measured on each, the best shift saves **{saved} per row**"
    said += " (± over parts); higher is better." if not math.isnan(gain.std) else "; higher is better."
    if not gain.settled and costs.too_low != costs.too_high:
        st.warning(f"{said} That is not more than chance explains.", icon=":material/warning:")
    elif not gain.settled:
        st.caption(f"{said} That is not more than chance explains, as it should be where both cost the same.")
    else:
        st.caption(said)
