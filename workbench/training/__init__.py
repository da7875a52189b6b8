"""Training: many candidates on one set of folds, and the final fit."""

from workbench.training.engine import cross_validate, fit
from workbench.training.evaluation import CandidateScore, Evaluation, FoldScore
from workbench.training.pace import predicted_seconds, seconds_left

__all__ = ["CandidateScore", "Evaluation", "FoldScore", "cross_validate", "fit", "predicted_seconds", "seconds_left"]
