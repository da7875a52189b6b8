"""Checks of the rows: whether there are enough, and whether some repeat others."""

from collections.abc import Collection

import numpy as np

from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.rows.row_hashes import equal_rows, values_of
from workbench.profiling.wording import counted, percent, quoted
from workbench.specs import DropDuplicates

FEW_ROWS = 100
ROWS_PER_INPUT = 10  # a common rule of thumb for linear models (Harrell, Regression Modeling Strategies, 4.4: 10 to 20)
NAMES_ROWS = 0.5  # different values per filled cell from which a column that is left out names the row
FEWEST_COLUMNS = 3  # rows that are equal in fewer say little
COLUMNS_TRIED = 3
# Where rows equal in all columns but one are so many times more, so are different cases that just look the same.
TIMES_AS_MANY, AND_MORE = 2, 4


def check_too_few_rows(context: Context) -> list[Finding]:
    """Find tables too short to learn from."""
    n_inputs = sum(name not in context.left_out for name in (profile.name for profile in context.inputs))
    advice = "Collect more rows, or take every score with its spread: it will be wide."
    if context.n_rows < FEW_ROWS:
        are = "is" if context.n_rows == 1 else "are"
        sentence = f"There {are} only {counted(context.n_rows, 'row')}; a score on so few moves by chance."
        return [Finding("too_few_rows", "alerted", (), sentence, advice)]
    if context.n_rows < ROWS_PER_INPUT * n_inputs:
        sentence = (
            f"{counted(context.n_rows, 'row')} for {counted(n_inputs, 'input')}: under {ROWS_PER_INPUT} rows each."
        )
        return [Finding("too_few_rows", "alerted", (), sentence, f"{advice} Leaving out inputs helps, too.")]
    return []


def check_duplicate_rows(context: Context) -> list[Finding] | None:
    """Find rows that repeat an earlier one in every column, or in all but those that merely name the row."""
    if not context.facts or context.n_rows < 2:
        return NOT_APPLICABLE
    exact = _repeated_rows(context, list(context.facts))
    naming = [name for name in context.facts if _names_the_row(context, name)]
    rest = [name for name in context.facts if name not in naming]
    if not naming or len(rest) < FEWEST_COLUMNS:
        return _copies(context, exact) if exact.any() else []
    copies = _repeated_rows(context, rest)
    if copies.sum() == exact.sum():
        return _copies(context, exact) if exact.any() else []
    found = _copies(context, exact) if exact.any() else []
    if _look_alike(context, rest, int(copies.sum())):
        return found or [_alike(context, copies, naming)]
    return [_copies_but_for(context, exact, copies, naming, rest)]


def _names_the_row(context: Context, name: str) -> bool:
    profile = context.facts[name].profile
    if name == context.target or name not in context.left_out:
        return False
    return profile.meaning == "identifier" or profile.distinct_count > max(NAMES_ROWS * profile.count, 1)


def _repeated_rows(context: Context, names: list[str]) -> np.ndarray:
    """Return ``table[names].duplicated()``: equal figures find the candidates, pandas itself decides among them."""
    positions = np.sort(_equal(context, names)[0])
    repeated = np.zeros(context.n_rows, dtype=bool)
    if len(positions):
        repeated[positions] = context.table[names].iloc[positions].duplicated().to_numpy()
    return repeated


def _equal(context: Context, names: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    facts = sorted((context.facts[name] for name in names), key=lambda fact: -fact.profile.distinct_count)
    return equal_rows([values_of(fact) for fact in facts], context.n_rows)


def _look_alike(context: Context, names: list[str], n_copies: int) -> bool:
    """Return whether different cases of few coarse columns are as good an explanation as copies.

    A copy is equal in every column; of cases that look the same by chance, many more are equal in all columns but one.
    """
    by_values = sorted(names, key=lambda name: -context.facts[name].profile.distinct_count)
    for one in by_values[:COLUMNS_TRIED]:
        positions, groups = _equal(context, [name for name in names if name != one])
        n_repeated = len(positions) - (int(groups.max()) + 1 if len(groups) else 0)
        if n_repeated >= TIMES_AS_MANY * n_copies + AND_MORE:
            return True
    return False


def _copies(context: Context, repeated: np.ndarray) -> list[Finding]:
    n_repeated = int(repeated.sum())
    share = percent(n_repeated / context.n_rows)
    verb = "repeats" if n_repeated == 1 else "repeat"
    sentence = f"{counted(n_repeated, 'row')} ({share}) {verb} an earlier row in every column."
    advice = "Drop them if they are copies; keep them if different cases just look the same."
    step = DropDuplicates().model_dump(mode="json")
    return [Finding("duplicate_rows", "alerted", (), sentence, advice, context.rows_where(repeated), step=step)]


def _copies_but_for(
    context: Context, exact: np.ndarray, copies: np.ndarray, naming: list[str], rest: list[str]
) -> Finding:
    n_exact, n_copies = int(exact.sum()), int(copies.sum())
    verb = "is an exact copy" if n_copies == 1 else "are exact copies"
    share = percent(n_copies / context.n_rows)
    sentence = f"{counted(n_copies, 'row')} ({share}) {verb} of an earlier row once {_set_aside(naming)}."
    if n_exact:
        sentence += f" {n_exact:,} of them {'repeats' if n_exact == 1 else 'repeat'} one in every column."
    advice = (
        "The model sees the rest only, so a copy among the rows that test it is one that it has learnt by heart. Drop "
        "them if the same case was entered twice; keep them if different cases just look the same."
    )
    step = DropDuplicates(columns=tuple(rest)).model_dump(mode="json")
    return Finding("duplicate_rows", "alerted", (), sentence, advice, context.rows_where(copies), step=step)


def _alike(context: Context, copies: np.ndarray, naming: list[str]) -> Finding:
    n_copies = int(copies.sum())
    verb = "looks" if n_copies == 1 else "look"
    share = percent(n_copies / context.n_rows)
    sentence = f"{counted(n_copies, 'row')} ({share}) {verb} like an earlier one once {_set_aside(naming)}."
    advice = (
        "Nothing was dropped: even more rows are equal in all columns but one, so these look like different cases that "
        "have the same values."
    )
    return Finding("duplicate_rows", "done", (), sentence, advice, context.rows_where(copies))


def _set_aside(naming: list[str]) -> str:
    if len(naming) == 1:
        return f"“{naming[0]}”, which names the row, is set aside"
    return f"{quoted(naming, 3)}, which name the row, are set aside"
