"""How many rows an autopilot learns from, and which."""

import numpy as np
import pandas as pd
import pytest

from workbench.data import detect_schema
from workbench.modeling.models import model
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.modeling.row_budget import FEWEST_ROWS, LONGEST_SHARE, REFERENCE, affordable_rows
from workbench.modeling.splits import make_folds
from workbench.specs import AutopilotSpec, Draft, SplitSpec


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    size = rng.normal(size=30_000)
    kinds = np.where(size > 0, "high", "low")
    kinds[:12] = "rare"
    return pd.DataFrame({"size": size, "weight": rng.normal(size=30_000), "kind": kinds})


def plan(table, seconds, target="kind"):
    draft = Draft(target=target, split=SplitSpec(folds=1), autopilot=AutopilotSpec(seconds=seconds))
    return plan_experiment(table, detect_schema(table)[0], draft)


def test_a_table_of_usual_size_is_learnt_from_as_a_whole(table):
    found = plan(table, 60.0)
    assert found.spec.autopilot.rows == 0
    assert len(modelling_table(table, found.spec)[0]) == 30_000
    assert not [text for text in found.warnings if "drawn by chance" in text]


def test_so_many_rows_are_learnt_from_that_boosting_takes_a_tenth_of_the_time(table):
    spec = plan(table, 60.0).spec
    n_rows = affordable_rows(spec, 50_000_000)
    seconds = model(REFERENCE).seconds(int(n_rows * 0.8), 2, 3)
    assert seconds == pytest.approx(LONGEST_SHARE * 60, rel=0.01)
    assert affordable_rows(spec.but(autopilot=AutopilotSpec(seconds=120.0)), 50_000_000) > 1.9 * n_rows
    assert affordable_rows(spec.but(autopilot=None), 50_000_000) == 0


def test_a_sample_is_stated_and_keeps_rare_classes(table):
    found = plan(table, 1.0)
    assert found.spec.autopilot.rows == FEWEST_ROWS
    (sentence,) = [text for text in found.warnings if "drawn by chance" in text]
    assert sentence.startswith("30,000 rows are more than 1 s suffice for: 20,000 of them, drawn by chance, are")
    inputs, target = modelling_table(table, found.spec)
    again, _ = modelling_table(table, found.spec)
    assert inputs.index.equals(again.index)
    assert inputs.index.is_monotonic_increasing
    counts = pd.Series(target).value_counts()
    assert counts["rare"] == 10
    assert FEWEST_ROWS <= len(inputs) <= FEWEST_ROWS + 10
    assert (table.loc[inputs.index, "kind"].to_numpy() == target).all()


@pytest.mark.parametrize(
    "split", [SplitSpec(kind="own", column="part"), SplitSpec(kind="group", column="part", each=True)]
)
def test_a_sample_keeps_the_folds_that_were_planned(table, split):
    parts = np.array([f"part {row % 4}" for row in range(len(table))])
    parts[100:102] = "tiny"
    whole = table.assign(part=parts, weight=table["size"] * 2)
    draft = Draft(target="weight", split=split, autopilot=AutopilotSpec(seconds=0.5))
    spec = plan_experiment(whole, detect_schema(whole)[0], draft).spec
    inputs, target = modelling_table(whole, spec)
    assert spec.split.folds == 5 and 0 < spec.autopilot.rows < len(whole)
    assert (inputs["part"] == "tiny").sum() == 2
    assert len(make_folds(inputs, target, spec)) == 5
