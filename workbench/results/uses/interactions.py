"""Pairs of columns worth a look together: what one changes depends on the other, and held-out rows confirm it.

What a pair does beyond each of its columns alone is measured by partial dependence. A model that learnt noise has such
interactions, too, so each is put to the test: it is taken out of the predictions for rows that the model had not seen.
Where these get worse by more than chance, the interaction is real; where they do not, it is not reported.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from workbench.modeling import planning, splits
from workbench.results.uses.effects import (
    ROWS,
    answers_at,
    drawn_rows,
    grid_of,
    is_scale,
    moves,
    outcome_words,
    plain_answers,
    said,
)
from workbench.results.uses.reasons import in_words
from workbench.results.wording import percent, shorten
from workbench.runtime.reasons import log_odds
from workbench.specs import ColumnSpec, ExperimentSpec
from workbench.training.bagging import fit_round
from workbench.training.scoring import quietly

COLUMNS = 6  # the most important ones; pairs grow with their square
TESTED_ROWS, BACKGROUND = 400, 16  # held-out rows at which pairs are measured, rows that are averaged over for each
CHANCE = 0.01  # of reporting any pair where there is none
SMALLEST_SHARE = 0.01  # of a pair's joint effect; a smaller interaction is not worth a look, however certain
POINTS, OTHERS = 15, 5  # values of the one and of the other column in the picture of a pair


@dataclass(frozen=True, eq=False)
class Interactions:
    """Pairs among the most important columns, the strongest interaction first.

    Parameters
    ----------
    rows : DataFrame
        ``one``, ``other``; ``share`` (Friedman's H squared: what part of the variance of their joint effect neither
        has alone, 0 to 1); ``loss`` (how much the squared error of held-out rows grows without it, as a fraction of
        that error); ``p_value`` (one-sided paired t-test of that growth over rows); ``worth`` (bool: certain enough,
        whatever the number of pairs, and large enough).
    n_rows : int
        Held-out rows at which it was measured.

    References
    ----------
    Friedman and Popescu, Predictive learning via rule ensembles, Annals of Applied Statistics 2, 2008, section 8.1.
    """

    rows: pd.DataFrame
    n_rows: int

    def frame(self) -> pd.DataFrame:
        return self.rows

    def finding(self) -> str:
        """The result in one sentence."""
        worth = self.rows[self.rows["worth"]]
        if worth.empty:
            n_pairs = len(self.rows)
            return f"No pair of columns acts together beyond chance, of {n_pairs} looked at" if n_pairs else "No pair"
        first = worth.iloc[0]
        more = f"; {len(worth) - 1} more pairs are worth a look" if len(worth) > 2 else ""
        more = "; 1 more pair is worth a look" if len(worth) == 2 else more
        return (
            f"What “{shorten(first['one'])}” changes depends on “{shorten(first['other'])}”: {percent(first['share'])} "
            f"of what both do together neither does alone{more}"
        )

    def to_json(self) -> dict:
        """Return plain JSON values; :meth:`from_json` reads them."""
        return {"n_rows": self.n_rows, "rows": self.rows.to_dict("list")}

    @classmethod
    def from_json(cls, value: dict) -> "Interactions":
        return cls(pd.DataFrame(value["rows"]), value["n_rows"])


def interactions(
    table: pd.DataFrame, spec: ExperimentSpec, key: str, columns: list[str], *, label: Any = None, models_folder=None
) -> Interactions:
    """Return which pairs of columns act together in a candidate of a run.

    Parameters
    ----------
    table : DataFrame
        The typed table.
    key : str
        Candidate of the spec; it is fitted once, on the training part of the first fold, unless that model was kept.
    columns : list of str
        The most important ones first; ``COLUMNS`` of them are looked at, texts are not.
    label : optional
        Class that is meant; default the positive one of two. Needed for several classes.
    """
    inputs, target = planning.modelling_table(table, spec)
    train, test = splits.make_folds(inputs, target, spec)[0]
    rng = np.random.default_rng(spec.seed)
    if len(test) > TESTED_ROWS:
        test = np.sort(rng.choice(test, TESTED_ROWS, replace=False))
    label = spec.positive if label is None else label
    with quietly():
        model = fit_round(inputs, target, spec, spec.candidate(key), train, 0, models_folder)
        typed = model[:1].transform(inputs.iloc[test])
        background = model[:1].transform(inputs.iloc[rng.choice(train, min(BACKGROUND, len(train)), replace=False)])
        texts = {column.name for column in spec.columns if column.meaning == "text"}
        looked_at = [name for name in columns if name not in texts][:COLUMNS]
        actual = (target[test] == label).astype(float) if spec.classes else target[test].astype(float)
        rows = measured_pairs(model[1:], typed, background, actual, looked_at, label if spec.classes else None)
    return Interactions(rows, len(test))


def measured_pairs(
    model: Any, typed: pd.DataFrame, background: pd.DataFrame, actual: np.ndarray, columns: list[str], label: Any
) -> pd.DataFrame:
    """Return ``Interactions.rows`` for all pairs of ``columns``.

    Parameters
    ----------
    model : Pipeline
        Takes typed rows.
    typed : DataFrame of shape (n_rows, n_columns)
        Rows the model had not seen.
    background : DataFrame of shape (n_background, n_columns)
        Rows that partial dependences are averaged over.
    actual : ndarray of shape (n_rows,)
        Outcomes; for classes 1 where the row is of class ``label``, else 0.
    """
    # On log odds a sum of columns has no interaction; on probabilities, which level off, it would have.
    scale = log_odds if label is not None else np.asarray
    back = (lambda odds: 1 / (1 + np.exp(-odds))) if label is not None else np.asarray
    answer = scale(plain_answers(model, typed, label))
    alone = {name: _dependence(model, typed, background, (name,), label, scale) for name in columns}
    usual = float(scale(plain_answers(model, background, label)).mean())
    error = (actual - back(answer)) ** 2
    found = []
    for one, other in combinations(columns, 2):
        joint = _dependence(model, typed, background, (one, other), label, scale)
        beyond = joint - alone[one] - alone[other] + usual
        variance = float(((joint - joint.mean()) ** 2).sum())
        growth = (actual - back(answer - beyond)) ** 2 - error
        certain = bool(np.abs(beyond).max() > 1e-9 * max(np.abs(answer).max(), 1e-300))
        found.append(
            {
                "one": one,
                "other": other,
                "share": min(float((beyond**2).sum()) / variance, 1.0) if certain and variance > 0 else 0.0,
                "loss": float(growth.mean() / error.mean()) if certain and error.mean() > 0 else 0.0,
                "p_value": _one_sided(growth) if certain else 1.0,
            }
        )
    rows = pd.DataFrame(found, columns=["one", "other", "share", "loss", "p_value"])
    rows["worth"] = (rows["p_value"] < CHANCE / max(len(rows), 1)) & (rows["share"] >= SMALLEST_SHARE)
    return rows.sort_values(["worth", "share"], ascending=False, kind="stable", ignore_index=True)


def _dependence(model, typed, background, names, label, scale) -> np.ndarray:
    """Partial dependence at the values that each row has in some columns, of shape (n_rows,)."""
    values = {name: typed[name].tolist() for name in names}
    return scale(answers_at(model, background.reset_index(drop=True), values, label)).mean(axis=1)


def _one_sided(growth: np.ndarray) -> float:
    if len(growth) < 2 or not growth.std():
        return 1.0
    return float(stats.ttest_1samp(growth, 0.0, alternative="greater").pvalue)


@dataclass(frozen=True, eq=False)
class PairEffect:
    """What one column changes, for some values of another.

    Parameters
    ----------
    one, other : ColumnSpec
    target, unit, label
        As for ``effects.Effect``.
    rows : DataFrame
        ``value`` (of the one column), ``other`` (as text), ``mean`` (partial dependence on both).
    """

    one: ColumnSpec
    other: ColumnSpec
    target: str
    unit: str
    label: Any
    rows: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        return self.rows

    def finding(self) -> str:
        """The result in one sentence."""
        table = self.rows.pivot_table(index="other", columns="value", values="mean", sort=False)
        reach = table.max(axis=1) - table.min(axis=1)
        most, least = str(reach.idxmax()), str(reach.idxmin())
        what = outcome_words(self.target, self.label)
        spread = pd.DataFrame({"low": self.rows["mean"], "high": self.rows["mean"]})
        if not moves(reach.to_numpy(), self.label, spread):
            return f"{what} changes with “{shorten(self.one.name)}” alike, whatever “{shorten(self.other.name)}” is"
        told = [said(float(reach[name]), self.label, self.unit) for name in (most, least)]
        if self.label is not None:
            told = [text.removesuffix(" %") + " points" for text in told]
        return (
            f"“{shorten(self.one.name)}” moves it most where “{shorten(self.other.name)}” is {shorten(most, 24)} "
            f"(by {told[0]}), least at {shorten(least, 24)} (by {told[1]})"
        )


def pair_effect(
    model: Any, rows: pd.DataFrame, spec: ExperimentSpec, one: str, other: str, *, label: Any = None
) -> PairEffect:
    """Return what column ``one`` changes in the answers of a fitted pipeline, for some values of ``other``.

    Parameters
    ----------
    rows : DataFrame
        Typed; averaged over as for ``effects.effect``.
    """
    specs = {column.name: column for column in spec.columns}
    if is_scale(specs[other]) and not is_scale(specs[one]):
        one, other = other, one  # values in order make lines
    typed = model[:1].transform(rows)
    ones, _ = grid_of(typed[one], specs[one], POINTS, POINTS)
    others, _ = grid_of(typed[other], specs[other], OTHERS, OTHERS)
    label = (spec.positive if label is None else label) if spec.classes else None
    drawn = drawn_rows(typed, spec.seed, ROWS // 2)
    values = {one: ones * len(others), other: [value for value in others for _ in ones]}
    mean = answers_at(model[1:], drawn, values, label).mean(axis=1)
    found = pd.DataFrame(
        {
            "value": [value if value is not None else "no value" for value in values[one]],
            "other": [in_words(value) for value in values[other]],
            "mean": mean,
        }
    )
    unit = "" if spec.classes else spec.target_column.unit
    return PairEffect(specs[one], specs[other], spec.target, unit, label, found)
