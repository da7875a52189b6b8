"""``pipeline.py``: the unfitted pipeline of a model as source, in plain scikit-learn wherever that has the step.

The source is made from the fitted pipeline, object by object. What people named or typed becomes a literal, written
by Python itself in ASCII, so that no name of a column can be code.
"""

import inspect
import math
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.model_selection import BaseCrossValidator, StratifiedKFold
from sklearn.pipeline import Pipeline

from workbench.errors import BundleRefused
from workbench.runtime import forests
from workbench.runtime.encoders import EmptyAsZero, Levels, TypedColumns
from workbench.runtime.estimators import RareClassFolds

WIDTH = 100
OURS = "workbench.runtime."
COLUMN_KEYS = ("name", "meaning")
NO_EFFECT = {"n_jobs", "verbose"}  # on what is learnt
PLAIN_FORESTS = {
    forests.DrawnForestClassifier: RandomForestClassifier,
    forests.DrawnForestRegressor: RandomForestRegressor,
    forests.DrawnExtraTreesClassifier: ExtraTreesClassifier,
    forests.DrawnExtraTreesRegressor: ExtraTreesRegressor,
}
# Why a class of ours stands where scikit-learn has none that does the same.
REASONS = {
    "AroundLine": "a line first, then trees for what it leaves",
    "Booster": "the library's own training function, one thread, stops by rows held back",
    "Curves": "splines that take blanks and columns of few values",
    "DateParts": "year, month, weekday … of dates",
    "EmptyAsZero": "passes blanks on, but for columns that held nothing else",
    "LogLinear": "PoissonRegressor or GammaRegressor of a target of mean 1, within what was seen",
    "LogTarget": "learns the logarithm of amounts of either sign, answers within what was seen",
    "NeighboursClassifier": "KNeighborsClassifier whose equally near rows share the last places",
    "NeighboursRegressor": "KNeighborsRegressor whose equally near rows share the last places",
    "QuantileBins": "bins with one of their own for blanks",
    "RadialClassifier": "SVC with its kernel computed at once",
    "RadialRegressor": "SVR with its kernel computed at once",
    "RareClassFolds": "stratified folds that keep rare classes in every training part",
    "SupportVectorClassifier": "probabilities from a sigmoid learnt out of fold; one machine serves",
    "TextFeatures": "TfidfVectorizer for each column, that takes blanks and texts without words",
    "TypedColumns": "gives the text of a file its types, by the rules of each column",
    "WeightedClassifier": "a weighted average of members that share what prepares their columns",
    "WeightedRegressor": "a weighted average of members that share what prepares their columns",
}


def pipeline_source(model: Pipeline, n_rows: int, class_counts: dict[Any, int] | None = None) -> str:
    """Return the source of ``pipeline.py``, whose ``build()`` gives the unfitted pipeline.

    Parameters
    ----------
    model : Pipeline
        Fitted.
    n_rows : int
        Rows it was fitted on: estimators whose settings follow their number are written with these.
    class_counts : dict, optional
        Of the classes among them.

    Raises
    ------
    BundleRefused
        A step is made of something that cannot be written down.
    """
    fewest = min(class_counts.values()) if class_counts else 0
    writer = _Writer(n_rows, fewest)
    body = writer.written(model, 4)
    imports = "\n".join(writer.imports())
    columns = writer.columns or "[]"
    return _TEMPLATE.format(imports=imports, columns=columns, body=body)


_TEMPLATE = '''"""The model of this folder as an unfitted scikit-learn pipeline, to read, to change and to fit.

    from pipeline import build
    model = build().fit(rows, target)

``rows`` is a pandas DataFrame with the columns below, typed or as text. Fitted on the training rows it gives the
answers of model.joblib, which is what the service uses. Made from the fitted model: estimators whose settings follow
the number of rows have those of the training rows, and columns are dealt out by the words they had there.
"""

{imports}

# How each column is read; keys that are not there have their usual value.
COLUMNS = {columns}


def build() -> Pipeline:
    """Return the unfitted pipeline."""
    return {body}


if __name__ == "__main__":
    print(build())
'''


class _Writer:
    """Writes objects as calls, and notes what has to be imported for them."""

    def __init__(self, n_rows: int, fewest_of_a_class: int):
        self.n_rows = n_rows
        self.fewest_of_a_class = fewest_of_a_class
        self.columns = ""
        self._names: dict[str, set[str]] = {"sklearn.pipeline": {"Pipeline"}}

    def imports(self) -> list[str]:
        """Return the lines that import everything; scikit-learn's own first, then what comes with the bundle."""
        plain = [name for name in self._names if not name.startswith(OURS)]
        lines = [f"from {module} import {', '.join(sorted(self._names[module]))}" for module in sorted(plain)]
        ours = sorted(set(self._names) - set(plain))
        if ours:
            lines += ["", "# What follows is shipped with this bundle: scikit-learn has no step that does the same."]
        for module in ours:
            for name in sorted(self._names[module]):
                lines += [f"# {_reason(module, name)}", f"from {module} import {name}"]
        return lines

    def written(self, value: Any, indent: int) -> str:
        """Return ``value`` as an expression whose further lines begin after ``indent`` blanks."""
        value = self._plain(value)
        if isinstance(value, TypedColumns):
            self._import(type(value))
            self.columns = self._typed_columns(value.columns)
            return "TypedColumns(COLUMNS)"
        if isinstance(value, Pipeline):
            return self._call("Pipeline", [("", [*value.steps])], indent)
        if isinstance(value, ColumnTransformer):
            self._import(ColumnTransformer)
            fitted = {name: step for name, step, _ in getattr(value, "transformers_", ())}
            parts = [
                (name, fitted.get(name, step), self._chosen(value, name, columns))
                for name, step, columns in value.transformers
            ]
            settings = [("sparse_threshold", value.sparse_threshold)] if value.sparse_threshold != 0.3 else []
            return self._call("ColumnTransformer", [("", [part for part in parts if part[2]]), *settings], indent)
        if isinstance(value, BaseEstimator):
            self._import(type(value))
            return self._call(type(value).__name__, _settings(type(value), _given(value)), indent)
        if isinstance(value, BaseCrossValidator | RareClassFolds):
            self._import(type(value))
            given = {name: getattr(value, name) for name in inspect.signature(type(value)).parameters}
            return self._call(type(value).__name__, _settings(type(value), given), indent)
        return self._literal(value, indent)

    def _plain(self, value: Any) -> Any:
        """Return scikit-learn's own object where it does the same as ours on the training rows."""
        if isinstance(value, EmptyAsZero) and hasattr(value, "empty_") and not value.empty_.any():
            return "passthrough"
        if isinstance(value, RareClassFolds) and self.fewest_of_a_class >= value.n_folds:
            return StratifiedKFold(value.n_folds, shuffle=True, random_state=value.random_state)
        if type(value) in PLAIN_FORESTS and self.n_rows <= forests.MANY_ROWS:
            return PLAIN_FORESTS[type(value)](**value.get_params(deep=False))
        built = getattr(value, "estimator_", None)
        if type(value).__module__ == f"{OURS}estimators" and isinstance(built, BaseEstimator):
            return clone(built) if _is_plain(built) else value
        return value

    def _chosen(self, transformer: ColumnTransformer, name: str, columns: Any) -> Any:
        """Return the names of the columns of a part; those chosen by their words, as they were on the training rows."""
        if not isinstance(columns, Levels):
            return columns
        fitted = {part[0]: part[2] for part in getattr(transformer, "transformers_", ())}
        if name not in fitted:  # within an ensemble only copies are fitted
            self._import(Levels)
            return columns
        return list(fitted[name])

    def _literal(self, value: Any, indent: int) -> str:
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int):
            return repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f'float("{value}")'
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, Levels):
            given = {"columns": value.columns, "at_least": value.at_least, "at_most": value.at_most}
            return self._call("Levels", _settings(Levels, given), indent)
        if isinstance(value, list | tuple):
            ends = "[]" if isinstance(value, list) else "()"
            return self._listed([lambda at, one=one: self.written(one, at) for one in value], ends, indent)
        if isinstance(value, dict):
            pairs = [lambda at, k=k, v=v: f"{self._literal(k, at)}: {self.written(v, at)}" for k, v in value.items()]
            return self._listed(pairs, "{}", indent)
        raise BundleRefused(
            f"pipeline.py cannot be written: a step is made of {type(value).__module__}.{type(value).__name__}.",
            "Please report this; choose another estimator meanwhile.",
        )

    def _call(self, name: str, settings: list[tuple[str, Any]], indent: int) -> str:
        def one(key, value):
            return lambda at: f"{key}={self.written(value, at)}" if key else self.written(value, at)

        return name + self._listed([one(key, value) for key, value in settings], "()", indent, call=True)

    def _listed(self, parts: list[Callable[[int], str]], ends: str, indent: int, *, call: bool = False) -> str:
        """Return parts on one line where they fit, else one a line."""
        texts = [part(indent + 4) for part in parts]
        comma = "," if ends == "()" and len(texts) == 1 and not call else ""
        line = f"{ends[0]}{', '.join(texts)}{comma}{ends[1]}"
        if "\n" not in line and len(line) + indent <= WIDTH:
            return line
        if call and len(texts) == 1:  # a list alone opens on the line of its call
            return f"({parts[0](indent)})"
        inner = "".join(f"\n{' ' * (indent + 4)}{text}," for text in texts)
        return f"{ends[0]}{inner}\n{' ' * indent}{ends[1]}"

    def _typed_columns(self, columns: list[dict]) -> str:
        """Return the rules of columns, without what is as usual."""
        short = [
            {name: value for name, value in column.items() if name in COLUMN_KEYS or value not in _USUAL.get(name, ())}
            for column in columns
        ]
        return self._literal(short, 0)

    def _import(self, kind: type) -> None:
        parts = kind.__module__.split(".")
        private = next((at for at, part in enumerate(parts) if part.startswith("_")), len(parts))
        self._names.setdefault(".".join(parts[:private]), set()).add(kind.__name__)


# What a rule of a column is where nothing else was found out; the reader takes these for what is not given.
_USUAL = {
    "decimal": (".",),
    "thousands": ("",),
    "unit": ("",),
    "scales": ([], ()),
    "date_format": ("",),
    "language": ("",),
    "missing": ([], ()),
    "spellings": ([], ()),
}


def _is_plain(estimator: Any) -> bool:
    """Whether an estimator and all that it is made of are scikit-learn's own."""
    if type(estimator).__module__.startswith(OURS):
        return False
    values = estimator.get_params(deep=False).values() if isinstance(estimator, BaseEstimator) else ()
    return not any(type(value).__module__.startswith(OURS) or not _is_plain(value) for value in values)


def _given(estimator: BaseEstimator) -> dict[str, Any]:
    """Return the settings of an estimator; what it has fitted of another one stands for that."""
    found = estimator.get_params(deep=False)
    for name, value in found.items():
        fitted = getattr(estimator, f"{name}_", None)
        if isinstance(value, BaseEstimator) and type(fitted) is type(value):
            found[name] = fitted
    return found


def _settings(kind: type, given: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the settings that differ from the usual; those without a usual one come first, by name."""
    usual = {name: parameter.default for name, parameter in inspect.signature(kind).parameters.items()}
    return [(name, given[name]) for name in usual if name in given and not _as_usual(name, given[name], usual[name])]


def _as_usual(name: str, value: Any, usual: Any) -> bool:
    if name in NO_EFFECT and usual is not inspect.Parameter.empty:
        return True
    if type(value) is not type(usual) or isinstance(value, BaseEstimator):
        return False
    return value == usual or (isinstance(value, float) and math.isnan(value) and math.isnan(usual))


def _text(value: str) -> str:
    """Return text as a literal in ASCII that begins with a double quote where that can be."""
    literal = ascii(value)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal and "\\'" not in literal else literal


def _reason(module: str, name: str) -> str:
    reason = REASONS.get(name) or (REASONS["Booster"] if module.endswith("boosters") else "")
    return textwrap.shorten(reason or "as in the model", 80)
