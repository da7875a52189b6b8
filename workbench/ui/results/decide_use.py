"""Putting a threshold in use, which is the person's explicit act; and taking it back."""

import streamlit as st

from workbench.runtime.decisions import percent_of, sentence_of
from workbench.specs import DecisionSpec
from workbench.ui import components, state


def _before(shown):
    """Key of what was in use before the last change in this session."""
    return f"page.results.decide.before.{shown.run.id}.{shown.key}"


def show_standing(shown):
    """Say what is in use, with the ways back."""
    if shown.decision is None:
        said = "In use now: the answer is the most probable class, as the model comes."
    else:
        why = f" Chosen for “{shown.decision.scenario}”." if shown.decision.scenario else ""
        said = f"In use now: {_begun(sentence_of(shown.decision.model_dump(), len(shown.run.spec.classes)))}{why}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/check_circle: {components.plain(said)}")
        if _before(shown) in st.session_state:
            st.button("Undo", key="page.results.decide.undo", on_click=_undo, args=(shown,), icon=":material/undo:")
        elif shown.decision is not None:
            st.button(
                "Back to how the model comes",
                key="page.results.decide.reset",
                on_click=_put,
                args=(shown, None),
                type="tertiary",
            )


def _begun(sentence):
    return sentence[0].lower() + sentence[1:]


def show_as_it_comes(shown, place):
    """Show, for several classes, the button that takes a threshold out of use: as it comes there is none."""
    pressed = st.button(
        "As the model comes: the most probable class",
        key=place.key("plain"),
        type="tertiary",
        disabled=shown.decision is None,
        help="That is in use now." if shown.decision is None else "Takes the threshold out of use.",
    )
    if pressed:
        _put(shown, None)
        st.rerun()


def show_button(shown, place, offered, threshold):
    """Show the button that puts the threshold in use wherever this estimator answers."""
    is_best = offered.decided.pooled.same(threshold, offered.best.threshold)
    chosen_for = offered.goal.scenario.name if offered.goal.scenario and is_best else ""
    wanted = DecisionSpec(label=place.label, threshold=threshold, scenario=chosen_for)
    same = shown.decision is not None and (shown.decision.label, shown.decision.threshold) == (place.label, threshold)
    pressed = st.button(
        f"In use: {percent_of(threshold)}" if same else f"Use {percent_of(threshold)} in the model",
        key=place.key("use"),
        type="primary",
        icon=":material/check:",
        disabled=same,
        help="From then on Try it, files, the tables of this page and the service that you hand over answer by this "
        "threshold. You can take it back.",
    )
    if pressed:
        _put(shown, wanted.but(scenarios=state.store().scenarios(shown.run.id, place.label)))
        st.rerun()


def _put(shown, decision):
    store = state.store()
    st.session_state[_before(shown)] = store.decision(shown.run.id, shown.key)
    store.save_decision(shown.run.id, shown.key, decision)


def _undo(shown):
    state.store().save_decision(shown.run.id, shown.key, st.session_state.pop(_before(shown)))
