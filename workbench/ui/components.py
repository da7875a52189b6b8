"""Small parts that several pages share: header, guard, next step, errors, charts with their numbers."""

import html

import streamlit as st

from workbench.errors import NotPossible, WorkbenchError
from workbench.modeling.planning import TOO_NARROW, TOO_NARROW_ADVICE
from workbench.runtime.spreadsheet_text import defuse
from workbench.ui import navigation


def header(name):
    """Show the title of a page and the question it answers."""
    entry = navigation.page(name)
    st.title(entry.title)
    st.markdown(f"##### {entry.question}")


def guard(progress, name, wanted=None):
    """Stop the page with a sentence and a way out where something it needs does not exist yet.

    ``wanted`` is the project that the address names, if any.
    """
    missing = progress.missing(navigation.page(name).need)
    if missing is None:
        return
    sentence, provider, words = navigation.NEED_SENTENCES[missing]
    if missing == "project" and wanted:
        sentence = "The project in the address does not exist here (any more)."
    header(name)
    st.info(sentence, icon="👉")
    go_to(words, provider, key="page.guard")
    st.stop()


def go_to(label, name, *, key, primary=True, disabled=False, help=None):
    """Show a button that leads to another page; the project stays in the URL."""
    if st.button(label, key=key, type="primary" if primary else "secondary", disabled=disabled, help=help):
        # The bound ``project`` parameter is kept by Streamlit; passing it here would raise.
        st.switch_page(navigation.path_of(name), query_params={})


def next_step(label, name, *, disabled=False, help=None):
    """Show the one primary button that leads on, below the work of the page."""
    st.divider()
    go_to(label, name, key="page.next", disabled=disabled, help=help)


def show_problem(error):
    """Show an error of ours as what it is: what happened, and what to do now."""
    if not isinstance(error, WorkbenchError):
        raise error
    st.error(plain(error.message), icon="⚠️")
    if error.advice:
        st.markdown(f"**What now:** {plain(error.advice)}")


def show_too_narrow():
    """Say that a table of a single column cannot be learned from, wherever that can be seen first."""
    show_problem(NotPossible(TOO_NARROW, TOO_NARROW_ADVICE))


def plain(text):
    """Return text of a person or a file so that Markdown shows it as it stands.

    >>> plain("a*b [x](y) $z$ :red[c]")
    'a\\\\*b \\\\[x\\\\](y) \\\\$z\\\\$ \\\\:red\\\\[c\\\\]'
    """
    escaped = html.escape(str(text), quote=False)
    for mark in "\\`*_{}[]#~|$:":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped


def numbers_of(frame, label="Show the numbers", *, key, file_name="numbers.csv"):
    """Show the numbers behind a chart, folded, with a download as CSV."""
    with st.expander(label):
        st.dataframe(frame, hide_index=True, key=f"{key}.numbers")
        st.download_button(
            "Save as CSV",
            data=lambda: defuse(frame).to_csv(index=False).encode("utf-8-sig"),
            file_name=file_name,
            mime="text/csv",
            key=f"{key}.csv",
            on_click="ignore",
        )
