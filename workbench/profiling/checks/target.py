"""Checks that need a target."""

import numpy as np

from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.wording import counted, figure, percent, quoted
from workbench.specs import ColumnChoice, DropMissing

# ROC AUC 0.98, or seven eighths of the variance of the target's ranks, from one column alone: in honest data rare
# enough to ask, and a question is all it is (a truly separable table answers it with "yes, I know this beforehand").
TOO_GOOD = {"roc_auc": 0.96, "rank_r2": 0.875}
TOO_GOOD_ROWS = 50
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
    advice = "Add rows, merge rare classes, or filter them out; each class must appear in every fold."
    if len(classes) > MANY_CLASSES:
        advice = f"With {len(classes):,} classes this may be a number or an identifier rather than a class. {advice}"
    return Finding("rare_classes", "alerted", (context.target,), sentence, advice)


def check_target_leakage(context: Context) -> list[Finding] | None:
    """Find columns that tell the target nearly alone."""
    if not context.target or context.n_rows < TOO_GOOD_ROWS:
        return NOT_APPLICABLE
    findings = []
    for profile in context.inputs:
        strength = profile.strength
        if strength is None or strength.n_rows < TOO_GOOD_ROWS or strength.value < TOO_GOOD[strength.measure]:
            continue
        how = (
            f"ROC AUC {strength.score:.3f}"
            if strength.measure == "roc_auc"
            else f"{percent(strength.score)} of the order of its values"
        )
        sentence = f"“{profile.name}” alone nearly decides “{context.target}” ({how}, on rows held out)."
        advice = (
            "Too good, please confirm: is it known before the moment of prediction? "
            "If it is written down only afterwards, or computed from the target, leave it out."
        )
        choice = ColumnChoice(name=profile.name, use=False, reason="not known when predicting").model_dump(mode="json")
        findings.append(Finding("target_leakage", "alerted", (profile.name,), sentence, advice, choices=(choice,)))
    return findings + _parts_of_a_sum(context, {name for finding in findings for name in finding.columns})


def _parts_of_a_sum(context: Context, known: set[str]) -> list[Finding]:
    """Find two columns whose sum or difference is the target."""
    facts = context.facts[context.target]
    numbers = {
        profile.name: context.facts[profile.name].numbers
        for profile in context.inputs
        if profile.meaning in ("number", "integer") and profile.distinct_count > 2 and not profile.infinite_count
    }
    if context.task != "regression" or facts.numbers is None or facts.profile.infinite_count or len(numbers) < 2:
        return []
    names = list(numbers)
    # A few rows rule out nearly every pair; those left are looked at in full.
    order = np.random.default_rng(0).permutation(context.n_rows)[:TOO_GOOD_ROWS]
    target, few = facts.numbers[order], np.column_stack([numbers[name][order] for name in names])
    findings = []
    for i, left in enumerate(names):
        for sign in (1, -1):
            rest = (target[:, None] - few[:, [i]]) * sign
            close = np.nanmax(np.abs(rest - few), axis=0, initial=0) <= 1e-6 * np.nanmax(np.abs(target), initial=0)
            candidates = [j for j in np.flatnonzero(close) if j != i and (sign < 0 or j > i)]
            for j in candidates:
                pair = (left, names[j])
                gap = np.abs(numbers[left] + sign * numbers[names[j]] - facts.numbers)
                if np.isnan(gap).all() or np.nanmax(gap) > 1e-6 * np.nanmax(np.abs(facts.numbers), initial=0):
                    continue
                how = f"{quoted(pair)} add up to" if sign > 0 else f"“{left}” minus “{names[j]}” is"
                sentence = f"{how} “{context.target}” exactly, in every row."
                advice = (
                    "Too good, please confirm: whoever knows both knows the answer. Leave out what is known only later."
                )
                choices = tuple(
                    ColumnChoice(
                        name=name, use=False, reason=f"makes up “{context.target}” with “{pair[name == left]}”"
                    ).model_dump(mode="json")
                    for name in pair
                )
                findings.append(Finding("target_leakage", "alerted", pair, sentence, advice, choices=choices))
    return findings
