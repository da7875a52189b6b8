"""Training: many candidates on one set of folds, and the final fit.

Nothing is loaded before it is used: a worker that waits for a free slot must not hold scikit-learn in memory.
"""

from importlib import import_module

# Name: the module it is defined in.
_EXPORTS = {
    "CandidateScore": "evaluation",
    "Evaluation": "evaluation",
    "FoldScore": "evaluation",
    "Session": "session",
    "cross_validate": "engine",
    "fit": "engine",
    "predicted_seconds": "pace",
    "seconds_left": "pace",
}

__all__ = list(_EXPORTS)


def __getattr__(name):
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"workbench.training.{_EXPORTS[name]}"), name)
    globals()[name] = value  # found without this function from now on
    return value
