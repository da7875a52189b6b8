"""Practice data: a first visit needs no file."""

import streamlit as st

from workbench.data.samples import SAMPLES
from workbench.errors import WorkbenchError
from workbench.ui import components, state, upload
from workbench.ui.components import plain


def show():
    """Show a line per practice table; a click makes a project of it and leads to its data."""
    with st.container(border=True, gap="xsmall"):
        for sample in SAMPLES:
            _line(sample)


def _line(sample):
    made_up = " :gray-badge[made up]" if sample.made_up else ""
    facts = f"{sample.sentence.removesuffix('Made up.').strip()} {sample.n_rows:,} rows; predict"
    words, button = st.columns([4, 1], vertical_alignment="center")
    words.markdown(f"**{plain(sample.title)}**{made_up}  \n:small[{plain(facts)} **{plain(sample.target)}**]")
    if button.button("Try this", key=f"page.practice.{sample.name}", help=f"Start a project with “{sample.title}”"):
        try:
            upload.start_project(
                sample.title,
                lambda project_id: state.store().add_frame(project_id, sample.load(), sample.title),
                target=sample.target,
            )
        except WorkbenchError as error:
            components.show_problem(error)
