"""From real files to proven bundles; the files are not in the repository."""

import os
from pathlib import Path

import numpy as np
import pytest

from workbench.data import open_table
from workbench.export import open_bundle, proven_bundle
from workbench.modeling.planning import plan_experiment
from workbench.runtime.reading import read_raw
from workbench.specs import CandidateSpec, Draft, SplitSpec
from workbench.training import cross_validate, fit

DATA = os.environ.get("WORKBENCH_TEST_DATA", "")
N_ROWS = 1_500
CASES = [
    ("telco_churn.csv", "Churn", "hist_gradient_boosting"),
    ("telco_churn.csv", "Churn", "logistic"),
    ("bikeshare.csv", "count", "random_forest"),
    ("penguins.csv", "species", "nearest_neighbours"),
]


@pytest.mark.skipif(not DATA, reason="WORKBENCH_TEST_DATA does not name the folder with the test data")
@pytest.mark.parametrize(("file", "target", "kind"), CASES)
def test_a_real_file_becomes_a_proven_bundle(file, target, kind, tmp_path):
    path = Path(DATA) / "supervised" / file
    opened = open_table(path)
    table = opened.table.head(N_ROWS)
    raw = read_raw(path, opened.read.model_dump(mode="json"), max_rows=N_ROWS)
    candidates = (CandidateSpec(kind="baseline"), CandidateSpec(kind=kind))
    draft = Draft(target=target, candidates=candidates, split=SplitSpec(folds=2))
    spec = plan_experiment(table, opened.schema, draft).spec
    evaluation = cross_validate(table, spec)
    pipeline = fit(table, spec, kind)
    bundle, proof = proven_bundle(
        pipeline, spec, opened.read, table, tmp_path / "bundle.zip", raw=raw, evaluation=evaluation, key=kind
    )
    assert proof.passed
    scores = bundle.manifest["scores"]
    assert scores["metrics"][spec.metric]["mean"] == evaluation.candidate(kind).mean
    assert scores["baseline"][spec.metric]["folds"] == list(evaluation.baseline().scores[spec.metric])
    frame = open_bundle(bundle.path).predict_frame(raw)
    assert (frame["error"] == "").all()
    if spec.task == "regression":
        np.testing.assert_allclose(frame["prediction"], pipeline.predict(table), rtol=1e-9, atol=1e-9)
    else:
        assert frame["prediction"].tolist() == pipeline.predict(table).tolist()
        np.testing.assert_allclose(frame.filter(like="probability_"), pipeline.predict_proba(table), atol=1e-9)
