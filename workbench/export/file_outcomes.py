"""A later file that holds the outcomes, too: how good the model still is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.export.file_rows import FilePredictions
from workbench.modeling.splits import group_codes
from workbench.profiling.wording import counted
from workbench.results.wording import percent
from workbench.runtime.decisions import decide
from workbench.runtime.intervals import how_often
from workbench.runtime.scorer import Scorer
from workbench.specs import ExperimentSpec, Schema
from workbench.training.final_test import AS_EXPECTED, FinalTest, judge
from workbench.training.label_codes import label_array
from workbench.training.labelled import labelled_rows

ENOUGH = 30  # rows that the model has not learned from, from which on only these are judged
MOST_PROBABLE = (
    "Measures that count classes (accuracy, F1 …) are of the most probable class, as those that were promised; the "
    "threshold of the decision plays no part in them."
)
WITHOUT_SHIFT = (
    "The measures are of what the model predicts, as those that were promised; what is added plays no part in them."
)


@dataclass(frozen=True, eq=False)
class FileOutcomes:
    """What became of predictions.

    Parameters
    ----------
    test : FinalTest
    notes : tuple of str
        What of the file could not be compared, as sentences.
    n_learnt : int
        Rows among the judged ones that the model has learned from; the scores are better than on new rows, then.
    """

    test: FinalTest
    notes: tuple[str, ...]
    n_learnt: int = 0

    @property
    def sentence(self) -> str:
        """Whether the model is still as good as promised, and what to do where it is not."""
        said = still_good(self.test)
        if not self.n_learnt:
            return said
        return f"{said} The model has learned from {_of_these(self.n_learnt, self.test.n_rows)}, so this is no test."


def _of_these(n: int, of: int) -> str:
    return f"all {of:,} of these rows" if n == of else f"{n:,} of these {counted(of, 'row')}"


def still_good(test: FinalTest) -> str:
    """Say whether a model is still as good as promised, and what to do where it is not."""
    where = f"On these {counted(test.n_rows, 'row')}"
    if not test.verdict:
        return test.said(where)
    said = test.said(where).rpartition(": ")[0]
    if test.worse:
        return f"{said}. It is worse than promised: retrain it with newer rows."
    return f"{said}. It is {'still as good as' if test.verdict == AS_EXPECTED else 'better than'} promised."


def file_outcomes(
    found: FilePredictions,
    scorer: Scorer,
    spec: ExperimentSpec,
    schema: Schema | None = None,
    promised: Mapping[str, tuple[float, float]] | None = None,
    name: str = "the file",
    learnt: np.ndarray | None = None,
) -> FileOutcomes | None:
    """Compare the predictions of a file with the outcomes in it; None where it has no column for them.

    Parameters
    ----------
    found : FilePredictions
    scorer : Scorer
        That predicted them.
    spec : ExperimentSpec
    schema : Schema, optional
        Of the file the model was trained on; what ``spec`` knows of it where it is not at hand.
    promised : mapping of str to (mean, std), optional
        From cross-validation, by metric.
    learnt : bool ndarray of shape (n_rows,), optional
        Which rows of the file the model has learned from (``labelled.learnt_rows``). They are left out where at least
        ``ENOUGH`` others are there; else nothing is said about what was promised.

    Raises
    ------
    NotPossible
        The column is there, but no row of it can be compared.
    """
    if spec.target not in found.raw:
        return None
    schema = schema or Schema(columns=(*spec.columns, spec.target_column))
    labelled = labelled_rows(found.raw, schema, spec, name, all_inputs=False)
    at, notes = labelled.inputs.index.to_numpy(), labelled.notes
    answered = (found.errors == "").to_numpy()[at]
    if not answered.all():
        count = int((~answered).sum())
        notes = (*notes, f"{counted(count, 'row')} got no prediction and {'is' if count == 1 else 'are'} left out.")
    known = np.zeros(len(at), dtype=bool) if learnt is None else learnt[at] & answered
    n_learnt, n_others = int(known.sum()), int((answered & ~known).sum())
    if n_learnt and n_others >= ENOUGH:
        notes = (*notes, _left_out(n_learnt, n_others))
        answered, n_learnt = answered & ~known, 0
    elif n_learnt:
        promised = None
        notes = (*notes, _too_few(n_learnt, n_others))
    at, actual = at[answered], labelled.target[answered]
    groups = _groups(labelled, spec, answered)
    if scorer.decision:
        notes = (*notes, MOST_PROBABLE)
    notes = (*notes, *_about_amounts(found.predictions.iloc[at], actual, scorer))
    predicted, probabilities = _predicted(found.predictions.iloc[at], scorer, spec)
    return FileOutcomes(judge(spec, actual, predicted, probabilities, groups, promised), notes, n_learnt)


def _left_out(n_learnt: int, n_others: int) -> str:
    these = _of_these(n_learnt, n_learnt + n_others)
    return (
        f"{these} {'is a row' if n_learnt == 1 else 'are rows'} the model has learned from: on those it looks better "
        f"than it is. Only the {n_others:,} others are judged."
    )


def _too_few(n_learnt: int, n_others: int) -> str:
    others = f" The {n_others:,} others are too few to judge by." if n_others > 1 else ""
    these = _of_these(n_learnt, n_learnt + n_others)
    return (
        f"{these[:1].upper()}{these[1:]} "
        f"{'is one' if n_learnt == 1 else 'are rows'} the model has learned from: on those it looks better than it is."
        f"{others} Give it rows that it has not seen."
    )


def _about_amounts(rows: pd.DataFrame, actual: np.ndarray, scorer: Scorer) -> list[str]:
    """Say how many actual amounts lie inside their interval, and that a shift plays no part in the measures."""
    said = []
    if scorer.interval is not None and len(rows):
        lower, upper = rows.iloc[:, 1].to_numpy(dtype=float), rows.iloc[:, 2].to_numpy(dtype=float)
        inside = float(np.mean((actual >= lower) & (actual <= upper)))
        often = how_often(scorer.interval["level"])
        said.append(f"{percent(inside)} of the actual values lie inside their interval; {often} should.")
    return [*said, WITHOUT_SHIFT] if scorer.shift else said


def _predicted(rows: pd.DataFrame, scorer: Scorer, spec: ExperimentSpec) -> tuple[np.ndarray, np.ndarray | None]:
    predicted = rows.iloc[:, 0].to_numpy()
    if spec.task == "regression":
        # What was promised are errors of what the model predicts, without what was decided to add.
        return predicted.astype(np.float64) - scorer.shift, None
    probabilities = np.zeros((len(rows), len(spec.classes)))
    for position, label in enumerate(scorer.classes, 1):  # behind the prediction itself
        probabilities[:, spec.classes.index(label)] = rows.iloc[:, position].to_numpy()
    # What was promised are measures of the most probable class; a decision would be compared with another thing. The
    # labels come back as those of the outcomes are: whole numbers, where they are, and not objects.
    return label_array(spec.classes)[decide(probabilities, spec.classes)], probabilities


def _groups(labelled, spec, answered) -> np.ndarray | None:
    if spec.split.kind != "group" or spec.split.column not in labelled.inputs:
        return None
    return group_codes(labelled.inputs[spec.split.column])[answered]
