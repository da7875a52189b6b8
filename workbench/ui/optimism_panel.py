"""How much a division by chance would promise too much, as a number: measured on a click, and kept."""

import streamlit as st

from workbench.specs import CandidateSpec
from workbench.training.optimism import OptimismGap, optimism_gap, stored_gap
from workbench.ui import background, components, state

KIND = "optimism"  # of the artifact
ASKED = "How much too good would scores look if rows were divided by chance?"
EXPLAINED = (
    "One quick model is scored twice on your rows: divided by chance, and divided as said above. If the first score is "
    "much better, it comes from rows that a model will not have when you use it."
)


def key_of(spec, split):
    """Return what a measurement is kept by: everything that it depends on."""
    asked = spec.but(candidates=(CandidateSpec(kind="baseline"),), autopilot=None, tunings=(), split=split)
    return f"{spec.dataset}-{asked.fingerprint}"


def show(spec, split):
    """Show the gap between a division by chance and ``split``, or a button that measures it."""
    key = key_of(spec, split)
    kept = state.store().artifact(KIND, key)
    if kept is not None:
        show_found(OptimismGap.from_json(kept))
        return
    name = f"{KIND}.{key}"
    job = background.job(name)
    if job is not None and not job.done:
        background.show(job)
        return
    if job is not None:
        components.show_problem(job.problem)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/compare_arrows: {ASKED}", width="content", help=EXPLAINED)
        st.button("Measure it", key="page.features.optimism", on_click=_measure, args=(spec, split, key, name))


def show_of_run(run):
    """Show what was measured with a run; nothing where rows are divided by chance and nothing suggests otherwise."""
    found = stored_gap(state.store().artifact(KIND, run.id))
    if found is not None:
        show_found(found, meaning(found, run.spec.split))


def show_found(found, means=""):
    """Show a measurement: the sentence, what it means for a model that was trained, and by what it was measured."""
    mark = ":orange[:material/trending_down:]" if found.matters and found.gap > 0 else ":green[:material/balance:]"
    st.markdown(f"{mark} One quick model, measured both ways: **{components.plain(found.sentence)}** {means}".rstrip())
    st.caption(components.plain(found.measured), help=EXPLAINED)


def meaning(found, split):
    """Say what a measurement with a quick model means for the score of a person's model.

    Parameters
    ----------
    found : OptimismGap
    split : SplitSpec
        By which the person's model was scored.
    """
    if not (found.matters and found.gap > 0):
        return "So the score of your model, above, is not too good for that reason."
    if split.kind == "random":
        return (
            "The score of your model, above, comes from rows divided by chance: it is probably too good, by about as "
            "much as that. Say on the page Target and inputs what your rows mean, and train again."
        )
    return (
        "The score of your model, above, is measured the second, honest way already: there is nothing to take off it. "
        "Divided by chance it would only have looked better."
    )


def _measure(spec, split, key, name):
    """Measure the gap in a thread (callback)."""
    store = state.store()

    def work(job):
        job.say("Scoring one quick model under both divisions")
        store.put_artifact(KIND, key, optimism_gap(state.table(spec.dataset), spec, against=split).to_json())

    background.start(name, work)
