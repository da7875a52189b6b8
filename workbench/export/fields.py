"""What the training rows held, per input column: the fields that the service's contract is made of."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.export.field_contract import behaviour_of, typical
from workbench.export.personal import masked, rounded
from workbench.runtime.contract import MAX_LENGTH, NUMERIC, WORDS
from workbench.runtime.field_words import natural
from workbench.specs import ColumnSpec, ContractSpec

MOST_VALUES = 1_000  # words listed per field; a list beyond that helps nobody and makes model.json large
TEXT_LENGTH = 100_000  # characters a free text may always have


def describe_fields(
    table: pd.DataFrame, columns: Sequence[ColumnSpec], contract: ContractSpec | None = None
) -> list[dict[str, Any]]:
    """Return the field of each input column.

    Parameters
    ----------
    table : DataFrame
        The typed rows the model was trained on.
    columns : sequence of ColumnSpec
        The inputs, in the order the model has them.
    contract : ContractSpec, optional
        What is done about faults, and which columns' values must not leave; as usual where it is not given.

    Returns
    -------
    list of dict
        JSON; the keys are explained in :mod:`workbench.runtime.contract`.
    """
    contract = contract or ContractSpec()
    return [_agreed(_field(table[column.name], column), table[column.name], column, contract) for column in columns]


def _agreed(entry: dict[str, Any], values: pd.Series, column: ColumnSpec, contract: ContractSpec) -> dict[str, Any]:
    """Return a field with what was agreed on about it."""
    sensitive = column.name in contract.sensitive
    entry = masked(entry) if sensitive else entry
    entry["behaviour"] = behaviour_of(entry, contract)
    if "impute" in (entry["behaviour"]["missing"], entry["behaviour"]["unseen"]):
        usual = typical(values, column)
        entry["typical"] = rounded(usual, entry) if sensitive else usual
    return entry


def _field(values: pd.Series, column: ColumnSpec) -> dict[str, Any]:
    present = values.dropna()
    entry = {
        **column.model_dump(mode="json"),
        "minimum": None,
        "maximum": None,
        "has_time": False,
        "values": None,
        "more_values": False,
        "blanks_seen": len(present) < len(values),
        "max_length": MAX_LENGTH,
    }
    if column.meaning in NUMERIC and len(present):
        convert = int if column.meaning == "integer" else float
        entry |= {"minimum": convert(present.min()), "maximum": convert(present.max())}
    elif column.meaning == "date" and len(present):
        entry |= {"minimum": present.min().isoformat(), "maximum": present.max().isoformat()}
        entry["has_time"] = bool((present != present.dt.normalize()).any())
    elif column.meaning in WORDS:
        counts = present.astype(str).value_counts()
        entry["values"] = sorted(counts.index[:MOST_VALUES].tolist(), key=natural)
        entry["more_values"] = len(counts) > MOST_VALUES
    if column.meaning not in (*NUMERIC, "date"):
        longest = int(present.astype(str).str.len().max()) if len(present) else 0
        entry["max_length"] = max(MAX_LENGTH if column.meaning in WORDS else TEXT_LENGTH, 2 * longest)
    return entry
