"""Which rows of a new file both models are compared on, and what is known about who has learnt from them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible
from workbench.runtime.learning.locking import locked_among
from workbench.runtime.learning.rows import inputs_and_target
from workbench.runtime.upkeep.row_digests import row_codes, table_digests

SHARE = 0.2  # of the rows, where it is not known which of them the current model has learnt from
SHARE_OF_UNSEEN = 0.5  # of those it has not learnt from: the new model needs some of them, too
FEWEST = 30  # rows that a comparison needs
SEEN_CHOICES = ("auto", "all", "none")


@dataclass(frozen=True, eq=False)
class SetAside:
    """Rows to compare models on.

    Attributes
    ----------
    positions : int64 ndarray of shape (n_set_aside,)
        Among the rows that are learnt from; empty where ``rows`` are not of them, or where there are none.
    rows : (DataFrame, ndarray) or None
        Inputs and target of rows that are never learnt from, since they are locked away.
    sentence : str
        What they are, and what is known about who has learnt from them.
    """

    positions: np.ndarray
    rows: tuple[pd.DataFrame, np.ndarray] | None
    sentence: str


NONE = np.empty(0, dtype=np.int64)


def learnt_before(table: pd.DataFrame, question, training: dict[str, Any], seen: str = "auto") -> pd.Index | None:
    """Return the labels of the rows that the current model has learnt from, None where that is not known.

    Known is it where the file begins with the rows of the training file, in any order; then the others are new.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed, with the columns in the order of training.
    training : dict
        ``n_rows`` and ``digests`` of the training file's rows, from ``model.json``.
    seen : {"auto", "all", "none"}
        What the person says: the current model has learnt from all of these rows, or from none of them.
    """
    if seen == "none":
        return table.index[:0]
    n_rows = training["n_rows"]
    first = table.iloc[:n_rows]
    found = table_digests(first) if n_rows <= len(table) else None
    if found == training["digests"]:  # what was locked away, or left out by steps, was not learnt from then either
        return inputs_and_target(first, question)[0].index
    if found is not None and found["rows"] == training["digests"]["rows"]:
        return first.index  # in another order, so that it is not known which of them were locked away
    return table.index if seen == "all" else None


def set_aside(table: pd.DataFrame, inputs: pd.DataFrame, target: np.ndarray, question, learnt) -> SetAside:
    """Choose the rows to compare on: those that neither model has learnt from, as far as there are any.

    Independent rows are chosen by their content, the same share of each class; of groups whole ones, by their name; in
    time the latest. So the same file always gives the same rows, in whichever order they stand.

    Parameters
    ----------
    table : DataFrame
        The typed rows of the file.
    inputs, target
        Those of them that are learnt from.
    question : Question
    learnt : Index or None
        See :func:`learnt_before`.
    """
    if question.locked:
        locked, actual = inputs_and_target(table, question, final=True)
        new = np.ones(len(locked), dtype=bool) if learnt is None else ~locked.index.isin(learnt)
        if new.sum() >= FEWEST:
            known = "neither model has learnt from them"
            if learnt is None:
                known = (
                    "the new model has not learnt from them; whether the current one has is not known, since the file "
                    "does not begin with the rows it was trained on. If it has, it looks better here than it is"
                )
            said = f"Both models are compared on {new.sum():,} rows that are locked away: {known}."
            return SetAside(NONE, (locked[new], actual[new]), said)
    if learnt is None:
        positions = _chosen(inputs, target, question, np.ones(len(inputs), dtype=bool), SHARE)
        if not len(positions):
            few = f"{len(inputs):,} rows are too few to set some aside, so the two models are not compared on any."
            return SetAside(
                NONE, None, f"{few} What counts is cross-validation, now and when the current one was made."
            )
        return SetAside(
            positions,
            None,
            f"Both models are compared on {len(positions):,} rows of the new file. The new one has not learnt from "
            "them for this; whether the current one has is not known, since the file does not begin with the rows it "
            "was trained on. If it has, it looks better here than it is; --seen all or --seen none says what you know.",
        )
    unseen = ~inputs.index.isin(learnt)
    positions = _chosen(inputs, target, question, unseen, SHARE_OF_UNSEEN) if unseen.sum() >= FEWEST else NONE
    if not len(positions):
        rows = f"All but {unseen.sum():,}" if unseen.any() else "All"
        return SetAside(
            NONE,
            None,
            f"{rows} of the rows are ones that the current model has learnt from, so the two cannot be compared on "
            "rows that are new to both. What counts is cross-validation, now and when the current model was made.",
        )
    said = f"Both models are compared on {len(positions):,} of the {unseen.sum():,} rows that are new to both of them."
    return SetAside(positions, None, said)


def _chosen(inputs, target, question, among: np.ndarray, share: float) -> np.ndarray:
    """Return positions of ``share`` of the rows ``among``, by what stands in them."""
    rows = inputs[among].assign(**{_TARGET: target[among]})
    codes = row_codes(rows)
    rows.index = pd.Index(codes)
    try:
        chosen = locked_among(rows, _TARGET, question.task, question.split, share, question.seed).rows
    except (NotFound, NotPossible):  # too few rows, groups or moments: nothing is set aside
        return NONE
    found = np.flatnonzero(among)[chosen]
    return found if len(found) >= FEWEST else NONE


_TARGET = "\0target"  # no column of a file is called so
