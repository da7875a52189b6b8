"""Identifiers, leakage and groups of real files with known truth: nine in ten are found, few clean ones."""

import json
import os
from pathlib import Path

import pytest

from benchmarks.detection import KINDS, looked_at

FALSE_ALARMS = 1 / 20  # of the clean columns, of each kind


@pytest.fixture(scope="module")
def seen():
    """Return per kind how many detectable columns there are, how many were found, and the share of false alarms."""
    folder = Path(os.environ.get("WORKBENCH_TEST_DATA") or "nowhere")
    labels = folder / "columns.json"
    if not labels.is_file():
        pytest.skip("WORKBENCH_TEST_DATA names no folder of real data files with a columns.json")
    counts = {kind: [0, 0, 0] for kind in KINDS}
    n_clean = 0
    for file, truth in json.loads(labels.read_text(encoding="utf-8")).items():
        if file.startswith("_"):
            continue
        clean, said = looked_at(folder, file, truth)
        n_clean += len(clean)
        for kind, count in counts.items():
            detectable = truth["detectable"].get(kind, [])
            count[0] += len(detectable)
            count[1] += sum(name in said[kind] for name in detectable)
            count[2] += sum(name in said[kind] for name in clean)
    return {kind: (wanted, found, wrong / n_clean) for kind, (wanted, found, wrong) in counts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_nine_in_ten_are_found_and_clean_columns_left_alone(seen, kind):
    wanted, found, false_share = seen[kind]
    assert wanted > 0
    assert found >= 0.9 * wanted
    assert false_share <= FALSE_ALARMS
