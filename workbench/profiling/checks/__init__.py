"""The questions asked of every table, in the order shown on screen."""

from workbench.profiling.checks import (
    blanks,
    columns,
    dates,
    meanings,
    numbers,
    rows,
    spellings,
    table,
    target,
    words,
)
from workbench.profiling.findings import CheckKind

CHECKS: tuple[CheckKind, ...] = (
    CheckKind(
        "missing_target",
        "Blank targets",
        "A row whose answer is not known cannot teach or test a model.",
        "Every row has a target.",
        target.check_missing_target,
    ),
    CheckKind(
        "single_class",
        "One outcome only",
        "A model learns by comparing outcomes; with one there is nothing to learn.",
        "The target varies.",
        target.check_single_class,
    ),
    CheckKind(
        "target_leakage",
        "Too good to be true",
        "A column written down after the outcome makes scores splendid and the model useless.",
        "No column alone decides the target.",
        target.check_target_leakage,
    ),
    CheckKind(
        "blank_leakage",
        "Filled in afterwards",
        "A column that is filled in only once the outcome is known tells it by being blank.",
        "No blank gives the outcome away.",
        target.check_blank_leakage,
    ),
    CheckKind(
        "known_later",
        "Known in time?",
        "What is written down after the moment of prediction will be missing when the model is used.",
        "No date or name tells of something after the outcome.",
        target.check_known_later,
    ),
    CheckKind(
        "grouped_rows",
        "Rows that belong together",
        "If rows of one customer are both learnt from and tested on, the score is too good for a new customer.",
        "Every row is a case of its own, as far as the data show.",
        rows.check_grouped_rows,
    ),
    CheckKind(
        "time_order",
        "Rows in time",
        "Tested on rows between those it has learnt from, a model looks into the future it is to predict.",
        "No column of dates orders the rows as a series.",
        rows.check_time_order,
    ),
    CheckKind(
        "imbalance",
        "Balance of the classes",
        "With a rare class, a model that never finds it still looks accurate.",
        "No class is much rarer than the others.",
        target.check_imbalance,
    ),
    CheckKind(
        "rare_classes",
        "Rare classes",
        "A class must appear in every fold to be learnt and tested.",
        "Every class has enough rows to learn and to test.",
        target.check_rare_classes,
    ),
    CheckKind(
        "too_few_rows",
        "Number of rows",
        "On few rows a score moves by chance, and many inputs are learnt by heart.",
        "There are enough rows for the number of inputs.",
        table.check_too_few_rows,
    ),
    CheckKind(
        "identifier",
        "Identifiers",
        "A name or number that is different in every row lets a model learn rows by heart.",
        "No column merely names the row.",
        columns.check_identifier,
    ),
    CheckKind(
        "constant",
        "Constant columns",
        "A column that never changes cannot tell one row from another.",
        "Every column varies.",
        columns.check_constant,
    ),
    CheckKind(
        "near_constant",
        "Nearly constant columns",
        "A model sees too few of the other rows to learn from them.",
        "No column holds nearly the same value throughout.",
        columns.check_near_constant,
    ),
    CheckKind(
        "duplicate_rows",
        "Repeated rows",
        "A copy in the test rows of a row that was learnt makes scores too good.",
        "No row repeats another.",
        table.check_duplicate_rows,
    ),
    CheckKind(
        "duplicate_columns",
        "Repeated columns",
        "Copies share their importance and hide what matters.",
        "No column repeats another.",
        table.check_duplicate_columns,
    ),
    CheckKind(
        "missing_share",
        "Blank cells",
        "The more cells are blank, the less there is to learn from; that a cell is blank may say something itself.",
        "No column has many blanks.",
        blanks.check_missing_share,
    ),
    CheckKind(
        "disguised_missing",
        "Blanks in disguise",
        "A value that means “not known” is taken for an answer like any other.",
        "No value looks like a stand-in for a blank.",
        blanks.check_disguised_missing,
    ),
    CheckKind(
        "mixed_spellings",
        "Spellings",
        "Two spellings of one thing are two things to a model.",
        "No value is spelt in several ways.",
        spellings.check_mixed_spellings,
    ),
    CheckKind(
        "numbers_as_text",
        "Numbers among words",
        "A number read as words loses its order and size.",
        "No column of words is really one of numbers.",
        meanings.check_numbers_as_text,
    ),
    CheckKind(
        "mixed_types",
        "Words and numbers mixed",
        "Numbers and dates among words lose their order and size.",
        "No column mixes words with numbers or dates.",
        meanings.check_mixed_types,
    ),
    CheckKind(
        "text_words",
        "Texts",
        "A model calculates; what a text says has to be turned into numbers first.",
        "No column holds sentences.",
        words.check_text_words,
    ),
    CheckKind(
        "high_cardinality",
        "Categories with many values",
        "A value seen once teaches nothing about the next row that has it.",
        "No category has very many values.",
        words.check_high_cardinality,
    ),
    CheckKind(
        "infinite",
        "Infinite values",
        "Most models cannot calculate with infinity.",
        "Every number is finite.",
        numbers.check_infinite,
    ),
    CheckKind(
        "skew",
        "Values far out",
        "A few extreme values, or a slip of the keyboard, can dominate an average and a linear model.",
        "No column has values far from the rest.",
        numbers.check_skew,
    ),
    CheckKind(
        "date_range",
        "Dates out of range",
        "A slip in one date stretches every span of time that is computed from it.",
        "Every date lies in a plausible range.",
        dates.check_date_range,
    ),
    CheckKind(
        "correlated",
        "Columns that move together",
        "Two columns that say the same share their importance.",
        "No two numbers move together almost exactly.",
        table.check_correlated,
    ),
)


def check(code: str) -> CheckKind:
    """Return the check of that code; KeyError where there is none."""
    for kind in CHECKS:
        if kind.code == code:
            return kind
    raise KeyError(code)
