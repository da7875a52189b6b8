"""What is done about each fault of each field: what can be chosen, good defaults, and the choice in words.

Faults that a field cannot have are not offered, nor is what would not work: a value of the wrong type is never
imputed, since nobody knows which value was meant.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.errors import NotFound, NotPossible
from workbench.runtime.contract import BEHAVIOUR, NUMERIC, WORDS
from workbench.specs import ColumnSpec, ContractSpec, FieldContract

FAULTS = ("missing", "unseen", "out_of_range")  # those that are chosen per field
PRESETS = ("tolerant", "strict")
# Fault: what it is, to follow "where a row has", and what each action does about it.
FAULT_WORDS: dict[str, str] = {
    "missing": "no value",
    "unseen": "a word not seen in training",
    "out_of_range": "a number or date outside what was seen",
    "wrong_type": "wrong type (text where a number is expected, an impossible date)",
    "extra": "a field the model does not know",
}
ACTION_WORDS: dict[tuple[str, str], str] = {
    ("missing", "warn"): "taken with a warning; the model fills in what it learned for blanks",
    ("missing", "impute"): "the usual value is taken instead, with a warning",
    ("missing", "reject"): "this row is refused",
    ("unseen", "warn"): "taken with a warning; the model treats it as unknown",
    ("unseen", "impute"): "the most frequent word is taken instead, with a warning",
    ("unseen", "reject"): "this row is refused",
    ("out_of_range", "warn"): "taken with a warning",
    ("out_of_range", "impute"): "the nearest value seen is taken instead, with a warning",
    ("out_of_range", "reject"): "this row is refused",
    ("wrong_type", "reject"): "this row is refused",
    ("extra", "warn"): "ignored with a warning",
    ("extra", "reject"): "this row is refused",
}


def faults_of(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the faults that a field can have, and what can be chosen about each.

    Parameters
    ----------
    entry : mapping
        A field of ``model.json``.

    >>> faults_of({"meaning": "text", "values": None, "minimum": None, "sensitive": False})
    {'missing': ('warn', 'reject')}
    """
    hidden = bool(entry.get("sensitive")) and entry["meaning"] != "yes_no"  # its words are not listed
    words = entry["meaning"] in WORDS and bool(entry["values"]) and not hidden
    actions = ("warn", "impute", "reject") if entry["minimum"] is not None or words else ("warn", "reject")
    faults = {"missing": actions}
    if words and not entry["more_values"]:
        faults["unseen"] = actions
    if entry["minimum"] is not None:
        faults["out_of_range"] = ("warn", "impute", "reject")
    return faults


def preset(name: str, fields: Sequence[Mapping[str, Any]], sensitive: tuple[str, ...] = ()) -> ContractSpec:
    """Return a contract for all fields at once.

    Parameters
    ----------
    name : {"tolerant", "strict"}
        ``tolerant`` answers every row that it can, with warnings: the default. ``strict`` refuses whatever no
        training row had: a blank in a column without blanks, an unseen word, a value out of range, an extra field.
    fields : sequence of mapping
        Fields of ``model.json``.
    sensitive : tuple of str, optional
        Columns whose values must not leave; kept as they are.
    """
    if name == "tolerant":
        return ContractSpec(sensitive=sensitive)
    strict = []
    for entry in fields:
        offered = faults_of({**entry, "sensitive": entry["name"] in sensitive})
        refused = [fault for fault in offered if fault != "missing" or not entry["blanks_seen"]]
        strict.append(FieldContract(column=entry["name"], **dict.fromkeys(refused, "reject")))
    return ContractSpec(fields=tuple(strict), extra="reject", sensitive=sensitive)


def behaviour_of(entry: Mapping[str, Any], contract: ContractSpec) -> dict[str, str]:
    """Return fault to action for a field; what the contract asks for and the field cannot do is as usual."""
    chosen = next((one for one in contract.fields if one.column == entry["name"]), None)
    behaviour = {**BEHAVIOUR, "extra": contract.extra}
    if chosen is None:
        return behaviour
    for fault, actions in faults_of(entry).items():
        action = getattr(chosen, fault)
        behaviour[fault] = action if action in actions else BEHAVIOUR[fault]
    return behaviour


def checked(contract: ContractSpec, fields: Sequence[Mapping[str, Any]]) -> ContractSpec:
    """Return a contract that was asked for on a command line or in a file, if every part of it can be kept.

    Raises
    ------
    NotFound
        It names a column that the model does not use.
    NotPossible
        It asks for what a field cannot do; names field and fault.
    """
    by_name = {entry["name"]: entry for entry in fields}
    for name in (*(one.column for one in contract.fields), *contract.sensitive):
        if name not in by_name:
            raise NotFound(f"The model does not use a column “{name}”.", f"It uses {', '.join(by_name)}.")
    for chosen in contract.fields:
        entry = by_name[chosen.column] | {"sensitive": chosen.column in contract.sensitive}
        offered = faults_of(entry)
        for fault in FAULTS:
            action = getattr(chosen, fault)
            if action != BEHAVIOUR[fault] and action not in offered.get(fault, ()):
                can = " or ".join(offered.get(fault, ())) or "nothing, since that cannot happen there"
                raise NotPossible(
                    f"“{chosen.column}” cannot {action} what is {fault.replace('_', ' ')}.", f"It can {can}."
                )
    return contract


def tidied(contract: ContractSpec) -> ContractSpec:
    """Return the same contract without the fields that are as usual, in the order of their names."""
    usual = FieldContract(column="")
    kept = [one for one in contract.fields if one.but(column="") != usual]
    return contract.but(
        fields=tuple(sorted(kept, key=lambda one: one.column)), sensitive=tuple(sorted(contract.sensitive))
    )


def typical(values: pd.Series, column: ColumnSpec) -> Any:
    """Return the usual value of a column as JSON: the lower median, or the most frequent word (the first by letter).

    >>> typical(pd.Series([1.0, 2.0, 9.0, None]), ColumnSpec(name="rooms", meaning="integer"))
    2
    """
    present = values.dropna()
    if not len(present):
        return None
    if column.meaning in (*NUMERIC, "date"):
        middle = present.sort_values().iloc[(len(present) - 1) // 2]
        if column.meaning == "date":
            return middle.isoformat()
        return int(middle) if column.meaning == "integer" else float(middle)
    counts = present.astype(str).value_counts()
    return min(counts.index[counts == counts.iloc[0]])
