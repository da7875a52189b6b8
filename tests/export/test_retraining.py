"""A bundle trains its model anew: the same from the same file, a worse one refused, what is wrong said in sentences."""

import dataclasses
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import skops.io

from workbench.data import detect_schema
from workbench.export import bundle as bundle_module
from workbench.modeling import metrics
from workbench.modeling.planning import plan_experiment
from workbench.runtime.learning.metrics import GREATER_IS_BETTER, VALUES
from workbench.runtime.learning.question import Question
from workbench.runtime.learning.rows import inputs_and_target
from workbench.runtime.reading import type_table
from workbench.runtime.scorer import Scorer
from workbench.runtime.upkeep import writing
from workbench.runtime.upkeep.new_rows import UnlikeTraining, read_new_rows
from workbench.runtime.upkeep.retraining import retrain
from workbench.runtime.upkeep.setting_aside import set_aside
from workbench.specs import CandidateSpec, Draft, DropDuplicates, FilterRows, MemberSpec, ReadSpec, Recipe, SplitSpec
from workbench.training import cross_validate, fit

N_ROWS = 240


def orders(n_rows=N_ROWS, seed=0):
    rng = np.random.default_rng(seed)
    size = rng.normal(50, 15, n_rows).round(2)
    place = rng.choice(["north", "south", "west"], n_rows)
    cost = 20 + size * 2 + 30 * (place == "south") + rng.normal(0, 12, n_rows)
    return pd.DataFrame(
        {
            "size": size,
            "place": place,
            "day": pd.date_range("2024-01-01", periods=n_rows, freq="D").strftime("%Y-%m-%d"),
            "customer": [f"c{number}" for number in rng.integers(0, 60, n_rows)],
            "weight": rng.integers(1, 4, n_rows),
            "late": np.where(cost + rng.normal(0, 10, n_rows) > 130, "yes", "no"),
            "cost": cost.round(3),
        }
    )


LOGISTIC = CandidateSpec(kind="logistic")


def made(folder, target="late", candidates=(LOGISTIC,), table=None, **draft):
    """Return an unpacked bundle of the best of ``candidates``, with what it was made of."""
    table = orders() if table is None else table
    data = folder / "training.csv"
    table.to_csv(data, index=False)
    raw = pd.read_csv(data, dtype="str", keep_default_na=False)
    schema = detect_schema(raw)[0]
    typed = type_table(raw, [column.model_dump(mode="json") for column in schema.columns])
    draft = {"split": SplitSpec(folds=3), **draft}
    asked = Draft(target=target, candidates=(CandidateSpec(kind="baseline"), *candidates[:1]), **draft)
    spec = plan_experiment(typed, schema, asked).spec
    spec = spec.but(candidates=(spec.candidates[0], *candidates))
    key = candidates[-1].key
    evaluation = None if candidates[-1].members else cross_validate(typed, spec, n_jobs=1)
    read = ReadSpec(names=tuple(raw.columns))
    model = fit(typed, spec, key)
    inputs = raw[[column.name for column in spec.columns]]
    built = bundle_module.build_bundle(
        model, spec, read, typed, folder / "b.zip", raw=inputs, schema=schema, evaluation=evaluation, key=key
    )
    home = folder / "service"
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(home)
    return SimpleNamespace(home=home, data=data, spec=spec, table=typed, model=model, bundle=built, key=key)


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    return made(tmp_path_factory.mktemp("late"))


def quiet(sentence):
    """Take no notice."""


def again(one, data=None, **options):
    return retrain(one.home, data or one.data, say=quiet, **options)


def assert_same_scores(found, one):
    before = json.loads((one.home / "model.json").read_text())["scores"]
    for part in ("metrics", "baseline"):
        assert found.manifest["scores"][part].keys() == before[part].keys()
        for name, measure in before[part].items():
            ours = found.manifest["scores"][part][name]
            assert ours["folds"] == pytest.approx(measure["folds"], rel=1e-9, nan_ok=True)
            assert ours["mean"] == pytest.approx(measure["mean"], rel=1e-9)
            assert ours["std"] == pytest.approx(measure["std"], rel=1e-9, abs=1e-12)


def assert_same_golden(found, one):
    golden = json.loads((one.home / "golden.json").read_text())
    answers = found.scorer.predict_rows(golden["rows"])
    for answer, expected in zip(answers, golden["predictions"], strict=True):
        assert answer["warnings"] == expected["warnings"]
        numbers = {
            name: answer[name] for name in ("prediction", "lower", "upper") if isinstance(answer.get(name), float)
        }
        assert numbers == pytest.approx({name: expected[name] for name in numbers}, rel=1e-9, abs=1e-9)
        assert answer["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-9)


FOREST = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 20})
RIDGE = CandidateSpec(kind="ridge")
CASES = {
    "chance": {},
    "number": {"target": "cost", "candidates": (FOREST,)},
    "groups": {"split": SplitSpec(kind="group", folds=3, column="customer")},
    "time": {"split": SplitSpec(kind="time", folds=3, column="day"), "target": "cost", "candidates": (RIDGE,)},
    "locked and weighted": {"locked": 0.25, "weight_column": "weight", "class_weight": "balanced"},
    "steps": {
        "recipe": Recipe(
            rows=(
                FilterRows(column="weight", operator="one_of", values=(1, 2)),
                FilterRows(column="day", operator="at_least", values=("2024-02-01",)),
                DropDuplicates(),
            )
        )
    },
    "repeated": {"split": SplitSpec(folds=2, repeats=2), "candidates": (CandidateSpec(kind="decision_tree"),)},
    "held out once": {"split": SplitSpec(folds=1, share=0.3)},
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_training_file_gives_the_same_scores_and_answers(case, tmp_path):
    one = made(tmp_path, **CASES[case])
    found = again(one)
    assert not found.verdict.refused, found.verdict.sentences
    before = json.loads((one.home / "model.json").read_text())
    assert found.manifest["fields"] == before["fields"]
    assert found.manifest["n_rows"] == before["n_rows"]
    assert found.manifest["training"] == before["training"]
    assert found.manifest["versions"] == before["versions"]
    if case != "held out once":
        assert_same_scores(found, one)
    assert_same_golden(found, one)
    if "locked" in case:
        assert any("neither model has learnt from them" in sentence for sentence in found.verdict.sentences)
    else:
        assert any("new to both" in sentence for sentence in found.verdict.sentences)


MEMBERS = (
    MemberSpec(kind="logistic", weight=0.6),
    MemberSpec(kind="nearest_neighbours", weight=0.1),
    MemberSpec(kind="decision_tree", weight=0.3),
)


@pytest.mark.parametrize(
    "split", [SplitSpec(folds=3), SplitSpec(kind="group", folds=3, column="customer")], ids=["bag", "all"]
)
def test_an_ensemble_is_fitted_anew_with_its_weights_and_calibration(split, tmp_path):
    ensemble = CandidateSpec(kind="ensemble", members=MEMBERS, hyperparameters={"a": 0.9, "b": 1.1, "c": 0.1})
    single = tuple(CandidateSpec(kind=member.kind) for member in MEMBERS)
    one = made(tmp_path, candidates=(*single, ensemble), split=split, weight_column="weight", class_weight="balanced")
    assert one.bundle.manifest["training"]["weighted"] == [[True], [False], [True]]
    found = again(one)
    assert not found.verdict.refused, found.verdict.sentences
    expected = one.model.predict_proba(one.table)
    np.testing.assert_allclose(found.scorer.model.predict_proba(one.table), expected, rtol=0, atol=1e-12)
    assert_same_golden(found, one)


@pytest.mark.parametrize("target", ["late", "cost"])
def test_a_shuffled_target_is_refused(target, tmp_path):
    kind = {"late": "logistic", "cost": "ridge"}[target]
    one = made(tmp_path, target=target, candidates=(CandidateSpec(kind=kind),))
    table = orders()
    table[target] = np.random.default_rng(3).permutation(table[target].to_numpy())
    table.to_csv(tmp_path / "shuffled.csv", index=False)
    found = again(one, tmp_path / "shuffled.csv")
    assert found.verdict.refused and found.manifest is None
    assert "no better than always giving the same answer" in found.verdict.sentences[-1]
    if target == "late":  # a number is missed by less if nothing is learnt than if what was learnt is wrong
        assert "more than chance explains" in found.verdict.sentences[-2]


def test_new_rows_below_are_what_both_models_are_compared_on(late, tmp_path):
    table = pd.concat([orders(), orders(200, seed=9)])
    table.to_csv(tmp_path / "more.csv", index=False)
    found = again(late, tmp_path / "more.csv")
    assert not found.verdict.refused, found.verdict.sentences
    assert "compared on 100 of the 200 rows that are new to both" in found.verdict.sentences[0]
    assert found.manifest["n_rows"] == N_ROWS + 200
    # The same rows in another order: still known, though not in which order they were locked away.
    table.iloc[[*range(N_ROWS - 1, -1, -1), *range(N_ROWS, N_ROWS + 200)]].to_csv(tmp_path / "turned.csv", index=False)
    assert "of the 200 rows that are new" in again(late, tmp_path / "turned.csv").verdict.sentences[0]


def test_a_model_that_is_worse_on_the_same_rows_is_refused(tmp_path):
    one = made(tmp_path, split=SplitSpec(kind="group", folds=3, column="customer"))
    table = orders(400, seed=7)
    # Groups are set aside by their names: in all others the target says nothing, as if it had been filled in at random.
    question = Question.from_json(one.bundle.manifest["spec"])
    inputs, target = inputs_and_target(table, question)
    aside = set_aside(table, inputs, target, question, table.index[:0])
    rest = np.setdiff1d(np.arange(len(table)), aside.positions)
    spoiled = table["late"].to_numpy().copy()
    spoiled[rest] = np.random.default_rng(2).permutation(spoiled[rest])
    table.assign(late=spoiled).to_csv(tmp_path / "spoiled.csv", index=False)
    found = again(one, tmp_path / "spoiled.csv", seen="none")
    assert found.verdict.refused and "worse beyond noise" in found.verdict.sentences[1]


def test_rows_that_are_not_known_are_said_to_be_so(late, tmp_path):
    orders(300, seed=11).to_csv(tmp_path / "other.csv", index=False)
    assert "is not known" in again(late, tmp_path / "other.csv").verdict.sentences[0]
    assert "new to both" in again(late, tmp_path / "other.csv", seen="none").verdict.sentences[0]
    assert "cannot be compared" in again(late, tmp_path / "other.csv", seen="all").verdict.sentences[0]


def renamed(table):
    return table.rename(columns={"size": "Size"})


def without(table):
    return table.drop(columns=["place"])


def unreadable(table):
    return table.assign(
        size=["about " + str(value) if at % 5 == 0 else value for at, value in enumerate(table["size"])]
    )


def of_one_class(table):
    return table.assign(late="no")


def of_a_new_class(table):
    return table.assign(late=["maybe" if at == 5 else value for at, value in enumerate(table["late"])])


def without_target(table):
    return table.assign(late="")


def empty(table):
    return table.iloc[:0]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (renamed, "no column “size”. Is it the one called “Size” now"),
        (without, "no column “place”, which the model needs"),
        (
            unreadable,
            "48 cells of “size” cannot be read as a number by the rules of the training file; the first is “about ",
        ),
        (of_one_class, "no row is “yes”"),
        (of_a_new_class, "1 rows are “maybe”, which is none of the classes “no”, “yes”"),
        (without_target, "Only 0 rows have a value in “late”"),
        (empty, "has no rows"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_file_that_does_not_fit_is_refused_in_words(late, tmp_path, spoil, said):
    spoil(orders()).to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(UnlikeTraining) as caught:
        again(late, tmp_path / "new.csv")
    assert said in str(caught.value)


def test_a_file_that_is_none_is_refused_in_words(late, tmp_path):
    with pytest.raises(UnlikeTraining, match="cannot be opened"):
        again(late, tmp_path / "absent.csv")
    (tmp_path / "bytes.csv").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UnlikeTraining):
        again(late, tmp_path / "bytes.csv")
    (tmp_path / "new.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(UnlikeTraining, match=r"new\.xlsx is a workbook, and the training file was text"):
        again(late, tmp_path / "new.xlsx")
    orders().to_csv(tmp_path / "semicolons.csv", index=False, sep=";", decimal=",")
    with pytest.raises(UnlikeTraining, match="separated by semicolons, and those of the training file were by commas"):
        again(late, tmp_path / "semicolons.csv")
    orders()[["size"]].to_csv(tmp_path / "one.csv", index=False)
    with pytest.raises(UnlikeTraining, match=r"no column “place”, which the model needs\. Add it\."):
        again(late, tmp_path / "one.csv")


def test_too_few_rows_to_compare_on_are_said_to_be_so(late, tmp_path):
    orders(14, seed=11).to_csv(tmp_path / "few.csv", index=False)
    assert again(late, tmp_path / "few.csv").verdict.sentences[0].startswith("14 rows are too few to set some aside")


def test_columns_may_stand_in_another_order_and_be_more(late, tmp_path):
    table = orders()
    table[[*table.columns[::-1]]].assign(other=1).to_csv(tmp_path / "turned.csv", index=False)
    found = again(late, tmp_path / "turned.csv")
    assert_same_scores(found, late)
    assert any("does not use" in note and "“other”" in note for note in found.rows.notes)


def test_the_service_is_replaced_whole_and_the_earlier_one_kept(late, tmp_path, monkeypatch):
    home = tmp_path / "service"
    shutil.copytree(late.home, home)
    said = (home / "README.md").read_text()
    (home / "README.md").write_text(said.replace('"in_words": "', '"in_words": "It was once '))
    (home / ".venv").mkdir()
    (home / ".venv" / "pyvenv.cfg").write_text("")
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    found = retrain(home, late.data, say=quiet)
    monkeypatch.setattr(writing, "_test", lambda folder: None)
    log = home / "predictions.log"
    log.write_text("one\n")
    (home / "new *file*.csv").write_text("somebody's rows")
    with writing.written(home, found, "new *file*.csv") as new:
        assert not (new / ".venv").exists() and not (new / "new *file*.csv").exists()
        assert new.stat().st_mode == home.stat().st_mode  # whoever reads the current one reads the new one
        log.write_text("one\ntwo\n")  # the service goes on meanwhile
        aside = writing.put_in_place(new, home, found.before["model"])
    assert log.read_text() == "one\ntwo\n" and not (aside / log.name).exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "service"] or not any(
        path.name.startswith(".service-new") for path in tmp_path.iterdir()
    )
    for path in aside.iterdir():
        assert path.read_bytes() == before[path.name]
    assert {"model.json", "README.md"} <= {path.name for path in aside.iterdir()}
    assert Scorer.load(home).fingerprint == found.manifest["model"]
    changes = (home / "CHANGES.md").read_text()
    assert "trained anew on `new *file*.csv`" in changes and "ROC AUC" in changes and found.manifest["model"] in changes
    readme = (home / "README.md").read_text()
    assert "**Trained anew.**" in readme
    # What it shows as the answer is the new model's.
    shown = json.loads(re.search(r"The answer:\n\n```json\n(.*?)\n```", readme, re.DOTALL)[1])
    rows = json.loads((home / "request.json").read_text())["rows"]
    (told,) = shown["predictions"]
    assert not told.pop("in_words").startswith("It was once") and shown["model"] == found.manifest["model"]
    assert [told] == Scorer.load(home).predict_rows(rows)
    # Once more: the earlier section stays below.
    found = retrain(home, late.data, say=quiet)
    with writing.written(home, found, "second.csv") as new:
        writing.put_in_place(new, home, found.before["model"])
    assert (home / "CHANGES.md").read_text().count("trained anew on") == 2
    assert (home / "README.md").read_text().count("**Trained anew.**") == 1
    trusted = json.loads((home / "model.json").read_text())["skops"]["trusted"]
    copy = skops.io.load(home / "model.skops", trusted=trusted)
    np.testing.assert_array_equal(copy.predict_proba(late.table), found.scorer.model.predict_proba(late.table))
    # Where there is no skops, the copy goes: it would be of the model before.
    monkeypatch.setitem(sys.modules, "skops.io", None)
    found = retrain(home, late.data, say=quiet)
    with writing.written(home, found, "third.csv") as new:
        aside = writing.put_in_place(new, home, found.before["model"])
    assert not (home / "model.skops").exists() and (aside / "model.skops").is_file()
    assert "model.skops is gone" in (home / "CHANGES.md").read_text()


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [(PermissionError("in use"), writing.NotWritten), (KeyboardInterrupt(), KeyboardInterrupt)],
    ids=["cannot be written", "Ctrl+C"],
)
def test_what_cannot_be_put_in_place_leaves_everything_as_it_was(trouble, raised, late, tmp_path, monkeypatch):
    home = tmp_path / "service"
    shutil.copytree(late.home, home)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    found = retrain(home, late.data, say=quiet)
    found.manifest["created_at"] = "2030-01-01T00:00:00+00:00"
    found = dataclasses.replace(found, model=found.model + b" ")
    monkeypatch.setattr(writing, "_test", lambda folder: None)
    replace, replaced = writing.Path.replace, []

    def failing(self, target):
        if self.name == "model.json":
            raise trouble
        replaced.append(self.name)
        return replace(self, target)

    with writing.written(home, found, "new.csv") as new:
        monkeypatch.setattr(writing.Path, "replace", failing)
        with pytest.raises(raised, match="as it was" if raised is writing.NotWritten else None):
            writing.put_in_place(new, home, found.before["model"])
    assert {"model.joblib", "CHANGES.md", "SHA256SUMS"} <= set(replaced)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".service-new")]
    left = {
        path: path.read_bytes() for path in home.rglob("*") if path.is_file() and writing.PREVIOUS not in path.parts
    }
    assert left == before


def test_no_sentence_repeats_a_cell_of_a_sensitive_column(late, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("size,place\n" + "1.5,north\n" * 199 + "Anna Maier,south\n")
    columns = [{"name": "size", "meaning": "number"}, {"name": "place", "meaning": "category"}]
    read = ReadSpec(names=("size", "place")).model_dump(mode="json")
    (open_to_all,) = read_new_rows(path, read, columns, {}).notes
    (kept,) = read_new_rows(path, read, columns, {}, ["size"]).notes
    assert "“Anna Maier” in row 200" in open_to_all
    assert kept == (
        "One cell of “size” cannot be read as a number by the rules of the training file; the first is in row 200 of "
        "the data. It counts as blank."
    )
    home = tmp_path / "service"
    shutil.copytree(late.home, home)
    facts = json.loads((home / "model.json").read_text())
    facts["fields"][0]["sensitive"] = True
    (home / "model.json").write_text(json.dumps(facts))
    table = orders().astype(object)
    table.loc[7, facts["fields"][0]["name"]] = "Anna Maier"
    table.to_csv(path, index=False)
    notes = retrain(home, path, say=quiet).rows.notes
    assert any("row 8 of" in note for note in notes) and not any("Maier" in note for note in notes)


def test_a_new_bundle_that_fails_its_tests_is_not_written(late, tmp_path):
    home = tmp_path / "service"
    shutil.copytree(late.home, home)
    (home / "test_service.py").write_text(
        "import unittest\nclass A(unittest.TestCase):\n def test(self): self.fail('no')\n"
    )
    found = retrain(home, late.data, say=quiet)
    with pytest.raises(writing.NotWritten, match="own tests"), writing.written(home, found, "new.csv"):
        pass
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".service")] == []


def test_the_command_says_what_happened_by_its_exit_code(late, tmp_path):
    table = orders()
    table.assign(late=np.random.default_rng(3).permutation(table["late"].to_numpy())).to_csv(
        tmp_path / "s.csv", index=False
    )
    without(table).to_csv(tmp_path / "w.csv", index=False)

    def run(*arguments):
        command = [sys.executable, "-I", "-W", "error", str(late.home / "retrain.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path)

    files = {path: path.read_bytes() for path in late.home.rglob("*.json")}
    refused = run("--data", "s.csv", "--yes")
    assert refused.returncode == 3 and "nothing was written" in refused.stderr, refused
    unlike = run("--data", "w.csv", "--yes")
    assert unlike.returncode == 2 and "no column “place”" in unlike.stderr, unlike
    asked = run("--data", str(late.data))
    assert asked.returncode == 4 and "was not replaced" in asked.stdout, asked
    assert {path: path.read_bytes() for path in files} == files
    done = run("--data", str(late.data), "--out", "again")
    assert done.returncode == 0, done
    assert (tmp_path / "again" / "CHANGES.md").is_file()
    for line in (tmp_path / "again" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((tmp_path / "again" / name).read_bytes()).hexdigest() == digest, name
    assert_same_golden(SimpleNamespace(scorer=Scorer.load(tmp_path / "again")), late)


def test_the_part_that_is_shipped_measures_as_the_registry_does():
    assert set(VALUES) == {kind.name for kind in metrics.METRICS}
    assert {kind.name for kind in metrics.METRICS if kind.greater_is_better} == GREATER_IS_BETTER


def test_the_command_needs_nothing_of_the_workbench_but_its_runtime():
    source = (bundle_module.SERVING / "retrain.py").read_text()
    spec = importlib.util.spec_from_file_location("retrain", bundle_module.SERVING / "retrain.py")
    assert spec is not None and "workbench.runtime" in source and "workbench.export" not in source
