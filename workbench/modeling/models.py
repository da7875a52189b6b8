"""The estimators on offer: one entry of ``MODELS`` each, in the order shown on screen.

Defaults are chosen so that a first run is good and quick on ordinary tables; an entry says what prepared columns it
takes (``handling``, see ``modeling.pipeline``) and predicts what a fit costs. Entries build scikit-learn's own
estimators; those of ``workbench.runtime.estimators`` wrap one whose settings must follow the number of rows. Entries
of ``boosting_kinds`` are among them where their libraries are installed.
One literal registry with its words for the screen, hence the length of this module.
"""

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

from workbench.errors import NotPossible
from workbench.modeling import boosting_kinds, costs, count_kinds
from workbench.modeling.kinds import CLASSES, EVERY_TASK, TARGET, Hyperparameter, ModelKind
from workbench.runtime import estimators as sized
from workbench.runtime.forests import (
    DrawnExtraTreesClassifier,
    DrawnExtraTreesRegressor,
    DrawnForestClassifier,
    DrawnForestRegressor,
)
from workbench.runtime.kernels import RadialRegressor

__all__ = ["MODELS", "Hyperparameter", "ModelKind", "described", "model"]

FOREST_TREES = 200


def _scaled_target(regressor):
    # Their penalties and step sizes suppose a target of about unit size; prices in the 100,000s would not be learnt.
    return TransformedTargetRegressor(regressor, transformer=StandardScaler())


def _baseline(task, values, seed, n_jobs):
    return DummyRegressor(strategy="mean") if task == "regression" else DummyClassifier(strategy="prior")


def _logistic(task, values, seed, n_jobs):
    return LogisticRegression(C=values["C"], max_iter=2_000)


def _ridge(task, values, seed, n_jobs):
    return Ridge(alpha=values["alpha"])


def _elastic_net(task, values, seed, n_jobs):
    return _scaled_target(ElasticNet(**values, max_iter=20_000, tol=1e-3))


def _additive(task, values, seed, n_jobs):
    if task == "regression":
        return Ridge(alpha=values["alpha"] or 3.0)
    # Measured on six tables: probabilities that bend need about ten times the restraint of a straight sum.
    return LogisticRegression(C=1.0 / (values["alpha"] or 30.0), max_iter=2_000)


def _neighbours(task, values, seed, n_jobs):
    kind = sized.NeighboursRegressor if task == "regression" else sized.NeighboursClassifier
    return kind(**values, n_jobs=n_jobs)


def _tree(task, values, seed, n_jobs):
    kind = DecisionTreeRegressor if task == "regression" else DecisionTreeClassifier
    return kind(**values, random_state=seed)


def _random_forest(task, values, seed, n_jobs):
    drawn, given = (DrawnForestClassifier, RandomForestClassifier)
    if task == "regression":
        drawn, given = (DrawnForestRegressor, RandomForestRegressor)
    kind = drawn if values["max_samples"] is None else given
    settings = _forest_settings(task, values)
    return kind(**settings, random_state=seed, n_jobs=n_jobs)


def _extra_trees(task, values, seed, n_jobs):
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


def _boosting(task, values, seed, n_jobs):
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    # Without early stopping: the cost is known beforehand, and no row of a rare class is held back.
    # Its native categories were measured too: slower, and worse on five of seven tables than target means.
    loss = {"loss": values.pop("loss"), "quantile": values.pop("quantile")}
    if loss["loss"] != "quantile":
        loss["quantile"] = None
    return kind(**values, **(loss if task == "regression" else {}), early_stopping=False, random_state=seed)


def _support_vectors(task, values, seed, n_jobs):
    if task == "regression":
        return _scaled_target(RadialRegressor(C=values["C"], cache_size=500))
    return sized.SupportVectorClassifier(C=values["C"], random_state=seed)


def _naive_bayes(task, values, seed, n_jobs):
    return MultinomialNB(alpha=values["alpha"])


def _network(task, values, seed, n_jobs):
    if task == "regression":
        return _scaled_target(sized.NetworkRegressor(**values, random_state=seed))
    return sized.NetworkClassifier(**values, random_state=seed)


def _leaf(default, search_low, search_high):
    return Hyperparameter(
        "min_samples_leaf",
        "Rows per leaf, at least",
        "Larger leaves make a smoother, smaller and quicker model.",
        "integer",
        default,
        1,
        500,
        log=True,
        search_low=search_low,
        search_high=search_high,
    )


_DEPTH = Hyperparameter(
    "max_depth",
    "Depth, at most",
    "How many questions in a row a tree may ask; empty means no limit.",
    "integer",
    None,
    1,
    50,
    optional=True,
)


def _forest(fewest_columns, most_columns):
    return (
        Hyperparameter(
            "n_estimators",
            "Trees",
            "More trees make steadier predictions and take longer.",
            "integer",
            FOREST_TREES,
            10,
            2_000,
            log=True,
        ),
        _leaf(2, 1, 8),
        Hyperparameter(
            "max_features",
            "Share of columns per question",
            "How many of the columns a tree looks at for each question; empty means the usual choice for the task.",
            "number",
            None,
            0.05,
            1.0,
            optional=True,
            search_low=fewest_columns,
            search_high=most_columns,
        ),
        Hyperparameter(
            "max_samples",
            "Share of rows per tree",
            "How many of the rows each tree learns from; empty: 40 % for yes/no, else all; fewer beyond 16,000 rows.",
            "number",
            None,
            0.05,
            1.0,
            optional=True,
        ),
        _DEPTH,
        TARGET,
    )


_NEIGHBOURS = (
    Hyperparameter(
        "n_neighbors",
        "Neighbours",
        "How many of the most similar rows are asked.",
        "integer",
        15,
        1,
        200,
        log=True,
        search_low=3,
        search_high=60,
    ),
    Hyperparameter(
        "weights",
        "Say of the neighbours",
        "'uniform': each neighbour counts the same; 'distance': nearer ones count more.",
        "choice",
        "uniform",
        choices=("uniform", "distance"),
    ),
)
_BOOSTING = (
    Hyperparameter(
        "max_iter",
        "Trees",
        "How many small trees are added, each correcting those before.",
        "integer",
        100,
        10,
        2_000,
        log=True,
    ),
    Hyperparameter(
        "learning_rate",
        "Learning rate",
        "How much each tree may correct; a smaller rate needs more trees.",
        "number",
        0.1,
        0.005,
        1.0,
        log=True,
        search_low=0.02,
        search_high=0.15,
    ),
    Hyperparameter(
        "max_leaf_nodes",
        "Leaves per tree",
        "How detailed each tree may be.",
        "integer",
        31,
        2,
        256,
        log=True,
        search_low=6,
        search_high=96,
    ),
    _leaf(20, 3, 60),
    Hyperparameter(
        "l2_regularization",
        "Restraint",
        "Holds back corrections that rest on few rows.",
        "number",
        0.0,
        0.0,
        100.0,
        log=True,
        search_low=1e-3,
        search_high=10.0,
    ),
    Hyperparameter(
        "max_features",
        "Share of columns per question",
        "How many of the columns, drawn at random, each question may be about.",
        "number",
        1.0,
        0.05,
        1.0,
    ),
    Hyperparameter(
        "loss",
        "What errors cost",
        "For numbers: their square (the mean), their size (the middle), for counts, for amounts, or a quantile.",
        "choice",
        "squared_error",
        choices=("squared_error", "absolute_error", "poisson", "gamma", "quantile"),
    ),
    count_kinds.QUANTILE,
    TARGET,
)
_NETWORK = (
    Hyperparameter(
        "hidden_units",
        "Units",
        "Size of the hidden layer; more can learn finer patterns and take longer.",
        "integer",
        64,
        2,
        1_000,
        log=True,
        search_low=24,
        search_high=192,
    ),
    Hyperparameter(
        "alpha",
        "Restraint",
        "Keeps weights small, against learning by heart.",
        "number",
        1e-3,
        1e-6,
        10.0,
        log=True,
        search_low=1e-4,
        search_high=1.0,
    ),
    Hyperparameter(
        "learning_rate",
        "Learning rate",
        "Size of the first steps while learning.",
        "number",
        2e-3,
        1e-5,
        0.1,
        log=True,
        search_low=5e-4,
        search_high=5e-3,
    ),
    Hyperparameter(
        "max_passes",
        "Passes, at most",
        "How often the rows are gone through; from 2,000 rows on it stops by itself when it no longer improves.",
        "integer",
        100,
        5,
        1_000,
        log=True,
    ),
)


def _penalty(default, low, high, search_low, search_high):
    return Hyperparameter(
        "alpha",
        "Restraint",
        "Draws the weights of columns towards zero; more of it makes a simpler model.",
        "number",
        default,
        low,
        high,
        log=True,
        search_low=search_low,
        search_high=search_high,
    )


def _freedom(default, search_low, search_high):
    return Hyperparameter(
        "C",
        "Freedom",
        "How closely the model may follow single rows; less of it makes a simpler model.",
        "number",
        default,
        1e-4,
        1e4,
        log=True,
        search_low=search_low,
        search_high=search_high,
    )


MODELS: tuple[ModelKind, ...] = (
    ModelKind(
        "baseline",
        "Baseline",
        "Always gives the same answer, whatever the row; every other model has to beat it.",
        EVERY_TASK,
        "none",
        costs.baseline,
        _baseline,
        takes_weights=False,
    ),
    ModelKind(
        "logistic",
        "Logistic regression",
        "Adds up a weight for every column and turns the sum into a probability.",
        CLASSES,
        "linear",
        costs.logistic,
        _logistic,
        (_freedom(1.0, 0.01, 10.0),),
    ),
    ModelKind(
        "ridge",
        "Ridge regression",
        "Adds up a weight for every column, and keeps the weights small.",
        ("regression",),
        "linear",
        costs.ridge,
        _ridge,
        (_penalty(1.0, 1e-4, 1e4, 0.01, 100.0),),
    ),
    ModelKind(
        "elastic_net",
        "Elastic net",
        "Adds up a weight for every column, and drops columns that add little.",
        ("regression",),
        "linear",
        costs.elastic_net,
        _elastic_net,
        (
            _penalty(1e-3, 1e-5, 10.0, 1e-4, 0.1),
            Hyperparameter(
                "l1_ratio",
                "Readiness to drop columns",
                "From 0, which keeps every column, to 1, which drops the most.",
                "number",
                0.5,
                0.0,
                1.0,
                search_low=0.05,
                search_high=1.0,
            ),
        ),
    ),
    ModelKind(
        "additive",
        "Additive model",
        "Draws a smooth curve for every number and adds up what the curves say.",
        EVERY_TASK,
        "curves",
        costs.additive,
        _additive,
        (
            Hyperparameter(
                "alpha",
                "Restraint",
                "Holds the curves back; more of it makes them flatter. Empty means 30 for classes and 3 for numbers.",
                "number",
                None,
                1e-3,
                1e4,
                log=True,
                optional=True,
                search_low=0.1,
                search_high=300.0,
            ),
        ),
        not_by_default="It draws curves where others draw lines; it can be chosen by hand.",
    ),
    *count_kinds.KINDS,
    ModelKind(
        "nearest_neighbours",
        "Nearest neighbours",
        "Looks up the most similar known rows and answers as they did.",
        EVERY_TASK,
        "distance",
        costs.nearest_neighbours,
        _neighbours,
        _NEIGHBOURS,
        takes_weights=False,
    ),
    ModelKind(
        "decision_tree",
        "Decision tree",
        "Asks one question after another and ends in an answer that can be read off.",
        EVERY_TASK,
        "trees",
        costs.decision_tree,
        _tree,
        (_leaf(10, 1, 100), _DEPTH),
    ),
    ModelKind(
        "random_forest",
        "Random forest",
        "Averages many decision trees, each grown on a different draw of the rows.",
        EVERY_TASK,
        "trees",
        costs.random_forest,
        _random_forest,
        _forest(0.2, 0.8),
    ),
    ModelKind(
        "extra_trees",
        "Extra trees",
        "Averages many decision trees whose questions are partly left to chance.",
        EVERY_TASK,
        "trees",
        costs.extra_trees,
        _extra_trees,
        _forest(0.3, 1.0),
    ),
    ModelKind(
        "hist_gradient_boosting",
        "Gradient boosting",
        "Adds small trees one by one, each correcting the mistakes of those before.",
        EVERY_TASK,
        "trees",
        costs.hist_gradient_boosting,
        _boosting,
        _BOOSTING,
        takes_monotone=True,
    ),
    *boosting_kinds.installed(),
    ModelKind(
        "support_vector_machine",
        "Support vector machine",
        "Draws a smooth border that keeps as much distance from the rows as it can.",
        EVERY_TASK,
        "distance",
        costs.support_vector_machine,
        _support_vectors,
        (_freedom(1.0, 0.1, 100.0),),
    ),
    ModelKind(
        "naive_bayes",
        "Naive Bayes",
        "Counts how often each value goes with each class and multiplies the odds.",
        CLASSES,
        "counts",
        costs.naive_bayes,
        _naive_bayes,
        (
            Hyperparameter(
                "alpha",
                "Smoothing",
                "Counts that are added everywhere, so that a value never seen with a class does not rule it out.",
                "number",
                1.0,
                1e-3,
                100.0,
                log=True,
                search_low=0.01,
                search_high=10.0,
            ),
        ),
    ),
    ModelKind(
        "mlp",
        "Neural network",
        "Learns combinations of columns in a hidden layer and adds them up.",
        EVERY_TASK,
        "distance",
        costs.mlp,
        _network,
        _NETWORK,
    ),
)


# Not on offer: an autopilot forms it of other candidates (``modeling.averages`` builds it).
ENSEMBLE = ModelKind(
    "ensemble",
    "Ensemble",
    "A weighted average of several estimators that err differently.",
    EVERY_TASK,
    "none",
    costs.ensemble,
    _baseline,
)


def model(name: str) -> ModelKind:
    """Return the entry called ``name``; NotPossible, which says what to do, where there is none."""
    for kind in (*MODELS, ENSEMBLE):
        if kind.name == name:
            return kind
    boosting_kinds.check_installed(name)
    known = ", ".join(kind.name for kind in MODELS)
    raise NotPossible(f"There is no model called '{name}'.", f"Known are: {known}.")


def described(name: str) -> ModelKind:
    """Return the entry called ``name`` for its words: of a run made elsewhere, also where its library is absent."""
    return next((kind for kind in boosting_kinds.BOOSTERS if kind.name == name), None) or model(name)
