"""Columns that say which rows belong together, and what is not taken for one."""

import numpy as np
import pandas as pd
import pytest

from workbench.profiling.columns.describe import describe_column
from workbench.profiling.rows.entities import entities
from workbench.specs import ColumnSpec

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
