"""The pipelines of a hand-written loop: blanks filled, numbers scaled, categories one-hot, scikit-learn's defaults.

With 200 trees, and a network that stops early: its default, up to 200 passes, would take longer than all others.
"""

from census_like import LEVELS, NUMBERS
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

TREES = 200
# By the names that our registry has for the same kinds.
ESTIMATORS = {
    "baseline": lambda: DummyClassifier(),
    "logistic": lambda: LogisticRegression(max_iter=1_000),
    "nearest_neighbours": lambda: KNeighborsClassifier(),
    "decision_tree": lambda: DecisionTreeClassifier(random_state=0),
    "naive_bayes": lambda: GaussianNB(),
    "mlp": lambda: MLPClassifier(early_stopping=True, random_state=0),
    "hist_gradient_boosting": lambda: HistGradientBoostingClassifier(random_state=0),
    "random_forest": lambda: RandomForestClassifier(TREES, random_state=0),
    "extra_trees": lambda: ExtraTreesClassifier(TREES, random_state=0),
}


def one_hot(kind: str) -> Pipeline:
    """Return the unfitted pipeline of one kind."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    )
    columns = ColumnTransformer([("numbers", numbers, list(NUMBERS)), ("words", words, list(LEVELS))])
    return Pipeline([("prepare", columns), ("model", ESTIMATORS[kind]())])


def build(_spec, candidate) -> Pipeline:
    """The same for ``training.Session``."""
    return one_hot(candidate.kind)
