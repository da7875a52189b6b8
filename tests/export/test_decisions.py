"""A decision in a bundle: every way in gives the answers of the app, and bundles without one are as they were."""

import html
import json
import zipfile

import numpy as np
import pytest

from workbench.export import manifest, open_bundle, prove
from workbench.export.description import decision_facts
from workbench.export.file_outcomes import MOST_PROBABLE, file_outcomes
from workbench.export.file_rows import predict_file
from workbench.runtime.scorer import Scorer
from workbench.specs import DecisionSpec
from workbench.training.evaluation import Evaluation, FoldScore

DECISIONS = {
    "binary": DecisionSpec(label="Yes", threshold=0.83, scenario="Calls <b>|"),
    "multiclass": DecisionSpec(label=1, threshold=0.21),
}
KINDS = {"binary": "logistic", "multiclass": "naive_bayes"}


@pytest.fixture(scope="module", params=sorted(DECISIONS))
def decided(request, flats, tmp_path_factory):
    """A bundle with a decision in it, and the decision."""
    folder = tmp_path_factory.mktemp("decided")
    decision = DECISIONS[request.param]
    made = flats.bundle(folder, request.param, KINDS[request.param], decision=decision)
    return made, decision


def rows_of(made, n_rows=500):
    """Rows mixed from the cells of the table, so that hardly one is a training row."""
    rng = np.random.default_rng(1)
    names = [column.name for column in made.spec.columns]
    mixed = {name: made.raw[name].to_numpy()[rng.integers(0, len(made.raw), n_rows)] for name in names}
    return [{name: mixed[name][at] for name in names} for at in range(n_rows)]


def test_app_bundle_and_results_decide_the_same(decided):
    made, decision = decided
    rows = rows_of(made)
    facts = manifest(made.pipeline, made.spec, made.table, decision=decision)
    app = Scorer(made.pipeline, facts).predict_rows(rows)
    served = open_bundle(made.path).predict_rows(rows)
    assert [answer["prediction"] for answer in app] == [answer["prediction"] for answer in served]
    chances = np.array([[answer["probabilities"][str(label)] for label in made.spec.classes] for answer in app])
    codes = chances.argmax(axis=1)
    key = made.spec.candidates[0].key
    as_it_comes = np.array(made.spec.classes, dtype=object)[codes]
    fold = FoldScore(key, 0, {}, 0.0, 0.0, np.arange(len(rows)), as_it_comes, as_it_comes, chances)
    shown = Evaluation(made.spec, (fold,)).decided({key: decision}).out_of_fold(key)
    assert shown["prediction"].tolist() == [answer["prediction"] for answer in app]
    assert shown["prediction"].tolist() != as_it_comes.tolist()  # the decision matters here
    by_hand = chances[:, made.spec.classes.index(decision.label)] >= decision.threshold
    assert (shown["prediction"] == decision.label).tolist() == by_hand.tolist()


def test_the_bundle_says_what_was_decided_and_proves_it(decided):
    made, decision = decided
    with zipfile.ZipFile(made.path) as archive:
        facts, readme = json.loads(archive.read("model.json")), archive.read("README.md").decode()
    assert facts["decision"] == {
        "label": decision.label,
        "threshold": decision.threshold,
        "scenario": decision.scenario,
    }
    assert f"“{decision.label}” from a probability of {decision.threshold:.0%}".replace("%", " %") in readme
    assert ("Calls \\<b>\\|" in readme) == bool(decision.scenario)
    assert (
        json.loads(readme.partition("The answer:\n\n```json\n")[2].partition("```")[0])["decision"] == facts["decision"]
    )
    proof = prove(made.path)
    assert proof.passed, proof.detail


def test_a_bundle_without_a_decision_is_as_it_was(binary):
    assert decision_facts(None) == {}
    assert "decision" not in binary.bundle.manifest
    scorer = open_bundle(binary.path)
    answers = scorer.predict_rows(rows_of(binary, 50))
    assert scorer.decision is None
    assert all(
        answer["prediction"] == max(answer["probabilities"], key=answer["probabilities"].get) for answer in answers
    )
    with zipfile.ZipFile(binary.path) as archive:
        assert "**Decision.**" not in html.unescape(archive.read("README.md").decode())


def test_a_later_file_is_judged_by_what_was_promised_and_says_so(decided, flats, tmp_path):
    made, decision = decided
    facts = manifest(made.pipeline, made.spec, made.table, decision=decision)
    plain = manifest(made.pipeline, made.spec, made.table)
    path = tmp_path / "later.csv"
    made.raw.to_csv(path, index=False, sep=";")
    found, usual = (predict_file(path, Scorer(made.pipeline, one)) for one in (facts, plain))
    assert found.predictions["prediction"].tolist() != usual.predictions["prediction"].tolist()
    judged, expected = (
        file_outcomes(one, Scorer(made.pipeline, said), made.spec) for one, said in ((found, facts), (usual, plain))
    )
    assert judged.test.scores == expected.test.scores
    assert MOST_PROBABLE in judged.notes and MOST_PROBABLE not in expected.notes
