"""train --auto and --replay."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.cli import entry


@pytest.fixture
def rents(tmp_path):
    numbers = np.random.default_rng(0)
    size = numbers.normal(70, 20, 80).round(1)
    frame = pd.DataFrame({"size": size, "floor": numbers.integers(0, 5, 80), "rent": (size * 12).round(2)})
    frame["rent"] += numbers.normal(0, 40, 80).round(2)
    frame.to_csv(tmp_path / "rents.csv", index=False)
    return tmp_path / "rents.csv"


@pytest.mark.parametrize(
    ("arguments", "piece"),
    [
        (["--auto", "soon", "x.csv", "--target", "a"], "must be a number of seconds from 1 to 604,800, not “soon”"),
        (["--auto", "0.5", "x.csv", "--target", "a"], "must be a number of seconds"),
        (
            ["--replay", "run-1", "--auto", "10"],
            "--replay repeats a run as it was asked for, so --auto cannot be given",
        ),
        (["--replay", "run-1", "x.csv"], "so FILE cannot be given"),
        (["--replay", "run-1", "--resume", "run-1"], "so --replay cannot be given"),
        (["--replay", "run-gone"], "This run does not exist"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, piece, capsys):
    try:
        code = entry.main(["train", *arguments])
    except SystemExit as end:
        code = end.code
    assert code != 0
    assert piece in capsys.readouterr().err


def test_a_plan_is_made_kept_and_followed_again(rents, tmp_path, capsys):
    facts = [tmp_path / name for name in ("first.json", "again.json")]
    asked = ["train", str(rents), "--target", "rent", "--models", "ridge,decision_tree", "--folds", "3"]
    assert entry.main([*asked, "--auto", "2", "--json", str(facts[0])]) == 0
    first = json.loads(facts[0].read_text(encoding="utf-8"))
    assert first["autopilot"]["purpose"] == "quick"
    assert first["autopilot"]["kinds"] == ["ridge", "decision_tree"]
    assert entry.main(["train", "--replay", first["run"], "--json", str(facts[1])]) == 0
    again = json.loads(facts[1].read_text(encoding="utf-8"))
    assert again["run"] != first["run"]
    assert again["autopilot"] == first["autopilot"]
    assert [without_seconds(one) for one in again["models"]] == [without_seconds(one) for one in first["models"]]
    capsys.readouterr()
    assert entry.main(["train", str(rents), "--target", "rent", "--models", "ridge", "--folds", "3"]) == 0
    run = capsys.readouterr().err.split()[0]
    assert entry.main(["train", "--replay", run]) != 0
    assert "has no plan that could be repeated" in capsys.readouterr().err


def without_seconds(model):
    return {name: value for name, value in model.items() if name != "fit_seconds"}
