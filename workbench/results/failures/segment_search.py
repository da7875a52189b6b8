"""The search for weak groups: which columns and rows it may look at, and the leaves that stand out on those."""

import numpy as np
import pandas as pd

from workbench.results.failures.bands import Bands, cut
from workbench.results.failures.segment_tree import Leaf, grow, needed
from workbench.specs import ColumnSpec, ExperimentSpec

MOST_RANGES, MOST_LEVELS = 16, 30  # that a column is cut into for the search


def clusters_of(spec: ExperimentSpec, values: pd.DataFrame) -> np.ndarray | None:
    """Return which rows belong together, as the run was divided; None where each row stands for itself."""
    if spec.split.kind != "group" or spec.split.column not in values:
        return None
    return pd.factorize(values[spec.split.column], use_na_sentinel=False)[0]


def searched_columns(spec: ExperimentSpec, values: pd.DataFrame) -> list[Bands]:
    """Return the inputs as bands; texts only as filled or blank, and columns with nothing to split by left out."""
    columns = list(spec.columns)
    if spec.split.kind == "time" and spec.split.column not in {column.name for column in columns}:
        columns.append(ColumnSpec(name=spec.split.column, meaning="date"))
    found = []
    for column in columns:
        if column.name not in values:
            continue
        if column.meaning in ("text", "identifier"):
            filled = pd.Series(np.where(values[column.name].isna(), None, "filled"), dtype="str")
            bands = cut(filled, column, MOST_RANGES, MOST_LEVELS)
        else:
            bands = cut(values[column.name], column, MOST_RANGES, MOST_LEVELS)
        if bands is not None and len(np.unique(bands.codes)) > 1:
            found.append(bands)
    return found


def halves(n_rows: int, clusters: np.ndarray | None, seed: int) -> np.ndarray:
    """Return which rows a search may look at: half of them, drawn with a seed; rows that belong together stay so."""
    rng = np.random.default_rng(seed)
    if clusters is None:
        return rng.permutation(n_rows) < n_rows // 2
    sizes = np.bincount(clusters)
    order = rng.permutation(len(sizes))
    chosen = np.zeros(len(sizes), dtype=bool)
    chosen[order[np.cumsum(sizes[order]) <= n_rows / 2]] = True
    return chosen[clusters]


def weak_leaves(columns: list[Bands], errors: np.ndarray, searched: np.ndarray, seed: int) -> list[Leaf]:
    """Return leaves that are further off than all other rows on the rows of the search, each group once."""
    leaves = [leaf for leaf in grow(columns, errors, searched, seed=seed) if _stands_out(leaf, errors, searched)]
    found = [needed(leaf, columns, errors, searched) for leaf in leaves]
    return list({leaf.rows.tobytes(): leaf for leaf in found if leaf.allowed}.values())


def _stands_out(leaf: Leaf, errors: np.ndarray, searched: np.ndarray) -> bool:
    """Whether a leaf is further off than the rest on the rows of the search."""
    inside = np.zeros(len(errors), dtype=bool)
    inside[leaf.rows] = True
    return errors[inside & searched].mean() > errors[~inside & searched].mean()
