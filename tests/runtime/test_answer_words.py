"""Answers in words, worked out by hand."""

from types import SimpleNamespace

import pytest

from workbench.runtime.answer_words import answer_in_words, class_words

INTERVAL = {"level": 0.9, "below": 10.0, "above": 20.0, "at": [], "scale": [], "floor": None}


def amounts(shift=0.0, interval=None, unit="€"):
    manifest = {"spec": {"target_column": {"unit": unit}}}
    return SimpleNamespace(is_regression=True, manifest=manifest, interval=interval, shift=shift)


def test_an_amount_has_its_unit_its_interval_and_what_was_added():
    answer = {"prediction": 1250.5, "lower": 1240.0, "upper": 1270.25}
    assert answer_in_words(answer, amounts(0.5, INTERVAL)) == (
        "1,250.5 €. The actual value is between 1,240 and 1,270.25 in 9 of 10 cases. "
        "0.5 was added to what the model predicts, as was decided."
    )
    assert answer_in_words({"prediction": -3.0}, amounts(unit="")) == "-3."


@pytest.mark.parametrize(
    ("field", "message", "unlike"),
    [
        ("smoker", "no value; the model uses what it learned for blanks", True),
        ("bmi", "no value; the model uses what it learned for blanks", False),  # training rows had blanks there
        ("bmi", "“99” lies outside what was seen in training (seen: 15 to 54)", True),
        (None, "4 of 6 fields have no value, so the answer says little", True),
        ("colour", "not a field of this model; ignored", False),
        (None, "3 more fields are not of this model; ignored", False),
    ],
    ids=["blank", "usual_blank", "range", "row", "extra", "extras"],
)
def test_an_interval_is_not_claimed_for_a_row_unlike_those_it_was_measured_on(field, message, unlike):
    scorer = amounts(0.0, INTERVAL, unit="")
    scorer.fields = [{"name": "smoker", "blanks_seen": False}, {"name": "bmi", "blanks_seen": True}]
    answer = {"prediction": 5.0, "lower": 1.0, "upper": 9.0, "warnings": [{"field": field, "message": message}]}
    claimed = "5. The actual value is between 1 and 9 in 9 of 10 cases."
    careful = (
        "5. For rows like those of the training the actual value is between 1 and 9 in 9 of 10 cases; this row is not "
        "quite like them."
    )
    assert answer_in_words(answer, scorer) == (careful if unlike else claimed)


@pytest.mark.parametrize(
    ("label", "shares", "decision", "words"),
    [
        ("b", {"a": 0.2, "b": 0.5, "c": 0.3}, None, "“b”: with 50.0 % it is the most probable class."),
        (1, {"0": 0.69, "1": 0.31}, {"label": 1, "threshold": 0.31},
         "“1”: its probability of 31.0 % is not below the 31 % that were decided."),
        ("c", {"a": 0.309999, "b": 0.2, "c": 0.490001}, {"label": "a", "threshold": 0.31},
         "“c”: the probability of “a” is 30.9999 %, below the 31 % that were decided."),
    ],
)  # fmt: skip
def test_a_class_says_how_it_follows(label, shares, decision, words):
    assert class_words(label, shares, decision) == words


def test_an_error_has_no_answer():
    assert answer_in_words({"error": {}}, amounts()) == ""
