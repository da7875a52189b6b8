"""Reasons for a row: from the training rows to its answer, column by column, and known rows that are most like it."""

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.results import largest_errors
from workbench.results.uses.neighbours import agreeing, nearest
from workbench.results.uses.reasons import reasons_for
from workbench.results.wording import decimals_of, number, probability
from workbench.training.scoring import quietly
from workbench.ui import components, phrases, pictures
from workbench.ui.results import uses_model, views
from workbench.ui.results.own_rows import looks

ODDS_DECIMALS, SUM_DIGITS = 3, 2  # of figures that are added up; digits beyond the usual three
MORE_DECIMALS = 8  # tried, until figures add up as they are read
WORST = 8  # rows offered that it was furthest off on
WHAT = (
    "What each column adds, compared with {n} training rows: its Shapley value, the mean change when its value in "
    "such a row is replaced by this row's, over {orders}. All bars add up to the answer. "
)
ODDS = (
    "Bars are as long as what they add to the log odds; ‘odds × 2’ doubles the odds of the class. They start from the "
    "mean of those rows' log odds: the middle of the answers, which is not the share of rows that are of the class. "
)
ORDERS = {
    True: "all orders in which columns can be replaced",
    False: "orders of replacing columns drawn by chance (hover over a bar to see how uncertain that leaves it)",
}
CAUTION = "They say how the model comes to its answer, not what would happen if a value were changed in the world."
LIKE = (
    "Known rows by how far they are apart in your own columns, free text left aside: 0 where all agree, 1 where none "
    "does (Gower's coefficient){weighted}."
)


@st.cache_resource(max_entries=64, show_spinner="Asking the model …")
def _reasons(run_id, key, made_at, row, label, shift, _opened, _spec):
    with quietly():
        return reasons_for(
            _opened.pipeline,
            _opened.inputs.loc[[row]],
            _opened.background,
            label=label,
            target=_spec.target,
            unit=_spec.target_column.unit,
            shift=shift,
        )


@st.cache_resource(max_entries=64, show_spinner=False)
def _nearest(run_id, key, row, measured, _opened, _spec, _importance):
    importance = None if _importance is None else _importance.rows.set_index("column")["mean"]
    return nearest(_opened.inputs, _opened.outcomes, _opened.inputs.loc[[row]], _spec, importance=importance)


@st.cache_resource(max_entries=16, show_spinner=False)
def _worst(run_id, n_done, key, mark, _evaluation):
    return largest_errors(_evaluation, key, WORST)


def show(shown):
    """Show the reasons for a chosen row, and its nearest training rows."""
    found = uses_model.opened(shown)
    if found is None:
        return

    @st.fragment
    def live():
        """A choice here runs nothing else of the page again."""
        row = _choose_row(shown, found)
        if row is None:
            return
        label = uses_model.choose_class(shown, f"row.{row}", _predicted(shown, found, row))
        try:
            asked = (shown.run.id, shown.key, found.made_at, row, label, shown.added)
            result = _reasons(*asked, _opened=found, _spec=shown.run.spec)
        except WorkbenchError as error:
            components.show_problem(error)
            return
        _show_reasons(shown, result, row)
        _show_nearest(shown, found, row)

    live()


def _predicted(shown, found, row):
    """Return the class that the model answers for a row; of several, its reasons are asked for first."""
    if shown.run.spec.task != "multiclass":
        return None
    with quietly():
        label = found.pipeline.predict(found.inputs.loc[[row]])[0]
    return label.item() if hasattr(label, "item") else label


def _choose_row(shown, found):
    """Return the label of the row to explain; None, with the reason, where there is no such row."""
    worst = _worst(shown.run.id, shown.run.n_done, shown.key, shown.mark, _evaluation=shown.evaluation).frame()
    worst = worst[worst["row"].isin(found.inputs.index)]
    number_key = f"page.results.uses.row.{shown.run.id}"
    first = int(worst["row"].iloc[0]) if len(worst) else int(found.inputs.index[0])
    chosen_key = f"page.results.uses.worst.{shown.run.id}.{shown.key}"

    def let_go():
        st.session_state[chosen_key] = None  # another row than the one that was picked

    def take():
        if st.session_state[chosen_key] is not None:
            st.session_state[number_key] = st.session_state[chosen_key] + 1

    st.session_state.setdefault(number_key, first + 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.number_input(
            "Row of the table",
            min_value=1,
            max_value=int(found.inputs.index.max()) + 1,
            step=1,
            key=number_key,
            width=180,
            on_change=let_go,
        )
        st.pills(
            "or one of those it was furthest off on",
            worst["row"].tolist(),
            format_func=lambda row: f"{row + 1:,}",
            key=chosen_key,
            on_change=take,
        )
    row = int(picked) - 1
    if row in found.inputs.index:
        return row
    locked = "is locked away, " if shown.run.spec.locked else ""
    st.info(
        f"The model did not learn from row {picked:,}: it is not in the sample, has no outcome, {locked}or a step left "
        "it out. Choose another.",
        icon=":material/rule:",
    )
    return None


def _show_reasons(shown, result, row):
    told = WHAT.format(n=result.n_background, orders=ORDERS[result.exact])
    pictures.show(
        charts.CHARTS["reasons"](result),
        numbers(result),
        key="page.results.uses.reasons",
        name=f"reasons-{shown.run.number}-row-{row + 1}",
        alt=f"Reasons for row {row + 1:,}: {result.finding()}",
        definition=told + (ODDS if result.label is not None else "") + CAUTION,
    )
    st.markdown(adds_up(result))
    _tell_held_out(shown, result, row)


def adds_up(result):
    """Say the sum that the reasons are, in figures.

    Returns
    -------
    str
        Markdown.
    """
    higher = result.rows.loc[result.rows["contribution"] > 0, "contribution"].sum()
    lower = -result.rows.loc[result.rows["contribution"] < 0, "contribution"].sum()
    values = (result.base, higher, lower, result.answer)
    decimals = ODDS_DECIMALS if result.label is not None else decimals_of(max(map(abs, values))) + SUM_DIGITS
    decimals = adding_decimals(values, decimals)
    unit = components.plain(result.unit) if result.label is None else ""
    figures = [number(value, decimals, unit) for value in values]
    start, up, down, end = figures
    sum_of = f"**It adds up:** {start} to start from + {up} higher − {down} lower = **{end}**"
    if result.label is None:
        return sum_of
    return f"{sum_of} log odds, which is a probability of **{probability(result.chance)}**"


def adding_decimals(values, least):
    """Return a number of decimals, one for all, with which start + higher − lower make the end also as they are read.

    >>> adding_decimals((-1.4614, 2.6394, 1.0265, 0.1515), 3)
    4
    """
    for decimals in range(least, least + MORE_DECIMALS):
        start, up, down, end = (round(value, decimals) for value in values)
        if abs(start + up - down - end) < 10.0**-decimals / 2:
            return decimals
    return least


def _tell_held_out(shown, result, row):
    """Say what was predicted while the row was held out: the model in view has learnt from it since."""
    rows = shown.evaluation.out_of_fold(shown.key)
    mine = rows[rows["row"] == row]
    if mine.empty:
        return
    actual = components.plain(str(mine["actual"].iloc[0]))
    if result.label is None:
        unit = components.plain(result.unit)
        told = f"the answer was {number(float(mine['prediction'].iloc[0]), unit=unit)}"
        actual = number(float(mine["actual"].iloc[0]), unit=unit)
    else:
        share = probability(float(mine[f"probability_{result.label}"].iloc[0]))
        told = f"the probability of {components.plain(result.label)} was {share}"
    st.caption(
        f"Actual: {actual}. While this row was held out, {told}; the model that is explained here has "
        f"learnt from {phrases.rows_learned(shown.run.spec)}, from this one too."
    )


def _show_nearest(shown, found, row):
    st.markdown("##### Known rows most like it")
    importance = views.stored_importance(shown.run, shown.key)
    result = _nearest(
        shown.run.id,
        shown.key,
        row,
        importance is not None,
        _opened=found,
        _spec=shown.run.spec,
        _importance=importance,
    )
    st.markdown(f"**{components.plain(result.finding())}.**")
    rows = found.inputs.loc[result.rows["row"]]
    same = agreeing(rows, found.inputs.loc[[row]], result.columns)
    if same:
        st.markdown(f"All of them have the same {components.plain(same)}.")
    ours = result.frame().rename(columns={"distance": "Distance (0 to 1)"})
    ours = ours.assign(**{views.ROW: ours["row"] + 1}).drop(columns="row")
    ours = ours[[views.ROW, "Distance (0 to 1)", "actual"]]
    pictures.table(
        views.beside(ours, rows),
        key="page.results.uses.nearest",
        name=f"like-row-{row + 1}",
        alt=f"Known rows most like row {row + 1:,}, with all columns",
        n_ours=ours.shape[1],
        **looks(shown.run.spec),
    )
    weighted = "; columns count by how much the model needs them" if result.by_importance else ""
    st.caption(LIKE.format(weighted=weighted))


def numbers(result):
    """Return the numbers of the reasons with headers that say what they are."""
    unit = "log odds" if result.label is not None else result.unit
    adds, off = (f"{name} ({unit})" if unit else name for name in ("Adds", "Uncertain by"))
    return result.frame()[["column", "value", "contribution", "error"]].set_axis(["Column", "Value", adds, off], axis=1)
