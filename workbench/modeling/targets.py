"""What is predicted: which column, what kind of question, which of two classes is looked for; each with its reason."""

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible, OutOfScope, TooFewRows
from workbench.modeling.columns import screen_columns
from workbench.runtime.learning.targets import FEWEST_ROWS, has_target, label_words, labels_of
from workbench.specs import ColumnSpec, Label, Schema, Task

__all__ = [
    "FEWEST_ROWS",
    "check_target",
    "classes_of",
    "counts_sentence",
    "detect_task",
    "has_target",
    "label_words",
    "labels_of",
    "likely_targets",
    "positive_class",
    "target_column",
]

MOST_CLASSES = 30  # whole numbers with more values than this are an amount, not a class
MOST_TEXT_CLASSES = 100
FEW_NUMBERS = 10  # whole numbers with at most this many values (and few a value) may be classes
# Ages and years are whole numbers too: taken for counts is what is often zero and small.
COUNTS_ZERO_FRACTION = 0.02
COUNTS_LARGEST_MEAN = 20.0
POSITIVE_WORDS = ("yes", "true", "1", "y", "t", "ja", "oui", "si", "sí", "positive", "spam", "churn", "bad", "default")
LIKELY_NAMES = (
    *("target", "label", "class", "outcome", "churn", "survived", "result", "y", "price", "default", "status"),
    *("value", "response", "salary", "count", "score", "rating", "sales", "revenue", "profit", "charges", "cost"),
    *("quality", "diagnosis", "species", "fraud", "winner", "cancelled", "returned", "opinion", "strength", "total"),
)


def classes_of(values: pd.Series) -> np.ndarray:
    """Return the different labels of ``values``, sorted as scikit-learn sorts them.

    >>> classes_of(pd.Series(["no", "yes", "no"])).tolist()
    ['no', 'yes']
    """
    # Of the different values only: sorting 100,000 Python strings takes a tenth of a second.
    return np.unique(labels_of(values.drop_duplicates()))


def likely_targets(table: pd.DataFrame, schema: Schema) -> list[str]:
    """Return every column that could be predicted, the likeliest first.

    Names that people give to outcomes come first, then the last column, then yes/no and categories, then numbers;
    identifiers, dates, constants and free text are left out.
    """
    unhelpful = {entry.column for entry in screen_columns(table, schema)}
    last = schema.names[-1] if schema.columns else ""

    def rank(column):
        words = column.name.lower().replace("_", " ").replace(".", " ").split()
        named = any(word in LIKELY_NAMES for word in words)
        order = {"yes_no": 0, "category": 1, "integer": 2, "number": 3}[column.meaning]
        return (not named, column.name != last, order)

    offered = [
        column
        for column in schema.columns
        if column.meaning in ("yes_no", "category", "integer", "number") and column.name not in unhelpful
    ]
    return [column.name for column in sorted(offered, key=rank)]


def target_column(schema, name) -> ColumnSpec:
    if not name:
        raise NotPossible("It is not decided which column should be predicted.", "Choose one.")
    try:
        return schema.column(name)
    except KeyError:
        names = schema.names
        if "," in name and all(part.strip() in names for part in name.split(",")):
            raise OutOfScope(
                "Several columns at once cannot be predicted.", "Choose one target, and train again for the next."
            ) from None
        known = ", ".join(f"“{column}”" for column in names[:20])
        raise NotFound(f"There is no column “{name}” in this table.", f"There are: {known}.") from None


def check_target(known, column, n_rows):
    if known.empty:
        raise NotPossible(f"“{column.name}” has no value in any row, so there is nothing to learn from.")
    if column.meaning == "date":
        raise OutOfScope(
            f"“{column.name}” is a date; predicting when something happens (forecasting, survival) is out of scope.",
            "Choose a yes/no column, a category or a number, such as the number of days until then.",
        )
    if known.nunique() == 1:
        raise NotPossible(f"“{column.name}” is the same in every row, so there is nothing to learn.")
    if len(known) < FEWEST_ROWS:
        raise TooFewRows(
            f"Only {len(known)} of {n_rows} rows have a value in “{column.name}”.",
            f"At least {FEWEST_ROWS} are needed.",
        )


def counts_sentence(numbers) -> str:
    """Say, with a blank in front, that a target holds counts and what is made for those; "" where it does not."""
    if numbers is None or (numbers < 0).any() or (numbers % 1 != 0).any():
        return ""
    if (numbers == 0).mean() < COUNTS_ZERO_FRACTION or numbers.mean() > COUNTS_LARGEST_MEAN:
        return ""
    return (
        f" It looks like counts: whole numbers from zero up, {numbers.mean():.3g} on average. Poisson regression, and "
        "the mean Poisson deviance as what decides, are made for those and can be chosen."
    )


def detect_task(known, column, asked: Task | None) -> tuple[Task, str]:
    n_distinct, numeric = known.nunique(), pd.api.types.is_numeric_dtype(known)
    name = column.name
    if asked == "regression" and not numeric:
        raise NotPossible(f"“{name}” holds words, so no number can be predicted.", "Choose a task with classes.")
    if asked == "binary" and n_distinct != 2:
        raise NotPossible(f"“{name}” has {n_distinct:,} different values, not two.", "Choose another task.")
    if asked in ("binary", "multiclass"):
        _check_classes(known, column)
        return ("binary" if n_distinct == 2 else "multiclass"), "You chose to predict which of its values applies."
    if asked:
        return asked, "You chose to predict a number."
    if n_distinct == 2:
        words = " and ".join(str(label) for label in classes_of(known))
        return "binary", f"“{name}” has two different values, {words}: this is a question with two answers."
    if not numeric:
        _check_classes(known, column)
        return "multiclass", f"“{name}” holds words, {n_distinct:,} different ones: this asks which of them applies."
    whole = (known == np.floor(known)).all()
    if whole and n_distinct <= FEW_NUMBERS and len(known) / n_distinct >= 10 and column.meaning != "number":
        return (
            "multiclass",
            f"“{name}” has only {n_distinct} different whole numbers: they are taken as classes. "
            "If they are amounts, change the task to a number.",
        )
    return "regression", f"“{name}” is a number with {n_distinct:,} different values: this asks how much."


def _check_classes(known, column):
    n_distinct = known.nunique()
    limit = MOST_CLASSES if pd.api.types.is_numeric_dtype(known) else MOST_TEXT_CLASSES
    if n_distinct > limit or n_distinct > len(known) / 2:
        raise NotPossible(
            f"“{column.name}” has {n_distinct:,} different values in {len(known):,} rows, too many to tell apart.",
            "Choose a column whose values come back, or group its values in your file first.",
        )


def positive_class(known, classes, asked: Label | None) -> tuple[Label, str]:
    if asked is not None:
        for alike in (str.strip, str.casefold):  # exactly as written goes first: "a" and "A" may both be classes
            for label in classes:
                if alike(label_words(label)) == alike(label_words(asked)):
                    return label, "You chose this class."
        options = " and ".join(f"“{label}”" for label in classes)
        raise NotPossible(f"“{asked}” is not among the two classes; they are {options}.", "Choose one of these.")
    for label in classes:
        if str(label).lower() in POSITIVE_WORDS:
            return label, f"“{label}” is taken as the answer you want to find, by its name."
    for label in classes:
        if str(label).strip().casefold() == str(known.name).strip().casefold():
            return label, f"“{label}” is taken as the answer you want to find, as the column is called so."
    counts = [(labels_of(known) == label).sum() for label in classes]
    rarer = classes[int(np.argmin(counts))]
    return rarer, f"“{rarer}” is the rarer answer, so it is taken as the one you want to find."
