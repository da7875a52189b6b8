"""Rows kept for the end and second files, by the command line: locked, opened on record, judged later."""

import json
import zipfile
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.sales import sales
from workbench.cli import entry
from workbench.cli import test as test_command
from workbench.errors import NotFound
from workbench.specs import CandidateSpec
from workbench.store import Store, final_tests
from workbench.training import bootstrap


def run(*arguments):
    return entry.main([str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    sales().to_csv(folder / "sales.csv", index=False)
    pd.concat([sales(60, 1), sales().head(5)]).to_csv(folder / "later.csv", index=False)
    sales(30).drop(columns="size").to_csv(folder / "other.csv", index=False)
    return folder


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(bootstrap, "DRAWS", 20)


def train(files, *more):
    models = ("--models", "logistic,decision_tree", "--folds", 2)
    return run("train", files / "sales.csv", "--target", "sold", *models, *more)


def test_locked_rows_and_a_second_file_from_training_to_the_model_card(files, tmp_path, capsys):
    out, bundle = tmp_path / "run.json", tmp_path / "service.zip"
    more = ("--lock", "25%", "--test", files / "later.csv", "--json", out, "--bundle", bundle)
    assert train(files, *more) == 0
    said = capsys.readouterr()
    assert "40 rows are locked away; open them at the end: test RUN --open" in said.err
    assert "On 65 rows of “later.csv”, ROC AUC is" in said.out
    assert "5 of its 65 rows are also in the training file" in said.err
    facts = json.loads(out.read_text(encoding="utf-8"))
    (tested,) = facts["final_tests"]
    assert (tested["rows"], tested["n_rows"], tested["name"], tested["earlier"]) == ("file", 65, "later.csv", 0)
    with zipfile.ZipFile(bundle) as archive:
        card = json.loads(archive.read("model.json"))
        text = archive.read("README.md").decode()
    assert card["final_tests"] == facts["final_tests"] and card["n_rows"] == 120
    assert "### Final test" in text and "25 % of the rows were locked away for a final test" in text
    assert "also in the training file" in text

    # The locked rows: looked at, opened with the best model, and then with another.
    name, best = facts["run"], facts["best"]
    other = "decision_tree" if best == "logistic" else "logistic"
    assert run("test", name) == 0
    assert "25 % of the rows are locked away and were not opened" in capsys.readouterr().out
    assert run("test", name, "--open", "--json", tmp_path / "test.json") == 0
    assert "On 40 rows that nothing had seen, ROC AUC is" in capsys.readouterr().out
    (opened,) = json.loads((tmp_path / "test.json").read_text(encoding="utf-8"))
    assert opened["unseen"] and opened["key"] == best and opened["caveats"] == []
    assert run("test", name, "--open", "--model", other) == 1
    assert "Add --again to do so nevertheless" in capsys.readouterr().err
    assert run("test", name, "--open", "--model", other, "--again") == 0
    said = capsys.readouterr()
    assert "had been opened before" in said.out and "no longer an unseen test" in said.err
    with Store.open() as store:
        project = store.run(name).project_id
        assert [(found.key, found.rows, found.earlier) for found in store.openings(project)] == [
            (best, "file", 0),
            (best, "locked", 0),
            (other, "locked", 1),
        ]

    # Later files, by the bundle alone.
    good, worse = tmp_path / "may.csv", tmp_path / "june.csv"
    sales(80, 2).to_csv(good, index=False)
    sales(80, 2).assign(sold=lambda rows: np.where(rows["sold"] == "yes", "no", "yes")).to_csv(worse, index=False)
    assert run("evaluate", bundle, good, "--json", tmp_path / "may.json") == 0
    assert "On these 80 rows, ROC AUC is" in capsys.readouterr().out
    assert run("evaluate", bundle, worse, "--json", tmp_path / "june.json") == 0
    assert "It is worse than promised: retrain it with newer rows." in capsys.readouterr().out
    may, june = (json.loads((tmp_path / f"{month}.json").read_text(encoding="utf-8")) for month in ("may", "june"))
    assert june["worse"] and not may["worse"]
    assert may["expected"]["roc_auc"]["mean"] == pytest.approx(card["scores"]["metrics"]["roc_auc"]["mean"])
    # Every answer turned round turns the ranking round.
    assert may["scores"]["roc_auc"] + june["scores"]["roc_auc"] == pytest.approx(1)
    blank = tmp_path / "new.csv"
    sales(20, 3).drop(columns="sold").to_csv(blank, index=False)
    assert run("evaluate", bundle, blank) == 1
    assert "There is no column “sold” in “new.csv”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--test", "other.csv"), "“other.csv” lacks 1: “size”"),
        (("--test", "sales.csv"), "holds the very table that is trained on"),
        (("--test", "none.csv"), "There is no file"),
        (("--lock", "0.99"), "would be left"),
    ],
)
def test_what_cannot_be_kept_for_the_end_is_told_before_training(files, more, words, capsys):
    option, value = more
    assert train(files, option, value if option == "--lock" else files / value) == 1
    assert words in capsys.readouterr().err
    with Store.open() as store:
        assert store.project_ids() == []


def test_a_test_that_fails_costs_no_scores(files, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise ValueError("3 predictions are not finite numbers")

    monkeypatch.setattr(final_tests, "test_on_dataset", fail)
    out = tmp_path / "run.json"
    assert train(files, "--test", files / "later.csv", "--json", out) == 1
    said = capsys.readouterr()
    assert "3 predictions are not finite numbers" in said.err and "decision_tree" in said.out
    facts = json.loads(out.read_text(encoding="utf-8"))
    assert facts["best"] in ("logistic", "decision_tree") and facts["final_tests"] == []


def test_a_model_is_named_by_its_key_or_by_its_kind():
    tree = CandidateSpec(kind="decision_tree", hyperparameters={"min_samples_leaf": 5})
    candidates = (CandidateSpec(kind="ensemble"), CandidateSpec(kind="ensemble", hyperparameters={"members": 3}), tree)
    run_made = SimpleNamespace(spec=SimpleNamespace(candidates=candidates), best=None)
    assert test_command._key(run_made, "ensemble") == "ensemble"
    assert test_command._key(run_made, "decision_tree") == tree.key
    with pytest.raises(NotFound, match="no model “none”"):
        test_command._key(run_made, "none")


@pytest.mark.parametrize("value", ["0", "1.2", "half", "100%"])
def test_a_share_is_between_none_and_all(files, value, capsys):
    with pytest.raises(SystemExit):
        train(files, "--lock", value)
    assert "must be a share such as 0.2 or 20%" in capsys.readouterr().err


def test_a_run_without_locked_rows_has_none_to_open(files, capsys):
    assert run("train", files / "sales.csv", "--target", "sold", "--models", "decision_tree", "--folds", 2) == 0
    capsys.readouterr()
    with Store.open() as store:
        name = store.runs(store.project_ids()[0])[0].id
    assert run("test", name, "--open") == 1
    assert "No rows were locked away for this run" in capsys.readouterr().err
    assert run("test", name) == 0
    assert "tested on no second file" in capsys.readouterr().out
