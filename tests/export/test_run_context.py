"""What a summary takes from the store beside the run: its other runs, all columns of its table, pairs of columns."""

import pandas as pd
import pytest

from workbench.export.run_context import beside, drawn_pairs, measured_pairs, other_runs, table_columns
from workbench.export.run_summary import run_summary
from workbench.modeling.planning import plan_experiment
from workbench.results.report import report_html
from workbench.results.uses.importance import Importance
from workbench.results.uses.interactions import Interactions, interactions
from workbench.specs import CandidateSpec, SplitSpec
from workbench.store import Store
from workbench.training import worker

KEY = "decision_tree"


def flats(n_rows=120):
    rows = range(n_rows)
    return pd.DataFrame(
        {
            "size": [40.0 + (row * 37) % 90 for row in rows],
            "rooms": [1 + (row * 7) % 5 for row in rows],
            "gender": [("f", "m")[row % 2] for row in rows],
            "sold": pd.date_range("2023-01-01", periods=n_rows, freq="D"),
            "note": [f"N{100_000 + 13 * row}" for row in rows],
            "price": [2.0 * (40 + (row * 37) % 90) * (1 + (row * 7) % 5) + row % 3 for row in rows],
        }
    )


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    """Return the home of a project with two runs; only the second looks at the rooms."""
    home = tmp_path_factory.mktemp("context") / "home"
    with Store.open(home) as store:
        project = store.create_project("Flats")
        dataset = store.add_frame(project.id, flats(), "flats", origin="file")
        runs = []
        for kinds in (("ridge",), ("ridge", KEY)):
            draft = store.project(project.id).draft.but(
                target="price", split=SplitSpec(folds=2), candidates=tuple(CandidateSpec(kind=kind) for kind in kinds)
            )
            project = store.save_draft(project.id, draft)
            plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, project.draft)
            run = store.create_run(project.id, plan.spec)
            worker.work(store, run.id)
            runs.append(run.id)
        store.comment_run(runs[0], "only the simplest")
    return home, runs


def test_other_runs_are_put_beside_the_newest_first(two_runs):
    home, (first, second) = two_runs
    with Store.open(home) as store:
        run, evaluation = store.run(second), store.load_evaluation(second)
        others = other_runs(store, run)
        assert [one.id for one in others] == [first]
        (found,) = beside(store, run, evaluation, KEY, others)
        assert (found.number, found.comment, found.estimator) == (1, "only the simplest", "Ridge regression")
        assert [one.name for one in found.settings] == ["Estimators"]
        here, there = evaluation.candidate(KEY).mean, store.load_evaluation(first).candidate("ridge").mean
        assert found.compared.first == pytest.approx(there, rel=1e-12)
        assert found.compared.second == pytest.approx(here, rel=1e-12)


def test_columns_that_it_does_not_look_at_are_known_too(two_runs):
    home, (_, second) = two_runs
    with Store.open(home) as store:
        names = [one.name for one in table_columns(store, store.run(second))]
    assert names == list(flats().columns)


def test_pairs_are_measured_once_and_kept(two_runs):
    home, (_, second) = two_runs
    said = []
    with Store.open(home) as store:
        run = store.run(second)
        table = store.load_table(run.spec.dataset)
        rows = pd.DataFrame({"column": ["size", "rooms", "sold"], "mean": [9.0, 8.0, 0.0], "std": [1.0, 1.0, 0.0]})
        needed = Importance("rmse", "RMSE", 10.0, 60, rows)
        assert measured_pairs(store, run, KEY, None, needed, None, said.append) is None
        assert measured_pairs(store, run, KEY, None, None, table, said.append) is None
        found = measured_pairs(store, run, KEY, None, needed, table, said.append)
        alone = interactions(table, run.spec, KEY, ["size", "rooms"])
        pd.testing.assert_frame_equal(found.rows, alone.rows)
        assert said == ["looking for columns that act together"]
        kept = measured_pairs(store, run, KEY, None, None, None, said.append)
        assert kept.rows["share"].tolist() == pytest.approx(found.rows["share"].tolist(), abs=1e-12)
        assert len(said) == 1
        store.put_artifact("interactions", f"{run.id}:{KEY}:None", {"rows": 3})
        assert measured_pairs(store, run, KEY, None, None, None, said.append) is None and len(said) == 2
        store.put_artifact("interactions", f"{run.id}:{KEY}:None", None)


def test_a_pair_is_drawn_where_the_model_is_there(two_runs):
    home, (_, second) = two_runs
    rows = pd.DataFrame(
        {"one": ["size"], "other": ["rooms"], "share": [0.2], "loss": [0.3], "p_value": [0.0], "worth": [True]}
    )
    with Store.open(home) as store:
        run = store.run(second)
        table, best = store.load_table(run.spec.dataset), store.load_evaluation(second).best()
        (drawn,) = drawn_pairs(store, run, best, None, Interactions(rows, 50), table)
        assert (drawn.one.name, drawn.other.name) == ("size", "rooms")
        nothing = Interactions(rows.assign(worth=False), 50)
        assert drawn_pairs(store, run, best, None, nothing, table) == ()
        assert drawn_pairs(store, run, "baseline", None, Interactions(rows, 50), table) == ()


def test_the_summary_has_all_of_it(two_runs):
    home, (_, second) = two_runs
    with Store.open(home) as store:
        summary = run_summary(store, store.run(second), with_effects=True)
    assert [one.column for one in summary.fairness] == ["gender"]
    assert summary.in_time.column == "sold" and summary.n_other_runs == 1 and summary.pairs is not None
    page = report_html(summary)
    assert "only the simplest" in page and "Columns that act together" in page and "Over time" in page
