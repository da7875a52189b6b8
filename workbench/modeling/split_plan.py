"""Which division of the rows these data allow: how many folds, why so many, and what speaks against what was asked."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotFound, NotPossible, TooFewRows
from workbench.modeling import portfolio, ways_out
from workbench.modeling.class_parts import groups_of_classes, undefined, undefined_in_time
from workbench.modeling.split_words import percent
from workbench.modeling.splits import group_codes, split
from workbench.modeling.targets import label_words
from workbench.modeling.ways_out import WayOut
from workbench.runtime.learning.own_folds import MOST_OWN_FOLDS, own_folds
from workbench.runtime.learning.time_windows import most_time_folds
from workbench.specs import ColumnSpec, Draft, Schema, SplitSpec

RARE_CLASS_ROWS = 10
USUAL_FOLDS = 5  # Kohavi, A study of cross-validation and bootstrap for accuracy estimation, IJCAI 1995
# Below it one division leaves more to chance than it costs to repeat it: Kim, Estimating classification error rate:
# repeated cross-validation, repeated hold-out and bootstrap, Computational Statistics & Data Analysis 53, 2009.
FEW_ROWS, FEW_ROWS_DRAWINGS = 500, 3
# A share of 33,000 tested rows is known to 0.3 percentage points (its standard error), of 100,000 rows to 0.16.
MANY_ROWS, MANY_ROWS_FOLDS = 100_000, 3
PLENTY_ROWS, PLENTY_SHARE = 500_000, 0.2
MOST_FOLDS = 50


@dataclass(frozen=True)
class SplitPlan:
    """How rows will be divided.

    Parameters
    ----------
    split : SplitSpec
        With the number of folds there are.
    reason : str
        Why so many folds, where the software decided it, or what the person's own folds are.
    warnings : tuple of str
        Where it differs from what was asked, and what else to know.
    ways_out : tuple of WayOut
    """

    split: SplitSpec
    reason: str = ""
    warnings: tuple[str, ...] = ()
    ways_out: tuple[WayOut, ...] = ()


def plan_split(known: pd.DataFrame, column: ColumnSpec, task: str, draft: Draft, schema: Schema) -> SplitPlan:
    """Return the division that these rows allow.

    Parameters
    ----------
    known : DataFrame
        The rows that have a target.
    column : ColumnSpec
        The target.
    task : str
    draft : Draft
        Its ``split`` is what was asked; 0 folds leave the number to the software.
    schema : Schema

    Raises
    ------
    NotFound, NotPossible
        The column by which rows are divided does not exist, or cannot divide them.
    TooFewRows
        Too few rows, groups or moments, or a class with a single row; what can be done is in its ``ways_out``.
    """
    wanted = _meant(draft.split)
    warnings = []
    if split(wanted.kind).needs_column:
        _check_column(known, column, wanted, schema)
        warnings += _blanks(known, wanted)
    if wanted.kind == "own":
        return _own(known, column, task, wanted, draft, warnings)
    if wanted.each:
        wanted, told = _each(known, wanted)
        if wanted.each:
            groups = pd.factorize(known[wanted.column])[0]
            warnings += undefined(known, column, task, draft, groups, f"“{wanted.column}”")
            return SplitPlan(wanted, told, (*warnings, *_rare(known, column, task)))
        warnings.append(told)
    seconds = draft.autopilot.seconds if draft.autopilot else 0.0
    chosen, reason = decided(wanted, len(known), seconds) if not wanted.folds else (wanted, "")
    most, cause = _most_folds(known, chosen)
    offers = ()
    if task != "regression" and chosen.kind != "time":
        counts = known[column.name].value_counts()
        _check_single(counts, column, draft)
        if task == "binary" and chosen.kind == "group":
            most, cause = groups_of_classes(known, column, draft, chosen, most, cause)
        rarest, fewest = label_words(counts.index[-1]), int(counts.iloc[-1])
        if fewest < min(most, chosen.folds):
            most, cause = fewest, f"The class “{rarest}” has only {fewest} rows"
            offers = ways_out.of_rare_class(counts, column, draft, chosen.folds)
        else:
            warnings += _rare(known, column, task)
    if most < chosen.folds:
        reason = ""
        used = "the rows are divided once" if most == 1 else f"{most} folds are used"
        warnings.append(f"{cause}, so {used} instead of {chosen.folds}.")
        chosen = chosen.but(folds=most)
    if chosen.kind == "time" and task != "regression":
        warnings += undefined_in_time(known, column, task, draft, chosen)
    return SplitPlan(_once_where_always_the_same(known, chosen), reason, tuple(warnings), offers)


def decided(wanted: SplitSpec, n_rows: int, seconds: float = 0.0) -> tuple[SplitSpec, str]:
    """Return ``wanted`` with the number of folds that the software finds right, and why, in a sentence.

    ``seconds`` are an autopilot's: it compares many candidates, so rows are few for it where they are not otherwise.

    >>> decided(SplitSpec(folds=0), 120)[0].rounds, decided(SplitSpec(folds=0), 20_000)[0].rounds
    (15, 5)
    """
    by_time = wanted.kind == "time"
    if n_rows >= PLENTY_ROWS:
        share = f"the last {percent(PLENTY_SHARE)}" if by_time else percent(PLENTY_SHARE)
        return wanted.but(folds=1, share=PLENTY_SHARE), (
            f"{n_rows:,} rows are plenty: testing once, on {share} of them, says as much as several folds and takes "
            "a fraction of their time."
        )
    if n_rows >= MANY_ROWS:
        return wanted.but(folds=MANY_ROWS_FOLDS), (
            f"{n_rows:,} rows are many: {MANY_ROWS_FOLDS} folds say as much as {USUAL_FOLDS} and take about half the "
            "time."
        )
    few = n_rows < FEW_ROWS or (seconds and portfolio.folds_for(n_rows, seconds)[1] > 1)
    if few and split(wanted.kind).drawn and wanted.repeats == 1:
        return wanted.but(folds=USUAL_FOLDS, repeats=FEW_ROWS_DRAWINGS), (
            f"{n_rows:,} rows are few: with one division the score would hang on chance, so they are divided into "
            f"{USUAL_FOLDS} folds {FEW_ROWS_DRAWINGS} times over."
        )
    if by_time:
        reason = f"The last rows are predicted in {USUAL_FOLDS} stretches of time, each from all that came before it."
    else:
        reason = f"{USUAL_FOLDS} folds are usual: every row is predicted once, by a model that learned from the others."
    return wanted.but(folds=USUAL_FOLDS), reason


def divided_otherwise(current: SplitSpec, kind: str, column: str = "") -> SplitSpec:
    """Return a division of another meaning that is checked as often; ``current`` itself where the meaning is the same.

    >>> divided_otherwise(SplitSpec(folds=10), "time", "day")
    SplitSpec(kind='time', folds=10, column='day', repeats=1, each=False, gap=0.0, share=0.2)
    """
    if (kind, column) == (current.kind, current.column):
        return current
    return SplitSpec(kind=kind, column=column, folds=current.folds, repeats=current.repeats, share=current.share)


def _meant(asked: SplitSpec) -> SplitSpec:
    """Return ``asked`` without what means nothing for its kind."""
    kind = split(asked.kind)
    return asked.but(
        column=asked.column if kind.needs_column else "",
        repeats=asked.repeats if kind.drawn and not (asked.each and asked.kind == "group") else 1,
        each=asked.each and asked.kind == "group",
        gap=asked.gap if asked.kind == "time" else 0.0,
    )


def _check_column(known, column, wanted, schema):
    if not wanted.column:
        raise NotPossible("It is not said by which column rows are divided.", "Choose the column.")
    if wanted.column not in schema.names or wanted.column not in known:
        raise NotFound(f"There is no column “{wanted.column}” to divide rows by.", "Choose another one.")
    if wanted.column == column.name:
        raise NotPossible(f"Rows cannot be divided by the target, “{wanted.column}”.", "Choose another column.")
    if wanted.kind == "time" and schema.column(wanted.column).meaning not in ("date", "number", "integer"):
        raise NotPossible(
            f"“{wanted.column}” holds words, so it does not say which rows are earlier.",
            "Choose a column of dates or numbers, or change its meaning to date on the Data page.",
        )


def _blanks(known, wanted) -> list[str]:
    blank = int(known[wanted.column].isna().sum())
    if not blank:
        return []
    alone = wanted.kind == "group" and not wanted.each
    how = "each is taken as a group of its own" if alone else "they are only learnt from"
    rows = "1 row has" if blank == 1 else f"{blank:,} rows have"
    how = how.replace("each is", "it is").replace("they are", "it is") if blank == 1 else how
    return [f"{rows} no value in “{wanted.column}”; {how}."]


def _own(known, column, task, wanted, draft, warnings) -> SplitPlan:
    """The folds are those that the column marks."""
    name = wanted.column
    n_values = int(known[name].nunique())
    if n_values > MOST_OWN_FOLDS:
        raise NotPossible(
            f"“{name}” has {n_values:,} different values, and folds can be {MOST_OWN_FOLDS} at most.",
            "Choose the column that marks your folds, or say that rows with the same value belong together.",
        )
    marked = own_folds(known[name], name)
    n_folds, tested = len(marked.tested), float((marked.codes >= 0).mean())
    if n_folds == 0 or (n_folds == 1 and tested == 1):
        raise TooFewRows(f"“{name}” is the same in every row, so it marks no folds.", "Choose another column.")
    warnings = [*warnings, *undefined(known, column, task, draft, marked.codes, f"folds of “{name}”")]
    share = f"{percent(tested)} of the rows"
    if n_folds == 1:
        rest = f"those with “{marked.learnt}” are learnt from" if marked.learnt else "the others are learnt from"
        reason = f"The rows with “{marked.tested[0]}” in “{name}” are tested, {share}; {rest}."
    elif marked.learnt:
        named = ", ".join(f"“{value}”" for value in marked.tested)
        reason = f"In “{name}”, {named} are tested one after the other, each by what was learnt from “{marked.learnt}”."
    else:
        reason = f"“{name}” has {n_folds} different values, which are the folds."
    # The share of a single part is what there is, for all that says how rows are checked.
    share = round(tested, 4) if n_folds == 1 and 0 < round(tested, 4) < 1 else wanted.share
    return SplitPlan(wanted.but(folds=n_folds, share=share), reason, (*warnings, *_rare(known, column, task)))


def _each(known, wanted) -> tuple[SplitSpec, str]:
    """One group after the other where there are not too many, with a sentence either way."""
    n_groups = int(known[wanted.column].nunique())
    if n_groups < 2:
        raise TooFewRows(f"“{wanted.column}” is the same in every row, so rows cannot be divided by it.")
    if n_groups > MOST_FOLDS:
        return wanted.but(each=False), (
            f"“{wanted.column}” has {n_groups:,} different values, too many to test one after the other "
            f"({MOST_FOLDS} at most); each is kept together instead."
        )
    return wanted.but(folds=n_groups), f"“{wanted.column}” has {n_groups} different values; each is tested once, alone."


def _most_folds(known, wanted) -> tuple[int, str]:
    """Return how many folds the rows, groups or moments allow, up to those wanted, and why not more."""
    if wanted.kind == "random":
        return min(wanted.folds, len(known)), f"There are only {len(known)} rows"
    values = known[wanted.column]
    if wanted.kind == "group":
        n_groups = len(np.unique(group_codes(values)))
        if n_groups < 2:
            raise TooFewRows(f"“{wanted.column}” is the same in every row, so rows cannot be divided by it.")
        return min(wanted.folds, n_groups), f"“{wanted.column}” has only {n_groups} different values"
    most = most_time_folds(values, wanted.folds, share=wanted.share, gap=wanted.gap)
    if most < 1:
        gap = ", or a shorter gap" if wanted.gap else ""
        raise TooFewRows(
            f"“{wanted.column}” has too few different moments to learn from earlier rows and test on later ones.",
            f"Choose a column with finer times{gap}.",
        )
    moments = f"{values.nunique():,} different moments"
    if wanted.gap:
        return most, f"“{wanted.column}” does not leave a gap of {wanted.gap:g} before more stretches"
    return most, f"“{wanted.column}” has only {moments}"


def _check_single(counts, column, draft):
    """Refuse a class of one row, and offer what can be done about it."""
    if int(counts.iloc[-1]) > 1:
        return
    error = TooFewRows(
        f"The class “{label_words(counts.index[-1])}” has a single row, so it cannot be both learnt and tested.",
        "Leave that row out on the Prepare page, or get more rows of this class.",
    )
    error.ways_out = ways_out.of_rare_class(counts, column, draft, 2)
    raise error


def _rare(known, column, task) -> tuple[str, ...]:
    if task == "regression":
        return ()
    counts = known[column.name].value_counts()
    fewest = int(counts.iloc[-1])
    if fewest >= RARE_CLASS_ROWS:
        return ()
    rows = "a single row" if fewest == 1 else f"only {fewest} rows"
    return (f"The class “{label_words(counts.index[-1])}” has {rows}; scores about it are rough.",)


def _once_where_always_the_same(known, chosen) -> SplitSpec:
    """Folds of one group each are the same however often they are drawn."""
    if chosen.kind != "group" or chosen.repeats == 1 or chosen.folds == 1:
        return chosen
    every = len(np.unique(group_codes(known[chosen.column]))) == chosen.folds
    return chosen.but(repeats=1) if every else chosen
