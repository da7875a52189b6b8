"""``export``: the service of a stored run under the contract that is asked for, kept for the next time."""

import json
import zipfile

import pytest

from tests.sales import sales
from workbench.cli import entry
from workbench.specs import CandidateSpec, ContractSpec, FieldContract
from workbench.store import Store
from workbench.training import worker


def run(*arguments):
    return entry.main([str(argument) for argument in arguments])


@pytest.fixture
def finished(home):
    """A store with a finished run on the sales."""
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import SplitSpec

    with Store.open() as store:
        project = store.create_project("Sales")
        dataset = store.add_frame(project.id, sales(), "sales", origin="file")
        draft = store.project(project.id).draft.but(
            target="sold",
            split=SplitSpec(folds=2),
            candidates=(CandidateSpec(kind="logistic"), CandidateSpec(kind="decision_tree")),
        )
        plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
        found = store.create_run(project.id, plan.spec)
        worker.work(store, found.id)
        yield store.run(found.id)


def test_what_is_asked_for_is_in_the_bundle_and_kept_with_the_run(finished, tmp_path, capsys):
    out, told = tmp_path / "service.zip", tmp_path / "contract.json"
    names = [column.name for column in finished.spec.columns]
    number = next(column.name for column in finished.spec.columns if column.meaning in ("number", "integer"))
    asked = ("--reject", f"missing:{number}", "--impute", "out_of_range", "--reject", "extra", "--sensitive", names[-1])
    assert run("export", finished.id, "--bundle", out, "--json", told, "--proof", "process", *asked) == 0
    said = capsys.readouterr()
    assert "tests passed in" in said.out and "The service is in" in said.out
    with zipfile.ZipFile(out) as archive:
        facts = json.loads(archive.read("model.json"))
        readme = archive.read("README.md").decode()
    by_name = {field["name"]: field["behaviour"] for field in facts["fields"]}
    assert by_name[number]["missing"] == "reject" and by_name[number]["out_of_range"] == "impute"
    assert {behaviour["extra"] for behaviour in by_name.values()} == {"reject"}
    assert facts["sensitive"] == [names[-1]]
    assert f"of **{number}**: this row is refused" in readme
    contract = ContractSpec.model_validate(json.loads(told.read_text(encoding="utf-8")))
    with Store.open() as store:
        key = store.load_evaluation(finished.id).best()
        assert store.contract(finished.id, key) == contract
        # Another estimator of the project begins with what was said for this one.
        other = next(name for name in ("logistic", "decision_tree") if name != key)
        assert store.contract(finished.id, other) == contract
    assert run("export", finished.id, "--json", tmp_path / "again.json", "--contract", told) == 0
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == told.read_text(encoding="utf-8")


def test_strict_refuses_all_that_no_row_had_and_can_be_softened(finished, tmp_path):
    told = tmp_path / "contract.json"
    assert run("export", finished.id, "--preset", "strict", "--warn", "out_of_range", "--json", told) == 0
    contract = ContractSpec.model_validate(json.loads(told.read_text(encoding="utf-8")))
    assert contract.extra == "reject" and all(one.out_of_range == "warn" for one in contract.fields)
    assert any(one.missing == "reject" for one in contract.fields)
    assert run("export", finished.id, "--preset", "tolerant", "--json", told) == 0
    assert ContractSpec.model_validate(json.loads(told.read_text(encoding="utf-8"))) == ContractSpec()


def test_a_model_that_is_not_the_best_is_fitted_when_it_is_asked_for(finished, tmp_path, capsys):
    with Store.open() as store:
        best = store.load_evaluation(finished.id).best()
        assert [model.key for model in store.models(finished.id)] == [best]
    other = next(name for name in ("logistic", "decision_tree") if name != best)
    out = tmp_path / "service.zip"
    assert run("export", finished.id, "--model", other, "--bundle", out, "--proof", "process") == 0
    assert f"Fitting “{other}” on all rows" in capsys.readouterr().err
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("model.json"))["estimator"]["key"] == other
    with Store.open() as store:
        assert {model.key: model.status for model in store.models(finished.id)} == {best: "ready", other: "ready"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((), "Export needs somewhere to write"),
        (("--reject", "missing:nowhere"), "does not use a column “nowhere”"),
        (("--impute", "wrong_type:size"), "--impute wrong_type:size is not possible"),
        (("--impute", "extra"), "--impute extra is not possible"),
        (("--model", "none"), "no model “none”"),
        (("--bundle", "-"), "cannot go to standard output"),
    ],
    ids=["nothing", "column", "wrong_type", "extra", "model", "stdout"],
)
def test_what_is_not_possible_is_said(finished, tmp_path, capsys, asked, words):
    more = () if not asked or "--bundle" in asked else ("--json", tmp_path / "out.json")
    assert run("export", finished.id, *asked, *more) == 1
    assert words in capsys.readouterr().err


def test_a_file_without_a_contract_is_said(finished, tmp_path, capsys):
    (tmp_path / "no.json").write_text('{"fields": 3}', encoding="utf-8")
    out = tmp_path / "out.json"
    assert run("export", finished.id, "--contract", tmp_path / "no.json", "--json", out) == 1
    assert "holds no contract" in capsys.readouterr().err


def test_a_contract_of_another_version_counts_as_none(finished):
    with Store.open() as store:
        store.put_artifact("contract", f"{finished.id}:logistic", {"fields": "damaged"})
        assert store.contract(finished.id, "logistic") == ContractSpec()
        wrong = ContractSpec(fields=(FieldContract(column="gone", missing="reject"),), sensitive=("gone",))
        store.save_contract(finished.id, "decision_tree", wrong)
        assert store.contract(finished.id, "logistic") == ContractSpec()  # the column is not of this run
