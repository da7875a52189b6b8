"""Renamed columns of a file to predict: suggested, confirmed, and the predictions follow."""

import pytest

from tests.pages.projects import project_of
from workbench.ui import column_match, file_scoring

TEXT = "Plan,Months!,since,spend\nbasic,3,2024-01-05,20.5\nplus,30,2024-02-01,11.5\n"


@pytest.fixture
def app(open_app, trained, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("rows.csv", TEXT.encode()))
    assert not app.exception
    return app


def boxes(app):
    return {box.label: box for box in app.selectbox if box.key and box.key.startswith(file_scoring.MATCH_KEY)}


def test_renamed_columns_are_suggested_and_used_once_confirmed(app):
    found = boxes(app)
    assert {label: box.value for label, box in found.items()} == {"plan": "Plan", "months": "Months!"}
    (lacks,) = [warning.value for warning in app.warning if "The file lacks 2 of the columns" in warning.value]
    assert lacks.endswith("Until you have chosen above, they count as blank in the answers below.")
    sent = next(button for button in app.button if button.label == "Use these columns")
    sent.click().run()
    assert not app.exception
    assert not any("The file lacks" in warning.value for warning in app.warning)
    assert "2 columns of the file taken" in " ".join(expander.label for expander in app.expander)
    found = boxes(app)
    found["plan"].set_value(column_match.NONE)
    next(button for button in app.button if button.label == "Use these columns").click().run()
    (lacks,) = [warning.value for warning in app.warning if "The file lacks 1 of the columns" in warning.value]
    assert "Until" not in lacks


def test_a_column_is_taken_once(app):
    found = boxes(app)
    found["months"].set_value("Plan")
    next(button for button in app.button if button.label == "Use these columns").click().run()
    assert any("is chosen twice" in error.value for error in app.error)


def test_a_file_without_any_known_name_can_be_mapped(open_app, trained, drop_files):
    app = open_app("try_it", project_of(trained).id)
    app.session_state["page.try_it.tab"] = "A whole file"
    app.run()
    drop_files(app, "try_it", ("rows.csv", b"PLAN,MONTHS\nbasic,3\nplus,30\n"))
    assert not app.error and "rows**" not in " ".join(element.value for element in app.markdown)
    next(button for button in app.button if button.label == "Use these columns").click().run()
    assert not app.exception and not app.error
    assert "**2 of 2 rows**" in " ".join(element.value for element in app.markdown)
