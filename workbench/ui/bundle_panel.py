"""The service to hand over: made and tested on a click, kept below the store's home, offered only if it passed."""

import shutil
import time
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import streamlit as st

from workbench.errors import ModelUnusable, NotFound
from workbench.export import proven_bundle
from workbench.export.amounts import stored_amount_facts
from workbench.export.bundle import CARD_FILE, file_names
from workbench.export.description import decision_facts
from workbench.export.model_card import model_card
from workbench.export.run_summary import run_summary
from workbench.results.wording import number
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import how_often
from workbench.training.optimism import stored_gap
from workbench.training.scoring import label_of
from workbench.ui import (
    amount_rules,
    background,
    components,
    downloads_route,
    figures,
    model_choice,
    phrases,
    save_link,
    state,
)

ARTIFACT = "exported"
DOWNLOAD_KEY = "page.export.download"
KEPT = 3  # bundles per project; older ones are made again on a click
# (files or folders, what they are); what is shown comes from the bundle, so that nothing in it goes unsaid.
CONTENTS = (
    (
        ("README.md", CARD_FILE),
        "How to start it, ask it, how good it is, and what happens with unusual rows; what it is for, and its limits.",
    ),
    (
        ("app.py", "gunicorn.conf.py"),
        "The web service: answers programs at `/predict`, and people with a form at `/`; how it is started.",
    ),
    (("prediction_service/",), "What the service does with a request, one file for each part; the form and its looks."),
    (("model.joblib",), "The fitted model, from your raw columns to the prediction."),
    (("model.json",), "What it was trained on and how well it did: columns, choices, scores, versions."),
    (
        ("golden.json", "test_service.py", "test_service_running.py"),
        "Example rows with the answers they must give, and the tests that check them.",
    ),
    (("request.json",), "One of these rows, to try the service with; the form begins with it."),
    (("reasons.json",), "Made-up rows that a row is compared with where reasons are asked for."),
    (("requirements.txt",), "The exact packages it needs."),
    (("retrain.py",), "Trains the model anew on another file, and replaces it only if the new one is no worse."),
    (("Dockerfile", ".dockerignore", "compose.yaml"), "A recipe for a container, and one command that runs it."),
    (("examples/", "MOUNTING.md"), "How to ask it with curl, Python and R; how to put it into another application."),
    (
        (".vscode/", ".github/", "pyproject.toml", ".python-version"),
        "So that it opens ready to run and test in an editor, and is tested where it is kept.",
    ),
    (("LICENSES.md", "SHA256SUMS"), "Licences of the packages it needs; digests that show that no file was changed."),
    (("workbench/",), "The code that reads values and checks rows, the same that runs in this app."),
)
# Class of the bundle's tests to what is known once all of them passed.
PROVEN = {
    "Answers": "**The same answers** to {n_golden} example rows, one by one and all at once, as the model gives here",
    "Contract": "**Unusual rows** (blank, never seen, wrong type) are answered as agreed, not with a crash",
    "Form": "**The form** has every field, predicts, and says what is wrong beside the field",
    "Descriptions": "**Programs can ask** what goes in and comes out, and whether the service is alive",
    "Refusals": "**Broken requests**, another model file and other versions are refused in words",
    "Settings": "**Settings** are checked at the start; with a key, only those who have it get answers",
    "Running": "**While it runs** it says whether it is ready, counts requests and logs them without anybody's values",
}
COMMANDS = """pip install -r requirements.txt
python -m unittest
gunicorn app:app"""


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
    for entry in bundles(project):
        same = (entry["run"], entry["key"], entry["model_at"]) == (run.id, key, made_at)
        if same and entry.get("decision") == decision and entry.get("amounts", {}) == amounts:
            return entry
    return None


def _amounts(facts):
    """Return what was decided about amounts, of what a manifest says about them."""
    level = {"level": facts["interval"]["level"]} if "interval" in facts else {}
    return level | ({"shift": facts["shift"]} if "shift" in facts else {})


def show(project, run, key):
    """Show the button that makes the service, its progress, or what came of it."""
    name = f"bundle.{project.id}.{run.id}.{key}"
    job = background.job(name)
    if job is not None and not job.done:
        background.show(job)
        return
    found = bundle_of(project, run, key)
    if job is not None:
        components.show_problem(job.problem)
        if isinstance(job.problem, ModelUnusable):
            model_choice.offer_fit(run, key, "export", again=True)
            return
        st.caption("There is no download, since what is handed over has to pass its tests.")
    if found is None or job is not None:
        st.button(
            "Make and test the service",
            type="primary",
            key="page.export.make",
            icon=":material/package_2:",
            on_click=_make,
            args=(project, run, key, name),
        )
        return
    _show_proof(found, project, run, key)
    st.button("Make it again", key="page.export.again", on_click=_make, args=(project, run, key, name), type="tertiary")


def _make(project, run, key, name):
    """Build and prove in the background; runs in a callback, so it only gathers what the thread needs."""
    store = state.store()
    model = model_choice.stored_model(run, key)
    decision = model_choice.decision_of(run, key)

    def work(job):
        job.say("Opening the model and your data")
        pipeline = store.load_model(run.id, key)
        dataset = store.dataset(run.spec.dataset)
        table = store.load_table(dataset.fingerprint)
        raw = store.load_raw(dataset.fingerprint, [column.name for column in run.spec.columns])
        relied_on = store.importance(run.id, key)
        gap = stored_gap(store.artifact("optimism", run.id))
        evaluation = store.load_evaluation(run.id)
        job.say("Writing the service and running its tests where nothing of this app can be imported")
        out = _folder(store, project.id) / f"{run.spec.fingerprint[:16]}-{time.time_ns()}.zip"
        bundle, proof = proven_bundle(
            pipeline,
            run.spec,
            dataset.read,
            table,
            out,
            raw=raw,
            schema=dataset.schema,
            evaluation=evaluation,
            key=key,
            name=project.name,
            warnings=run.notes.get("warnings") or (),
            importance=tuple(relied_on.rows["column"]) if relied_on else (),
            optimism=gap.sentence if gap else "",
            final_tests=[opening.to_json() for opening in store.openings_of(run.id, key)],
            decision=decision,
            amounts=stored_amount_facts(store, run.id, key, evaluation),
            card=model_card(run_summary(store, run, key, measure=False), project.name),
        )
        named = out.with_name(f"{bundle.sha256}.zip")
        out.replace(named)
        _record(store, project, run, key, named, bundle, proof, model.at.isoformat())

    background.start(name, work)


def _record(store, project, run, key, path, bundle, proof, model_at):
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


def _show_proof(found, project, run, key):
    label = components.plain(label_of(run.spec, key))
    size = phrases.size(found["size_bytes"])
    fields = "1 column" if found["n_fields"] == 1 else f"{found['n_fields']} columns"
    built = f"**The service is built**: {label} of run {found['run_number']}, asked with {fields}, {size}"
    checks = [built, *_decided(found, run), *proven(found)]
    with st.container(border=True, key="ready"):
        st.subheader("Ready to hand over", anchor=False)
        st.markdown("  \n".join(f":material/check_circle: {check}" for check in checks))
        save_link.show(
            f"Download the service ({size})",
            downloads_route.service_link(project.id, found["file"], phrases.file_name(project.name, "-service.zip")),
            key=DOWNLOAD_KEY,
            primary=True,
        )
        made = phrases.ago(datetime.fromtimestamp(found["made_at"], UTC))
        st.caption(f"Made {made}. SHA-256 {found['file'][:16]}…")


def _decided(entry, run):
    """Return how the service answers where a person decided it, as Markdown."""
    decision, amounts = entry.get("decision"), entry.get("amounts", {})
    said = [components.plain(sentence_of(decision, len(run.spec.classes)).removesuffix("."))] if decision else []
    if "level" in amounts:
        said.append(f"**Each answer has an interval** that the actual value lies in, in {how_often(amounts['level'])}")
    if "shift" in amounts:
        by = number(amounts["shift"]["shift"], unit=run.spec.target_column.unit)
        said.append(f"**{components.plain(by)}** is added to what the model predicts, as decided on the Results page")
    return said


def proven(entry):
    """Return what the tests of a bundle showed, one sentence each, as Markdown."""
    took = figures.duration(entry["seconds"])
    passed = f"**{entry['n_tests']} of {entry['n_tests']} tests passed** in {took}, in {entry['environment']}"
    # Bundles of earlier versions do not know which tests they had.
    groups, facts = entry.get("groups", {}), {"n_golden": entry.get("n_golden", "the")}
    return [passed, *(sentence.format(**facts) for name, sentence in PROVEN.items() if groups.get(name))]


@st.cache_data(max_entries=16, show_spinner=False)
def names_in(path):
    """Return the files of a bundle; its name is its digest, so they never change."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def contents(names):
    """Return (files or folders, sentence) for the files called ``names``; what no sentence is about comes last."""
    lines, told = [], set()
    for parts, sentence in CONTENTS:
        found = [name for name in names if any(name == part or name.startswith(_folder_of(part)) for part in parts)]
        present = [part for part in parts if any(n == part or n.startswith(_folder_of(part)) for n in found)]
        if present:
            lines.append((tuple(present), sentence))
            told.update(found)
    others = tuple(name for name in names if name not in told)
    return [*lines, *([(others, "Other files.")] if others else [])]


def _folder_of(part):
    return part if part.endswith("/") else part + "/"


def show_contents(project, run, key):
    """Say what is inside, one sentence each: of the bundle, or of any bundle where it is not made yet."""
    entry = bundle_of(project, run, key)
    names = names_in(str(_folder(state.store(), project.id) / entry["file"])) if entry else [*file_names(), CARD_FILE]
    for files, sentence in contents(names):
        left, right = st.columns([2, 5])
        left.markdown("  \n".join(f"`{part}`" for part in files))
        right.markdown(sentence)


def show_commands():
    """Show what the engineer will do."""
    st.markdown("Unpack it, and in its folder:")
    st.code(COMMANDS, language="sh")
    st.caption("Installs what it needs, runs the same tests once more, starts it at http://127.0.0.1:8000")
