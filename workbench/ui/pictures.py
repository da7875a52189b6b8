"""A chart on the screen: its definition, its numbers, and itself as a picture to keep."""

import copy
import textwrap

import streamlit as st
import vl_convert

from workbench.runtime.spreadsheet_text import defuse
from workbench.ui import readable

# Streamlit fits title and axes into the height; a chart's own height is that of its drawing.
TITLE_LINE, AXES = 26, 84  # pixels
SAVED_WIDTH = 720  # pixels of a saved picture; on the screen a chart is as wide as its place
SAVED_SCALE = 2.0  # PNG pixels per pixel of the chart, so that print stays sharp
SAVED_FONT = "Helvetica, Arial, sans-serif"  # of any system; a name with a digit would need quotes


def show(chart, frame, *, key, alt, definition="", name="chart", on_select="ignore", unit=""):
    """Show a chart with everything that belongs to it.

    Parameters
    ----------
    chart : dict
        Vega-Lite specification with its data inside, from ``workbench.charts``.
    frame : DataFrame
        The numbers it shows.
    key : str
        Begins with "page.".
    alt : str
        What the chart shows, for people who cannot see it.
    definition : str
        How to read it, in a sentence or two (Markdown of ours).
    name : str
        Of the files that are saved, without ending.
    on_select : callable or "ignore" or "rerun"
        What a click on a mark does, where the chart has a parameter for it.
    unit : str
        Of predicted amounts among the numbers.
    """
    # An axis title longer than the axis would push the chart's own title out of the picture.
    limits = {"axisY": {"titleLimit": chart["height"]}}
    chart = {**chart, "config": {**limits, **chart.get("config", {})}}
    st.vega_lite_chart(chart, key=key, alt=alt, width="stretch", height=shown_height(chart), on_select=on_select)
    if definition:
        st.caption(definition)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Show the numbers", icon=":material/table:", key=f"{key}.open", on_change="rerun") as unfolded:
            if unfolded.open:
                shown, columns = readable.dressed(frame, unit=unit)
                st.dataframe(
                    shown,
                    hide_index=True,
                    key=f"{key}.numbers",
                    alt=f"The numbers of: {alt}",
                    width=720,
                    column_config=columns,
                )
        _save("CSV", lambda: csv_of(frame), f"{name}.csv", "text/csv", f"{key}.csv")
        _save("PNG", lambda: png(chart), f"{name}.png", "image/png", f"{key}.png")
        _save("SVG", lambda: svg(chart).encode("utf-8"), f"{name}.svg", "image/svg+xml", f"{key}.svg")


def narrowed(chart, characters=44):
    """Return a chart whose title is broken into lines that half of the page has room for.

    >>> narrowed({"title": {"text": ["one line, and", "another"]}}, 12)["title"]["text"]
    ['one line,', 'and another']
    """
    text = chart["title"]["text"]
    lines = textwrap.wrap(text if isinstance(text, str) else " ".join(text), characters)
    return {**chart, "title": {**chart["title"], "text": lines if len(lines) > 1 else text}}


def shown_height(chart):
    """Return the pixels that a chart takes with its title and axes.

    >>> shown_height({"height": 200, "title": {"text": ["one line", "and another"]}})
    336
    """
    text = chart["title"]["text"]
    return chart["height"] + TITLE_LINE * (1 if isinstance(text, str) else len(text)) + AXES


def _save(kind, data, file_name, mime, key):
    st.download_button(
        kind,
        data=data,
        file_name=file_name,
        mime=mime,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
        help=f"Save as {kind}",
    )


def csv_of(frame):
    """Return a frame as CSV for a spreadsheet program: with a byte-order mark, and no cell that acts as a formula."""
    return defuse(frame).to_csv(index=False).encode("utf-8-sig")


def svg(chart):
    """Return a chart as SVG text, on white."""
    return vl_convert.vegalite_to_svg(_on_paper(chart), vl_version=_version(chart))


def png(chart):
    """Return a chart as the bytes of a PNG, on white."""
    return vl_convert.vegalite_to_png(_on_paper(chart), vl_version=_version(chart), scale=SAVED_SCALE)


def _on_paper(chart):
    paper = copy.copy(chart)
    paper["width"] = SAVED_WIDTH
    paper["background"] = "#ffffff"
    paper["padding"] = 16
    config = {"font": SAVED_FONT, "view": {"stroke": "transparent"}, "axis": {"gridColor": "#e5e9f0"}}
    paper["config"] = {**config, **chart.get("config", {})}
    return paper


def _version(chart):
    """Return the newest Vega-Lite that is there and of the chart's own major version."""
    major = chart["$schema"].rsplit("/v", 1)[1].split(".")[0]
    known = [version for version in vl_convert.get_vegalite_versions() if version.split(".")[0] == major]
    return max(known, key=lambda version: [int(part) for part in version.split(".")])


def table(frame, *, key, alt, name="table", n_ours=None, unit="", shares=(), **options):
    """Show a table, with itself as CSV below; ``n_ours``, ``unit`` and ``shares`` are as in ``readable.dressed``."""
    shown, columns = readable.dressed(frame, n_ours, unit=unit, shares=shares)
    st.dataframe(shown, hide_index=True, key=key, alt=alt, column_config=columns, **options)
    _save("Save as CSV", lambda: csv_of(frame), f"{name}.csv", "text/csv", f"{key}.csv")
