"""The dial from fast to accurate."""

import numpy as np

from workbench.results import choices
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, MemberSpec, SplitSpec
from workbench.training.evaluation import Evaluation, FoldScore

KINDS = ("baseline", "ridge", "decision_tree", "extra_trees", "random_forest")


def evaluation(figures, dropped=()):
    """``figures``: kind to RMSE and seconds of answering the 500 rows of both folds."""
    average = CandidateSpec(kind="ensemble", members=tuple(MemberSpec(kind=kind, weight=0.5) for kind in KINDS[1:3]))
    number = ColumnSpec(name="a", meaning="number")
    spec = ExperimentSpec(
        dataset="0" * 64,
        target="b",
        task="regression",
        columns=(number,),
        target_column=number.but(name="b"),
        candidates=(*(CandidateSpec(kind=kind) for kind in KINDS if kind in figures), average),
        split=SplitSpec(folds=2),
        metric="rmse",
    )
    rows = np.arange(250)
    scores = tuple(
        FoldScore(key, fold, {"rmse": error}, 1.0, seconds / 2, rows, rows * 1.0, rows * 1.0)
        for key, (error, seconds) in figures.items()
        for fold in range(2)
    )
    return Evaluation(spec, scores, dropped=dict.fromkeys(dropped, "Why."))


def test_only_what_nothing_beats_is_offered_from_the_fastest_to_the_most_accurate():
    found = choices(
        evaluation(
            {
                "baseline": (9.0, 0.001),
                "ridge": (5.0, 0.01),
                "decision_tree": (6.0, 0.02),  # slower and worse than the ridge
                "extra_trees": (3.0, 0.2),
                "ensemble": (2.0, 0.5),
            }
        )
    )
    assert [one.key for one in found] == ["ridge", "extra_trees", "ensemble"]
    assert [one.milliseconds for one in found] == [20.0, 400.0, 1000.0]
    assert [one.n_models for one in found] == [1, 1, 2]
    assert found[0].words == "Fastest to answer: RMSE 5; RMSE 3 higher than that of the most accurate."
    assert found[1].words == (
        "In between: RMSE 3; RMSE 1 higher than that of the most accurate, takes 20 times as long to answer as the "
        "fastest."
    )
    assert found[2].words == "Most accurate: RMSE 2; takes 50 times as long to answer as the fastest."


def test_neither_what_left_the_race_nor_what_guesses_better_is_a_choice():
    figures = {"baseline": (4.0, 0.001), "ridge": (5.0, 0.01), "extra_trees": (3.0, 0.2), "random_forest": (2.0, 0.1)}
    found = choices(evaluation(figures, dropped=("random_forest",)))
    assert [one.key for one in found] == ["extra_trees"]
    assert found[0].words == "RMSE 3; nothing that was tried is faster or more accurate."


def test_without_a_finished_candidate_there_is_no_choice():
    assert choices(evaluation({"baseline": (4.0, 0.001)})) == ()
