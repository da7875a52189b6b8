"""What only the person can know about a file: asked once, never guessed silently.

The table is read by the likelier answer meanwhile, so nothing waits for it.
"""

from dataclasses import asdict, dataclass
from typing import Any

from workbench.specs import ColumnSpec


@dataclass(frozen=True)
class Answer:
    """One possible answer, and what follows from it.

    Attributes
    ----------
    label : str
        What the button says.
    columns : tuple of ColumnSpec
        How these columns are read if it is chosen; empty where nothing changes.
    step : dict or None
        JSON of a row step that is added to the recipe (leave out the rows with totals).
    """

    label: str
    columns: tuple[ColumnSpec, ...] = ()
    step: dict[str, Any] | None = None


@dataclass(frozen=True)
class Question:
    """A question about a file.

    Attributes
    ----------
    code : str
        ``day_first`` (day and month could be swapped), ``sentinel`` (does 999 stand for "no value"?),
        ``number_dates`` (are these numbers moments?) or ``summary_rows`` (rows that add up others).
    columns : tuple of str
        The columns it is about.
    sentence : str
        The question with what was counted.
    answers : tuple of Answer
        The first is how the table was read.
    rows : tuple of int
        Positions of rows to look at; empty where the columns say enough.
    """

    code: str
    columns: tuple[str, ...]
    sentence: str
    answers: tuple[Answer, ...]
    rows: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        value = asdict(self)
        for answer, mine in zip(value["answers"], self.answers, strict=True):
            answer["columns"] = [column.model_dump(mode="json") for column in mine.columns]
        return value

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Question":
        """Return the question that :meth:`to_json` made ``value`` of."""
        answers = tuple(
            Answer(
                answer["label"],
                tuple(ColumnSpec.model_validate(column) for column in answer["columns"]),
                answer["step"],
            )
            for answer in value["answers"]
        )
        return cls(value["code"], tuple(value["columns"]), value["sentence"], answers, tuple(value["rows"]))
