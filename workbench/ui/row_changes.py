"""What in the form is no longer as the row had it that it began with, and the way back."""

import datetime

import pandas as pd
import streamlit as st

from workbench.results.uses.reasons import in_words
from workbench.results.wording import listed, shorten
from workbench.ui import components, row_form, try_it_kept
from workbench.ui.phrases import told_apart

LONGEST_NAME = 28
MOST_NAMED = 4


def changed(fields, start, row):
    """Return the names of fields whose value is another one than at the beginning, in the order of ``fields``.

    A number that the form holds as text counts as what the text says.
    """
    return [field["name"] for field in fields if not _same(field, start[field["name"]], row[field["name"]])]


def show(project_id, fields, start, row):
    """Say which values were changed, from what, and offer the row's own ones again."""
    names = changed(fields, start, row)
    if not names:
        return
    labels = told_apart(names, LONGEST_NAME)
    told = [f"{label} (was {shorten(_words(start[name]))})" for label, name in zip(labels, names, strict=True)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/edit: **Changed:** {components.plain(listed(told, MOST_NAMED))}", width="content")
        st.button(
            "Back to its own values",
            key="page.try_it.back",
            on_click=try_it_kept.forget_form,
            args=(project_id,),
            type="tertiary",
            icon=":material/undo:",
        )


def _same(field, before, now):
    if before is None or now is None:
        return before is now
    if isinstance(now, str) and not isinstance(before, str):
        return now == row_form.as_widget(field, before)
    return before == now


def _words(value):
    if value is None:
        return "blank"
    return in_words(pd.Timestamp(value) if isinstance(value, datetime.datetime) else value)
