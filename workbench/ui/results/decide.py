"""Decide: one threshold that moves everything at once, what outcomes are worth, and the button that puts it in use."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.curve import beyond_capacity, curve, earned_elsewhere, warning
from workbench.runtime.decisions import percent_of
from workbench.ui import components
from workbench.ui.results import decide_classes, decide_counts, decide_numbers, decide_scenarios, decide_use
from workbench.ui.results.decide_place import Place, plain_words

WHAT_FOR = (
    "The model gives each row a probability. From which probability on do you decide *yes*? Lower finds more and is "
    "wrong more often; higher is right more often and misses more. All counts are of rows the model had not seen."
)
NO_THRESHOLD = (
    "As it comes, a model of several classes has no threshold: its answer is the most probable class, however probable "
    "that is. The slider begins where about as many rows are decided “{label}” as the model gives that answer."
)


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
        decided = decide_counts.counted(shown.run, shown.key, label, shown.evaluation)
    except WorkbenchError as error:
        components.show_problem(error)
        return

    if decided.n_classes > 2:
        st.caption(plain_words(NO_THRESHOLD.format(label=place.short_label)))

    @st.fragment
    def live():
        """Everything that the threshold moves: a change here runs nothing else of the page again."""
        top = st.container()
        left, right = st.columns([2, 3], gap="large")
        with left:
            goal = decide_scenarios.choose(shown, place, decided)
        offered = _offered(shown, place, decided, goal)
        beside = decide_numbers.worth_of(offered, decide_counts.goals_of(shown.run, place.label)[0])
        with top:
            threshold = _slider(shown, place, decided, offered)
            _tell_room(offered, threshold)
            decide_numbers.show_cards(offered, threshold, shown.run.spec, beside)
        with left:
            _tell_how_sure(offered)
        with right:
            decide_numbers.show_chart(offered, threshold, shown.run.number, place)
        decide_numbers.show_comparison(offered, threshold, beside)

    live()
    if len(shown.run.spec.classes) > 2:
        decide_classes.show_every_class(shown)


def _offered(shown, place, decided, goal):
    """Return the goal over thresholds: plain ones, the best, how it comes, and what is in use."""
    plain, in_use = decided.threshold_as_it_comes, _in_use(shown, place)
    also = (plain,) if in_use is None else (plain, in_use)
    known = (shown.run.id, shown.run.n_done, shown.key, place.label, place.mark_of(goal))
    st.session_state.setdefault(place.threshold, plain if in_use is None else in_use)
    return _curve(*known, also, decided, goal, shown.run.spec.seed)


def _in_use(shown, place):
    return shown.decision.threshold if shown.decision and shown.decision.label == place.label else None


def _slider(shown, place, decided, offered):
    """Show the slider, even in probability as the axis of the chart is, and what else sets or uses a threshold."""
    best, plain, in_use = offered.best.threshold, decided.threshold_as_it_comes, _in_use(shown, place)
    also = (best, plain, st.session_state[place.threshold], *(() if in_use is None else (in_use,)))
    threshold = st.select_slider(
        f"Decide “{components.plain(place.short_label)}” from this probability on",
        decided.pooled.scale(also),
        format_func=percent_of,
        key=place.threshold,
        help="From 0 % to where no row is decided yes, in even steps. With the arrow keys you go to the next one.",
    )

    def move(to):
        st.session_state[place.threshold] = to

    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Set the best: {percent_of(best)}",
            key=place.key("best"),
            on_click=move,
            args=(best,),
            icon=":material/target:",
            disabled=decided.pooled.same(threshold, best),
        )
        if decided.n_classes > 2:
            decide_use.show_as_it_comes(shown, place)
        else:
            st.button(
                f"As the model comes: {percent_of(plain)}",
                key=place.key("plain"),
                on_click=move,
                args=(plain,),
                type="tertiary",
                disabled=decided.pooled.same(threshold, plain),
            )
        decide_use.show_button(shown, place, offered, threshold)
    return threshold


def _tell_room(offered, threshold):
    """Warn where more rows are decided yes than there is room for."""
    said = beyond_capacity(offered, threshold)
    if said:
        st.warning(plain_words(said), icon=":material/warning:")


def _tell_how_sure(offered):
    said = warning(offered)
    if said:
        st.warning(plain_words(said), icon=":material/warning:")
    elsewhere = earned_elsewhere(offered)
    if elsewhere:
        st.caption(plain_words(elsewhere))
