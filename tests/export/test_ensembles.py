"""A weighted average is exported, proven and fitted anew like any other model."""

import io
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from workbench.data import detect_schema
from workbench.export import open_bundle, proven_bundle
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.specs import CandidateSpec, Draft, MemberSpec, ReadSpec, SplitSpec
from workbench.training import fit


def rents(n_rows=90):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, n_rows).round(1)
    place = numbers.choice(["north", "south", "west"], n_rows)
    dear = np.where(size * 12 + 100 * (place == "south") > 850, "yes", "no")
    return pd.DataFrame({"size": size, "place": place, "dear": dear})


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    table = rents()
    members = (
        MemberSpec(kind="logistic", weight=0.5),
        MemberSpec(kind="nearest_neighbours", weight=0.3),
        MemberSpec(kind="decision_tree", weight=0.2),
    )
    candidate = CandidateSpec(kind="ensemble", members=members, hyperparameters={"a": 0.9, "b": 1.1, "c": 0.1})
    asked = (CandidateSpec(kind="baseline"), *(CandidateSpec(kind=one.kind) for one in members))
    draft = Draft(target="dear", candidates=asked, split=SplitSpec(folds=2))
    spec = plan_experiment(table, detect_schema(table)[0], draft).spec
    spec = spec.but(candidates=(*spec.candidates, candidate))
    model = fit(table, spec, candidate.key)
    out = tmp_path_factory.mktemp("bundle") / "service.zip"
    bundle, proof = proven_bundle(model, spec, ReadSpec(), table, out, key=candidate.key)
    return table, spec, model, bundle, proof


def test_the_bundle_of_an_ensemble_proves_itself_and_answers_as_the_model_does(made):
    table, _, model, bundle, proof = made
    assert proof.passed
    assert bundle.manifest["estimator"]["label"] == "Ensemble of 3, calibrated"
    assert [one["weight"] for one in bundle.manifest["estimator"]["members"]] == [0.5, 0.3, 0.2]
    answers = open_bundle(bundle.path).predict_frame(table)
    assert answers["probability_yes"].to_numpy() == pytest.approx(model.predict_proba(table)[:, 1], abs=1e-12)


def test_the_model_of_a_bundle_can_be_fitted_anew_by_itself(made):
    table, spec, model, bundle, _ = made
    with zipfile.ZipFile(bundle.path) as archive:
        saved = joblib.load(io.BytesIO(archive.read("model.joblib")))
    again = clone(saved).fit(*modelling_table(table, spec))
    assert (again.predict_proba(table) == model.predict_proba(table)).all()
