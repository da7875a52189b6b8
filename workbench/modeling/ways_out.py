"""What a person can do, in one click, about something that had to be left out or changed."""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from workbench.modeling.targets import label_words
from workbench.specs import ColumnSpec, Draft, FilterRows, Recipe

OTHER = "other"


@dataclass(frozen=True)
class WayOut:
    """One way out, as data.

    Parameters
    ----------
    words : str
        What a button says.
    changes : dict
        Fields of the draft and what they become: ``draft.but(**changes)``.
    others : tuple of WayOut
        The same with another choice, for the person to take instead of what is a guess.
    named : str
        What is chosen among this one and the ``others``, as the label of a list.
    reads : tuple of dict
        How columns are to be read instead, as a finding proposes it: ``name`` and ``spellings``.
    help : str
        What it does, in a sentence.
    """

    words: str
    changes: dict[str, Any] = field(default_factory=dict)
    reads: tuple[dict[str, Any], ...] = ()
    help: str = ""
    others: tuple["WayOut", ...] = ()
    named: str = ""


def of_rare_class(counts: pd.Series, column: ColumnSpec, draft: Draft, wanted: int) -> tuple[WayOut, ...]:
    """Return what can be done about classes that have fewer rows than there are folds.

    Fewer folds are none of it: they are used already, where there can be any.

    Parameters
    ----------
    counts : Series
        Rows of each class, the most frequent first.
    column : ColumnSpec
        The target.
    draft : Draft
    wanted : int
        Folds.
    """
    rare = counts[counts < wanted]
    found = []
    if len(counts) - len(rare) >= 2:
        step = FilterRows(column=column.name, operator="none_of", values=tuple(rare.index.tolist()))
        n_rows = int(rare.sum())
        rows = "the only row" if n_rows == 1 else f"the {n_rows} rows"
        found.append(
            WayOut(
                f"Leave out {rows} of {_named(rare)}",
                {"recipe": Recipe(rows=(*draft.recipe.rows, step))},
                help="The rows stay in your file; the model does not see them. You can undo it on the Prepare page.",
            )
        )
    if column.meaning in ("category", "yes_no", "text") and len(counts) > 2:
        found += _merged(rare, counts, column.name)
    return tuple(found)


def _merged(rare, counts, name) -> list[WayOut]:
    """Several rare classes become one; a single one joins another, the next rarest if nobody knows better."""
    help = "They are then one class, also in rows to come. You can undo it on the Profile page."
    if len(rare) > 1 and len(counts) - len(rare) >= 1:
        spellings = [[str(label), OTHER] for label in rare.index]
        words = f"Count {_named(rare)} as “{OTHER}”"
        return [WayOut(words, reads=({"name": name, "spellings": spellings},), help=help)]
    if len(rare) != 1:
        return []
    label = str(counts.index[-1])
    guess, *others = (
        WayOut(f"Count “{label}” as “{other}”", reads=({"name": name, "spellings": [[label, other]]},), help=help)
        for other in map(str, reversed(counts.index[:-1]))  # the next rarest first
    )
    return [replace(guess, others=tuple(others), named=f"Count “{label}” as")]


def _named(rare) -> str:
    if len(rare) > 3:
        return f"the {len(rare)} rarest classes"
    words = [f"“{label_words(label)}”" for label in rare.index]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
