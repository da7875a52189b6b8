"""How a newer table differs from the one in work, before it takes its place."""

import streamlit as st

from workbench.data.differences import compare_schemas
from workbench.profiling.wording import counted
from workbench.specs import MEANING_LABELS
from workbench.store.datasets import carry_over
from workbench.ui.components import plain
from workbench.ui.phrases import short

SHOWN = 12
# kind of change: (icon, words before the columns, for one and for several)
KINDS = {
    "added": (":material/add_circle:", "New column", "New columns"),
    "removed": (":material/do_not_disturb_on:", "Column that is gone", "Columns that are gone"),
    "renamed": (":material/drive_file_rename_outline:", "Probably another name", "Probably other names"),
    "meaning": (":material/category:", "Another meaning", "Other meanings"),
    "order": (":material/swap_vert:", "The columns stand in another order", "The columns stand in another order"),
}


def show(project, old, new):
    """Show rows before and after, each change in columns, and what the project loses."""
    st.markdown(f"**{plain(short(new.name))}** is read and waits. Until you choose, the table below stays in use.")
    if new.fingerprint == old.fingerprint:
        st.info("It is the same table as the one in use.", icon=":material/info:")
        return
    rows = _counted(new.n_file_rows, old.n_file_rows, "row")
    columns = _counted(new.n_columns, old.n_columns, "column")
    st.markdown(f"It has {rows} and {columns}.")
    lines = told(compare_schemas(old.schema, new.schema))
    st.markdown(
        "  \n".join(lines) if lines else ":material/check_circle: The columns are the same, with the same meanings."
    )
    lost = carry_over(project.draft, new.schema, new.fingerprint).lost
    if lost:
        st.warning(
            "With this file the project loses:  \n" + "  \n".join(f"• {plain(sentence)}" for sentence in lost), icon="⚠️"
        )
    elif lines:
        st.markdown(":material/check_circle: All your choices still fit.")


def told(changes):
    """Return the changes in columns as lines of Markdown, one per kind."""
    lines = []
    for kind, (icon, one, several) in KINDS.items():
        of_kind = [change for change in changes if change.kind == kind]
        if not of_kind:
            continue
        words = one if len(of_kind) == 1 else several
        names = ", ".join(_named(change) for change in of_kind[:SHOWN] if change.column)
        more = f" and {len(of_kind) - SHOWN} more" if len(of_kind) > SHOWN else ""
        lines.append(f"{icon} {words}{': ' if names else ''}{names}{more}")
    return lines


def _named(change):
    name = f"**{plain(short(change.column, 40))}**"
    if change.kind == "renamed":
        return f"**{plain(short(change.was, 40))}** is now **{plain(short(change.now, 40))}**"
    if change.kind == "meaning":
        was, now = (MEANING_LABELS.get(meaning, meaning) for meaning in (change.was, change.now))
        return f"{name} was {plain(was)}, is {plain(now)}"
    return name


def _counted(new, old, thing):
    """Return a count and how it differs.

    >>> _counted(1200, 1000, "row"), _counted(4, 4, "column")
    ('**1,200 rows** (200 more than now)', '**4 columns** (as now)')
    """
    more = new - old
    words = "as now" if not more else f"{abs(more):,} {'more' if more > 0 else 'fewer'} than now"
    return f"**{counted(new, thing)}** ({words})"
