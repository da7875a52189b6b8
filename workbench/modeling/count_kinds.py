"""Entries for counts, amounts and quantiles, which are tried where they are asked for."""

from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import QuantileRegressor
from sklearn.preprocessing import StandardScaler

from workbench.modeling import costs
from workbench.modeling.kinds import Hyperparameter, ModelKind
from workbench.runtime.log_linear import LogLinear

QUANTILE = Hyperparameter(
    "quantile",
    "Share below",
    "Which share of outcomes should lie below the prediction: 0.5 for the middle, 0.9 for a careful upper bound.",
    "number",
    0.5,
    0.01,
    0.99,
)


def _poisson(task, values, seed, n_jobs):
    return LogLinear("poisson", values["alpha"])


def _gamma(task, values, seed, n_jobs):
    return LogLinear("gamma", values["alpha"])


def _quantile(task, values, seed, n_jobs):
    linear = QuantileRegressor(quantile=values["quantile"], alpha=values["alpha"], solver="highs")
    return TransformedTargetRegressor(linear, transformer=StandardScaler())


def _penalty(default):
    return Hyperparameter(
        "alpha",
        "Restraint",
        "Draws the weights of columns towards zero; more of it makes a simpler model.",
        "number",
        default,
        1e-6,
        1e3,
        log=True,
        search_low=1e-4,
        search_high=1.0,
    )


KINDS: tuple[ModelKind, ...] = (
    ModelKind(
        "poisson",
        "Poisson regression",
        "Multiplies a factor for every column, for counts: how many visits, faults or goals.",
        ("regression",),
        "linear",
        costs.log_linear,
        _poisson,
        (_penalty(1e-3),),
        not_by_default="It is for counts; it can be chosen by hand.",
        target_range="zero or more",
    ),
    ModelKind(
        "gamma",
        "Gamma regression",
        "Multiplies a factor for every column, for amounts above zero whose spread grows with their size.",
        ("regression",),
        "linear",
        costs.log_linear,
        _gamma,
        (_penalty(1e-3),),
        not_by_default="It is for amounts above zero, such as costs and durations; it can be chosen by hand.",
        target_range="above zero",
    ),
    ModelKind(
        "quantile",
        "Quantile regression",
        "Draws the line below which a given share of outcomes lies, in place of their mean.",
        ("regression",),
        "linear",
        costs.quantile,
        _quantile,
        (QUANTILE, _penalty(1e-3)),
        not_by_default="It predicts a bound or the middle, not the mean; it can be chosen by hand.",
    ),
)
