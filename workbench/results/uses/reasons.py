"""Reasons for one prediction, in the person's own columns: a starting point, and what each column adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import NotPossible
from workbench.modeling import planning
from workbench.results.wording import listed, number, probability, shorten, told_apart
from workbench.runtime import reasons as runtime
from workbench.runtime.contract import check_rows
from workbench.runtime.scorer import Scorer
from workbench.specs import ExperimentSpec

NAMED = 2  # columns named in a sentence, for each direction
NAMED_SHARE = 0.1  # of the largest contribution; what adds less is not named
SMALLEST = 1e-12  # contribution that is more than rounding
LONGEST_VALUE = 24  # characters of a value in a sentence


@dataclass(frozen=True, eq=False)
class Background:
    """The training rows that explained rows are compared with; kept with a model, so that all give the same reasons.

    Parameters
    ----------
    rows : DataFrame
        The person's columns, typed.
    evaluations : int
        How many rows the model may be asked for one explanation (``runtime.reasons.affordable``).
    """

    rows: pd.DataFrame
    evaluations: int = runtime.EVALUATIONS

    def to_json(self) -> dict:
        """Return plain JSON values; :meth:`from_json` reads them."""
        columns = {}
        for name, values in self.rows.items():
            as_text = values.dt.strftime("%Y-%m-%dT%H:%M:%S.%f") if values.dtype.kind == "M" else values
            columns[name] = as_text.astype(object).where(values.notna(), None).tolist()
        return {"evaluations": self.evaluations, "columns": columns}

    @classmethod
    def from_json(cls, value: Mapping, columns: Any) -> "Background":
        """Return what :meth:`to_json` wrote; ``columns`` are the ``ColumnSpec`` of the model's inputs."""
        typed = {}
        for column in columns:
            cells = value["columns"][column.name]
            if column.meaning in ("number", "integer"):
                typed[column.name] = pd.Series(cells, dtype="float64")
            elif column.meaning == "date":
                typed[column.name] = pd.to_datetime(pd.Series(cells, dtype=object), format="ISO8601").astype(
                    "datetime64[us]"
                )
            else:
                typed[column.name] = pd.Series(cells, dtype="str")
        return cls(pd.DataFrame(typed), int(value["evaluations"]))


@dataclass(frozen=True, eq=False)
class Reasons:
    """What each column adds to one prediction; ``base`` and all contributions add up to ``answer``.

    Parameters
    ----------
    target, unit : str
    label : str, int, bool or None
        The explained class; None for amounts.
    base, answer : float
        Mean of the background rows and answer of the row: log odds of the class, or in the target's unit.
    rows : DataFrame
        ``column``, ``value`` (of the explained row, as text), ``contribution`` and ``error`` (its standard error; 0
        where exact), on the scale of ``answer``, the largest first.
    n_background : int
    exact : bool
    """

    target: str
    unit: str
    label: Any
    base: float
    answer: float
    rows: pd.DataFrame
    n_background: int
    exact: bool

    def frame(self) -> pd.DataFrame:
        return self.rows

    @property
    def chance(self) -> float:
        """The explained class's probability, 0 to 1."""
        return chance_of(self.answer)

    @property
    def base_chance(self) -> float:
        """The probability at the mean log odds of the background, 0 to 1."""
        return chance_of(self.base)

    def finding(self) -> str:
        """The result in one sentence."""
        if self.label is None:
            told = f"{shorten(self.target)}: {number(self.answer, unit=self.unit)}"
            start = number(self.base, unit=self.unit)
        else:
            told = f"{shorten(self.target)} = {shorten(self.label)}: {probability(self.chance)}"
            start = probability(self.base_chance)
        sides = zip(("higher", "lower"), self.causes(), strict=True)
        causes = [f"{side} because of {listed(names)}" for side, names in sides if names]
        middle = f"; {', '.join(causes)}" if causes else "; no column moves it from there"
        where = "the average of training rows" if self.label is None else "the middle of training rows"
        return f"{told}, starting from {start}, {where}{middle}"

    def causes(self, most: int = NAMED) -> tuple[list[str], list[str]]:
        """Return what makes the answer higher, and what lower: columns with their values, the largest first.

        Columns that add less than ``NAMED_SHARE`` of the largest contribution are not named.
        """
        largest = self.rows["contribution"].abs().max() if len(self.rows) else 0.0
        telling = self.rows[self.rows["contribution"].abs() >= max(NAMED_SHARE * largest, SMALLEST)]

        labels = pd.Series(told_apart(self.rows["column"].tolist()), index=self.rows.index, dtype="str")

        def named(side) -> list[str]:
            values = telling["value"][side].head(most)
            return [f"“{labels[at]}” ({shorten(value, LONGEST_VALUE)})" for at, value in values.items()]

        return named(telling["contribution"] > 0), named(telling["contribution"] < 0)


def chance_of(log_odds: float) -> float:
    """Return the probability of log odds.

    >>> chance_of(0.0)
    0.5
    """
    return float(1.0 / (1.0 + np.exp(-log_odds)))


def background_of(pipeline: Any, table: pd.DataFrame, spec: ExperimentSpec) -> Background:
    """Draw the training rows that explained rows are compared with, by the seed of the run.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Fitted on all rows; how quickly it answers decides how many orders of columns are drawn per explanation.
    table : DataFrame
        The typed table.
    """
    inputs, _ = planning.modelling_table(table, spec)
    inputs = inputs[[column.name for column in spec.columns]]
    rng = np.random.default_rng(spec.seed)
    chosen = rng.choice(len(inputs), min(len(inputs), runtime.BACKGROUND_ROWS), replace=False)
    rows = inputs.iloc[chosen].reset_index(drop=True)
    return Background(rows, runtime.affordable(pipeline, rows))


def reasons_for(
    model: Any,
    row: pd.DataFrame | Mapping,
    background: Background | pd.DataFrame,
    *,
    label: Any = None,
    target: str = "",
    unit: str = "",
    shift: float = 0.0,
) -> Reasons:
    """Return why a model answers one row as it does.

    Parameters
    ----------
    model : Scorer or sklearn.pipeline.Pipeline
        A scorer knows target and unit by itself.
    row : DataFrame of one row, or dict
        Raw or typed; a dict of JSON values, as ``Scorer.predict_rows`` takes it, with a scorer only.
    background : Background or DataFrame
        Training rows, see :func:`background_of`.
    label : optional
        The class to explain. Default: the positive one of two where the scorer says which, else the predicted one.
    shift : float
        What a person decided to add to every amount, in its unit; it is part of base and answer. A scorer knows it.

    Raises
    ------
    NotPossible
        The row is not one that the model takes; says why.
    """
    pipeline = model
    if isinstance(model, Scorer):
        facts, pipeline = model.manifest, model.model
        spec = facts.get("spec", {})
        target, unit = target or facts["target"], unit or spec.get("target_column", {}).get("unit", "")
        label = facts.get("positive") if label is None else label
        shift = model.shift if model.is_regression else 0.0
        if isinstance(row, Mapping):
            row = _checked(model, row)
    if hasattr(pipeline, "predict_proba") and label is None:
        label = pipeline.predict(row.iloc[:1])[0]
    if isinstance(background, pd.DataFrame):
        background = Background(background)
    found = runtime.explain(pipeline, row, background.rows, label=label, evaluations=background.evaluations)
    typed = pipeline[:1].transform(row.iloc[:1])
    rows = pd.DataFrame(
        {
            "column": found.columns,
            "value": pd.Series([in_words(typed[name].iloc[0]) for name in found.columns], dtype="str"),
            "contribution": found.contributions,
            "error": found.errors,
        }
    )
    order = rows["contribution"].abs().sort_values(ascending=False, kind="stable").index
    return Reasons(
        target=target,
        unit=unit,
        label=found.label,
        base=found.base + shift,
        answer=found.answer + shift,
        rows=rows.loc[order].reset_index(drop=True),
        n_background=found.n_background,
        exact=found.exact,
    )


def in_words(value: Any) -> str:
    """Write a typed value of a row as a person would.

    >>> in_words(2.0), in_words(float("nan")), in_words(pd.Timestamp("2024-05-01")), in_words("plus")
    ('2', 'no value', '2024-05-01', 'plus')
    """
    if value is None or value != value:
        return "no value"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
    if isinstance(value, int | float | np.number):
        return f"{float(value):,.10g}"
    return str(value)


def _checked(scorer: Scorer, row: Mapping) -> pd.DataFrame:
    checked = check_rows([row], scorer.fields, known=row.keys())
    if checked.errors:
        raise NotPossible(checked.errors[0]["message"], "Correct the value; the prediction needs it, too.")
    return checked.frame
