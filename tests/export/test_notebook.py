"""The notebook of a bundle runs from its first cell to its last, and comes to what model.json says."""

import json
import subprocess
import sys
import zipfile

import pytest

from workbench.data import detect_schema
from workbench.export import bundle as bundle_module
from workbench.modeling.planning import plan_experiment
from workbench.runtime.reading import type_table
from workbench.specs import CandidateSpec, Draft, ReadSpec, SplitSpec
from workbench.training import cross_validate, fit

NOTEBOOK = bundle_module.SERVING / "notebook.ipynb"
# Runs the cells as a kernel would, one after the other in one space of names, and tells what came of them.
RUNNER = """
import json, sys
space = {"__name__": "__main__"}
for cell in json.load(open("notebook.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
found = {"difference": float(space["difference"]), "scores": space["scores"].to_dict()}
found["plain_difference"] = float(space.get("plain_difference", 0.0))
print(json.dumps(found), file=sys.stderr)
"""


def test_it_is_a_notebook_of_version_four():
    book = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    for cell in book["cells"]:
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | (
            {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        )
        assert cell.get("outputs", []) == []  # of somebody's rows, else


@pytest.mark.parametrize(
    ("target", "kind", "options"),
    [("bought", "logistic", {}), ("rent", "ridge", {}), ("grade", "decision_tree", {"class_weight": "balanced"})],
    ids=["binary", "number", "weighted classes"],
)
def test_it_runs_and_comes_to_the_same(target, kind, options, flats, tmp_path):
    raw = flats.table(90)
    schema = detect_schema(raw)[0]
    table = type_table(raw, [column.model_dump(mode="json") for column in schema.columns])
    asked = (CandidateSpec(kind="baseline"), CandidateSpec(kind=kind))
    spec = plan_experiment(
        table, schema, Draft(target=target, candidates=asked, split=SplitSpec(folds=3), **options)
    ).spec
    read = ReadSpec(delimiter=";", names=tuple(raw.columns))
    built = bundle_module.build_bundle(
        fit(table, spec), spec, read, table, tmp_path / "b.zip", raw=raw, schema=schema,
        evaluation=cross_validate(table, spec, n_jobs=1), key=spec.candidates[1].key,
    )  # fmt: skip
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(tmp_path / "service")
    raw.to_csv(tmp_path / "service" / "training.csv", sep=";", index=False)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUNNER], cwd=tmp_path / "service", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stderr.strip().splitlines()[-1])
    assert found["difference"] <= 1e-9 and found["plain_difference"] <= 1e-9
    assert found["scores"]["here"] == pytest.approx(found["scores"]["in model.json"], rel=1e-9)
