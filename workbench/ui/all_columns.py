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
BAR_WIDTH, BAR_HEIGHT = 150, 20


def show(project, dataset):
    """Show the list; ticked columns can be given a meaning, one can be opened in the panel."""
    names = column_heads.choose(dataset.schema.names)
    if not names:
        return
    bar = st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", height=72, border=False, key="page.data.many"
    )
    picked = st.dataframe(
        frame_of(dataset, names),
        key=f"{LIST_KEY}.{dataset.fingerprint[:12]}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=min(430, 38 + 35 * len(names)),
        column_config={
            "column": st.column_config.TextColumn(width="medium", pinned=True),
            "fit · do not · blank": st.column_config.ImageColumn(width="medium"),
            "in the file": st.column_config.TextColumn(width="medium"),
            "do not fit": st.column_config.NumberColumn(width="small", format="localized"),
            "blank": st.column_config.TextColumn(width="small"),
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
                "fit · do not · blank": bar_image(heads[name]["shares"]),
                "in the file": " · ".join(short(text, 40) for text in texts),
                "do not fit": dataset.misfits.get(name, 0),
                "blank": percent(blank) if blank else "none",
            }
        )
    return pd.DataFrame(rows)


def bar_image(shares):
    """Return a bar of three parts as the address of an SVG image: fits (full), does not (hatched), blank (hollow)."""
    fits, odd, _ = (BAR_WIDTH * share for share in shares)
    odd = max(odd, 5.0) if odd else 0.0
    fits = min(fits, BAR_WIDTH - odd)
    stripes = "".join(f"<path d='M{fits + x:.1f} 15 l4 -10' stroke='#fff'/>" for x in range(1, int(odd), 5))
    return "data:image/svg+xml," + quote(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{BAR_WIDTH}' height='{BAR_HEIGHT}'>"
        f"<rect x='.5' y='5.5' width='{BAR_WIDTH - 1}' height='9' fill='none' stroke='#8a94a6'/>"
        f"<rect y='5' width='{fits:.1f}' height='10' fill='#2a9d78'/>"
        f"<rect x='{fits:.1f}' y='5' width='{odd:.1f}' height='10' fill='#d55e00'/>{stripes}</svg>"
    )


def _many(project, dataset, names):
    if not names:
        st.markdown(":material/check_box: Tick columns on the left to change their meaning together.", width="content")
        return
    meaning = st.selectbox(
        f"Meaning of {len(names):,} ticked column{'' if len(names) == 1 else 's'}",
        list(MEANING_LABELS),
        format_func=MEANING_LABELS.get,
        key="page.data.many.meaning",
        width=260,
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
