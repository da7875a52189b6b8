"""Fixtures that run the app's real entry script, with every page, without a browser."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.projects import project_of
from workbench.store import Store
from workbench.training import supervisor

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(home):
    """Return the store of this test's own home folder, empty."""
    with Store.open() as opened:
        yield opened


@pytest.fixture
def open_app(home, monkeypatch):
    """Return a function that opens a page of the app, as a visitor with this project in the URL would."""
    import streamlit as st

    from workbench.ui import difference_job, profile_job, reading_job

    for job in (reading_job, profile_job, difference_job):
        monkeypatch.setattr(job, "PATIENCE_SECONDS", 60)  # a busy machine is no reason to show progress
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


def drop(app, zone, *files):
    """Let files arrive, each a name and its bytes, as if they had been dropped on the zone of this name; run the app.

    Stands for the browser's part of an upload; what it sends is in ``tests/ui/test_uploads_route.py``.
    """
    from workbench.ui import staged, state

    folder = state.store().staging()
    kept = [staged.write(folder, name, content, zone=zone) for name, content in files]
    app.session_state[f"upload.{zone}.arrived"] = [file.id for file in kept]
    return app.run()


@pytest.fixture
def drop_files():
    """Return the function :func:`drop`."""
    return drop


def customers():
    """Return 63 rows: who leaves is nearly said by ``months``; three rows have no answer."""
    rows = range(63)
    answers = ["yes" if (row * 7) % 20 < 8 or row % 15 == 0 else "no" for row in rows]
    return pd.DataFrame(
        {
            "customer": [f"C{1000 + 37 * row}" for row in rows],
            "plan": [
                ("basic", "plus", "a plan with a name that is sixty characters long, as some are")[row % 3]
                for row in rows
            ],
            "months": [float((row * 7) % 20) if row % 9 else None for row in rows],
            "since": [f"2024-{row % 12 + 1:02d}-{row % 28 + 1:02d}" for row in rows],
            "spend": [10.5 + (row * 13) % 31 for row in rows],
            "left": [None if row in (5, 25, 45) else answer for row, answer in zip(rows, answers, strict=True)],
        }
    )


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory):
    """Return a home folder with one project and one finished run, made once; copy it, do not change it."""
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import CandidateSpec, SplitSpec
    from workbench.store import Store
    from workbench.training import worker

    home = tmp_path_factory.mktemp("trained") / "home"
    with Store.open(home) as store:
        project = store.create_project("Customers")
        dataset = store.add_frame(project.id, customers(), "customers", origin="file")
        project = store.project(project.id)
        draft = project.draft.but(
            target="left",
            split=SplitSpec(folds=2),
            candidates=(CandidateSpec(kind="logistic"), CandidateSpec(kind="decision_tree")),
        )
        project = store.save_draft(project.id, draft)
        plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, project.draft)
        run = store.create_run(project.id, plan.spec)
        worker.work(store, run.id)
        assert store.run(run.id).status == "finished", store.run(run.id).error
    return home


@pytest.fixture
def trained(home, trained_home):
    """Return a store with the project “Customers”: a table, a target, and a finished run."""
    from workbench.store import Store

    shutil.copytree(trained_home, home)
    with Store.open() as store:
        yield store


@pytest.fixture
def loaded(home):
    """Return a store with the project “Customers” that has a table, and nothing chosen."""
    from workbench.store import Store

    with Store.open() as store:
        project = store.create_project("Customers")
        store.add_frame(project.id, customers(), "customers", origin="file")
        yield store


@pytest.fixture
def targeted(loaded):
    """Return the store with the customers' project, whose target is ``left``."""
    project = project_of(loaded)
    loaded.save_draft(project.id, project.draft.but(target="left"))
    return loaded


@pytest.fixture
def launched(monkeypatch):
    """Record what would be started: a test starts no process."""
    calls = []
    monkeypatch.setattr(supervisor, "_launch", lambda store, run_id, *rest, **more: calls.append((run_id, *rest)))
    return calls
