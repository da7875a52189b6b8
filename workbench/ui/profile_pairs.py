"""Pairs of columns: the strongest in a list and a map, any two beside each other, and blanks that go together."""

import pandas as pd
import streamlit as st

from workbench.profiling import associations
from workbench.profiling.wording import counted, percent, quoted
from workbench.ui import findings
from workbench.ui.components import plain
from workbench.ui.phrases import short

LEFT_KEY, RIGHT_KEY, LIST_KEY = (f"page.profile.pairs.{name}" for name in ("left", "right", "list"))
LISTED = 300
LIST_HEIGHT = 420  # pixels
TOGETHER_SHOWN, TELLS_SHOWN = 8, 8


def show(project, look):
    """Show the pairs worth a look, two columns against each other, and which blanks go together."""
    profile = look.profile
    if profile.n_columns < 2:
        st.info("A table of one column has no pairs.", icon=":material/info:")
        return
    _measure(profile.associations)
    _strongest(profile)
    with st.container(border=True, key="page.profile.pairs.two"):
        _two(project, profile)
    _blanks(profile)


def _measure(found):
    """Say what is measured and how far to trust it."""
    words = (
        f"How far one column tells the other, by the **{found.measure}**: 0 is not at all, 100 % is entirely. "
        "It is the same for numbers, dates and words, so all pairs can be ranked together."
    )
    if found.sampled:
        words += (
            f" :material/casino: Of {found.n_rows:,} rows drawn at random; in 19 of 20 pairs all rows would say the "
            f"same within {percent(found.error)}."
        )
    st.markdown(words, help=getattr(associations, "MEASURE_HELP", None))


def _strongest(profile):
    found = profile.associations
    if not found.pairs:
        st.info("No two columns go together more than chance would have it.", icon=":material/info:")
        return
    ranked, picture = st.columns([5, 6], gap="medium")
    pairs = found.pairs[:LISTED]
    with ranked:
        st.markdown(f"**Strongest of {counted(found.n_pairs, 'pair')}**")
        st.dataframe(
            frame_of(pairs),
            key=LIST_KEY,
            hide_index=True,
            height=LIST_HEIGHT,
            on_select=lambda: _select(pairs),
            selection_mode="single-row",
            placeholder="",
            column_config={
                "left": st.column_config.TextColumn("Column", width=120),
                "right": st.column_config.TextColumn("goes with", width=120),
                "value": st.column_config.ProgressColumn("By", format="%d %%", min_value=0, max_value=100, width=90),
            },
            column_order=["left", "right", "value"],
            alt="Pairs of columns, the strongest first",
        )
    with picture:
        st.empty()


def frame_of(pairs):
    """Return the pairs as a table: the names, the value in percent, the correlation, the rows."""
    return pd.DataFrame(
        [
            {
                "left": pair.left,
                "right": pair.right,
                "value": round(100 * pair.value),
                "correlation": pair.correlation,
                "n_rows": pair.n_rows,
            }
            for pair in pairs
        ]
    )


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
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        left = st.selectbox("Two columns beside each other", names, key=LEFT_KEY, format_func=short)
        right = st.selectbox("and", names, key=RIGHT_KEY, format_func=short)
    if left == right:
        st.info("Choose two different columns.", icon=":material/info:")


def _blanks(profile):
    """Say which columns are blank in the same rows, and whose blanks tell the target."""
    missing = profile.missing
    if not missing.together and not missing.tells:
        return
    st.markdown("#### Blanks that go together")
    for group in missing.together[:TOGETHER_SHOWN]:
        alone = group.n_any - group.n_rows
        rest = (
            f"; {counted(alone, 'row')} more where only some of them are" if alone else ", never one without the other"
        )
        st.markdown(f"- {plain(quoted(group.columns))}: all blank in {counted(group.n_rows, 'row')}{rest}")
    if missing.tells:
        st.markdown(f"**Whether it is blank tells {plain(profile.target)}**, on rows not seen:")
        for each in missing.tells[:TELLS_SHOWN]:
            st.markdown(f"- {plain(short(each.column))}: {plain(each.strength.words)}")
