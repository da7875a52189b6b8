"""``train --split``: what is said of the rows, what the profile suggests, and the question before a run."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.cli.entry import main as run_command

N = 200


@pytest.fixture
def visits(tmp_path, monkeypatch):
    """Return a file of visits of people who are alike on each, with a date and a column of parts."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    random = np.random.default_rng(1)
    who = np.repeat(np.arange(40), 5)
    traits, answers = random.normal(size=(40, 2)), random.random(40) < 0.5
    frame = pd.DataFrame(
        {
            "customer_id": [f"C{1000 + one}" for one in who],
            "visit": np.tile(np.arange(1, 6), 40),
            "weight": (50 + 9 * traits[who, 0] + random.normal(0, 0.1, N)).round(2),
            "height": (170 + 9 * traits[who, 1] + random.normal(0, 0.1, N)).round(2),
            "day": pd.date_range("2024-01-01", periods=40).strftime("%Y-%m-%d").tolist() * 5,
            "part": random.choice(["train", "test"], N, p=[0.75, 0.25]),
            "ill": np.where(answers[who], "yes", "no"),
        }
    )
    path = tmp_path / "visits.csv"
    frame.to_csv(path, index=False)
    return path


def train(path, *more):
    out = path.with_suffix(".json")
    asked = ["train", path, "--target", "ill", "--models", "decision_tree", "--json", out, *more]
    assert run_command([str(part) for part in asked]) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_what_the_data_suggest_is_taken_and_said(visits, capsys):
    report = train(visits, "--split", "group", "--folds", 5)
    split = report["split"]
    assert (split["kind"], split["column"], split["folds"], report["folds"]) == ("group", "customer_id", 5, 5)
    out, err = capsys.readouterr()
    assert "divided by “customer_id”, which the data suggest; --group names another column" in err
    assert "rows grouped by “customer_id”; checked 5 times." in err
    assert "share “customer_id”" not in err  # it is answered
    # The optimism of a division by chance is measured with the run, and said.
    gap = report["optimism"]
    assert gap["matters"] and len(gap["random"]) == 5
    assert gap["sentence"] in out
    assert "falls to" in gap["sentence"] and "when the same “customer_id” cannot be on both sides." in gap["sentence"]


def test_what_is_not_answered_is_asked_before_the_run(visits, capsys):
    report = train(visits, "--folds", 2)
    assert report["split"]["kind"] == "random"
    (warning,) = [text for text in report["warnings"] if "share “customer_id”" in text]
    assert "--split" not in warning  # the app shows it, too
    err = capsys.readouterr().err
    assert f"warning: {warning} Answer with --split group --group “customer_id”, or with --split random.\n" in err
    assert err.index("share “customer_id”") < err.index("folds done")
    assert report["optimism"]["matters"]  # what is suggested is measured too
    answered = train(visits, "--split", "random", "--folds", 2)
    assert not [text for text in answered["warnings"] if "share “customer_id”" in text]
    assert answered["optimism"] is None


def test_own_folds_a_hold_out_and_the_number_decided(visits, capsys):
    report = train(visits, "--split", "own")
    assert (report["split"]["column"], report["folds"]) == ("part", 1)
    assert "The rows with “test” in “part” are tested" in report["split_reason"]
    assert all(model["std"] is None for model in report["models"])
    assert "±" not in capsys.readouterr().out.splitlines()[0]


def test_one_group_after_the_other_and_a_gap(visits):
    each = train(visits, "--group", "customer_id", "--each", "--metric", "log_loss")
    assert (each["folds"], each["split"]["each"]) == (40, True)
    gap = train(visits, "--split", "time", "--gap", 3, "--folds", 2)
    assert (gap["split"]["column"], gap["split"]["gap"]) == ("day", 3.0)
    drawn = train(visits, "--repeats", 3, "--split", "random", "--folds", 2)
    assert (drawn["folds"], drawn["split"]["repeats"], drawn["split_reason"]) == (6, 3, "")


def test_a_column_that_none_suggests_has_to_be_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    path = tmp_path / "plain.csv"
    pd.DataFrame({"a": np.arange(60) % 7, "ill": ["yes", "no"] * 30}).to_csv(path, index=False)
    for kind, option in (("group", "--group"), ("time", "--time"), ("own", "--fold-column")):
        assert run_command(["train", str(path), "--target", "ill", "--split", kind]) != 0
        said = capsys.readouterr().err
        assert f"--split {kind} needs a column, and none suggests itself. Name it with {option}." in said
