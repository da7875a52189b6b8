"""Decisions: one rule, the same row by row as all at once."""

import numpy as np
import pytest

from workbench.runtime.decisions import checked_decision, decide, place_of


def by_hand(row, classes, decision):
    """One row, as the rule is said."""
    chance = dict(zip(classes, row, strict=True))
    if decision is None:
        return max(classes, key=lambda label: chance[label])  # max takes the first of equal ones
    if chance[decision["label"]] >= decision["threshold"]:
        return decision["label"]
    return max((label for label in classes if label != decision["label"]), key=lambda label: chance[label])


@pytest.mark.parametrize("classes", [("No", "Yes"), (0, 1, 2), ("a", "b", "c", "d")], ids=len)
@pytest.mark.parametrize("threshold", [None, 0.0, 0.1, 0.3, 0.5, 0.7, 1.0])
def test_all_at_once_equals_row_by_row(classes, threshold):
    rows = np.random.default_rng(len(classes)).random((300, len(classes))).round(1)
    for label in classes:
        decision = None if threshold is None else {"label": label, "threshold": threshold}
        found = [classes[place] for place in decide(rows, classes, decision)]
        assert found == [by_hand(row, classes, decision) for row in rows.tolist()]


def test_at_the_threshold_it_counts_and_just_below_it_does_not():
    edge = 0.3
    rows = np.array([[1 - p, p] for p in (edge, np.nextafter(edge, 0))])
    assert decide(rows, ("No", "Yes"), {"label": "Yes", "threshold": edge}).tolist() == [1, 0]


def test_two_classes_decided_about_the_first():
    rows = np.array([[0.6, 0.4], [0.8, 0.2]])
    assert decide(rows, ("No", "Yes"), {"label": "No", "threshold": 0.7}).tolist() == [1, 0]


def test_rows_without_an_answer_and_no_rows_do_not_fail():
    decision = {"label": "Yes", "threshold": 0.5}
    assert decide(np.array([[np.nan, np.nan]]), ("No", "Yes"), decision).tolist() == [0]
    assert decide(np.empty((0, 2)), ("No", "Yes"), decision).tolist() == []


def test_a_class_that_is_not_there_is_refused_in_words():
    with pytest.raises(ValueError, match="“Maybe”, which the model does not know"):
        place_of(("No", "Yes"), "Maybe")
    with pytest.raises(ValueError, match="“True”"):
        place_of((0, 1), True)


def test_a_decision_needs_probabilities():
    decision = {"label": "Yes", "threshold": 0.5}
    with pytest.raises(ValueError, match="no probabilities"):
        checked_decision(decision, ("No", "Yes"), object())
    assert checked_decision(None, ("No", "Yes"), object()) is None
