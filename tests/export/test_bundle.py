"""What is in a bundle, that it proves itself, and that a spoiled one does not."""

import datetime
import hashlib
import io
import json
import re
import tomllib
import zipfile

import joblib
import numpy as np
import pandas as pd
import pytest

from workbench.errors import BundleRefused, ModelUnusable
from workbench.export import bundle as bundle_module
from workbench.export import manifest, open_bundle, prove, proven_bundle
from workbench.export.description import foreign_modules
from workbench.export.readme import readme
from workbench.export.serving.prediction_service.web_form import widgets
from workbench.runtime.field_words import seen_ends

ROOT_FILES = {
    ".dockerignore", ".gitignore", ".python-version", "Dockerfile", "LICENSES.md", "MOUNTING.md", "README.md",
    "SHA256SUMS", "app.py", "compose.yaml", "pyproject.toml", "golden.json", "gunicorn.conf.py",
    "model.joblib", "model.json", "reasons.json", "request.json",
    "requirements.txt", "test_service.py", "test_service_running.py",
    "check_data.py", "pipeline.py", "retrain.py", "training_profile.json", "model.skops", "requirements-skops.txt",
    "notebook.ipynb",
}  # fmt: skip
WHEN = "2026-01-02T03:04:05+00:00"


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, out, changes):
    """Write a copy of a bundle in which some files have other bytes (None: left out)."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**members(path), **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return out


def test_it_holds_exactly_what_it_should(made):
    names = members(made.path)
    top = {name for name in names if "/" not in name}
    assert top == ROOT_FILES
    folders = {"workbench", "prediction_service", "examples", ".github", ".vscode"}
    assert {name.split("/")[0] for name in names if "/" in name} == folders
    assert bundle_module.file_names() == sorted(names)
    assert names["workbench/__init__.py"] == b""
    for path in bundle_module.RUNTIME.glob("*.py"):
        assert names[f"workbench/runtime/{path.name}"] == path.read_bytes()
    for path in bundle_module.SERVING.rglob("*.py"):
        assert names[path.relative_to(bundle_module.SERVING).as_posix()] == path.read_bytes()


def test_golden_rows_are_real_text_and_every_fault(made):
    golden = json.loads(members(made.path)["golden.json"])
    assert len(golden["rows"]) == len(golden["predictions"]) >= 50
    assert all("prediction" in answer for answer in golden["predictions"])
    prices = set(made.raw["price"])
    assert sum(row["price"] in prices for row in golden["rows"]) >= 40
    words = " ".join(note["message"] for answer in golden["predictions"] for note in answer["warnings"])
    assert "no value" in words and "not seen" in words and "outside" in words


def test_requirements_are_exact_and_nothing_of_the_app(made):
    lines = members(made.path)["requirements.txt"].decode().splitlines()
    names = {line.split("==")[0] for line in lines if "==" in line.split(";")[0]}
    assert {"flask", "waitress", "numpy", "pandas", "scikit-learn", "joblib", "scipy", "werkzeug", "jinja2"} <= names
    assert not names & {"streamlit", "pyarrow", "pydantic", "altair", "sqlalchemy"}
    assert any(line.startswith("gunicorn==") and line.endswith('; sys_platform != "win32"') for line in lines)


def test_readme_has_no_gap_and_no_markup_of_the_person(flats, made):
    text = members(made.path)["README.md"].decode()
    assert "$" not in text.replace(r"\$", "") and "{{" not in text and "TODO" not in text
    assert "<b>" not in text.replace(r"\<b>", "") and r"city \<b>\|" in text
    assert made.bundle.manifest["model"] in text
    assert "Flats & more" in text


def test_readme_escapes_nothing_that_needs_no_escape(flats, binary):
    facts = {**binary.bundle.manifest, "name": "tenure (months) #1 + {x}!"}
    assert "# tenure (months) #1 + {x}!\n" in readme(facts, {})


def test_readme_writes_a_date_that_lies_in_the_data(binary):
    sold = next(field for field in binary.bundle.manifest["fields"] if field["name"] == "sold")
    day = datetime.date.fromisoformat(sold["maximum"][:10])
    assert f"| sold | date | {day:%d.%m.%Y} |" in members(binary.path)["README.md"].decode()


@pytest.mark.parametrize(
    ("split", "words"),
    [
        ({"kind": "random", "folds": 5, "column": ""}, "divided into folds at random"),
        ({"kind": "group", "folds": 5, "column": "house [a]"}, r"divided by **house \[a\]**: those that share"),
        ({"kind": "time", "folds": 5, "column": "sold"}, "forward in time by **sold**"),
    ],
)
def test_readme_says_how_rows_were_divided_and_what_was_warned_about(binary, split, words):
    scores = {"metric": "", "metrics": {}, "baseline": None, "n_folds": 5, "split": split}
    text = readme({**binary.bundle.manifest, "scores": scores, "warnings": ["“a” *knows* the answer."]}, {})
    assert words in text
    assert "warned about" in text and r"- “a” \*knows\* the answer." in text
    plain = readme({**binary.bundle.manifest, "scores": scores}, {})
    assert "warned about" not in plain and "MODEL_CARD.md` before" not in plain


def test_warnings_and_importance_stand_in_the_manifest(flats, binary):
    told = {"warnings": ("Careful.",), "importance": ("lift", "no input", "rooms")}
    facts = manifest(binary.pipeline, binary.spec, binary.table, read=flats.READ, **told)
    assert (facts["warnings"], facts["importance"]) == (["Careful."], ["lift", "rooms"])


def test_it_proves_itself(made):
    proof = prove(made.path)
    assert proof.passed, proof.log
    assert proof.n_tests >= 15
    assert {"Answers", "Contract", "Form", "Descriptions", "Refusals", "Settings", "Running"} == set(proof.groups)
    assert proof.detail == ""


def test_saved_model_equals_the_pipeline_on_raw_rows(made):
    scorer = open_bundle(made.path)
    answer = scorer.predict_frame(made.raw)
    if made.spec.task == "regression":
        np.testing.assert_allclose(answer["prediction"], made.pipeline.predict(made.raw), rtol=0, atol=1e-9)
    else:
        assert answer["prediction"].tolist() == made.pipeline.predict(made.raw).tolist()
        columns = [f"probability_{label}" for label in made.spec.classes]
        np.testing.assert_allclose(answer[columns], made.pipeline.predict_proba(made.raw), rtol=0, atol=1e-9)


def test_same_run_same_bytes(flats, tmp_path):
    first = flats.bundle(tmp_path / "a", "binary", "logistic", created_at=WHEN)
    second = flats.bundle(tmp_path / "b", "binary", "logistic", created_at=WHEN)
    assert first.bundle.sha256 == second.bundle.sha256
    facts = manifest(first.pipeline, first.spec, first.table, read=flats.READ, name="Flats & more", created_at=WHEN)
    n_golden = len(json.loads(members(first.path)["golden.json"])["rows"])
    known = {"n_golden": n_golden, **{name: first.bundle.manifest[name] for name in ("training", "skops")}}
    assert {**facts, **known} == first.bundle.manifest == json.loads(members(first.path)["model.json"])


def test_spoiled_coefficient_is_refused(binary, tmp_path):
    content = members(binary.path)
    model = joblib.load(io.BytesIO(content["model.joblib"]))
    model.named_steps["model"].coef_[0, 0] += 1e-3
    spoiled = io.BytesIO()
    joblib.dump(model, spoiled, compress=3)
    path = rewritten(binary.path, tmp_path / "digest.zip", {"model.joblib": spoiled.getvalue()})
    proof = prove(path)
    assert not proof.passed and "SHA-256" in proof.detail
    with pytest.raises(ModelUnusable, match="SHA-256"):
        open_bundle(path)
    # With the digest made to fit, the golden rows notice.
    facts = json.loads(content["model.json"])
    facts["model"] = bundle_module.hashlib.sha256(spoiled.getvalue()).hexdigest()
    changes = {"model.joblib": spoiled.getvalue(), "model.json": json.dumps(facts)}
    proof = prove(rewritten(binary.path, tmp_path / "golden.zip", changes))
    assert not proof.passed and "golden row" in proof.detail


def test_other_golden_answer_is_refused(binary, tmp_path):
    golden = json.loads(members(binary.path)["golden.json"])
    golden["predictions"][7]["probabilities"]["Yes"] += 1e-8
    proof = prove(rewritten(binary.path, tmp_path / "bundle.zip", {"golden.json": json.dumps(golden)}))
    assert not proof.passed and "golden row 7" in proof.detail


def test_no_bundle_is_left_where_the_proof_fails(flats, binary, tmp_path, monkeypatch):
    monkeypatch.setattr(
        bundle_module, "model_bytes", lambda pipeline: (pipeline.named_steps["model"].coef_.__iadd__(0), b"spoiled")[1]
    )
    out = tmp_path / "bundle.zip"
    with pytest.raises(BundleRefused, match="does not load"):
        proven_bundle(binary.pipeline, binary.spec, flats.READ, binary.table, out)
    assert list(tmp_path.iterdir()) == []


def test_bundle_that_fails_its_tests_is_not_left(flats, binary, tmp_path, monkeypatch):
    def wrong(scorer, rows):
        golden = bundle_golden(scorer, rows)
        golden["predictions"][0]["prediction"] = "No" if golden["predictions"][0]["prediction"] == "Yes" else "Yes"
        return golden

    bundle_golden = bundle_module.golden_answers
    monkeypatch.setattr(bundle_module, "golden_answers", wrong)
    monkeypatch.setattr(bundle_module, "_check_saved_model", lambda *args: None)
    out = tmp_path / "bundle.zip"
    out.write_bytes(b"an earlier bundle")
    with pytest.raises(BundleRefused, match="golden row 0"):
        proven_bundle(binary.pipeline, binary.spec, flats.READ, binary.table, out)
    assert out.read_bytes() == b"an earlier bundle"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]


def test_proven_bundle_is_at_its_place(flats, binary, tmp_path):
    bundle, proof = proven_bundle(
        binary.pipeline, binary.spec, flats.READ, binary.table, tmp_path / "deep" / "bundle.zip"
    )
    assert proof.passed
    assert bundle.path.stat().st_size == bundle.size_bytes
    assert [path.name for path in bundle.path.parent.iterdir()] == ["bundle.zip"]


def test_typed_table_serves_as_golden_rows(flats, binary, tmp_path):
    bundle = bundle_module.build_bundle(binary.pipeline, binary.spec, flats.READ, binary.table, tmp_path / "typed.zip")
    rows = json.loads(members(bundle.path)["golden.json"])["rows"]
    assert all(isinstance(row["area"], float) or row["area"] in (None, "") for row in rows)
    assert prove(bundle.path).passed


def test_tiny_table_still_has_fifty_golden_rows(flats, tmp_path):
    raw = flats.table().iloc[7:19].reset_index(drop=True)
    spec = flats.spec("regression", "ridge")
    table, pipeline = flats.fitted(spec, raw)
    bundle = bundle_module.build_bundle(pipeline, spec, flats.READ, table, tmp_path / "tiny.zip", raw=raw)
    assert len(json.loads(members(bundle.path)["golden.json"])["rows"]) >= 50


def test_model_that_could_not_load_in_a_bundle_is_refused(binary):
    from workbench.specs import ReadSpec

    assert foreign_modules(binary.pipeline) == set()
    assert foreign_modules({"spec": ReadSpec()}) == {"workbench.specs"}
    assert foreign_modules(pd.Series(["a"], dtype="string[pyarrow]"))
    binary_with_spec = joblib.load(io.BytesIO(members(binary.path)["model.joblib"]))
    binary_with_spec.named_steps["model"].note = binary.spec
    with pytest.raises(BundleRefused, match=r"workbench\.specs"):
        manifest(binary_with_spec, binary.spec, binary.table)


@pytest.mark.parametrize(
    "name", ["../evil.py", "/evil.py", "a/../../evil.py", "..\\evil.py", "C:evil.py", "APP.PY", "link"]
)
def test_paths_that_lead_out_are_refused(binary, tmp_path, name):
    path = rewritten(binary.path, tmp_path / "bundle.zip", {})
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(name)
        if name == "link":
            info.external_attr = 0o120777 << 16
        archive.writestr(info, "x")
    with pytest.raises(ModelUnusable, match="is no bundle"):
        open_bundle(path)
    assert not prove(path).passed
    assert not (tmp_path / "evil.py").exists() and not (tmp_path.parent / "evil.py").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 100])
def test_what_is_no_zip_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable, match="cannot be opened as a bundle"):
        open_bundle(path)
    assert prove(path).detail
    with pytest.raises(ModelUnusable, match="There is no file"):
        open_bundle(tmp_path / "absent.zip")


def test_truncated_and_flipped_zips_are_refused(binary, tmp_path):
    content = binary.path.read_bytes()
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(binary.path) as archive:
        info = archive.getinfo("model.joblib")
    # In the middle of a file's bytes: not every byte between files means something.
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    for spoiled in (content[: len(content) // 2], content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]):
        path.write_bytes(spoiled)
        assert not prove(path).passed


def test_model_without_its_description_is_refused(binary, tmp_path):
    with pytest.raises(ModelUnusable, match=r"no model\.json"):
        open_bundle(rewritten(binary.path, tmp_path / "bundle.zip", {"model.json": None}))
    with pytest.raises(ModelUnusable, match="does not describe a model"):
        open_bundle(rewritten(binary.path, tmp_path / "bundle.zip", {"model.json": b"[]"}))


def test_scikit_learn_of_another_minor_version_is_refused(binary, tmp_path, monkeypatch):
    facts = json.loads(members(binary.path)["model.json"])
    facts["versions"]["scikit-learn"] = "1.2.0"
    path = rewritten(binary.path, tmp_path / "bundle.zip", {"model.json": json.dumps(facts)})
    with pytest.raises(ModelUnusable, match=r"scikit-learn 1\.2\.0"):
        open_bundle(path)
    monkeypatch.setenv("WORKBENCH_ALLOW_VERSIONS", "1")
    assert open_bundle(path).classes == ("No", "Yes")


def test_a_hanging_test_is_stopped(binary, tmp_path):
    path = rewritten(binary.path, tmp_path / "bundle.zip", {"test_service.py": b"import time\ntime.sleep(60)\n"})
    proof = prove(path, timeout_seconds=1)
    assert not proof.passed and "longer than 1 seconds" in proof.detail


def test_the_proof_sees_no_workbench_and_no_unpinned_package(binary, tmp_path):
    test = b"""
import unittest
class Alone(unittest.TestCase):
    def test_alone(self):
        import workbench.runtime.scorer
        for name in ("workbench.specs", "workbench.export", "streamlit", "pydantic", "pyarrow", "sqlalchemy", "pytest"):
            with self.assertRaises(ImportError, msg=name):
                __import__(name)
"""
    changes = {"test_service.py": test, "test_service_running.py": None}
    proof = prove(rewritten(binary.path, tmp_path / "bundle.zip", changes))
    assert proof.passed, proof.log
    assert proof.n_tests == 1


def test_no_tests_is_no_proof(binary, tmp_path):
    changes = {"test_service.py": b"", "test_service_running.py": None}
    assert not prove(rewritten(binary.path, tmp_path / "bundle.zip", changes)).passed


def test_another_time_changes_only_what_says_the_time(flats, tmp_path):
    first = members(flats.bundle(tmp_path / "a", "binary", "logistic", created_at=WHEN, card="# Card").path)
    later = members(
        flats.bundle(tmp_path / "b", "binary", "logistic", created_at="2027-05-06T07:08:09+00:00", card="# Card").path
    )
    assert first.keys() == later.keys()
    assert {name for name in first if first[name] != later[name]} == {"model.json", "README.md", "SHA256SUMS"}
    facts, others = (json.loads(files["model.json"]) for files in (first, later))
    assert {name for name in facts if facts[name] != others[name]} == {"created_at"}
    old, new = (files["README.md"].decode().splitlines() for files in (first, later))
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert len(changed) == 2 and all("2026" in one and "2027" in other for one, other in changed)


def test_digests_and_licences_are_of_every_file_and_package(made):
    files = members(made.path)
    lines = files["SHA256SUMS"].decode().splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert told == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    licences = files["LICENSES.md"].decode()
    pinned = [line.split("==")[0] for line in files["requirements.txt"].decode().splitlines() if "==" in line]
    assert all(f"| {name} |" in licences for name in pinned)
    assert re.search(r"\| numpy \| [\d.]+ \| [^|]*BSD", licences)
    python = made.bundle.manifest["versions"]["python"]
    assert files[".python-version"].decode().strip() == ".".join(python.split(".")[:2])
    assert f"ARG PYTHON_VERSION={python}\nFROM python:${{PYTHON_VERSION}}-slim\n" in files["Dockerfile"].decode()
    of_source = dict(bundle_module._serving_files("3.13.1+"))["Dockerfile"]
    assert of_source.startswith(b"ARG PYTHON_VERSION=3.13\n")


def test_the_card_ends_with_what_only_the_bundle_knows(flats, tmp_path):
    made = flats.bundle(tmp_path, "binary", "logistic", card="# Model card: Flats\n")
    files = members(made.path)
    card = files["MODEL_CARD.md"].decode()
    assert "Read `MODEL_CARD.md` before" in files["README.md"].decode()
    headings = [line for line in card.splitlines() if line.startswith("#")]
    assert headings == [
        "# Model card: Flats",
        "## Unusual rows",
        "## Personal data",
        "## Licences of what it is made with",
        "## Digests",
    ]
    assert made.bundle.manifest["model"] in card and "| BSD-3-Clause | " in card
    assert "| a word not seen in training | taken with a warning; the model treats it as unknown |" in card


def test_ranges_are_written_as_the_field_is(binary):
    files = members(binary.path)
    readme, fields = files["README.md"].decode(), json.loads(files["model.json"])["fields"]
    fields = {field["name"]: field for field in fields}
    line = next(line for line in readme.splitlines() if line.startswith("| price |"))
    low, high = seen_ends(fields["price"])
    assert fields["price"]["decimal"] == "," and "," in high
    assert f"| {high} | {low} to {high} |" in line
    (price,) = [widget for widget in widgets(list(fields.values()), {}) if widget["name"] == "price"]
    assert price["hint"] == f"{low} to {high} in training; written like {high}"


def test_files_for_editors_and_containers_are_what_their_programs_read(binary):
    files = members(binary.path)
    for name in files:
        if name.startswith(".vscode/"):
            json.loads(files[name])
    tomllib.loads(files["pyproject.toml"].decode())
    # A key that compose.yaml takes from .env gets neither into the image nor into the repository.
    assert {".venv", ".env", "previous"} <= set(files[".dockerignore"].decode().split())
    assert {".venv/", ".env"} <= set(files[".gitignore"].decode().split())
    workflow = files[".github/workflows/test.yml"].decode()
    pattern = re.search(r"grep -E '(.*)' SHA256SUMS", workflow)[1]
    checked = {line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines() if re.search(pattern, line)}
    assert checked == {
        *("model.joblib", "model.json", "model.skops", "golden.json", "reasons.json", "training_profile.json")
    }
    for name in ("examples/ask.sh", "examples/ask_requests.py", "examples/ask_httr2.R"):
        # Rows come from request.json; nothing a person typed is in a source.
        assert b"request.json" in files[name] and b"city" not in files[name]
