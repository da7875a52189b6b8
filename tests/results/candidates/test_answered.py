"""Scores, verdict and headline of answers as they are given, against scikit-learn on the decided classes."""

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench.results.candidates.answered import as_answered
from workbench.results.deciding.amount_costs import amount_errors
from workbench.results.deciding.intervals import interval_of
from workbench.results.quality import goals
from workbench.results.quality.folds import fold_scores
from workbench.results.quality.headlines import headline
from workbench.results.summary import measures
from workbench.specs import CandidateSpec, ColumnSpec, DecisionSpec, ExperimentSpec, SplitSpec, SuccessSpec
from workbench.training import Evaluation, FoldScore

N, KEY = 400, "logistic_regression"
RANDOM = np.random.default_rng(3)
CHURN = RANDOM.random(N) < 0.3
CHANCE = np.clip(RANDOM.normal(0.2 + 0.22 * CHURN, 0.1), 0.01, 0.99)
RENT = RANDOM.normal(500, 80, N)
LOW = RENT - RANDOM.gamma(2, 8, N)


def spec_for(task, metric, classes=()):
    return ExperimentSpec(
        dataset="0" * 64,
        target="churn" if classes else "rent",
        task=task,
        classes=classes,
        positive="Yes" if classes else None,
        columns=(ColumnSpec(name="x", meaning="number"),),
        target_column=ColumnSpec(name="y", meaning="category" if classes else "number", unit="" if classes else "€"),
        candidates=(CandidateSpec(kind="baseline"), CandidateSpec(kind=KEY if classes else "ridge")),
        split=SplitSpec(folds=2, repeats=2),
        metric=metric,
    )


def scored(spec, key, actual, predicted, chances=None):
    """Score predictions on two folds, twice; the second drawing divides otherwise."""
    from workbench.modeling import metrics

    folds = []
    for fold, rows in enumerate([np.arange(0, N, 2), np.arange(1, N, 2), np.arange(N // 2), np.arange(N // 2, N)]):
        given = None if chances is None else chances[rows]
        scores = metrics.score_all(spec, actual[rows], predicted[rows], given)
        folds.append(FoldScore(key, fold, scores, 1.0, 0.1, rows, actual[rows], predicted[rows], given))
    return folds


@pytest.fixture(scope="module")
def churn():
    spec = spec_for("binary", "f1", ("No", "Yes"))
    actual = np.where(CHURN, "Yes", "No").astype(object)
    predicted = np.where(CHANCE > 0.5, "Yes", "No").astype(object)
    chances = np.column_stack([1 - CHANCE, CHANCE])
    share = np.full((N, 2), [0.7, 0.3])
    guesses = scored(spec, "baseline", actual, np.full(N, "No", dtype=object), share)
    return Evaluation(spec, (*scored(spec, KEY, actual, predicted, chances), *guesses))


@pytest.fixture(scope="module")
def rent():
    spec = spec_for("regression", "mae")
    guesses = scored(spec, "baseline", RENT, np.full(N, 500.0))
    return Evaluation(spec, (*scored(spec, "ridge", RENT, LOW), *guesses))


def decided(evaluation, threshold=0.3):
    return evaluation.decided({KEY: DecisionSpec(label="Yes", threshold=threshold)})


def test_scores_are_those_of_the_decided_classes(churn):
    found = as_answered(decided(churn), KEY)
    for one in found.fold_scores:
        before = next(s for s in churn.fold_scores if (s.candidate, s.fold) == (one.candidate, one.fold))
        yes = (one.probabilities[:, 1] >= 0.3) if one.candidate == KEY else one.predicted == "Yes"
        assert one.scores["f1"] == pytest.approx(sk.f1_score(one.actual == "Yes", yes, zero_division=0.0), abs=1e-12)
        assert one.scores["accuracy"] == pytest.approx(np.mean((one.actual == "Yes") == yes), abs=1e-12)
        assert one.scores["roc_auc"] == before.scores["roc_auc"]
    assert measures(decided(churn), KEY) == found.candidate(KEY).scores
    assert as_answered(churn, KEY) is churn


def test_a_goal_is_reached_by_the_answers_as_they_are_given(churn, rent):
    plain, by_threshold = (
        goals.verdict(one, KEY, SuccessSpec(metric="f1", least=0.5)) for one in (churn, decided(churn))
    )
    assert plain.standing in ("missed", "perhaps") and by_threshold.standing == "reached"
    value = as_answered(decided(churn), KEY).candidate(KEY).mean
    assert f"F1 {value:.3f} reaches the 0.5 you asked for" in by_threshold.sentence
    asked = SuccessSpec(metric="mae", least=12.0)
    assert goals.verdict(rent, "ridge", asked).standing == "missed"
    shifted = goals.verdict(rent, "ridge", asked, added=13.0)
    off = np.mean([np.abs(one.actual - one.predicted - 13.0).mean() for one in rent.fold_scores[:4]])
    assert shifted.standing == "reached" and f"mean absolute error {off:.2f} €" in shifted.sentence


def test_the_headline_speaks_of_answers_and_says_which_scores_are_not(churn, rent):
    assert "without the threshold. Higher is better" in headline(decided(churn), KEY).notes[0]
    assert "without" not in headline(churn, KEY).notes[0]
    off = np.mean([np.abs(one.actual - one.predicted - 13.0).mean() for one in rent.fold_scores[:4]])
    found = headline(rent, "ridge", added=13.0)
    assert f"are off by {off:.2f} € on average" in found.sentence
    assert "without what is added. Lower is better" in found.notes[0]
    mostly = Evaluation(churn.spec.but(positive="No"), churn.fold_scores)
    right = np.mean(np.where(CHANCE >= 0.3, "Yes", "No") == np.where(CHURN, "Yes", "No"))
    assert f"for {100 * right:.0f} % of the rows" in headline(decided(mostly), KEY).sentence


def test_where_no_tested_row_is_of_the_class_nothing_is_said_of_reach(churn):
    rows = [
        FoldScore(s.candidate, s.fold, s.scores, 1.0, 0.1, s.rows, np.full(N // 2, "No", dtype=object), s.predicted,
                  s.probabilities)
        for s in churn.fold_scores
    ]  # fmt: skip
    said = headline(Evaluation(churn.spec.but(metric="accuracy"), tuple(rows)), KEY)
    assert "None of the 800 rows tested has churn = Yes" in str(said) and "nan" not in str(said)


@pytest.mark.parametrize(
    "least, words",
    [(1234567.5, "the 1,234,567.5 € you asked for"), (10.8555, "the 10.8555 € you asked for"), (3.0, "the 3 € you")],
)
def test_what_was_asked_for_is_said_as_it_was_typed(rent, least, words):
    assert words in goals.verdict(rent, "ridge", SuccessSpec(metric="mae", least=least)).sentence


def test_a_score_that_misses_narrowly_is_not_rounded_to_what_was_asked_for(rent):
    mean = rent.candidate("ridge").mean
    least = round(mean, 3) - 0.002
    said = goals.verdict(rent, "ridge", SuccessSpec(metric="mae", least=least)).sentence
    shown = float(said.split("mean absolute error ")[1].split(" ")[0])
    assert shown > least and shown == pytest.approx(mean, abs=0.01)


def test_what_is_added_is_added_once_and_never_to_what_is_decided_from(rent):
    known = rent.decided({}, {"ridge": 13.0})
    found = as_answered(known, "ridge")
    assert found.candidate("ridge").scores == as_answered(rent, "ridge", 13.0).candidate("ridge").scores
    rows = found.out_of_fold("ridge")
    assert rows["prediction"].tolist() == pytest.approx((LOW + 13.0)[rows["row"]].tolist(), abs=1e-12)
    assert amount_errors(known, "ridge").residual.tolist() == amount_errors(rent, "ridge").residual.tolist()
    assert interval_of(known, "ridge").rule == interval_of(rent, "ridge").rule


def test_folds_say_what_is_not_in_their_scores(churn, rent):
    assert not any("as it comes" in note for note in fold_scores(churn, KEY).notes())
    assert "without the threshold." in fold_scores(decided(churn), KEY).notes()[0]
    ranked = Evaluation(churn.spec.but(metric="roc_auc"), churn.fold_scores)
    assert not any("as it comes" in note for note in fold_scores(decided(ranked), KEY).notes())
    assert "without what is added." in fold_scores(rent.decided({}, {"ridge": 13.0}), "ridge").notes()[0]
