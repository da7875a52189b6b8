"""A bundle asks for the library that its model is made of, and for no other; its README says which."""

import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from workbench.export import prove
from workbench.export.description import special_packages
from workbench.export.requirements import packages_of, pinned_names, pinned_requirements, roots_for
from workbench.modeling.boosting_kinds import BOOSTERS, installed
from workbench.runtime import saved_model
from workbench.runtime.scorer import CannotServe, check_versions, installed_versions

HERE = set(packages_of(kind.package for kind in installed()))
LIBRARIES = {"lightgbm", "xgboost", "xgboost-cpu", "catboost"}


def text_of(bundle, name):
    with zipfile.ZipFile(bundle.path) as archive:
        return archive.read(name).decode("utf-8")


@pytest.mark.parametrize("kind", installed(), ids=lambda kind: kind.name)
def test_a_bundle_of_boosted_trees_proves_itself_with_its_own_library_alone(kind, flats, tmp_path):
    made = flats.bundle(tmp_path, "binary", kind.name, {"n_estimators": 10})
    (package,) = special_packages(made.pipeline)
    assert package in packages_of([kind.package])
    version = metadata.version(package)
    pinned = text_of(made, "requirements.txt")
    assert f"{package}=={version}" in pinned
    assert pinned_names(pinned) & (LIBRARIES - {"xgboost"}) == {package} - {"xgboost"}
    assert made.bundle.manifest["versions"][package] == version
    assert f"Another minor version of numpy, scikit-learn or {package} is refused" in text_of(made, "README.md")
    assert f"| {package} | {version} |" in text_of(made, "README.md")
    proof = prove(made.path)
    assert proof.passed, proof.log


def test_other_models_ask_for_none_of_them(binary):
    assert special_packages(binary.pipeline) == ()
    assert not pinned_names(text_of(binary, "requirements.txt")) & LIBRARIES
    assert "Another minor version of numpy or scikit-learn is refused" in text_of(binary, "README.md")
    assert set(binary.bundle.manifest["versions"]) == set(installed_versions())


@pytest.mark.skipif(
    "xgboost-cpu" not in packages_of(["xgboost"] if BOOSTERS[1] in installed() else []), reason="absent"
)
def test_on_macos_xgboost_goes_by_its_other_name():
    version = metadata.version("xgboost-cpu")
    lines = pinned_requirements(roots_for(None, ("xgboost-cpu",))).splitlines()
    assert f'xgboost-cpu=={version} ; sys_platform != "darwin"' in lines
    assert f'xgboost=={version} ; sys_platform == "darwin"' in lines


def test_the_files_pin_what_the_libraries_need():
    root = Path(__file__).resolve().parents[2]
    texts = [(root / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-boost.txt")]
    app, boost = (pinned_names("\n".join(line.split("  #")[0] for line in _pins(text))) for text in texts)
    needed = set().union(*(pinned_names(pinned_requirements(roots_for(None, (name,)))) for name in sorted(HERE)))
    assert needed <= app | boost
    for line in _pins(texts[1]):
        requirement = Requirement(line.split("  #")[0])
        if requirement.marker is None and requirement.name in needed:
            assert requirement.specifier.contains(metadata.version(requirement.name)), line


def _pins(text):
    return [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "-r"))]


def test_a_library_that_is_absent_or_another_is_refused_in_a_sentence(monkeypatch):
    here = {"lightgbm": "4.7.0", "xgboost": "3.2.0"}

    def version(name):
        if name not in here:
            raise metadata.PackageNotFoundError(name)
        return here[name]

    monkeypatch.setattr(saved_model.metadata, "version", version)
    check_versions({"python": "3.8.0", "lightgbm": "4.7.9", "xgboost-cpu": "3.2.1"})
    with pytest.raises(CannotServe, match=r"lightgbm 4\.6\.0, and lightgbm 4\.7\.0 is installed here"):
        check_versions({"lightgbm": "4.6.0"})
    with pytest.raises(CannotServe, match=r"catboost 1\.2\.10, which is not installed here"):
        check_versions({"catboost": "1.2.10"})
