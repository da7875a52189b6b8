"""Partial dependence against scikit-learn, its grids and its words."""

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import partial_dependence

from tests.results.mixed_rows import fitted, mixed_spec, mixed_table
from workbench.errors import NotPossible
from workbench.results.uses.effects import LEVELS, POINTS, effect, grid_of
from workbench.specs import ColumnSpec
from workbench.training.scoring import quietly


@pytest.fixture(scope="module")
def tree():
    spec = mixed_spec("binary", "decision_tree")
    return (spec, *fitted(spec, mixed_table("binary"))[:2])


@pytest.fixture(scope="module")
def line():
    spec = mixed_spec("regression", "ridge")
    return (spec, *fitted(spec, mixed_table("regression"))[:2])


@pytest.mark.parametrize("made", ["tree", "line"])
@pytest.mark.parametrize("column", ["size [m²]", "rooms", "district", "built"])
def test_partial_dependence_equals_sklearn(made, column, request):
    spec, model, inputs = request.getfixturevalue(made)
    typed = model[:1].transform(inputs)
    with quietly():
        found = effect(model, inputs, spec, column)
        values = [np.nan if value == "no value" else value for value in found.rows["value"]]
        expected = partial_dependence(
            model[1:],
            typed,
            [column],
            custom_values={column: np.array(values, dtype=typed[column].dtype)},
            kind="both",
            method="brute",
            response_method="predict_proba" if spec.classes else "auto",
        )
    assert found.rows["mean"].to_numpy() == pytest.approx(expected["average"][0], abs=1e-9)
    assert found.lines == pytest.approx(expected["individual"][0][: len(found.lines)], abs=1e-9)
    assert found.centred() == pytest.approx(found.lines - found.lines[:, [0]])
    assert found.n_rows == len(inputs)


def test_a_line_rises_by_its_weight(line):
    spec, model, inputs = line
    with quietly():
        found = effect(model, inputs, spec, "rooms").rows
    scale, weight = model["prepare"].named_transformers_["numbers"]["scale"].scale_[1], model["model"].coef_[1]
    assert found["value"].tolist() == [1, 2, 3, 4, 5]
    assert np.diff(found["mean"]) == pytest.approx([weight / scale] * 4)


def test_several_classes_have_an_effect_each():
    spec = mixed_spec("multiclass", "decision_tree")
    model, inputs, _ = fitted(spec, mixed_table("multiclass"))
    with quietly():
        found = [effect(model, inputs, spec, "rooms", label=label).rows["mean"] for label in spec.classes]
    assert sum(found).tolist() == pytest.approx([1.0] * 5)


def test_the_values_gone_through_occur_and_are_the_most_frequent():
    numbers = pd.Series(np.r_[np.arange(1000.0), 1e9, np.nan])
    grid, left_out = grid_of(numbers, ColumnSpec(name="x", meaning="number"))
    assert len(grid) == POINTS and set(grid) <= set(numbers) and 1e9 not in grid and left_out == 0
    levels = pd.Series([f"level {at:02d}" for at in range(30) for _ in range(30 - at)] + [None] * 40)
    grid, left_out = grid_of(levels, ColumnSpec(name="x", meaning="category"))
    assert grid[:3] == [None, "level 00", "level 01"]
    assert (len(grid), left_out) == (LEVELS, 31 - LEVELS)


def test_the_distribution_counts_the_rows(tree):
    spec, model, inputs = tree
    with quietly():
        rooms, district, built = (effect(model, inputs, spec, name) for name in ("rooms", "district", "built"))
    assert rooms.spread["count"].sum() == len(inputs)
    assert (
        dict(zip(district.spread["value"], district.spread["count"], strict=True))["north"]
        == (inputs["district"] == "north").sum()
    )
    assert built.spread["low"].min() == built.rows["value"].min()


def test_an_effect_is_said_in_words(line, tree):
    with quietly():
        rises = effect(*line[1:], line[0], "district")
        same = effect(*line[1:], line[0], "the same everywhere")
        chance = effect(*tree[1:], tree[0], "size [m²]")
    assert rises.finding().startswith("“y” is highest where “district” is north (")
    assert same.finding() == "“y” hardly changes with “the same everywhere”"
    assert chance.finding().startswith("The probability of y = yes is highest where “size [m²]” is ")


def test_text_has_no_effect_to_go_through(tree):
    with pytest.raises(NotPossible, match="Free text"):
        effect(*tree[1:], tree[0], "remark")
