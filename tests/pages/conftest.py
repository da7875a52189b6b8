"""Fixtures that run the app's real entry script, with every page, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_app(home):
    """Return a function that opens a page of the app, as a visitor with this project in the URL would."""
    import streamlit as st

    st.cache_resource.clear()  # caches live as long as the process: they would leak between tests
    st.cache_data.clear()

    def open_page(name="home", project=None):
        app = AppTest.from_file(str(ROOT / "workbench" / "ui" / "main.py"), default_timeout=60)
        if project:
            app.query_params["project"] = project
        app.run()
        if name != "home":
            app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
        assert not app.exception, app.exception
        return app

    yield open_page
    from workbench.ui import state

    state.store().close()
    st.cache_resource.clear()
    st.cache_data.clear()
