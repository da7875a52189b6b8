"""How two tables differ: worked out in the background, once for all tabs."""

from collections import OrderedDict

import streamlit as st

from workbench.profiling.differences.tables import TableDifferences, compare_tables
from workbench.ui import background, components, state

PREFIX = "differences:"
PATIENCE_SECONDS = 0.5
MOST_KEPT = 8


@st.cache_resource
def _kept() -> OrderedDict[str, TableDifferences]:
    return OrderedDict()


def look(project, old, new) -> TableDifferences | None:
    """Return how ``new`` differs from ``old`` (data sets); None where that is still being worked out, and said so."""
    target = project.draft.target if project.draft.target in old.schema.names else ""
    name = f"{PREFIX}{old.fingerprint}-{new.fingerprint}-{target}"
    if name in _kept():
        return _kept()[name]
    job = background.job(name)
    if job is not None and job.done:
        components.show_problem(job.problem)
        st.button("Try again", key="page.profile.compare.again", on_click=background.forget, args=(name,))
        return None
    if job is None:
        job = background.start(name, lambda job: _work(job, name, old, new, target)) or background.job(name)
    if job is not None:
        job.wait(max(PATIENCE_SECONDS - job.seconds, 0))
    if name in _kept():
        return _kept()[name]
    if job is not None:
        background.show(job)
    return None


def _work(job, name, old, new, target):
    kept = _kept()
    job.say("Opening the two tables")
    tables = [state.table(dataset.fingerprint) for dataset in (old, new)]
    job.say("Comparing every column")
    kept[name] = compare_tables(*tables, old.schema, new.schema, target=target)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
