"""A small tree over errors: which conditions on the person's own columns set rows apart that are further off.

Grown on some of the rows only, so that the others can tell afterwards, untouched, what its groups are worth.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from workbench.results.failures.bands import MOST_NAMED, Bands

DEPTH = 3
LEAST_T = 2.5  # standard errors that the two sides of a split differ by; what is chance shows on the other rows
NEEDED_T = 2.0  # the same for a condition to stay in the words of a group
FEWEST_ROWS, FEWEST_SHARE = 30, 0.01  # in a leaf: rows of either part, and of all rows of that part
ROOTS = 10  # columns that are tried as the first split: one that counts only with another one says little by itself
MANY_COLUMNS, ROOTS_OF_MANY = 100, 3  # columns beyond which fewer are tried, for time
ROOT_ROWS = 20_000  # rows on which they are tried


@dataclass(frozen=True, eq=False)
class Leaf:
    """Rows set apart by conditions.

    Parameters
    ----------
    allowed : dict of int to bool ndarray
        Position of a column to which of its bands are allowed (the last is that of blanks).
    rows : int64 ndarray
        Positions of all rows that meet the conditions, in both parts.
    """

    rows: np.ndarray
    allowed: dict[int, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class _Split:
    gain: float
    column: int
    inside: np.ndarray


def grow(
    columns: list[Bands], errors: np.ndarray, searched: np.ndarray, depth: int = DEPTH, seed: int = 0
) -> list[Leaf]:
    """Return the leaves of a regression tree over errors.

    Parameters
    ----------
    columns : list of Bands
    errors : float64 ndarray of shape (n_rows,)
        Looked at where ``searched`` only.
    searched : bool ndarray of shape (n_rows,)
        The part it is grown on; of the rest only rows are counted, so that every leaf can be measured.
    depth : int
        Most conditions of a leaf.
    seed : int
        Of the rows on which first splits are tried.

    Returns
    -------
    list of Leaf
        With at least one condition each; empty where nothing can be split.

    Notes
    -----
    Each split is the one with the largest sum of squares between its sides (Breiman, Friedman, Olshen, Stone,
    Classification and Regression Trees, 1984, chapter 8) of those that a person can read: below or from a limit on,
    one to four levels, blank. Blanks are on neither side of a limit by themselves; a condition says so where they are.
    Only the first split looks ahead: of the trees that begin with different columns the one that explains most stays.
    """
    whole = Leaf(np.arange(len(errors)))
    least = _least(searched)
    n_roots = ROOTS if len(columns) <= MANY_COLUMNS else ROOTS_OF_MANY
    roots = _splits(columns, errors, searched, whole.rows, least, 0.0)[:n_roots]
    if len(roots) < 2:
        return _grown(columns, errors, searched, roots, least, depth)
    rows = whole.rows
    if len(rows) > ROOT_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, ROOT_ROWS, replace=False))
    part = [replace(bands, codes=bands.codes[rows]) for bands in columns] if len(rows) < len(errors) else columns
    tried = errors[rows], searched[rows]
    explained = [_explained(_grown(part, *tried, [root], _least(tried[1]), depth), *tried) for root in roots]
    return _grown(columns, errors, searched, [roots[int(np.argmax(explained))]], least, depth)


def _least(searched: np.ndarray) -> np.ndarray:
    n_searched = int(searched.sum())
    return np.array([max(FEWEST_ROWS, FEWEST_SHARE * n_part) for n_part in (n_searched, len(searched) - n_searched)])


def _grown(columns, errors, searched, roots, least, depth) -> list[Leaf]:
    """Return the leaves of the tree that begins with the first of ``roots``."""
    if not roots:
        return []
    leaves, open_ones = [], _sides(columns, Leaf(np.arange(len(errors))), roots[0])
    for _ in range(depth - 1):
        deeper = []
        for leaf in open_ones:
            found = _splits(columns, errors, searched, leaf.rows, least, LEAST_T)
            if found:
                deeper += _sides(columns, leaf, found[0])
            else:
                leaves.append(leaf)
        open_ones = deeper
    return leaves + open_ones


def _sides(columns, leaf: Leaf, split: _Split) -> list[Leaf]:
    is_inside = split.inside[columns[split.column].codes[leaf.rows]]
    before = leaf.allowed.get(split.column, True)
    return [
        Leaf(rows, {**leaf.allowed, split.column: mask & before})
        for rows, mask in ((leaf.rows[is_inside], split.inside), (leaf.rows[~is_inside], ~split.inside))
    ]


def _explained(leaves: list[Leaf], errors: np.ndarray, searched: np.ndarray) -> float:
    """Sum of squares between leaves, on the rows of the search."""
    mean = float(errors[searched].mean())
    parts = [errors[leaf.rows[searched[leaf.rows]]] for leaf in leaves]
    return sum(len(part) * (float(part.mean()) - mean) ** 2 for part in parts if len(part))


def needed(leaf: Leaf, columns: list[Bands], errors: np.ndarray, searched: np.ndarray) -> Leaf:
    """Return a leaf without the conditions that make it no worse, on the rows of the search; it may then have more
    rows, or no condition at all."""
    allowed = dict(leaf.allowed)
    for column in list(allowed):
        others = {one: mask for one, mask in allowed.items() if one != column}
        rows = meeting(others, columns, len(errors))
        rows = rows[searched[rows]]
        meets = allowed[column][columns[column].codes[rows]]
        with_it, without = _facts(errors[rows[meets]]), _facts(errors[rows[~meets]])
        if without[0] < 2:  # it keeps no row out
            allowed = others
            continue
        error = np.sqrt(_squared_error(with_it) + _squared_error(without))
        if with_it[1] / with_it[0] - without[1] / without[0] < NEEDED_T * error:
            allowed = others
    return Leaf(meeting(allowed, columns, len(errors)), allowed)


def meeting(allowed: dict[int, np.ndarray], columns: list[Bands], n_rows: int) -> np.ndarray:
    """Return the positions of the rows that meet conditions."""
    meets = np.ones(n_rows, dtype=bool)
    for column, mask in allowed.items():
        meets &= mask[columns[column].codes]
    return np.flatnonzero(meets)


def _facts(values: np.ndarray) -> np.ndarray:
    return np.array([len(values), values.sum(), np.square(values).sum()])


def _splits(columns, errors, searched, rows, least, least_t) -> list[_Split]:
    """Return the best split of each column that has one, the best of all first."""
    looked_at = rows[searched[rows]]
    counted = rows[~searched[rows]]
    if min(len(looked_at) / least[0], len(counted) / least[1]) < 2:
        return []
    values = errors[looked_at]
    squares = values**2
    found = []
    for position, bands in enumerate(columns):
        n_codes = bands.n_bands + 1
        codes = bands.codes[looked_at]
        sums = np.stack(
            [
                np.bincount(codes, minlength=n_codes),
                np.bincount(codes, weights=values, minlength=n_codes),
                np.bincount(codes, weights=squares, minlength=n_codes),
                np.bincount(bands.codes[counted], minlength=n_codes),
            ]
        )
        found.append(_split_of(bands, position, sums, least, least_t))
    return sorted((split for split in found if split is not None), key=lambda split: -split.gain)


def _split_of(bands: Bands, position: int, sums: np.ndarray, least: np.ndarray, least_t: float) -> _Split | None:
    """Return the best readable split of one column, None where no split has enough rows or says anything."""
    masks = _readable(bands, sums)
    if not len(masks):
        return None
    inside = masks @ sums.T  # (n_splits, 4)
    outside = sums.sum(axis=1) - inside
    enough = (np.minimum(inside[:, 0], outside[:, 0]) >= least[0]) & (
        np.minimum(inside[:, 3], outside[:, 3]) >= least[1]
    )
    inside, outside, masks = inside[enough], outside[enough], masks[enough]
    if not len(masks):
        return None
    difference = inside[:, 1] / inside[:, 0] - outside[:, 1] / outside[:, 0]
    gain = inside[:, 0] * outside[:, 0] / (inside[0, 0] + outside[0, 0]) * difference**2
    at = int(gain.argmax())
    error = np.sqrt(_squared_error(inside[at]) + _squared_error(outside[at]))
    told = abs(difference[at]) > least_t * error if error > 0 else difference[at] != 0
    return _Split(float(gain[at]), position, masks[at].astype(bool)) if told else None


def _squared_error(side: np.ndarray) -> float:
    """Squared standard error of the mean of a side, given its rows, sum and sum of squares."""
    n, total, squares = side[:3]
    return max(squares - total**2 / n, 0.0) / (n - 1) / n


def _readable(bands: Bands, sums: np.ndarray) -> np.ndarray:
    """Return the sides of all splits that can be said in a few words, a bool row each."""
    n_bands, n_codes = bands.n_bands, bands.n_bands + 1
    blank = np.zeros((1, n_codes), dtype=bool)
    blank[0, -1] = True
    if bands.kind != "words":
        # Below each limit, and from it on; blanks are left to the other side.
        below = np.tri(n_bands - 1, n_codes, dtype=bool)
        above = ~below
        above[:, -1] = False
        return np.concatenate([below, above, blank])
    named = np.flatnonzero(np.array(bands.single) & (sums[0, :-1] > 0))
    order = named[np.argsort(sums[1, named] / sums[0, named], kind="stable")]
    masks = [blank]
    for chosen in (order, order[::-1]):
        for n_levels in range(1, min(MOST_NAMED, len(order)) + 1):
            mask = np.zeros((1, n_codes), dtype=bool)
            mask[0, chosen[:n_levels]] = True
            masks.append(mask)
    return np.concatenate(masks)
