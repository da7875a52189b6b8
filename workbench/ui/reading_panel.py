"""How the file is read: one sentence in which every assumption is a small control, and what came out of it."""

import streamlit as st

from workbench.data.files.reading_words import reading_words
from workbench.profiling.wording import counted
from workbench.ui import data_changes, reading_controls, rows_view, table_view, upload
from workbench.ui.components import plain

CHIPS_STYLE = """<style>
.st-key-page-data-chips button { min-height: 1.85rem; padding: 0 0.55rem; }
.st-key-page-data-chips [data-testid="stMarkdownContainer"] p { line-height: 1.85rem; }
.st-key-page-data-chips button p { line-height: 1.4; }
</style>"""


def show(project, dataset):
    """Show what was assumed, each assumption with a control, and how many rows, blanks and misfits that gives."""
    trial = data_changes.trial_of(dataset)
    with st.container(border=True, key="page.data.reading", gap="small"):
        if dataset.is_sample:
            st.markdown(f":material/filter_alt: {sample_sentence(dataset)}")
        _sentence(project, dataset, trial or dataset.read)
        data_changes.show_problem()
        if trial is None:
            _counts(project, dataset)
        else:
            _trial_bar(project, dataset)


def sample_sentence(dataset):
    """Return the sentence that says of a data set that it is a sample of the file's rows."""
    return (
        f"The file has {dataset.n_file_rows:,} rows, more than fit into the memory: "
        f"you work with **{dataset.n_rows:,} of them, drawn at random**. Numbers on the screens are of these rows."
    )


def _sentence(project, dataset, read):
    st.html(CHIPS_STYLE)
    schema = dataset.schema if read == dataset.read else None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="page.data.chips"):
        verb = "are" if read.member == "*" else "is"
        st.markdown(f"**{plain(dataset.name)}** {verb} read as", width="content")
        reading_controls.show(project, dataset, read, reading_words(read, schema))


def _counts(project, dataset):
    # Cells that do not fit have no value either, but are counted on their own.
    odd_here = {} if dataset.is_sample else dataset.misfits
    blanks = [n - odd_here.get(name, 0) for name, n in table_view.blanks_of(dataset.fingerprint).items()]
    blanks = [n for n in blanks if n > 0]
    words = f"**{counted(dataset.n_rows, 'row')}, {counted(dataset.n_columns, 'column')}.** "
    words += (
        f"{counted(sum(blanks), 'blank cell')} in {counted(len(blanks), 'column')}." if blanks else "No blank cells."
    )
    odd = [name for name in dataset.schema.names if dataset.misfits.get(name)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page.data.counts"):
        st.markdown(words, width="content")
        if project.draft.recipe.rows:
            n_steps = len(project.draft.recipe.rows)
            st.caption(
                f"All rows of the file are shown; {counted(n_steps, 'step')} on the page Prepare "
                f"{'leaves' if n_steps == 1 else 'leave'} rows out before learning.",
                width="content",
            )
        if odd:
            n = sum(dataset.misfits[name] for name in odd)
            st.button(
                f"{counted(n, 'cell')} {'does' if n == 1 else 'do'} not fit",
                key="page.data.odd",
                icon=":material/warning:",
                on_click=rows_view.look_at,
                args=(odd[0], rows_view.ODD),
                help=f"In {counted(len(odd), 'column')}: they say something that the meaning of their column does not "
                "allow, such as a word among numbers, and count as “no value”. Click to see these rows.",
            )
        if dataset.notes:
            with st.popover(counted(len(dataset.notes), "note"), icon=":material/info:"):
                for note in dataset.notes:
                    st.markdown(f"- {plain(note)}")
        if upload.UNDO_KEY in st.session_state:
            st.button(
                "Undo the last change",
                key="page.data.undo",
                icon=":material/undo:",
                on_click=data_changes.undo,
                args=(project,),
                help="Read the data as before.",
            )


def _trial_bar(project, dataset):
    with st.container(horizontal=True, vertical_alignment="center", key="page.data.trial.bar"):
        st.markdown(
            ":material/visibility: **Not kept yet.** Below are the first rows as they would be read.", width="content"
        )
        st.button(
            "Keep this",
            key="page.data.keep",
            type="primary",
            icon=":material/check:",
            on_click=data_changes.keep_trial,
            args=(project, dataset),
            help="Read the whole file by these rules.",
        )
        st.button(
            "Back to how it was",
            key="page.data.drop",
            icon=":material/undo:",
            on_click=data_changes.drop_trial,
        )
