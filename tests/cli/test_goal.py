"""What a model is for is said on the command line before it is trained, and answered at the end."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.cli.entry import main as run_command
from workbench.store import Store


@pytest.fixture
def flats(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    random = np.random.default_rng(0)
    size = random.normal(70, 20, 60).round(1)
    rent = (12 * size + random.normal(0, 30, 60)).round(2)
    pd.DataFrame({"size": size, "rent": [f"{one} €" for one in rent]}).to_csv(tmp_path / "flats.csv", index=False)
    return tmp_path / "flats.csv"


def train(flats, *more):
    given = ["train", str(flats), "--target", "rent", "--models", "ridge", "--folds", "2", "--split", "random"]
    return run_command([*given, *more])


def test_the_goal_is_kept_with_the_run_and_answered(flats, tmp_path, capsys):
    out = tmp_path / "out.json"
    goal = ("--decide", "what to ask for a flat", "--costs", "a month without rent", "--least", "40.5")
    assert train(flats, *goal, "--json", str(out)) == 0
    said = capsys.readouterr()
    assert "RMSE 3" in said.out and " €, fitted in" in said.out
    assert "the 40.5 € you asked for" in said.out
    run_id = json.loads(out.read_text(encoding="utf-8"))["run"]
    with Store.open() as store:
        run = store.run(run_id)
        draft = store.project(run.project_id).draft
    noted = {"decision": goal[1], "costs": goal[3], "metric": "rmse", "least": 40.5}
    assert run.notes["goal"] == noted
    assert (draft.goal, draft.success.costs, draft.success.metric, draft.success.least) == tuple(noted.values())
    assert run_command(["results", run_id, "--json", str(out), "--quick"]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))["goal"]
    assert told["decision"] == goal[1] and told["least"] == 40.5 and not told["written_later"]
    assert told["verdict"] in said.out


def test_nothing_is_kept_where_nothing_was_said_and_a_mistake_is_one_line(flats, capsys):
    assert train(flats) == 0
    with Store.open() as store:
        (project_id,) = store.project_ids()
        (run,) = store.runs(project_id)
        assert run.notes["goal"] is None
    with pytest.raises(SystemExit):
        train(flats, "--least", "many")
    assert "must be a number, not “many”" in capsys.readouterr().err
    assert run_command(["train", "--resume", run.id, "--least", "0"]) == 1
    assert "--least cannot be given" in capsys.readouterr().err
