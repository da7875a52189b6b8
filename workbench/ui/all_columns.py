"""Every column in one list: meaning, how well its cells fit, a first value; several can be given a meaning at once."""

from urllib.parse import quote

import pandas as pd
import streamlit as st

from workbench.profiling.wording import percent
from workbench.specs import MEANING_LABELS
from workbench.ui import column_heads, column_panel, data_changes
from workbench.ui.column_rules import changed_column
from workbench.ui.phrases import short

LIST_KEY = "page.data.columns.list"
EXAMPLES = 3
BAR_WIDTH, BAR_HEIGHT = 88, 28  # as high as a row, so that it is shown as wide as it is


def show(project, dataset):
    """Show the list; ticked columns can be given a meaning, one can be opened in the panel."""
    names = column_heads.choose(dataset.schema.names)
    if not names:
        return
    bar = st.container(
        horizontal=True, vertical_alignment="center", gap="small", height=44, border=False, key="page.data.many"
    )
    picked = st.dataframe(
        frame_of(dataset, names),
        key=f"{LIST_KEY}.{dataset.fingerprint[:12]}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=min(430, 38 + 35 * len(names)),
        column_config={
            "column": st.column_config.TextColumn(width=170),
            "fit": st.column_config.ImageColumn(
                "fit", width=110, help="full: fits; hatched: does not fit; hollow: blank"
            ),
            "do not": st.column_config.NumberColumn(width=60, format="localized", help="Cells that do not fit"),
            "blank": st.column_config.TextColumn(width=60),
            "in the file": st.column_config.TextColumn(width="medium"),
        },
        alt="The columns of your table",
    ).selection.rows
    with bar:
        _many(project, dataset, [names[at] for at in picked if at < len(names)])


def frame_of(dataset, names):
    """Return one row per column: name, meaning, bar, counts, first texts."""
    heads = column_heads.heads_of(dataset.fingerprint)
    rows = []
    for name in names:
        blank = heads[name]["shares"][2]
        texts = column_panel.words_of(dataset.fingerprint, name)[:EXAMPLES]
        rows.append(
            {
                "column": short(name),
                "meaning": heads[name]["meaning"],
                "fit": bar_image(heads[name]["shares"]),
                "do not": dataset.misfits.get(name, 0),
                "blank": percent(blank) if blank else "none",
                "in the file": " · ".join(short(text, 40) for text in texts),
            }
        )
    return pd.DataFrame(rows)


def bar_image(shares):
    """Return a bar of three parts as the address of an SVG image: fits (full), does not (hatched), blank (hollow)."""
    fits, odd, _ = (BAR_WIDTH * share for share in shares)
    odd = max(odd, 5.0) if odd else 0.0
    fits = min(fits, BAR_WIDTH - odd)
    stripes = "".join(f"<path d='M{fits + x:.1f} 17 l3 -6' stroke='#fff'/>" for x in range(1, int(odd), 5))
    return "data:image/svg+xml," + quote(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{BAR_WIDTH}' height='{BAR_HEIGHT}'>"
        f"<rect x='.5' y='11.5' width='{BAR_WIDTH - 1}' height='5' fill='none' stroke='#8a94a6'/>"
        f"<rect y='11' width='{fits:.1f}' height='6' fill='#2a9d78'/>"
        f"<rect x='{fits:.1f}' y='11' width='{odd:.1f}' height='6' fill='#d55e00'/>{stripes}</svg>"
    )


def _many(project, dataset, names):
    if not names:
        st.markdown(":material/check_box: Tick columns on the left to change their meaning together.", width="content")
        return
    st.markdown(f"**{len(names):,} ticked:** they are", width="content")
    meaning = st.selectbox(
        "Meaning of the ticked columns",
        list(MEANING_LABELS),
        format_func=MEANING_LABELS.get,
        key="page.data.many.meaning",
        width=180,
        label_visibility="collapsed",
    )
    st.button(
        "Set it",
        key="page.data.many.set",
        type="primary",
        on_click=set_meaning,
        args=(project, dataset, names, meaning),
    )
    if len(names) == 1:
        st.button("Open in the panel", key="page.data.many.open", on_click=column_heads.pick, args=("column", names[0]))


def set_meaning(project, dataset, names, meaning):
    """Give several columns the same meaning, each with the marks that fit its cells (callback)."""
    columns = [
        changed_column(
            dataset.schema.column(name), "meaning", meaning, column_panel.words_of(dataset.fingerprint, name)
        )
        for name in names
    ]
    data_changes.retype(project, dataset, columns)
    st.rerun()  # the whole page, of which this is only a fragment
