"""How two tables differ: worked out in the background, once for all tabs, and kept."""

from collections import OrderedDict

import streamlit as st

from workbench.profiling.differences.tables import TableDifferences, compare_tables
from workbench.profiling.plain import from_plain
from workbench.store.profile_process import compare_apart
from workbench.ui import background, components, profile_job, state

PREFIX = "differences:"
PATIENCE_SECONDS = 0.5
MOST_KEPT = 8
OPENING, COMPARING = "Opening the two tables", "Comparing every column"


@st.cache_resource
def _kept() -> OrderedDict[str, TableDifferences]:
    return OrderedDict()


def look(project, old, new) -> TableDifferences | None:
    """Return how ``new`` differs from ``old`` (data sets); None where that is still being worked out, and said so."""
    target = project.draft.target if project.draft.target in old.schema.names else ""
    key = f"{old.fingerprint}-{new.fingerprint}-{target}"
    found = known(key)
    if found:
        return found
    name = f"{PREFIX}{key}"
    job = background.job(name)
    if job is not None and job.done:
        components.show_problem(job.problem)
        st.button("Try again", key="page.profile.compare.again", on_click=background.forget, args=(name,))
        return None
    if job is None:
        job = background.start(name, lambda job: _work(job, key, old, new, target)) or background.job(name)
    if job is not None:
        job.wait(max(PATIENCE_SECONDS - job.seconds, 0))
    found = known(key)
    if found is None and job is not None:
        background.show(job)
    return found


def known(key: str) -> TableDifferences | None:
    """Return what has been worked out, else None."""
    kept = _kept()
    if key not in kept:
        stored = state.store().artifact("differences", key)
        if stored is None:
            return None
        try:
            kept[key] = from_plain(TableDifferences, stored)
        except ValueError:
            return None  # of an older version
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return kept[key]


def _work(job, key, old, new, target):
    job.say(OPENING)
    store = state.store()
    if all(profile_job.is_small(dataset.fingerprint) for dataset in (old, new)):
        tables = [state.table(dataset.fingerprint) for dataset in (old, new)]
        job.say(COMPARING)
        found = compare_tables(*tables, old.schema, new.schema, target=target)
        store.put_artifact("differences", key, found.to_json())
        return
    compare_apart(store, old.fingerprint, new.fingerprint, key, target=target, on_tables=lambda: job.say(COMPARING))
