"""What a person asks of every fit reaches the experiment, or is refused or left aside with a sentence."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotFound, NotPossible
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.specs import AutopilotSpec, CandidateSpec, ColumnSpec, Draft, Schema, SearchRange, TuningSpec

MEANINGS = {"size": "number", "rooms": "integer", "town": "category", "count": "integer", "left": "yes_no"}
SCHEMA = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in MEANINGS.items()))
ROWS = np.arange(60)
TABLE = pd.DataFrame(
    {
        "size": ROWS % 13 + 0.5,
        "rooms": ROWS % 7,
        "town": pd.Series([("Ulm", "Bonn", "Kiel")[row % 3] for row in ROWS], dtype="str"),
        "count": ROWS % 4 + 1,
        "left": pd.Series(["yes" if row % 3 == 0 else "no" for row in ROWS], dtype="str"),
    }
)
LEAF = SearchRange(name="min_samples_leaf", low=2, high=50, log=True)


def plan(target="left", table=TABLE, **choices):
    return plan_experiment(table, SCHEMA, Draft(target=target, **choices))


def test_weights_are_no_input_and_stand_behind_the_inputs():
    found = plan(weight_column="count")
    assert [column.name for column in found.spec.columns] == ["size", "rooms", "town"]
    assert {entry.column: entry.reason for entry in found.spec.left_out} == {
        "count": "count says how much each row counts; it is not an input."
    }
    inputs, _ = modelling_table(TABLE, found.spec)
    assert list(inputs.columns) == ["size", "rooms", "town", "count"]


@pytest.mark.parametrize(
    ("column", "error", "words"),
    [
        ("nowhere", NotFound, "no column “nowhere”"),
        ("town", NotPossible, "holds no numbers"),
        ("rooms", NotPossible, "but 9 rows are without a number above zero"),
        ("left", NotPossible, "is to be predicted"),
    ],
)
def test_a_column_that_cannot_weigh_is_refused(column, error, words):
    with pytest.raises(error, match=words):
        plan(weight_column=column)


@pytest.mark.parametrize(
    "choices",
    [
        {"weight_column": "rooms"},
        {"candidates": (CandidateSpec(kind="gradient_descent"),)},
        {"candidates": (CandidateSpec(kind="decision_tree", hyperparameters={"min_samples_leaf": None}),)},
        {"candidates": (CandidateSpec(kind="ridge"),)},
        {"tunings": (TuningSpec(kind="decision_tree", ranges=(SearchRange(name="leaves", low=1, high=5),)),)},
        {"metric": "rmse"},
    ],
)
def test_a_choice_that_cannot_be_has_a_way_back(choices):
    draft = Draft(target="left", **choices)
    with pytest.raises(NotPossible) as caught:
        plan_experiment(TABLE, SCHEMA, draft)
    (way,) = caught.value.ways_out
    assert plan_experiment(TABLE, SCHEMA, draft.but(**way.changes)).spec.candidates


def test_a_weight_without_end_is_refused():
    endless = TABLE.assign(count=TABLE["count"].astype(float).where(TABLE.index != 3, np.inf))
    with pytest.raises(NotPossible, match="but 1 row is without a number above zero"):
        plan(table=endless, weight_column="count")


def test_rising_and_falling_hold_for_numbers_in_use():
    tree = CandidateSpec(kind="hist_gradient_boosting")
    found = plan(monotone=(("size", 1), ("town", -1), ("nowhere", 1)), candidates=(tree,))
    assert found.spec.monotone == (("size", 1),)
    assert found.warnings == (
        "The prediction cannot be held to rise or fall with “town”: it is not a number.",
        "The prediction cannot be held to rise or fall with “nowhere”: it is not among the inputs.",
    )


def test_class_weights_are_for_classes():
    assert plan(class_weight="balanced").spec.class_weight == "balanced"
    found = plan("size", class_weight="balanced")
    assert found.spec.class_weight == "" and "Rare answers cannot count more" in found.warnings[0]


def test_more_than_two_answers_neither_rise_nor_fall():
    found = plan("town", monotone=(("size", 1),))
    assert found.spec.monotone == () and "more than two answers" in found.warnings[0]


def test_an_autopilot_begins_with_the_baseline_and_brings_its_own():
    found = plan(autopilot=AutopilotSpec(seconds=30), tunings=(TuningSpec(kind="decision_tree", ranges=(LEAF,)),))
    assert found.spec.candidates == (CandidateSpec(kind="baseline"),)
    assert found.spec.autopilot.seconds == 30 and found.spec.tunings == ()


def test_searches_reach_the_experiment_where_they_suit_the_task():
    tree = TuningSpec(kind="decision_tree", ranges=(LEAF,))
    ridge = TuningSpec(kind="ridge", ranges=(SearchRange(name="alpha", low=0.1, high=10),))
    assert plan(tunings=(tree, ridge)).spec.tunings == (tree,)


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (SearchRange(name="min_samples_leaf", low=5, high=5), "no values to try for “Rows per leaf, at least”"),
        (SearchRange(name="min_samples_leaf", low=0, high=5), "must lie between 1 and 500"),
        (SearchRange(name="min_samples_leaf", low=1, high=float("inf")), "must be a whole number"),
        (SearchRange(name="leaves", low=1, high=5), "no setting called 'leaves'"),
    ],
)
def test_a_search_without_allowed_values_is_refused(search, words):
    with pytest.raises(NotPossible, match=words):
        plan(tunings=(TuningSpec(kind="decision_tree", ranges=(search,)),))
