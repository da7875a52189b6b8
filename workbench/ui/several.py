"""Several files at once: one below the other as one table where their columns are the same, else one of them."""

from pathlib import Path

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.wording import counted
from workbench.store import looking
from workbench.ui import reading_job, staged, state, upload
from workbench.ui.components import plain
from workbench.ui.phrases import short, size

KEY = "upload.several"  # {project id or "": ids of the files that wait for the person's choice}
SHOWN = 12
NAMES_SHOWN = 6


def ask(files, project_id=""):
    """Let the person choose, on the next run of the page, what becomes of ``files``."""
    st.session_state.setdefault(KEY, {})[project_id] = [file.id for file in files]


def pending(project_id=""):
    """Return the files that wait for a choice."""
    folder = state.store().staging()
    ids = st.session_state.get(KEY, {}).get(project_id, ())
    return [file for file in (staged.find(folder, upload_id) for upload_id in ids) if file]


def show(project=None):
    """Show the files that wait, with what can be done with them; nothing where none do."""
    project_id = project.id if project else ""
    files = pending(project_id)
    if not files:
        return
    with st.container(border=True, key="page.several"):
        st.markdown(f"**{len(files)} files arrived.** One project works with one table.")
        with st.spinner("Looking at their columns …"):
            columns = [_columns(str(file.path), file.name) for file in files]
        st.markdown("\n".join(_lines(files, columns)))
        same = len({frozenset(found) for found in columns}) == 1 and isinstance(columns[0], tuple)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if same:
                words = f"Put all {len(files)} together as one table"
                if st.button(words, type="primary", key="page.several.all", icon=":material/table_rows:"):
                    _read(files, project)
            one = st.selectbox(
                "Or read one of them" if same else "Their columns differ, so one of them can be read",
                files,
                format_func=lambda file: short(file.name),
                key="page.several.one",
            )
            if st.button("Read this one", type="secondary" if same else "primary", key="page.several.read"):
                _forget([file for file in files if file.id != one.id], project_id)
                _read([one], project)
            st.button(
                "Remove all", type="tertiary", key="page.several.none", on_click=_forget, args=(files, project_id)
            )


@st.cache_data(max_entries=100, show_spinner=False)
def _columns(path, name):
    """Return the names of a file's columns, or the sentence why it cannot be read."""
    try:
        return looking.columns_of(Path(path), name)
    except WorkbenchError as error:
        return str(error)


def _lines(files, columns):
    lines = []
    for file, found in list(zip(files, columns, strict=True))[:SHOWN]:
        what = _told(found) if isinstance(found, tuple) else plain(found)
        lines.append(f"- **{plain(short(file.name))}** ({size(file.size_bytes)}): {what}")
    if len(files) > SHOWN:
        lines.append(f"- and {len(files) - SHOWN} more")
    return lines


def _told(names):
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{counted(len(names), 'column')}: {plain(', '.join(short(name, 24) for name in names[:NAMES_SHOWN]))}{more}"


def _read(files, project):
    st.session_state.get(KEY, {}).pop(project.id if project else "", None)
    if project is None:
        project = reading_job.start_new(files)
    else:
        reading_job.start_first(project, files)
    upload.lead_on(project.id)


def _forget(files, project_id):
    st.session_state.get(KEY, {}).pop(project_id, None)
    for file in files:
        staged.remove(file)
