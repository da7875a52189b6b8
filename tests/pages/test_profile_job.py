"""A profile in the making: the overview is there at once, what is being done is said, and nothing is made twice."""

import threading

import numpy as np
import pandas as pd
import pytest

from workbench.errors import WorkbenchError
from workbench.profiling import Profile
from workbench.store import profile_process, worker_process
from workbench.ui import background, findings, profile_job, state


@pytest.fixture
def project(store):
    """Return a project of 400 rows: a number with 40 blanks, a word, and an answer."""
    rows = np.arange(400)
    frame = pd.DataFrame(
        {
            "size": np.where(rows % 10 == 0, np.nan, rows * 1.5),
            "kind": np.where(rows % 4 == 0, "house", "flat"),
            "sold": np.where(rows % 3 == 0, "yes", "no"),
        }
    )
    made = store.create_project("Flats")
    store.add_frame(made.id, frame, "flats", origin="file")
    return store.project(made.id)


def asked_of(project):
    return profile_job.Asked(project.draft.dataset, project.draft.target, project.draft.task)


@pytest.fixture
def held(monkeypatch):
    """Hold the making of profiles until the event is set; return it, and the list of those that were begun."""
    go_on, begun = threading.Event(), []
    whole = profile_job.profile

    def waiting(*args, **kwargs):
        begun.append(kwargs["target"])
        assert go_on.wait(60)
        return whole(*args, **kwargs)

    monkeypatch.setattr(profile_job, "profile", waiting)
    monkeypatch.setattr(profile_job, "PATIENCE_SECONDS", 0.01)
    yield go_on, begun
    go_on.set()
    for job in background._jobs().values():  # else it would end in the middle of the next test
        assert job.wait(60)


def words(app):
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def end(app, project, go_on):
    """Let the profile be made, and run the page as its timer would."""
    go_on.set()
    job = background.job(asked_of(project).name)
    assert job is None or job.wait(60)
    return app.run()


def test_the_overview_stands_there_while_the_table_is_looked_through(open_app, project, held):
    go_on, _ = held
    app = open_app("profile", project.id)
    assert "400 rows and 3 columns, 3.3 % of the cells are blank." in words(app)
    assert profile_job.COLUMNS in words(app)
    (first,) = app.dataframe
    assert first.value.set_index("column").loc["size", "missing"] == 0.1
    assert all(button.proto.disabled for button in app.get("download_button"))
    app = end(app, project, go_on)
    assert not app.exception
    assert profile_job.COLUMNS not in words(app)
    assert "already handled" in words(app) or "to decide about" in words(app)
    assert not any(button.proto.disabled for button in app.get("download_button"))


@pytest.mark.parametrize("view", ["findings", "columns", "pairs", "compare"])
def test_a_profile_that_is_done_while_the_page_is_drawn_is_shown(open_app, project, held, monkeypatch, view):
    go_on, look, stages = held[0], profile_job.look, []

    def done_meanwhile(asked):
        found = look(asked)
        stages.append(found.stage)
        if found.job is not None:
            go_on.set()
            assert found.job.wait(60)
        return found

    app = open_app("profile", project.id)
    app.session_state[findings.VIEW_KEY] = view
    monkeypatch.setattr(profile_job, "look", done_meanwhile)
    app.run()
    assert not app.exception and not app.error
    assert stages[0] in ("sketch", "columns") and stages[-1] == "complete"
    assert not any(button.proto.disabled for button in app.get("download_button"))


@pytest.mark.parametrize("view", ["columns", "pairs", "compare"])
def test_each_view_can_be_opened_meanwhile(open_app, project, held, view):
    app = open_app("profile", project.id)
    app.session_state[findings.VIEW_KEY] = view
    app.run()
    assert not app.exception
    if view == "columns":
        app.text_input(key="page.profile.filter").set_value("siz").run()
        assert app.dataframe[0].value["column"].tolist() == ["size"]


def test_pages_that_ask_at_the_same_time_share_the_work(open_app, project, held):
    go_on, begun = held
    open_app("profile", project.id)
    open_app("profile", project.id)
    found = []
    other = threading.Thread(target=lambda: found.append(state.profile_of(project.draft.dataset)))
    other.start()
    go_on.set()
    other.join(60)
    assert found[0].complete
    assert begun == [""]
    assert state.profile_of(project.draft.dataset) is found[0]


def test_a_profile_that_cannot_be_made_says_why_and_is_tried_again(open_app, project, monkeypatch):
    whole, broken = profile_job.profile, [True]

    def sometimes(*args, **kwargs):
        if broken:
            raise WorkbenchError("There was not enough memory.", "Close something.")
        return whole(*args, **kwargs)

    monkeypatch.setattr(profile_job, "profile", sometimes)
    app = open_app("profile", project.id)
    assert [element.value for element in app.error] == ["There was not enough memory."]
    assert "400 rows and 3 columns" in words(app)
    with pytest.raises(WorkbenchError, match="not enough memory"):
        state.profile_of(project.draft.dataset)
    broken.clear()
    app.button(key="page.profile.again").click().run()
    assert not app.error
    assert "Save report" in [button.label for button in app.get("download_button") if not button.proto.disabled]


def test_a_table_whose_file_is_gone_is_told_so(open_app, store, project):
    store.dataset(project.draft.dataset).table_path.unlink()
    app = open_app("profile", project.id)
    assert "is missing or damaged" in app.error[0].value
    assert "could not be opened" in words(app)


def test_a_profile_of_an_older_version_is_made_again(store, project):
    found = state.profile_of(project.draft.dataset)
    key = asked_of(project).key
    store.put_artifact("profile", key, {**store.artifact("profile", key), "version": 1})
    profile_job._kept().complete.clear()
    assert profile_job.complete(asked_of(project)) is None
    assert state.profile_of(project.draft.dataset).columns == found.columns


def test_a_large_table_is_looked_through_by_a_process_of_its_own(open_app, store, project, monkeypatch):
    monkeypatch.setattr(profile_job, "SMALL_CELLS", 0)
    monkeypatch.setattr(profile_job, "HEAD_START_SECONDS", 0)
    stages, asked = [], profile_job.Asked(project.draft.dataset, "sold")
    apart = profile_job.profile_apart

    def noted(*args, on_table, on_columns, **kwargs):
        def columns_known(found):
            on_columns(found)
            stages.append((found.complete, profile_job.columns_of(asked) is found))

        apart(*args, on_table=lambda: (stages.append("table"), on_table()), on_columns=columns_known, **kwargs)

    monkeypatch.setattr(profile_job, "profile_apart", noted)
    found = state.profile_of(project.draft.dataset, "sold")
    assert stages == ["table", (False, True)]
    assert profile_job.columns_of(asked) is None
    assert found == Profile.from_json(store.artifact("profile", f"{project.draft.dataset}-sold-"))
    assert (found.target, found.task, found.complete) == ("sold", "binary", True)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os; os.kill(os.getpid(), 9)", "not enough memory"),
        ("raise MemoryError", "not enough memory"),
        ("raise ValueError('a defect')", "broke off"),
        ("import sys; sys.stdin.readline()", "broke off"),
    ],
)
def test_whatever_becomes_of_the_process_is_a_sentence(store, project, monkeypatch, code, message):
    whole = worker_process.subprocess.Popen

    def another(command, **options):
        return whole([command[0], "-c", code], **options)

    monkeypatch.setattr(worker_process.subprocess, "Popen", another)
    with pytest.raises(WorkbenchError, match=message):
        profile_process.profile_apart(store, project.draft.dataset, "key")


def test_what_is_wrong_with_the_table_is_told_by_the_process(store, project):
    with pytest.raises(WorkbenchError, match="There is no column “price” to predict"):
        profile_process.profile_apart(store, project.draft.dataset, "key", target="price")


def test_a_project_that_the_address_has_lost_stays_open(open_app, project):
    app = open_app("profile", project.id)
    app.session_state[state.PROJECT_KEY] = None
    app.query_params.clear()
    app.run()
    assert not app.exception
    assert "400 rows and 3 columns" in words(app)
    assert app.session_state[state.PROJECT_KEY] == project.id


def test_a_project_that_is_gone_does_not_come_back(open_app, store, project):
    app = open_app("profile", project.id)
    store.delete_project(project.id)
    app.run()
    assert not app.exception
    assert "400 rows" not in words(app)
