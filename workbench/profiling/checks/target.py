"""Checks that need a target."""

import numpy as np

from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.in_time.availability import FEWEST_ROWS, NOT_KNOWN, Availability
from workbench.profiling.wording import counted, figure, percent
from workbench.specs import ColumnChoice, DropMissing, FilterRows

IMBALANCED = 0.1
FOLDS = 5  # of the default split: each class must be in every one of them
RARE_CLASS_ROWS = 2 * FOLDS
MANY_CLASSES = 50


def _classes(context: Context) -> list[tuple[str, int]] | None:
    """Return the target's classes with their rows, most frequent first; None for numbers or without a target."""
    if not context.target or context.task not in ("binary", "multiclass"):
        return None
    facts = context.facts[context.target]
    if facts.words is not None:
        pairs = zip((str(word) for word in facts.words), facts.word_counts.tolist(), strict=True)
    else:
        values, counts = np.unique(facts.numbers[~np.isnan(facts.numbers)], return_counts=True)
        pairs = zip((figure(value) for value in values), counts.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])


def check_missing_target(context: Context) -> Finding | list[Finding] | None:
    """Find rows whose target is blank."""
    if not context.target:
        return NOT_APPLICABLE
    facts = context.facts[context.target]
    n_missing = facts.profile.missing_count
    if not n_missing:
        return []
    missing = np.isnan(facts.numbers) if facts.numbers is not None else facts.codes < 0
    sentence = f"“{context.target}” is blank in {counted(n_missing, 'row')} ({percent(n_missing / context.n_rows)})."
    return Finding(
        "missing_target",
        "done",
        (context.target,),
        sentence,
        "Set aside: a model can only learn from rows whose answer is known. Predict them later.",
        context.rows_where(missing),
        step=DropMissing(column=context.target).model_dump(mode="json"),
    )


def check_date_target(context: Context) -> Finding | list[Finding] | None:
    """Find a target that is a moment, which no estimator here predicts."""
    if not context.target:
        return NOT_APPLICABLE
    if not context.facts[context.target].is_date:
        return []
    return Finding(
        "date_target",
        "alerted",
        (context.target,),
        f"“{context.target}” holds dates, and dates are not predicted here.",
        "Predict how long it takes instead: add a column with the days from a date that is known, or a column of "
        "whether it happened by then.",
    )


def check_single_class(context: Context) -> Finding | list[Finding] | None:
    """Find a target that does not vary."""
    if not context.target:
        return NOT_APPLICABLE
    profile = context.facts[context.target].profile
    if profile.distinct_count > 1:
        return []
    held = (
        "no value at all" if not profile.count else f"only the value “{profile.top[0].value if profile.top else 'inf'}”"
    )
    sentence = f"“{context.target}” holds {held}, so there is nothing to tell apart."
    return Finding("single_class", "alerted", (context.target,), sentence, "Choose another target, or add rows.")


def check_imbalance(context: Context) -> Finding | list[Finding] | None:
    """Find a target in which one class is much rarer than the others."""
    classes = _classes(context)
    if classes is None or len(classes) < 2:
        return NOT_APPLICABLE
    total = sum(count for _, count in classes)
    (most, n_most), (least, n_least) = classes[0], classes[-1]
    fair = 1 / len(classes)
    if n_least / total >= IMBALANCED * 2 * fair:
        return []
    sentence = (
        f"“{most}” makes up {percent(n_most / total)} of “{context.target}”, “{least}” {percent(n_least / total)} "
        f"({counted(n_least, 'row')}): always guessing the former is right in {percent(n_most / total)} of the rows."
    )
    advice = "Do not judge a model by accuracy here; look at ROC AUC and at the rare class itself."
    return Finding("imbalance", "alerted", (context.target,), sentence, advice)


def check_rare_classes(context: Context) -> Finding | list[Finding] | None:
    """Find classes with too few rows to learn or to test."""
    classes = _classes(context)
    if classes is None or len(classes) < 2:
        return NOT_APPLICABLE
    rare = [(name, count) for name, count in classes if count < RARE_CLASS_ROWS]
    if not rare:
        return []
    shown = ", ".join(f"“{name}” ({counted(count, 'row')})" for name, count in rare[-5:])
    more = f" and {len(rare) - 5:,} more" if len(rare) > 5 else ""
    have = "has" if len(rare) == 1 else "have"
    many = counted(len(rare), "class", "classes")
    sentence = f"{many} of “{context.target}” {have} under {RARE_CLASS_ROWS} rows: {shown}{more}."
    advice = (
        "Add rows, merge rare classes, or leave these rows out, and the model never answers with them; each class must "
        "appear in every fold."
    )
    if len(classes) > MANY_CLASSES:
        advice = f"With {len(classes):,} classes this may be a number or an identifier rather than a class. {advice}"
    step, rows = None, ()
    if len(classes) - len(rare) >= 2 and len(rare) <= MANY_CLASSES:
        step, rows = _without_classes(context, [name for name, _ in rare])
    return Finding("rare_classes", "alerted", (context.target,), sentence, advice, rows, step=step)


def _without_classes(context: Context, names: list[str]) -> tuple[dict, tuple[int, ...]]:
    """Return the row step that leaves out the rows of some classes, and a few of these rows."""
    facts = context.facts[context.target]
    if facts.words is not None:
        values, mask = names, np.isin(facts.codes, np.flatnonzero(np.isin(facts.words.astype(str), names)))
    else:
        values = [float(name.replace(",", "")) for name in names]
        mask = np.isin(facts.numbers, values)
        values = [int(value) if value.is_integer() else value for value in values]
    step = FilterRows(column=context.target, operator="none_of", values=values).model_dump(mode="json")
    return step, context.rows_where(mask)


def check_target_leakage(context: Context) -> list[Finding] | None:
    """Find columns that tell the target nearly alone, or make it up together."""
    return _doubts(context, "target_leakage", ("decides", "stands_out", "formula", "pure"))


def check_blank_leakage(context: Context) -> list[Finding] | None:
    """Find columns that are filled in for one outcome and blank for the other."""
    return _doubts(context, "blank_leakage", ("blanks",))


def check_known_later(context: Context) -> list[Finding] | None:
    """Find columns whose dates or names tell of something after the outcome."""
    return _doubts(context, "known_later", ("later_date", "name"))


def _doubts(context: Context, code: str, evidence: tuple[str, ...]) -> list[Finding] | None:
    """Return a finding for each column whose weightiest sign is of these kinds; columns of one sign share one."""
    if not context.target or context.n_rows < FEWEST_ROWS:
        return NOT_APPLICABLE
    together: dict[str, list[Availability]] = {}
    for answer in context.availability:
        if answer.doubtful and answer.evidence[0] in evidence:
            together.setdefault(answer.reason, []).append(answer)
    findings = []
    for reason, answers in together.items():
        n = len(answers)
        it, is_ = ("it", "is it") if n == 1 else ("them", "are they")
        if answers[0].known == "yes":
            please = "Too good, please confirm" if code == "target_leakage" else "Please confirm"
            advice = f"{please}: {is_} known before the moment of prediction? If not, leave {it} out."
        else:
            advice = f"Left out until you say that you will know {it} at the moment of prediction."
        choices = tuple(
            ColumnChoice(
                name=answer.column, use=False, reason=NOT_KNOWN, known="no" if answer.known == "yes" else answer.known
            ).model_dump(mode="json")
            for answer in answers
        )
        columns = tuple(answer.column for answer in answers)
        findings.append(Finding(code, "alerted", columns, reason, advice, choices=choices))
    return findings
