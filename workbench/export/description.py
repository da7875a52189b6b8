"""What a bundle says about its model: the content of ``model.json``."""

import datetime
import io
import math
import pickle
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import BundleRefused
from workbench.export.amounts import amount_facts
from workbench.export.fields import describe_fields
from workbench.export.requirements import packages_of
from workbench.modeling import boosting_kinds, metrics, models, planning
from workbench.runtime.reading import type_table
from workbench.runtime.saving import saved
from workbench.runtime.scorer import installed_versions
from workbench.specs import ContractSpec, DecisionSpec, ExperimentSpec, ReadSpec
from workbench.training.scoring import label_of

# What model.joblib may be made of; all of it is in requirements.txt or shipped.
MODEL_PACKAGES = frozenset(
    {"sklearn", "numpy", "scipy", "pandas", "joblib", *sys.stdlib_module_names}
    | {kind.package for kind in boosting_kinds.BOOSTERS}
)
# Of those, what no service has unless its model needs it.
SPECIAL_PACKAGES = frozenset(kind.package for kind in boosting_kinds.BOOSTERS)


def describe(
    pipeline: Pipeline,
    spec: ExperimentSpec,
    table: pd.DataFrame,
    *,
    digest: str,
    read: ReadSpec | None = None,
    evaluation: Any = None,
    key: str | None = None,
    name: str = "",
    created_at: str | None = None,
    warnings: Sequence[str] = (),
    importance: Sequence[str] = (),
    optimism: str = "",
    final_tests: Sequence[dict] = (),
    decision: DecisionSpec | None = None,
    amounts: dict[str, Any] | None = None,
    contract: ContractSpec | None = None,
) -> dict[str, Any]:
    """Return the manifest of a fitted pipeline, as JSON; see :func:`workbench.export.manifest` for the parameters.

    ``digest`` is the SHA-256 of the model's bytes. ``versions`` has what the model needs besides scikit-learn too. What
    only a bundle needs is not here: how it was trained, its golden rows, its copy for those who do not load pickles.
    """
    key = key or _only_or_best(spec, evaluation)
    rows = training_rows(table, spec)
    return {
        "version": 1,
        "name": name or f"Prediction of {spec.target}",
        "created_at": created_at or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "app_version": _app_version(),
        "model": digest,
        "task": spec.task,
        "target": spec.target,
        "classes": list(spec.classes),
        "positive": spec.positive,
        **decision_facts(decision),
        **(amount_facts(evaluation, key) if amounts is None else amounts),
        "estimator": _estimator(spec, key),
        "n_rows": len(rows),
        "fields": describe_fields(rows, spec.columns, contract),
        "sensitive": [column.name for column in spec.columns if contract and column.name in contract.sensitive],
        "importance": [name for name in importance if name in {column.name for column in spec.columns}],
        "warnings": list(warnings),
        "optimism": optimism,
        "final_tests": list(final_tests),
        "ignored": [entry.model_dump(mode="json") for entry in _ignored(spec)],
        "scores": _scores(evaluation, spec, key) if evaluation is not None else None,
        "read": (read or ReadSpec()).model_dump(mode="json"),
        "spec": spec.model_dump(mode="json"),
        "spec_fingerprint": spec.fingerprint,
        "versions": installed_versions(special_packages(pipeline)),
    }


def decision_facts(decision: DecisionSpec | None) -> dict[str, Any]:
    """Return what a manifest says of a decision: nothing where the model answers as it comes.

    >>> decision_facts(DecisionSpec(label="Yes", threshold=0.3, scenario="Calls"))
    {'decision': {'label': 'Yes', 'threshold': 0.3, 'scenario': 'Calls'}}
    >>> decision_facts(None)
    {}
    """
    return {} if decision is None else {"decision": decision.model_dump(mode="json", exclude={"scenarios"})}


def training_rows(table: pd.DataFrame, spec: ExperimentSpec) -> pd.DataFrame:
    """Return the typed inputs of the rows that the model was trained on, with their labels in ``table``."""
    needed = [*spec.columns, spec.target_column]
    typed = type_table(table, [column.model_dump(mode="json") for column in needed])
    # Row steps may look at columns that are no inputs; those keep the values they have.
    others = [name for name in table.columns if name not in typed.columns]
    X, _ = planning.modelling_table(pd.concat([typed, table[others]], axis=1), spec)
    return X[[column.name for column in spec.columns]]


def model_bytes(pipeline: Pipeline) -> bytes:
    """Return what ``model.joblib`` holds.

    Raises
    ------
    BundleRefused
        The model holds objects of packages that a bundle does not have (our own modules besides ``runtime``,
        pyarrow), so it would not load there; names them.
    """
    foreign = foreign_modules(pipeline)
    if foreign:
        raise BundleRefused(
            f"The model holds objects of {', '.join(sorted(foreign))}, which a service does not have.",
            "Please report this; choose another estimator meanwhile.",
        )
    return saved(pipeline)


def special_packages(model: Any) -> tuple[str, ...]:
    """Return the installed packages that ``model`` needs and other models do not, such as ``lightgbm``, by name."""
    return packages_of(_surveyed(model).packages & SPECIAL_PACKAGES)


def foreign_modules(model: Any) -> set[str]:
    """Return the modules of objects inside ``model`` that cannot be loaded in a bundle.

    >>> foreign_modules({"a": datetime.date(2025, 12, 31)})
    set()
    """
    return _surveyed(model).foreign


def _surveyed(model: Any) -> "_ModuleSurvey":
    survey = _ModuleSurvey(io.BytesIO(), protocol=pickle.HIGHEST_PROTOCOL)
    survey.dump(model)
    return survey


class _ModuleSurvey(pickle.Pickler):
    """A pickler that notes where the classes and functions of what it writes come from."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.foreign: set[str] = set()
        self.packages: set[str] = set()

    def reducer_override(self, obj):
        owner = obj if isinstance(obj, type) or callable(obj) else type(obj)
        module = getattr(owner, "__module__", None) or "builtins"
        self.packages.add(module.split(".")[0])
        if module.startswith("workbench.runtime.") or module.split(".")[0] in MODEL_PACKAGES:
            # pandas' own Arrow containers come from pandas, and still need pyarrow to load.
            if type(obj).__name__.startswith("Arrow") or getattr(obj, "storage", None) == "pyarrow":
                self.foreign.add("pyarrow")
        else:
            self.foreign.add(module)
        return NotImplemented


def _only_or_best(spec: ExperimentSpec, evaluation: Any) -> str:
    if len(spec.candidates) == 1:
        return spec.candidates[0].key
    best = evaluation.best() if evaluation is not None else None
    if best is None:
        raise BundleRefused("It is not said which of the candidates the model is.", "Name its key.")
    return best


def _estimator(spec: ExperimentSpec, key: str) -> dict[str, Any]:
    candidate = spec.candidate(key)
    return {
        "key": key,
        "kind": candidate.kind,
        "label": label_of(spec, key) if candidate.members else models.model(candidate.kind).label,
        "hyperparameters": dict(candidate.hyperparameters),
        "members": [
            {"label": models.model(one.kind).label, **one.model_dump(mode="json")} for one in candidate.members
        ],
    }


def _ignored(spec: ExperimentSpec):
    inputs = {column.name for column in spec.columns}
    return [entry for entry in spec.left_out if entry.column not in inputs]


def _scores(evaluation: Any, spec: ExperimentSpec, key: str) -> dict[str, Any]:
    """Return every metric per fold with its mean and spread, of the model and of the baseline."""
    baseline = evaluation.baseline()
    return {
        "metric": spec.metric,
        "n_folds": spec.split.rounds,
        "split": spec.split.model_dump(mode="json"),
        "metrics": _measures(evaluation.candidate(key)),
        "baseline": _measures(baseline) if baseline is not None and baseline.folds else None,
    }


def _measures(candidate: Any) -> dict[str, dict[str, Any]]:
    measures = {}
    for name, per_fold in candidate.scores.items():
        kind = metrics.metric(name)
        mean, std = candidate.spread(name)
        measures[name] = {
            "label": kind.label,
            "greater_is_better": kind.greater_is_better,
            "folds": [_number(value) for value in per_fold],
            "mean": _number(mean),
            "std": _number(std),
        }
    return measures


def _number(value: float) -> float | None:
    """Return a float that JSON can hold; a metric that is not defined on a fold is null."""
    return float(value) if math.isfinite(value) else None


def _app_version() -> str:
    try:
        return metadata.version("workbench")
    except metadata.PackageNotFoundError:
        return "0.1.0"  # run from its folder, not installed
