"""What is inside a service, file by file, and what the engineer does with it."""

import zipfile

import streamlit as st

from workbench.export.bundle import CARD_FILE, file_names
from workbench.ui import bundle_job

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
    (
        ("check_data.py", "training_profile.json"),
        "Says whether new rows are like the training rows, of which the profile has figures only, no row.",
    ),
    (("pipeline.py",), "The model as source, in plain scikit-learn, for a data scientist to read and to change."),
    (("notebook.ipynb",), "The whole way from the file to the prediction, step by step, to follow and to change."),
    (
        ("model.skops", "requirements-skops.txt"),
        "The fitted model once more, in a format that runs no code when it is loaded, and the packages that load it.",
    ),
    (("Dockerfile", ".dockerignore", "compose.yaml"), "A recipe for a container, and one command that runs it."),
    (
        (".gitignore", ".python-version"),
        "For a repository of its own: what stays out of it, and which Python it is for.",
    ),
    (("examples/", "MOUNTING.md"), "How to ask it with curl, Python and R; how to put it into another application."),
    (
        (".vscode/", ".github/", "pyproject.toml"),
        "So that it opens ready to run and test in an editor, and is tested where it is kept.",
    ),
    (("LICENSES.md", "SHA256SUMS"), "Licences of the packages it needs; digests that show that no file was changed."),
    (("workbench/",), "The code that reads values and checks rows, the same that runs in this app."),
)
IN_SHORT = (
    ":material/dns: **To run it**: the service with its form, the model, the exact packages, a container, examples.",
    ":material/verified: **To trust it**: tests with example rows, a README, a model card, licences and digests.",
    ":material/update: **For later**: training anew on newer data, a check of newer data, the model in plain "
    "scikit-learn.",
)
COMMANDS = """pip install -r requirements.txt
python -m unittest
gunicorn app:app"""


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
    """Say what is inside: in short, and file by file of the bundle, or of any bundle where it is not made yet."""
    entry = bundle_job.bundle_of(project, run, key)
    names = names_in(str(bundle_job.path_of(project, entry))) if entry else [*file_names(), CARD_FILE]
    for sentence in IN_SHORT:
        st.markdown(sentence)
    with st.expander(f"File by file ({len(names)} files)"):
        for files, sentence in contents(names):
            left, right = st.columns([2, 4])
            left.markdown("  \n".join(f"`{part}`" for part in files))
            right.markdown(sentence)


def show_commands():
    """Show what the engineer will do."""
    st.markdown("Unpack it, and in its folder:")
    st.code(COMMANDS, language="sh")
    st.caption(
        "Installs what it needs, runs the same tests once more, and starts it at that computer's `http://127.0.0.1:8000`."
    )
