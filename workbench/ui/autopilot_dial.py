"""One dial between "simpler and faster to serve" and "more accurate"; what it points at is shown and shipped."""

import streamlit as st

from workbench.modeling import metrics
from workbench.results.candidates.dial import choices
from workbench.results.wording import shorten
from workbench.ui import components, model_choice, phrases, state

LONGEST_END = 44  # characters of a name at an end of the dial
FAST_MS = 0.1  # a row, below which the words give a thousand rows


@st.cache_resource(max_entries=32, show_spinner=False)
def _choices(run_id, n_done, sizes, _evaluation):
    return choices(_evaluation, dict(sizes))


def show(run, evaluation):
    """Show the dial where there is something to choose from, and what the choice means.

    Parameters
    ----------
    run : Run
    evaluation : Evaluation
    """
    models = state.store().models(run.id)
    sizes = tuple((model.key, model.size_bytes) for model in models if model.status == "ready")
    stops = _choices(run.id, run.n_done, sizes, evaluation)
    if len(stops) < 2:
        return
    by_key = {stop.key: stop for stop in stops}
    chosen = model_choice.remembered(run, evaluation)
    place = f"page.results.dial.of.{run.id}"
    st.session_state[place] = chosen if chosen in by_key else stops[-1].key  # the list below may have changed it
    with st.container(border=True, key=f"page.results.dial.{run.number}"):
        st.markdown("**Which one should be shown and handed over?**")
        st.select_slider(
            "From simpler and faster to serve to more accurate",
            list(by_key),
            format_func=lambda key: shorten(by_key[key].label, 34),
            key=place,
            on_change=lambda: model_choice.remember(run, st.session_state[place]),
            help="From the fastest useful estimator to the most accurate one. What you choose is shown here, and "
            "is what Try it and Export take.",
            label_visibility="collapsed",
        )
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            for words, end in (("Simpler and faster to serve", stops[0]), ("More accurate", stops[-1])):
                st.caption(f"{words}: {components.plain(shorten(end.label, LONGEST_END))}", width="content")
        stop = by_key[st.session_state[place]]
        st.markdown(in_words(stop, stops[-1], evaluation))
        advised = next((one for one in stops if one.advised), None)
        if advised is not None and advised.key != stop.key:
            st.button(
                f"Take the recommended one: {components.plain(shorten(advised.label, LONGEST_END))}",
                key=f"page.results.dial.advised.{run.number}",
                icon=":material/recommend:",
                on_click=lambda: model_choice.remember(run, advised.key),
                help=f"{components.plain(advised.label)} is {advised.advised}.",
            )
        if chosen not in by_key:
            st.caption("Below, you have chosen an estimator that is not on this line: another is as fast and better.")


def in_words(stop, best, evaluation):
    """Say what a choice means: its score, how fast it is, how large, and what the best has more.

    Parameters
    ----------
    stop, best : Choice
    evaluation : Evaluation
    """
    label = metrics.metric(evaluation.spec.metric).label
    said = f"**{components.plain(stop.label)}**: {label} **{stop.score}** · {speed(stop.milliseconds)}"
    if stop.size_bytes:
        said += f" · {phrases.size(stop.size_bytes)}"
    if stop.key != best.key:
        level = ", no more than chance explains," if stop.level else ""
        said += f". The most accurate has {best.score}{level} and takes {times(stop.milliseconds, best.milliseconds)}."
    if stop.advised:
        said = f"{said.rstrip('.')}. Recommended: {stop.advised}."
    return said


def speed(milliseconds):
    """Say how fast rows are answered.

    >>> speed(0.02), speed(3.24)
    ('1,000 rows in about 20 ms', 'about 3.2 ms a row')
    """
    if milliseconds >= FAST_MS:
        return f"about {milliseconds:,.2g} ms a row"
    return f"1,000 rows in about {max(round(1_000 * milliseconds), 1):,} ms"


def times(one, other):
    """Say how many times as long ``other`` takes.

    >>> times(1.0, 1.2), times(1.0, 4.4), times(0.0, 1.0)
    ('about as long', 'about 4 times as long', 'longer')
    """
    if one <= 0:
        return "longer"
    ratio = other / one
    return "about as long" if ratio < 1.5 else f"about {ratio:,.0f} times as long"
