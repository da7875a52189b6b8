"""What to write to the engineer who gets a service, ready to be copied into a message."""

from datetime import UTC, datetime

import streamlit as st

from workbench.export.bundle import CARD_FILE
from workbench.export.personal import words_kept
from workbench.profiling.wording import counted
from workbench.results.wording import listed
from workbench.ui import phrases

NAMED = 4  # columns that a sentence names


def file_name(project):
    """Return the name under which a service of a project is downloaded."""
    return phrases.file_name(project.name, "-service.zip")


def environment_of(entry):
    """Return where the tests of a service ran, and why not in a clean environment where one was asked for, else ""."""
    where, _, reason = entry["environment"].partition(". ")
    return where, reason


def message(project, run, entry):
    """Return the message as plain text.

    Parameters
    ----------
    project : Project
    run : Run
    entry : mapping
        What the store knows of the service; its file is named by its digest.

    Returns
    -------
    str
        A paragraph a line.
    """
    day = datetime.fromtimestamp(entry["made_at"], UTC).date().isoformat()
    said = [
        f"{file_name(project)} is a web service that predicts “{run.spec.target}” from "
        f"{counted(entry['n_fields'], 'column')}: a form for people, an address for programs.",
        f"Please start it as its README.md says, and tell me the address. How good it is and what it must not be used "
        f"for stands in {CARD_FILE}.",
        f"It was made and tested on {day}: {counted(entry['n_tests'], 'test')} passed, in {environment_of(entry)[0]}. "
        "README.md has you run them again.",
    ]
    marked = entry.get("contract", {}).get("sensitive", ())
    if len(marked) < entry["n_fields"]:
        but = f", but for {listed(list(marked), NAMED)}, whose are made up or rounded" if marked else ""
        said.append(
            f"Values of the training table are in its examples, ranges and lists{but}: please pass it on only to those "
            "who may see them."
        )
    if kept := words_kept(marked, run.spec.columns):
        said.append(f"The model keeps the words of {listed(kept, NAMED)}: please treat the file as confidential.")
    digest = entry["file"].partition(".")[0]
    said.append(f"It arrived whole if its SHA-256 is {digest} (sha256sum, or Get-FileHash on Windows).")
    return "\n".join(said)


def show(project, run, entry):
    """Show the message, with a button that copies it."""
    st.markdown("**Send the file to your engineer**, for example with these words:")
    st.code(message(project, run, entry), language=None, wrap_lines=True)
