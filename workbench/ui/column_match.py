"""Columns of a file that are called otherwise than the model's: suggested, changed, and confirmed on a click."""

import hashlib

import streamlit as st

from workbench.profiling.wording import counted
from workbench.ui import components

NONE = "— none —"
MOST_SHOWN = 30  # fields that are asked about; a file that lacks more is another file


def mapping_of(place, path):
    """Return what was confirmed for a file, by its path: name in the file to name that the model knows."""
    kept = st.session_state.get(place) or {}
    return dict(kept.get("mapping", {})) if kept.get("file") == path else {}


def show(found, place, path):
    """Show which columns of a file may be meant by those that it lacks, and keep what is confirmed.

    Parameters
    ----------
    found : FileColumns
        Of the file under its own names.
    place : str
        Key of the session that the choice is kept under.
    path : str
        Of the file, named by its content; it tells files apart: another one is asked about anew.
    """
    if not found.absent or not found.extra:
        return
    confirmed = mapping_of(place, path)
    by_field = {one.field: one for one in found.suggestions}
    chosen = {field: column for column, field in confirmed.items()}
    title = _title(found, confirmed)
    with st.expander(title, expanded=bool(found.suggestions) and not confirmed, icon=":material/compare_arrows:"):
        with st.form(f"{place}.form", border=False):
            picks = {}
            for at, field in enumerate(found.absent[:MOST_SHOWN]):
                suggestion = by_field.get(field)
                begun = chosen.get(field) or (suggestion.column if suggestion and not confirmed else NONE)
                options = [NONE, *found.extra]
                picks[field] = st.selectbox(
                    components.plain(field),
                    options,
                    index=options.index(begun) if begun in options else 0,
                    key=f"{place}.{_mark(path)}.{at}",
                    help=components.plain(f"Suggested: {suggestion.reason}.") if suggestion else None,
                )
            sent = st.form_submit_button("Use these columns", type="primary", icon=":material/check:")
        if len(found.absent) > MOST_SHOWN:
            st.caption(f"{len(found.absent) - MOST_SHOWN:,} more columns are not in the file; they count as blank.")
    if sent:
        _keep(picks, place, path)


def _keep(picks, place, path):
    named = {field: column for field, column in picks.items() if column != NONE}
    twice = sorted({column for column in named.values() if list(named.values()).count(column) > 1})
    if twice:
        st.error(f"**{components.plain(twice[0])}** is chosen twice; choose it once.", icon=":material/error:")
        return
    st.session_state[place] = {"file": path, "mapping": {column: field for field, column in named.items()}}
    st.rerun()


def _title(found, confirmed):
    if confirmed:
        return f"{counted(len(confirmed), 'column')} of the file taken for what the model knows by another name"
    lacking = counted(len(found.absent), "column")
    suggested = f"; for {len(found.suggestions)} there is a suggestion" if found.suggestions else ""
    return f"{lacking} of the model not in the file under that name{suggested}"


def _mark(path):
    return hashlib.sha256(path.encode("utf-8")).hexdigest()[:12]
