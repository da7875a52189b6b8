"""Whether groups of a column are treated alike: rates of classes, or errors of amounts, group by group."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.failures import chance
from workbench.results.failures.bands import cut
from workbench.results.failures.fairness_rates import RateKind, rates_for
from workbench.results.failures.segment_search import clusters_of
from workbench.results.failures.slices import FEW_ROWS
from workbench.results.wording import number, percent, shorten
from workbench.specs import ColumnSpec, ExperimentSpec, Label
from workbench.training.evaluation import Evaluation

MOST_RANGES, MOST_LEVELS = 4, 12


@dataclass(frozen=True, eq=False)
class Fairness:
    """Rates of every group of a column.

    Parameters
    ----------
    column, target, unit : str
    label : label, optional
        The class in question; None for amounts.
    rows : DataFrame
        One row per ``rate`` and ``group``: ``n_rows`` that count, ``value``, ``low``, ``high`` (95 %), ``others`` (all
        other rows), ``difference``, ``difference_low``, ``difference_high``, ``ratio``, ``ratio_low``, ``ratio_high``
        (of value to others; shares only), ``p_value`` (of no difference, corrected for all that were compared; NaN
        where rows are few) and ``few``.
    labels, places : int64 ndarray of shape (n_rows,)
        Index label of each row, and the position of its group in ``groups``.
    groups : tuple of str
    """

    column: str
    target: str
    unit: str
    label: Label | None
    rows: pd.DataFrame
    labels: np.ndarray
    places: np.ndarray
    groups: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        return self.rows

    def of(self, rate: str) -> pd.DataFrame:
        """The rows of one rate."""
        return self.rows[self.rows["rate"] == rate].drop(columns="rate").reset_index(drop=True)

    def labels_of(self, group: str) -> np.ndarray:
        """Index labels of the rows of a group; empty where there is none of that name."""
        places = [place for place, name in enumerate(self.groups) if name == group]
        return self.labels[np.isin(self.places, places)]

    def say(self, rate: RateKind, value: float) -> str:
        """Write a value of a rate with its unit."""
        if rate.share:
            return percent(value) if math.isfinite(value) else "not defined"
        return number(value, unit=self.unit)

    def definition(self, rate: RateKind) -> str:
        """What a rate is, in a sentence."""
        label = "" if self.label is None else shorten(self.label, 24)
        told = rate.sentence.replace("{label}", label).replace("{target}", shorten(self.target))
        return told + (f" {rate.criterion}" if rate.criterion else "")

    def gaps(self, rate: RateKind) -> pd.DataFrame:
        """The groups that differ from all others by more than chance, the widest gap first."""
        rows = self.of(rate.name)
        rows = rows[rows["p_value"] <= chance.ALPHA]
        return rows.loc[rows["difference"].abs().sort_values(ascending=False).index]

    def finding(self, rate: RateKind) -> str:
        """What one rate says, in a sentence."""
        rows, name = self.of(rate.name), f"“{shorten(self.column)}”"
        if not rate.judged:
            few, many = (rows.loc[at] for at in (rows["value"].idxmin(), rows["value"].idxmax()))
            told = [f"{self.say(rate, one['value'])} (“{shorten(one['group'], 30)}”)" for one in (few, many)]
            return f"The {rate.label} lies between {told[0]} and {told[1]}"
        if not rows["p_value"].notna().any():
            return f"Groups of {name} have too few rows to compare their {rate.label}"
        gaps = self.gaps(rate)
        if gaps.empty:
            return f"No group of {name} differs in its {rate.label} beyond chance"
        widest = gaps.iloc[0]
        beside = f"{self.say(rate, widest['value'])}, all others {self.say(rate, widest['others'])}"
        return f"The {rate.label} differs by {name} beyond chance: “{shorten(widest['group'], 30)}” {beside}"


def fairness(
    evaluation: Evaluation, key: str, table: pd.DataFrame, column: ColumnSpec, label: Label | None = None
) -> Fairness:
    """Compare the groups of a column by the out-of-fold predictions of ``key``.

    Parameters
    ----------
    evaluation : Evaluation
        With classes as they are decided.
    key : str
    table : DataFrame
        The person's typed table; rows that it lacks are left out.
    column : ColumnSpec
        Whose levels, ranges or periods are the groups.
    label : label, optional
        The class that counts as selected; by default the positive one, or the first.

    Raises
    ------
    NotPossible
        ``label`` is none of the classes.

    Notes
    -----
    Shares have Wilson's interval, their differences Newcombe's, their ratios that of Donner and Zou, and are
    compared by the score test; rows that belong together count as so many fewer (``chance.design_effect``). Means of
    amounts have bootstrap intervals and Welch's test. p-values are corrected by Holm's method for all groups and rates
    together.
    """
    spec = evaluation.spec
    label = _label(spec, label)
    rows = evaluation.out_of_fold(key)
    rows = rows[rows["row"].isin(table.index)].reset_index(drop=True)
    names = dict.fromkeys([column.name, spec.split.column if spec.split.column in table else column.name])
    values = table[list(names)].reindex(rows["row"])
    bands = cut(values[column.name], column, MOST_RANGES, MOST_LEVELS)
    words = [*(bands.labels if bands else ()), "blank"]
    codes = bands.codes if bands else np.zeros(len(rows), dtype=int)
    there, places = np.unique(codes, return_inverse=True)
    groups = tuple(words[code] for code in there)
    found = []
    for rate in rates_for(spec.task):
        averaged, counts = rate.values(*_sides(spec, rows, label))
        averaged = averaged.astype(float)
        clusters = clusters_of(spec, values)
        for place, group in enumerate(groups):
            parts = [np.flatnonzero(counts & side) for side in (places == place, places != place)]
            of_parts = None if clusters is None else tuple(clusters[part] for part in parts)
            compared = _shares if rate.share else _means
            told = compared(*(averaged[part] for part in parts), of_parts, spec.seed)
            few = min(len(part) for part in parts) < FEW_ROWS
            p_value = math.nan if few or not rate.judged else told.pop("p_value")
            told = {"rate": rate.name, "group": group, "n_rows": len(parts[0]), **told}
            found.append({**told, "p_value": p_value, "few": len(parts[0]) < FEW_ROWS})
    frame = pd.DataFrame(found)
    frame["p_value"] = _corrected(frame, len(groups))
    unit = spec.target_column.unit
    return Fairness(column.name, spec.target, unit, label, frame, rows["row"].to_numpy(), places, groups)


def _label(spec: ExperimentSpec, label: Label | None) -> Label | None:
    if spec.task == "regression":
        return None
    label = label if label is not None else spec.positive if spec.positive is not None else spec.classes[0]
    if label not in spec.classes:
        raise NotPossible(f"“{label}” is none of the classes.", "Choose one that the run predicts.")
    return label


def _sides(spec, rows, label) -> tuple[np.ndarray, np.ndarray]:
    if spec.task == "regression":
        return (rows["prediction"] - rows["actual"]).to_numpy(dtype=float), rows["actual"].to_numpy()
    return (rows["prediction"] == label).to_numpy(), (rows["actual"] == label).to_numpy()


def _shares(inside: np.ndarray, outside: np.ndarray, clusters, seed: int) -> dict:
    of_sides = (None, None) if clusters is None else clusters
    sides = []
    for values, groups in zip((inside, outside), of_sides, strict=True):
        effect = chance.design_effect(values, groups)
        sides.append((float(values.sum()) / effect, len(values) / effect))
    value, others = (float(side.mean()) if len(side) else math.nan for side in (inside, outside))
    low, high = chance.share_interval(*sides[0])
    told = {"value": value, "low": low, "high": high, "others": others, "difference": value - others}
    if not (len(inside) and len(outside)):
        empty = ("difference_low", "difference_high", "ratio", "ratio_low", "ratio_high", "p_value")
        return {**told, **dict.fromkeys(empty, math.nan)}
    ends, ratio_ends = chance.share_difference(*sides), chance.share_ratio(*sides)
    ratio = value / others if others else math.nan
    told |= {"difference_low": ends[0], "difference_high": ends[1]}
    told |= {"ratio": ratio, "ratio_low": ratio_ends[0], "ratio_high": ratio_ends[1]}
    return {**told, "p_value": chance.p_shares(*sides)}


def _means(inside: np.ndarray, outside: np.ndarray, clusters, seed: int) -> dict:
    value, others = (float(side.mean()) if len(side) else math.nan for side in (inside, outside))
    low, high = chance.mean_interval(inside, None if clusters is None else clusters[0], seed=seed)
    ends = chance.mean_difference(inside, outside, clusters)
    told = {"value": value, "low": low, "high": high, "others": others, "difference": value - others}
    told |= {"difference_low": ends[0], "difference_high": ends[1]}
    told |= dict.fromkeys(("ratio", "ratio_low", "ratio_high"), math.nan)
    return {**told, "p_value": chance.p_difference(inside, outside, clusters, greater=False)}


def _corrected(frame: pd.DataFrame, n_groups: int) -> np.ndarray:
    """Return p-values corrected for all comparisons; of two groups each is the rest of the other, which is one."""
    p_values = frame["p_value"].to_numpy(dtype=float).copy()
    if n_groups == 2:
        first = p_values[0::2]
        known = np.isfinite(first)
        first[known] = chance.holm(first[known])
        p_values[0::2] = p_values[1::2] = first
        return p_values
    known = np.isfinite(p_values)
    p_values[known] = chance.holm(p_values[known])
    return p_values
