"""``train`` leaves out what is not known when predicting, says so, and takes the person's word for the contrary."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.cli.entry import main as run_command

N = 200


@pytest.fixture
def members(tmp_path, monkeypatch):
    """Return a file in which a number is filled in only for those who left."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    random = np.random.default_rng(5)
    visits = random.integers(0, 20, N)
    left = visits + random.normal(0, 6, N) < 8
    key_days = np.where(left, random.integers(1, 40, N), np.nan)
    frame = pd.DataFrame({"visits": visits, "age": random.integers(18, 80, N), "key_days": key_days})
    frame["left"] = np.where(left, "yes", "no")
    path = tmp_path / "members.csv"
    frame.to_csv(path, index=False)
    return path


def train(path, *more):
    out = path.with_suffix(".json")
    asked = ["train", path, "--target", "left", "--models", "decision_tree", "--folds", 2, "--json", out, *more]
    assert run_command([str(part) for part in asked]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_a_column_filled_in_afterwards_is_left_out_and_said_so(members, capsys):
    report = train(members)
    assert report["columns"] == ["visits", "age"]
    said = "left out: key_days (not known when predicting, it seems: Whether “key_days” is filled in goes with “left”"
    assert said in capsys.readouterr().err


def test_what_the_person_knows_is_used_without_a_warning(members, capsys):
    report = train(members, "--known", "key_days")
    assert report["columns"] == ["visits", "age", "key_days"]
    assert report["warnings"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--known", "left"), "“left” is the target: it is not known when predicting"),
        (("--known", "age", "--drop", "age"), "“age” cannot be given with --drop and with --known"),
        (("--known", "nothing"), "The file has no column “nothing”"),
    ],
)
def test_contradictions_are_a_sentence(members, capsys, more, said):
    asked = ["train", str(members), "--target", "left", *more]
    assert run_command(asked) != 0
    assert said in capsys.readouterr().err
