"""What was asked: every Spec, immutable, validated, and identified by a fingerprint.

A Spec round-trips through JSON (``model_dump(mode="json")`` and ``model_validate``). Its fingerprint is the
SHA-256 of its canonical JSON, and serves as cache key, file name and provenance. Standard library and pydantic
only; what data says (results) and what is possible (registries) live elsewhere.
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

Meaning = Literal["number", "integer", "date", "yes_no", "category", "text", "identifier"]
Task = Literal["binary", "multiclass", "regression"]
SplitKind = Literal["random", "group", "time", "own"]
FileFormat = Literal[
    "delimited", "fixed_width", "excel", "json", "json_lines", "parquet", "feather",
    "stata", "spss", "sas", "r", "sqlite", "duckdb",
]  # fmt: skip
FaultAction = Literal["warn", "impute", "reject"]
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
    """How rows are divided into folds. ``random`` is stratified for classes, and so is ``group`` as far as it can be.

    ``folds`` is 1 where one part is held out and 0 in a draft where the software decides; planning puts the number
    of folds there that there are, also for ``own`` and for one group after the other.
    """

    kind: SplitKind = "random"
    folds: Annotated[int, Field(ge=0, le=50)] = 5
    column: str = ""  # the group or time column, or the one that marks the person's own folds
    repeats: Annotated[int, Field(ge=1, le=20)] = 1  # random and group: the folds are drawn anew so many times
    each: bool = False  # group: every group is tested once, alone
    gap: Annotated[float, Field(ge=0)] = 0.0  # time: left out before each tested part; days, or the column's unit
    share: Annotated[float, Field(gt=0, lt=1)] = 0.2  # of the rows that are tested where ``folds`` is 1

    @property
    def rounds(self) -> int:
        """How many times a candidate is fitted and tested: folds times repeats."""
        return self.folds * self.repeats


class MemberSpec(Spec):
    """One candidate inside an ensemble, and how much it counts."""

    kind: str
    hyperparameters: dict[str, Setting] = {}
    weight: Annotated[float, Field(gt=0)]


class CandidateSpec(Spec):
    """One estimator to try: a kind of the registry and the hyperparameters that differ from its defaults.

    An ``ensemble`` has members, found from what they predicted for rows they had not seen.
    """

    kind: str
    hyperparameters: dict[str, Setting] = {}
    members: tuple[MemberSpec, ...] = ()

    @property
    def key(self) -> str:
        """Name of the candidate inside a run: its kind, and a suffix where hyperparameters were set."""
        if not self.hyperparameters:
            return self.kind
        return f"{self.kind}-{fingerprint_of({'hyperparameters': self.hyperparameters, 'kind': self.kind})[:8]}"


class SearchRange(Spec):
    """The values of one hyperparameter that a search may try: listed, or between two bounds (both included)."""

    name: str
    values: tuple[Setting, ...] = ()
    low: float | None = None
    high: float | None = None
    log: bool = False


class TuningSpec(Spec):
    """A search over the hyperparameters of one kind, as a person asked for it."""

    kind: str
    ranges: tuple[SearchRange, ...]
    method: Literal["grid", "random", "model"] = "random"
    trials: Annotated[int, Field(ge=1, le=500)] = 20  # a grid tries every combination, and ignores it


class RoundSpec(Spec):
    """One round of an autopilot's plan: who is scored on which folds, and how many go on.

    Taking part are the candidates still in the race, those named here, and ``trials`` variations of a kind for the
    ``kinds`` best kinds so far. All are scored on ``folds`` where they are not yet; the best ``keep`` stay.
    """

    folds: tuple[int, ...]
    candidates: tuple[CandidateSpec, ...] = ()
    trials: dict[str, int] = {}  # per kind: how many variations are affordable if it is among the best kinds
    kinds: int = 0
    keep: int = 0  # 0: all stay
    too_dear: tuple[str, ...] = ()  # keys that leave however good they are: all folds would take too long


class AutopilotSpec(Spec):
    """What an autopilot was allowed, and the plan that came of it. With a plan the clock is not looked at any more."""

    purpose: Literal["quick", "balanced", "thorough"] = "balanced"
    seconds: Annotated[float, Field(gt=0)] = 60.0
    rounds: tuple[RoundSpec, ...] = ()  # empty: made at the start of the run from the speed measured there
    largest_ensemble: Annotated[int, Field(ge=1, le=50)] = 12  # members, at most
    rows: Annotated[int, Field(ge=0)] = 0  # learnt from and tested on so many, drawn by chance; 0: all
    kinds: tuple[str, ...] = ()  # that are tried; empty: not settled yet, those of the candidates or else all


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


class SuccessSpec(Spec):
    """What a model has to reach to be of use; written down before any result is seen."""

    costs: str = ""  # what a wrong answer costs, in the person's words
    metric: str = ""  # of ``least``; "" where none was said
    least: float | None = None  # the worst value of that metric that would still be useful, in its own unit


# What a person enters for a single row; the bounds keep out what no screen and no sum can hold.
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Count = Annotated[int, Field(ge=0, le=10**12)]


class ScenarioSpec(Spec):
    """What a decision about one class is worth: what each of its four outcomes earns, or how many can be dealt with."""

    name: str
    kind: Literal["gains", "capacity"] = "gains"
    found: Amount = 0.0  # per row, in ``unit``; a cost is negative: decided yes, and it is so
    false_alarm: Amount = 0.0  # decided yes, and it is not
    missed: Amount = 0.0  # decided no, though it is
    left_alone: Amount = 0.0  # decided no, and it is not
    unit: str = ""  # of what is earned: "€", "minutes"
    capacity: Count = 0  # so many can be dealt with …
    of: Count = 0  # … of so many that come


class DecisionSpec(Spec):
    """From which probability on a row is decided to be of a class; what serves is told the same."""

    label: Label  # one class against all others
    threshold: Annotated[float, Field(ge=0, le=1)]
    scenario: str = ""  # the one in use, "" where the threshold was set by hand
    scenarios: tuple[ScenarioSpec, ...] = ()


class AmountDecisionSpec(Spec):
    """What is added to every predicted amount, since being too low and too high do not cost the same."""

    shift: Annotated[float, Field(allow_inf_nan=False)]  # in the target's unit
    too_low: Annotated[float, Field(ge=0)] = 1.0  # cost of each unit that a prediction is too low, in ``unit``
    too_high: Annotated[float, Field(ge=0)] = 1.0  # … too high
    unit: str = ""  # of the costs: "€", "minutes"


class FieldContract(Spec):
    """What a service does about the faults of one field; a value of the wrong type is always rejected."""

    column: str
    missing: FaultAction = "warn"
    unseen: FaultAction = "warn"
    out_of_range: FaultAction = "warn"


class ContractSpec(Spec):
    """What a service does about faults, and the columns whose values must not leave; what is not told is as usual."""

    fields: tuple[FieldContract, ...] = ()
    extra: Literal["warn", "reject"] = "warn"  # about fields that the model does not know
    sensitive: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_column_once(self):
        names = [entry.column for entry in self.fields]
        if len(set(names)) < len(names) or len(set(self.sensitive)) < len(self.sensitive):
            raise ValueError("A column stands in the contract twice.")
        return self


class Draft(Spec):
    """The choices of a project so far. Pages write this; ``modeling.planning`` completes it to an ExperimentSpec."""

    version: Literal[1] = 1
    goal: str = ""  # what will be decided with the model, in the person's words
    success: SuccessSpec = SuccessSpec()
    dataset: str = ""  # fingerprint of the data set in work
    recipe: Recipe = Recipe()
    target: str = ""
    task: Task | None = None  # None: detected
    positive: Label | None = None  # None: suggested
    choices: tuple[ColumnChoice, ...] = ()
    split: SplitSpec = SplitSpec(folds=0)
    candidates: tuple[CandidateSpec, ...] | None = None  # None: the default set for the task
    metric: str | None = None  # None: the main metric of the task
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    accepted: tuple[str, ...] = ()  # keys of the findings of which the person said that they are fine
    autopilot: AutopilotSpec | None = None  # None: the candidates as they are
    tunings: tuple[TuningSpec, ...] = ()
    locked: Annotated[float, Field(ge=0, lt=1)] = 0.0  # share of rows that is put away until the end
    test_dataset: str = ""  # fingerprint of a second labelled file that the finished model is tested on
    weight_column: str = ""  # how much each row counts in fits
    class_weight: Literal["", "balanced"] = ""  # balanced: rare classes count as much as frequent ones
    monotone: tuple[tuple[str, Literal[-1, 1]], ...] = ()  # input: the prediction may only fall or rise with it


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
    autopilot: AutopilotSpec | None = None
    tunings: tuple[TuningSpec, ...] = ()
    locked: Annotated[float, Field(ge=0, lt=1)] = 0.0
    weight_column: str = ""
    class_weight: Literal["", "balanced"] = ""
    monotone: tuple[tuple[str, Literal[-1, 1]], ...] = ()

    def candidate(self, key: str) -> CandidateSpec:
        """Return the candidate whose ``key`` is given; KeyError where there is none."""
        for candidate in self.candidates:
            if candidate.key == key:
                return candidate
        raise KeyError(key)
