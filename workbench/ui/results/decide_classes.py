"""One class against the rest: which one is decided about, and how every class fares."""

import streamlit as st

from workbench.results.deciding.decisions import per_class
from workbench.ui import components, pictures


def choose_class(shown):
    """Return the class that is decided about: the one to find, or with several classes the chosen one."""
    spec = shown.run.spec
    if spec.task == "binary":
        return spec.positive
    labels = list(spec.classes)
    start = shown.decision.label if shown.decision is not None else _rarest(shown)
    return st.selectbox(
        "Decide about the class",
        labels,
        index=labels.index(start),
        format_func=str,
        key=f"page.results.decide.class.{shown.run.id}",
        help="One class against all others. Where its probability does not reach the threshold, the answer is the most "
        "probable of the others.",
    )


def _rarest(shown):
    table = _every_class(shown.run.id, shown.run.n_done, shown.key, shown.mark, shown.evaluation)
    some = table[table["count"] > 0]
    return some.loc[some["count"].idxmin(), "class"]


@st.cache_resource(max_entries=32, show_spinner=False)
def _every_class(run_id, n_done, key, mark, _evaluation):
    return per_class(_evaluation, key)


def show_every_class(shown):
    """Show precision and recall of each class, as the model answers now."""
    st.markdown("**Every class, as the model answers now**")
    pictures.table(
        _every_class(shown.run.id, shown.run.n_done, shown.key, shown.mark, shown.evaluation),
        key="page.results.decide.classes",
        name=f"classes-{shown.run.number}",
        alt="Rows, precision and recall of each class",
    )
    how = (
        f"By the threshold in use for “{shown.decision.label}”."
        if shown.decision is not None
        else "The answer is the most probable class; a threshold for one of them changes all."
    )
    st.caption(components.plain(how + " Precision and recall: higher is better."))
