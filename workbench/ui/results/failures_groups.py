"""Weak groups: where it is wrong more often or further off than elsewhere, found by themselves."""

import streamlit as st

from workbench import charts
from workbench.profiling.wording import counted
from workbench.results.failures.chance import ALPHA
from workbench.results.failures.row_errors import measures_for
from workbench.results.failures.segments import find_segments
from workbench.results.wording import percent
from workbench.ui import pictures
from workbench.ui.components import plain
from workbench.ui.results import failures_rows, failures_work

PLACE = "page.results.weak_groups"
WORDS = "Looking for groups of rows in which it is weaker than elsewhere"


def show(shown):
    """Show the groups that were found, what can be done about each, and its rows on a click."""
    st.markdown(
        "In which rows is it weaker than in all others? Groups are looked for in your columns on one half of the rows "
        "and measured on the other half, so that what is shown is not the luck of the search."
    )
    by = _choose_measure(shown)
    found = failures_work.result(
        failures_work.about(shown, "weak_groups", by),
        lambda: find_segments(shown.evaluation, shown.key, shown.table(), by=by),
        WORDS,
    )
    if found is None:
        return

    @st.fragment
    def groups():
        _show_found(shown, found)

    groups()


def _choose_measure(shown):
    kinds = {kind.name: kind for kind in measures_for(shown.run.spec.task)}
    if len(kinds) == 1:
        return next(iter(kinds))
    return st.segmented_control(
        "What counts as an error",
        list(kinds),
        default=next(iter(kinds)),
        required=True,
        format_func=lambda name: kinds[name].label[:1].upper() + kinds[name].label[1:],
        key=f"{PLACE}.by",
        help="  \n".join(f"{kind.label}: {kind.sentence}" for kind in kinds.values()),
    )


def _show_found(shown, found):
    if not found.segments:
        st.success(f"**{plain(found.finding())}.** {plain(_about_none(found))}", icon=":material/check_circle:")
        st.caption(_how(found))
        return
    identity = "-".join(failures_work.about(shown, found.kind.name))
    chart_key = f"{PLACE}.chart.{identity}"
    pictures.show(
        charts.segments(found),
        numbers_of(found),
        key=chart_key,
        alt=f"Weak groups beside all other rows. {found.finding()}",
        definition=f"Diamond and bar: the group, with its 95 % interval. Grey tick: all other rows. "
        f"{plain(found.kind.sentence)} {_how(found)} Click a group to see its rows.",
        name=f"weak-groups-{shown.run.number}",
        on_select=lambda: _pick(chart_key, f"{PLACE}.open.{identity}"),
    )
    for place, segment in enumerate(found.segments):
        _card(shown, found, place, segment, f"{PLACE}.open.{identity}")


def _pick(chart_key, open_key):
    st.session_state[open_key] = failures_rows.picked(chart_key)


def _toggle(open_key, place):
    st.session_state[open_key] = None if st.session_state.get(open_key) == place else place


def _card(shown, found, place, segment, open_key):
    is_open = st.session_state.get(open_key) == place
    with st.container(border=True):
        cut = segment.words != segment.whole_words
        st.markdown(f"**{place + 1}. {plain(segment.words)}**", help=plain(segment.whole_words) if cut else None)
        interval = f"{found.say(segment.low)} to {found.say(segment.high)}"
        lower = "lower is better"
        cells = st.columns(4)
        cells[0].metric("Rows in the group", f"{segment.n_rows:,}", help=_measured_on(segment))
        cells[1].metric(
            f"{_first_up(found.kind.label)} here",
            plain(found.say(segment.error)),
            help=plain(f"{found.kind.sentence} 95 % interval: {interval}."),
        )
        cells[2].metric("All other rows", plain(found.say(segment.rest)), help=f"The same of all other rows; {lower}.")
        cells[3].metric(
            "Share of all errors",
            percent(segment.share_of_errors),
            help=f"The group has {percent(segment.share_of_rows)} of the rows, and this share of the sum of errors.",
        )
        st.caption(
            f"95 % interval {plain(interval)}. Chance alone would make it this much worse {_odds(segment.p_value)}."
        )
        st.markdown(f"**What now:** {plain(segment.advice.sentence)}")
        st.button(
            "Hide its rows" if is_open else "Show its rows",
            key=f"{PLACE}.show.{place}",
            on_click=_toggle,
            args=(open_key, place),
            icon=":material/table_rows:",
        )
        if is_open:
            st.caption(plain(_counted_again(found, segment)))
            name = f"weak-group-{place + 1}-run-{shown.run.number}"
            rows = f"{PLACE}.{place}"
            failures_rows.show(shown, segment.rows, segment.words, place=rows, name=name, first=segment.columns)


def numbers_of(found):
    """Return the figures of weak groups under headers for a person; shares in percent."""
    rows = found.frame()
    scale, unit = (100, " (%)") if found.kind.share else (1, f" ({found.unit})" if found.unit else "")
    name = f"{_first_up(found.kind.label)}{unit}"
    columns = {
        "Group": rows["group"],
        "Rows": rows["n_rows"],
        name: rows["error"] * scale,
        f"from{unit}": rows["low"] * scale,
        f"to{unit}": rows["high"] * scale,
        f"All other rows{unit}": rows["rest"] * scale,
        f"Baseline{unit}": rows["baseline_error"] * scale,
        "Share of rows (%)": rows["share_of_rows"] * 100,
        "Share of all errors (%)": rows["share_of_errors"] * 100,
        "p-value, corrected": rows["p_value"],
        "Rows measured": rows["n_measured"],
        "What now": rows["advice"],
    }
    return rows.assign(**columns)[list(columns)]


def _about_none(found):
    return (
        f"Searched were {found.n_columns:,} columns and {found.n_rows:,} rows. Errors are spread about evenly, or "
        "groups are too small to tell. The largest errors are shown in a view of their own."
    )


def _how(found):
    rows = f"rows of the same “{plain(found.by)}” kept together, " if found.by else ""
    looked = "One group was" if found.n_looked_at == 1 else f"{found.n_looked_at:,} groups were"
    return (
        f"{looked} measured, on {found.n_measured:,} rows that the search had not seen, {rows}and listed where worse "
        f"than all others beyond chance (at most {percent(ALPHA)} false findings over all of them; Welch's test)."
    )


def _measured_on(segment):
    return f"The figures are of the {segment.n_measured:,} of them that took no part in the search."


def _counted_again(found, segment):
    """Say what somebody finds who counts in the rows that are shown, and why it is another figure."""
    return (
        f"{_first_up(found.kind.label)} {found.say(segment.error)} is of the {segment.n_measured:,} of these "
        f"{counted(segment.n_rows, 'row')} that took no part in the search. Over all of them it is "
        f"{found.say(segment.error_of_all)}: the others are those by which the group was found."
    )


def _odds(p_value):
    if p_value < 0.0001:
        return "less than once in 10,000 times"
    return f"about once in {round(1 / p_value):,} times"


def _first_up(text):
    return text[:1].upper() + text[1:]
