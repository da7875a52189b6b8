"""How strongly each two columns go together, by one measure that is the same for numbers, dates and categories.

Numbers and dates are cut at their quantiles, categories keep their most frequent values, and every pair becomes a
table of counts. ``contingency.coefficient`` says how far it is from independence, on the scale of a correlation: about
|r| for two numbers that move together in a straight line, and just as well for what bends, and for words.
docs/decisions/0016 says why this measure and no other.

Rows in which either is blank are left out, pair by pair. Some columns have no place in it: identifiers, near-unique
words and texts are different in every row, so that each of their values goes with one value of any other column, and
that says nothing; columns with one value have nothing to go with.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.pairs.contingency import (
    PairCounts,
    Tables,
    beyond_chance,
    coefficient,
    count_tables,
    sampling_error,
)
from workbench.profiling.pairs.levels import FEWEST_BINS, Levels, bins_for, levels_of, most_levels
from workbench.profiling.pairs.mappings import (
    Dense,
    Follows,
    correlations,
    dense,
    follows,
    guesses_spared,
    made_of,
    order_kept,
)

MEASURE = "adjusted contingency coefficient"
MEASURE_HELP = (
    "Numbers and dates are cut into ten ranges of equally many rows, words keep their twenty most frequent values, "
    "and the two are counted against each other. Of that table Pearson's contingency coefficient is taken, less what "
    "chance brings about, and put on the scale of a correlation: 0 % means that one says nothing of the other, 100 % "
    "that it decides it. Two numbers in a straight line have the same figure as their correlation, without its sign."
)
SAMPLE_ROWS = 20_000
FEWEST_SHARED = 20  # rows in which both have a value
MOST_PAIRS = 300  # kept of those beyond chance
CHANCE = 0.05  # that of all independent pairs of a table any is kept (Bonferroni)
MOST_COLUMNS = 2_000
NEAR_UNIQUE = 0.5  # different values per filled cell from which words have no place
# Rows x levels² of the products: about 2 seconds of one core. Wide tables are cut into fewer bins, then measured on
# fewer rows: 20,000 rows and 10 bins up to 250 columns, 10,000 rows and 3 bins for 1,000.
MOST_WORK = 1.6e11
FOLLOWS_FROM = 0.7  # value from which it is looked at whether one column decides the other
WORTH_COMPARING = 0.9
NEARLY_SAME = 0.95
GUESSES_SPARED = 0.9  # of 10 wrong guesses of the one, the other spares 9
PAIRS_OF_ERROR = 2_000  # by which the error of all is found out


@dataclass(frozen=True)
class Pair:
    """Two columns and how strongly they go together.

    Attributes
    ----------
    left, right : str
        Names, in file order.
    value : float
        0 (independent) to 1 (each value of one goes with its own values of the other).
    n_rows : int
        Rows in which both have a value, of those looked at.
    correlation : float or None
        Pearson's correlation, with its sign, where both are numbers or dates.
    follows : {"", "left", "right", "both"}
        Which of them the other decides in every row looked at: each of its values goes with one of this column. "both"
        where they map one to one.
    same : bool
        Whether they say nearly the same.
    """

    left: str
    right: str
    value: float
    n_rows: int
    correlation: float | None = None
    follows: Follows = ""
    same: bool = False


@dataclass(frozen=True)
class Associations:
    """The pairs of columns worth a look, strongest first.

    Attributes
    ----------
    measure : str
        Its name.
    n_rows : int
        Rows looked at.
    sampled : bool
        Whether these were drawn (seeded) from more.
    error : float
        In 19 of 20 pairs ``value`` is no farther than this from what all rows would say; 0 where not sampled.
    n_pairs : int
        Pairs that were measured.
    pairs : tuple of Pair
        At most 300.
    n_beyond_chance : int
        Pairs that go together more than independent columns would by chance.
    n_columns : int
        Columns that were measured.
    n_columns_beyond : int
        Columns that would have a place but are too many; the ones that tell the target least.
    """

    measure: str = MEASURE
    n_rows: int = 0
    sampled: bool = False
    error: float = 0.0
    n_pairs: int = 0
    pairs: tuple[Pair, ...] = ()
    n_beyond_chance: int = 0
    n_columns: int = 0
    n_columns_beyond: int = 0


def associate(facts: Mapping[str, ColumnFacts], *, seed: int = 0) -> Associations:
    """Measure every pair of columns and return the strongest.

    Parameters
    ----------
    facts : mapping of str to ColumnFacts
        Every column, the target too.
    seed : int
        Of the rows drawn where there are more than 20,000, or many columns.

    Returns
    -------
    Associations
        Pairs that are beyond what chance brings about once in 20 tables of independent columns.
    """
    chosen, n_beyond = _with_a_place(facts)
    n_rows = max((len(_values(fact)) for fact in facts.values()), default=0)
    if len(chosen) < 2 or n_rows < FEWEST_SHARED:
        return Associations()
    bins, n_drawn = _effort(chosen, n_rows)
    sampled = n_drawn < n_rows
    rows = np.sort(np.random.default_rng(seed).choice(n_rows, n_drawn, replace=False)) if sampled else slice(None)
    cut = {fact.profile.name: levels_of(fact, rows, bins) for fact in chosen}
    cut = {name: levels for name, levels in cut.items() if levels is not None}
    if len(cut) < 2:
        return Associations(n_rows=n_drawn, sampled=sampled)
    tables = count_tables(list(cut.values()))
    measured = tables.measured(FEWEST_SHARED)
    n_pairs = int(measured.sum())
    kept = _beyond_chance(tables, measured, n_pairs)
    values = coefficient(kept)
    best = np.lexsort((kept.right, kept.left, -values))[:MOST_PAIRS]
    return Associations(
        n_rows=n_drawn,
        sampled=sampled,
        error=_error(tables, measured, n_drawn / n_rows) if sampled and n_pairs else 0.0,
        n_pairs=n_pairs,
        pairs=_described(facts, cut, kept[best], values[best], rows),
        n_beyond_chance=len(values),
        n_columns=len(cut),
        n_columns_beyond=n_beyond,
    )


def _values(facts: ColumnFacts) -> np.ndarray:
    return facts.codes if facts.numbers is None else facts.numbers


def _with_a_place(facts: Mapping[str, ColumnFacts]) -> tuple[list[ColumnFacts], int]:
    """Return the columns to measure, in file order, and how many are left out because they are too many."""
    chosen = [fact for fact in facts.values() if _has_a_place(fact)]
    if len(chosen) <= MOST_COLUMNS:
        return chosen, 0
    strengths = np.array([fact.profile.strength.value if fact.profile.strength else 1.0 for fact in chosen])
    best = np.sort(np.argsort(-strengths, kind="stable")[:MOST_COLUMNS])
    return [chosen[place] for place in best], len(chosen) - MOST_COLUMNS


def _has_a_place(facts: ColumnFacts) -> bool:
    profile = facts.profile
    if profile.distinct_count < 2 or profile.meaning in ("identifier", "text"):
        return False
    return facts.numbers is not None or profile.distinct_count <= NEAR_UNIQUE * profile.count


def _effort(chosen: list[ColumnFacts], n_rows: int) -> tuple[int, int]:
    """Return into how many bins numbers are cut, and how many rows are looked at."""
    n_rows = min(n_rows, SAMPLE_ROWS)
    bins = bins_for(n_rows)

    def work(bins):
        return sum(most_levels(fact, bins) for fact in chosen) ** 2

    while bins > FEWEST_BINS and n_rows * work(bins) > MOST_WORK:
        bins -= 1
    return bins, max(min(n_rows, int(MOST_WORK / work(bins))), FEWEST_SHARED)


def _beyond_chance(tables: Tables, measured: np.ndarray, n_pairs: int) -> PairCounts:
    # Most independent pairs are below the mean already and need no closer look.
    levels = tables.levels.astype("float64") - 1
    promising = measured & (tables.phi2 * (tables.n - 1) > levels * levels.T)
    pairs = tables.pairs(promising)
    return pairs[beyond_chance(pairs, CHANCE / max(n_pairs, 1))]


def _error(tables: Tables, measured: np.ndarray, drawn: float) -> float:
    places = np.flatnonzero(measured)
    some = np.zeros(measured.size, dtype=bool)
    some[places[:: len(places) // PAIRS_OF_ERROR + 1]] = True
    return sampling_error(tables.pairs(some.reshape(measured.shape)), drawn)


def _described(
    facts: Mapping[str, ColumnFacts],
    cut: Mapping[str, Levels],
    kept: PairCounts,
    values: np.ndarray,
    rows: np.ndarray | slice,
) -> tuple[Pair, ...]:
    """Return the pairs with all that is said about each; of the few that are kept, so that a loop does no harm."""
    names = list(cut)
    sides = [(names[left], names[right]) for left, right in zip(kept.left, kept.right, strict=True)]
    pearson = _pearson(facts, dict.fromkeys(name for side in sides for name in side), rows)
    dense_of = functools.cache(lambda name: dense(facts[name], rows))
    pairs = []
    for (left, right), value, n in zip(sides, values.tolist(), kept.n, strict=True):
        r = pearson.get((left, right))
        which = follows(dense_of(left), dense_of(right)) if value >= FOLLOWS_FROM else ""
        same = value >= WORTH_COMPARING and (
            _nearly_same(cut[left], cut[right], value, r) or _made_of_other(dense_of(left), dense_of(right))
        )
        # Cuts that fall a row apart would leave it just below 1.
        pairs.append(Pair(left, right, 1.0 if which == "both" else value, int(n), r, which, same))
    return tuple(sorted(pairs, key=lambda pair: -pair.value))


def _pearson(
    facts: Mapping[str, ColumnFacts], names: Iterable[str], rows: np.ndarray | slice
) -> dict[tuple[str, str], float]:
    numbers = {name: facts[name].numbers[rows] for name in names if facts[name].numbers is not None}
    numbers = {name: values for name, values in numbers.items() if not np.isinf(values).any()}
    if len(numbers) < 2:
        return {}
    with np.errstate(all="ignore"), threadpool_limits(1, user_api="blas"):
        r, _ = correlations(np.column_stack(list(numbers.values())))
    known = ((left, right, float(r[i, j])) for i, left in enumerate(numbers) for j, right in enumerate(numbers))
    return {(left, right): value for left, right, value in known if np.isfinite(value)}


def _nearly_same(left: Levels, right: Levels, value: float, correlation: float | None) -> bool:
    """Return whether one of two columns is as good as the other.

    Of two numbers it takes a strong association that rises, or falls, throughout. Between words the measure comes near
    1 while many rows still differ (twenty values that agree in 6 of 10 rows tell a lot), so the guesses that one spares
    of the other are counted.
    """
    if left.ordered and right.ordered:
        return value >= NEARLY_SAME and abs(order_kept(left, right)) >= WORTH_COMPARING
    straight = correlation is not None and abs(correlation) >= NEARLY_SAME
    return straight or guesses_spared(left, right) >= GUESSES_SPARED


def _made_of_other(left: Dense, right: Dense) -> bool:
    if left.is_number == right.is_number:
        return False
    return made_of(left, right) if left.is_number else made_of(right, left)
