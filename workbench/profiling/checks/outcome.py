"""Checks of what the target allows: a ceiling on any score, drift, and how a number is distributed."""

import numpy as np

from workbench.profiling.columns.describe import ColumnProfile
from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.target.drifts import ENOUGH_ROWS, Drift
from workbench.profiling.wording import counted, figure, percent, short
from workbench.specs import FilterRows, SplitSpec

LOST = 0.01  # of the score, from which a ceiling is told as something to decide about
DRIFTS = 0.02  # of the variance; weaker drift is passed and told
MOMENTS = 0.9  # of the rows must have a date to be tested in their order
FEWEST_ROWS, FEWEST_VALUES = 50, 20  # from which a distribution has a shape
# A value stands out at the end of a distribution: in these shares of the rows, and as many times the next frequent.
CAPPED_SHARE, ZERO_SHARE, STANDS_OUT = 0.01, 0.2, 3.0
# The farthest hundredth of the rows has this share of the squared distance from the mean: of a normal distribution it
# is a twelfth, of an exponential one a fifth.
FARTHEST, DOMINATES = 0.01, 0.5
FEWEST_FARTHEST_ROWS = 200


def check_conflicting_labels(context: Context) -> Finding | list[Finding] | None:
    """Find rows that are equal in every input and differ in the target: a ceiling on any score."""
    if context.target_view is None or len(context.facts) < 2:
        return NOT_APPLICABLE
    found = context.target_view.ceiling
    if found is None:
        return []
    share = found.n_rows / context.facts[context.target].profile.count
    rows = (
        f"{counted(found.n_rows, 'row')} ({percent(share)}) are equal in every input to a row with another "
        f"“{short(context.target)}”"
    )
    best = _best_words(found.best)
    if 1 - found.best < LOST:
        measure = "an accuracy" if found.measure == "accuracy" else "an R²"
        sentence = f"{rows}; that costs a model next to nothing: it could still reach {measure} of {best}."
        return Finding("conflicting_labels", "passed", (), sentence, rows=found.rows)
    ceiling = (
        f"No model of these columns can be right in more than {best} of these rows"
        if found.measure == "accuracy"
        else f"No model of these columns can explain more than {best} of how “{short(context.target)}” varies (R²)"
    )
    return Finding(
        "conflicting_labels",
        "alerted",
        (),
        f"{ceiling}: {rows}.",
        "Read every score beside this ceiling. It rises with a column that tells these rows apart, or where a wrong "
        "answer is mended.",
        found.rows,
    )


def _best_words(best: float) -> str:
    """Return a best score in percent, never more than it is."""
    tenths = min(int(best * 1000 + 1e-9), 999)
    return f"{tenths / 10:g} %"


def check_drift(context: Context) -> list[Finding] | None:
    """Find dates along which the target moves; say between which groups it differs most."""
    view = context.target_view
    asked = [profile for profile in context.inputs if profile.meaning in ("date", "category", "yes_no")]
    if view is None or not asked:
        return NOT_APPLICABLE
    over_time = [drift for drift in view.drifts if drift.by == "time"]
    findings = [_time_drift(context, drift) for drift in over_time if drift.strength >= DRIFTS]
    told = [drift for drift in view.drifts if drift.by == "group"][:1]
    told = [drift for drift in over_time if drift.strength < DRIFTS][:1] + told
    if findings or not told:
        return findings
    sentences = " ".join(_moves(context, drift) for drift in told)
    advice = "That is what a model learns from; nothing has to be done."
    return [Finding("drift", "passed", tuple(drift.column for drift in told), sentences, advice)]


def _time_drift(context: Context, drift: Drift) -> Finding:
    dated = 1 - context.facts[drift.column].profile.missing_fraction
    split = SplitSpec(kind="time", column=drift.column).model_dump(mode="json")
    return Finding(
        "drift",
        "alerted",
        (drift.column,),
        _moves(context, drift),
        "If you will predict later rows than these, have a model tested on later rows than it learnt from: rows drawn "
        f"at random would share their days with those learnt. If “{short(drift.column)}” is no date of the row itself, "
        "such as a birthday, leave it.",
        settings={"split": split} if dated >= MOMENTS else None,
    )


def _moves(context: Context, drift: Drift) -> str:
    """Say between which values the target moves, and where."""
    enough = [each for each in drift.bins if each.n_rows >= ENOUGH_ROWS]
    low, high = (pick(enough, key=lambda each: each.value) for pick in (min, max))
    where = "Along" if drift.by == "time" else "Between the values of"
    of = context.target_view.of
    if of:
        what = f"the share of “{short(of)}” in “{short(context.target)}”"
        ends = [percent(each.value) for each in (low, high)]
    else:
        unit = context.facts[context.target].profile.unit
        what = f"the mean of “{short(context.target)}”"
        ends = [figure(float(f"{each.value:.3g}")) + (f" {unit}" if unit else "") for each in (low, high)]
    quote = ("", "") if drift.by == "time" else ("“", "”")
    told = [f"{end} ({quote[0]}{short(each.label)}{quote[1]})" for end, each in zip(ends, (low, high), strict=True)]
    return f"{where} “{short(drift.column)}”, {what} moves between {told[0]} and {told[1]}."


def check_target_distribution(context: Context) -> Finding | list[Finding] | None:
    """Find a number to predict that is cut off at its end, is mostly zero, or has a tail that decides every score."""
    if context.task != "regression" or not context.target:
        return NOT_APPLICABLE
    facts = context.facts[context.target]
    profile = facts.profile
    if facts.numbers is None or profile.count < FEWEST_ROWS or profile.min is None:
        return NOT_APPLICABLE
    if profile.distinct_count < FEWEST_VALUES:
        return []
    numbers = facts.numbers[np.isfinite(facts.numbers)]
    capped = _cut_off(context, profile, numbers)
    said = [each for each in (capped, _zeros(context, profile), _tail(context, numbers)) if each is not None]
    if not said:
        return []
    offered = next((each for each in said if each.step or each.settings), said[0])
    return Finding(
        "target_distribution",
        "alerted",
        (context.target,),
        " ".join(each.sentence for each in said),
        " ".join(each.advice for each in said),
        offered.rows,
        step=offered.step,
        settings=offered.settings,
    )


def _cut_off(context: Context, profile: ColumnProfile, numbers: np.ndarray) -> Finding | None:
    for end, words, beyond, least in (
        (profile.max, "largest", "larger", "at least"),
        (profile.min, "smallest", "smaller", "at most"),
    ):
        n_rows = int((numbers == end).sum())
        if end == 0 or n_rows < max(CAPPED_SHARE * profile.count, 5) or n_rows < STANDS_OUT * _next_count(profile, end):
            continue
        label = int(end) if profile.meaning == "integer" else float(end)
        step = FilterRows(column=context.target, operator="not_equals", values=(label,)).model_dump(mode="json")
        return Finding(
            "target_distribution",
            "alerted",
            (context.target,),
            f"{counted(n_rows, 'row')} ({percent(n_rows / profile.count)}) hold exactly the {words} “"
            f"{short(context.target)}”, {figure(end)}, as if {beyond} ones had been cut off there.",
            f"What they really are is not known: leave these rows out, or read a prediction near {figure(end)} as "
            f"“{least} that”.",
            context.rows_where(context.facts[context.target].numbers == end),
            step=step,
        )
    return None


def _zeros(context: Context, profile: ColumnProfile) -> Finding | None:
    n_zeros = profile.zeros or 0
    if n_zeros < ZERO_SHARE * profile.count or n_zeros < STANDS_OUT * _next_count(profile, 0):
        return None
    return Finding(
        "target_distribution",
        "alerted",
        (context.target,),
        f"“{short(context.target)}” is exactly 0 in {counted(n_zeros, 'row')} ({percent(n_zeros / profile.count)}).",
        "These may be two questions: whether it is 0 at all, and how much it is otherwise. A model of both at once "
        "predicts amounts in between that hardly occur: leave the rows with 0 out to predict how much. If 0 stands for "
        "“not known”, they have to go, too.",
        context.rows_where(context.facts[context.target].numbers == 0),
        step=FilterRows(column=context.target, operator="not_equals", values=(0,)).model_dump(mode="json"),
    )


def _next_count(profile: ColumnProfile, value: float) -> int:
    """Return how many rows hold the most frequent of the other values."""
    return next((entry.count for entry in profile.top if entry.value != value), 0)


def _tail(context: Context, numbers: np.ndarray) -> Finding | None:
    n_farthest = int(np.ceil(FARTHEST * len(numbers)))
    if len(numbers) < FEWEST_FARTHEST_ROWS:
        return None
    largest = np.abs(numbers).max()  # first, lest the squares of huge numbers overflow
    distances = (numbers / largest - (numbers / largest).mean()) ** 2
    share = float(np.partition(distances, -n_farthest)[-n_farthest:].sum() / distances.sum())
    if share < DOMINATES:
        return None
    edge = np.partition(distances, -n_farthest)[-n_farthest]
    given = context.facts[context.target].numbers
    with np.errstate(invalid="ignore"):
        far = (given / largest - (numbers / largest).mean()) ** 2 >= edge
    return Finding(
        "target_distribution",
        "alerted",
        (context.target,),
        f"“{short(context.target)}” has a tail that decides every score that squares errors (R², RMSE): the "
        f"{counted(n_farthest, 'row')} farthest out weigh {percent(share)} of the whole.",
        "Check that they are real. If they are, judge models by the mean absolute error, in which no row weighs more "
        "than its error.",
        context.rows_where(far & np.isfinite(given)),
        settings={"metric": "mae"},
    )
