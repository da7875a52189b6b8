"""``results``: what it writes agrees with itself, and with scikit-learn on the rows it writes."""

import csv
import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from workbench.cli.entry import main as run_command
from workbench.errors import NotPossible
from workbench.specs import AmountDecisionSpec, DecisionSpec, ScenarioSpec
from workbench.store import Store

N = 120
KEYS = {"mean", "std", "per_fold"}


def table():
    random = np.random.default_rng(4)
    size, rooms = random.normal(70, 20, N).round(1), random.integers(1, 6, N)
    signal = size / 20 + rooms + random.normal(0, 0.7, N)
    return pd.DataFrame(
        {
            "size": size,
            "rooms": rooms,
            "shop": [f"s{row % 12}" for row in range(N)],
            "price": (1_000 * signal).round(2),
            "kind": np.array(["low", "mid", "high"])[pd.qcut(signal, 3, labels=False)],
            "sold": np.where(signal + random.normal(0, 1, N) > 6.5, "yes", "no"),
        }
    )


ASKED = {
    "sold": ("--models", "logistic", "--drop", "price", "--drop", "kind", "--folds", "3", "--split", "random"),
    "kind": ("--models", "logistic", "--drop", "price", "--drop", "sold", "--group", "shop", "--folds", "3"),
    "price": (
        *("--models", "ridge", "--drop", "kind", "--drop", "sold"),
        *("--folds", "3", "--repeats", "2", "--split", "random"),
    ),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return a home folder with a finished run of each task, made once."""
    folder = tmp_path_factory.mktemp("results")
    made, home = {}, folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(home))
        table().to_csv(folder / "flats.csv", index=False)
        for target, asked in ASKED.items():
            out = folder / f"{target}.json"
            given = ("train", str(folder / "flats.csv"), "--target", target, *asked, "--json", str(out))
            assert run_command(list(given)) == 0
            made[target] = json.loads(out.read_text(encoding="utf-8"))["run"]
    return home, made


@pytest.fixture
def written(runs, tmp_path, monkeypatch):
    """Return a function that runs the command on the run of a target, and reads what it wrote."""
    home, made = runs
    monkeypatch.setenv("WORKBENCH_HOME", str(home))

    def write(target, *more):
        out, rows = tmp_path / "out.json", tmp_path / "out.csv"
        given = ["results", made[target], "--json", str(out), "--predictions", str(rows), *more]
        assert run_command(given) == 0
        told = json.loads(out.read_text(encoding="utf-8"), parse_constant=pytest.fail)
        return told, pd.read_csv(rows), made[target]

    return write


def per_fold(rows, measure):
    return [measure(part) for _, part in rows.groupby("fold")]


def check_metric(told, rows, name, measure):
    """The metric of the JSON is that of the rows of the CSV, fold by fold."""
    found, again = told["metrics"][name], per_fold(rows, measure)
    assert set(found) >= KEYS
    np.testing.assert_allclose(found["per_fold"][: len(again)], again, rtol=1e-9)
    assert found["mean"] == pytest.approx(np.mean(found["per_fold"]), rel=1e-9)
    assert found["std"] == pytest.approx(np.std(found["per_fold"]), rel=1e-9)


def check_rows(told, rows, target):
    assert len(rows) == told["rows"]["n_rows"] == N
    assert rows["row"].tolist() == list(range(1, N + 1))
    assert rows["actual"].tolist() == table()[target].tolist()
    assert sorted(rows["fold"].unique()) == list(range(told["rows"]["n_folds_in_predictions"]))


def check_confusion(told, rows, label):
    found, yes = told["confusion_at_threshold"], rows["prediction"] == label
    (tn, fp), (fn, tp) = sk.confusion_matrix(rows["actual"] == label, yes)
    assert found == {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    assert (rows[f"probability_{label}"] >= told["threshold"]).tolist() == yes.tolist()
    assert told["per_1000"]["tp"] == pytest.approx(1000 * tp / len(rows))
    assert told["precision"] == pytest.approx(tp / (tp + fp)) and told["recall"] == pytest.approx(tp / (tp + fn))


def check_labels(told, rows):
    check_metric(told, rows, "accuracy", lambda part: sk.accuracy_score(part["actual"], part["prediction"]))
    check_metric(
        told, rows, "balanced_accuracy", lambda part: sk.balanced_accuracy_score(part["actual"], part["prediction"])
    )
    counts = sk.confusion_matrix(rows["actual"], rows["prediction"], labels=told["classes"])
    assert told["confusion"] == {"labels": told["classes"], "counts": counts.tolist()}


def test_two_classes(written, capsys):
    told, rows, _ = written("sold")
    assert list(rows.columns) == ["row", "fold", "actual", "prediction", "probability_no", "probability_yes"]
    check_rows(told, rows, "sold")
    found = rows["actual"] == "yes"
    check_metric(told, rows, "roc_auc", lambda part: sk.roc_auc_score(found[part.index], part["probability_yes"]))
    check_metric(told, rows, "f1", lambda part: sk.f1_score(part["actual"], part["prediction"], pos_label="yes"))
    check_labels(told, rows)
    assert (told["threshold"], told["threshold_chosen"], told["classes_by"]) == (0.5, False, "most probable class")
    check_confusion(told, rows, "yes")
    assert told["best"] == "logistic" and told["interval_level"] is None and told["coverage"] is None
    assert [(one["key"], one["tied_with_best"]) for one in told["models"]] == [("logistic", True), ("baseline", False)]
    assert {entry["column"] for entry in told["importance"]} == {"size", "rooms", "shop"}
    assert isinstance(told["segments"], list) and told["segments_finding"]
    assert told["headline"] in capsys.readouterr().out.replace("\n", " ")


def test_a_threshold_in_use_is_in_every_figure(written):
    plain, before, run_id = written("sold")
    calls = ScenarioSpec(name="Calls", found=40, false_alarm=-5, unit="€")
    decision = DecisionSpec(label="yes", threshold=0.3, scenario="Calls", scenarios=(calls,))
    with Store.open() as store:
        store.save_decision(run_id, "logistic", decision)
    try:
        told, rows, _ = written("sold")
    finally:
        with Store.open() as store:
            store.save_decision(run_id, "logistic", None)
    assert (told["threshold"], told["threshold_of"], told["scenario"]) == (0.3, "yes", "Calls")
    assert told["classes_by"] == "threshold" and told["threshold_chosen"]
    check_confusion(told, rows, "yes")
    check_labels(told, rows)
    check_metric(told, rows, "f1", lambda part: sk.f1_score(part["actual"], part["prediction"], pos_label="yes"))
    assert (rows["prediction"] == "yes").sum() > (before["prediction"] == "yes").sum()
    assert told["metrics"]["roc_auc"] == plain["metrics"]["roc_auc"]
    assert told["metrics"]["accuracy"] != plain["metrics"]["accuracy"]


def test_several_classes_in_groups(written):
    told, rows, run_id = written("kind", "--quick")
    names = [f"probability_{label}" for label in ("high", "low", "mid")]
    assert list(rows.columns) == ["row", "fold", "actual", "prediction", *names]
    check_rows(told, rows, "kind")
    check_metric(told, rows, "log_loss", lambda part: sk.log_loss(part["actual"], part[names].to_numpy()))
    check_metric(told, rows, "f1", lambda part: sk.f1_score(part["actual"], part["prediction"], average="macro"))
    check_labels(told, rows)
    assert told["threshold"] is None and told["confusion_at_threshold"] is None
    assert told["split"]["column"] == "shop"
    shops = table()["shop"].groupby(rows["fold"]).unique()
    assert sum(len(one) for one in shops) == 12  # no group on two sides
    with Store.open() as store:
        store.save_decision(run_id, "logistic", DecisionSpec(label="mid", threshold=0.2))
    try:
        told, rows, _ = written("kind")
    finally:
        with Store.open() as store:
            store.save_decision(run_id, "logistic", None)
    assert (told["threshold"], told["threshold_of"]) == (0.2, "mid")
    check_confusion(told, rows, "mid")
    check_labels(told, rows)


def test_amounts_tested_twice(written):
    told, rows, run_id = written("price")
    assert list(rows.columns) == ["row", "fold", "actual", "prediction", "lower", "upper"]
    check_rows(told, rows, "price")
    assert told["rows"]["n_folds"] == 6 and len(told["metrics"]["rmse"]["per_fold"]) == 6
    assert "first of 2 drawings" in told["rows"]["which"]
    check_metric(told, rows, "rmse", lambda part: sk.root_mean_squared_error(part["actual"], part["prediction"]))
    check_metric(told, rows, "mae", lambda part: sk.mean_absolute_error(part["actual"], part["prediction"]))
    check_metric(told, rows, "r2", lambda part: sk.r2_score(part["actual"], part["prediction"]))
    inside = (rows["actual"] >= rows["lower"]) & (rows["actual"] <= rows["upper"])
    assert told["interval_level"] == 0.9
    assert told["coverage"] == pytest.approx(inside[rows["lower"].notna()].mean(), rel=1e-12)
    assert told["interval_width"] == pytest.approx((rows["upper"] - rows["lower"]).mean(), rel=1e-9)
    assert told["threshold"] is None and told["confusion_at_threshold"] is None and told["shift"] is None
    with Store.open() as store:
        store.save_interval_level(run_id, "ridge", 0.8)
        store.save_amount_decision(run_id, "ridge", AmountDecisionSpec(shift=120.0, too_low=3.0))
    again, narrower, _ = written("price", "--quick")
    with Store.open() as store:
        store.save_amount_decision(run_id, "ridge", None)
        store.save_interval_level(run_id, "ridge", 0.9)
    assert again["interval_level"] == 0.8 and again["shift"]["shift"] == 120.0
    assert (narrower["upper"] - narrower["lower"]).mean() < (rows["upper"] - rows["lower"]).mean()
    assert narrower["prediction"].tolist() == (rows["prediction"] + 120.0).tolist()  # as the service answers
    check_metric(again, narrower, "mae", lambda part: sk.mean_absolute_error(part["actual"], part["prediction"]))
    inside = (narrower["actual"] >= narrower["lower"]) & (narrower["actual"] <= narrower["upper"])
    assert again["coverage"] == pytest.approx(inside[narrower["lower"].notna()].mean(), rel=1e-12)
    assert told["as_it_comes"] and not again["as_it_comes"]


def test_without_an_interval_its_columns_are_there_and_blank(written, monkeypatch):
    from workbench.results import summary

    def too_few(*given, **more):
        raise NotPossible("There are too few rows.")

    monkeypatch.setattr(summary, "interval_of", too_few)
    told, rows, _ = written("price", "--quick")
    assert list(rows.columns) == ["row", "fold", "actual", "prediction", "lower", "upper"]
    assert rows[["lower", "upper"]].isna().all(axis=None) and rows["prediction"].notna().all()
    assert told["interval_level"] is None and told["coverage"] is None


def test_importance_is_measured_once_and_never_with_quick(written, capsys):
    told, _, run_id = written("sold")
    kept = told["importance"]
    assert kept and all(math.isfinite(entry["mean"]) for entry in kept)
    with Store.open() as store:
        store.put_artifact("importance", f"{run_id}:logistic", None)
    capsys.readouterr()
    assert written("sold", "--quick")[0]["importance"] == []
    assert "measuring" not in capsys.readouterr().err
    assert written("sold")[0]["importance"] == kept
    assert "measuring what the estimator relies on" in capsys.readouterr().err
    assert written("sold")[0]["importance"] == kept
    assert "measuring" not in capsys.readouterr().err


def test_names_of_classes_survive_the_csv(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    frame = table().assign(answer=np.where(table()["sold"] == "yes", 'a,"b"', "ü\u2028"))
    frame[["size", "rooms", "answer"]].to_csv(tmp_path / "a.csv", index=False)
    out = tmp_path / "t.json"
    given = ["train", tmp_path / "a.csv", "--target", "answer", "--models", "decision_tree", "--folds", "2"]
    assert run_command([str(one) for one in [*given, "--json", out]]) == 0
    run_id = json.loads(out.read_text(encoding="utf-8"))["run"]
    rows = tmp_path / "rows.csv"
    assert run_command(["results", run_id, "--predictions", str(rows), "--json", "-", "--quick"]) == 0
    with rows.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert 'probability_a,"b"' in header
    printed = capsys.readouterr()
    assert json.loads(printed.out[printed.out.index("{") :])["classes"] == sorted(set(pd.read_csv(rows)["actual"]))


@pytest.mark.parametrize(
    ("arguments", "piece"),
    [
        ([], "required: RUN"),
        (["run-00000000"], "nothing to write"),
        (["run-00000000", "--json", "a.json"], "does not exist"),
        (["../../etc", "--json", "a.json"], "There is no run"),
        (["run-00000000", "--json", "no/folder/a.json"], "There is no folder"),
        (["run-00000000", "--json", "a", "--html", "a"], "same name"),
    ],
)
def test_a_mistake_is_one_line(arguments, piece, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        code = run_command(["results", *arguments])
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    assert code and piece in printed.err and printed.err.count("\n") == 1 and not printed.out


def test_a_run_without_a_score(tmp_path, monkeypatch, capsys):
    from tests.results.mixed_rows import mixed_spec, mixed_table

    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    with Store.open() as store:
        project = store.create_project("Flats")
        dataset = store.add_frame(project.id, mixed_table("binary", 40), "flats", origin="file")
        run = store.create_run(project.id, mixed_spec("binary", "logistic", dataset=dataset.fingerprint))
    assert run_command(["results", run.id, "--json", str(tmp_path / "a.json")]) == 1
    assert "No model of this run has all its scores. Go on with it: train --resume" in capsys.readouterr().err
    assert not (tmp_path / "a.json").exists()
