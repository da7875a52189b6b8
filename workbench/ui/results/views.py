"""The views of one estimator on the results page: computed once, drawn with their definition and numbers."""

from contextlib import suppress

import pandas as pd
import streamlit as st

from workbench import charts
from workbench.errors import NotPossible, WorkbenchError
from workbench.modeling import metrics
from workbench.modeling.split_words import scored_over
from workbench.results import headline, leaderboard
from workbench.results.views import view
from workbench.results.wording import number
from workbench.runtime.decisions import sentence_of
from workbench.ui import amount_rules, background, components, pictures, state
from workbench.ui.results import behind, measuring
from workbench.ui.results.own_rows import ROW, beside, looks, opened, rows_of
from workbench.ui.run_panel import unit_of

# What views that fit the estimator again say while there is no result yet, and while it is worked on.
MEASURED = {
    "importance": (
        "What an estimator relies on is measured for the best one by itself, for the others on a click.",
        "Shuffling one column after the other to see what it costs",
    ),
    "learning_curve": (
        "The estimator is fitted again on an eighth, a quarter, a half and all of the rows; that takes up to "
        "three times as long as scoring it did.",
        "Learning from ever more of the rows",
    ),
}
# Views of amounts that follow what is added to them; scores are of estimators as they come.
WITH_ADDED = ("predicted_against_actual", "residuals", "largest_errors", "largest_shares")
WITHOUT_TABLE = (
    "The table that this run learned from is not here any more: the file of predictions has the numbers of its rows "
    "and none of its columns."
)
LEVEL = (
    " Filled: level with the best, not told apart from it by the rows that both were tested on. Hollow: worse by more "
    "than chance. The spread says nothing about that: rows that are hard are hard for all."
)


@st.cache_resource(max_entries=64, show_spinner=False)
def _computed(name, run_id, n_done, key, mark, _evaluation):
    """Return the result of a view and its charts; kept, since neither changes once the folds are there."""
    result = view(name).compute(_evaluation, key, None)
    return result, [charts.CHARTS[chart](result) for chart in view(name).charts]


@st.cache_resource(max_entries=32, show_spinner=False)
def _board(run_id, n_done, n_failed, _evaluation):
    spec = _evaluation.spec
    metric = metrics.metric(spec.metric)
    frame = leaderboard(_evaluation)
    going = frame[~frame["key"].isin(list(_evaluation.dropped))]  # the others are told in what was tried
    chart = charts.leaderboard(
        going, metric=metric.label, higher_is_better=metric.greater_is_better, unit=unit_of(spec)
    )
    return frame, chart, board_table(frame, _evaluation)


@st.cache_resource(max_entries=32, show_spinner=False)
def _headline(run_id, n_done, n_failed, key, mark, added, so_far, _evaluation):
    return headline(_evaluation, key, added, so_far=so_far)


def headline_of(run, evaluation, key=None, added=0.0, *, so_far=False):
    """Return the headline of a run, or of the estimator ``key``; kept, since it reads every prediction of it."""
    decision = evaluation.decisions.get(key)
    mark = decision.fingerprint if decision is not None else ""
    return _headline(run.id, run.n_done, len(evaluation.failures), key, mark, added, so_far, evaluation)


def added_words(added, unit):
    """Say what is added to predicted amounts, as the beginning of a sentence in Markdown.

    >>> added_words(-25.0, "€")
    '**25 €** is taken off'
    """
    words = "is added to" if added >= 0 else "is taken off"
    return f"**{components.plain(number(abs(added), unit=unit))}** {words}"


def board_table(frame, evaluation):
    """Return the leaderboard with every metric's mean and each fold of the main one, as it is saved."""
    metric = evaluation.spec.metric
    rows = []
    for row in frame.itertuples():
        entry = evaluation.candidate(row.key)
        rows.append(
            {
                "estimator": row.label,
                "kind": row.kind,
                f"{metric} mean": row.mean,
                f"{metric} std": row.std,
                "level with the best": "yes" if row.tied else "",
                "better than baseline by": row.gain,
                **{
                    f"{metric} fold {fold + 1}": value
                    for fold, value in zip(entry.folds, entry.scores.get(metric, ()), strict=False)
                },
                **{f"{name} mean": entry.spread(name)[0] for name in entry.scores if name != metric},
                "seconds to fit": row.fit_seconds,
                "seconds to predict": row.score_seconds,
                "note": row.note,
            }
        )
    return pd.DataFrame(rows)


def show_board(run, evaluation):
    """Show the leaderboard: chart, numbers, and what did not work."""
    frame, chart, table = _board(run.id, run.n_done, len(evaluation.failures), evaluation)
    metric = metrics.metric(run.spec.metric)
    better = "Higher is better." if metric.greater_is_better else "Lower is better."
    some = frame["mean"].notna() & ~frame["complete"] & ~frame["key"].isin(list(evaluation.dropped))
    unfinished = " Grey, below the others: the mean of the folds that are done so far." if some.any() else ""
    pictures.show(
        chart,
        table,
        key="page.results.board",
        name="leaderboard",
        alt="Leaderboard: score of each estimator, with its spread where there is one",
        definition=f"{components.plain(metric.sentence)} {better} {_dot(run.spec.split)}; the dashed line is "
        f"the baseline.{LEVEL if frame['tied'].any() else ''}{unfinished}",
    )
    for key, cause in evaluation.failures.items():
        label = frame.loc[frame["key"] == key, "label"].iloc[0]
        st.warning(f"**{components.plain(label)}** failed: {components.plain(cause)}", icon=":material/warning:")


def _dot(split):
    """Say what dot and bar of the leaderboard stand for."""
    if split.rounds == 1:
        return f"The dot is the score {components.plain(scored_over(split))}"
    return f"The dot is the mean {components.plain(scored_over(split))}, the bar its spread (one standard deviation)"


def show_view(kind, shown):
    """Show one view of the estimator that is looked at (``results.views.VIEWS``)."""
    run, evaluation, key, table = shown.run, shown.evaluation, shown.key, shown.table
    if kind.name == "confusion" and shown.decision is not None:
        st.markdown(components.plain(sentence_of(shown.decision.model_dump(), len(run.spec.classes))))
    if kind.name in WITH_ADDED and shown.added:
        st.markdown(f"{added_words(shown.added, run.spec.target_column.unit)} what the model predicts, here as well.")
    try:
        if kind.needs_table:
            result, drawn = _measured(kind, run, key)
            if result is None:
                return
        else:
            result, drawn = _computed(kind.name, run.id, run.n_done, key, shown.mark, evaluation)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    if not drawn:
        _show_rows(kind, result, run, table)
    elif kind.name in behind.BEHIND:
        st.fragment(_show_drawn)(kind, shown, result, drawn)
    else:
        _show_drawn(kind, shown, result, drawn)


def _show_drawn(kind, shown, result, drawn):
    """Show the pictures of a view, its sentences, and the rows behind what is clicked where there is a way to them."""
    run, mark = shown.run, shown.mark
    leads = behind.BEHIND.get(kind.name)
    place = f"page.results.{kind.name}"
    if leads is not None:
        place = f"{place}.{run.id}.{shown.key}.{mark}"  # what was clicked is of this estimator
    definition = components.plain(kind.definition) + (leads.hint if leads is not None else "")
    for position, chart in enumerate(drawn):
        last = position == len(drawn) - 1
        key = f"{place}.{position}"
        pictures.show(
            chart,
            result.numbers() if hasattr(result, "numbers") else result.frame(),
            key=key,
            name=f"{kind.name}-{run.number}" if position == 0 else f"{kind.name}-{run.number}-{position + 1}",
            alt=f"{kind.label}: {result.finding()}",
            definition=definition if last else "",
            unit=run.spec.target_column.unit if not run.spec.classes else "",
            on_select="ignore" if leads is None else lambda key=key: behind.on_click(leads, result, key),
        )
    for note in result.notes() if hasattr(result, "notes") else ():
        st.markdown(components.plain(note))
    if leads is not None:
        behind.show(shown, leads, result, f"{place}.0", f"{kind.name}-rows-{run.number}")


def stored_importance(run, key):
    """Return what an estimator relies on as it was measured, or None where it is not there (yet) or cannot be said."""
    try:
        return state.store().importance(run.id, key)
    except NotPossible:
        return None


def _measured(kind, run, key):
    """Return what was measured and its charts; where there is nothing yet, show why, and a way to get it."""
    found = getattr(state.store(), kind.name)(run.id, key)
    if found is not None:
        return found, [charts.CHARTS[chart](found) for chart in kind.charts]
    name = f"{kind.name}.{run.id}.{key}"
    measuring.offer(
        run,
        name,
        MEASURED[kind.name][0],
        words="Measure it",
        key=f"page.results.measure.{kind.name}",
        on_click=_measure,
        args=(kind, run, key, name),
    )
    return None, []


def _measure(kind, run, key, name):
    store = state.store()
    evaluation = state.evaluation_of(run)

    def work(job):
        job.say(MEASURED[kind.name][1])
        found = kind.compute(evaluation, key, store.load_table(run.spec.dataset))
        getattr(store, f"save_{kind.name}")(run.id, key, found)

    background.start(name, work)


def _show_rows(kind, result, run, table):
    """A view that is a table of rows: with the person's own columns beside."""
    st.markdown(f"**{components.plain(result.finding())}.**")
    rows = result.frame()
    ours = rows.drop(columns=["row", "fold"]).assign(**{ROW: rows["row"] + 1})
    ours = ours[[ROW, *(name for name in ours.columns if name != ROW)]]
    theirs = opened(table)
    if theirs is None:
        return
    pictures.table(
        beside(ours, rows_of(theirs, rows["row"])),
        key=f"page.results.{kind.name}",
        name=f"{kind.name}-{run.number}",
        alt=f"{kind.label}, with all columns of those rows",
        n_ours=ours.shape[1],
        **looks(run.spec),
    )
    st.caption(components.plain(kind.definition))
    _tell_absent(theirs, rows["row"])


def _tell_absent(table, labels):
    n = int((~labels.isin(table.index)).sum())
    if n:
        st.caption(
            f"{n:,} of these {len(labels):,} rows are not in the sample that is worked with here, so your own columns "
            "are blank for them; their predictions are those of the run."
        )


def out_of_fold_table(run, evaluation, key, table):
    """Return every out-of-fold prediction of an estimator, as it would be answered, beside the person's own row.

    Without a table (None) they stand alone.
    """
    found = amount_rules.held_out_answers(run, key, evaluation)
    ours = found.drop(columns=["row"])
    ours.insert(0, ROW, found["row"] + 1)
    if table is None:
        return ours
    return beside(ours, rows_of(table, found["row"]))


def save_tables(run, evaluation, key, table):
    """Offer the leaderboard and the out-of-fold predictions as CSV; these without the person's columns, where their
    table is gone."""
    theirs = None
    with suppress(WorkbenchError):  # a callback could not say so
        theirs = table()
    with st.container(horizontal=True):
        st.download_button(
            "Leaderboard as CSV",
            data=lambda: pictures.csv_of(board_table(leaderboard(evaluation), evaluation)),
            file_name=f"leaderboard-{run.number}.csv",
            mime="text/csv",
            key="page.results.save_board",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Predictions of your rows as CSV",
            data=lambda: pictures.csv_of(out_of_fold_table(run, evaluation, key, theirs)),
            file_name=f"predictions-{run.number}.csv",
            mime="text/csv",
            key="page.results.save_predictions",
            on_click="ignore",
            icon=":material/download:",
            help="Each of your rows with the prediction of a model that had not seen it: out-of-fold predictions.",
        )
    if theirs is None:
        st.caption(WITHOUT_TABLE)
