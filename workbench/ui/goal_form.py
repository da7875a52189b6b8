"""What the model is for: the decision, what a mistake costs, the least that would be useful. All may stay open."""

import math

import streamlit as st

from workbench.modeling import metrics
from workbench.modeling.planning import modelling_table
from workbench.results.quality.goals import as_typed, guessing, halfway, perfect
from workbench.ui import components, state

PLACE = "page.features.goal"
DECISION_KEY, COSTS_KEY = f"{PLACE}.decision", f"{PLACE}.costs"
METRIC_KEY, LEAST_KEY = f"{PLACE}.metric", f"{PLACE}.least"
LONGEST = 600  # characters of each answer
WHY = (
    "Written down before any result is seen, it lets the Results page say whether the model is good enough. "
    "All of it can be left open."
)


@st.cache_data(max_entries=64, show_spinner=False)
def _guess(key, metric, _spec):
    _, target = modelling_table(state.table(_spec.dataset), _spec)
    return guessing(_spec.task, metric, target, _spec.positive)


def choose(project, plan):
    """Show, folded, what the person may write down about the purpose of the model, and store it.

    Parameters
    ----------
    project : Project
    plan : Plan or None
        None where the question cannot be planned yet.
    """
    with st.expander("What is it for? (optional)", icon=":material/flag:", key=PLACE, on_change="rerun") as unfolded:
        if not unfolded.open:
            return
        st.caption(WHY)
        left, right = st.columns(2, gap="large")
        with left:
            _in_words(project.draft)
        with right:
            if plan is not None:
                _least(project.draft.success, plan.spec)


def _in_words(draft):
    st.text_area(
        "What will you decide with it?",
        value=draft.goal,
        height="content",
        max_chars=LONGEST,
        placeholder="For instance: whom to call before the contract ends",
        key=DECISION_KEY,
        on_change=lambda: _save(goal=st.session_state[DECISION_KEY].strip()),
    )
    st.text_input(
        "What does a mistake cost?",
        value=draft.success.costs,
        max_chars=LONGEST,
        placeholder="For instance: a call for nothing 5 €, a customer lost 300 €",
        key=COSTS_KEY,
        on_change=lambda: _save_success(costs=st.session_state[COSTS_KEY].strip()),
    )


def _least(success, spec):
    suited = {kind.name: kind for kind in metrics.scored(spec)}
    known = success.metric in suited
    current = success.metric if known else spec.metric
    state.show_as_stored(METRIC_KEY, current)
    st.selectbox(
        "The least that would be useful, measured by",
        list(suited),
        format_func=lambda name: suited[name].label,
        key=METRIC_KEY,
        # A number of one metric says nothing in another.
        on_change=lambda: _forget_least(st.session_state[METRIC_KEY]),
    )
    kind = suited[current]
    unit = spec.target_column.unit if kind.in_target_units else ""
    st.caption(
        f"{components.plain(kind.sentence)} {'Higher is better.' if kind.greater_is_better else 'Lower is better.'}"
    )
    state.show_as_stored(LEAST_KEY, success.least if known else None)
    guess = _guess((spec.dataset, spec.recipe.fingerprint, spec.target, spec.task, spec.positive), current, spec)
    offer = halfway(current, guess)
    st.number_input(
        ("At least" if kind.greater_is_better else "At most") + (f", in {components.plain(unit)}" if unit else ""),
        value=None,
        step=step_of(offer),
        format="%.12g",  # as typed: six digits would show 1234567 as 1234570
        placeholder="Not decided",
        key=LEAST_KEY,
        on_change=lambda: _save_success(metric=current, least=st.session_state[LEAST_KEY]),
    )
    if not math.isfinite(offer):
        return
    words, button = st.columns([3, 2], vertical_alignment="center")
    guessed, best = (as_typed(value, unit) for value in (float(f"{guess:.3g}"), perfect(current)))
    words.caption(components.plain(f"Guessing reaches {guessed}, perfect is {best}."))
    button.button(
        components.plain(f"Take {as_typed(offer, unit)}"),
        key=f"{PLACE}.take",
        type="tertiary",
        help="Halfway between guessing and perfect: something to start from. Better is what your decision needs.",
        on_click=_take,
        args=(current, offer),
    )


def step_of(value):
    """Return by how much a click on plus or minus changes a number of this size.

    >>> step_of(0.75), step_of(160.0), step_of(float("nan"))
    (0.01, 10.0, 0.01)
    """
    return float(10 ** (math.floor(math.log10(abs(value))) - 1)) if math.isfinite(value) and value else 0.01


def _take(metric, value):
    _save_success(metric=metric, least=value)


def _forget_least(metric):
    _save_success(metric=metric, least=None)


def _save(**changes):
    state.change_draft(state.project_in_work(), lambda draft: changes)


def _save_success(**changes):
    state.change_draft(state.project_in_work(), lambda draft: {"success": draft.success.but(**changes)})
