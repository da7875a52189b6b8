"""A calibrated variant of an estimator, made on a click from the predictions that are there."""

import streamlit as st

from workbench.results.wording import number
from workbench.training.combination import calibrated_variant
from workbench.training.evaluation import BASELINE, ENSEMBLE
from workbench.training.scoring import label_of
from workbench.ui import background, components, state
from workbench.ui.results import measuring

KIND = "calibrated"  # of the artifact that says what came of it


def show(shown):
    """Offer the variant below the view of calibration, or say what came of it."""
    run, key = shown.run, shown.key
    candidate = run.spec.candidate(key)
    if run.spec.task == "regression" or candidate.kind in (BASELINE, ENSEMBLE):
        return
    found = state.store().artifact(KIND, f"{run.id}:{key}")
    if found is None:
        name = f"{KIND}.{run.id}.{key}"
        measuring.offer(
            run,
            name,
            "A correction of the probabilities can be learnt from these predictions, each part of the rows by a "
            "correction learnt from the others. The ranking of the rows stays as it is; nothing is fitted again.",
            words="Make a calibrated variant",
            key="page.results.calibrate",
            on_click=_start,
            args=(run, key, name),
            icon=":material/tune:",
        )
        return
    st.markdown(_said(found, label_of(run.spec, key)))


def _said(found, label):
    """Say what came of it, as Markdown.

    >>> _said({"before": 0.5, "after": 0.45, "error": 0.004, "added": False}, "Ridge")[:38]
    'A correction learnt from held-out rows'
    """
    loss = (
        f"log loss {number(found['before'])} before, {number(found['after'])} after, give or take "
        f"{number(found['error'])} (lower is better)"
    )
    if found["added"]:
        return f"**{components.plain(label)}, calibrated** is among the estimators at the top of this page: {loss}."
    return (
        "A correction learnt from held-out rows would not make these probabilities better by more than chance: "
        f"{loss}. So none was added."
    )


def _start(run, key, name):
    store, evaluation = state.store(), state.evaluation_of(run)

    def work(job):
        job.say("Learning a correction from the held-out rows")
        variant = calibrated_variant(evaluation, key)
        if variant.helps:
            store.add_candidate(run.id, variant.candidate, variant.fold_scores)
        told = {"before": variant.before, "after": variant.after, "error": variant.error, "added": variant.helps}
        store.put_artifact(KIND, f"{run.id}:{key}", told)

    background.start(name, work)
