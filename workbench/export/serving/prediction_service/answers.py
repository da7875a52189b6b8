"""What ``/predict`` answers, by Flask's way and by the short one."""

import json

import orjson

from .request_rows import Asked
from .service import Service

OK, UNPROCESSABLE = 200, 422


def predicted(service: Service, wish: Asked, request_id: str) -> tuple[dict, int]:
    """Return the body of an answer, as an object, and its status."""
    answers = service.answer(wish.rows, reasons=wish.reasons, request_id=request_id)
    about = {"model": service.scorer.fingerprint, **service.decision()}
    if not wish.single:
        return {"predictions": answers, **about}, OK
    return answers[0] | about, UNPROCESSABLE if "error" in answers[0] else OK


def as_json(facts: dict) -> bytes:
    """Return answers as JSON, which for many rows takes as long as predicting them does."""
    try:
        return orjson.dumps(facts)
    except TypeError:  # half of a surrogate pair, which the caller sent and the answer repeats
        return json.dumps(facts).encode("ascii")
