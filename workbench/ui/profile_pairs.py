"""Pairs of columns: the strongest in a list and a map, any two beside each other, and blanks that go together."""

import pandas as pd
import streamlit as st

from workbench.charts.associations import association_map, map_frame, map_names
from workbench.charts.pairs import pair_chart
from workbench.profiling.wording import counted, percent, quoted
from workbench.results.wording import shorten
from workbench.ui import findings, pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short, told_apart

LEFT_KEY, RIGHT_KEY, LIST_KEY = (f"page.profile.pairs.{name}" for name in ("left", "right", "list"))
LIST_ROWS, ROW_HEIGHT, HEAD_HEIGHT = 11, 35, 38  # the latter two in pixels
TOGETHER_SHOWN, TELLS_SHOWN = 8, 8
LONGEST_LABEL, LONGEST_CHOICE = 28, 44  # characters of a name in the list, and in a box to choose from
MEASURE_HELP = (
    "Pearson's contingency coefficient C = √(φ² / (1 + φ²)), divided by the largest value it can have (Sakoda 1977), "
    "with what chance alone brings taken off (after Bergsma 2013). Numbers and dates are cut at their quantiles first. "
    "It is read off a scale on which two numbers in a straight line get the size of their correlation."
)
TELLS_HELP = (
    "The only input here is whether the cell is blank. Where a cell is filled in only after the outcome, that gives "
    "the outcome away."
)


def show(project, look):
    """Show the pairs worth a look, two columns against each other, and which blanks go together."""
    profile = look.profile
    if profile.n_columns < 2:
        st.info("A table of one column has no pairs.", icon=":material/info:")
        return
    st.markdown(told(profile.associations), help=MEASURE_HELP)
    if profile.associations.pairs:
        _strongest(profile)
    with st.container(border=True, key="page.profile.pairs.two"):
        _two(project, profile)
    _blanks(profile)


def told(found):
    """Return what was measured, how far to trust it, and what came of it."""
    words = (
        f"How far two columns tell each other, by the **{found.measure}**: 0 % is not at all, 100 % is entirely. "
        "It is the same for numbers, dates and words."
    )
    if found.sampled:
        words += (
            f" :material/casino: Measured on {found.n_rows:,} rows drawn at random; in 19 of 20 pairs all rows would "
            f"say the same within {percent(found.error)}."
        )
    if found.n_columns_beyond:
        words += f" {counted(found.n_columns_beyond, 'column')} that tell the target least were not measured."
    if not found.pairs:
        words += " No two columns go together more than chance would have it."
    return words


def _strongest(profile):
    """Show the pairs beyond chance as a list or as a map."""
    found = profile.associations
    more = f", the strongest {len(found.pairs):,} listed" if found.n_beyond_chance > len(found.pairs) else ""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**{found.n_beyond_chance:,} of {counted(found.n_pairs, 'pair')} beyond chance**{more}", width="content"
        )
        form = st.segmented_control(
            "Show them as",
            ["List", "Map"],
            default="List",
            required=True,
            key="page.profile.pairs.form",
            label_visibility="collapsed",
        )
    (_map if form == "Map" else _list)(found)


def _list(found):
    frame = frame_of(found.pairs)
    order = [name for name in frame if name != "remark" or (frame[name] != "").any()]
    st.dataframe(
        frame,
        key=LIST_KEY,
        hide_index=True,
        height="content" if len(found.pairs) <= LIST_ROWS else HEAD_HEIGHT + ROW_HEIGHT * LIST_ROWS,
        on_select=lambda: _select(found.pairs),
        selection_mode="single-row",
        placeholder="",
        column_order=order,
        column_config={
            "left": st.column_config.TextColumn("Column", width=170),
            "right": st.column_config.TextColumn("goes with", width=170),
            "value": st.column_config.ProgressColumn("By", format="%d %%", min_value=0, max_value=100, width=110),
            "correlation": st.column_config.NumberColumn(
                "Correlation", format="%+.2f", width=100, help="Pearson's, with its sign: of numbers and dates only"
            ),
            "remark": st.column_config.TextColumn("Remark", width=200),
            "n_rows": st.column_config.NumberColumn("Rows", format="localized", width=80, help="Rows that have both"),
        },
        alt="Pairs of columns, the strongest first",
    )
    st.caption("Tick a pair to see the two beside each other below.")


def _map(found):
    names = map_names(found)
    pictures.show(
        association_map(found, names),
        map_frame(found, names),
        key="page.profile.map",
        alt="How strongly the columns of the strongest pairs go together",
        definition="The deeper the blue, the more two columns tell each other. Empty: a pair that is not listed.",
        name="pairs",
    )


def frame_of(pairs):
    """Return the pairs as a table: names, value in percent, correlation, rows that have both, and a remark."""
    names = list(dict.fromkeys(name for pair in pairs for name in (pair.left, pair.right)))
    labels = dict(zip(names, told_apart(names, LONGEST_LABEL), strict=True))
    rows = [
        {
            "left": labels[pair.left],
            "right": labels[pair.right],
            "value": round(100 * pair.value),
            "correlation": pair.correlation,
            "remark": remark(pair),
            "n_rows": pair.n_rows,
        }
        for pair in pairs
    ]
    return pd.DataFrame(rows).astype({"correlation": "float64"})


def remark(pair):
    """Return what else is known of a pair, in a few words.

    >>> from workbench.profiling.pairs.associations import Pair
    >>> remark(Pair("city", "country", 1.0, 100, follows="right")), remark(Pair("a", "b", 0.4, 100))
    ('city decides country', '')
    """
    if pair.follows == "both":
        return "each value of one goes with one of the other"
    if pair.follows:
        decided, decides = (pair.left, pair.right) if pair.follows == "left" else (pair.right, pair.left)
        return f"{shorten(decides, 24)} decides {shorten(decided, 24)}"
    return "they say nearly the same" if pair.same else ""


def _select(pairs):
    """Take over the pair that was clicked (callback)."""
    rows = st.session_state[LIST_KEY].selection.rows
    if rows and rows[0] < len(pairs):
        choose(pairs[rows[0]].left, pairs[rows[0]].right)


def choose(left, right):
    """Make two columns those beside each other (callback)."""
    st.session_state[LEFT_KEY], st.session_state[RIGHT_KEY] = left, right


def look_at(left, right):
    """Switch to the view of pairs, with these two columns (callback)."""
    st.session_state[findings.VIEW_KEY] = "pairs"
    choose(left, right)


def _two(project, profile):
    names = [column.name for column in profile.columns]
    first = profile.associations.pairs[0] if profile.associations.pairs else None
    for key, fallback in (
        (LEFT_KEY, first.left if first else names[0]),
        (RIGHT_KEY, first.right if first else names[1]),
    ):
        if st.session_state.get(key) not in names:
            st.session_state[key] = fallback
    labels = dict(zip(names, told_apart(names, LONGEST_CHOICE), strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        left = st.selectbox("Two columns beside each other", names, key=LEFT_KEY, format_func=labels.get)
        right = st.selectbox("and", names, key=RIGHT_KEY, format_func=labels.get)
        st.button(
            "Swap", key="page.profile.pairs.swap", icon=":material/swap_horiz:", on_click=choose, args=(right, left)
        )
    if left == right:
        st.info("Choose two different columns.", icon=":material/info:")
        return
    chart, numbers = drawn(project.draft.dataset, left, right)
    alt = f"{left} and {right} together"
    pictures.show(chart, numbers, key="page.profile.pair", alt=alt, name=file_name(f"{left}-{right}", ""))
    measured = [pair for pair in profile.associations.pairs if {pair.left, pair.right} == {left, right}]
    for pair in measured:
        st.caption(" · ".join(facts_of(pair)))


def facts_of(pair):
    """Return the numbers of a pair, in words."""
    words = [f"They go together by {percent(pair.value)}"]
    if pair.correlation is not None:
        words.append(f"correlation {pair.correlation:+.2f}".replace("-", "−"))
    words.append(f"{counted(pair.n_rows, 'row')} have both")
    return words + ([plain(remark(pair))] if remark(pair) else [])


@st.cache_data(max_entries=64, show_spinner="Drawing the two columns …")
def drawn(fingerprint, left, right):
    """Return the chart of two columns and the numbers behind it (cached)."""
    schema = state.dataset(fingerprint).schema
    values = (state.column(fingerprint, name) for name in (left, right))
    return pair_chart(*values, schema.column(left), schema.column(right))


def _blanks(profile):
    """Say which columns are blank in the same rows, and whose blanks tell the target."""
    missing = profile.missing
    if missing.together:
        st.markdown("#### Blank in the same rows")
        st.markdown("\n".join(f"- {blank_words(group)}" for group in missing.together[:TOGETHER_SHOWN]))
        _more(len(missing.together) - TOGETHER_SHOWN, "group")
    if missing.tells:
        target = plain(short(profile.target))
        st.markdown(f"#### Being blank tells something of {target}", help=TELLS_HELP)
        shown = missing.tells[:TELLS_SHOWN]
        st.markdown("\n".join(f"- **{plain(short(each.column))}**: {plain(each.strength.words)}" for each in shown))
        _more(len(missing.tells) - TELLS_SHOWN, "column")


def blank_words(group):
    """Return which columns are blank together, and how strictly, in Markdown."""
    alone = group.n_any - group.n_rows
    rest = f"; in {counted(alone, 'more row')} only some of them" if alone else ", never one without the other"
    names = plain(quoted([shorten(name, 40) for name in group.columns]))
    return f"{names}: all blank in {counted(group.n_rows, 'row')}{rest}"


def _more(n, thing):
    if n > 0:
        st.caption(f"and {counted(n, f'more {thing}')}")
