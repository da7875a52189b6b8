"""What was decided about answers elsewhere and is not in use here: said, and taken over in one click."""

from dataclasses import dataclass

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.results.deciding.amount_costs import Costs, amount_errors
from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.purposes import goal_of
from workbench.results.wording import LONGEST_LABEL, number, shorten
from workbench.runtime.decisions import percent_of
from workbench.specs import AmountDecisionSpec, DecisionSpec, canonical_json
from workbench.store.records import Run
from workbench.training.scoring import label_of
from workbench.ui import components, state, what_if_cases
from workbench.ui.results import decide_counts, decide_shift
from workbench.ui.results.decide_place import Place

MOST_RUNS = 8  # newest ones that are looked at
LONGEST_NAME = 32  # characters of a scenario in a button


@dataclass(frozen=True)
class Elsewhere:
    """A decision about another estimator of the same question.

    Parameters
    ----------
    run : Run
    key : str
    decision : DecisionSpec or AmountDecisionSpec
    """

    run: Run
    key: str
    decision: DecisionSpec | AmountDecisionSpec


def found_elsewhere(project, run, key):
    """Return the decision to take over, None where one is in use here or there is none elsewhere: of another estimator
    of this run, else of the newest other run that predicts the same."""
    store = state.store()
    if run.spec is None or _of(store, run, key) is not None:
        return None
    others = [one for one in store.runs(project.id) if one.id != run.id and _same_question(one, run)][:MOST_RUNS]
    for other in (run, *others):
        decided = store.decided(other.id)  # in one look: most runs have none, and every rerun of the page comes here
        keys = dict.fromkeys([other.best, *(candidate.key for candidate in other.spec.candidates)])
        for one in (one for one in keys if one in decided and (other.id, one) != (run.id, key)):
            decision = _of(store, other, one)
            if decision is not None and _fits(decision, run):
                return Elsewhere(other, one, decision)
    return None


def _of(store, run, key):
    return store.decision(run.id, key) if run.spec.classes else store.amount_decision(run.id, key)


def _same_question(other, run):
    mine, theirs = run.spec, other.spec
    return theirs is not None and (theirs.target, theirs.task) == (mine.target, mine.task)


def _fits(decision, run):
    if not run.spec.classes:
        return True
    return canonical_json(decision.label) in {canonical_json(label) for label in run.spec.classes}


def show(project, run, evaluation, key, page):
    """Show what was decided elsewhere with the ways to take it over, and cases that were kept there.

    Parameters
    ----------
    project : Project
    run : Run
    evaluation : Evaluation
    key : str
        The estimator in view.
    page : str
        Begins the keys of widgets.
    """
    place, known = f"page.{page}.elsewhere", f"elsewhere.left.{run.id}.{key}"
    found = None if key is None or st.session_state.get(known) else found_elsewhere(project, run, key)
    if found is None:
        return
    with st.container(border=True, key=place):
        st.markdown(f":material/history: {components.plain(_told(found, run))}")
        with st.container(horizontal=True, gap="small"):
            for name, words, take in _ways(found, run, evaluation, key):
                st.button(words, key=f"{place}.{name}", on_click=_take, args=(take, found, run, key, place))
            st.button(
                "Leave it as the model comes",
                key=f"{place}.leave",
                type="tertiary",
                on_click=st.session_state.__setitem__,
                args=(known, True),
            )
    if f"{place}.problem" in st.session_state:
        components.show_problem(st.session_state.pop(f"{place}.problem"))


def _told(found, run):
    same = found.run.id == run.id
    who = shorten(label_of(found.run.spec, found.key), LONGEST_LABEL) if same else f"Run {found.run.number}"
    here = "this estimator" if same else f"run {run.number}"
    if run.spec.classes:
        one = found.decision
        why = f" (chosen for “{one.scenario}”)" if one.scenario else ""
        return f"{who} answers “{shorten(one.label)}” from {percent_of(one.threshold)} on{why}; {here} does not yet."
    return f"{who} has {_by(found.decision.shift, run)} each prediction; {here} has not yet."


def _by(shift, run):
    size = number(abs(shift), unit=run.spec.target_column.unit)
    return f"{size} added to" if shift > 0 else f"{size} taken off"


def _ways(found, run, evaluation, key):
    """Return the ways to take a decision over: name, words of the button, and what works the new one out."""
    one, store = found.decision, state.store()
    if not run.spec.classes:

        def anew():
            shift = amount_errors(evaluation, key).best_shift(Costs(one.too_low, one.too_high))
            return one.but(shift=shift)

        same = f"Take over: {components.plain(_by(one.shift, run))} each"
        ways = [("same", same, lambda: one)]
        return [("anew", "Find anew what is best here for the same costs", anew), *ways] if _costs(one) else ways

    scenarios = store.scenarios(found.run.id, one.label)
    scenario = next((each for each in scenarios if each.name == one.scenario), None)

    def best():
        decided = decide_counts.counted(run, key, one.label, evaluation)
        return one.but(
            threshold=best_threshold(decided, goal_of(scenario), seed=run.spec.seed).threshold, scenarios=scenarios
        )

    ways = [("same", f"Take over {percent_of(one.threshold)}", lambda: one.but(scenario="", scenarios=scenarios))]
    if scenario is None:
        return ways
    name = components.plain(shorten(scenario.name, LONGEST_NAME))
    return [("anew", f"Find the best threshold here for “{name}”", best), *ways]


def _costs(decision):
    return decision.too_low + decision.too_high > 0


def _take(take, found, run, key, place):
    """Put a decision in use, with what outcomes are worth and the cases kept there (callback)."""
    store = state.store()
    try:
        decision = take()
        if run.spec.classes:
            if not store.scenarios(run.id, decision.label):
                store.save_scenarios(run.id, decision.label, decision.scenarios)
            store.save_decision(run.id, key, decision)
            st.session_state.pop(Place(run.id, key, decision.label).threshold, None)  # the slider stands there again
        else:
            store.save_amount_decision(run.id, key, decision)
            store.save_amount_costs(run.id, key, decision)
            decide_shift.forget(run.id, key)
    except WorkbenchError as error:
        st.session_state[f"{place}.problem"] = error
        return
    what_if_cases.take_over(found.run, found.key, run, key)
