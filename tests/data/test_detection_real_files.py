"""The real files with known answers, where they are at hand (WORKBENCH_TEST_DATA); the scores may not fall."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from workbench.data import detect, open_table, read_cells
from workbench.data.files.choices import rules_for

DATA = Path(os.environ.get("WORKBENCH_TEST_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="WORKBENCH_TEST_DATA names no folder of real files")
SUPERVISED = {
    "titanic_train": {"PassengerId": "identifier", "Survived": "integer", "Age": "number", "Sex": "category"},
    "telco_churn": {"customerID": "identifier", "TotalCharges": "number", "Churn": "yes_no"},
    "bank-additional": {"age": "integer", "emp.var.rate": "number", "y": "yes_no"},
    "california_housing": {"median_income": "number", "ocean_proximity": "category"},
    "insurance": {"smoker": "yes_no", "bmi": "number", "charges": "number"},
    "penguins": {"species": "category", "body_mass_g": "integer"},
    "bikeshare": {"datetime": "date", "count": "integer", "registered": "integer"},
}


@pytest.mark.parametrize("name", SUPERVISED)
def test_columns_mean_what_they_mean(name):
    opened = open_table(DATA / "supervised" / f"{name}.csv")
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))[f"supervised/{name}.csv"]
    assert opened.table.shape == (expected["n_rows"], expected["n_cols"])
    assert {column: opened.schema.column(column).meaning for column in SUPERVISED[name]} == SUPERVISED[name]
    assert opened.misfits == {}
    if name == "telco_churn":
        assert opened.table["TotalCharges"].isna().sum() == 11


@pytest.mark.parametrize(
    "name", ["messy/Canada.xlsx", "messy/deaths.xlsx", "multitable/superstore/Sample - Superstore.xls"]
)
def test_every_sheet_of_a_workbook_is_found(name):
    expected = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))[name]
    assert detect(DATA / name).read.sheet == expected["main_sheet"]
    for table in expected["tables"]:
        opened = open_table(DATA / name, read=rules_for(DATA / name, sheet=table["sheet"]))
        assert opened.table.shape == (table["n_rows"], table["n_cols"])
        assert opened.read.skip_rows + opened.read.header_rows == table["header_row"]
        assert opened.read.header_rows == table["header_rows"]


def test_northwind_addresses_are_joined_again():
    opened = open_table(DATA / "messy" / "northwind_orders_ragged.csv")
    clean = pd.read_csv(DATA / "multitable" / "northwind" / "orders.csv", keep_default_na=False)
    assert len(opened.table) == len(clean)
    assert opened.table["shipCity"].tolist() == clean["shipCity"].tolist()
    assert any("176 rows" in note for note in opened.notes)


@pytest.mark.parametrize("folder, least", [("pollock_survey", 0.97), ("pollock_polluted", 0.98)])
def test_records_are_those_of_the_clean_twin(folder, least):
    shares = []
    for path in sorted((DATA / folder / "csv").iterdir())[::4]:
        with (DATA / folder / "clean" / path.name).open(newline="", encoding="utf-8-sig") as file:
            clean = [tuple(cell.strip() for cell in row) for row in csv.reader(file)][1:]
        found = [tuple(cell.strip() for cell in row) for row in read_cells(path)[1]]
        common = (Counter(clean) & Counter(found)).total()
        shares.append(common / max(len(clean), len(found), 1) if clean else 1.0)
    assert sum(shares) / len(shares) > least
