"""What in the form is no longer as the row had it that it began with, and the way back."""

import streamlit as st

from workbench.results.wording import listed
from workbench.ui import components, row_form, try_it_kept
from workbench.ui.phrases import told_apart

LONGEST_NAME = 28
MOST_NAMED = 4


def changed(fields, start, row):
    """Return the names of fields whose value is another one than at the beginning, in the order of ``fields``.

    A number that the form holds as text counts as what the text says.
    """
    return [
        field["name"] for field in fields if not row_form.same_value(field, start[field["name"]], row[field["name"]])
    ]


def show(project_id, fields, start, row):
    """Say which values were changed, from what, and offer the row's own ones again."""
    names = changed(fields, start, row)
    if not names:
        return
    labels = told_apart(names, LONGEST_NAME)
    told = [f"{label} (was {row_form.in_words(start[name])})" for label, name in zip(labels, names, strict=True)]
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
