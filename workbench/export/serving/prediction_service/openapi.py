"""The description of the service as OpenAPI 3.1, made from the fields of its model.

What happens where a value is missing, unseen, out of range or of another type stands in words at each field; the types
say no more than what the contract takes. A field that refuses blanks is ``required``.
"""

from typing import Any

from workbench.runtime.contract import NUMERIC, allowed_text
from workbench.runtime.field_words import max_length

from .contract_words import FAULT_WORDS, example_of, extra_of, faults_of, is_needed, outcome
from .uploaded_file import ANY_FILE, WORKBOOK_TYPES

VERSION = "3.1.0"
MOST_EXAMPLES = 5
PREDICT_WORDS = (
    'One row as `{"row": {field: value}}`, answered by itself (422 where it is refused), or many as `{"rows": [...]}`, '
    "answered in their order; a row that is refused is answered with an `error` and does not spoil the others. The "
    "body may be CSV instead, with the columns of the training file. Numbers are JSON numbers or text as the training "
    'file writes them; `null`, `""` or an absent field mean “no value”.'
)
FILE_WORDS = (
    "A file of rows: CSV or a workbook (xlsx, xls, ods), as the form field `file` or as the body. Columns are found by "
    "their names, in any order. The answer is CSV: the file's own columns, then `prediction`, `probability_…`, `lower` "
    "and `upper` where there is an interval, `warnings` and `error`."
)


def document(service: Any, base: str = "") -> dict:
    """Return the OpenAPI document of a service.

    Parameters
    ----------
    service : Service
    base : str
        Path that the addresses are below, without a slash at its end.
    """
    manifest = service.manifest
    keyed = bool(service.settings.api_key)
    return {
        "openapi": VERSION,
        "info": {
            "title": manifest["name"],
            "version": manifest["model"][:16],
            "summary": f"Predicts {manifest['target']}",
            "description": f"The model was made {str(manifest.get('created_at') or '')[:10]}.",
        },
        "servers": [{"url": base or "/"}],
        **({"security": [{"header": []}, {"bearer": []}, {"browser": []}]} if keyed else {}),
        "paths": _paths(service, keyed),
        "components": {"schemas": _schemas(service), **({"securitySchemes": _KEYS} if keyed else {})},
    }


_KEYS = {
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "browser": {"type": "http", "scheme": "basic", "description": "The password is the key; the name does not matter."},
}


def _paths(service: Any, keyed: bool) -> dict:
    refused = {"400": _problem("The request is not what it should be.")}
    refused |= {"413": _problem("The body or its number of rows is too large.")}
    if keyed:
        refused |= {"401": _problem("The API key is missing or wrong.")}
    refused |= {"500": _problem("The service failed.")}
    bodies = refused | {"415": _problem("The body is of another type.")}
    told = {name: answer for name, answer in refused.items() if name in ("401", "500")}
    return {
        "/predict": {"post": _predict(service, bodies)},
        "/predict/file": {"post": _predict_file(bodies)},
        "/": {
            "get": _page("form", "The web form.", told, _CLEAR),
            "post": _form(service, refused),
        },
        "/schema": {"get": _json("schema", "The fields, for programs.", told)},
        "/openapi.json": {"get": _json("openapi", "This document.", told)},
        "/docs": {"get": _page("docs", "This document, for people.", told)},
        "/metadata": {"get": _json("metadata", "Where the model comes from, how good it is, how it decides.", told)},
        "/health": {"get": _open(_json("health", "The service is alive.", {"500": told["500"]}))},
        "/ready": {
            "get": _open(
                _json("ready", "The golden rows get their golden answers.", {"500": told["500"]})
                | {"x-checked": "once, when first asked"},
                {"503": _answer("It is not ready; says why.", _content("application/json", {"type": "object"}))},
            )
        },
        "/metrics": {"get": _operation("metrics", "Counters and durations.", _text("text/plain"), told)},
    }


_CLEAR = [{"name": "clear", "in": "query", "description": "Begin with an empty form.", "schema": {"type": "string"}}]
_REASONS = {
    "name": "reasons",
    "in": "query",
    "description": "How many of the strongest reasons each answer is to have: what each column adds to the answer.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 99_999_999, "default": 0},
    "example": 3,
}


def _predict(service: Any, refused: dict) -> dict:
    row = {name: value for name, value in service.example_row.items() if value is not None}
    json_body = {
        "schema": {"oneOf": [_ref("OneRow"), _ref("ManyRows")]},
        "examples": {"one": {"value": {"row": row}}, "many": {"value": {"rows": [row]}}},
    }
    one_or_many = {"oneOf": [_ref("OneAnswer"), _ref("ManyAnswers")]}
    return {
        "operationId": "predict",
        "summary": "Predict one row or many.",
        "description": PREDICT_WORDS,
        "parameters": [_REASONS],
        "requestBody": {
            "required": True,
            "content": {"application/json": json_body, "text/csv": {"schema": {"type": "string"}}},
        },
        "responses": {
            "200": _answer("The answers.", _content("application/json", one_or_many)),
            "422": _answer("The one row that was sent is refused.", _content("application/json", _ref("OneRefused"))),
            **refused,
        },
    }


def _predict_file(refused: dict) -> dict:
    part = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    content = {"multipart/form-data": {"schema": part}, "text/csv": {"schema": {"type": "string"}}}
    content |= {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (*WORKBOOK_TYPES, ANY_FILE)}
    return {
        "operationId": "predict_file",
        "summary": "Predict a file of rows.",
        "description": FILE_WORDS,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": _answer("The file with its predictions.", _text("text/csv")), **refused},
    }


def _form(service: Any, refused: dict) -> dict:
    fields = {field["name"]: {"type": "string"} for field in service.scorer.fields}
    body = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}}}
    return {
        "operationId": "predict_form",
        "summary": "Predict the row in the form; the answer is a page.",
        "requestBody": {"content": body},
        "responses": {
            **refused,
            "200": _answer("The form with the answer.", _text("text/html")),
            "400": _answer("The form with what is wrong.", _text("text/html") | refused["400"]["content"]),
        },
    }


def _schemas(service: Any) -> dict:
    fields = service.scorer.fields
    about = {"model": {"type": "string"}, "decision": {"type": "object"}}
    return {
        "Row": {
            "type": "object",
            "properties": {field["name"]: field_schema(field) for field in fields},
            "required": [field["name"] for field in fields if is_needed(field)],
            "description": f"{FAULT_WORDS['extra'].capitalize()}: {outcome('extra', extra_of(fields))}.",
        },
        "OneRow": {"type": "object", "properties": {"row": _ref("Row")}, "required": ["row"]},
        "ManyRows": {
            "type": "object",
            "properties": {"rows": {"type": "array", "items": _ref("Row"), "maxItems": service.settings.max_rows}},
            "required": ["rows"],
        },
        "Prediction": _prediction(service),
        "OneAnswer": {"allOf": [_ref("Prediction"), {"type": "object", "properties": about, "required": ["model"]}]},
        "RowError": _ROW_ERROR,
        "Refused": {"type": "object", "properties": {"error": _ref("RowError")}, "required": ["error"]},
        "OneRefused": {"allOf": [_ref("Refused"), {"type": "object", "properties": about, "required": ["model"]}]},
        "ManyAnswers": {
            "type": "object",
            "properties": {
                "predictions": {"type": "array", "items": {"oneOf": [_ref("Prediction"), _ref("Refused")]}},
                **about,
            },
            "required": ["predictions", "model"],
        },
        "Problem": _PROBLEM,
    }


def field_schema(field: dict) -> dict:
    """Return what a value of a field may be.

    >>> field_schema({"meaning": "integer", "name": "rooms", "values": None, "minimum": 1, "maximum": 8})["type"]
    ['number', 'string', 'null']
    """
    kinds = {"date": ["string"], **{meaning: ["number", "string"] for meaning in NUMERIC}}
    types = [*kinds.get(field["meaning"], ["string", "number", "boolean"]), *([] if is_needed(field) else ["null"])]
    if field["meaning"] == "date" and field.get("date_format") not in ("", "ISO8601", None):
        types.insert(1, "number")
    faults = "; ".join(f"{FAULT_WORDS[fault]}: {words}" for fault, words in faults_of(field).items())
    seen = (field.get("values") or [])[:MOST_EXAMPLES]
    schema: dict[str, Any] = {
        "type": types,
        "description": f"Takes {allowed_text(field)}. {faults[:1].upper()}{faults[1:]}.",
        "examples": seen or [example_of(field)],
        "maxLength": max_length(field),
        "x-meaning": field["meaning"],
        "x-otherwise": faults_of(field),
    }
    ranged = {"x-minimum-seen": field.get("minimum"), "x-maximum-seen": field.get("maximum")}
    return schema | {name: value for name, value in ranged.items() if value is not None}


def _prediction(service: Any) -> dict:
    scorer = service.scorer
    label = {"type": "number"} if scorer.is_regression else {"enum": list(scorer.classes)}
    share = {"type": "number", "minimum": 0, "maximum": 1}
    shares = {str(name): share for name in scorer.classes}
    properties = {
        "prediction": label,
        "in_words": {"type": "string", "description": "The answer and how it follows, in a sentence."},
        "probabilities": {"type": "object", "properties": shares, "additionalProperties": False},
        "warnings": {"type": "array", "items": _ref_note()},
        "reasons": {"type": "object", "description": "Where ?reasons= asked: what each column adds to the answer."},
    }
    required = ["prediction", "in_words", "probabilities", "warnings"]
    if scorer.interval is not None:
        properties |= {"lower": {"type": "number"}, "upper": {"type": "number"}}
        required += ["lower", "upper"]
    return {"type": "object", "properties": properties, "required": required}


def _ref_note() -> dict:
    note = {"field": {"type": ["string", "null"]}, "message": {"type": "string"}}
    return {"type": "object", "properties": note, "required": ["field", "message"]}


_ROW_ERROR = {
    "type": "object",
    "properties": {
        "field": {"type": ["string", "null"], "description": "null where the row as a whole is meant"},
        "value": {"description": "What was sent, shortened."},
        "allowed": {"type": "string"},
        "message": {"type": "string"},
        "others": {"type": "array", "description": "What else is wrong with this row.", "items": {"type": "object"}},
    },
    "required": ["field", "value", "allowed", "message"],
}
_PROBLEM = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"message": {"type": "string"}, "status": {"type": "integer"}},
            "required": ["message", "status"],
        }
    },
    "required": ["error"],
}


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(kind: str, schema: dict) -> dict:
    return {kind: {"schema": schema}}


def _text(kind: str) -> dict:
    return _content(kind, {"type": "string"})


def _answer(words: str, content: dict) -> dict:
    return {"description": words, "content": content}


def _problem(words: str) -> dict:
    return _answer(words, _content("application/json", _ref("Problem")))


def _operation(name: str, words: str, content: dict, refused: dict, parameters: list | None = None) -> dict:
    found = {"operationId": name, "summary": words, "responses": {"200": _answer(words, content), **refused}}
    return found | ({"parameters": parameters} if parameters else {})


def _json(name: str, words: str, refused: dict) -> dict:
    return _operation(name, words, _content("application/json", {"type": "object"}), refused)


def _page(name: str, words: str, refused: dict, parameters: list | None = None) -> dict:
    return _operation(name, words, _text("text/html"), refused, parameters)


def _open(operation: dict, more: dict | None = None) -> dict:
    """Return an operation that needs no key, with further answers."""
    return {**operation, "security": [], "responses": {**operation["responses"], **(more or {})}}
