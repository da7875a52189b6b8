"""An interval and a shift in a bundle: every way in gives the answers of the app, and says what they mean."""

import html
import json
import zipfile

import numpy as np
import pytest

from workbench.export import manifest, open_bundle, prove
from workbench.export.amounts import amount_facts, amounts_section
from workbench.results.deciding.intervals import interval_of
from workbench.runtime.intervals import bounds
from workbench.specs import AmountDecisionSpec, SplitSpec
from workbench.training.evaluation import Evaluation, FoldScore

DECISION = AmountDecisionSpec(shift=0.5, too_low=3.0, too_high=1.0, unit="€|")


def held_out(flats):
    """The spec of rents, and an evaluation whose predictions are off by chance."""
    spec = flats.spec("regression", "ridge").but(split=SplitSpec(folds=2))
    actual = np.array([float(cell.replace(",", ".")) for cell in flats.table()["rent"]])
    predicted = actual + np.random.default_rng(0).normal(0, 0.4, len(actual))
    key, parts = spec.candidates[0].key, np.arange(len(actual)) % 2
    folds = [
        FoldScore(
            key, n, {"rmse": 0.4}, 0.0, 0.0, np.flatnonzero(parts == n), actual[parts == n], predicted[parts == n]
        )
        for n in (0, 1)
    ]
    return spec, Evaluation(spec, tuple(folds)), key


@pytest.fixture(scope="module")
def decided(flats, tmp_path_factory):
    """A bundle with an interval at 80 % and a shift."""
    _, evaluation, key = held_out(flats)
    facts = amount_facts(evaluation, key, level=0.8, decision=DECISION)
    folder = tmp_path_factory.mktemp("amounts")
    return flats.bundle(folder, "regression", "ridge", evaluation=evaluation, amounts=facts)


def rows_of(made):
    names = [column.name for column in made.spec.columns]
    return [{name: made.raw[name].iloc[at] for name in names} for at in range(30)]


def test_every_answer_has_the_interval_around_what_the_model_says(decided, flats):
    _, evaluation, key = held_out(flats)
    rule = interval_of(evaluation, key, 0.8).to_json()
    predicted = decided.pipeline.predict(decided.table.iloc[:30])
    answers = open_bundle(decided.path).predict_rows(rows_of(decided))
    lower, upper = bounds(predicted, rule)
    np.testing.assert_allclose([answer["lower"] for answer in answers], lower, rtol=1e-9)
    np.testing.assert_allclose([answer["upper"] for answer in answers], upper, rtol=1e-9)
    np.testing.assert_allclose([answer["prediction"] for answer in answers], predicted + 0.5, rtol=1e-9)


def test_the_bundle_proves_it_and_says_it(decided):
    proof = prove(decided.path)
    assert proof.passed, proof.log
    with zipfile.ZipFile(decided.path) as archive:
        read_me = archive.read("README.md").decode()
        golden = json.loads(archive.read("golden.json"))
    assert {"lower", "upper"} <= golden["predictions"][0].keys()
    assert "between `lower` and `upper` of an answer in 8 of 10 cases, by the errors on 60 rows" in read_me
    assert "0.500 is added to what the model predicts, since each unit too low costs 3 €\\|" in read_me


def test_the_service_shows_it(decided, tmp_path):
    import sys

    with zipfile.ZipFile(decided.path) as archive:
        archive.extractall(tmp_path)
    from workbench.export import bundle

    sys.path.insert(0, str(bundle.SERVING))
    try:
        from prediction_service import web_form
    finally:
        sys.path.remove(str(bundle.SERVING))
        for name in [name for name in sys.modules if name.split(".")[0] == "prediction_service"]:
            sys.modules.pop(name)
    scorer = open_bundle(decided.path)
    shown = web_form.outcome(scorer.predict_rows(rows_of(decided)[:1])[0], scorer, {})
    assert shown["interval"].startswith("The actual value is between ") and "in 8 of 10 cases" in shown["interval"]
    assert html.escape(shown["shift"]) == "0.5 was added to what the model predicts, as was decided."


def test_without_a_choice_nine_of_ten(flats):
    spec, evaluation, key = held_out(flats)
    table, pipeline = flats.fitted(spec, flats.table())
    facts = manifest(pipeline, spec, table, evaluation=evaluation)
    assert facts["interval"] == interval_of(evaluation, key, 0.9).to_json() and "shift" not in facts
    assert "interval" not in manifest(pipeline, spec, table)


def test_too_few_rows_go_without(flats):
    _, evaluation, key = held_out(flats)
    few = [
        FoldScore(key, 0, {}, 0, 0, score.rows[:5], score.actual[:5], score.predicted[:5])
        for score in evaluation.fold_scores[:1]
    ]
    assert amount_facts(Evaluation(evaluation.spec, tuple(few)), key) == {}


def test_a_later_file_judges_the_model_and_counts_what_is_inside(decided, tmp_path):
    from workbench.export.file_outcomes import file_outcomes
    from workbench.export.file_rows import predict_file

    path, scorer = tmp_path / "later.csv", open_bundle(decided.path)
    decided.raw.to_csv(path, sep=";", index=False)
    found = predict_file(path, scorer)
    outcomes = file_outcomes(found, scorer, decided.spec)
    actual = decided.table["rent"].to_numpy()
    predicted = decided.pipeline.predict(decided.table)
    assert outcomes.test.scores["rmse"] == pytest.approx(np.sqrt(np.mean((actual - predicted) ** 2)), rel=1e-9)
    inside = (actual >= found.predictions["lower"]) & (actual <= found.predictions["upper"])
    assert outcomes.notes[0].startswith(f"{100 * inside.mean():.0f} % of the actual values lie inside")
    assert "plays no part" in outcomes.notes[1]


def test_what_is_added_has_the_unit_of_the_target():
    facts = {
        "interval": {"unit": "kg", "level": 0.9, "coverage": None, "ratio": 0.9, "n_rows": 60, "meaning": "Meant."}
    }
    told = amounts_section({**facts, "shift": DECISION.model_dump(mode="json")}, str)
    assert "0.500 kg is added to" in told
    assert "The model of this bundle is taken to err 10 % less than those of the folds." in told
