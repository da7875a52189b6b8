"""Columns that say which rows belong together, and what is not taken for one."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling import profile
from workbench.profiling.columns.describe import describe_column
from workbench.profiling.rows.entities import entities
from workbench.specs import ColumnSpec, Schema

RANDOM = np.random.default_rng(2)
N = 600
WHO = RANDOM.integers(0, 150, N)


def found(target="", **columns):
    facts = [
        describe_column(pd.Series(values), ColumnSpec(name=name, meaning=meaning))
        for name, (values, meaning) in columns.items()
    ]
    return entities(facts, target)


def words(prefix, codes):
    return np.array([f"{prefix}{code}" for code in codes])


NOISE = (RANDOM.normal(size=N), "number")


def test_a_customer_is_found_with_what_belongs_to_it():
    city, born = words("city ", WHO % 20), 1950 + WHO % 40
    (entity,) = found(customer=(words("C", WHO), "category"), city=(city, "category"), born=(born, "integer"), x=NOISE)
    assert (entity.column, entity.n_entities, entity.fixed) == ("customer", len(set(WHO)), ("city", "born"))
    several = np.bincount(WHO)[np.bincount(WHO) > 1]
    assert (entity.n_repeated, entity.n_rows) == (len(several), several.sum())


def test_a_panel_is_found_by_its_moments_whatever_its_name():
    place, year = np.repeat(np.arange(30), 20), np.tile(np.arange(1990, 2010), 30)
    (entity,) = found(where=(words("place ", place), "category"), year=(year, "integer"), x=NOISE)
    assert (entity.column, entity.moment) == ("where", "year")


def test_of_two_columns_that_divide_rows_alike_one_is_told():
    told = found(id=(words("K-", WHO), "identifier"), who=(words("Mr ", WHO), "category"), x=NOISE)
    assert [entity.column for entity in told] == ["id"]


@pytest.mark.parametrize(
    "columns",
    [
        {"colour": (words("shade ", RANDOM.integers(0, 12, N)), "category")},
        {"region": (words("r", WHO % 30), "category"), "country": (words("c", WHO % 6), "category")},
        {"customer": (words("C", np.arange(N)), "identifier")},
        {"age": (RANDOM.integers(18, 90, N), "integer")},
        {"number_of_patients": (RANDOM.integers(0, 60, N), "integer")},
        {"happened": (pd.Timestamp("2024-01-01") + pd.to_timedelta(WHO, unit="D"), "date")},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_categories_amounts_and_identifiers_are_no_entities(columns):
    assert found(**columns, x=NOISE) == []


def test_the_target_is_no_entity():
    assert found("customer", customer=(words("C", WHO), "category"), x=NOISE) == []


def test_each_of_several_groups_can_be_chosen_in_one_click():
    table = pd.DataFrame(
        {
            "customer": words("C", WHO),
            "order_id": words("O", np.arange(N) // 2),
            "city": words("city ", WHO % 20),
            "born": 1950 + WHO % 40,
            "x": NOISE[0],
        }
    )
    meanings = ("category", "category", "category", "integer", "number")
    schema = Schema(columns=tuple(ColumnSpec(name=n, meaning=m) for n, m in zip(table, meanings, strict=True)))
    told = [finding for finding in profile(table, schema).findings if finding.code == "grouped_rows"]
    assert {finding.columns[0] for finding in told} == {"customer", "order_id"}
    assert [finding.settings["split"]["column"] for finding in told] == [finding.columns[0] for finding in told]
    assert "is the likelier one" in told[1].advice and "is the likelier one" not in told[0].advice


def test_neighbours_in_a_sorted_file_are_no_sign():
    """Rows of one number that stand beside each other agree in what the file is sorted by; they share nothing."""
    season = np.sort(RANDOM.integers(0, 6, N))
    school = RANDOM.integers(0, 40, N)
    told = found(school=(words("S", school), "category"), season=(words("part ", season), "category"), x=NOISE)
    assert [entity.fixed for entity in told] == [()]
