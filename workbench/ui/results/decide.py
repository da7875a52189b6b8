"""Decide: one threshold that moves everything at once, what outcomes are worth, and the button that puts it in use."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.curve import curve, earned_elsewhere, warning
from workbench.results.deciding.decisions import decisions
from workbench.runtime.decisions import percent_of
from workbench.ui import components
from workbench.ui.results import decide_classes, decide_numbers, decide_scenarios, decide_use
from workbench.ui.results.decide_place import Place, plain_words

WHAT_FOR = (
    "The model gives each row a probability. From which probability on do you decide *yes*? Lower finds more and is "
    "wrong more often; higher is right more often and misses more. All counts are of rows the model had not seen."
)


@st.cache_resource(max_entries=16, show_spinner="Counting what every threshold would do …")
def _decisions(run_id, n_done, key, label, _evaluation):
    found = decisions(_evaluation, key, label)
    _ = found.parts  # kept with it
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _curve(run_id, n_done, key, label, goal_mark, also, _decided, _goal, _seed):
    best = best_threshold(_decided, _goal, seed=_seed)
    return curve(_decided, _goal, best, (*also, best.threshold))


def show(shown):
    """Show the tab: for classes the decision designer."""
    st.markdown(WHAT_FOR)
    decide_use.show_standing(shown)
    label = decide_classes.choose_class(shown)
    place = Place(shown.run.id, shown.key, label)
    try:
        decided = _decisions(shown.run.id, shown.run.n_done, shown.key, label, shown.evaluation)
    except WorkbenchError as error:
        components.show_problem(error)
        return

    @st.fragment
    def live():
        """Everything that the threshold moves: a change here runs nothing else of the page again."""
        top = st.container()
        left, right = st.columns([2, 3], gap="large")
        with left:
            goal = decide_scenarios.choose(shown, place, decided)
        offered = _offered(shown, place, decided, goal)
        with top:
            threshold = _slider(shown, place, decided, offered)
            decide_numbers.show_cards(offered, threshold, shown.run.spec)
        with left:
            _tell_how_sure(offered)
        with right:
            decide_numbers.show_chart(offered, threshold, shown.run.number, place)
        decide_numbers.show_comparison(offered, threshold)

    live()
    if len(shown.run.spec.classes) > 2:
        decide_classes.show_every_class(shown)


def _offered(shown, place, decided, goal):
    """Return the goal over the thresholds on offer: the plain ones, the best, how it comes, and what is in use."""
    plain = decided.threshold_as_it_comes
    in_use = shown.decision.threshold if shown.decision and shown.decision.label == place.label else None
    also = (plain,) if in_use is None else (plain, in_use)
    known = (shown.run.id, shown.run.n_done, shown.key, place.label, place.mark_of(goal))
    offered = _curve(*known, also, decided, goal, shown.run.spec.seed)
    st.session_state.setdefault(place.threshold, plain if in_use is None else in_use)
    current = st.session_state[place.threshold]
    if current not in offered.stops:  # the best of another goal, where the slider still stands
        offered = _curve(*known, (*also, current), decided, goal, shown.run.spec.seed)
    if current not in offered.stops:  # the same as the best of this one, by another number
        st.session_state[place.threshold] = offered.best.threshold
    return offered


def _slider(shown, place, decided, offered):
    name = components.plain(place.short_label)
    threshold = st.select_slider(
        f"Decide “{name}” from this probability on",
        offered.stops.tolist(),
        format_func=percent_of,
        key=place.threshold,
        help="Each stop is a threshold that makes a difference. With the arrow keys you go to the next one.",
    )

    def move(to):
        st.session_state[place.threshold] = to

    best, plain = offered.best.threshold, decided.threshold_as_it_comes
    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Set the best: {percent_of(best)}",
            key=place.key("best"),
            on_click=move,
            args=(best,),
            icon=":material/target:",
            disabled=threshold == best,
        )
        st.button(
            f"As the model comes: {percent_of(plain)}",
            key=place.key("plain"),
            on_click=move,
            args=(plain,),
            type="tertiary",
            disabled=threshold == plain,
        )
        decide_use.show_button(shown, place, offered, threshold)
    return threshold


def _tell_how_sure(offered):
    said = warning(offered)
    if said:
        st.warning(plain_words(said), icon=":material/warning:")
    elsewhere = earned_elsewhere(offered)
    if elsewhere:
        st.caption(plain_words(elsewhere))
