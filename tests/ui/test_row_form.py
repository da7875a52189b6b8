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


def many_fields():
    import streamlit as st

    from workbench.ui import row_form

    names = ["seen", "rest", *(f"column {at}" for at in range(11))]
    numbers = {"meaning": "integer", "unit": "", "decimal": ".", "minimum": 0, "maximum": 9, "values": None}
    fields = [{"name": name, **numbers} for name in names]
    fields.append({**fields[0], "name": "last", "maximum": 2**60})  # more than a browser counts to: a field of text

    def put():
        row_form.enter(fields[-1], 8, "form")

    st.button("Put", on_click=put)
    st.json(row_form.show(fields, dict.fromkeys([*names, "last"], 1), {}, place="form"))


def test_columns_may_be_called_anything():
    app = AppTest.from_function(many_fields).run()
    assert not app.exception
    assert app.expander[0].label.startswith("2 more columns")
    app.button[0].click().run()  # unfolds the rest
    assert not app.exception
    assert json.loads(app.json[0].value) == {**dict.fromkeys(json.loads(app.json[0].value), 1), "last": "8"}
    app.number_input(key="form.seen").set_value(5).run()
    assert json.loads(app.json[0].value)["seen"] == 5
