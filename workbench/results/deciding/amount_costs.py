"""What errors of predicted amounts cost where too low and too high do not cost the same, and what to add to them.

With cost ``a`` for each unit too low and ``b`` for each unit too high, the mean cost is least where the prediction
plus the shift is the quantile a / (a + b) of what can happen: the shift is that quantile of the residuals (Koenker and
Bassett, Regression quantiles, Econometrica 46, 1978, section 2).
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.results.deciding.held_out_parts import others_of, parts_of
from workbench.results.wording import number, percent
from workbench.specs import SplitSpec
from workbench.training.evaluation import Evaluation

STEPS = 120  # of the slider and the curve
CURVE = (0.02, 0.98)  # quantiles of the residuals between which a shift is tried
SETTLED = 2.0  # standard errors that a gain has to be from zero to be called one


@dataclass(frozen=True)
class Costs:
    """Cost of each unit that a prediction is too low and too high."""

    too_low: float = 1.0
    too_high: float = 1.0

    @property
    def quantile(self) -> float:
        """Which quantile of the residuals is the best shift."""
        return self.too_low / (self.too_low + self.too_high)

    def of(self, residual: np.ndarray, shift: float = 0.0) -> np.ndarray:
        """Cost per row; ``residual`` is actual minus predicted.

        >>> Costs(3.0, 1.0).of(np.array([-2.0, 2.0])).tolist()
        [2.0, 6.0]
        """
        off = residual - shift
        return np.where(off > 0, self.too_low * off, -self.too_high * off)


@dataclass(frozen=True, eq=False)
class AmountErrors:
    """Errors of a candidate on held-out rows, in the parts they were tested in.

    Parameters
    ----------
    target, unit : str
    rows : DataFrame
        ``row``, ``fold``, ``actual``, ``prediction``, ``residual`` (actual minus predicted).
    part : int ndarray of shape (n_rows,)
    split : SplitSpec
    """

    target: str
    unit: str
    rows: pd.DataFrame
    part: np.ndarray
    split: SplitSpec

    @property
    def residual(self) -> np.ndarray:
        return self.rows["residual"].to_numpy(dtype=float)

    def best_shift(self, costs: Costs) -> float:
        """Return what to add to predictions so that these rows cost least; the smallest where several do."""
        return best_shift(self.residual, costs)

    def mean_cost(self, costs: Costs, shift: float = 0.0) -> float:
        """Mean cost per row with ``shift`` added to each prediction."""
        return float(costs.of(self.residual, shift).mean())

    def curve(self, costs: Costs, also: tuple[float, ...] = ()) -> pd.DataFrame:
        """Mean cost per row over shifts: ``shift``, ``cost``; no shift, the best and ``also`` are among them."""
        residual = np.sort(self.residual)
        low, high = np.quantile(residual, CURVE)
        marked = [0.0, self.best_shift(costs), *also]
        shifts = np.unique([*np.linspace(min(low, *marked), max(high, *marked), STEPS), *marked])
        # With sums of the sorted residuals a shift is one look-up: residuals above it cost too_low, others too_high.
        sums = np.concatenate([[0.0], np.cumsum(residual)])
        below = np.searchsorted(residual, shifts, side="right")
        under = shifts * below - sums[below]
        over = (sums[-1] - sums[below]) - shifts * (len(residual) - below)
        return pd.DataFrame({"shift": shifts, "cost": (costs.too_high * under + costs.too_low * over) / len(residual)})

    def elsewhere(self, costs: Costs) -> "Gain":
        """What the best shift saves on rows that it was not chosen on: part by part, chosen on the others."""
        residual, parts = self.residual, []
        for at in np.unique(self.part):
            own, others = self.part == at, others_of(self.part, at, self.split)
            if not others.any():
                continue
            shift = best_shift(residual[others], costs)
            before, after = costs.of(residual[own]).mean(), costs.of(residual[own], shift).mean()
            parts.append((int(at), int(own.sum()), shift, float(before), float(after), float(before - after)))
        return Gain(pd.DataFrame(parts, columns=["part", "n_rows", "shift", "before", "after", "gain"]))

    def constants(self, costs: Costs) -> pd.DataFrame:
        """What answering the same for every row costs: ``name``, ``cost``; each constant is of the other parts."""
        actual = self.rows["actual"].to_numpy(dtype=float)
        ways = {
            "mean": lambda values: float(values.mean()),
            "median": lambda values: float(np.median(values)),
            "quantile": lambda values: best_shift(values, costs),
        }
        spent: dict[str, list[np.ndarray]] = {name: [] for name in ways}
        for at in np.unique(self.part):
            own, others = self.part == at, others_of(self.part, at, self.split)
            for name, constant in ways.items():
                if others.any():
                    spent[name].append(costs.of(actual[own] - constant(actual[others])))
        means = [float(np.concatenate(each).mean()) if each else math.nan for each in spent.values()]
        return pd.DataFrame({"name": list(spent), "cost": means})


@dataclass(frozen=True, eq=False)
class Gain:
    """What a shift saves per row, on parts that it was not chosen on.

    Parameters
    ----------
    parts : DataFrame
        ``part``, ``n_rows``, ``shift`` (chosen on the other parts), ``before``, ``after``, ``gain`` (mean cost per
        row).
    """

    parts: pd.DataFrame

    @property
    def mean(self) -> float:
        """Mean gain per row over all rows; NaN where there was no other part."""
        weights = self.parts["n_rows"].to_numpy(dtype=float)
        return float(np.average(self.parts["gain"], weights=weights)) if len(weights) else math.nan

    @property
    def std(self) -> float:
        """Standard deviation (``ddof=0``) of the gain over parts; NaN for a single one."""
        return float(self.parts["gain"].std(ddof=0)) if len(self.parts) > 1 else math.nan

    @property
    def settled(self) -> bool:
        """Whether the gain is more than two standard errors above zero."""
        return len(self.parts) > 1 and self.mean > SETTLED * self.std / math.sqrt(len(self.parts) - 1)


def best_shift(residual: np.ndarray, costs: Costs) -> float:
    """Return the quantile of the residuals at which the mean cost is least; an observed value, no interpolation."""
    return float(np.quantile(residual, costs.quantile, method="inverted_cdf"))


def amount_errors(evaluation: Evaluation, key: str) -> AmountErrors:
    """Return the errors of a candidate on held-out rows, as it comes: without what is added to it already.

    Raises
    ------
    NotPossible
        Classes are predicted.
    NotFound
        The candidate has no finished fold.
    """
    spec = evaluation.spec
    if spec.task != "regression":
        raise NotPossible(f"“{spec.target}” is predicted as a class, so no amount is too low or too high.")
    rows = evaluation.decided({}).out_of_fold(key)
    rows["residual"] = rows["actual"].astype(float) - rows["prediction"].astype(float)
    part = parts_of(rows["fold"].to_numpy(), spec.split)
    return AmountErrors(spec.target, spec.target_column.unit, rows, part, spec.split)


def against_intuition(errors: AmountErrors, costs: Costs) -> str:
    """Explain, as a sentence, a best shift to the side of the dearer mistake; "" where it is to the other side."""
    best = errors.best_shift(costs)
    dearer = "low" if costs.too_low > costs.too_high else "high"
    if costs.too_low == costs.too_high or not best or (best > 0) == (dearer == "low"):
        return ""
    below = float((errors.residual <= 0).mean())
    way, side = ("taken off", "more") if best < 0 else ("added", "fewer")
    return (
        f"Too {dearer} costs more, and still something is best {way}: as the model comes {percent(below)} of the "
        f"actual values are not above the prediction, which is {side} than the {percent(costs.quantile)} that these "
        "costs ask for."
    )


def cost_finding(errors: AmountErrors, costs: Costs, shift: float, unit: str = "") -> str:
    """Say what a shift does to the cost per row."""
    before, after = errors.mean_cost(costs), errors.mean_cost(costs, shift)
    if not shift:
        return f"As the model comes an error costs {number(before, unit=unit)} per row on average"
    words = "Adding" if shift > 0 else "Taking off"
    way = f"brings the cost per row from {number(before, unit=unit)} to {number(after, unit=unit)}"
    return f"{words} {number(abs(shift), unit=errors.unit)} {way}"
