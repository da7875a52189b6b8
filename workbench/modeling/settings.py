"""Settings of the estimators on offer that a person may change, with their words for the screen."""

from workbench.modeling import count_kinds
from workbench.modeling.kinds import TARGET, Hyperparameter

FOREST_TREES = 200


def leaf(default, search_low, search_high):
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


DEPTH = Hyperparameter(
    "max_depth",
    "Depth, at most",
    "How many questions in a row a tree may ask; empty means no limit.",
    "integer",
    None,
    1,
    50,
    optional=True,
)


def forest(fewest_columns, most_columns):
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
        leaf(2, 1, 8),
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
        DEPTH,
        TARGET,
    )


NEIGHBOURS = (
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
BOOSTING = (
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
    leaf(20, 3, 60),
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
NETWORK = (
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


def penalty(default, low, high, search_low, search_high):
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


def freedom(default, search_low, search_high):
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
