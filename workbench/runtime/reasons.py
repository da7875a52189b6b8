"""Why a model answers one row as it does: what each of the person's own columns adds to the answer.

The answer is compared with the answers for a few training rows, the background. A contribution is the column's Shapley
value: what it changes when its value in a background row is replaced by that of the explained row, averaged over the
background and over the orders in which the columns are replaced. Contributions add up to the explained answer minus
the background's mean whatever the number of orders, because every order leads from the one answer to the other.

References
----------
Shapley, A value for n-person games, 1953; Štrumbelj and Kononenko, Explaining prediction models and individual
predictions with feature contributions, Knowledge and Information Systems 41, 2014 (by orders, sampled); Lundberg and
Lee, NIPS 2017 (against a background); Mitchell et al., Sampling permutations for Shapley value estimation, JMLR 23,
2022 (each order together with its reverse).
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

SMALLEST_CHANCE = 1e-6  # probabilities are drawn in to [1e-6, 1 - 1e-6]: log odds of at most ±13.8
BACKGROUND_ROWS = 32
FEWEST_ROWS = 4  # of the background, where columns are many
FEWEST_PAIRS = 2  # of orders per background row; their difference says how far off a mean of them may be
EVALUATIONS = 2_500  # rows that a model is asked for one explanation, about
MOST_EVALUATIONS, FEWEST_EVALUATIONS = 10_000, 625
MEASURED_ROWS, MEASUREMENTS, AFFORDED_SECONDS = 1_000, 3, 0.2
SEED = 0
ROUNDING = 1e-12  # of the largest answer: what sums in another order may differ by


@dataclass(frozen=True, eq=False)
class Explanation:
    """What the columns add to one answer; ``base + contributions.sum()`` is ``answer``.

    Parameters
    ----------
    columns : tuple of str
    base : float
        Mean answer of the background rows: log odds of ``label`` for classes, else in the target's unit.
    answer : float
        The row's own answer, on the same scale.
    contributions : ndarray of shape (n_columns,)
        Exactly 0 for a column that changes no answer.
    errors : ndarray of shape (n_columns,)
        Standard error of each contribution from the orders being a sample; 0 where all of them count.
    label : str, int, bool or None
        The explained class; None for amounts.
    n_background : int
        Background rows that were compared with.
    """

    columns: tuple[str, ...]
    base: float
    answer: float
    contributions: np.ndarray
    errors: np.ndarray
    label: Any
    n_background: int

    @property
    def exact(self) -> bool:
        """Whether all orders were counted, or those that were agree."""
        return bool((self.errors == 0).all())


def explain(
    pipeline: Any,
    row: pd.DataFrame,
    background: pd.DataFrame,
    *,
    label: Any = None,
    evaluations: int = EVALUATIONS,
) -> Explanation:
    """Return what each column of a pipeline adds to its answer for one row.

    Equal arguments give equal reasons: the orders are drawn by a fixed seed.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted; its first step gives the person's columns their types.
    row : DataFrame of shape (1, any)
        Raw or typed.
    background : DataFrame of shape (n_background, any)
        Training rows, raw or typed, drawn by chance. Where columns are many, only the first of them are used.
    label : optional
        The class to explain. Required for classifiers, ignored for amounts.
    evaluations : int
        How many rows the model may be asked for, about; more make a sampled mean more exact.

    Raises
    ------
    ValueError
        ``label`` is not a class of the model.
    """
    game = _Game(pipeline, row, background, label, evaluations)
    n_players = len(game.players)
    if n_players == 0:
        contributions, errors = np.zeros(0), np.zeros(0)
        start = end = float(game.ask(np.zeros(1, dtype=int), np.zeros((1, 0), dtype=bool))[0])
    elif (2**n_players) * game.n_background <= max(evaluations, 4 * game.n_background):
        contributions, errors, start, end = _all_orders(game, n_players)
    else:
        contributions, errors, start, end = _drawn_orders(game, n_players, evaluations)
    whole, error = np.zeros(len(game.columns)), np.zeros(len(game.columns))
    whole[game.players], error[game.players] = contributions, errors
    return Explanation(game.columns, start, end, whole, error, game.label, game.n_background)


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Return log(p / (1 - p)), of probabilities drawn in to [1e-6, 1 - 1e-6].

    >>> log_odds(np.array([0.5, 0.0])).round(4).tolist()
    [0.0, -13.8155]
    """
    chances = np.clip(probabilities, SMALLEST_CHANCE, 1.0 - SMALLEST_CHANCE)
    return np.log(chances) - np.log1p(-chances)


def affordable(pipeline: Any, rows: pd.DataFrame, seconds: float = AFFORDED_SECONDS) -> int:
    """Return how many rows a model answers within ``seconds`` here, for ``evaluations`` of :func:`explain`.

    It is measured, so it belongs to what is kept with a model: the same number gives the same reasons everywhere.
    Between 625 and 10,000, halved as often as need be.
    """
    typed = pipeline[:1].transform(rows)
    many = typed.iloc[np.arange(MEASURED_ROWS) % len(typed)].reset_index(drop=True)
    _answers(pipeline[1:], typed, None)  # what is done at first use only
    took = []
    for _ in range(MEASUREMENTS):
        began = time.thread_time()  # of this thread alone: what else the machine does must not decide over reasons
        _answers(pipeline[1:], many, None)
        took.append(time.thread_time() - began)
    per_row = min(took) / len(many)
    found = MOST_EVALUATIONS
    while found > FEWEST_EVALUATIONS and found * per_row > seconds:
        found //= 2
    return found


class _Game:
    """A model's answers for mixtures: some columns of the explained row, the others of a background row.

    Columns in which the row differs from no background row are no players. A mixture is asked for once, however many
    orders pass through it, and all that are wanted at a time are answered in one call.
    """

    def __init__(self, pipeline, row, background, label, evaluations):
        typing, self.model = pipeline[:1], pipeline[1:]
        mine, others = typing.transform(row.iloc[:1]), typing.transform(background)
        self.n_background = _rows_used(len(mine.columns), len(others), evaluations)
        self.columns = tuple(mine.columns)
        # The explained row at 0, then the background; a column's mixtures are drawn from these few values.
        self.pool = pd.concat([mine, others.iloc[: self.n_background]], ignore_index=True)
        codes = np.column_stack([pd.factorize(self.pool[name], use_na_sentinel=False)[0] for name in self.columns])
        self.differs = codes[1:] != codes[0]
        self.players = np.flatnonzero(self.differs.any(axis=0))
        self.label = self.place = None
        if hasattr(self.model, "predict_proba"):
            places = {_plain(one): place for place, one in enumerate(self.model.classes_)}
            if _plain(label) not in places:
                raise ValueError(f"{label!r} is none of the classes {list(places)}")
            self.label, self.place = _plain(label), places[_plain(label)]

    def ask(self, owners: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """Return answers of shape (n,).

        Parameters
        ----------
        owners : ndarray of shape (n,)
            The background row of each mixture.
        taken : ndarray of bool of shape (n, n_players)
            Which columns come from the explained row.
        """
        sources = np.zeros((len(owners), len(self.columns)), dtype=np.int32)
        kept = ~taken & self.differs[np.ix_(range(self.n_background), self.players)][owners]
        sources[:, self.players] = np.where(kept, owners[:, None] + 1, 0)
        different, back = np.unique(sources, axis=0, return_inverse=True)
        mixed = {name: self.pool[name].take(different[:, at]).array for at, name in enumerate(self.columns)}
        return _answers(self.model, pd.DataFrame(mixed), self.place)[back.reshape(-1)]


def _answers(model, frame: pd.DataFrame, place: int | None) -> np.ndarray:
    if not hasattr(model, "predict_proba"):
        return np.asarray(model.predict(frame), dtype=np.float64).ravel()
    return log_odds(np.asarray(model.predict_proba(frame), dtype=np.float64)[:, place or 0])


def _rows_used(n_columns: int, n_rows: int, evaluations: int) -> int:
    """As many background rows as can have two pairs of orders each; the same for every row of a model."""
    affordable_rows = evaluations // (2 * FEWEST_PAIRS * max(n_columns - 1, 1))
    return min(n_rows, BACKGROUND_ROWS, max(affordable_rows, FEWEST_ROWS))


def _all_orders(game: _Game, n_players: int) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Shapley's own formula: every set of columns that may come before one."""
    sets = np.arange(2**n_players)
    members = (sets[:, None] >> np.arange(n_players)) & 1 == 1
    owners = np.repeat(np.arange(game.n_background), len(sets))
    values = game.ask(owners, np.tile(members, (game.n_background, 1)))
    values = values.reshape(game.n_background, len(sets)).mean(axis=0)
    sizes = members.sum(axis=1)
    factorials = np.cumprod([1.0, *range(1, n_players + 1)])
    weights = factorials[sizes] * factorials[np.maximum(n_players - sizes - 1, 0)] / factorials[n_players]
    contributions = np.empty(n_players)
    for player in range(n_players):
        without = sets[~members[:, player]]
        steps = values[without | (1 << player)] - values[without]
        contributions[player] = 0.0 if _is_rounding(steps, values) else (weights[without] * steps).sum()
    start, end = float(values[0]), float(values[-1])
    return _adding_up(contributions, start, end), np.zeros(n_players), start, end


def _drawn_orders(game: _Game, n_players: int, evaluations: int) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Means over drawn orders, each with its reverse, as many for one background row as for another."""
    n_rows = game.n_background
    n_pairs = max(evaluations // (2 * (n_players - 1) * n_rows), FEWEST_PAIRS)
    rng = np.random.default_rng(SEED)
    ranks = rng.permuted(np.tile(np.arange(n_players), (n_rows * n_pairs, 1)), axis=1)
    ranks = np.stack([ranks, n_players - 1 - ranks], axis=1).reshape(-1, n_players)
    owners = np.repeat(np.arange(n_rows), 2 * n_pairs)
    taken = ranks[:, None, :] < np.arange(n_players + 1)[None, :, None]
    values = game.ask(np.repeat(owners, n_players + 1), taken.reshape(-1, n_players)).reshape(len(ranks), -1)
    steps = np.take_along_axis(np.diff(values, axis=1), ranks, axis=1)  # by column, not by place in the order
    steps[:, _is_rounding(steps, values)] = 0.0
    pairs = steps.reshape(n_rows, n_pairs, 2, n_players).mean(axis=2)
    errors = np.sqrt((pairs.var(axis=1, ddof=1) / n_pairs).sum(axis=0)) / n_rows
    errors[errors <= ROUNDING * np.abs(values).max()] = 0.0
    start, end = float(values[:: 2 * n_pairs, 0].mean()), float(values[0, -1])
    return _adding_up(pairs.mean(axis=(0, 1)), start, end), errors, start, end


def _is_rounding(steps: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Whether a column changes answers by no more than sums in another order do."""
    return np.abs(steps).max(axis=0) <= ROUNDING * np.abs(values).max()


def _adding_up(contributions: np.ndarray, start: float, end: float) -> np.ndarray:
    """Give what rounding leaves to the largest contribution, where there is one."""
    if contributions.any():
        contributions[np.abs(contributions).argmax()] += (end - start) - contributions.sum()
    return contributions


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
