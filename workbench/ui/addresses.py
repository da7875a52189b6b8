"""Where our own routes are: below the path at which the server is reached, as Streamlit's are."""

import streamlit as st
from starlette.routing import Route


def address(path: str) -> str:
    """Return the address of one of our routes for a page: ``server.baseUrlPath``, then ``path``."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def reachable(routes: list[Route]) -> list[Route]:
    """Return ``routes``, each also below ``server.baseUrlPath`` where there is one.

    Both, since a proxy may hand requests on with the path or without.
    """
    below = [Route(address(route.path), route.endpoint, methods=list(route.methods)) for route in routes]
    return below if [route.path for route in below] == [route.path for route in routes] else [*below, *routes]
