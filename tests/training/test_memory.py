"""A fit that wants more memory than its process may take fails alone, in a sentence."""

import sys

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from tests.training.test_engine import spec_for, table_for
from workbench.training import Session, memory, session

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits what a process may take")
GIGABYTE = 2**30


class Glutton(DummyClassifier):
    """Asks for 4 GB, which it never fills."""

    def fit(self, X, y):
        np.empty(4 * GIGABYTE, dtype=np.uint8)
        return super().fit(X, y)


def build(_spec, candidate):
    return Pipeline([("model", Glutton() if candidate.kind == "mlp" else DummyClassifier())])


@linux
def test_a_fit_beyond_the_limit_fails_in_words_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(session, "POOL_PAYS_SECONDS", 0.0)
    monkeypatch.setattr(session, "CHEAP_SECONDS", -1.0)
    monkeypatch.setenv("WORKBENCH_MEMORY_MB", "2048")
    spec, scored, failed = spec_for("binary", "logistic", "mlp"), [], []
    with Session(table_for("binary"), spec, n_jobs=2, build=build) as opened:
        opened.score(
            spec.candidates,
            [(candidate.key, fold) for candidate in spec.candidates for fold in range(3)],
            on_score=lambda score: scored.append((score.candidate, score.fold)),
            on_failure=lambda key, sentence: failed.append((key, sentence)),
        )
    assert sorted(scored) == [("logistic", 0), ("logistic", 1), ("logistic", 2)]
    assert [key for key, _ in failed] == ["mlp"]
    assert failed[0][1].endswith("did not suffice. Use fewer rows or columns, or leave it out.")


def test_each_process_has_its_part_of_what_is_free(monkeypatch):
    monkeypatch.delenv("WORKBENCH_MEMORY_MB", raising=False)
    monkeypatch.setattr(memory, "available_bytes", lambda: 20 * GIGABYTE)
    assert memory.limit_bytes(2) == pytest.approx(0.85 * 10 * GIGABYTE, abs=1)
    monkeypatch.setattr(memory, "available_bytes", lambda: GIGABYTE)
    assert memory.limit_bytes(2) == memory.SMALLEST_BYTES
    monkeypatch.setenv("WORKBENCH_MEMORY_MB", "3000")
    assert memory.limit_bytes(2) == 3000 * 2**20
    monkeypatch.setenv("WORKBENCH_MEMORY_MB", "much")
    assert memory.limit_bytes(2) == memory.SMALLEST_BYTES
