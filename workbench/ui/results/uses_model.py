"""The fitted model of a candidate with the rows it is asked about, opened once for all that explains it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from workbench.errors import ModelUnusable, NotFound
from workbench.modeling import planning
from workbench.results.uses.reasons import Background, background_of
from workbench.training.scoring import quietly
from workbench.ui import components, model_choice, state
from workbench.ui.results import views

PAGE = "results.uses"


@dataclass(frozen=True, eq=False)
class Opened:
    """A fitted pipeline, the typed rows that it learnt from with their outcomes, and the background of its reasons."""

    pipeline: Any
    inputs: pd.DataFrame
    outcomes: np.ndarray
    background: Background
    made_at: Any


def opened(shown) -> Opened | None:
    """Return the model in view; where it is not fitted or does not load, show why and a way to get it, and None."""
    run, key = shown.run, shown.key
    if not model_choice.fitted(run, key, PAGE):
        return None
    try:
        return _opened(run.id, key, model_choice.stored_model(run, key).at)
    except (ModelUnusable, NotFound) as error:
        components.show_problem(error)
        model_choice.offer_fit(run, key, PAGE, again=True)
        return None


@st.cache_resource(max_entries=2, show_spinner="Opening the model …")
def _opened(run_id, key, made_at):
    store = state.store()
    run = store.run(run_id)
    pipeline = store.load_model(run_id, key)
    inputs, outcomes = planning.modelling_table(state.table(run.spec.dataset), run.spec)
    inputs = inputs[[column.name for column in run.spec.columns]]
    return Opened(pipeline, inputs, outcomes, background(run, key, pipeline), made_at)


def background(run, key, pipeline) -> Background:
    """Return the training rows that a model's answers are explained against: drawn once, then kept with the run.

    What is kept gives the same reasons everywhere, here, in the form and in what is handed over.
    """
    store, name = state.store(), f"{run.id}:{key}"
    kept = store.artifact("background", name)
    if kept is not None:
        return Background.from_json(kept, run.spec.columns)
    with quietly():
        found = background_of(pipeline, state.table(run.spec.dataset), run.spec)
    store.put_artifact("background", name, found.to_json())
    return found


def choose_class(shown, place, default=None):
    """Return the class that is meant: the positive one of two, a choice among several, None for amounts."""
    spec = shown.run.spec
    if spec.task != "multiclass":
        return spec.positive if spec.classes else None
    return st.selectbox(
        "Probability of",
        spec.classes,
        index=spec.classes.index(default) if default in spec.classes else 0,
        format_func=str,
        key=f"page.results.uses.class.{place}.{shown.run.id}",
    )


def columns_by_need(shown, *, texts=True) -> list[str]:
    """Return the names of the columns, what the model needs most first where that was measured."""
    found = views.stored_importance(shown.run, shown.key)
    order = {} if found is None else {name: place for place, name in enumerate(found.rows["column"])}
    wanted = [column.name for column in shown.run.spec.columns if texts or column.meaning != "text"]
    return sorted(wanted, key=lambda name: order.get(name, len(order)))
