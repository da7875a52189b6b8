"""The rows in the body of a request: one or many, as JSON or as CSV."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from workbench.runtime.reading import ReadingError

from .uploaded_file import read_rows

LONGEST_INTEGER = 300  # digits, where one has more than Python reads; a float cannot hold more
OPENINGS_A_ROW, SPARE_OPENINGS = 20, 10_000  # braces and brackets; texts of rows may hold some, too
SHAPES = 'Send {"row": {"field": value}} for one row, or {"rows": [{"field": value}]} for several.'
CSV_TYPE, JSON_TYPE = "text/csv", "application/json"


@dataclass(frozen=True)
class Asked:
    """What a caller of ``/predict`` asks.

    Parameters
    ----------
    rows : list
        As they were sent; whether they are rows at all is for the contract to say.
    single : bool
        Whether it is one row by itself, which is answered by itself.
    reasons : int
        How many reasons each answer is to have.
    """

    rows: list
    single: bool
    reasons: int


def asked(request: Request, manifest: dict, *, max_rows: int, max_reason_rows: int) -> Asked:
    """Return what a request to ``/predict`` asks.

    Raises
    ------
    werkzeug.exceptions.HTTPException
        The body is not what it should be, or holds more rows than are allowed.
    """
    reasons = _reasons(request, len(manifest["fields"]))
    if request.is_json:
        rows, single = json_rows(body_of(request), max_rows)
    elif request.mimetype == CSV_TYPE:
        rows, single = _csv_rows(body_of(request), manifest, max_rows), False
    else:
        raise UnsupportedMediaType("Send JSON (Content-Type: application/json) or CSV (Content-Type: text/csv).")
    check_number(len(rows), max_rows)
    if reasons and len(rows) > max_reason_rows:
        raise RequestEntityTooLarge(
            f"Reasons are given for at most {max_reason_rows} rows in one request, not for {len(rows)}."
        )
    return Asked(rows, single, reasons)


def body_of(request: Request) -> bytes:
    """Return the whole body of a request; 413 where it is larger than allowed."""
    content = request.get_data()
    # A body without a length that goes on is cut off at the limit, and Werkzeug tells only who reads on.
    if request.content_length is None and len(content) >= request.max_content_length:
        raise RequestEntityTooLarge
    return content


def check_number(n_rows: int, most: int) -> None:
    """Raise where there are more rows than are allowed."""
    if n_rows > most:
        raise RequestEntityTooLarge(f"{n_rows} rows are too many for one request; send at most {most}.")


def _reasons(request: Request, n_fields: int) -> int:
    if not request.query_string:
        return 0
    text = request.args.get("reasons", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadRequest("?reasons= takes a whole number: how many of the strongest reasons are wanted.")
    return min(int(text), n_fields)


def json_rows(content: bytes, max_rows: int) -> tuple[list, bool]:
    """Return the rows of a JSON body, and whether it is one by itself."""
    # Each of them becomes an object of 60 bytes and more: 20 MB of "{}," would take 600 MB before they are counted.
    if content.count(b"{") + content.count(b"[") > OPENINGS_A_ROW * max_rows + SPARE_OPENINGS:
        raise RequestEntityTooLarge(f"The body holds more than {max_rows} rows, or is none of rows.")
    try:
        body = _parsed(content)
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.") from None
    # Nothing is guessed from a bare object: a field may itself be called "row" or "rows".
    if not isinstance(body, dict) or len(body.keys() & {"row", "rows"}) != 1:
        raise BadRequest(SHAPES)
    if "row" in body:
        return [body["row"]], True
    if not isinstance(body["rows"], list):
        raise BadRequest(SHAPES)
    return body["rows"], False


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:  # also where Python refuses an integer for its length
        return json.loads(content, parse_int=_integer)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _csv_rows(content: bytes, manifest: dict, max_rows: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        path.write_bytes(content)
        try:
            # One row more than allowed is enough to see that there are too many.
            raw = read_rows(path, manifest, max_rows + 1)
        except ReadingError as error:
            raise BadRequest(str(error)) from None
    return records(raw)


def records(raw) -> list[dict[str, Any]]:
    """Return the rows of a table as they would stand in JSON; a cell that is not there as None."""
    return raw.astype(object).where(raw.notna(), None).to_dict("records")
