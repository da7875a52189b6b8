"""What README.md and MODEL_CARD.md say about unusual rows and about personal data."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.export.field_contract import ACTION_WORDS, FAULT_WORDS, FAULTS, faults_of
from workbench.export.personal import learned_words
from workbench.runtime.field_words import value_text

MOST_NAMED = 12  # fields that a line names
ROW_LINES = (
    ("no value in more than half of the fields", "taken with a warning that the answer says little"),
    ("no value in any field", "this row is refused: there is nothing to go on"),
)
NOBODYS_ROWS = (
    "No golden row is a row of the training file: the cells of each come from different rows, so that they belong to "
    "nobody together."
)


def contract_table(fields: Sequence[Mapping[str, Any]], escaped: Callable[[object], str]) -> str:
    """Return the lines of the table of faults: what happens in most fields, and where something else does.

    Parameters
    ----------
    fields : sequence of mapping
        Of ``model.json``.
    escaped : callable
        Makes Markdown of what a person named.
    """
    lines = []
    for fault in FAULTS:
        concerned = [entry for entry in fields if fault in faults_of(entry)]
        if concerned:
            lines.append((FAULT_WORDS[fault], _told(fault, concerned, escaped)))
        lines += ROW_LINES if fault == "missing" else ()
    lines.append((FAULT_WORDS["wrong_type"], ACTION_WORDS["wrong_type", "reject"]))
    lines.append((FAULT_WORDS["extra"], ACTION_WORDS["extra", fields[0]["behaviour"]["extra"]]))
    return "\n".join(f"| {fault} | {told} |" for fault, told in lines)


def personal_section(manifest: Mapping[str, Any], escaped: Callable[[object], str]) -> str:
    """Say which columns are masked, how, what the model itself keeps, and that golden rows are nobody's."""
    sensitive = [entry for entry in manifest["fields"] if entry.get("sensitive")]
    if not sensitive:
        return f"{NOBODYS_ROWS} No column was marked as sensitive, so words and ranges of all columns are listed."
    kinds = [manifest["estimator"]["kind"], *(one["kind"] for one in manifest["estimator"]["members"])]
    return (
        f"{NOBODYS_ROWS} Sensitive, so that no value of theirs is in any file but the model: "
        f"{_named(sensitive, escaped)}. Their golden values are made up (a count or a date may be somebody's by "
        "chance), ends of their ranges are rounded outward, and their words are not listed, so that none of them "
        f"counts as unseen. {learned_words(sensitive, kinds)}{_still_told(manifest, sensitive, escaped)}"
    )


def _still_told(manifest: Mapping[str, Any], sensitive: Sequence[Mapping[str, Any]], escaped) -> str:
    """Say where values of sensitive columns stand after all, since reading rows or training anew needs them."""
    steps = {step.get("column") for step in manifest["spec"]["recipe"]["rows"] if step.get("values")}
    spelled = [entry for entry in sensitive if entry.get("spellings")]
    chosen = [entry for entry in sensitive if entry["name"] in steps]
    told = [
        (spelled, "the spellings that are read as one word", "model.json and pipeline.py"),
        (chosen, "the values that rows were chosen by", "model.json and MODEL_CARD.md"),
    ]
    said = [f"{words} of {_named(fields, escaped)} in {files}" for fields, words, files in told if fields]
    return f" Told all the same, since the service or training anew needs them: {', and '.join(said)}." if said else ""


def _told(fault: str, fields: Sequence[Mapping[str, Any]], escaped) -> str:
    by_action: dict[str, list] = {}
    for entry in fields:
        by_action.setdefault(entry["behaviour"][fault], []).append(entry)
    usual = max(by_action, key=lambda action: len(by_action[action]))
    told = [ACTION_WORDS[fault, usual] + _values(fault, usual, by_action[usual], escaped, only=len(by_action) == 1)]
    for action, concerned in by_action.items():
        if action != usual:
            names = _values(fault, action, concerned, escaped) or _named(concerned, escaped)
            told.append(f"of {names.removeprefix(': ')}: {ACTION_WORDS[fault, action]}")
    return "; but ".join([told[0], "; ".join(told[1:])]) if told[1:] else told[0]


def _values(fault: str, action: str, fields: Sequence[Mapping[str, Any]], escaped, *, only: bool = True) -> str:
    """Return the fields with the values that are taken instead, where that is what is done."""
    if action != "impute" or fault == "out_of_range" or not only:
        return ""
    named = [f"**{escaped(one['name'])}** ({escaped(value_text(one['typical'], one))})" for one in fields[:MOST_NAMED]]
    return ": " + ", ".join(named) + _more(fields)


def _named(fields: Sequence[Mapping[str, Any]], escaped) -> str:
    return ", ".join(f"**{escaped(entry['name'])}**" for entry in fields[:MOST_NAMED]) + _more(fields)


def _more(fields: Sequence) -> str:
    return f" and {len(fields) - MOST_NAMED} more (see `/schema`)" if len(fields) > MOST_NAMED else ""
