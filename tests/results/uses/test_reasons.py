"""Reasons for one prediction: the whole registry adds up, what is not used has zero, and Shapley by brute force."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.results.mixed_rows import INPUTS, ensemble, fitted, mixed_spec, mixed_table
from workbench.errors import NotPossible
from workbench.export.description import describe
from workbench.modeling.models import MODELS
from workbench.results.uses.reasons import Background, Reasons, background_of, reasons_for
from workbench.runtime import reasons as runtime
from workbench.runtime.scorer import Scorer
from workbench.specs import CandidateSpec, ColumnSpec, MemberSpec
from workbench.training.scoring import quietly

NEVER = ColumnSpec(name="never known", meaning="date")  # without a date to learn from, every kind makes zeros of it
QUICKER = {
    "random_forest": {"n_estimators": 10},
    "extra_trees": {"n_estimators": 10},
    "hist_gradient_boosting": {"max_iter": 20},
    "lightgbm": {"n_estimators": 20},
    "xgboost": {"n_estimators": 20},
    "catboost": {"n_estimators": 20},
}
CALIBRATED = CandidateSpec(
    kind="ensemble",
    hyperparameters={"a": 1.2, "b": 0.8, "c": 0.1},
    members=(MemberSpec(kind="nearest_neighbours", weight=1.0),),
)


def candidates():
    for kind in MODELS:
        for task in kind.tasks:
            yield pytest.param(task, CandidateSpec(kind=kind.name, hyperparameters=QUICKER.get(kind.name, {})))
    for task in ("binary", "multiclass", "regression"):
        yield pytest.param(task, ensemble(task), id=f"{task}-average")
    yield pytest.param("binary", CALIBRATED, id="binary-calibrated")


def single_answers(model, rows, label):
    """One row at a time, as the form asks; log odds by hand."""
    if label is None:
        return np.array([model.predict(rows.iloc[[at]])[0] for at in range(len(rows))])
    place = list(model.classes_).index(label)
    chances = np.array([model.predict_proba(rows.iloc[[at]])[0, place] for at in range(len(rows))])
    chances = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.log(chances / (1 - chances))


@pytest.mark.parametrize("task, candidate", list(candidates()))
def test_reasons_of_every_kind_add_up_and_what_is_not_used_has_zero(task, candidate):
    table = mixed_table(task, n_rows=90).assign(**{"never known": pd.Series([pd.NaT] * 90, dtype="datetime64[us]")})
    spec = mixed_spec(task, candidate, columns=(*INPUTS, NEVER))
    model, inputs, _ = fitted(spec, table)
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta(np.arange(len(inputs)), unit="D")
    inputs = inputs.assign(**{"never known": days})
    background, row = inputs.iloc[10:16], inputs.iloc[[3]]
    label = spec.classes[-1] if spec.classes else None
    with quietly():
        found = runtime.explain(model, row, background, label=label, evaluations=200)
        again = runtime.explain(model, row, background, label=label, evaluations=200)
        assert found.answer == pytest.approx(single_answers(model, row, label)[0], abs=1e-6)
        used = background.iloc[: found.n_background]
        assert found.base == pytest.approx(single_answers(model, used, label).mean(), abs=1e-6)
    assert found.base + found.contributions.sum() == pytest.approx(found.answer, abs=1e-9)
    assert found.columns == tuple(inputs.columns)
    assert found.contributions[-1] == 0.0
    assert found.contributions[found.columns.index("the same everywhere")] == 0.0
    assert found.contributions.tolist() == again.contributions.tolist()
    assert candidate.kind != "baseline" or found.contributions.tolist() == [0.0] * len(found.columns)


def few_columns(kind, task="regression", n_columns=4, **settings):
    columns = INPUTS[:n_columns]
    spec = mixed_spec(task, CandidateSpec(kind=kind, hyperparameters=settings), columns=columns)
    return fitted(spec, mixed_table(task))[:2]


def shapley_by_all_orders(answer, row, background):
    """Mean over every order of the columns and every background row, one column after the other."""
    names = list(row.columns)
    found = dict.fromkeys(names, 0.0)
    orders = list(itertools.permutations(names))
    for start in range(len(background)):
        for order in orders:
            mixed = background.iloc[[start]].reset_index(drop=True)
            before = answer(mixed)
            for name in order:
                mixed[name] = row[name].to_numpy()
                after = answer(mixed)
                found[name] += (after - before) / len(orders) / len(background)
                before = after
    return np.array(list(found.values()))


@pytest.mark.parametrize("kind", ["decision_tree", "nearest_neighbours"])
def test_few_columns_have_exact_shapley_values(kind):
    model, inputs = few_columns(kind, n_columns=3)
    row, background = inputs.iloc[[0]].reset_index(drop=True), inputs.iloc[40:42]
    with quietly():
        expected = shapley_by_all_orders(lambda rows: model.predict(rows)[0], row, background)
        found = runtime.explain(model, row, background)
    assert found.exact
    assert found.contributions == pytest.approx(expected, abs=1e-9)


def test_drawn_orders_are_within_their_stated_error():
    model, inputs = few_columns("decision_tree", n_columns=6, min_samples_leaf=2)
    row, background = inputs.iloc[[0]], inputs.iloc[40:44]
    with quietly():
        exact = runtime.explain(model, row, background)
        drawn = runtime.explain(model, row, background, evaluations=120)
    assert exact.exact and not drawn.exact
    off = drawn.contributions - exact.contributions
    assert 0 < np.sqrt((off**2).mean()) <= 2 * np.sqrt((drawn.errors**2).mean())
    assert drawn.base == pytest.approx(exact.base)


def test_a_straight_line_has_its_weights_times_the_distances_from_the_mean():
    model, inputs = few_columns("ridge", n_columns=2)
    inputs = inputs.dropna()
    row, background = inputs.iloc[[0]], inputs.iloc[40:50]
    scale, weights = model["prepare"].named_transformers_["numbers"]["scale"], model["model"].coef_[:2]
    with quietly():
        found = runtime.explain(model, row, background)
        some = runtime.explain(model, row, background, evaluations=10)
    for each, n_rows in ((found, 10), (some, runtime.FEWEST_ROWS)):
        distances = row.to_numpy()[0] - background.to_numpy()[:n_rows].mean(axis=0)
        assert each.n_background == n_rows
        assert each.contributions == pytest.approx(weights * distances / scale.scale_[:2], abs=1e-9)


def test_drawn_orders_that_agree_are_exact():
    """Whatever the order, what is added up has the same contributions; the drawn ones are said to be exact."""
    model, inputs = few_columns("ridge", n_columns=7)
    row, background = inputs.iloc[[0]], inputs.iloc[40:50]
    with quietly():
        drawn = runtime.explain(model, row, background, evaluations=200)
        same = runtime.explain(model, row, background.iloc[: drawn.n_background], evaluations=100_000)
    assert drawn.exact and drawn.contributions == pytest.approx(same.contributions, abs=1e-9)


def test_a_row_of_text_has_the_reasons_of_the_typed_row():
    model, inputs = few_columns("decision_tree")
    row = inputs.iloc[[0]]
    text = row.astype("str")
    with quietly():
        typed, read = (runtime.explain(model, one, inputs.iloc[40:50]) for one in (row, text))
    assert typed.contributions.tolist() == read.contributions.tolist()


def test_a_class_that_the_model_does_not_know_is_refused():
    model, inputs = few_columns("decision_tree", task="binary")
    with pytest.raises(ValueError, match="'maybe' is none of the classes"):
        runtime.explain(model, inputs.iloc[[0]], inputs.iloc[1:5], label="maybe")


def test_the_background_is_drawn_by_the_seed_and_survives_json():
    spec, table = mixed_spec("binary", "decision_tree"), mixed_table("binary")
    model, inputs, _ = fitted(spec, table)
    background = background_of(model, table, spec)
    again = background_of(model, table, spec)
    pd.testing.assert_frame_equal(background.rows, again.rows)
    assert len(background.rows) == runtime.BACKGROUND_ROWS
    kept = Background.from_json(background.to_json(), spec.columns)
    assert kept.evaluations == background.evaluations
    with quietly():
        one, other = (reasons_for(model, inputs.iloc[[0]], each, label="yes") for each in (background, kept))
    pd.testing.assert_frame_equal(one.frame(), other.frame())


def test_quick_models_may_be_asked_for_more_rows():
    model, inputs = few_columns("decision_tree")
    assert runtime.affordable(model, inputs.iloc[:5], seconds=1e9) == runtime.MOST_EVALUATIONS
    assert runtime.affordable(model, inputs.iloc[:5], seconds=0.0) == runtime.FEWEST_EVALUATIONS


@pytest.fixture
def served():
    spec, table = mixed_spec("binary", "logistic"), mixed_table("binary")
    model, inputs, _ = fitted(spec, table)
    return Scorer(model, describe(model, spec, table, digest="", key="logistic")), inputs


def test_a_form_s_row_has_reasons_of_the_positive_class(served):
    scorer, inputs = served
    row = {"size [m²]": 120, "rooms": 5, "district": "north", "lift": "yes", "built": "2004-05-06", "remark": "late"}
    with quietly():
        found = reasons_for(scorer, row, inputs.iloc[:20])
        [answer] = scorer.predict_rows([row])
    assert (found.target, found.label) == ("y", "yes")
    assert found.chance == pytest.approx(answer["probabilities"]["yes"], abs=1e-9)
    assert found.base + found.frame()["contribution"].sum() == pytest.approx(found.answer, abs=1e-9)
    values = found.frame().set_index("column")["value"]
    assert values["rooms"] == "5" and values["built"] == "2004-05-06" and values["the same everywhere"] == "no value"
    assert found.frame()["contribution"].abs().is_monotonic_decreasing
    assert found.finding().startswith("y = yes: ") and "higher because of “" in found.finding()


def test_causes_are_named_with_their_values_and_small_ones_are_not():
    rows = pd.DataFrame(
        {"column": list("abcde"), "value": list("12345"), "contribution": [1.0, -0.5, 0.4, 0.2, -0.05], "error": 0.0}
    )
    found = Reasons("y", "", "yes", 0.0, 1.05, rows, 32, True)
    assert found.causes() == (["“a” (1)", "“c” (3)"], ["“b” (2)"])
    assert found.causes(3)[0] == ["“a” (1)", "“c” (3)", "“d” (4)"]
    assert found.finding() == (
        "y = yes: 74 %, starting from 50 %, the middle of training rows; higher because of “a” (1) and “c” (3), "
        "lower because of “b” (2)"
    )
    none = Reasons("y", "", "yes", 0.0, 0.0, rows.assign(contribution=0.0), 32, True)
    assert none.causes() == ([], []) and none.finding().endswith("; no column moves it from there")


def test_a_row_that_the_form_does_not_take_has_no_reasons(served):
    scorer, inputs = served
    with pytest.raises(NotPossible):
        reasons_for(scorer, {"size [m²]": "many"}, inputs.iloc[:20])


def test_an_amount_is_said_with_its_unit():
    model, inputs = few_columns("ridge")
    with quietly():
        found = reasons_for(model, inputs.iloc[[0]], inputs.iloc[40:60], target="price", unit="€")
    assert found.label is None
    assert found.finding().startswith("price: ") and " €, starting from " in found.finding()


def test_a_decided_shift_is_part_of_base_and_answer():
    spec, table = mixed_spec("regression", "ridge"), mixed_table("regression")
    model, inputs, _ = fitted(spec, table)
    facts = describe(model, spec, table, digest="", key="ridge")
    row = {"size [m²]": 120, "rooms": 5, "district": "north", "lift": "yes", "built": "2004-05-06", "remark": "late"}
    with quietly():
        plain, shifted = (
            reasons_for(Scorer(model, {**facts, **more}), row, inputs.iloc[:20])
            for more in ({}, {"shift": {"shift": 25.0}})
        )
        [answer] = Scorer(model, {**facts, "shift": {"shift": 25.0}}).predict_rows([row])
    assert shifted.answer == pytest.approx(answer["prediction"])
    assert shifted.base == pytest.approx(plain.base + 25.0)
    pd.testing.assert_frame_equal(plain.frame(), shifted.frame())


def test_columns_that_are_cut_alike_are_told_apart():
    names = [f"a rather long column name number {at:02d} of the yearly survey of brokers" for at in range(4)]
    rows = pd.DataFrame(
        {"column": names, "value": "1", "contribution": [3.0, -2.5, 2.0, -1.5], "error": [0.0, 0.0, 0.0, 0.0]}
    )
    found = Reasons("sum", "", None, 1.0, 2.0, rows, 32, True)
    higher, lower = found.causes()
    assert all(f"{at:02d}" in said for at, said in zip((0, 2, 1, 3), (*higher, *lower), strict=True))
