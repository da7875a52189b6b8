"""What was asked: every Spec, immutable, validated, and identified by a fingerprint.

A Spec round-trips through JSON (``model_dump(mode="json")`` and ``model_validate``). Its fingerprint is the
SHA-256 of its canonical JSON, and serves as cache key, file name and provenance. Standard library and pydantic
only; what data says (results) and what is possible (registries) live elsewhere.
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

Meaning = Literal["number", "integer", "date", "yes_no", "category", "text", "identifier"]
Task = Literal["binary", "multiclass", "regression"]
SplitKind = Literal["random", "group", "time"]
FileFormat = Literal[
    "delimited", "fixed_width", "excel", "json", "json_lines", "parquet", "feather",
    "stata", "spss", "sas", "r", "sqlite", "duckdb",
]  # fmt: skip
# Order matters: pydantic takes the first exact type, so True stays a bool and 1 stays an int.
Label = StrictBool | StrictInt | StrictFloat | StrictStr
Setting = StrictBool | StrictInt | StrictFloat | StrictStr | None

MEANING_LABELS: dict[str, str] = {
    "number": "number",
    "integer": "whole number",
    "date": "date",
    "yes_no": "yes/no",
    "category": "category",
    "text": "text",
    "identifier": "identifier",
}


def canonical_json(value: Any) -> str:
    """Return ``value`` as JSON with sorted keys and no blanks, the form that fingerprints are taken of.

    >>> canonical_json({"b": 1, "a": [1.5, None]})
    '{"a":[1.5,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint_of(value: Any) -> str:
    """Return the SHA-256 (64 hex digits) of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()


class Spec(BaseModel):
    """Base of all Specs: frozen, closed to unknown fields, with a fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON, 64 hex digits."""
        return fingerprint_of(self.model_dump(mode="json"))

    def but(self, **changes):
        """Return a validated copy with ``changes`` applied."""
        return type(self).model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})


class ColumnSpec(Spec):
    """How the text of one column is turned into values, and what those values mean."""

    name: str
    meaning: Meaning
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    unit: str = ""  # removed before parsing a number, shown behind it: "%", "€", "kg"
    scales: tuple[tuple[str, float], ...] = ()  # suffixes that multiply: (("K", 1e3), ("M", 1e6)); without the unit
    date_format: str = ""  # dates only: strptime format, "ISO8601", "unix seconds" …; several with "|" between
    language: str = ""  # of the month names in the dates where that is not English: "de", "fr" …
    missing: tuple[str, ...] = ()  # tokens that stand for "no value" besides the blank cell
    spellings: tuple[tuple[str, str], ...] = ()  # words only: (as written, as it should read): (("usa ", "USA"),)


class ReadSpec(Spec):
    """How the bytes of one file become cells. Applied by ``workbench.runtime.reading``, which guesses nothing."""

    version: Literal[1] = 1
    format: FileFormat = "delimited"
    encoding: str = "utf-8"
    delimiter: str = ","  # one or more characters; "\\s+" means runs of white space
    quote: str = '"'  # "" where the file has none
    escape: str = ""  # character that escapes a quote inside quotes; "" where quotes are doubled
    skip_rows: Annotated[int, Field(ge=0)] = 0  # records above the header (titles, notes, blank lines)
    header_rows: Annotated[int, Field(ge=0)] = 1  # 0 where the first record is data
    skip_after_header: Annotated[int, Field(ge=0)] = 0  # records between header and data (units, blank lines)
    footer_rows: Annotated[int, Field(ge=0)] = 0  # non-blank records below the data (notes, sources)
    comment: str = ""  # lines that begin with it are left out
    widths: tuple[int, ...] = ()  # fixed width only: characters per column
    member: str = ""  # of an archive: the path of the file inside, "*" for all of them appended, "" for its only one
    sheet: str = ""  # sheet of a workbook, table of a database file, object of an R file
    first_column: Annotated[int, Field(ge=0)] = 0  # workbooks only: table that does not start in column A
    names: tuple[str, ...] = ()  # final column names, unique, in file order; the reader uses these


class Schema(Spec):
    """The columns of a table, in file order."""

    columns: tuple[ColumnSpec, ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> ColumnSpec:
        """Return the column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class DropDuplicates(Spec):
    """Row step: keep the first of rows that are equal in every column (or in ``columns``)."""

    step: Literal["drop_duplicates"] = "drop_duplicates"
    columns: tuple[str, ...] = ()


class DropMissing(Spec):
    """Row step: leave out rows that have no value in ``column``."""

    step: Literal["drop_missing"] = "drop_missing"
    column: str


class FilterRows(Spec):
    """Row step: keep the rows for which ``column`` ``operator`` ``values`` holds; blank cells never match
    except for ``is_blank``, ``none_of`` and ``between_or_blank``."""

    step: Literal["filter_rows"] = "filter_rows"
    column: str
    operator: Literal[
        "equals",
        "not_equals",
        "at_least",
        "at_most",
        "between",
        "between_or_blank",
        "one_of",
        "none_of",
        "contains",
        "is_blank",
        "not_blank",
    ]
    values: tuple[Label, ...] = ()


RowStep = Annotated[DropDuplicates | DropMissing | FilterRows, Field(discriminator="step")]


class Recipe(Spec):
    """Row steps, run once, in order, before any split; they estimate nothing and do not run when serving."""

    rows: tuple[RowStep, ...] = ()


class SplitSpec(Spec):
    """How rows are divided into folds. ``random`` is stratified for classes."""

    kind: SplitKind = "random"
    folds: Annotated[int, Field(ge=2, le=50)] = 5
    column: str = ""  # the group or time column


class CandidateSpec(Spec):
    """One estimator to try: a kind of the registry and the hyperparameters that differ from its defaults."""

    kind: str
    hyperparameters: dict[str, Setting] = {}

    @property
    def key(self) -> str:
        """Name of the candidate inside a run: its kind, and a suffix where hyperparameters were set."""
        return self.kind if not self.hyperparameters else f"{self.kind}-{self.fingerprint[:8]}"


class ColumnChoice(Spec):
    """What the person decided about one column; it outranks what the software suggests."""

    name: str
    use: bool
    reason: str = ""
    known: Literal["", "yes", "no", "later"] = ""  # known when predicting? "": not answered


class LeftOut(Spec):
    """A column that the model does not use, and why."""

    column: str
    reason: str


class Draft(Spec):
    """The choices of a project so far. Pages write this; ``modeling.planning`` completes it to an ExperimentSpec."""

    version: Literal[1] = 1
    goal: str = ""
    dataset: str = ""  # fingerprint of the data set in work
    recipe: Recipe = Recipe()
    target: str = ""
    task: Task | None = None  # None: detected
    positive: Label | None = None  # None: suggested
    choices: tuple[ColumnChoice, ...] = ()
    split: SplitSpec = SplitSpec()
    candidates: tuple[CandidateSpec, ...] | None = None  # None: the default set for the task
    metric: str | None = None  # None: the main metric of the task
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    accepted: tuple[str, ...] = ()  # keys of the findings of which the person said that they are fine


class ExperimentSpec(Spec):
    """A complete training question; the same spec on the same table gives the same scores."""

    version: Literal[1] = 1
    dataset: str  # fingerprint of the table's data set
    recipe: Recipe = Recipe()
    target: str
    task: Task
    classes: tuple[Label, ...] = ()  # sorted as scikit-learn sorts them; empty for regression
    positive: Label | None = None  # binary only
    columns: tuple[ColumnSpec, ...]  # the inputs, in file order, with the rules their text is read by
    target_column: ColumnSpec
    left_out: tuple[LeftOut, ...] = ()
    candidates: tuple[CandidateSpec, ...]
    split: SplitSpec = SplitSpec()
    metric: str
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    def candidate(self, key: str) -> CandidateSpec:
        """Return the candidate whose ``key`` is given; KeyError where there is none."""
        for candidate in self.candidates:
            if candidate.key == key:
                return candidate
        raise KeyError(key)
