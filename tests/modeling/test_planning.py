"""Tables of cases: what is predicted, what is left out, and what is refused, in words."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotFound, NotPossible, OutOfScope, TooFewRows
from workbench.modeling import models
from workbench.modeling.plan import ANSWER
from workbench.modeling.planning import likely_targets, modelling_table, plan_experiment
from workbench.modeling.targets import positive_class
from workbench.specs import (
    CandidateSpec,
    ColumnChoice,
    ColumnSpec,
    Draft,
    FilterRows,
    Recipe,
    Schema,
    SplitSpec,
)

N = 120
MEANINGS = {
    "shop": "category",
    "code": "identifier",
    "day": "date",
    "size": "number",
    "churn": "yes_no",
    "grade": "integer",
    "town": "category",
    "flag": "integer",
    "note": "text",
    "same": "category",
    "empty": "category",
    "rare": "category",
    "price": "number",
    "amount": "integer",
}
SCHEMA = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, meaning in MEANINGS.items()))


def words(values):
    return pd.Series(values, dtype="str")


def shop_table():
    rows = np.arange(N)
    return pd.DataFrame(
        {
            "shop": words([f"shop {i % 4}" for i in rows]),
            "code": words([f"K{i:04d}" for i in rows]),
            "day": pd.to_datetime("2024-01-01") + pd.to_timedelta((rows * 7) % N, unit="D"),
            "size": rows % 13 + 0.5,
            "churn": words(["Yes" if i % 5 == 0 else "No" for i in rows]),
            "grade": rows % 5 + 1,
            "town": words([("Ulm", "Bonn", "Kiel")[i % 3] for i in rows]),
            "flag": rows % 2,
            "note": words([f"text number {i} about something that was sold and is well liked" for i in rows]),
            "same": words(["x"] * N),
            "empty": words([None] * N),
            "rare": words(["a"] * 60 + ["b"] * 57 + ["c"] * 3),
            "price": rows * 1.25 + 3,
            "amount": rows * 3,
        }
    )


def plan(target, table=None, **choices):
    return plan_experiment(shop_table() if table is None else table, SCHEMA, Draft(target=target, **choices))


@pytest.mark.parametrize(
    ("target", "task", "classes", "positive", "metric"),
    [
        ("churn", "binary", ("No", "Yes"), "Yes", "roc_auc"),
        ("flag", "binary", (0, 1), 1, "roc_auc"),
        ("town", "multiclass", ("Bonn", "Kiel", "Ulm"), None, "log_loss"),
        ("grade", "multiclass", (1, 2, 3, 4, 5), None, "log_loss"),
        ("price", "regression", (), None, "rmse"),
        ("amount", "regression", (), None, "rmse"),
    ],
)
def test_the_task_follows_from_the_target(target, task, classes, positive, metric):
    found = plan(target)
    spec = found.spec
    assert (spec.task, spec.classes, spec.positive, spec.metric) == (task, classes, positive, metric)
    assert target in found.task_reason and found.task_reason.endswith(".")
    assert bool(found.positive_reason) == (task == "binary")
    assert target not in [column.name for column in spec.columns]


@pytest.mark.parametrize(
    ("target", "choices", "error", "message"),
    [
        ("", {}, NotPossible, "not decided which column"),
        ("chrun", {}, NotFound, "no column “chrun”"),
        ("price,amount", {}, OutOfScope, "Several columns at once"),
        ("day", {}, OutOfScope, "is a date"),
        ("same", {}, NotPossible, "the same in every row"),
        ("empty", {}, NotPossible, "no value in any row"),
        ("code", {}, NotPossible, "120 different values in 120 rows"),
        ("town", {"task": "regression"}, NotPossible, "holds words"),
        ("town", {"task": "binary"}, NotPossible, "3 different values, not two"),
        ("price", {"task": "multiclass"}, NotPossible, "too many to tell apart"),
        ("churn", {"positive": "Maybe"}, NotPossible, "“No” and “Yes”"),
        ("churn", {"metric": "rmse"}, NotPossible, "does not fit"),
        ("churn", {"metric": "auc"}, NotPossible, "There are: roc_auc"),
        ("churn", {"candidates": (CandidateSpec(kind="tree"),)}, NotPossible, "Known are: baseline"),
        ("churn", {"candidates": (CandidateSpec(kind="ridge"),)}, NotPossible, "None of the estimators"),
        ("churn", {"split": SplitSpec(kind="group")}, NotPossible, "by which column"),
        ("churn", {"split": SplitSpec(kind="group", column="owner")}, NotFound, "no column “owner”"),
        ("churn", {"split": SplitSpec(kind="group", column="churn")}, NotPossible, "by the target"),
        ("churn", {"split": SplitSpec(kind="group", column="same")}, TooFewRows, "same in every row"),
        ("churn", {"split": SplitSpec(kind="time", column="town")}, NotPossible, "holds words"),
        (
            "churn",
            {"recipe": Recipe(rows=(FilterRows(column="amount", operator="at_most", values=(12,)),))},
            TooFewRows,
            "Only 5 of 5 rows",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(target, choices, error, message):
    with pytest.raises(error, match=message):
        plan(target, **choices)


@pytest.mark.parametrize(("asked", "positive"), [("no", "No"), ("NO", "No"), ("Yes", "Yes")])
def test_the_positive_class_is_matched_by_its_words(asked, positive):
    assert plan("churn", positive=asked).spec.positive == positive


def test_a_number_of_the_command_line_matches_a_whole_number():
    assert plan("flag", positive="0").spec.positive == 0


def test_columns_that_cannot_help_are_set_aside_and_come_back_when_asked():
    found = {entry.column: entry.reason for entry in plan("price").spec.left_out}
    assert set(found) == {"code", "same", "empty"}
    assert all(name in reason and reason.endswith(".") for name, reason in found.items())
    back = plan(
        "price",
        choices=(ColumnChoice(name="code", use=True), ColumnChoice(name="town", use=False, reason="Known too late.")),
    ).spec
    assert "code" in [column.name for column in back.columns]
    assert {entry.column: entry.reason for entry in back.left_out}["town"] == "Known too late."


def test_a_choice_about_a_column_that_is_gone_is_told():
    assert plan("price", choices=(ColumnChoice(name="gone", use=False),)).warnings[0].startswith("You decided about")


def test_nothing_left_to_predict_from():
    choices = tuple(ColumnChoice(name=name, use=False) for name in MEANINGS if name != "price")
    with pytest.raises(NotPossible, match="No column is left"):
        plan("price", choices=choices)


def test_rows_without_a_target_are_counted_and_not_used():
    table = shop_table()
    table.loc[[1, 7], "price"] = np.nan
    table.loc[3, "price"] = np.inf
    found = plan("price", table)
    X, y = modelling_table(table, found.spec)
    assert found.rows_without_target == 3
    assert len(X) == len(y) == N - 3 and not {1, 3, 7} & set(X.index)
    assert y.dtype == np.float64 and np.isfinite(y).all()


def test_a_group_column_divides_rows_and_is_no_input_unless_asked_for():
    split = SplitSpec(kind="group", column="shop", folds=5)
    found = plan("price", split=split)
    assert found.spec.split.folds == 4
    assert "only 4 different values, so 4 folds are used instead of 5" in found.warnings[0]
    assert "shop" in [entry.column for entry in found.spec.left_out]
    assert "shop" in modelling_table(shop_table(), found.spec)[0]  # to make folds from; pipelines ignore it
    kept = plan("price", split=split, choices=(ColumnChoice(name="shop", use=True),)).spec
    assert "shop" in [column.name for column in kept.columns]


def test_a_rare_class_lowers_the_folds_and_a_single_row_stops():
    found = plan("rare")
    assert found.spec.split.folds == 3
    assert found.warnings == ("The class “c” has only 3 rows, so 3 folds are used instead of 5.",)
    table = shop_table()
    table.loc[[117, 118], "rare"] = "a"
    with pytest.raises(TooFewRows, match="“c” has a single row"):
        plan("rare", table)


def test_rows_in_order_of_time_bring_up_forecasting():
    table = shop_table().assign(day=pd.date_range("2024-01-01", periods=N))
    found = plan("price", table)
    assert "choose “We predict the future by day”" in found.warnings[0]
    assert found.time_column == "day"
    assert plan("price", table, split=SplitSpec(kind="time", column="day")).warnings == ()
    assert plan("price").warnings == ()  # the same days, shuffled


def test_advice_about_pages_is_not_kept_with_a_run():
    found = plan("price", shop_table().assign(day=pd.date_range("2024-01-01", periods=N)))
    asked = f"Each “shop” has several rows.{ANSWER}"
    kept = found.notes((*found.warnings, asked))["warnings"]
    assert "Target and inputs" in found.warnings[0] and ANSWER.endswith("Target and inputs.")
    assert not [text for text in kept if "page" in text or "choose" in text]
    assert kept[0].startswith("Rows are in the order of “day”") and "may promise too much" in kept[0]
    assert kept[1] == "Each “shop” has several rows."


def test_blank_moments_and_groups_are_told():
    table = shop_table()
    table.loc[[4, 5], ["shop", "day"]] = None
    grouped = plan("price", table, split=SplitSpec(kind="group", column="shop", folds=4)).warnings
    timed = plan("price", table, split=SplitSpec(kind="time", column="day")).warnings
    assert "2 rows have no value in “shop”; each is taken as a group of its own." in grouped
    assert "2 rows have no value in “day”; they are only learnt from." in timed


def test_the_default_set_suits_the_task_and_what_costs_too_much_is_named():
    small = plan("churn")
    assert [candidate.kind for candidate in small.spec.candidates] == [
        kind.name for kind in models.MODELS if "binary" in kind.tasks and not kind.not_by_default
    ]
    offered = [kind for kind in models.MODELS if "binary" in kind.tasks and kind.not_by_default]
    by_hand = [(kind.name, kind.not_by_default) for kind in offered]
    assert [(left.kind, left.reason) for left in small.models_left_out] == by_hand
    table = pd.concat([shop_table()] * 350, ignore_index=True)  # 42,000 rows
    large = plan("churn", table)
    assert large.models_left_out[:-1] == small.models_left_out
    assert large.models_left_out[-1].kind == "support_vector_machine"
    assert "times as long as the forest" in large.models_left_out[-1].reason
    assert len(large.spec.candidates) == len(small.spec.candidates) - 1


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize(("n_rows", "n_columns"), [(100, 4), (41_000, 20), (100_000, 50), (1_000_000, 50)])
def test_at_least_eight_kinds_are_never_too_costly(task, n_rows, n_columns):
    n_classes = {"binary": 2, "multiclass": 6, "regression": 0}[task]
    limit = 5 * models.model("random_forest").seconds(n_rows, n_columns, n_classes)
    costs = [kind.seconds(n_rows, n_columns, n_classes) for kind in models.MODELS if task in kind.tasks]
    assert sum(cost <= limit for cost in costs) >= 8


def test_estimators_that_were_asked_for():
    wished = (CandidateSpec(kind="ridge"), CandidateSpec(kind="logistic"), CandidateSpec(kind="logistic"))
    found = plan("churn", candidates=wished)
    assert [candidate.key for candidate in found.spec.candidates] == ["baseline", "logistic"]
    assert [left.kind for left in found.unsuitable] == ["ridge"]
    assert "asks for a class" in found.unsuitable[0].reason


def test_likely_targets_begin_with_names_people_give_to_outcomes():
    likely = likely_targets(shop_table(), SCHEMA)
    assert likely[0] in ("churn", "price", "grade") and {"churn", "price"} <= set(likely[:3])
    assert not {"code", "same", "empty", "day", "note"} & set(likely)


def test_the_same_question_has_the_same_fingerprint():
    assert plan("price").spec.fingerprint == plan("price").spec.fingerprint
    assert plan("price").spec.fingerprint != plan("price", seed=1).spec.fingerprint


def test_a_table_of_one_column_is_told_what_it_lacks():
    table = shop_table()[["price"]]
    schema = Schema(columns=(ColumnSpec(name="price", meaning="number"),))
    with pytest.raises(NotPossible, match="one to predict and one to predict from") as caught:
        plan_experiment(table, schema, Draft(target="price"))
    assert "Put some back" not in caught.value.advice


def test_the_class_that_the_column_is_called_after_is_looked_for():
    died = pd.Series(["Alive"] * 40 + ["Died"] * 60, name="died")
    label, reason = positive_class(died, ("Alive", "Died"), None)
    assert label == "Died" and reason == ("“Died” is taken as the answer you want to find, as the column is called so.")
    assert positive_class(died.rename("outcome"), ("Alive", "Died"), None)[0] == "Alive"
    assert positive_class(died, ("Alive", "Died"), "Alive")[0] == "Alive"
