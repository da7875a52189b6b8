"""Values that stand for "not known", read as blank in one click."""

import pandas as pd
import streamlit as st

from workbench.errors import NotPossible, WorkbenchError
from workbench.runtime.reading import type_column
from workbench.ui import components, state, upload

PROBLEM_KEY = "page.profile.blanks.problem"


def texts_of(raw, column, values):
    """Return how ``values`` are written in the file.

    Parameters
    ----------
    raw : Series of str
        The cells of the column.
    column : ColumnSpec
    values : list
        Words, numbers, or dates as ISO text.

    Examples
    --------
    >>> from workbench.specs import ColumnSpec
    >>> texts_of(pd.Series(["-999.0", "12", " -999 "]), ColumnSpec(name="a", meaning="number"), [-999])
    ('-999.0', '-999')
    """
    texts = raw.dropna().astype(str).str.strip().drop_duplicates().reset_index(drop=True)
    typed = type_column(texts, column.model_dump(mode="json")).values
    wanted = pd.to_datetime(values) if column.meaning == "date" else values
    return tuple(texts[typed.isin(wanted).to_numpy()])


def button(project, finding, key):
    """Offer to have the values of a finding read as blank."""
    n = sum(len(entry["values"]) for entry in finding.blanks)
    st.button(
        "Treat it as blank" if n == 1 else f"Treat {n} values as blank",
        key=f"page.blank.{key}",
        on_click=_read_as_blank,
        args=(project, finding),
        help="The file is read anew with these cells as “no value”. You can undo it.",
    )


def show_undo():
    """Show, until the page is left, the way back from what was read as blank; or why it could not be."""
    if PROBLEM_KEY in st.session_state:
        components.show_problem(st.session_state.pop(PROBLEM_KEY))
    if upload.UNDO_KEY not in st.session_state:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="page.profile.blanked"):
        st.markdown(":blue[:material/task_alt:] These cells count as “no value” now.", width="stretch")
        project = state.project_in_work()
        st.button("Undo", key="page.blank.undo", icon=":material/undo:", on_click=upload.back, args=(project,))


def _read_as_blank(project, finding):
    """Read the file anew with the values of ``finding`` as blank (callback)."""
    project = state.store().project(project.id)
    dataset = state.dataset(project.draft.dataset)
    try:
        raw = state.store().load_raw(dataset.fingerprint, [entry["name"] for entry in finding.blanks])
        tokens = {
            entry["name"]: texts_of(raw[entry["name"]], dataset.schema.column(entry["name"]), entry["values"])
            for entry in finding.blanks
        }
        if not any(tokens.values()):
            raise NotPossible("The file does not hold these values as text.", "Change them in the file.")
        columns = tuple(
            column.but(missing=tuple(dict.fromkeys((*column.missing, *tokens.get(column.name, ())))))
            for column in dataset.schema.columns
        )
        upload.replace(
            project,
            lambda: state.store().retype_dataset(dataset.fingerprint, project.id, dataset.schema.but(columns=columns)),
        )
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
