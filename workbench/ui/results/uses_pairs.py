"""Columns together: pairs of which one changes what the other does, looked for on a click, and the picture of one."""

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.results import permutation_importance
from workbench.results.uses.effects import outcome_words
from workbench.results.uses.interactions import CHANCE, COLUMNS, Interactions, interactions, pair_effect
from workbench.results.wording import percent
from workbench.training.scoring import quietly
from workbench.ui import background, components, phrases, pictures, state
from workbench.ui.results import measuring, uses_effects, uses_model, views

WHAT = (
    f"Among the {COLUMNS} columns that the model needs most, each pair is measured: what share of what both do "
    "together neither does alone (Friedman's H squared, by partial dependence; for classes on the scale of log odds). "
    "A model that learnt noise has such pairs, too. So each is taken out of the predictions for rows that a model had "
    "not seen: blue pairs are those without which these get worse by more than chance "
    f"(one-sided paired t-test; at most {percent(CHANCE)} to report any pair where there is none)."
)
PAIR = (
    "Partial dependence on two columns: the mean answer of the model fitted on {learned}, for some values of the "
    "other column. Lines side by side: each column does its own; lines that differ in slope: they act together."
)
OFFER = "Which columns act together is looked for on a click; the estimator is fitted once more, without a fold."


@st.cache_resource(max_entries=32, show_spinner="Asking the model …")
def _pair(run_id, key, made_at, one, other, label, _opened, _spec):
    with quietly():
        return pair_effect(_opened.pipeline, _opened.inputs, _spec, one, other, label=label)


def show(shown):
    """Show the pairs, or a way to have them looked for, and the picture of a chosen one."""
    label = uses_model.choose_class(shown, "pairs")
    found = _measured(shown, label)
    if found is None:
        return
    if found.rows.empty:
        st.info("There are no two columns to look at together.", icon=":material/join_inner:")
        return
    pictures.show(
        charts.CHARTS["interactions"](found),
        numbers(found),
        key="page.results.uses.pairs",
        name=f"pairs-{shown.run.number}",
        alt=f"Columns together: {found.finding()}",
        definition=f"{WHAT} Measured at {found.n_rows:,} rows.",
    )
    opened = uses_model.opened(shown)
    if opened is None:
        return

    @st.fragment
    def live():
        """A choice here runs nothing else of the page again."""
        pairs = list(zip(found.rows["one"], found.rows["other"], strict=True))
        pair = st.selectbox(
            "Pair",
            pairs,
            format_func=" and ".join,
            key=f"page.results.uses.pair.{_place(shown.run, shown.key, label)}",  # others have other pairs
        )
        try:
            result = _pair(shown.run.id, shown.key, opened.made_at, *pair, label, _opened=opened, _spec=shown.run.spec)
        except WorkbenchError as error:
            components.show_problem(error)
            return
        pictures.show(
            charts.CHARTS["pair_effect"](result),
            pair_numbers(result),
            key="page.results.uses.pair",
            name=f"pair-{shown.run.number}",
            alt=f"Two columns together: {result.finding()}",
            definition=PAIR.format(learned=phrases.rows_learned(shown.run.spec)),
        )

    live()


def _measured(shown, label):
    """Return the pairs as they were measured; where they were not, show why and a way to get them, and None."""
    run, key = shown.run, shown.key
    kept = state.store().artifact("interactions", _place(run, key, label))
    if kept is not None:
        return Interactions.from_json(kept)
    name = f"interactions.{run.id}.{key}.{label}"
    measuring.offer(
        run,
        name,
        OFFER,
        words="Look for pairs",
        key="page.results.uses.measure_pairs",
        on_click=_measure,
        args=(shown, label, name),
        icon=":material/join_inner:",
    )
    return None


def _place(run, key, label):
    return f"{run.id}:{key}:{label}"


def _measure(shown, label, name):
    store, run, key = state.store(), shown.run, shown.key

    def work(job):
        table = store.load_table(run.spec.dataset)
        needed = views.stored_importance(run, key)
        if needed is None:
            job.say("Shuffling one column after the other to see which are needed")
            needed = permutation_importance(table, run.spec, key)
            store.save_importance(run.id, key, needed)
        job.say("Taking pairs of columns out of the predictions to see what it costs")
        columns = needed.rows.loc[needed.rows["mean"] > 0, "column"].tolist()
        found = interactions(table, run.spec, key, columns, label=label)
        store.put_artifact("interactions", _place(run, key, label), found.to_json())

    background.start(name, work)


def numbers(found):
    """Return the numbers of the pairs with headers that say what they are."""
    rows = found.frame()
    frame = rows[["one", "other"]].assign(share=100 * rows["share"], loss=100 * rows["loss"], p=rows["p_value"])
    frame["verdict"] = ["beyond chance" if worth else "not beyond chance" for worth in rows["worth"]]
    headers = ["Column", "and", "Share that neither has alone (%)", "Squared error grows without it by (%)"]
    return frame.set_axis([*headers, "p-value", "Held-out rows"], axis=1)


def pair_numbers(result):
    """Return the numbers of a pair's picture, probabilities in percent."""
    share = result.label is not None
    unit = "%" if share else result.unit
    what = outcome_words(result.target, result.label).strip("“”")
    frame = result.frame().assign(mean=result.rows["mean"] * (100 if share else 1))
    headers = [uses_effects.value_header(one) for one in (result.one, result.other)]
    return frame.set_axis([*headers, f"{what} ({unit})" if unit else what], axis=1)
