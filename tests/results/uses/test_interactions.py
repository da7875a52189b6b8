"""Interactions: H by hand, real ones found, noise not reported, and the picture of a pair."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from tests.results.mixed_rows import fitted, mixed_spec, mixed_table
from workbench.results.uses.interactions import Interactions, interactions, measured_pairs, pair_effect
from workbench.training.scoring import quietly


class Product:
    """y = a·b + c, and probability of class 1 from the same."""

    def predict(self, X):
        return (X["a"] * X["b"] + X["c"]).to_numpy()


def numbers(n_rows, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(n_rows, 4)), columns=list("abcd"))


def test_h_is_the_share_that_neither_column_has_alone():
    rows, background = numbers(200), numbers(30, seed=1)
    actual = Product().predict(rows) + np.random.default_rng(2).normal(0, 0.1, 200)
    found = measured_pairs(Product(), rows, background, actual, ["a", "b", "c"], None).set_index(["one", "other"])
    a, b, centre = rows["a"], rows["b"], background[["a", "b"]].mean()
    joint = a * b  # and the mean of c, which does not vary
    # By hand: F_ab - F_a - F_b + F = ab - a·mean(b) - b·mean(a) + mean(ab).
    beyond = joint - a * centre["b"] - b * centre["a"] + (background["a"] * background["b"]).mean()
    share = (beyond**2).sum() / ((joint - joint.mean()) ** 2).sum()
    assert found.loc[("a", "b"), "share"] == pytest.approx(min(share, 1.0), abs=1e-9)
    assert found.loc[("a", "b"), "worth"]
    assert found.loc[("a", "c"), ["share", "loss", "p_value"]].tolist() == [0.0, 0.0, 1.0]
    assert found["worth"].sum() == 1


def test_noise_that_a_forest_learnt_is_not_reported():
    """A sum of columns and much noise, learnt by heart: the forest's interactions do not help unseen rows."""
    reported = 0
    for seed in range(8):
        rows, rng = numbers(300, seed), np.random.default_rng(seed + 100)
        actual = (rows["a"] + rows["b"] + rng.normal(0, 1.0, 300)).to_numpy()
        forest = RandomForestRegressor(30, random_state=seed).fit(rows[:200], actual[:200])
        found = measured_pairs(forest, rows[200:], rows[:16], actual[200:], list("abcd"), None)
        assert found["share"].max() > 0  # it has some
        reported += int(found["worth"].sum())
    assert reported == 0


def test_a_sum_of_columns_has_no_interaction_on_log_odds():
    rows = numbers(200)
    actual = (rows["a"] + rows["b"] + np.random.default_rng(1).normal(0, 1, 200) > 0).astype(int).to_numpy()
    model = Pipeline([("same", FunctionTransformer()), ("model", LogisticRegression())]).fit(rows, actual)
    found = measured_pairs(model, rows, rows[:10], actual.astype(float), list("abc"), 1)
    assert found["share"].tolist() == pytest.approx([0.0] * 3, abs=1e-9)
    assert not found["worth"].any()


def test_interactions_of_a_run_are_those_of_the_most_important_columns():
    """In the table the rooms count in the north only."""
    table = mixed_table("regression", n_rows=400)
    spec = mixed_spec("regression", "hist_gradient_boosting")
    names = ["size [m²]", "remark", "district", "rooms", "lift"]
    found = interactions(table, spec, "hist_gradient_boosting", names)
    worth = found.rows[found.rows["worth"]]
    assert set(worth.iloc[0][["one", "other"]]) == {"district", "rooms"}
    assert len(found.rows) == 6  # pairs of four: there is no pair with a text
    assert "depends on" in found.finding()
    pd.testing.assert_frame_equal(Interactions.from_json(found.to_json()).rows, found.rows)


def test_nothing_found_is_said():
    rows = pd.DataFrame({"one": ["a"], "other": ["b"], "share": 0.1, "loss": 0.0, "p_value": 0.4, "worth": False})
    assert Interactions(rows, 10).finding() == "No pair of columns acts together beyond chance, of 1 looked at"


def test_the_picture_of_a_pair_equals_sklearn():
    spec = mixed_spec("regression", "decision_tree")
    model, inputs, _ = fitted(spec, mixed_table("regression"))
    typed = model[:1].transform(inputs)
    with quietly():
        found = pair_effect(model, inputs, spec, "district", "rooms")
        assert (found.one.name, found.other.name) == ("rooms", "district")  # what has an order goes along the bottom
        levels = list(dict.fromkeys(found.rows["other"]))
        expected = partial_dependence(
            model[1:],
            typed,
            ["rooms", "district"],
            custom_values={
                "rooms": np.array([1.0, 2, 3, 4, 5]),
                "district": np.array([np.nan if level == "no value" else level for level in levels], dtype=object),
            },
            method="brute",
        )["average"][0]
    table = found.rows.pivot_table(index="value", columns="other", values="mean")[levels]
    assert table.to_numpy() == pytest.approx(expected, abs=1e-9)
    assert found.finding().startswith("“rooms” moves it most where “district” is north (by ")
