"""The rules of a column in words, and what a change of one brings along."""

from workbench.specs import ColumnSpec
from workbench.ui.all_columns import bar_image
from workbench.ui.column_rules import LANGUAGES, changed_column, date_words, scale_words


def test_dates_are_named_by_an_example():
    assert date_words("ISO8601") == "2024-12-31 (year first)"
    assert date_words("%d/%m/%Y %H:%M") == "31/12/2024 14:30 (day first)"
    assert date_words("%d %b %Y|%d.%m.%Y") == "31 Dec 2024 or 31.12.2024"
    assert date_words("unix seconds") == "seconds since 1970"


def test_every_language_of_months_has_a_name():
    from workbench.runtime.month_names import MONTHS

    assert set(MONTHS) <= set(LANGUAGES)


def test_a_column_that_becomes_a_number_gets_the_marks_of_its_cells():
    column = changed_column(ColumnSpec(name="a", meaning="category"), "meaning", "number", ["1.234,50 €", "99,00 €"])
    assert (column.decimal, column.thousands, column.unit) == (",", ".", "€")


def test_a_decimal_mark_takes_the_place_of_the_thousands_mark():
    number = ColumnSpec(name="a", meaning="number", decimal=",", thousands=".")
    assert changed_column(number, "decimal", ".").thousands == ""
    assert changed_column(number, "thousands", ",").decimal == "."


def test_a_scale_is_said_in_full():
    assert scale_words(("lakh", 1e5)) == "lakh = 100,000"


def test_a_bar_shows_even_the_smallest_share_of_misfits():
    assert "fill%3D%27%23d55e00%27" in bar_image([0.999, 0.001, 0]) and "width%3D%275.0%27" in bar_image(
        [0.999, 0.001, 0]
    )
    assert "width%3D%270.0%27%20height%3D%276%27%20fill%3D%27%23d55e00%27" in bar_image([0.5, 0, 0.5])
