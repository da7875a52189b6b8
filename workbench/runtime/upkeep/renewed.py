"""What ``model.json`` says of a model that has learnt anew: the same contract, with what the new rows held."""

import datetime
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbench.runtime.contract import MAX_LENGTH, NUMERIC, WORDS
from workbench.runtime.field_words import natural
from workbench.runtime.intervals import bounds
from workbench.runtime.scorer import PACKAGES, installed_versions
from workbench.runtime.upkeep.fitting import HeldOut
from workbench.runtime.upkeep.judging import constant, summary

MOST_VALUES = 1_000  # words listed per field, as at export
TEXT_LENGTH = 100_000  # characters a free text may always have
SLACK = 0.02  # by which intervals may hold more or less often than they should before they are stretched
Z = 1.959963984540054


def renewed_manifest(
    manifest: dict[str, Any],
    question,
    digest: str,
    inputs: pd.DataFrame,
    parts: Sequence[HeldOut],
    training: dict[str, Any],
) -> dict[str, Any]:
    """Return the content of the new ``model.json``.

    Parameters
    ----------
    manifest : dict
        The current one; what a person decided in it stays: behaviour per field, threshold, what is added to amounts.
    question : Question
    digest : str
        SHA-256 of the new ``model.joblib``.
    inputs : DataFrame
        The rows that are learnt from.
    parts : sequence of HeldOut
        From cross-validation.
    training : dict
        What the new file is told by: ``n_rows``, ``digests``.
    """
    others = [name for name in manifest["versions"] if name not in (*PACKAGES, "python")]
    found = {
        **manifest,
        "model": digest,
        "created_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "n_rows": len(inputs),
        "fields": [renewed_field(field, inputs[field["name"]]) for field in manifest["fields"]],
        "scores": renewed_scores(manifest["scores"], question, parts),
        # They were about the model before.
        "optimism": "",
        "final_tests": [],
        "training": {**manifest["training"], **training},
        "versions": installed_versions(others),
    }
    if manifest.get("interval"):
        found["interval"] = renewed_interval(manifest["interval"], parts)
    return found


def renewed_field(field: dict[str, Any], values: pd.Series) -> dict[str, Any]:
    """Return a field with what these typed values hold. Of a sensitive one nothing more is told than before."""
    present = values.dropna()
    found = {**field, "blanks_seen": len(present) < len(values)}
    meaning = field["meaning"]
    if field.get("sensitive"):
        return found
    if meaning in NUMERIC and len(present):
        convert = int if meaning == "integer" else float
        found |= {"minimum": convert(present.min()), "maximum": convert(present.max())}
    elif meaning == "date" and len(present):
        found |= {"minimum": present.min().isoformat(), "maximum": present.max().isoformat()}
        found["has_time"] = bool((present != present.dt.normalize()).any())
    elif meaning in WORDS:
        counts = present.astype(str).value_counts()
        words = counts.index[:MOST_VALUES].tolist()
        same = set(words) == set(field["values"] or ())
        found |= {"values": field["values"] if same else sorted(words, key=natural)}
        found["more_values"] = len(counts) > MOST_VALUES
    if meaning not in (*NUMERIC, "date") and len(present):
        longest = int(present.astype(str).str.len().max())
        found["max_length"] = max(MAX_LENGTH if meaning in WORDS else TEXT_LENGTH, 2 * longest)
    return found


def renewed_scores(scores: dict[str, Any] | None, question, parts: Sequence[HeldOut]) -> dict[str, Any] | None:
    """Return every metric per fold with mean and spread, of the model and of always giving the same answer."""
    if scores is None or not parts:
        return None
    names = list(scores["metrics"])
    own = [part.score(question, names) for part in parts]
    found = {**scores, "n_folds": len(parts), "metrics": _measures(scores["metrics"], own)}
    if scores.get("baseline"):
        held = [constant(question, part.learnt, part) for part in parts]
        found["baseline"] = _measures(scores["baseline"], [part.score(question, names) for part in held])
    return found


def renewed_interval(interval: dict[str, Any], parts: Sequence[HeldOut]) -> dict[str, Any]:
    """Return the interval around predicted amounts, stretched or shrunk where it would not hold as often as it says.

    It stays as it is where the share of held-out values inside differs from its level by no more than chance (95 %)
    and ``SLACK`` explain. Else both ends move by one factor: the conformal quantile of how many times too narrow the
    interval is for each held-out value (Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, 2005).
    """
    predicted = np.concatenate([part.predicted for part in parts])
    actual = np.concatenate([part.actual for part in parts])
    ratio = interval.get("ratio") or 1.0
    # The model of all rows errs less than those of the folds, by the ratio: these are judged by their own interval.
    own = {**interval, "below": interval["below"] / ratio, "above": interval["above"] / ratio}
    lower, upper = bounds(predicted, own)
    inside, level = float(np.mean((actual >= lower) & (actual <= upper))), interval["level"]
    noise = Z * math.sqrt(level * (1 - level) / len(actual))
    found = {**interval, "coverage": inside, "coverage_std": None, "coverage_folds": [], "n_rows": len(actual)}
    if abs(inside - level) <= noise + SLACK:
        return {**found, "coverage_folds": _shares(parts, own), "width": float(np.mean(upper - lower))}
    free = {**own, "floor": None}
    low, high = bounds(predicted, free)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.where(
            actual < predicted, (predicted - actual) / (predicted - low), (actual - predicted) / (high - predicted)
        )
    times = np.nan_to_num(times, nan=0.0, posinf=np.inf)
    rank = min(len(times), math.ceil((len(times) + 1) * level))
    factor = float(np.partition(times, rank - 1)[rank - 1])
    if not math.isfinite(factor) or factor <= 0:
        return found
    moved = {**found, "below": interval["below"] * factor, "above": interval["above"] * factor}
    own = {**own, "below": own["below"] * factor, "above": own["above"] * factor}
    lower, upper = bounds(predicted, own)
    inside = float(np.mean((actual >= lower) & (actual <= upper)))
    return {**moved, "coverage": inside, "coverage_folds": _shares(parts, own), "width": float(np.mean(upper - lower))}


def _shares(parts: Sequence[HeldOut], rule: dict[str, Any]) -> list[float]:
    shares = []
    for part in parts:
        lower, upper = bounds(part.predicted, rule)
        shares.append(float(np.mean((part.actual >= lower) & (part.actual <= upper))))
    return shares


def _measures(measures: dict[str, Any], per_fold: list[dict[str, float]]) -> dict[str, Any]:
    found = {}
    for name, measure in measures.items():
        values = [scores[name] for scores in per_fold]
        mean, std = summary(values)
        known = [value if math.isfinite(value) else None for value in values]
        found[name] = {**measure, "folds": known, "mean": mean, "std": std}
    return found
