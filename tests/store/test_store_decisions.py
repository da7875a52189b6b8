"""Decisions and what outcomes are worth: kept with the run, wherever the run goes."""

import io

import pytest

from workbench.specs import AmountDecisionSpec, CandidateSpec, ColumnSpec, DecisionSpec, ExperimentSpec, ScenarioSpec

CALLS = ScenarioSpec(name="Calls", found=40.0, false_alarm=-5.0, unit="€")
DECISION = DecisionSpec(label="Yes", threshold=0.31, scenario="Calls", scenarios=(CALLS,))


@pytest.fixture
def project(store, plain_reading):
    project = store.create_project("Customers")
    store.add_dataset(project.id, io.BytesIO(b"x,y\n1,No\n2,Yes\n"), "t.csv")
    return store.project(project.id)


def spec_of(project, **changes):
    return ExperimentSpec(
        dataset=project.draft.dataset,
        target="y",
        task="binary",
        classes=("No", "Yes"),
        positive="Yes",
        columns=(ColumnSpec(name="x", meaning="integer"),),
        target_column=ColumnSpec(name="y", meaning="category"),
        candidates=(CandidateSpec(kind="logistic"),),
        metric="roc_auc",
    ).but(**changes)


@pytest.fixture
def run(store, project):
    return store.create_run(project.id, spec_of(project))


def test_a_decision_is_kept_replaced_and_taken_back(store, run):
    assert store.decision(run.id, "logistic") is None
    store.save_decision(run.id, "logistic", DECISION)
    store.save_decision(run.id, "logistic", DECISION.but(threshold=0.4))
    assert store.decision(run.id, "logistic") == DECISION.but(threshold=0.4)
    assert store.decision(run.id, "decision_tree") is None
    store.save_decision(run.id, "logistic", None)
    assert store.decision(run.id, "logistic") is None


def test_what_another_version_wrote_is_no_decision(store, run):
    store.put_artifact("decision", f"{run.id}:logistic", {"label": "Yes", "threshold": 7})
    assert store.decision(run.id, "logistic") is None


def test_amounts_are_known_in_the_next_run_and_can_be_changed_there(store, project, run):
    store.save_scenarios(run.id, "Yes", (CALLS,))
    later = store.create_run(project.id, spec_of(project, seed=1))
    assert store.scenarios(later.id, "Yes") == (CALLS,)
    assert store.scenarios(later.id, "No") == ()
    store.save_scenarios(later.id, "Yes", ())
    assert store.scenarios(later.id, "Yes") == ()
    assert store.scenarios(run.id, "Yes") == (CALLS,)


def test_amounts_about_another_column_are_not_taken_over(store, project, run):
    store.save_scenarios(run.id, "Yes", (CALLS,))
    other = store.create_run(project.id, spec_of(project, target="z"))
    assert store.scenarios(other.id, "Yes") == ()


def test_both_go_where_the_run_goes(store, project, run, tmp_path):
    store.end_run(run.id, "finished")
    store.save_decision(run.id, "logistic", DECISION)
    store.save_scenarios(run.id, "Yes", (CALLS,))
    copy = store.duplicate_project(project.id)
    (copied,) = store.runs(copy.id)
    assert store.decision(copied.id, "logistic") == DECISION
    assert store.scenarios(copied.id, "Yes") == (CALLS,)


def test_amounts_that_no_sum_can_hold_are_not_taken_from_a_project_file(store, run):
    endless = {**CALLS.model_dump(mode="json"), "found": float("inf")}
    store.put_artifact("scenarios", f'{run.id}:"Yes"', [endless])
    assert store.scenarios(run.id, "Yes") == ()


def test_estimators_with_a_decision_are_found_in_one_look(store, project, run):
    other = store.create_run(project.id, spec_of(project))
    assert store.decided(run.id) == ()
    store.save_decision(run.id, "logistic", DECISION)
    store.save_amount_decision(run.id, "ridge:a%_", AmountDecisionSpec(shift=2.0))
    store.save_decision(other.id, "mlp", DECISION)
    assert sorted(store.decided(run.id)) == ["logistic", "ridge:a%_"]
    store.save_decision(run.id, "logistic", None)
    assert store.decided(run.id) == ("ridge:a%_",)
