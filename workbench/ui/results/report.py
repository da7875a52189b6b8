"""Report: one page for the person who decides, a model card for the engineer, and the tables behind them."""

from dataclasses import dataclass

import streamlit as st

from workbench.export import run_context
from workbench.export.model_card import model_card
from workbench.export.run_summary import run_summary
from workbench.results.quality.goals import as_note
from workbench.results.report import report_html
from workbench.specs import fingerprint_of
from workbench.ui import model_choice, phrases, state
from workbench.ui.results import failures_work, views

PREVIEW_HEIGHT = 700  # pixels
WORDS = "Putting the report together"
WHAT = (
    "One page with all of this in words, numbers and pictures, for the person who decides. It opens in any browser "
    "without a network; its print gives a PDF. The model card says the same in short for an engineer; a service "
    "brings it along."
)


@dataclass(frozen=True)
class Written:
    """The texts that are saved."""

    html: str
    shown: str  # the same without its contents, whose links lead nowhere inside the app
    card: str


def show(shown):
    """Offer the report and the model card, with the report itself below, and the tables."""
    st.markdown(WHAT)
    store, run, key, name = state.store(), shown.run, shown.key, shown.project.name

    def compute():
        summary = run_summary(store, run, key, measure=False, with_effects=True)
        return Written(report_html(summary), report_html(summary, contents=False), model_card(summary))

    written = failures_work.result(failures_work.about(shown, "report", _mark(shown)), compute, WORDS)
    with st.container(horizontal=True):
        if written is not None:
            _save("Save the report", written.html, f"{name}-report-{run.number}", ".html", "text/html", primary=True)
            _save("Save the model card", written.card, f"{name}-model-card-{run.number}", ".md", "text/markdown")
    views.save_tables(run, shown.evaluation, key, shown.table)
    if written is None:
        return
    if views.stored_importance(run, key) is None:
        st.caption("What the estimator relies on is not in the report yet: measure it under “What it uses” first.")
    elif not _is_fitted(run, key):
        st.caption(
            "What the columns change is not in the report yet: it is looked at once the model is fitted on "
            f"{phrases.rows_learned(run.spec)}."
        )
    with st.container(border=True):
        st.iframe(written.shown, height=PREVIEW_HEIGHT, alt=f"The report about {name}")


def _save(label, text, name, ending, mime, *, primary=False):
    st.download_button(
        label,
        data=text.encode("utf-8"),
        file_name=phrases.file_name(name, ending),
        mime=mime,
        key=f"page.results.report{ending}",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if primary else "secondary",
    )


def _is_fitted(run, key):
    model = model_choice.stored_model(run, key)
    return model is not None and model.status == "ready"


def _mark(shown):
    """Return what changes with anything that the report says and the run itself does not."""
    store, run, key = state.store(), shown.run, shown.key
    shift, decision = store.amount_decision(run.id, key), store.decision(run.id, key)
    facts = {
        "project": shown.project.name,
        "comment": run.comment,
        "status": run.status,
        "goal": as_note(shown.project.draft),
        "decision": decision.fingerprint if decision is not None else "",  # with what it is worth
        "shift": shift.fingerprint if shift is not None else "",
        "level": store.interval_level(run.id, key),
        "ratio": store.error_ratio(run.id, key),
        "measured": views.stored_importance(run, key) is not None,
        "fitted": _is_fitted(run, key),
        "learning": store.artifact("learning_curve", f"{run.id}:{key}"),
        "tests": len(store.openings_of(run.id, key)),
        "pairs": [store.artifact("interactions", f"{run.id}:{key}:{label}") for label in run.spec.classes or (None,)],
        "beside": [(each.id, each.n_done, each.comment) for each in run_context.other_runs(store, run)],
    }
    return fingerprint_of(facts)
