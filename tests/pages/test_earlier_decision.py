"""A decision of another run is said where it is not in use, and taken over in one click."""

import pytest

from workbench.results.deciding.best import best_threshold
from workbench.results.deciding.decisions import decisions
from workbench.results.deciding.purposes import goal_of
from workbench.specs import DecisionSpec, ScenarioSpec
from workbench.training import worker
from workbench.ui import what_if_cases

CALLS = ScenarioSpec(name="Calls a week", kind="capacity", capacity=20, of=100)


@pytest.fixture
def two(trained):
    """A run in which a threshold was chosen for a capacity and a case kept, and a newer one of the same question."""
    (first,) = trained.runs(trained.project_ids()[0])
    trained.save_scenarios(first.id, "yes", (CALLS,))
    decision = DecisionSpec(label="yes", threshold=0.75, scenario=CALLS.name)
    trained.save_decision(first.id, first.best, decision)
    trained.put_artifact(what_if_cases.KIND, f"{first.id}:{first.best}", [{"number": 1, "row": {"plan": "basic"}}])
    newer = trained.create_run(first.project_id, first.spec.but(seed=1))
    worker.work(trained, newer.id)
    return first, trained.run(newer.id)


def words_of(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


@pytest.mark.parametrize("page", ["results", "try_it"])
def test_a_second_run_says_what_the_first_one_answers(open_app, two, page):
    _, second = two
    app = open_app(page, second.project_id)
    said = "Run 1 answers “yes” from 75 % on (chosen for “Calls a week”); run 2 does not yet."
    assert said in words_of(app)
    app.button(f"page.{page}.elsewhere.leave").click().run()
    assert not app.exception and said not in words_of(app)


def test_the_best_threshold_is_found_anew_for_what_it_was_chosen_for(open_app, trained, two):
    _, second = two
    app = open_app("results", second.project_id)
    app.button("page.results.elsewhere.anew").click().run()
    assert not app.exception and "Run 1 answers" not in words_of(app)
    found = trained.decision(second.id, second.best)
    decided = decisions(trained.load_evaluation(second.id), second.best, "yes")
    assert found.threshold == best_threshold(decided, goal_of(CALLS), seed=1).threshold
    assert (found.label, found.scenario, found.scenarios) == ("yes", CALLS.name, (CALLS,))
    assert trained.scenarios(second.id, "yes") == (CALLS,)
    place = f"{second.id}:{second.best}"
    assert trained.artifact(what_if_cases.KIND, place) == [{"number": 1, "row": {"plan": "basic"}}]
    assert "At " in words_of(app) and "of 1,000 rows" in words_of(app)
    assert next(one for one in app.select_slider if "decide.threshold" in one.key).value == found.threshold


def test_the_same_threshold_is_taken_over_as_it_is(open_app, trained, two):
    _, second = two
    app = open_app("try_it", second.project_id)
    app.button("page.try_it.elsewhere.same").click().run()
    assert not app.exception
    assert trained.decision(second.id, second.best).threshold == 0.75
    assert "Run 1 answers" not in words_of(app)


def test_where_something_was_decided_here_nothing_is_said(open_app, trained, two):
    _, second = two
    trained.save_decision(second.id, second.best, DecisionSpec(label="yes", threshold=0.3))
    assert "Run 1 answers" not in words_of(open_app("results", second.project_id))
