"""Choosing the main metric and the estimators to try, each with its few settings."""

import streamlit as st

from workbench.modeling import metrics, models, searches
from workbench.specs import CandidateSpec
from workbench.ui import autopilot_choice, components, state, tuning_choice
from workbench.ui.autopilot_choice import OWN_KEY

BASELINE = "baseline"
METRIC_KEY = "page.train.metric"


def choose_metric(project, spec):
    """Show which figure decides which estimator is best, each with a sentence, and store the choice."""
    suited = [metric for metric in metrics.METRICS if spec.task in metric.tasks]
    names = [metric.name for metric in suited]

    def save():
        state.save_draft(state.project_in_work(), metric=st.session_state[METRIC_KEY])

    state.show_as_stored(METRIC_KEY, spec.metric if spec.metric in names else names[0])
    st.selectbox(
        "What should decide which is best?",
        names,
        format_func=lambda name: metrics.metric(name).label,
        key=METRIC_KEY,
        on_change=save,
        help="The main metric. All the others are computed as well.",
    )
    chosen = metrics.metric(spec.metric)
    better = "Higher is better." if chosen.greater_is_better else "Lower is better."
    st.caption(f"{components.plain(chosen.sentence)} {better}")


def show_left_out(plan):
    """Say which estimators are left out and why, each with a click that tries it all the same where it can be tried."""
    for entry in plan.models_left_out:
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.caption(f"Left out: **{models.model(entry.kind).label}**. {components.plain(entry.reason)}")
        button.button(
            "Try it all the same", key=f"page.train.try.{entry.kind}", on_click=_toggle, args=(entry.kind, True)
        )
    for entry in plan.unsuitable:
        st.caption(f"Left out: **{models.model(entry.kind).label}**. {components.plain(entry.reason)}")


def choose_own(project, n_rows):
    """Unfold the list of estimators that suit the task, with a tick, settings and a search for each.

    Parameters
    ----------
    project : Project
    n_rows : int
        Of the table.
    """
    own = autopilot_choice.purpose_of(project.draft) == "own"
    with st.expander("Choose estimators myself", icon=":material/tune:", key=OWN_KEY, on_change="rerun") as unfolded:
        if not unfolded.open:
            return
        if own:
            st.button(
                "Back to the suggested set",
                key="page.train.default_set",
                on_click=lambda: _store(None, ()),
                icon=":material/undo:",
            )
        elif autopilot_choice.kept_own(project.id):
            kept = autopilot_choice.kept_own(project.id)
            st.button(
                "Back to my own set", key="page.train.own_set", on_click=_store, args=kept, icon=":material/redo:"
            )
        elif project.draft.autopilot is not None:
            st.caption("What you choose here takes the place of the card above.")
        spec = autopilot_choice.default_plan(project.draft).spec
        for kind in models.MODELS:
            if spec.task in kind.tasks:
                _choice_of(kind, spec, n_rows)


def _choice_of(kind, spec, n_rows):
    """One estimator: a tick, its sentence, its settings in a popover, and a search for good ones below."""
    chosen = [candidate for candidate in spec.candidates if candidate.kind == kind.name]
    tuning = next((one for one in spec.tunings if one.kind == kind.name), None)
    tick, sentence, settings, search = st.columns([3, 5, 2, 2], vertical_alignment="center")
    always = kind.name == BASELINE
    tick.checkbox(
        kind.label,
        value=bool(chosen) or always,
        disabled=always,
        key=f"page.train.use.{kind.name}.{bool(chosen)}",
        on_change=_toggle,
        args=(kind.name, not chosen),
        help="Always tried: without it no score means anything." if always else None,
    )
    sentence.caption(components.plain(kind.sentence))
    if not kind.hyperparameters:
        return
    with settings.popover("Settings", key=f"page.train.open.{kind.name}", on_change="rerun") as unfolded:
        if unfolded.open:
            _settings_form(kind, chosen[0].hyperparameters if chosen else {})
    search.toggle(
        "Search",
        value=tuning is not None,
        key=f"page.train.searched.{kind.name}.{tuning is not None}",
        on_change=_search,
        args=(kind.name, tuning is None),
        help="Search for good settings: tries several, and tells how the score depends on them.",
    )
    if tuning is not None:
        tuning_choice.show(kind, tuning, spec, n_rows)


def _settings_form(kind, chosen):
    with st.form(f"page.train.form.{kind.name}", border=False):
        st.markdown(f"**{kind.label}**")
        values = {
            entry.name: _field(kind, entry, chosen.get(entry.name, entry.default)) for entry in kind.hyperparameters
        }
        if st.form_submit_button("Use these settings", key=f"page.train.submit.{kind.name}"):
            _set(kind, {entry.name: values[entry.name] for entry in kind.hyperparameters if _differs(entry, values)})
            st.rerun()


def _differs(entry, values):
    """Whether a setting is another than the usual one; a field that was emptied stands for that, where it needs one."""
    value = values[entry.name]
    return value != entry.default and (value is not None or entry.optional)


def _field(kind, entry, value):
    key = f"page.train.{kind.name}.{entry.name}"
    usual = "empty" if entry.default is None else entry.default
    if entry.type == "choice":
        words = {"help": f"{entry.sentence} Usually {usual}.", "key": key}
        return st.selectbox(entry.label, entry.choices, index=entry.choices.index(value), **words)
    whole = entry.type == "integer"
    convert = int if whole else float
    return st.number_input(
        entry.label,
        min_value=convert(entry.low),
        max_value=convert(entry.high),
        value=None if value is None else convert(value),
        step=1 if whole else None,
        format=None if whole else "%g",
        placeholder="no limit" if entry.optional else None,
        help=f"{entry.sentence} From {entry.low:g} to {entry.high:g}, usually {usual}.",
        key=key,
    )


def _toggle(name, use):
    draft = state.project_in_work().draft
    spec = autopilot_choice.default_plan(draft).spec
    if use:
        _store(_with(spec.candidates, name), draft.tunings)
    else:
        kept = tuple(candidate for candidate in spec.candidates if candidate.kind != name)
        _store(kept, tuple(tuning for tuning in draft.tunings if tuning.kind != name))


def _search(name, use):
    """Begin a search with the suggested ranges, or leave it."""
    draft = state.project_in_work().draft
    spec = autopilot_choice.default_plan(draft).spec
    others = tuple(tuning for tuning in draft.tunings if tuning.kind != name)
    if use:
        _store(_with(spec.candidates, name), (*others, searches.suggested_tuning(name)))
    else:
        _store(spec.candidates, others)


def _with(candidates, name):
    """Return the candidates with the kind ``name`` among them, in the order of the list on screen."""
    if any(candidate.kind == name for candidate in candidates):
        return candidates
    order = [kind.name for kind in models.MODELS]
    return tuple(sorted((*candidates, CandidateSpec(kind=name)), key=lambda candidate: order.index(candidate.kind)))


def _set(kind, hyperparameters):
    """Use ``kind`` with these settings, in the place where it stood."""
    draft = state.project_in_work().draft
    spec = autopilot_choice.default_plan(draft).spec
    new = CandidateSpec(kind=kind.name, hyperparameters=hyperparameters)
    candidates = _with(spec.candidates, kind.name)
    _store(tuple(new if one.kind == kind.name else one for one in candidates), draft.tunings)


def _store(candidates, tunings):
    state.save_draft(state.project_in_work(), candidates=candidates, tunings=tunings, autopilot=None)
