"""The estimators on offer: one entry of ``MODELS`` each, in the order shown on screen.

Defaults are chosen so that a first run is good and quick on ordinary tables; an entry says what prepared columns it
takes (``handling``, see ``modeling.pipeline``) and predicts what a fit costs. Entries build scikit-learn's own
estimators; those of ``workbench.runtime.estimators`` wrap one whose settings must follow the number of rows. Entries
of ``boosting_kinds`` are among them where their libraries are installed.
"""

from workbench.errors import NotPossible
from workbench.modeling import boosting_kinds, builders, costs, count_kinds, settings
from workbench.modeling.kinds import CLASSES, EVERY_TASK, Hyperparameter, ModelKind

__all__ = ["MODELS", "Hyperparameter", "ModelKind", "described", "model"]

MODELS: tuple[ModelKind, ...] = (
    ModelKind(
        "baseline",
        "Baseline",
        "Always gives the same answer, whatever the row; every other model has to beat it.",
        EVERY_TASK,
        "none",
        costs.baseline,
        builders.baseline,
        takes_weights=False,
    ),
    ModelKind(
        "logistic",
        "Logistic regression",
        "Adds up a weight for every column and turns the sum into a probability.",
        CLASSES,
        "linear",
        costs.logistic,
        builders.logistic,
        (settings.freedom(1.0, 0.01, 10.0),),
    ),
    ModelKind(
        "ridge",
        "Ridge regression",
        "Adds up a weight for every column, and keeps the weights small.",
        ("regression",),
        "linear",
        costs.ridge,
        builders.ridge,
        (settings.penalty(1.0, 1e-4, 1e4, 0.01, 100.0),),
    ),
    ModelKind(
        "elastic_net",
        "Elastic net",
        "Adds up a weight for every column, and drops columns that add little.",
        ("regression",),
        "linear",
        costs.elastic_net,
        builders.elastic_net,
        (
            settings.penalty(1e-3, 1e-5, 10.0, 1e-4, 0.1),
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
        builders.additive,
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
        builders.neighbours,
        settings.NEIGHBOURS,
        takes_weights=False,
    ),
    ModelKind(
        "decision_tree",
        "Decision tree",
        "Asks one question after another and ends in an answer that can be read off.",
        EVERY_TASK,
        "trees",
        costs.decision_tree,
        builders.tree,
        (settings.leaf(10, 1, 100), settings.DEPTH),
    ),
    ModelKind(
        "random_forest",
        "Random forest",
        "Averages many decision trees, each grown on a different draw of the rows.",
        EVERY_TASK,
        "trees",
        costs.random_forest,
        builders.random_forest,
        settings.forest(0.2, 0.8),
    ),
    ModelKind(
        "extra_trees",
        "Extra trees",
        "Averages many decision trees whose questions are partly left to chance.",
        EVERY_TASK,
        "trees",
        costs.extra_trees,
        builders.extra_trees,
        settings.forest(0.3, 1.0),
    ),
    ModelKind(
        "hist_gradient_boosting",
        "Gradient boosting",
        "Adds small trees one by one, each correcting the mistakes of those before.",
        EVERY_TASK,
        "trees",
        costs.hist_gradient_boosting,
        builders.boosting,
        settings.BOOSTING,
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
        builders.support_vectors,
        (settings.freedom(1.0, 0.1, 100.0),),
    ),
    ModelKind(
        "naive_bayes",
        "Naive Bayes",
        "Counts how often each value goes with each class and multiplies the odds.",
        CLASSES,
        "counts",
        costs.naive_bayes,
        builders.naive_bayes,
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
        builders.network,
        settings.NETWORK,
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
    builders.baseline,
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
