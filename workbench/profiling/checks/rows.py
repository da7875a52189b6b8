"""Checks of how rows relate to each other: several about one thing, or one after the other in time."""

import numpy as np

from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.rows.entities import entities
from workbench.profiling.wording import counted, moment, percent, quoted
from workbench.specs import SplitSpec

FEWEST_ROWS = 50
GROUPS_NAMED = 3  # columns of entities that are told; the likeliest is offered for the split
MOSTLY_KNOWN = 0.9  # of the rows that need a date, for these to order them
MOMENTS_SHARE = 0.5  # different moments per row from which rows are a series
SERIAL = 0.3  # correlation of neighbours in time from which the past tells the future
ROWS_LOOKED_AT = 100_000


def check_grouped_rows(context: Context) -> list[Finding] | None:
    """Find columns that say which rows belong to the same person, thing or place."""
    if context.n_rows < FEWEST_ROWS:
        return NOT_APPLICABLE
    found = entities(list(context.facts.values()), context.target)[:GROUPS_NAMED]
    findings = []
    for place, entity in enumerate(found):
        sentence = (
            f"{counted(entity.n_rows, 'row')} ({percent(entity.n_rows / context.n_rows)}) share “{entity.column}” "
            f"with another row: {counted(entity.n_entities, 'different one')}, "
            f"{context.n_rows / entity.n_entities:.1f} rows each on average."
        )
        if entity.moment:
            sentence += f" With “{entity.moment}” it names each row: the same ones come back over time."
        elif entity.fixed:
            sentence += f" Rows that share it also share {quoted(entity.fixed, 3)}."
        advice = (
            f"Keep the rows of each “{entity.column}” together when scoring if the model is meant for new ones. "
            "If it will be used on ones it has seen, leave it as it is."
        )
        if place:
            advice = f"{advice} Rows are divided by one column only: “{found[0].column}” is the likelier one."
        findings.append(
            Finding(
                "grouped_rows",
                "alerted",
                (entity.column,),
                sentence,
                advice,
                _rows_of_one(context, entity.column),
                settings={"split": SplitSpec(kind="group", column=entity.column).model_dump(mode="json")},
            )
        )
    return findings


def _rows_of_one(context: Context, name: str) -> tuple[int, ...]:
    """Return rows of the entity that has most of them."""
    facts = context.facts[name]
    values = facts.codes if facts.codes is not None else facts.numbers
    known = values[values >= 0] if facts.codes is not None else values[~np.isnan(values)]
    different, counts = np.unique(known, return_counts=True)
    return context.rows_where(values == different[counts.argmax()])


def check_time_order(context: Context) -> list[Finding] | None:
    """Find rows that are a series in time, so that chance would let a model look into the future."""
    dates = [profile for profile in context.inputs if profile.meaning == "date" and profile.distinct_count > 2]
    if not dates or context.n_rows < FEWEST_ROWS:
        return NOT_APPLICABLE
    findings = []
    for profile in dates:
        days = context.facts[profile.name].numbers
        known = days[~np.isnan(days)]
        if len(known) < MOSTLY_KNOWN * context.n_rows or profile.distinct_count < MOMENTS_SHARE * len(known):
            continue
        steps = np.diff(known)
        ordered = bool((steps >= 0).all() or (steps <= 0).all())
        serial = _serial(context, days)
        if not ordered and not serial > SERIAL:
            continue
        how = "The rows are in the order of" if ordered else "In the order of"
        told = f"“{profile.name}”, from {moment(profile.first)} to {moment(profile.last)}"
        sentence = f"{how} {told}."
        if serial > SERIAL:
            sentence = f"{how} {told}{',' if not ordered else ':'} neighbours are alike in “{context.target}” "
            sentence += f"(correlation {serial:.2f})."
        findings.append(
            Finding(
                "time_order",
                "alerted",
                (profile.name,),
                sentence,
                "If the model is to predict later rows from earlier ones, have it checked that way; if not, leave it.",
                settings={"split": SplitSpec(kind="time", column=profile.name).model_dump(mode="json")},
            )
        )
    return findings[:1]


def _serial(context: Context, days: np.ndarray) -> float:
    """Return the correlation of the target with its neighbour in time; 0 where there is none to be had."""
    if not context.target:
        return 0.0
    facts = context.facts[context.target]
    if facts.numbers is None:
        values = np.where(facts.codes < 0, np.nan, (facts.codes == 0).astype("float64"))
    else:
        values = facts.numbers
    order = np.argsort(days[:ROWS_LOOKED_AT], kind="stable")
    values = values[:ROWS_LOOKED_AT][order]
    now, then = values[1:], values[:-1]
    both = np.isfinite(now) & np.isfinite(then)
    with np.errstate(all="ignore"):
        now, then = now[both], then[both]
        if len(now) < FEWEST_ROWS or not now.std() or not then.std():
            return 0.0
        return float(np.nan_to_num(np.corrcoef(now, then)[0, 1]))
