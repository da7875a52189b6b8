"""How the score depends on the settings that a search tried, and ranges that should be wider."""

import streamlit as st

from workbench import charts
from workbench.results.candidates.run_settings import asked
from workbench.results.candidates.tuning_curves import edge_warnings, tuning_curves
from workbench.ui import components, pictures, state, tuning_choice

DEFINITION = (
    "Each dot is one try. Blue: its mean score on rows it had not seen, which decides. Orange: the same models on the "
    "rows they had learned from. Where orange goes on improving and blue does not, the model begins to learn by heart."
)
TOGETHER = " The other settings vary as well, so the line goes through the middle of neighbouring tries."


@st.cache_resource(max_entries=16, show_spinner=False)
def _computed(run_id, n_done, tuning_fingerprint, _evaluation, _tuning):
    curves = tuning_curves(_evaluation, _tuning)
    return curves, [charts.score_against_setting(curve) for curve in curves], edge_warnings(_evaluation, _tuning)


def show(run, evaluation, key):
    """Show the curves of the searches for the kind of the chosen estimator, where there were any."""
    kind = run.spec.candidate(key).kind
    searches = [tuning for tuning in run.spec.tunings if tuning.kind == kind]
    for tuning in searches:
        curves, drawn, warnings = _computed(run.id, run.n_done, tuning.fingerprint, evaluation, tuning)
        if not curves or curves[0].rows.empty:
            continue
        st.subheader("What the settings change", anchor=False)
        for number, warning in enumerate(warnings):
            words, button = st.columns([4, 1], vertical_alignment="center")
            words.warning(components.plain(warning.sentence), icon=":material/open_in_full:")
            button.button(
                "Widen it",
                key=f"page.results.widen.{number}",
                on_click=_widen,
                args=(run, tuning, warning.wider),
                help="Puts the wider range into the search on the Train page.",
            )
        if st.session_state.pop("page.results.widened", False):
            st.success("The search on the Train page has the wider range now.", icon=":material/check_circle:")
            components.go_to("Open the Train page", "train", key="page.results.to_train", primary=False)
        tabs = st.tabs([curve.label for curve in curves], key=f"page.results.curves.{kind}", on_change="rerun")
        for curve, chart, tab in zip(curves, drawn, tabs, strict=True):
            if tab.open:
                with tab:
                    _show_curve(run, curve, chart)


def _show_curve(run, curve, chart):
    pictures.show(
        chart,
        curve.frame(),
        key=f"page.results.curve.{curve.kind}.{curve.name}",
        name=f"{curve.kind}-{curve.name}-{run.number}",
        alt=f"{curve.metric} against {curve.label}: {curve.finding()}",
        definition=DEFINITION + (TOGETHER if curve.n_varied > 1 and curve.numeric else ""),
    )


def _widen(run, tuning, wider):
    """Put the wider range into the draft's search of this kind; where there is none any more, into that of the run."""
    project = state.project_in_work()
    current = next((one for one in project.draft.tunings if one.kind == tuning.kind), tuning)
    names = [entry.name for entry in current.ranges]
    ranges = tuple(wider if entry.name == wider.name else entry for entry in current.ranges)
    if wider.name not in names:
        ranges = (*ranges, wider)
    changed = current.but(ranges=ranges)
    state.save_draft(
        project,
        tunings=tuning_choice.replaced(project.draft.tunings, changed),
        candidates=project.draft.candidates or asked(run.spec).candidates,
        autopilot=None,
    )
    st.session_state["page.results.widened"] = True
