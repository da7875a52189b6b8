"""Results: what an Evaluation says, as frames and frozen dataclasses with ``.frame()`` and ``.finding()``."""

from workbench.results.candidates.board import leaderboard
from workbench.results.candidates.comparison import Comparison, compare, tied_with_best
from workbench.results.candidates.dial import Choice, choices
from workbench.results.quality.amounts import largest_errors, predicted_against_actual, residuals
from workbench.results.quality.classes import confusion, precision_recall_curve, roc_curve
from workbench.results.quality.headlines import Headline, headline
from workbench.results.quality.learning_curve import learning_curve
from workbench.results.uses.importance import permutation_importance
from workbench.results.views import VIEWS, ViewKind, view

__all__ = [
    "VIEWS",
    "Choice",
    "Comparison",
    "Headline",
    "ViewKind",
    "choices",
    "compare",
    "confusion",
    "headline",
    "largest_errors",
    "leaderboard",
    "learning_curve",
    "permutation_importance",
    "precision_recall_curve",
    "predicted_against_actual",
    "residuals",
    "roc_curve",
    "tied_with_best",
    "view",
]
