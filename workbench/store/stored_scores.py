"""Fold scores whose predictions stay on disk until they are asked for."""

from functools import cached_property
from pathlib import Path

from workbench.errors import ModelUnusable
from workbench.training.evaluation import FoldScore


class StoredFoldScore(FoldScore):
    """A :class:`workbench.training.evaluation.FoldScore` that reads its predictions from a file when needed.

    The scores themselves come from the database, so a leaderboard opens no file.
    """

    def __init__(self, candidate, fold, scores, fit_seconds, score_seconds, warnings, path: Path):
        facts = {"candidate": candidate, "fold": fold, "scores": scores, "warnings": warnings}
        # The class is frozen; writing to __dict__ is what its own __init__ amounts to.
        self.__dict__.update(facts, fit_seconds=fit_seconds, score_seconds=score_seconds, path=path)

    @cached_property
    def _read(self) -> FoldScore:
        try:
            return FoldScore.from_bytes(self.path.read_bytes())
        except OSError as error:
            raise ModelUnusable(
                f"The stored predictions of “{self.candidate}” are missing ({error.strerror}).",
                "Train this candidate again.",
            ) from error

    rows = property(lambda self: self._read.rows)
    actual = property(lambda self: self._read.actual)
    predicted = property(lambda self: self._read.predicted)
    probabilities = property(lambda self: self._read.probabilities)
    train_scores = property(lambda self: self._read.train_scores)

    def __reduce__(self):
        facts = (self.candidate, self.fold, self.scores, self.fit_seconds, self.score_seconds, self.warnings)
        return type(self), (*facts, self.path)
