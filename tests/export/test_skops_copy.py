"""The copy for those who do not load pickles: equal answers and the same bytes each time, or why there is none."""

import io
import json
import pickle
import sys
import warnings
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io

from workbench.export.description import model_bytes
from workbench.export.readme import readme
from workbench.runtime.encoders import DateParts
from workbench.runtime.upkeep import skops_copy as module
from workbench.runtime.upkeep.skops_copy import NoCopy, skops_copy

COPIED = [
    ("binary", "logistic"),
    ("multiclass", "decision_tree"),
    ("binary", "random_forest"),
    ("regression", "hist_gradient_boosting"),
    ("binary", "support_vector_machine"),
    ("multiclass", "nearest_neighbours"),
    ("regression", "additive"),
    ("regression", "mlp"),
    ("binary", "naive_bayes"),
    ("regression", "poisson"),
]


def parts(made):
    with zipfile.ZipFile(made.path) as archive:
        return archive.read("model.joblib"), json.loads(archive.read("golden.json"))["rows"]


@pytest.mark.parametrize(("task", "kind"), COPIED)
def test_the_copy_gives_equal_predictions_and_is_the_same_each_time(task, kind, flats, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sixty rows do not let every estimator converge
        made = flats.bundle(tmp_path, task, kind)
    model, rows = parts(made)
    loaded = joblib.load(io.BytesIO(model))
    assert model_bytes(loaded) == model_bytes(joblib.load(io.BytesIO(model_bytes(loaded))))
    content, trusted = skops_copy(loaded, len(model), made.bundle.manifest, rows)
    assert made.bundle.manifest["skops"] == {"trusted": trusted}
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read("model.skops") == content
        assert b"skops==" in archive.read("requirements-skops.txt")
    assert all(name.startswith(("workbench.runtime.", "sklearn.", "numpy.", "scipy.")) for name in trusted)
    with pytest.raises(skops.io.exceptions.UntrustedTypesFoundException):
        skops.io.loads(content, trusted=trusted[1:])
    copy = skops.io.loads(content, trusted=trusted)
    if task == "regression":
        np.testing.assert_allclose(copy.predict(made.raw), made.pipeline.predict(made.raw), rtol=0, atol=1e-9)
    else:
        shares = made.pipeline.predict_proba(made.raw)
        np.testing.assert_allclose(copy.predict_proba(made.raw), shares, rtol=0, atol=1e-9)


def test_where_there_is_none_readme_says_why(flats, tmp_path):
    made = flats.bundle(tmp_path, "binary", "lightgbm")
    facts = made.bundle.manifest
    assert facts["skops"] == {"absent": "the format would have to trust lightgbm.basic.Booster"}
    with zipfile.ZipFile(made.path) as archive:
        assert not {"model.skops", "requirements-skops.txt"} & set(archive.namelist())
    assert "There is no copy" in readme(facts, {}) and "lightgbm.basic.Booster" in readme(facts, {})


def test_reasons(made, monkeypatch):
    content, rows = parts(made)
    model = joblib.load(io.BytesIO(content))
    with pytest.raises(NoCopy, match="more than 10 MB"):
        skops_copy(model, 10_000_001, made.bundle.manifest, rows)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "skops.io", None)
        with pytest.raises(NoCopy, match="not installed"):
            skops_copy(model, 1, made.bundle.manifest, rows)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_numbers", lambda answer, seen=[]: seen.append(0) or [float(len(seen))])
        with pytest.raises(NoCopy, match="answers differently"):
            skops_copy(model, 1, made.bundle.manifest, rows)
    model.steps[-1][1].note = lambda: None
    with pytest.raises(NoCopy, match=r"trust|cannot write"):
        skops_copy(model, 1, made.bundle.manifest, rows)


def test_dates_are_kept_as_text_and_read_from_models_of_before():
    dates = pd.DataFrame(
        {"due": pd.to_datetime(["2024-02-01 10:30:00.000001", None]), "never": pd.to_datetime([None, None])}
    )
    fitted = DateParts().fit(dates)
    again = pickle.loads(pickle.dumps(fitted))
    assert again.references_ == fitted.references_ == [pd.Timestamp("2024-02-01 10:30:00.000001"), None]
    assert all(not isinstance(value, pd.Timestamp) for value in fitted.__getstate__()["references_"])
    earlier = DateParts()
    earlier.__setstate__({**fitted.__getstate__(), "references_": fitted.references_})
    np.testing.assert_array_equal(earlier.transform(dates), fitted.transform(dates))
