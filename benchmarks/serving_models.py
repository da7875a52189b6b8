"""What is served in benchmarks/serving.py: the same table and estimator in a bundle and in a plain pipeline."""

import json
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from census_like import NUMBERS, TARGET, census_like
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from workbench.data import detect_schema
from workbench.export import build_bundle
from workbench.modeling.models import model
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.runtime.scorer import Scorer
from workbench.specs import CandidateSpec, Draft, MemberSpec, ReadSpec, SplitSpec

# Heading of the figures: kind in the registry.
KINDS = {
    "boosting": "hist_gradient_boosting",
    "forest": "random_forest",
    "linear": "logistic",
    "neighbours": "nearest_neighbours",
    "svm": "support_vector_machine",
    "mlp": "mlp",
    "ensemble": "ensemble",
    "text": "logistic",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
    "catboost": "catboost",
}
MEMBERS = ("hist_gradient_boosting", "random_forest", "logistic")
UNSCALED = ("hist_gradient_boosting", "random_forest", "lightgbm", "xgboost", "catboost")
NOTE = "note"
WORDS = np.array([f"word{at}" for at in range(2_000)])
SEED = 7
BLANK_SHARE, UNSEEN_SHARE = 0.05, 0.02


def table_of(name: str, n_rows: int, seed: int = 0) -> pd.DataFrame:
    """Return the census-like table; for ``text`` with a column of twelve words a row, some of which matter."""
    table = census_like(n_rows, seed)
    if name == "text":
        rng = np.random.default_rng(seed)
        drawn = WORDS[np.minimum(rng.geometric(0.004, (n_rows, 12)) - 1, len(WORDS) - 1)]
        drawn[(table[TARGET] == "yes").to_numpy() & (rng.random(n_rows) < 0.4), 0] = WORDS[3]
        table.insert(0, NOTE, pd.Series([" ".join(row) for row in drawn], dtype="str"))
    return table


def asked_rows(name: str, n_rows: int) -> list[dict]:
    """Return rows that no model was fitted on, with blanks and words that no training row had, as JSON."""
    rng = np.random.default_rng(SEED)
    table = table_of(name, n_rows, seed=SEED).drop(columns=TARGET)
    rows = json.loads(table.to_json(orient="records"))
    for row in rows:
        for column in row:
            chance = rng.random()
            if chance < BLANK_SHARE:
                row[column] = None
            elif chance < BLANK_SHARE + UNSEEN_SHARE:
                row[column] = 1e6 + rng.integers(1000) if column in NUMBERS else "never seen before"
    return [row for row in rows if any(value is not None for value in row.values())]


def make(name: str, folder: Path, n_train: int) -> None:
    """Fit both models of ``name`` and write the unpacked bundle and the plain model below ``folder``."""
    table = table_of(name, n_train)
    schema, _ = detect_schema(table)
    spec = plan_experiment(table, schema, Draft(target=TARGET)).spec
    candidate = CandidateSpec(kind=KINDS[name])
    if name == "ensemble":
        members = tuple(MemberSpec(kind=kind, weight=1 / len(MEMBERS)) for kind in MEMBERS)
        # Members on all rows and not one for each fold: the plain model has as many.
        candidate = CandidateSpec(kind="ensemble", members=members)
        spec = spec.but(split=SplitSpec(folds=1))
    spec = spec.but(candidates=(candidate,))
    inputs, target = modelling_table(table, spec)
    inputs = inputs[[column.name for column in spec.columns]]
    pipeline = build_pipeline(spec, candidate).fit(inputs, target)
    build_bundle(pipeline, spec, ReadSpec(), table, folder / "bundle.zip", name=name)
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall(folder / "bundle")
    columns = list(inputs.columns)
    numbers = [column for column in columns if column in NUMBERS]
    plain = _plain(name, columns, numbers, spec.seed).fit(inputs.astype(dict.fromkeys(numbers, float)), target)
    joblib.dump((plain, numbers, [column for column in columns if column == NOTE], columns), folder / "plain.joblib")


def _plain(name: str, columns: list[str], numbers: list[str], seed: int) -> Pipeline:
    """Return what is usually served: medians, one-hot columns, and the same estimator."""
    scale = () if KINDS[name] in UNSCALED else (StandardScaler(),)
    words = [column for column in columns if column not in (*numbers, NOTE)]
    parts = [
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), *scale), numbers),
        ("words", OneHotEncoder(handle_unknown="ignore", sparse_output=name == "text"), words),
    ]
    if NOTE in columns:
        parts.append(("texts", TfidfVectorizer(ngram_range=(1, 2), max_features=10_000, sublinear_tf=True), NOTE))
    if name == "ensemble":
        estimator = VotingClassifier([(kind, model(kind).build("binary", {}, seed)) for kind in MEMBERS], voting="soft")
    else:
        estimator = model(KINDS[name]).build("binary", {}, seed)
    return Pipeline([("columns", ColumnTransformer(parts)), ("model", estimator)])


def expected_of_bundle(folder: Path, rows: list[dict]) -> list[dict]:
    """Return what the bundle's own pipeline answers, not compiled."""
    loaded = Scorer.load(folder / "bundle")
    return Scorer(loaded.model, loaded.manifest).predict_rows(rows)


def expected_of_plain(folder: Path, rows: list[dict]) -> list[dict]:
    """Return what the plain pipeline answers to all rows at a time."""
    plain, numbers, texts, columns = joblib.load(folder / "plain.joblib")
    frame = pd.DataFrame(rows, columns=columns)
    frame[numbers], frame[texts] = frame[numbers].astype(float), frame[texts].fillna("")
    names = [str(label) for label in plain.classes_]
    return [
        {"prediction": names[int(np.argmax(chances))], "probabilities": dict(zip(names, chances, strict=True))}
        for chances in plain.predict_proba(frame).tolist()
    ]
