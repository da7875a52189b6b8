"""JSON files and JSON lines to a table of records."""

import json
import re

import pandas as pd

from workbench.runtime.delimited import decoded, unique_names
from workbench.runtime.errors import ReadingError
from workbench.runtime.limits import refuse_columns

MAX_NESTING = 20
# A backslash, a pair of surrogates, or half of one: that is no character, and no table can hold it.
HALF_OF_PAIR = re.compile(
    r"\\\\|\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def read_json(path, read, *, max_rows=None):
    """Return the records of a JSON file or of JSON lines; what is nested is flattened to names with dots."""
    text = decoded(path.read_bytes(), read.get("encoding", "utf-8"))
    if read.get("format") == "json_lines":
        records = json_lines(text, max_rows)
    else:
        try:
            records = json_records(_loaded(text))
        except (json.JSONDecodeError, RecursionError) as error:
            where = f" at line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else ""
            raise ReadingError(
                f"The file is not complete JSON: it breaks off or has a mistake{where}.", "Export or upload it again."
            ) from error
    flat = [flattened(record) for record in records[:max_rows]]
    found = list(dict.fromkeys(name for record in flat for name in record))
    refuse_columns(len(found))
    columns = {name: pd.Series([record.get(name) for record in flat], dtype=object) for name in found}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(flat)))
    frame.columns = pd.Index([str(name) for name in frame.columns], dtype="str")
    if names := read.get("names"):
        frame = frame.reindex(columns=pd.Index(list(names), dtype="str"))
    return frame


def _loaded(text):
    if "\\uD" in text or "\\ud" in text:
        text = HALF_OF_PAIR.sub(lambda found: "\\ufffd" if found["half"] else found.group(), text)
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a whole number with more digits than Python converts: kept as text
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 600 else digits)


def json_lines(text, max_rows=None):
    """Return the objects of JSON lines; names the line that is none."""
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _loaded(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReadingError(
                f"Line {number:,} of the file is not complete JSON.", "Export or upload the file again."
            ) from error
        if not isinstance(record, dict):
            raise ReadingError(f"Line {number:,} of the file is not a JSON object.", "Each line must be one record.")
        records.append(record)
        if len(records) == max_rows:
            break
    return records


def json_records(content):
    """Return the records in a JSON document: a list of objects, columns of lists, or the one list inside.

    >>> json_records({"data": [{"a": 1}], "n": 1})
    [{'a': 1}]
    >>> json_records({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        of_objects = [value for value in lists.values() if value and all(isinstance(item, dict) for item in value)]
        if of_objects:
            return max(of_objects, key=len)
        if lists and len(lists) == len(content) and len({len(value) for value in lists.values()}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        inner = list(content.values())
        if len(inner) > 1 and all(isinstance(value, dict) for value in inner):
            return inner
        return [content]
    if not isinstance(content, list) or not content:
        raise ReadingError("The JSON file holds no list of records.", "It should look like [{…}, {…}].")
    if all(isinstance(item, dict) for item in content):
        return content
    if all(isinstance(item, list) for item in content):
        header, *rows = content
        if rows and all(isinstance(name, str) for name in header):
            return [dict(zip(unique_names(header), row, strict=False)) for row in rows]
        return [{f"column {at + 1}": cell for at, cell in enumerate(row)} for row in content]
    return [item if isinstance(item, dict) else {"value": item} for item in content]


def flattened(record, prefix="", depth=0):
    """Return ``record`` without nested objects: ``{"a": {"b": 1}}`` becomes ``{"a.b": 1}``.

    >>> flattened({"a": {"b": 1}, "c": [2]})
    {'a.b': 1, 'c': [2]}
    """
    flat = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < MAX_NESTING:
            flat.update(flattened(value, f"{prefix}{name}.", depth + 1))
        else:
            flat[f"{prefix}{name}"] = value
    return flat
