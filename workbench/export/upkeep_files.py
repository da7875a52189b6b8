"""The files of a bundle for the years after: the pipeline as source, what the training rows were like."""

import io
import json
from collections import Counter
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from workbench.errors import WorkbenchError
from workbench.export.pipeline_source import pipeline_source
from workbench.export.requirements import EVERYWHERE, pinned_requirements
from workbench.modeling import planning
from workbench.runtime.reading import type_table
from workbench.runtime.upkeep.skops_copy import SKOPS_FILE, SKOPS_REQUIREMENTS, NoCopy, skops_copy
from workbench.runtime.upkeep.training_profile import PROFILE_FILE, profile_of, told_by
from workbench.specs import ExperimentSpec

PIPELINE_FILE = "pipeline.py"
UPKEEP_FILES = (PIPELINE_FILE, PROFILE_FILE, SKOPS_FILE, SKOPS_REQUIREMENTS)


def upkeep_files(
    pipeline: Pipeline, spec: ExperimentSpec, table: pd.DataFrame, facts: dict[str, Any], evaluation: Any = None
) -> dict[str, bytes]:
    """Return the content of each file by its name.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    spec : ExperimentSpec
    table : DataFrame
        The table before row steps, typed or as text.
    facts : dict
        The content of ``model.json``.
    evaluation : Evaluation, optional
        Where predictions for rows are from that were held out.
    """
    inputs, target = learnt_from(table, spec)
    counts = None if spec.task == "regression" else dict(Counter(target.tolist()))
    told, positions = _held_out(spec, evaluation, facts["estimator"]["key"], inputs)
    profile = profile_of(spec, facts["fields"], inputs, told, positions)
    return {
        PIPELINE_FILE: pipeline_source(pipeline, len(inputs), counts).encode("utf-8"),
        **({PROFILE_FILE: (json.dumps(profile) + "\n").encode("ascii")} if profile else {}),
    }


def skops_files(model: bytes, facts: dict[str, Any], golden: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what ``model.json`` says of the copy for those who do not load pickles, and its files; none where the
    model cannot be copied.

    Parameters
    ----------
    model : bytes
        Content of model.joblib.
    facts : dict
        Content of model.json so far.
    golden : dict
        Content of golden.json.
    """
    try:
        content, trusted = skops_copy(joblib.load(io.BytesIO(model)), len(model), facts, golden["rows"])
    except NoCopy as reason:
        return {"absent": str(reason)}, {}
    pins = pinned_requirements((("skops", EVERYWHERE),)).encode("utf-8")
    return {"trusted": trusted}, {SKOPS_FILE: content, SKOPS_REQUIREMENTS: pins}


def skops_section(facts: dict[str, Any]) -> str:
    """Return what README.md says of the copy for those who do not load pickles."""
    copy = facts.get("skops", {"absent": "it was not made"})
    if "trusted" in copy:
        return _SKOPS
    return f"There is no copy for those who do not load pickles (`model.skops`): {copy['absent']}."


_SKOPS = """`model.skops` is the same model for those who do not load pickles: loading it runs no code of its own, and
it gives the answers of `model.joblib` to the golden rows, to 1e-9. With `requirements-skops.txt` installed:

```python
import json, skops.io
trusted = json.load(open("model.json"))["skops"]["trusted"]  # types of scikit-learn and of workbench/runtime here
model = skops.io.load("model.skops", trusted=trusted)
```"""


def learnt_from(table: pd.DataFrame, spec: ExperimentSpec) -> tuple[pd.DataFrame, np.ndarray]:
    """Return inputs and target of the rows that a model was trained on; ``table`` may hold text."""
    needed = [*spec.columns, spec.target_column]
    typed = type_table(table, [column.model_dump(mode="json") for column in needed])
    others = [name for name in table.columns if name not in typed.columns]
    return planning.modelling_table(pd.concat([typed, table[others]], axis=1), spec)


def _held_out(spec, evaluation, key: str, inputs: pd.DataFrame) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return what was predicted for rows that were held out, and their positions among the inputs."""
    if evaluation is None:
        return None, None
    try:
        rows = evaluation.decided({}).out_of_fold(key)  # as the model comes
    except WorkbenchError:  # no finished fold
        return None, None
    positions = inputs.index.get_indexer(rows["row"])
    rows, positions = rows[positions >= 0], positions[positions >= 0]
    chances = [f"probability_{label}" for label in spec.classes]
    probabilities = rows[chances].to_numpy(dtype=np.float64) if set(chances) <= set(rows.columns) else None
    if spec.task == "binary" and probabilities is None:
        return None, None
    return told_by(spec, rows["prediction"].to_numpy(), probabilities), positions
