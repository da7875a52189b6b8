"""Answers of different ways to the same rows, brought into one form and compared."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SAME = 1e-9  # of an amount, and of 1 where that is smaller; of a probability
ENDS = ("lower", "upper")


@dataclass(frozen=True)
class Answer:
    """What one way says about one row.

    Attributes
    ----------
    prediction : str or float
        A class as text, or an amount; "" where the row was refused.
    numbers : dict of str to float
        Probability by class, and the ends of the interval under ``lower`` and ``upper``; what a way does not tell
        (a form has no exact ends) is not there.
    errors : tuple of str
        Why the row was refused; "refused" where a way does not tell why.
    """

    prediction: str | float
    numbers: dict[str, float] = field(default_factory=dict)
    errors: tuple[str, ...] = ()


def of_json(answer: Mapping, *, amounts: bool) -> Answer:
    """Return an answer of ``/predict``, or of the form as the driver read it."""
    if "error" in answer:
        error = answer["error"]
        return Answer("", errors=tuple(error.get("all") or [error["message"]]))
    ends = {name: float(answer[name]) for name in ENDS if name in answer}
    numbers = {f"probability_{name}": float(share) for name, share in answer["probabilities"].items()}
    return Answer(_prediction(answer["prediction"], amounts), numbers | ends)


def of_table(text: str, *, amounts: bool) -> list[Answer]:
    """Return the answers in a CSV: from the last column called "prediction" on, for the file's own stand before."""
    lines = list(csv.reader(io.StringIO(text)))
    n_own = max(at for at, name in enumerate(lines[0]) if name.startswith("prediction"))
    header, found = lines[0][n_own:], []
    for line in lines[1:]:
        cells = dict(zip(header, line[n_own:], strict=True))
        error = cells.pop("error", "")
        cells.pop("warnings", None)
        prediction = cells.pop(header[0])
        if prediction == "":
            found.append(Answer("", errors=(error or "refused",)))
        else:
            found.append(Answer(_prediction(prediction, amounts), {name: float(cell) for name, cell in cells.items()}))
    return found


def difference(expected: Answer, found: Answer, without: Sequence[str] = ()) -> float:
    """Return how far an answer is from another: the largest difference of a number, relative where that is above 1.

    Infinite where labels differ, a number is missing (but those named in ``without``), or where one was refused and
    the other was not, or for another reason.
    """
    if expected.errors or found.errors:
        told = set(expected.errors) & set(found.errors) or "refused" in (*expected.errors, *found.errors)
        return 0.0 if expected.errors and found.errors and told else math.inf
    names = expected.numbers.keys() - set(without)
    if names != found.numbers.keys() - set(without):
        return math.inf
    pairs = [(expected.numbers[name], found.numbers[name]) for name in names]
    if isinstance(expected.prediction, float):
        pairs.append((expected.prediction, found.prediction))
    elif expected.prediction != found.prediction:
        return math.inf
    return max((0.0 if a == b else abs(a - b) / max(1.0, abs(a)) for a, b in pairs), default=0.0)


def largest(
    way: str, expected: Sequence[Answer], found: Sequence[Answer | None], without: Sequence[str] = ()
) -> tuple[float, str]:
    """Return the largest difference over rows and, where it is more than :data:`SAME`, a sentence about it.

    ``found`` may have None for rows that the way was not asked, and more rows than expected: a service leaves out
    no row, not even notes below the table.
    """
    if len(found) < len(expected):
        told = "; ".join(reason for one in found[:1] if one is not None for reason in one.errors)
        return math.inf, f"{way}: {len(found)} answers to {len(expected)} rows{f' ({told})' if told else ''}"
    worst, sentence = 0.0, ""
    for at, (one, other) in enumerate(zip(expected, found, strict=False)):
        apart = 0.0 if other is None else difference(one, other, without)
        apart = math.inf if math.isnan(apart) else apart
        if apart > worst:
            worst = apart
            sentence = f"{way}, row {at + 1}: {_said(other)} and not {_said(one)}" if worst > SAME else ""
    return worst, sentence


def _said(answer: Answer) -> str:
    if answer.errors:
        return f"refused ({answer.errors[0][:160]})"
    return ", ".join([str(answer.prediction), *(f"{name} {value!r}" for name, value in sorted(answer.numbers.items()))])


def _prediction(value, amounts: bool) -> str | float:
    return float(value) if amounts else str(value)


def table(results: Iterable[Mapping]) -> list[str]:
    """Return the lines of a table of data set by estimator: the largest difference, "RED" where something failed.

    Parameters
    ----------
    results : iterable of dict
        ``set``, ``estimator``, ``worst`` (a float) and ``failures`` (sentences) each.
    """
    results = list(results)
    sets = list(dict.fromkeys(result["set"] for result in results))
    kinds = list(dict.fromkeys(result["estimator"] for result in results))
    cells = {(result["set"], result["estimator"]): _cell(result) for result in results}
    lines = [f"| data set | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    lines += [f"| {name} | {' | '.join(cells.get((name, kind), '–') for kind in kinds)} |" for name in sets]
    return lines


def _cell(result: Mapping) -> str:
    if result["failures"]:
        return "RED"
    return "0" if result["worst"] == 0 else f"{result['worst']:.0e}"
