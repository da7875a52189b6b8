"""Choosing the main metric and the estimators to try, each with its few settings."""

import streamlit as st

from workbench.modeling import metrics, models
from workbench.specs import CandidateSpec
from workbench.ui import components, state

BASELINE = "baseline"
METRIC_KEY = "page.train.metric"
OWN_KEY = "page.train.own"


def choose_metric(project, spec):
    """Show which figure decides which estimator is best, each with a sentence, and store the choice."""
    suited = [metric for metric in metrics.METRICS if spec.task in metric.tasks]
    names = [metric.name for metric in suited]

    def save():
        state.save_draft(state.project_in_work(), metric=st.session_state[METRIC_KEY])

    st.selectbox(
        "What should decide which is best?",
        names,
        index=names.index(spec.metric) if spec.metric in names else 0,
        format_func=lambda name: metrics.metric(name).label,
        key=METRIC_KEY,
        on_change=save,
        help="The main metric. All the others are computed as well.",
    )
    chosen = metrics.metric(spec.metric)
    better = "Higher is better." if chosen.greater_is_better else "Lower is better."
    st.caption(f"{components.plain(chosen.sentence)} {better}")


def show_default_set(plan):
    """Say which estimators will be tried, and which were left out and why."""
    labels = [_name(candidate) for candidate in plan.spec.candidates]
    st.markdown(f"**{len(labels)} estimators** will be tried on the same rows: {components.plain(', '.join(labels))}.")
    for entry in (*plan.models_left_out, *plan.unsuitable):
        st.caption(f"Left out: **{models.model(entry.kind).label}**. {components.plain(entry.reason)}")


def choose_own(project, plan):
    """Unfold the list of estimators that suit the task, with a tick and settings for each."""
    spec = plan.spec
    with st.expander("Choose estimators myself", icon=":material/tune:", key=OWN_KEY, on_change="rerun") as unfolded:
        if not unfolded.open:
            return
        if project.draft.candidates is not None:
            st.button(
                "Back to the suggested set",
                key="page.train.default_set",
                on_click=lambda: _store(None),
                icon=":material/undo:",
            )
        for kind in models.MODELS:
            if spec.task in kind.tasks:
                _choice_of(kind, _candidates(spec, kind.name))


def _choice_of(kind, chosen):
    """One estimator: a tick, its sentence, and its settings in a popover."""
    tick, sentence, settings = st.columns([3, 7, 2], vertical_alignment="center")
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
    if kind.hyperparameters:
        with settings.popover("Settings", key=f"page.train.open.{kind.name}", on_change="rerun") as unfolded:
            if unfolded.open:
                _settings_form(kind, chosen[0].hyperparameters if chosen else {})


def _settings_form(kind, chosen):
    with st.form(f"page.train.form.{kind.name}", border=False):
        st.markdown(f"**{kind.label}**")
        values = {
            entry.name: _field(kind, entry, chosen.get(entry.name, entry.default)) for entry in kind.hyperparameters
        }
        if st.form_submit_button("Use these settings", key=f"page.train.submit.{kind.name}"):
            _set(kind, {name: value for name, value in values.items() if value != kind.defaults()[name]})
            st.rerun()


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
    spec = state.plan_of(state.project_in_work().draft).spec
    if use:
        order = [kind.name for kind in models.MODELS]
        kept = [*spec.candidates, CandidateSpec(kind=name)]
        _store(tuple(sorted(kept, key=lambda candidate: order.index(candidate.kind))))
    else:
        _store(tuple(candidate for candidate in spec.candidates if candidate.kind != name))


def _set(kind, hyperparameters):
    """Use ``kind`` with these settings, in the place where it stood."""
    spec = state.plan_of(state.project_in_work().draft).spec
    new = CandidateSpec(kind=kind.name, hyperparameters=hyperparameters)
    if not _candidates(spec, kind.name):
        _toggle(kind.name, True)
        spec = state.plan_of(state.project_in_work().draft).spec
    _store(tuple(new if candidate.kind == kind.name else candidate for candidate in spec.candidates))


def _store(candidates):
    state.save_draft(state.project_in_work(), candidates=candidates)


def _candidates(spec, name):
    return [candidate for candidate in spec.candidates if candidate.kind == name]


def _name(candidate):
    own = " (own settings)" if candidate.hyperparameters else ""
    return models.model(candidate.kind).label + own
