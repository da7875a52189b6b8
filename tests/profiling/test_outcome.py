"""What the target allows is said where it matters, and not where chance or a trifle speaks."""

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from workbench.data import open_table
from workbench.prepare import apply_recipe
from workbench.profiling import profile
from workbench.profiling.checks.outcome import _best_words
from workbench.specs import ColumnSpec, Draft, Recipe, RowStep, Schema

N = 400
RANDOM = np.random.default_rng(5)
NUMBER = RANDOM.normal(100, 10, N)
DAYS = pd.to_datetime("2022-01-01") + pd.to_timedelta(np.arange(N), unit="D")


def said(code, columns, task=None):
    table = pd.DataFrame({name: values for name, (values, _) in columns.items()})
    schema = Schema(columns=tuple(ColumnSpec(name=name, meaning=meaning) for name, (_, meaning) in columns.items()))
    found = [f for f in profile(table, schema, target="y", task=task).findings if f.code == code]
    assert len(found) <= 1
    return found[0] if found else None


def of(values, meaning="number"):
    return values, meaning


def test_a_ceiling_is_said_in_percent_with_rows_of_both_answers():
    y = np.where(np.arange(N) % 10 == 0, "b", "a")
    found = said("conflicting_labels", {"x": of(np.arange(N) // 10 * 1.0), "y": of(y, "category")})
    assert found.status == "alerted"
    assert found.sentence == (
        "No model of these columns can be right in more than 90 % of these rows: 400 rows (100 %) are equal in every "
        "input to a row with another “y”."
    )
    assert found.rows == (0, 1, 10, 11, 20, 21, 30, 31, 40, 41)


def test_a_ceiling_of_numbers_speaks_of_what_is_explained():
    found = said("conflicting_labels", {"x": of(np.arange(N) // 4 * 1.0), "y": of(NUMBER)})
    pairs = pd.Series(NUMBER).groupby(np.arange(N) // 4)
    best = 1 - ((NUMBER - pairs.transform("mean")) ** 2).sum() / ((NUMBER - NUMBER.mean()) ** 2).sum()
    assert f"explain more than {np.floor(best * 1000) / 10:g} % of how “y” varies" in found.sentence


def test_a_few_conflicts_pass_and_are_told():
    x, y = np.arange(N) * 1.0, np.arange(N) % 2
    x[:2] = 0
    found = said("conflicting_labels", {"x": of(x), "y": of(y, "integer")})
    assert (found.status, found.rows) == ("passed", (0, 1))
    assert found.sentence.endswith("it could still reach an accuracy of 99.7 %.")


@pytest.mark.parametrize(
    ("best", "words"),
    [(0.9, "90 %"), (0.9349, "93.4 %"), (0.99999, "99.9 %"), (0.569, "56.9 %"), (1 - 1e-12, "99.9 %")],
)
def test_a_ceiling_is_never_rounded_up(best, words):
    assert _best_words(best) == words


def test_drift_over_time_offers_to_test_on_later_rows():
    y = NUMBER + np.arange(N) / 20
    found = said("drift", {"day": of(DAYS, "date"), "y": of(y)})
    assert (found.status, found.columns) == ("alerted", ("day",))
    assert Draft.model_validate({"split": found.settings["split"]}).split.column == "day"
    assert found.sentence.startswith("Along “day”, the mean of “y” moves between ")


def test_drift_along_a_column_with_many_blanks_offers_nothing():
    days = pd.Series(DAYS).where(np.arange(N) % 5 > 0)
    assert said("drift", {"day": of(days, "date"), "y": of(NUMBER + np.arange(N) / 20)}).settings is None


def test_differences_between_groups_pass_and_are_told():
    kind = np.where(np.arange(N) % 2, "left", "right")
    y = np.where(RANDOM.random(N) < np.where(kind == "left", 0.2, 0.7), "yes", "no")
    found = said("drift", {"kind": of(kind, "category"), "y": of(y, "yes_no")})
    shares = [f"{(y[kind == each] == 'yes').mean() * 100:.0f} % (“{each}”)" for each in ("left", "right")]
    assert found.status == "passed"
    assert found.sentence == (
        f"Between the values of “kind”, the share of “yes” in “y” moves between {shares[0]} and {shares[1]}."
    )


def test_drift_is_not_asked_without_dates_and_groups():
    assert said("drift", {"x": of(NUMBER), "y": of(np.arange(N) % 2, "integer")}) is None


def test_rows_at_the_largest_value_can_be_left_out_in_a_click():
    y = np.minimum(NUMBER, 110)
    found = said("target_distribution", {"x": of(NUMBER), "y": of(y)})
    n_capped = int((NUMBER >= 110).sum())
    assert found.sentence.startswith(f"{n_capped} rows (")
    assert found.rows == tuple(np.flatnonzero(y == 110)[:10].tolist())
    kept = apply_recipe(pd.DataFrame({"y": y}), Recipe(rows=(TypeAdapter(RowStep).validate_python(found.step),))).table
    assert len(kept) == N - n_capped and kept["y"].max() < 110


def test_a_cut_at_the_small_end_is_said_so():
    found = said("target_distribution", {"x": of(NUMBER), "y": of(np.maximum(NUMBER, 90))})
    assert "hold exactly the smallest “y”, 90, as if smaller ones had been cut off there" in found.sentence


def test_many_zeros():
    found = said("target_distribution", {"x": of(NUMBER), "y": of(np.where(np.arange(N) % 2, NUMBER, 0.0))})
    assert found.sentence == "“y” is exactly 0 in 200 rows (50 %)."
    assert found.rows == tuple(range(0, 20, 2))


def test_a_tail_that_decides_every_score():
    y = NUMBER.copy()
    y[:3] = 5_000.0
    found = said("target_distribution", {"x": of(NUMBER), "y": of(y)})
    assert found.settings == {"metric": "mae"}
    assert "the 4 rows farthest out weigh 99.2 % of the whole" in found.sentence
    assert set(found.rows) > {0, 1, 2}


@pytest.mark.parametrize(
    "y",
    [
        NUMBER,
        RANDOM.exponential(10, N),
        RANDOM.uniform(0, 1, N),
        RANDOM.poisson(1.0, N) * 1.0 + RANDOM.integers(0, 20, N),
        RANDOM.integers(0, 101, N) * 1.0,
        RANDOM.integers(1, 6, N) * 1.0,
        RANDOM.gamma(1.5, 20, N).round(),
    ],
)
def test_ordinary_numbers_pass(y):
    assert said("target_distribution", {"x": of(NUMBER[::-1]), "y": of(y)}, "regression").status == "passed"


def test_classes_have_no_shape_of_numbers():
    assert said("target_distribution", {"x": of(NUMBER), "y": of(np.arange(N) % 2, "integer")}) is None


def test_capped_house_values_of_real_data(real_data):
    opened = open_table(real_data / "supervised/california_housing.csv")
    found = profile(opened.table, opened.schema, target="median_house_value").findings
    finding = next(f for f in found if f.code == "target_distribution")
    assert finding.sentence.startswith("965 rows (4.7 %) hold exactly the largest “median_house_value”, 500,001")
    assert finding.step["values"] == [500001]


def test_drift_of_real_data(real_data):
    alerted = {}
    for name, target in (("bikeshare", "count"), ("taxis", "total"), ("penguins", "species")):
        opened = open_table(real_data / f"supervised/{name}.csv")
        found = profile(opened.table, opened.schema, target=target).findings
        alerted[name] = [f.columns for f in found if f.code == "drift" and f.status == "alerted"]
    assert alerted == {"bikeshare": [("datetime",)], "taxis": [], "penguins": []}
