"""JSON files and JSON lines to a table of records."""

import json
import re

import pandas as pd

from workbench.runtime.delimited import decoded, unique_names
from workbench.runtime.errors import ReadingError
from workbench.runtime.limits import refuse_columns

MAX_NESTING = 20
MAX_BYTES = 2**29  # as Python's objects, a JSON file takes up to ten times the memory
SEARCH_DEPTH = 4  # objects around the list of records
GEOMETRY = "geometry"
SPACE = re.compile(r"[\s\x1e,]*")
# A backslash, a pair of surrogates, or half of one: that is no character, and no table can hold it.
HALF_OF_PAIR = re.compile(
    r"\\\\|\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def read_json(path, read, *, max_rows=None):
    """Return the records of a JSON file or of JSON lines; what is nested is flattened to names with dots."""
    if path.stat().st_size > MAX_BYTES:
        raise ReadingError(
            f"The JSON file has {path.stat().st_size // 2**20:,} MB, which is more than can be read at once.",
            "Save it as CSV or Parquet.",
        )
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
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _one_after_another(text)
        raise
    except ValueError:  # a whole number with more digits than Python converts: kept as text
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 600 else digits)


def _one_after_another(text):
    """Return the list of values that stand in a text one after the other, without commas between them."""
    decoder, at, values = json.JSONDecoder(), 0, []
    while True:
        at = SPACE.match(text, at).end()
        if at == len(text):
            return values
        value, at = decoder.raw_decode(text, at)
        values.append(value)


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


def _records_inside(content, depth=0):
    """Return the longest list of objects inside ``content``, however it is wrapped; empty where there is none."""
    found = []
    for value in content.values():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            inside = value
        elif isinstance(value, dict) and depth < SEARCH_DEPTH:
            inside = _records_inside(value, depth + 1)
        else:
            continue
        found = max(found, inside, key=len)
    return found


def _as_pandas_writes(content):
    """Return records for what pandas' ``to_json`` makes by default (columns of numbered cells) or "split", or None."""
    if set(content) <= {"columns", "index", "data"} and {"columns", "data"} <= set(content):
        names = unique_names([str(name) for name in content["columns"]])
        return [dict(zip(names, row, strict=False)) for row in content["data"]]
    columns = list(content.values())
    if columns and all(isinstance(column, dict) for column in columns):
        keys = list(columns[0])
        numbered = keys == [str(at) for at in range(len(keys))] and len(keys) > 0
        if numbered and all(list(column) == keys for column in columns):
            return [{name: column[key] for name, column in content.items()} for key in keys]
    return None


def _feature(feature):
    """Return a record for a feature of GeoJSON: its properties, and a point as two numbers."""
    geometry = feature.get(GEOMETRY) or {}
    place = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(place, list) and len(place) >= 2:
        where = {"longitude": place[0], "latitude": place[1]}
    else:
        where = {GEOMETRY: geometry.get("type")}
    known = {"id": feature["id"]} if "id" in feature else {}
    properties = feature.get("properties") or {}
    return {**known, **properties, **{name: value for name, value in where.items() if name not in properties}}


def json_records(content):
    """Return the records in a JSON document: a list of objects, columns of lists, or the one list inside.

    >>> json_records({"data": [{"a": 1}], "n": 1})
    [{'a': 1}]
    >>> json_records({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if isinstance(content, dict):
        if content.get("type") == "FeatureCollection" and isinstance(content.get("features"), list):
            return json_records([_feature(one) for one in content["features"] if isinstance(one, dict)])
        if (written := _as_pandas_writes(content)) is not None:
            return written
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        of_objects = [value for value in lists.values() if value and all(isinstance(item, dict) for item in value)]
        if of_objects:
            return max(of_objects, key=len)
        if lists and len(lists) == len(content) and len({len(value) for value in lists.values()}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        inner = list(content.values())
        if len(inner) > 1 and all(isinstance(value, dict) for value in inner):
            shared = set.intersection(*(set(value) for value in inner))
            if shared or not _records_inside(content):
                return inner
        return _records_inside(content) or [content]
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
