"""Weights, nested scores and the final fit of an ensemble."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from workbench.data import detect_schema
from workbench.errors import CandidateFailed
from workbench.modeling import splits
from workbench.modeling.averages import bag_rounds
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.runtime import ensembles
from workbench.runtime.ensembles import bytes_of
from workbench.specs import CandidateSpec, Draft, MemberSpec, SplitSpec
from workbench.training import calibration, ensemble, fit, scoring
from workbench.training.course import MemoryLedger, pursue
from workbench.training.evaluation import Evaluation, FoldScore
from workbench.training.losses import average_precision, loss_for, roc_auc

KINDS = ("baseline", "ridge", "decision_tree", "nearest_neighbours")


def rents(n_rows=120):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, n_rows).round(1)
    place = numbers.choice(["north", "south", "west"], n_rows)
    noise = numbers.normal(0, 60, n_rows)
    return pd.DataFrame({"size": size, "place": place, "rent": (size * 12 + 100 * (place == "south") + noise).round(2)})


def planned(table, target, kinds=KINDS, split=None, **choices):
    schema = detect_schema(table)[0]
    candidates = tuple(CandidateSpec(kind=kind) for kind in kinds)
    draft = Draft(target=target, candidates=candidates, split=split or SplitSpec(folds=3), **choices)
    return plan_experiment(table, schema, draft).spec


def scored(spec, fold_values):
    """An evaluation of invented predictions: ``fold_values`` is key to a list of arrays, one for each fold."""
    scores, start = [], 0
    for key, parts in fold_values.items():
        start = 0
        for fold, predicted in enumerate(parts):
            rows = np.arange(start, start + len(predicted))
            start += len(predicted)
            actual = rows.astype(float)
            error = {spec.metric: float(np.sqrt(np.square(actual - predicted).mean()))}
            scores.append(FoldScore(key, fold, error, 0.1, 0.0, rows, actual, np.asarray(predicted, dtype=float)))
    return Evaluation(spec, tuple(scores))


@pytest.fixture(scope="module")
def spec():
    return planned(rents(), "rent")


def test_opposite_errors_are_averaged_and_a_useless_candidate_is_left_out(spec):
    truth = [np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.array([4.0, 5.0])]
    found = scored(
        spec,
        {
            "ridge": [part + 1 for part in truth],
            "decision_tree": [part - 1 for part in truth],
            "nearest_neighbours": [part * 9 for part in truth],
        },
    )
    library = ensemble.library(found)
    assert library.keys[:2] == ("ridge", "decision_tree")
    blend = ensemble.blend(spec, library, 12)
    assert blend.weights == {"ridge": 0.5, "decision_tree": 0.5}
    assert blend.values.tolist() == [0, 1, 2, 3, 4, 5]
    gain, error = ensemble.better_by(spec, library, blend.values, "ridge")
    assert (gain, error) == (1.0, 0.0)


def test_the_weights_of_a_fold_do_not_look_at_it(spec):
    # In the first two folds the ridge is right, in the last one the tree: its prediction must be the ridge's.
    truth = [np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.array([4.0, 5.0])]
    found = scored(
        spec,
        {
            "ridge": [truth[0], truth[1], truth[2] + 50],
            "decision_tree": [truth[0] + 3, truth[1] + 3, truth[2]],
        },
    )
    blend = ensemble.blend(spec, ensemble.library(found), 12)
    assert blend.values[4:].tolist() == [54, 55]


def test_repeats_keep_a_row_out_of_its_own_weights_in_every_round(spec):
    library = ensemble.Library(
        ("a",), np.zeros((1, 6)), np.zeros(6), np.array([1, 2, 3, 2, 3, 1]), np.array([0, 0, 1, 2, 2, 3])
    )
    assert library.without(np.array([0, 1])).tolist() == [False, False, True, False, True, False]


def test_a_single_tested_part_is_cut_so_that_no_row_decides_about_itself(spec):
    once = spec.but(split=SplitSpec(folds=1))
    library = ensemble.Library(("a",), np.zeros((1, 23)), np.zeros(23), np.arange(23), np.zeros(23, dtype=int))
    parts = ensemble.parts(once, library)
    assert len(parts) == ensemble.PARTS
    assert sorted(np.concatenate(parts).tolist()) == list(range(23))


def test_no_more_members_than_allowed_and_none_that_counts_next_to_nothing():
    rng = np.random.default_rng(1)
    actual = rng.normal(size=400)
    values = np.stack([actual + rng.normal(size=400) for _ in range(8)])
    library = ensemble.Library(tuple("abcdefgh"), values, actual, np.arange(400), np.repeat([0, 1], 200))
    spec = planned(rents(), "rent")
    usable = np.ones(400, dtype=bool)
    many, few = ensemble.chosen_weights(spec, library, usable, [12, 3])
    assert (many > 0).sum() > 3
    assert (few > 0).sum() == 3
    assert few.sum() == pytest.approx(1)
    assert few[few > 0].min() >= ensemble.SMALLEST_WEIGHT


@pytest.mark.parametrize("ties", [False, True])
def test_quick_ranking_figures_are_those_of_scikit_learn(ties):
    rng = np.random.default_rng(2)
    found = rng.random(300) < 0.3
    scores = found * 0.3 + rng.random(300)
    scores = scores.round(1) if ties else scores
    assert roc_auc(found, scores) == pytest.approx(roc_auc_score(found, scores), abs=1e-12)
    assert average_precision(found, scores) == pytest.approx(average_precision_score(found, scores), abs=1e-12)


def test_labels_are_judged_by_their_probabilities():
    table = rents().assign(dear=lambda rows: np.where(rows["rent"] > 900, "yes", "no")).drop(columns="rent")
    spec = planned(table, "dear", ("baseline", "logistic"), metric="accuracy")
    actual = np.array(["yes", "no", "yes"], dtype=object)
    chances = np.array([[0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    assert loss_for(spec, actual)(chances) == pytest.approx(log_loss(actual, chances))


def ensemble_spec(spec, kinds_and_weights, **settings):
    members = tuple(MemberSpec(kind=kind, weight=weight) for kind, weight in kinds_and_weights)
    return CandidateSpec(kind="ensemble", members=members, hyperparameters=settings)


def test_the_models_of_the_folds_are_the_ensemble(tmp_path):
    table = rents()
    spec = planned(table, "rent")
    candidate = ensemble_spec(spec, [("ridge", 0.75), ("decision_tree", 0.25)])
    spec = spec.but(candidates=(*spec.candidates, candidate))
    pursue(table, spec.but(candidates=spec.candidates[:-1]), MemoryLedger(spec), models_folder=tmp_path, n_jobs=1)
    kept = fit(table, spec, "ensemble", models_folder=tmp_path)
    anew = fit(table, spec, "ensemble")
    inputs, target = modelling_table(table, spec)
    by_itself = build_pipeline(spec, candidate).fit(inputs, target)
    by_hand = 0.0
    for fold in range(3):
        for key, weight in (("ridge", 0.75), ("decision_tree", 0.25)):
            by_hand = by_hand + weight / 3 * joblib.load(tmp_path / f"{key}-{fold}.joblib").predict(table)
    assert kept.predict(table) == pytest.approx(by_hand, rel=1e-12)
    assert (kept.predict(table) == anew.predict(table)).all()
    assert (kept.predict(table) == by_itself.predict(table)).all()


def test_where_folds_say_something_about_rows_members_learn_from_all():
    table = rents()
    table["day"] = pd.date_range("2025-01-01", periods=len(table), freq="D").astype("datetime64[us]")
    spec = planned(table, "rent", split=SplitSpec(kind="time", column="day", folds=3))
    candidate = ensemble_spec(spec, [("ridge", 0.5), ("decision_tree", 0.5)])
    spec = spec.but(candidates=(*spec.candidates, candidate))
    alone = [fit(table, spec, key).predict(table) for key in ("ridge", "decision_tree")]
    assert fit(table, spec, "ensemble").predict(table) == pytest.approx((alone[0] + alone[1]) / 2, rel=1e-12)


def test_a_bag_of_many_models_takes_one_drawing_of_the_folds(spec):
    repeated = spec.but(split=SplitSpec(folds=5, repeats=3))
    few = ensemble_spec(spec, [("ridge", 0.5), ("decision_tree", 0.5)])
    many = ensemble_spec(spec, [("ridge", 0.5)] + [("decision_tree", 0.05)] * 10)
    assert (bag_rounds(repeated, few), bag_rounds(repeated, many)) == (15, 5)
    inputs, target = modelling_table(rents(), spec)
    bag = build_pipeline(repeated, few).steps[-1][1]
    drawn = [train for splitter in bag.folds for train, _ in splitter.split(np.zeros(len(target)), target)]
    folds = splits.make_folds(inputs, target, repeated)
    assert all((ours == theirs).all() for ours, (theirs, _) in zip(drawn, folds, strict=True))


def test_probabilities_of_classes_are_averaged_and_calibrated():
    table = rents().assign(dear=lambda rows: np.where(rows["rent"] > 900, "yes", "no")).drop(columns="rent")
    spec = planned(table, "dear", ("baseline", "logistic", "decision_tree"))
    plain = ensemble_spec(spec, [("logistic", 0.5), ("decision_tree", 0.5)])
    spec = spec.but(candidates=(*spec.candidates, plain))
    model = fit(table, spec, "ensemble")
    chances = model.predict_proba(table)
    assert chances.sum(axis=1) == pytest.approx(1)
    assert (model.predict(table) == model.classes_[chances.argmax(axis=1)]).all()
    sigmoid = ensemble_spec(spec, [("logistic", 0.5), ("decision_tree", 0.5)], a=2.0, b=2.0, c=0.5)
    softer = fit(table, spec.but(candidates=(*spec.candidates, sigmoid)), sigmoid.key).predict_proba(table)
    odds = np.log(chances[:, 1] / chances[:, 0])
    assert softer[:, 1] == pytest.approx(1 / (1 + np.exp(-2 * odds - 0.5)), rel=1e-6)


def test_a_large_forest_is_in_the_bag_once(tmp_path, monkeypatch):
    table = rents(400)
    spec = planned(table, "rent", ("baseline", "ridge"))
    forest = MemberSpec(kind="extra_trees", hyperparameters={"n_estimators": 10, "min_samples_leaf": 1}, weight=0.5)
    candidate = CandidateSpec(kind="ensemble", members=(MemberSpec(kind="ridge", weight=0.5), forest))
    spec = spec.but(candidates=(*spec.candidates, candidate))
    # 400 / 1.5 leaves, twice as many nodes of 80 bytes, in 10 trees.
    assert bytes_of(ExtraTreesRegressor(10, min_samples_leaf=1), 400) == pytest.approx(10 * 2 * 400 / 1.5 * 80, abs=1)
    monkeypatch.setattr(ensembles, "LARGE_BYTES", 100_000)
    model = fit(table, spec, "ensemble", models_folder=tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*-[0-9].joblib")) == [
        f"{CandidateSpec(kind='extra_trees', hyperparameters=forest.hyperparameters).key}-0.joblib",
        *(f"ridge-{fold}.joblib" for fold in range(3)),
    ]
    weights = sorted(weight for _, models in model.steps[-1][1].fitted_ for _, weight in models)
    assert weights == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])
    anew = build_pipeline(spec, candidate).fit(*modelling_table(table, spec))
    assert (anew.predict(table) == model.predict(table)).all()


def test_a_forest_too_large_to_be_kept_is_fitted_for_the_ensemble_all_the_same(tmp_path, monkeypatch):
    table = rents()
    spec = planned(table, "rent", ("baseline", "ridge"))
    forest = MemberSpec(kind="extra_trees", hyperparameters={"n_estimators": 10}, weight=0.5)
    candidate = CandidateSpec(kind="ensemble", members=(MemberSpec(kind="ridge", weight=0.5), forest))
    spec = spec.but(candidates=(*spec.candidates, candidate))
    whole = fit(table, spec, "ensemble").predict(table)
    monkeypatch.setattr(scoring, "LARGEST_KEPT_BYTES", 1_000)
    assert (fit(table, spec, "ensemble", models_folder=tmp_path).predict(table) == whole).all()
    assert sorted(path.name for path in tmp_path.glob("*.joblib")) == [f"ridge-{fold}.joblib" for fold in range(3)]


def test_a_member_that_cannot_be_fitted_is_named():
    table = rents().assign(day=pd.date_range("2025-01-01", periods=120, freq="D").astype("datetime64[us]"))
    spec = planned(table, "rent", split=SplitSpec(kind="time", column="day", folds=3))
    loss = MemberSpec(kind="hist_gradient_boosting", hyperparameters={"loss": "poisson"}, weight=0.5)
    candidate = CandidateSpec(kind="ensemble", members=(MemberSpec(kind="ridge", weight=0.5), loss))
    below = table.assign(rent=table["rent"] - table["rent"].mean())
    with pytest.raises(CandidateFailed, match=r"Gradient boosting \(what errors cost: poisson\) failed in the fit on"):
        fit(below, spec.but(candidates=(*spec.candidates, candidate)), "ensemble")


def test_calibration_straightens_what_is_too_sure(spec):
    four = spec.but(split=SplitSpec(folds=4))
    rng = np.random.default_rng(3)
    truth = rng.random(4_000)
    codes = (rng.random(4_000) < truth).astype(int)
    odds = np.log(truth / (1 - truth))
    sure = 1 / (1 + np.exp(-3 * odds))  # three times too far
    chances = np.column_stack([1 - sure, sure])
    a, b, c = calibration.calibration(chances[:1_500], codes[:1_500])
    assert (a, c) == (pytest.approx(1 / 3, rel=0.1), pytest.approx(0, abs=0.1))
    assert a == b
    library = ensemble.Library(("a",), chances[None], codes, np.arange(4_000), np.repeat([0, 1, 2, 3], 1_000))
    parts = tuple((np.flatnonzero(library.rounds == number), np.ones(1)) for number in range(4))
    blend = ensemble.Blend({"a": 1.0}, chances, parts)
    after = calibration.nested(library, blend, codes)
    assert log_loss(codes, after) == pytest.approx(log_loss(codes, np.column_stack([1 - truth, truth])), abs=0.01)
    assert calibration.helps(*calibration.gain(four, blend, after, codes))
    right = ensemble.Blend({"a": 1.0}, np.column_stack([1 - truth, truth]), parts)
    honest = ensemble.Library(("a",), right.values[None], codes, library.rows, library.rounds)
    assert not calibration.helps(*calibration.gain(four, right, calibration.nested(honest, right, codes), codes))
    assert roc_auc_score(codes[:1_000], after[:1_000, 1]) == roc_auc_score(codes[:1_000], sure[:1_000])


def test_repeats_are_no_further_evidence_that_calibration_helps(spec):
    codes = np.zeros(4, dtype=int)
    chances, after = np.column_stack([[0.5] * 4, [0.5] * 4]), np.column_stack([[0.6, 0.7, 0.8, 0.9], [0.0] * 4])
    blend = ensemble.Blend({"a": 1.0}, chances, tuple((np.array([row]), np.ones(1)) for row in range(4)))
    gains = np.log(after[:, 0] / 0.5)
    for split, n in ((SplitSpec(folds=2, repeats=2), 2), (SplitSpec(folds=4), 4), (SplitSpec(folds=1), 4)):
        gain, error = calibration.gain(spec.but(split=split), blend, after, codes)
        assert (gain, error) == pytest.approx((gains.mean(), gains.std(ddof=1) / np.sqrt(n)), rel=1e-12)


def test_several_classes_share_a_temperature():
    rng = np.random.default_rng(4)
    truth = rng.dirichlet([1, 1, 1], 3_000)
    codes = np.array([rng.choice(3, p=chances) for chances in truth])
    sure = truth**2 / (truth**2).sum(axis=1, keepdims=True)
    (temperature,) = calibration.calibration(sure, codes)
    assert temperature == pytest.approx(2.0, rel=0.1)
