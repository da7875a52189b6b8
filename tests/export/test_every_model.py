"""Every estimator of the registry, for every task it suits, goes into a bundle and gives the same answers there."""

import json
import warnings

import numpy as np
import pytest

from workbench.export import open_bundle
from workbench.export.golden import golden_rows
from workbench.modeling.models import MODELS
from workbench.runtime.scorer import Scorer

CASES = [(kind.name, task) for kind in MODELS for task in kind.tasks]


def rounded(answer):
    """Return an answer that equals others within 1e-9."""
    names = ("prediction", "probabilities", "lower", "upper")
    numbers = {name: answer[name] for name in names if isinstance(answer.get(name), float | dict)}
    return {**answer, **{name: pytest.approx(value, rel=1e-9, abs=1e-9) for name, value in numbers.items()}}


@pytest.mark.parametrize(("kind", "task"), CASES)
def test_model_leaves_and_answers_the_same(kind, task, flats, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sixty rows do not let every estimator converge; that is training's matter
        made = flats.bundle(tmp_path, task, kind)
        expected = made.pipeline.predict(made.raw)
        scorer = open_bundle(made.path)
        frame = scorer.predict_frame(made.raw)
        rows = made.raw[[column.name for column in made.spec.columns]].to_dict("records")
        answers = json.loads(json.dumps(scorer.predict_rows(rows), allow_nan=False))
        alone = [scorer.predict_rows([row])[0] for row in rows[:3]]
        unusual = golden_rows(made.raw, scorer.fields, seed=1)
        by_pipeline = Scorer(made.pipeline, scorer.manifest).predict_rows(unusual)
    assert scorer.path == "compiled"
    assert scorer.predict_rows(unusual) == [rounded(answer) for answer in by_pipeline]
    assert (frame["error"] == "").all()
    predictions = [answer["prediction"] for answer in answers]
    if task == "regression":
        for found in (frame["prediction"], predictions):
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose([answer["prediction"] for answer in alone], expected[:3], rtol=1e-9, atol=1e-9)
        return
    assert predictions == frame["prediction"].tolist() == expected.tolist()
    shares = made.pipeline.predict_proba(made.raw)
    np.testing.assert_allclose([list(answer["probabilities"].values()) for answer in answers], shares, atol=1e-9)
    np.testing.assert_allclose([list(answer["probabilities"].values()) for answer in alone], shares[:3], atol=1e-9)
    np.testing.assert_allclose(frame.filter(like="probability_"), shares, atol=1e-9)
    assert isinstance(scorer, Scorer)
