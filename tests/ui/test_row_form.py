"""The form of one row takes numbers as the person's file writes them."""

import json

import pandas as pd
from streamlit.testing.v1 import AppTest

from workbench.runtime.column_types import type_column


def form():
    import streamlit as st

    from workbench.ui import row_form

    field = {
        "name": "price", "meaning": "number", "unit": "€", "decimal": ",", "thousands": ".", "minimum": 3.5,
        "maximum": 20642.1, "values": None,
    }  # fmt: skip
    st.json(row_form.show([field], {"price": 1245.21}, {"price": 2}, place="form"))


def test_a_number_with_a_decimal_comma_is_shown_and_typed_as_in_the_file():
    app = AppTest.from_function(form).run()
    assert not app.exception
    (field,) = app.text_input
    assert field.value == "1.245,21 €"
    assert "3,5 € to 20.642,1 €" in field.help
    field.set_value("2.000,5 €").run()
    rule = {"name": "price", "meaning": "number", "decimal": ",", "thousands": ".", "unit": "€", "missing": []}
    typed = json.loads(app.json[0].value)["price"]
    assert type_column(pd.Series([typed], dtype=object), rule).values.tolist() == [2000.5]
