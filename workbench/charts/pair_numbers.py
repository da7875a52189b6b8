"""The numbers that charts of two columns draw: counts in a grid, quantiles per category, shares."""

import numpy as np
import pandas as pd

GRID = 40  # cells per side of a grid of counts
FAR_OUT, PRESSED = 0.005, 3.0  # rows far out are counted at the edge where they would press the others into a third
MOST_BOXES = 15  # categories beside an amount
MOST_LEVELS = 12  # categories per side of a heat map
BOX = {"low": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "high": 0.95}


def density(x: np.ndarray, y: np.ndarray, cells: int = GRID) -> tuple[pd.DataFrame, bool]:
    """Count points in a grid: ``x``, ``x2``, ``y``, ``y2`` (edges) and ``count`` of each cell that is not empty.

    Also returned is whether points far out were counted at the edge, since they would have pressed all others.
    """
    (x_edges, x_cut), (y_edges, y_cut) = _edges(x, cells), _edges(y, cells)
    column, row = (
        np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        for values, edges in ((x, x_edges), (y, y_edges))
    )
    counts = np.bincount(column * cells + row, minlength=cells * cells)
    found = np.flatnonzero(counts)
    column, row = found // cells, found % cells
    frame = pd.DataFrame(
        {
            "x": x_edges[column],
            "x2": x_edges[column + 1],
            "y": y_edges[row],
            "y2": y_edges[row + 1],
            "count": counts[found],
        }
    )
    return frame, x_cut or y_cut


def _edges(values: np.ndarray, cells: int) -> tuple[np.ndarray, bool]:
    # Sums and differences of the largest numbers there are would overflow.
    least, low, high, most = np.quantile(values / 16, [0, FAR_OUT, 1 - FAR_OUT, 1])
    is_cut = bool(most - least > PRESSED * (high - low) > 0)
    low, high = (16 * low, 16 * high) if is_cut else (float(values.min()), float(values.max()))
    whole = high / 2 - low / 2 < cells / 2 and (values == np.round(values)).all()
    if whole:  # a few whole numbers are in the middle of a cell each
        return np.arange(cells + 1) + np.floor(low) - 0.5, is_cut
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low / 2, high / 2, cells + 1) * 2, is_cut


def quantiles_by(amounts: pd.Series, words: pd.Series, most: int = MOST_BOXES) -> tuple[pd.DataFrame, int]:
    """Return five numbers of the amounts of each of the most frequent words, highest median first.

    ``name``, ``count``, and the quantiles ``low`` (5 %), ``q25``, ``median``, ``q75``, ``high`` (95 %); and how many
    words are left out.
    """
    counts = words.value_counts()
    kept = counts.index[:most]
    codes = pd.Index(kept).get_indexer(words)
    values = amounts.to_numpy()
    rows = []
    for place, name in enumerate(kept):
        figures = np.quantile(values[codes == place], list(BOX.values()))
        rows.append({"name": name, "count": int(counts.iloc[place]), **dict(zip(BOX, figures.tolist(), strict=True))})
    return pd.DataFrame(rows).sort_values("median", ascending=False, kind="stable", ignore_index=True), len(
        counts
    ) - len(kept)


def shares_of(one: pd.Series, other: pd.Series, most: int = MOST_LEVELS) -> tuple[pd.DataFrame, int]:
    """Return a row per pair of words: ``one``, ``other``, ``count``, its ``share`` of all rows ``of`` that one, and the
    share ``overall``; the most frequent first. Also how many words are left out."""
    counts = pd.crosstab(one, other)
    n_rows, totals, overall = counts.to_numpy().sum(), counts.sum(axis=1), counts.sum(axis=0)
    kept = totals.sort_values(ascending=False, kind="stable").index[:most]
    beside = overall.sort_values(ascending=False, kind="stable").index[:most]
    rows = [
        {
            "one": here,
            "other": there,
            "count": int(counts.at[here, there]),
            "share": counts.at[here, there] / totals[here],
            "overall": overall[there] / n_rows,
            "of": int(totals[here]),
        }
        for here in kept
        for there in beside
    ]
    return pd.DataFrame(rows), len(totals) - len(kept) + len(overall) - len(beside)
