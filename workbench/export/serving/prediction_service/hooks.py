"""Before and after every request: limits, API key, request id, headers, errors, one count and one line of log."""

import base64
import binascii
import contextlib
import functools
import hmac
import random
import re
import time

from flask import Blueprint, Flask, Request, Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, Unauthorized

from . import logs
from .metrics import OTHER, ROUTES, STATIC
from .service import Service

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
NO_STORE = ("Cache-Control", "no-store")  # answers hold the data of whoever asked
OPEN = ("health", "ready", "static")  # whoever watches over the service needs no key; a style sheet says nothing
REQUEST_ID = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SPARE_PARTS = 1_000  # that a form may have beside one part a field
DEFECT = "The service failed on this request; its log says why."


class Hooks:
    """What surrounds each request of a service; ``install`` it on the application or on a blueprint in another one."""

    def __init__(self, service: Service):
        self.service, self.settings = service, service.settings
        self._most_parts = 2 * len(service.scorer.fields) + SPARE_PARTS

    def install(self, target: Flask | Blueprint) -> None:
        target.before_request(self._begin)
        if self.settings.api_key:
            target.before_request(self._check_key)
        target.after_request(self._end)
        target.register_error_handler(HTTPException, self._http_error)
        target.register_error_handler(Exception, self._defect)

    def _begin(self) -> None:
        # ``request`` and ``g`` are looked up at each use; a request has a fifth of a millisecond in all.
        asked, known = request._get_current_object(), g._get_current_object()
        known.started, known.n_rows = time.perf_counter(), 0
        known.request_id = request_id_of(asked.headers.get(REQUEST_ID, ""))
        asked.max_content_length = asked.max_form_memory_size = self.settings.max_body_bytes
        asked.max_form_parts = self._most_parts

    def _check_key(self) -> None:
        if _name(request.endpoint) in OPEN:
            return
        key = self.settings.api_key.encode("ascii")
        # Compared in constant time, so that its duration tells nothing about the key.
        if not any(hmac.compare_digest(given, key) for given in _given_keys()):
            raise Unauthorized("Send the API key in the header X-API-Key, or as Authorization: Bearer KEY.")

    def _http_error(self, error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        message = error.description
        if isinstance(error, RequestEntityTooLarge) and message == RequestEntityTooLarge.description:
            message = f"The body is too large; at most {self.settings.max_body_bytes:,} bytes are taken."
        response = _error(message, error.code)
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(allowed)
        if error.code == Unauthorized.code:
            # A browser asks for name and password then; the password is the key, the name does not matter.
            response.headers["WWW-Authenticate"] = 'Basic realm="API key as password"' if is_browser() else "Bearer"
        return response

    def _defect(self, error: Exception):
        # The caller learns that it is not their fault; the cause goes to the log only.
        logs.defect(error, g.get("request_id", ""))
        return _error(DEFECT, 500)

    def _end(self, response: Response) -> Response:
        asked, known = request._get_current_object(), g._get_current_object()
        route, headers = _route(asked), response.headers
        given = {name.lower() for name, _ in headers}
        for name, value in SECURITY_HEADERS.items():
            if name.lower() not in given:
                headers.add(name, value)
        if route != STATIC:
            headers.set(*NO_STORE)
        request_id = known.get("request_id", "")
        headers[REQUEST_ID] = request_id
        now, status = time.perf_counter(), response.status_code
        seconds = now - known.get("started", now)
        self.service.metrics.request(asked.method, route, status, seconds)
        # The route as it was declared, not the address as it was sent: that may hold anything.
        logs.answered(request_id, asked.method, route, status, seconds, known.get("n_rows", 0))
        return response


def request_id_of(given: str) -> str:
    """Return the id that a caller gave to a request, where it can be one, or a new one."""
    return given if given and GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"


def _given_keys() -> list[bytes]:
    """Return the keys that a request holds: by header, as a bearer's, or as the password that a browser asked for."""
    keys = [request.headers.get("X-API-Key", "")]
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        keys.append(rest.strip())
    elif scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, ValueError):
            keys.append(base64.b64decode(rest, validate=True).decode("utf-8").partition(":")[2])
    return [key.encode("utf-8", "replace") for key in keys]


def _error(message: str, status: int) -> Response:
    """Return an error: as a page to a browser, as JSON to all others."""
    if is_browser():
        response = Response(render_template("error.html", message=message, status=status), mimetype="text/html")
    else:
        response = jsonify(error={"message": message, "status": status})
    response.status_code = status
    return response


def is_browser() -> bool:
    """Return whether the caller names HTML before JSON, as browsers do and programs do not."""
    accepted = request.accept_mimetypes
    return "text/html" in list(accepted.values()) and accepted["text/html"] >= accepted["application/json"]


def _name(endpoint: str | None) -> str:
    return (endpoint or "").rpartition(".")[2]


def _route(asked: Request) -> str:
    """Return which of ``ROUTES`` was asked for."""
    rule = asked.url_rule
    return OTHER if rule is None else _declared(rule.rule, rule.endpoint)


@functools.cache
def _declared(rule: str, endpoint: str) -> str:
    """Return which of ``ROUTES`` a rule is, below whatever prefix; there are no more rules than were registered."""
    if _name(endpoint) == "static":
        return STATIC
    path = "/" + rule.strip("/")
    return next((route for route in ROUTES if path == route or (route != "/" and path.endswith(route))), "/")
