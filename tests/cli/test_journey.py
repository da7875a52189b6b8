"""From a file to a proven service and its predictions, by the command line alone."""

import csv
import json
import signal
import zipfile

import numpy as np
import pytest

from workbench.cli import entry
from workbench.store import Store

N = 120
HEADER = ["customer", "age", "plan", "prediction", "churn"]


def run(*arguments):
    return entry.main([str(argument) for argument in arguments])


def strict_json(path):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A small table whose outcome goes with age and plan; one column is already called "prediction"."""
    path = tmp_path_factory.mktemp("data") / "customers.csv"
    random = np.random.default_rng(0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        for number in range(N):
            age, plan = int(random.integers(18, 80)), ["basic", "plus, more", "gold"][number % 3]
            leaves = age + 20 * (number % 3 == 0) + random.normal(0, 8) > 55
            guess = ["low", "high"][number % 2]
            writer.writerow([f"C{number:04d}", "" if number == 5 else age, plan, guess, "yes" if leaves else "no"])
    return path


@pytest.fixture(scope="module")
def trained(table, tmp_path_factory):
    """One run with its JSON, its bundle and what was said; shared, since it takes some seconds."""
    import contextlib
    import io
    import os

    folder = tmp_path_factory.mktemp("trained")
    said, result, bundle = io.StringIO(), folder / "run.json", folder / "service.zip"
    before, os.environ["WORKBENCH_HOME"] = os.environ.get("WORKBENCH_HOME"), str(folder / "home")
    try:
        with contextlib.redirect_stderr(said):
            code = run(
                *("train", table, "--target", "churn", "--drop", "customer", "--positive", "yes", "--folds", 2),
                *("--models", "logistic,ridge,naive_bayes", "--seed", 3, "--json", result, "--bundle", bundle),
            )
    finally:
        os.environ.pop("WORKBENCH_HOME")
        if before is not None:
            os.environ["WORKBENCH_HOME"] = before
    return {"code": code, "said": said.getvalue(), "json": result, "bundle": bundle, "home": folder / "home"}


def test_train_tells_all_scores(trained):
    assert trained["code"] == 0, trained["said"]
    found = strict_json(trained["json"])
    assert trained["said"].splitlines()[0] == found["run"]
    assert (found["task"], found["metric"], found["positive"], found["folds"]) == ("binary", "roc_auc", "yes", 2)
    assert (found["n_rows"], found["seed"], found["classes"]) == (N, 3, ["no", "yes"])
    assert found["best"] in ("logistic", "naive_bayes")
    assert found["headline"]
    models = {entry["kind"]: entry for entry in found["models"]}
    assert set(models) == {"baseline", "logistic", "ridge", "naive_bayes"}
    assert models["ridge"]["error"] and models["ridge"]["mean"] is None
    assert found["baseline"] == models["baseline"]["mean"] == 0.5
    for kind in ("baseline", "logistic", "naive_bayes"):
        scores = models[kind]["scores"]["roc_auc"]
        assert len(scores) == 2 and "error" not in models[kind]
        assert models[kind]["mean"] == pytest.approx(np.mean(scores))
        assert models[kind]["std"] == pytest.approx(np.std(scores))
        assert models[kind]["fit_seconds"] > 0
    assert {"column": "customer", "reason": "left out on the command line"} in found["left_out"]
    assert isinstance(found["warnings"], list) and isinstance(found["models_left_out"], list)


def test_the_run_is_in_the_store(trained):
    found = strict_json(trained["json"])
    with Store.open(trained["home"]) as store:
        kept = store.run(found["run"])
        assert (kept.status, kept.n_done, kept.n_total) == ("finished", 6, 6)
        assert store.project(found["project"]).name == "customers"
        assert store.project(found["project"]).draft.target == "churn"


def test_a_finished_run_can_be_asked_again(trained, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_HOME", str(trained["home"]))
    found = strict_json(trained["json"])
    assert run("train", "--resume", found["run"], "--json", tmp_path / "again.json") == 0
    assert strict_json(tmp_path / "again.json") == found


def test_predict_keeps_the_input_and_adds_predictions(trained, table, tmp_path):
    out = tmp_path / "out.csv"
    assert run("predict", trained["bundle"], table, "--csv", out) == 0
    given, written = [line.split(";") for line in table.read_text(encoding="utf-8").splitlines()], rows_of(out)
    assert written[0] == [*HEADER, "prediction (2)", "probability_no", "probability_yes"]
    assert [row[: len(HEADER)] for row in written] == given
    for row in written[1:]:
        no, yes = float(row[-2]), float(row[-1])
        assert no + yes == pytest.approx(1)
        assert row[-3] == ("yes" if yes > no else "no")
    assert out.read_bytes().count(b"\r\n") == N + 1


def test_predict_equals_the_golden_rows(trained, tmp_path):
    """The file, the service's tests and the command give the same figures."""
    with zipfile.ZipFile(trained["bundle"]) as archive:
        golden = json.loads(archive.read("golden.json"))
    fields = [name for name in HEADER if name in golden["rows"][0]]
    pairs = list(zip(golden["rows"], golden["predictions"], strict=True))[:40]
    rows = tmp_path / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(fields)
        writer.writerows([["" if row[name] is None else row[name] for name in fields] for row, _ in pairs])
    assert run("predict", trained["bundle"], rows, "--csv", tmp_path / "out.csv") == 0
    header, *written = rows_of(tmp_path / "out.csv")
    for row, (_, answer) in zip(written, pairs, strict=True):
        assert row[header.index("prediction (2)")] == answer["prediction"]
        assert float(row[header.index("probability_yes")]) == pytest.approx(answer["probabilities"]["yes"], abs=1e-9)


def test_predict_reads_files_of_another_make(trained, tmp_path, capsys):
    """Comma instead of semicolon, other order, no target, one column missing, one too many, one bad cell."""
    rows = tmp_path / "new.csv"
    rows.write_text('plan,age,note\n"plus, more",30,hello\ngold,not a number,x\nnever seen,77,\n', encoding="utf-8")
    assert run("predict", trained["bundle"], rows, "--csv", tmp_path / "out.csv") == 0
    header, *written = rows_of(tmp_path / "out.csv")
    assert header == ["plan", "age", "note", "prediction", "probability_no", "probability_yes"]
    assert [row[:3] for row in written] == [
        ["plus, more", "30", "hello"],
        ["gold", "not a number", "x"],
        ["never seen", "77", ""],
    ]
    assert [bool(row[3]) for row in written] == [True, False, True]
    assert written[1][3:] == ["", "", ""]
    said = capsys.readouterr()
    assert "1 row" in said.err and "Row 2:" in said.err and "age" in said.err
    assert "lacks" in said.err and "“prediction”" in said.err
    assert "2 of 3 rows predicted" in said.out


def test_predict_a_file_without_rows(trained, tmp_path):
    rows = tmp_path / "none.csv"
    rows.write_text("age;plan;prediction\n", encoding="utf-8")
    assert run("predict", trained["bundle"], rows, "--csv", tmp_path / "out.csv") == 0
    assert rows_of(tmp_path / "out.csv") == [
        ["age", "plan", "prediction", "prediction (2)", "probability_no", "probability_yes"]
    ]


def test_predict_to_standard_output(trained, table, capfd):
    assert run("predict", trained["bundle"], table, "--csv", "-") == 0
    printed = capfd.readouterr()
    assert len(printed.out.splitlines()) == N + 1
    assert "rows predicted" in printed.err


def test_predict_refuses_a_file_of_something_else(trained, tmp_path, capsys):
    rows = tmp_path / "other.csv"
    rows.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    assert run("predict", trained["bundle"], rows, "--csv", tmp_path / "out.csv") == 1
    assert "none of the columns" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_a_spoiled_bundle_is_refused(trained, table, tmp_path, capsys):
    spoiled = tmp_path / "spoiled.zip"
    with zipfile.ZipFile(trained["bundle"]) as old, zipfile.ZipFile(spoiled, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:-1] + b"x" if name == "model.joblib" else content)
    assert run("predict", spoiled, table, "--csv", tmp_path / "out.csv") == 1
    assert "not the file that was tested" in capsys.readouterr().err


def test_read_writes_the_cells_of_the_file(table, tmp_path):
    assert run("read", table, "--csv", tmp_path / "out.csv", "--json", tmp_path / "out.json") == 0
    assert rows_of(tmp_path / "out.csv") == [line.split(";") for line in table.read_text(encoding="utf-8").splitlines()]
    found = strict_json(tmp_path / "out.json")
    assert (found["n_rows"], found["n_columns"], found["read"]["delimiter"]) == (N, 5, ";")
    assert [column["name"] for column in found["schema"]["columns"]] == HEADER
    assert found["sentence"] and isinstance(found["notes"], list)


def test_profile_writes_report_and_figures(table, tmp_path, capsys):
    html, figures = tmp_path / "out.html", tmp_path / "out.json"
    assert run("profile", table, "--target", "churn", "--html", html, "--json", figures) == 0
    found = strict_json(figures)
    assert (found["n_rows"], found["n_columns"]) == (N, 5)
    age = next(column for column in found["columns"] if column["name"] == "age")
    assert {
        "name",
        "meaning",
        "missing_count",
        "distinct_count",
        "mean",
        "std",
        "min",
        "q25",
        "median",
        "q75",
        "max",
    } <= set(age)
    assert age["missing_count"] == 1
    assert all({"code", "status", "columns", "sentence"} <= set(finding) for finding in found["findings"])
    page = html.read_text(encoding="utf-8")
    assert "<title>Profile of customers.csv</title>" in page and "http" not in page.split("</style>")[1]
    assert found["headline"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "piece"),
    [
        (["--target", "Churn"], "Do you mean “churn”?"),
        (["--target", "nothing"], "The columns are “customer”"),
        (["--target", "churn", "--drop", "nothing"], "no column “nothing”"),
        (["--target", "churn", "--drop", "churn"], "cannot be dropped"),
        (["--target", "churn", "--group", "nothing"], "no column “nothing”"),
        (["--target", "churn", "--models", "logistic,magic"], "no estimator “magic”"),
        (["--target", "churn", "--models", ","], "There are baseline"),
        (["--target", "churn", "--metric", "beauty"], "beauty"),
        (["--target", "churn", "--metric", "rmse"], "RMSE does not fit"),
        (["--target", "churn", "--positive", "maybe"], "maybe"),
        (["--target", "churn", "--task", "regression"], ""),
        (["--target", "churn", "--models", "ridge"], ""),
    ],
)
def test_what_cannot_be_trained_leaves_nothing_behind(options, piece, table, home, capsys):
    assert run("train", table, *options) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1 and piece in said
    assert "unexpected" not in said
    with Store.open(home) as store:
        assert store.project_ids() == [] and store.project_cards(deleted=True) == []


def ctrl_c():
    raise KeyboardInterrupt


def terminate():
    signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("interrupt", [ctrl_c, terminate])
def test_stopping_keeps_what_is_finished(interrupt, table, home, monkeypatch, capsys, tmp_path):
    """The interruption comes with the third fold; resuming scores the rest, and nothing twice."""
    record, seen = Store.record_fold, []

    def interrupted(self, run_id, score, **options):
        if len(seen) == 2:
            interrupt()
        seen.append((score.candidate, score.fold))
        return record(self, run_id, score, **options)

    monkeypatch.setattr(Store, "record_fold", interrupted)
    assert run("train", table, "--target", "churn", "--models", "decision_tree", "--folds", 2) == 130
    said = capsys.readouterr().err.splitlines()
    assert "2 of 4 folds are kept" in said[-1] and f"train --resume {said[0]}" in said[-1]
    monkeypatch.setattr(Store, "record_fold", record)
    with Store.open(home) as store:
        assert store.run(said[0]).status == "stopped"
    assert run("train", "--resume", said[0], "--json", tmp_path / "out.json") == 0
    with Store.open(home) as store:
        scored = [(entry["candidate"], entry["fold"]) for entry in store.fold_log(said[0]) if entry["event"] == "score"]
        assert len(scored) == len(set(scored)) == 4
        assert store.run(said[0]).status == "finished"
    assert strict_json(tmp_path / "out.json")["status"] == "finished"


def test_columns_that_add_up_to_the_target_are_warned_of(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    path, random = tmp_path / "rentals.csv", np.random.default_rng(1)
    rows = [(a, b, a + b) for a, b in random.integers(0, 500, (N, 2))]
    path.write_text("\n".join(["guests,members,total", *(f"{a},{b},{c}" for a, b, c in rows)]), encoding="utf-8")
    asked = ("train", path, "--target", "total", "--models", "ridge", "--folds", 2, "--json", tmp_path / "run.json")
    assert run(*asked) == 0
    warning = (
        "“guests” and “members” add up to “total” exactly, in every row. "
        "Leave them out unless you will know them when you predict."
    )
    assert warning in strict_json(tmp_path / "run.json")["warnings"]
    assert capsys.readouterr().err.splitlines()[1] == f"warning: {warning}"
    assert run(*asked, "--drop", "members") == 0
    assert warning not in strict_json(tmp_path / "run.json")["warnings"]
