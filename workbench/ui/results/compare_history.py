"""All runs of a project as a table: when, what was asked, what came out, and a comment on each."""

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import metrics
from workbench.modeling.split_words import how_often
from workbench.profiling.wording import counted
from workbench.results.wording import LONGEST_LABEL, number, shorten, with_spread
from workbench.training.scoring import label_of
from workbench.ui import phrases, pictures, run_panel, state

PLACE = "page.results.history"
TURN = f"{PLACE}.turn"  # a new editor after each change, so that none of its edits is kept twice
COMMENT = "Your comment"


def show(shown):
    """Show the table; comments are written into it."""
    runs = state.runs_of(shown.project)
    frame = history(runs, shown.run.id)
    key = f"{PLACE}.{st.session_state.get(TURN, 0)}"
    st.data_editor(
        frame,
        hide_index=True,
        disabled=[name for name in frame.columns if name != COMMENT],
        column_config={
            COMMENT: st.column_config.TextColumn(COMMENT, width="medium", help="Click twice to write."),
        },
        key=key,
        on_change=_keep,
        args=(key, [run.id for run in runs]),
    )
    st.caption(
        "Scores are means over the tested parts, ± their spread. Compare those that were asked the same; *Two runs* "
        "says whether a difference is more than chance. A comment is kept with its run."
    )
    st.download_button(
        "Save as CSV",
        data=lambda: pictures.csv_of(frame),
        file_name="runs.csv",
        mime="text/csv",
        key=f"{PLACE}.csv",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
    )


def _keep(key, ids):
    """Store the comments that were changed in the table (callback)."""
    for row, changed in st.session_state[key]["edited_rows"].items():
        keep_comment(ids[int(row)], changed.get(COMMENT))
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def keep_comment(run_id, text):
    """Store the comment on a run; its field under “About run” shows it from then on."""
    state.store().comment_run(run_id, text or "")
    st.session_state.pop(f"page.results.note.{run_id}", None)


def history(runs, current=""):
    """Return one row for each run, newest first, as text for people.

    Parameters
    ----------
    runs : list of Run
    current : str
        Id of the run that is looked at.
    """
    rows = []
    for run in runs:
        label = "" if run.spec is None or run.best is None else shorten(label_of(run.spec, run.best), LONGEST_LABEL)
        rows.append(
            {
                "Run": f"{run.number}" + (" (this one)" if run.id == current else ""),
                "When": phrases.ago(run.finished_at or run.created_at),
                "What was asked": _asked(run),
                "Score": _score(run),
                "Better is": _better(run),
                COMMENT: run.comment,
                "Best estimator": label or "–",
                "Guessing": "–" if run.baseline_mean is None else number(run.baseline_mean, unit=_unit(run)),
                "State": run_panel.status_words(run),
            }
        )
    return pd.DataFrame(rows)


def _asked(run):
    if run.spec is None:
        return "asked by another version of the app"
    spec = run.spec
    search = ""
    if spec.autopilot is not None:
        search = f", search of {allowed(spec.autopilot.seconds)}"
    return (
        f"{shorten(spec.target)} from {counted(len(spec.columns), 'column')}, checked {how_often(spec.split)}{search}"
    )


def allowed(seconds):
    """Say how long a search was allowed.

    >>> allowed(60), allowed(20)
    ('1 min', '20 s')
    """
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _score(run):
    if run.best is None or run.spec is None or run.best_mean is None:
        return "no complete score"
    kind = metrics.metric(run.metric)
    std = _spread(run.id, run.n_done, run.status, run.best)
    return f"{kind.label} {with_spread(run.best_mean, std, _unit(run))}"


@st.cache_data(max_entries=512, show_spinner=False)
def _spread(run_id, n_done, status, key):
    """Return the spread of a run's score; not by way of the evaluations in view, which many runs would push out."""
    try:
        return state.store().load_evaluation(run_id).candidate(key).std
    except (WorkbenchError, KeyError):
        return float("nan")


def _better(run):
    if run.best is None or run.spec is None or run.best_mean is None:
        return ""
    return "higher" if metrics.metric(run.metric).greater_is_better else "lower"


def _unit(run):
    return run_panel.unit_of(run.spec) if run.spec is not None else ""
