"""From the values of settings to an unfitted estimator: one function a kind, ``(task, values, seed, n_jobs)``."""

from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.naive_bayes import MultinomialNB
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from workbench.runtime import estimators as sized
from workbench.runtime.forests import (
    DrawnExtraTreesClassifier,
    DrawnExtraTreesRegressor,
    DrawnForestClassifier,
    DrawnForestRegressor,
)
from workbench.runtime.kernels import RadialRegressor
from workbench.runtime.neighbours import NeighboursClassifier, NeighboursRegressor


def _scaled_target(regressor):
    # Their penalties and step sizes suppose a target of about unit size; prices in the 100,000s would not be learnt.
    return TransformedTargetRegressor(regressor, transformer=StandardScaler())


def baseline(task, values, seed, n_jobs):
    return DummyRegressor(strategy="mean") if task == "regression" else DummyClassifier(strategy="prior")


def logistic(task, values, seed, n_jobs):
    return LogisticRegression(C=values["C"], max_iter=2_000)


def ridge(task, values, seed, n_jobs):
    return Ridge(alpha=values["alpha"])


def elastic_net(task, values, seed, n_jobs):
    return _scaled_target(ElasticNet(**values, max_iter=20_000, tol=1e-3))


def additive(task, values, seed, n_jobs):
    if task == "regression":
        return Ridge(alpha=values["alpha"] or 3.0)
    # Measured on six tables: probabilities that bend need about ten times the restraint of a straight sum.
    return LogisticRegression(C=1.0 / (values["alpha"] or 30.0), max_iter=2_000)


def neighbours(task, values, seed, n_jobs):
    kind = NeighboursRegressor if task == "regression" else NeighboursClassifier
    return kind(**values, n_jobs=n_jobs)


def tree(task, values, seed, n_jobs):
    kind = DecisionTreeRegressor if task == "regression" else DecisionTreeClassifier
    return kind(**values, random_state=seed)


def random_forest(task, values, seed, n_jobs):
    drawn, given = (DrawnForestClassifier, RandomForestClassifier)
    if task == "regression":
        drawn, given = (DrawnForestRegressor, RandomForestRegressor)
    kind = drawn if values["max_samples"] is None else given
    settings = _forest_settings(task, values)
    return kind(**settings, random_state=seed, n_jobs=n_jobs)


def extra_trees(task, values, seed, n_jobs):
    drawn, given = (DrawnExtraTreesClassifier, ExtraTreesClassifier)
    if task == "regression":
        drawn, given = (DrawnExtraTreesRegressor, ExtraTreesRegressor)
    kind = drawn if values["max_samples"] is None else given
    settings = _forest_settings(task, values)
    return kind(**settings, bootstrap=settings["max_samples"] is not None, random_state=seed, n_jobs=n_jobs)


def _forest_settings(task, values):
    columns = values["max_features"]
    if columns is None:
        columns = 0.5 if task == "regression" else "sqrt"
    rows = values["max_samples"]
    if rows is None:
        # Measured: between two classes trees on 40 % of the rows rank as well and cost half as much; a number, or
        # the probabilities of many classes, are worse for it.
        rows = 0.4 if task == "binary" else 1.0
    return {**values, "max_features": columns, "max_samples": None if rows == 1.0 else rows}


def boosting(task, values, seed, n_jobs):
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    # Without early stopping: the cost is known beforehand, and no row of a rare class is held back.
    # Its native categories were measured too: slower, and worse on five of seven tables than target means.
    loss = {"loss": values.pop("loss"), "quantile": values.pop("quantile")}
    if loss["loss"] != "quantile":
        loss["quantile"] = None
    return kind(**values, **(loss if task == "regression" else {}), early_stopping=False, random_state=seed)


def support_vectors(task, values, seed, n_jobs):
    if task == "regression":
        return _scaled_target(RadialRegressor(C=values["C"], cache_size=500))
    return sized.SupportVectorClassifier(C=values["C"], random_state=seed)


def naive_bayes(task, values, seed, n_jobs):
    return MultinomialNB(alpha=values["alpha"])


def network(task, values, seed, n_jobs):
    if task == "regression":
        return _scaled_target(sized.NetworkRegressor(**values, random_state=seed))
    return sized.NetworkClassifier(**values, random_state=seed)
