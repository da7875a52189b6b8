"""Practice data: a first visit needs no file."""

import streamlit as st

from workbench.data.samples import SAMPLES
from workbench.errors import WorkbenchError
from workbench.ui import components, state, upload


def show():
    """Show a card per practice table; a click makes a project of it and leads to its data."""
    for start in range(0, len(SAMPLES), 2):
        for cell, sample in zip(st.columns(2), SAMPLES[start : start + 2], strict=False):
            with cell.container(border=True, height="stretch"):
                _card(sample)


def _card(sample):
    made_up = " :gray-badge[made up]" if sample.made_up else ""
    st.markdown(f"**{components.plain(sample.title)}**{made_up}")
    st.caption(
        f"{components.plain(sample.sentence)}  \n{sample.n_rows:,} rows · predict **{components.plain(sample.target)}**"
    )
    if st.button("Try this", key=f"page.practice.{sample.name}", help=f"Start a project with “{sample.title}”"):
        try:
            upload.start_project(
                sample.title,
                lambda project_id: state.store().add_frame(project_id, sample.load(), sample.title),
                target=sample.target,
            )
        except WorkbenchError as error:
            components.show_problem(error)
