"""From probabilities to a class: the most probable one, unless a person decided from where on one class counts.

The one rule for the service, the form, files, the command line and the app's own tables.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np


def decide(probabilities: np.ndarray, classes: Sequence[Any], decision: Mapping[str, Any] | None = None) -> np.ndarray:
    """Return the place of the answer among ``classes``, for each row.

    Parameters
    ----------
    probabilities : float64 ndarray of shape (n_rows, n_classes)
        Columns in the order of ``classes``; NaN counts as no probability at all.
    classes : sequence of label
    decision : mapping, optional
        ``label`` is the answer where its probability is at least ``threshold`` (0 to 1); elsewhere the answer is the
        most probable of the other classes. Without one, the most probable class, as scikit-learn's ``predict``
        takes it: the first of equal ones.

    Returns
    -------
    int64 ndarray of shape (n_rows,)

    Raises
    ------
    ValueError
        The decision is about a class that is not there.

    Examples
    --------
    >>> rows = np.array([[0.7, 0.3], [0.6, 0.4]])
    >>> decide(rows, ("No", "Yes")).tolist()
    [0, 0]
    >>> decide(rows, ("No", "Yes"), {"label": "Yes", "threshold": 0.35}).tolist()
    [0, 1]
    """
    known = np.asarray(probabilities, dtype=np.float64)
    if not np.isfinite(known).all():
        known = np.nan_to_num(known)
    if decision is None:
        return known.argmax(axis=1)
    place = place_of(classes, decision["label"])
    others = known.copy()
    others[:, place] = -np.inf
    return np.where(known[:, place] >= decision["threshold"], place, others.argmax(axis=1))


def checked_decision(
    decision: Mapping[str, Any] | None, classes: Sequence[Any], model: Any
) -> Mapping[str, Any] | None:
    """Return a decision that can be made with a model; ValueError, in a sentence, where it cannot.

    Parameters
    ----------
    decision : mapping or None
        ``label`` and ``threshold``; None stays None.
    classes : sequence of label
    model : object
        The fitted estimator; without probabilities there is nothing that a threshold could be compared with.
    """
    if decision is None:
        return None
    place_of(classes, decision["label"])
    if not hasattr(model, "predict_proba"):
        raise ValueError("There is a threshold, but the model has no probabilities to compare with it.")
    return decision


def place_of(classes: Sequence[Any], label: Any) -> int:
    """Return the place of ``label``; ValueError, in a sentence, where no class is called so.

    >>> place_of((0, 1), 1)
    1
    """
    for place, one in enumerate(classes):
        if one == label and isinstance(one, bool) == isinstance(label, bool):
            return place
    raise ValueError(f"The decision is about the class “{label}”, which the model does not know.")


def percent_of(threshold: float) -> str:
    """Write a threshold in percent with all of its digits: what is shown is what is compared with.

    >>> percent_of(0.31), percent_of(0.0725), percent_of(1.0), percent_of(1e-7)
    ('31 %', '7.25 %', '100 %', '0.00001 %')
    """
    digits = f"{Decimal(repr(float(threshold))) * 100:f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + " %"


def sentence_of(decision: Mapping[str, Any], n_classes: int) -> str:
    """Say a decision.

    >>> sentence_of({"label": "Yes", "threshold": 0.31}, 2)
    'The answer is “Yes” from a probability of 31 % on, and the other class below.'
    """
    rest = "the other class below" if n_classes == 2 else "the most probable of the other classes below"
    return (
        f"The answer is “{decision['label']}” from a probability of {percent_of(decision['threshold'])} on, and {rest}."
    )
