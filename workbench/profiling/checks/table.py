"""Checks that compare rows or columns with each other."""

import numpy as np

from workbench.profiling.columns import ColumnFacts
from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.row_hashes import equal_rows, values_of
from workbench.profiling.wording import counted, percent, quoted
from workbench.specs import ColumnChoice, DropDuplicates

FEW_ROWS = 100
ROWS_PER_INPUT = 10  # a common rule of thumb for linear models (Harrell, Regression Modeling Strategies, 4.4: 10 to 20)
CORRELATED = 0.95
CORRELATION_ROWS = 20_000  # standard error of a correlation of 0.95: 0.0007
ROWS_FOR_ANOTHER_WORDING = 30
PAIRS_NAMED = 5
PAIRS_SHOWN = 20
SHARED_REASONS = (
    "As inputs they hardly change the score, but share their reasons: "
    "leave one of each pair out if you want clear ones."
)


def check_too_few_rows(context: Context) -> list[Finding]:
    """Find tables too short to learn from."""
    n_inputs = sum(name not in context.left_out for name in (profile.name for profile in context.inputs))
    advice = "Collect more rows, or take every score with its spread: it will be wide."
    if context.n_rows < FEW_ROWS:
        sentence = f"There are only {counted(context.n_rows, 'row')}; a score on so few moves by chance."
        return [Finding("too_few_rows", "alerted", (), sentence, advice)]
    if context.n_rows < ROWS_PER_INPUT * n_inputs:
        sentence = (
            f"{counted(context.n_rows, 'row')} for {counted(n_inputs, 'input')}: under {ROWS_PER_INPUT} rows each."
        )
        return [Finding("too_few_rows", "alerted", (), sentence, f"{advice} Leaving out inputs helps, too.")]
    return []


def check_duplicate_rows(context: Context) -> list[Finding] | None:
    """Find rows that repeat an earlier one in every column."""
    if not context.facts or context.n_rows < 2:
        return NOT_APPLICABLE
    repeated = _repeated_rows(context)
    n_repeated = int(repeated.sum())
    if not n_repeated:
        return []
    share = percent(n_repeated / context.n_rows)
    verb = "repeats" if n_repeated == 1 else "repeat"
    sentence = f"{counted(n_repeated, 'row')} ({share}) {verb} an earlier row in every column."
    advice = "Drop them if they are copies; keep them if different cases just look the same."
    rows = context.rows_where(repeated)
    return [
        Finding("duplicate_rows", "alerted", (), sentence, advice, rows, step=DropDuplicates().model_dump(mode="json"))
    ]


def _repeated_rows(context: Context) -> np.ndarray:
    """Return ``table.duplicated()``: equal figures find the candidates, pandas itself decides among them."""
    facts = sorted(context.facts.values(), key=lambda fact: -fact.profile.distinct_count)
    positions = np.sort(equal_rows([values_of(fact) for fact in facts], context.n_rows)[0])
    repeated = np.zeros(context.n_rows, dtype=bool)
    if len(positions):
        repeated[positions] = context.table.iloc[positions].duplicated().to_numpy()
    return repeated


def check_duplicate_columns(context: Context) -> list[Finding]:
    """Find columns that say the same as an earlier one, be it in other words."""
    groups: dict[bytes, list[list[str]]] = {}
    for profile in context.inputs if context.n_rows > 1 else []:
        facts = context.facts[profile.name]
        if profile.distinct_count < 2:
            continue
        alike = groups.setdefault(facts.digest, [])
        for names in alike:
            if _says_the_same(context.facts[names[0]], facts):
                names.append(profile.name)
                break
        else:
            alike.append([profile.name])
    findings = []
    for names in (names for alike in groups.values() for names in alike if len(names) > 1):
        first, others = names[0], names[1:]
        same = all(_same_words(context.facts[first], context.facts[name]) for name in others)
        verb = "repeats" if len(others) == 1 else "repeat"
        sentence = f"{quoted(others)} {verb} “{first}” in every row{'' if same else ', in other words'}."
        choices = tuple(
            ColumnChoice(name=name, use=False, reason=f"says the same as “{first}”").model_dump(mode="json")
            for name in others
        )
        advice = "One of them is enough: leave the others out, so that reasons are not shared among copies."
        findings.append(Finding("duplicate_columns", "alerted", tuple(names), sentence, advice, choices=choices))
    return findings


def _says_the_same(left: ColumnFacts, right: ColumnFacts) -> bool:
    """Return whether columns of equal digest repeat each other."""
    if _same_words(left, right):
        return True
    # Any two columns that never repeat a word map one to one, and so do short columns now and then by chance.
    enough = left.profile.count >= ROWS_FOR_ANOTHER_WORDING
    return enough and left.profile.distinct_count <= left.profile.count / 2


def _same_words(left: ColumnFacts, right: ColumnFacts) -> bool:
    return left.words is None or left.words.equals(right.words)


def check_correlated(context: Context) -> list[Finding] | None:
    """Find pairs of numbers that move together."""
    names = [
        profile.name
        for profile in context.inputs
        if profile.meaning in ("number", "integer") and profile.distinct_count > 2 and not profile.infinite_count
    ]
    if len(names) < 2 or context.n_rows < 10:
        return NOT_APPLICABLE
    values = np.column_stack([context.facts[name].numbers for name in names])
    sampled = len(values) > CORRELATION_ROWS
    if sampled:
        values = values[np.random.default_rng(0).choice(len(values), CORRELATION_ROWS, replace=False)]
    with np.errstate(all="ignore"):
        correlation, shared = correlations(values)
    strong = np.triu((np.abs(correlation) >= CORRELATED) & (shared >= 10), k=1)
    pairs = sorted(
        (
            (names[i], names[j], float(correlation[i, j]))
            for i, j in zip(*np.nonzero(strong), strict=True)
            if context.facts[names[i]].digest
            != context.facts[names[j]].digest  # copies are the business of another check
        ),
        key=lambda pair: -abs(pair[2]),
    )
    if not pairs:
        return []
    named = ", ".join(f"“{left}” and “{right}” ({value:.2f})" for left, right, value in pairs[:PAIRS_NAMED])
    more = f" and {counted(len(pairs) - PAIRS_NAMED, 'more pair')}" if len(pairs) > PAIRS_NAMED else ""
    basis = f", on {CORRELATION_ROWS:,} rows drawn at random" if sampled else ""
    columns = tuple(dict.fromkeys(name for pair in pairs[:PAIRS_SHOWN] for name in pair[:2]))
    sentence = f"These move together almost exactly (correlation in brackets{basis}): {named}{more}."
    # Before the target is known, one of the pair may be the target, or its copy.
    advice = (
        SHARED_REASONS if context.target else f"If you predict one of them, the other gives it away. {SHARED_REASONS}"
    )
    return [Finding("correlated", "alerted", columns, sentence, advice)]


def correlations(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Pearson correlations over the rows that both columns have, and the number of those rows.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Finite numbers, NaN where missing.

    Returns
    -------
    correlation, n_shared : ndarray of shape (n_columns, n_columns)
        NaN where a column does not vary over the shared rows. Matrix products instead of a loop over pairs.
    """
    present = ~np.isnan(values)
    # Centred and scaled first: the sums of squares below would otherwise lose digits to a large mean.
    scaled = values - np.nanmean(values, axis=0)
    scaled /= np.nanstd(values, axis=0)
    scaled[~present] = 0.0
    n = present.astype("float64")
    shared = n.T @ n
    sums = scaled.T @ n  # of the row's column over rows where the other is present
    squares = (scaled**2).T @ n
    covariance = scaled.T @ scaled - sums * sums.T / shared
    variance = squares - sums**2 / shared
    variance[variance < 1e-10 * shared] = np.nan
    return np.clip(covariance / np.sqrt(variance * variance.T), -1, 1), shared
