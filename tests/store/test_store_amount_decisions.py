"""What was decided about amounts: kept with the run, wherever the run goes."""

import io

import pytest

from workbench.results.deciding.intervals import DEFAULT_LEVEL
from workbench.specs import AmountDecisionSpec, CandidateSpec, ColumnSpec, ExperimentSpec
from workbench.store import amount_decisions

DECISION = AmountDecisionSpec(shift=12.5, too_low=3.0, too_high=1.0, unit="€")


@pytest.fixture
def run(store, plain_reading):
    project = store.create_project("Flats")
    store.add_dataset(project.id, io.BytesIO(b"x,y\n1,2.5\n2,3.5\n"), "t.csv")
    spec = ExperimentSpec(
        dataset=store.project(project.id).draft.dataset,
        target="y",
        task="regression",
        columns=(ColumnSpec(name="x", meaning="integer"),),
        target_column=ColumnSpec(name="y", meaning="number"),
        candidates=(CandidateSpec(kind="ridge"),),
        metric="rmse",
    )
    return store.create_run(project.id, spec)


def test_what_holds_unless_something_was_chosen(store, run):
    assert store.interval_level(run.id, "ridge") == DEFAULT_LEVEL == amount_decisions.DEFAULT_LEVEL
    assert store.amount_decision(run.id, "ridge") is None
    assert store.error_ratio(run.id, "ridge") == 1.0


def test_each_is_kept_and_replaced_and_the_shift_taken_back(store, run):
    store.save_interval_level(run.id, "ridge", 0.8)
    store.save_error_ratio(run.id, "ridge", 0.93)
    store.save_amount_decision(run.id, "ridge", DECISION)
    assert store.interval_level(run.id, "ridge") == 0.8 and store.error_ratio(run.id, "ridge") == 0.93
    assert store.amount_decision(run.id, "ridge") == DECISION
    assert store.interval_level(run.id, "other") == 0.9 and store.amount_decision(run.id, "other") is None
    store.save_amount_decision(run.id, "ridge", None)
    assert store.amount_decision(run.id, "ridge") is None


def test_what_another_version_wrote_does_not_count(store, run):
    for kind, value in (("interval", {"level": 7}), ("all_rows", {"ratio": "much"}), ("amount_decision", {"by": 1})):
        store.put_artifact(kind, f"{run.id}:ridge", value)
    test_what_holds_unless_something_was_chosen(store, run)


def test_all_go_where_the_run_goes(store, run):
    store.end_run(run.id, "finished")
    store.save_interval_level(run.id, "ridge", 0.95)
    store.save_amount_decision(run.id, "ridge", DECISION)
    copy = store.duplicate_project(run.project_id)
    (copied,) = store.runs(copy.id)
    assert store.interval_level(copied.id, "ridge") == 0.95
    assert store.amount_decision(copied.id, "ridge") == DECISION
