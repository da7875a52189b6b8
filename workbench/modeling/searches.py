"""Searches over the settings of an estimator: what may be asked, what is sensible to ask, and which values that is."""

import math

from workbench.errors import NotPossible
from workbench.modeling import models, portfolio
from workbench.modeling.ways_out import WayOut
from workbench.specs import SearchRange, Setting, Task, TuningSpec

MOST_TRIALS = 500
WITHOUT = WayOut("Train without searches", {"tunings": ()})
GRID_STEPS = 5  # values of a range between two bounds where every combination is tried
DIGITS = 3  # significant ones of a value that is not a whole number: it has to be read, and more change no score
# How far a range that nobody has thought of goes from the usual value: a tenth to ten times, as far as is allowed.
REACH = 10.0


def parameter_of(kind: str, name: str):
    """Return the entry of the registry for the setting ``name`` of ``kind``; KeyError where there is none."""
    return {entry.name: entry for entry in models.model(kind).hyperparameters}[name]


def suggested_range(kind: str, name: str) -> SearchRange:
    """Return what a search tries of a setting unless the person says otherwise: around its usual value.

    >>> suggested_range("decision_tree", "min_samples_leaf")
    SearchRange(name='min_samples_leaf', values=(), low=1.0, high=100.0, log=True)
    """
    entry = parameter_of(kind, name)
    if entry.type == "choice":
        return SearchRange(name=name, values=entry.choices)
    if name in portfolio.bounds(kind):
        low, high, log = portfolio.bounds(kind)[name]
        return SearchRange(name=name, low=max(low, entry.low), high=min(high, entry.high), log=log)
    low, high = entry.low, entry.high
    if entry.log and entry.default:
        low, high = max(low, entry.default / REACH), min(high, entry.default * REACH)
    if entry.type == "integer":
        low, high = math.floor(low), math.ceil(high)
    return SearchRange(name=name, low=low, high=high, log=entry.log and low > 0)


def suggested_tuning(kind: str) -> TuningSpec:
    """Return a search over the settings of ``kind`` that are worth varying; over all where nobody has thought of it."""
    known = [entry.name for entry in models.model(kind).hyperparameters]
    names = [name for name in known if name in portfolio.bounds(kind)] or known
    return TuningSpec(kind=kind, ranges=tuple(suggested_range(kind, name) for name in names))


def settled(kind: str, name: str, value: float, entry: SearchRange) -> Setting:
    """Return a number inside a range as the setting takes it: whole, or with few digits, never outside.

    >>> settled("decision_tree", "min_samples_leaf", 12.7, SearchRange(name="min_samples_leaf", low=2, high=50))
    13
    """
    if parameter_of(kind, name).type == "integer":
        return int(min(max(round(value), math.ceil(entry.low)), math.floor(entry.high)))
    return float(min(max(float(f"{value:.{DIGITS}g}"), entry.low), entry.high))


def grid_values(kind: str, entry: SearchRange) -> tuple[Setting, ...]:
    """Return the values that are tried of a range where every combination is tried, each once.

    >>> grid_values("decision_tree", SearchRange(name="min_samples_leaf", low=1, high=100, log=True))
    (1, 3, 10, 32, 100)
    """
    if entry.values:
        return tuple(dict.fromkeys(entry.values))
    values = (between(entry, step / (GRID_STEPS - 1)) for step in range(GRID_STEPS))
    return tuple(dict.fromkeys(settled(kind, entry.name, value, entry) for value in values))


def between(entry: SearchRange, share: float) -> float:
    """Return the place in a range at ``share`` (0 to 1) of the way up; by ratios where they count.

    >>> between(SearchRange(name="C", low=1, high=100, log=True), 0.5)
    10.0
    """
    if entry.log:
        return entry.low * (entry.high / entry.low) ** share
    return entry.low + (entry.high - entry.low) * share


def share_of(entry: SearchRange, value: float) -> float:
    """Return how far up in a range a value lies, 0 to 1; the reverse of :func:`between`.

    >>> share_of(SearchRange(name="C", low=1, high=100, log=True), 10.0)
    0.5
    """
    if entry.log:
        return math.log(value / entry.low) / math.log(entry.high / entry.low)
    return (value - entry.low) / (entry.high - entry.low)


def n_combinations(tuning: TuningSpec) -> int:
    """Return how many combinations there are where every one is tried."""
    return math.prod(len(grid_values(tuning.kind, entry)) for entry in tuning.ranges)


def n_trials(tuning: TuningSpec) -> int:
    """Return how many settings a search tries at most."""
    return n_combinations(tuning) if tuning.method == "grid" else tuning.trials


def checked_tunings(tunings: tuple[TuningSpec, ...], task: Task) -> tuple[TuningSpec, ...]:
    """Return the searches whose kind suits ``task``; NotPossible where a setting is unknown or a value not allowed."""
    try:
        return _checked(tunings, task)
    except NotPossible as error:
        error.ways_out = (WITHOUT,)
        raise


def _checked(tunings, task) -> tuple[TuningSpec, ...]:
    suited = [tuning for tuning in tunings if task in models.model(tuning.kind).tasks and tuning.ranges]
    for tuning in suited:
        for entry in tuning.ranges:
            _check_range(tuning.kind, entry)
        if n_trials(tuning) > MOST_TRIALS:
            raise NotPossible(
                f"The search for {models.model(tuning.kind).label} has {n_trials(tuning):,} combinations, and at most "
                f"{MOST_TRIALS} are tried.",
                "Try fewer values or settings, or random combinations.",
            )
    return tuple(suited)


def _check_range(kind: str, entry: SearchRange) -> None:
    known = {one.name: one.label for one in models.model(kind).hyperparameters}
    label = known.get(entry.name, entry.name)
    if not entry.values and (entry.low is None or entry.high is None or entry.low >= entry.high):
        raise NotPossible(
            f"The search for {models.model(kind).label} has no values to try for “{label}”.",
            "Give a smallest value below the largest, or list values.",
        )
    for value in entry.values or (entry.low, entry.high):
        models.model(kind).check({entry.name: value})
    if entry.log and not entry.values and entry.low <= 0:
        raise NotPossible(
            f"The search for {models.model(kind).label} goes by ratios for “{label}”, which cannot begin at 0.",
            "Give a smallest value above 0.",
        )
