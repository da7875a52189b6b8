"""What an entry of the registry of estimators says about itself: ``ModelKind`` and its ``Hyperparameter``s."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator

from workbench.errors import NotPossible
from workbench.runtime.estimators import AroundLine, LogTarget
from workbench.specs import Setting, Task

CLASSES: tuple[Task, ...] = ("binary", "multiclass")
EVERY_TASK: tuple[Task, ...] = ("binary", "multiclass", "regression")


TargetRange = Literal["any", "zero or more", "above zero"]
# What the setting ``loss`` of a kind can only be asked of.
LOSS_RANGES: dict[str, TargetRange] = {"poisson": "zero or more", "gamma": "above zero"}


def in_range(values: np.ndarray, asked: TargetRange) -> bool:
    """Return whether all of ``values`` are in the range that is asked."""
    if asked == "any":
        return True
    return bool((values >= 0).all() if asked == "zero or more" else (values > 0).all())


@dataclass(frozen=True)
class Hyperparameter:
    """One setting of an estimator that a person may change.

    ``low`` and ``high`` bound numbers (both included), ``log`` says that ratios count rather than differences,
    ``choices`` lists words. ``optional`` admits None, which then means what ``sentence`` says. ``search_low`` and
    ``search_high`` bound what a search tries; without them the setting is not worth varying.
    """

    name: str
    label: str
    sentence: str
    type: Literal["integer", "number", "choice"]
    default: Setting
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    log: bool = False
    optional: bool = False
    search_low: float | None = None
    search_high: float | None = None

    def problem(self, value) -> str:
        """Return what is wrong with ``value`` in words that follow its name, or "" where nothing is."""
        if value is None:
            return "" if self.optional else "needs a value"
        if self.type == "choice":
            return "" if value in self.choices else f"must be one of {', '.join(self.choices)}"
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and -math.inf < value < math.inf
        if not number or (self.type == "integer" and value != int(value)):
            return "must be a whole number" if self.type == "integer" else "must be a number"
        return "" if self.low <= value <= self.high else f"must lie between {self.low:g} and {self.high:g}"


# For the kinds that have it; classes are what they are.
TARGET = Hyperparameter(
    "target",
    "What is learnt",
    "For numbers: 'log' is their logarithm, for prices and the like; 'around a line' what a straight line leaves.",
    "choice",
    "as it is",
    choices=("as it is", "log", "around a line"),
)
_AROUND = {"log": LogTarget, "around a line": AroundLine}


@dataclass(frozen=True)
class ModelKind:
    """One estimator on offer.

    Attributes
    ----------
    name : str
        Its kind in a ``CandidateSpec``.
    label, sentence : str
        For the screen: a name, and what it does in one sentence.
    tasks : tuple of str
        The tasks it suits.
    handling : str
        How columns are prepared for it: a key of ``modeling.pipeline.HANDLINGS``. Candidates of equal handling
        share their prepared columns.
    seconds : callable(n_rows, n_columns, n_classes) -> float
        Predicted seconds of one fit with defaults on one core; ``n_classes`` is 0 for regression.
    estimator : callable(task, values, seed, n_jobs) -> estimator
        Builds it from complete values; call :meth:`build`.
    hyperparameters : tuple of Hyperparameter
    package : str
        The module outside the app's own requirements that its models are made of; "" as a rule.
    not_by_default : str
        Why it is tried only where it is asked for, in a sentence; "" where it is tried by default.
    takes_weights : bool
        Whether ``fit`` takes ``sample_weight``.
    takes_monotone : bool
        Whether its predictions can be held to rise or fall with an input.
    target_range : {"any", "zero or more", "above zero"}
        Which numbers it can learn.
    """

    name: str
    label: str
    sentence: str
    tasks: tuple[Task, ...]
    handling: str
    seconds: Callable[[int, int, int], float]
    estimator: Callable[[Task, dict[str, Any], int, int], BaseEstimator]
    hyperparameters: tuple[Hyperparameter, ...] = ()
    package: str = ""
    not_by_default: str = ""
    takes_weights: bool = True
    takes_monotone: bool = False
    target_range: TargetRange = "any"

    def defaults(self) -> dict[str, Setting]:
        """Return the value of every hyperparameter that applies unless chosen otherwise."""
        return {parameter.name: parameter.default for parameter in self.hyperparameters}

    def check(self, hyperparameters: dict[str, Setting]) -> None:
        """Raise NotPossible where a hyperparameter is unknown or its value is not allowed."""
        known = {parameter.name: parameter for parameter in self.hyperparameters}
        for name, value in hyperparameters.items():
            if name not in known:
                settings = f"It has: {', '.join(known)}." if known else "It has none."
                raise NotPossible(f"{self.label} has no setting called '{name}'.", settings)
            problem = known[name].problem(value)
            if problem:
                raise NotPossible(f"The setting '{name}' of {self.label} {problem}; it was {value!r}.")

    def build(self, task: Task, hyperparameters: dict[str, Setting] | None = None, seed: int = 0, n_jobs: int = 1):
        """Return an unfitted scikit-learn estimator for ``task``.

        Parameters
        ----------
        task : {"binary", "multiclass", "regression"}
        hyperparameters : dict, optional
            Values that differ from the defaults.
        seed : int
            Same seed, same fit.
        n_jobs : int, default=1
            Threads of one fit, where the estimator takes that argument.

        Raises
        ------
        NotPossible
            The kind does not suit the task, or a hyperparameter is not allowed.
        """
        if task not in self.tasks:
            raise NotPossible(self.unsuitable(task))
        self.check(hyperparameters or {})
        values = {**self.defaults(), **(hyperparameters or {})}
        for parameter in self.hyperparameters:  # 10.0 from a form or JSON is a whole number all the same
            if parameter.type == "integer" and values[parameter.name] is not None:
                values[parameter.name] = int(values[parameter.name])
        around = _AROUND.get(values.pop(TARGET.name, TARGET.default))
        estimator = self.estimator(task, values, seed, n_jobs)
        return around(estimator) if task == "regression" and around else estimator

    def cannot_learn(self, target: np.ndarray, hyperparameters: dict[str, Setting]) -> str:
        """Say why the kind cannot learn the numbers ``target``, in a sentence; "" where it can.

        Examples
        --------
        >>> from workbench.modeling.models import model
        >>> model("gamma").cannot_learn(np.array([0.0, 2.5]), {})
        'Gamma regression needs values above zero, and 1 row has none.'
        >>> model("poisson").cannot_learn(np.array([0.0, 2.5]), {})
        ''
        """
        asked = LOSS_RANGES.get(str(hyperparameters.get("loss")), self.target_range)
        if in_range(target, asked):
            return ""
        wrong = (target < 0).sum() if asked == "zero or more" else (target <= 0).sum()
        loss = f" with the loss '{hyperparameters['loss']}'" if self.target_range != asked else ""
        values = "values from zero up" if asked == "zero or more" else "values above zero"
        rows = "1 row has none" if wrong == 1 else f"{wrong:,} rows have none"
        return f"{self.label}{loss} needs {values}, and {rows}."

    def unsuitable(self, task: Task) -> str:
        """Say why the kind does not suit ``task``, in a sentence."""
        if task == "regression":
            return f"{self.label} predicts classes, and this question asks for a number."
        return f"{self.label} predicts a number, and this question asks for a class."
