"""Services that were made: built and proven in the background, kept below the store's home, the newest of a model."""

import os
import shutil
import threading
import time
from contextlib import suppress

from workbench.errors import NotFound
from workbench.export.description import decision_facts
from workbench.export.field_contract import tidied
from workbench.export.stored_bundle import bundle_of_run
from workbench.specs import ContractSpec
from workbench.store.files import space_in_words
from workbench.ui import amount_rules, background, model_choice, state

ARTIFACT = "exported"
USUAL = ContractSpec().model_dump(mode="json")
KEPT = 3  # bundles per project; older ones are made again on a click
UNNAMED = ".new"  # end of the name of a bundle until its digest is known; those that are not kept are cleared by .zip
_ONE_AT_A_TIME = threading.Lock()  # services of two models may be ready at the same moment
PROOF = "WORKBENCH_PROOF"  # "process": no clean environments on this server, for instance because it has no network


def _folder(store, project_id):
    return store.home / "bundles" / project_id


def bundles(project):
    """Return the bundles of a project that passed their tests, newest first, as the store has them."""
    folder = _folder(state.store(), project.id)
    stored = state.store().artifact(ARTIFACT, project.id) or {"bundles": []}
    return [entry for entry in stored["bundles"] if (folder / entry["file"]).is_file()]


def bundle_of(project, run, key):
    """Return the newest bundle of this very model and of the decisions about it, or None."""
    model = model_choice.stored_model(run, key)
    made_at = model.at.isoformat() if model else ""
    decision = decision_facts(model_choice.decision_of(run, key)).get("decision")
    amounts = _amounts(amount_rules.facts_in_use(run, key, state.evaluation_of(run)))
    contract = contract_of(run, key).model_dump(mode="json")
    for entry in bundles(project):
        same = (entry["run"], entry["key"], entry["model_at"]) == (run.id, key, made_at)
        agreed = entry.get("contract", USUAL) == contract
        if same and agreed and entry.get("decision") == decision and entry.get("amounts", {}) == amounts:
            return entry
    return None


def _amounts(facts):
    """Return what was decided about amounts, of what a manifest says about them."""
    level = {"level": facts["interval"]["level"]} if "interval" in facts else {}
    return level | ({"shift": facts["shift"]} if "shift" in facts else {})


def worked_on(project, run):
    """Return the key of the estimator of a run whose service is being made or was made last; None where none was.

    A browser that is refreshed while a service is made has forgotten which one that was.
    """
    under_way = background.under_way(name_of(project, run, ""))
    if under_way:
        return under_way[-1].name.removeprefix(name_of(project, run, ""))
    return next((entry["key"] for entry in bundles(project) if entry["run"] == run.id), None)


def path_of(project, entry):
    """Return where a bundle of a project is."""
    return _folder(state.store(), project.id) / entry["file"]


def clean_allowed():
    """Whether this server makes clean environments for the tests."""
    return os.environ.get(PROOF, "clean") == "clean"


def name_of(project, run, key):
    """Return the name of the job that makes the service of an estimator."""
    return f"bundle.{project.id}.{run.id}.{key}"


def make(project, run, key, clean):
    """Build and prove in the background; runs in a callback, so it only gathers what the thread needs.

    Parameters
    ----------
    clean : bool
        Run the tests in a clean environment made from the service's own requirements.
    """
    store, contract = state.store(), contract_of(run, key)
    model_at = model_choice.stored_model(run, key).at.isoformat()

    def work(job):
        steps = []

        def say(words):
            steps.append((words, time.time()))
            job.say(words)

        out = _folder(store, project.id) / f"{run.spec.fingerprint[:16]}-{time.time_ns()}{UNNAMED}"
        bundle, proof = bundle_of_run(
            store,
            run,
            key,
            out,
            name=project.name,
            contract=contract,
            proof="clean" if clean and clean_allowed() else "process",
            say=say,
        )
        named = out.with_name(f"{bundle.sha256}.zip")
        ends = [at for _, at in steps[1:]] + [time.time()]
        took = [(words, end - at) for (words, at), end in zip(steps, ends, strict=True)]
        with _ONE_AT_A_TIME:
            out.replace(named)
            _record(store, project, run, key, named, bundle, proof, model_at, contract, took)

    def told(job):
        with space_in_words(store.home):
            work(job)

    background.start(name_of(project, run, key), told)


def contract_of(run, key):
    """Return what was agreed on for the service of an estimator."""
    return tidied(state.store().contract(run.id, key))


def _record(store, project, run, key, path, bundle, proof, model_at, contract, took):
    """Keep the facts of a proven bundle, drop those of older ones with their files."""
    entry = {
        "run": run.id,
        "run_number": run.number,
        "key": key,
        "model_at": model_at,
        "file": path.name,
        "size_bytes": bundle.size_bytes,
        "n_tests": proof.n_tests,
        "seconds": proof.seconds,
        "environment": proof.environment,
        "groups": proof.groups,
        "n_golden": bundle.manifest["n_golden"],
        "n_fields": len(bundle.manifest["fields"]),
        "decision": bundle.manifest.get("decision"),
        "made_at": time.time(),
        "amounts": _amounts(bundle.manifest),
        "contract": contract.model_dump(mode="json"),
        "took": took,
    }
    same = (entry["run"], entry["key"])
    earlier = [
        other
        for other in (store.artifact(ARTIFACT, project.id) or {"bundles": []})["bundles"]
        if (other["run"], other["key"]) != same
    ]
    kept = [entry, *earlier][:KEPT]
    store.put_artifact(ARTIFACT, project.id, {"bundles": kept})
    names = {other["file"] for other in kept}
    for file in path.parent.glob("*.zip"):
        if file.name not in names:
            with suppress(OSError):  # being downloaded, on Windows
                file.unlink()
    _sweep(store)


def _sweep(store):
    """Remove the bundles of projects that were deleted for good."""
    for folder in (store.home / "bundles").iterdir():
        try:
            store.project(folder.name, deleted=True)
        except NotFound:
            shutil.rmtree(folder, ignore_errors=True)
