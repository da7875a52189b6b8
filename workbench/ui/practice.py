"""Practice data: a first visit needs no file."""

import streamlit as st

from workbench.data.samples import SAMPLES
from workbench.errors import WorkbenchError
from workbench.ui import components, state, upload
from workbench.ui.components import plain


def show():
    """Show a card per practice table; a click makes a project of it and leads to its data."""
    with st.grid(2, min_column_width=220):
        for sample in SAMPLES:
            with st.container(
                border=True, height="stretch", vertical_alignment="distribute", key=f"page.sample.{sample.name}"
            ):
                _card(sample)


def facts(sample):
    """Return what a practice table is about, with its number of rows said once."""
    sentence = sample.sentence.removesuffix("Made up.").strip()
    said = f"{sample.n_rows:,}" in sentence
    return sentence if said else f"{sentence} {sample.n_rows:,} rows."


def _card(sample):
    made_up = " :gray-badge[made up]" if sample.made_up else ""
    st.markdown(
        f"**{plain(sample.title)}**{made_up}  \n:small[{plain(facts(sample))} Predicts **{plain(sample.target)}**.]"
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
