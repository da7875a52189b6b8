"""What changed since a run of a large table is worked out beside the page, and remembered."""

from types import SimpleNamespace

import pytest

from workbench.specs import Draft
from workbench.ui import background, beside, run_standing, state


@pytest.fixture
def about(monkeypatch, home):
    """A run and a project of a table that counts as large, a store of a dictionary, and what was said."""
    kept, said = {}, []
    store = SimpleNamespace(
        artifact=lambda kind, key: kept.get((kind, key)),
        put_artifact=lambda kind, key, value: kept.update({(kind, key): value}),
    )
    monkeypatch.setattr(state, "store", lambda: store)
    monkeypatch.setattr(beside.profile_job, "is_small", lambda fingerprint: False)
    monkeypatch.setattr(beside, "HEAD_START_SECONDS", 0.0)
    monkeypatch.setattr(run_standing.st, "caption", said.append)
    monkeypatch.setattr(run_standing, "_compared", lambda run, draft: [f"seed {draft.seed}"] if draft.seed else [])
    run = SimpleNamespace(id="run-1", number=1, spec=None)
    return run, lambda seed: SimpleNamespace(draft=Draft(target="y", seed=seed)), kept, said


def worked_out(run, project):
    run_standing.show(run, project)
    job = background.job(f"{run_standing.KIND}.{run.id}.{project.draft.fingerprint}")
    assert job is None or job.wait(10)


def test_it_is_said_once_it_is_known_and_not_before(about):
    run, project, kept, said = about
    worked_out(run, project(3))
    assert said == []
    run_standing.show(run, project(3))
    assert said == ["Settings changed since run 1: seed 3. These results are about the run as it was."]
    assert kept[run_standing.KIND, "run-1"]["fact"] == ["seed 3"]


def test_another_draft_is_compared_anew_and_nothing_is_said_where_nothing_changed(about):
    run, project, kept, said = about
    worked_out(run, project(3))
    worked_out(run, project(0))
    run_standing.show(run, project(0))
    assert said == [] and kept[run_standing.KIND, "run-1"]["fact"] == []
