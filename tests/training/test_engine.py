"""Cross-validation against scikit-learn's own, its callbacks, and what happens when something fails."""

import contextlib
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import psutil
import pytest
from sklearn.model_selection import cross_validate as sklearn_cross_validate

from workbench import results
from workbench.errors import CandidateFailed, NotFound
from workbench.modeling import metrics, pipeline, planning, splits
from workbench.specs import CandidateSpec, ColumnSpec, ExperimentSpec, SplitSpec
from workbench.training import cross_validate, fit, predicted_seconds, seconds_left, session
from workbench.training.pace import slowness

MAIN = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
SCORERS = {"roc_auc": "roc_auc", "log_loss": "neg_log_loss", "rmse": "neg_root_mean_squared_error"}
CLASSES = {"binary": ("No", "Yes"), "multiclass": ("a", "b", "c"), "regression": ()}
INPUTS = (
    ColumnSpec(name="amount [€]. 'x\"", meaning="number"),
    ColumnSpec(name="self", meaning="category"),
    ColumnSpec(name="count", meaning="integer"),
)


def table_for(task, n_rows=180, seed=0):
    """Mixed columns with missing values, a target that depends on two of them, and two rows without a target."""
    rng = np.random.default_rng(seed)
    amount = rng.normal(size=n_rows)
    group = rng.choice(["u", "v", "w"], n_rows)
    signal = amount + (group == "u") + rng.normal(0, 0.5, n_rows)
    if task == "regression":
        target = pd.Series(signal * 10)
    else:
        labels = list(CLASSES[task])
        codes = pd.qcut(signal, len(labels), labels=False)
        target = pd.Series([labels[code] for code in codes], dtype="str")
    table = pd.DataFrame(
        {
            INPUTS[0].name: np.where(rng.random(n_rows) < 0.1, np.nan, amount),
            "self": pd.Series(np.where(rng.random(n_rows) < 0.1, None, group), dtype="str"),
            "count": rng.integers(0, 9, n_rows),
            "y": target,
        }
    )
    table.loc[[3, 50], "y"] = np.nan
    return table


def spec_for(task, *kinds, folds=3, **changes):
    candidates = tuple(kind if isinstance(kind, CandidateSpec) else CandidateSpec(kind=kind) for kind in kinds)
    facts = {
        "dataset": "0" * 64,
        "target": "y",
        "task": task,
        "classes": CLASSES[task],
        "positive": "Yes" if task == "binary" else None,
        "columns": INPUTS,
        "target_column": ColumnSpec(name="y", meaning="number" if task == "regression" else "category"),
        "candidates": candidates,
        "split": SplitSpec(folds=folds),
        "metric": MAIN[task],
        "seed": 7,
    }
    return ExperimentSpec(**{**facts, **changes})


SMALL_FOREST = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 20})
SLOW_FOREST = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 400})
BROKEN = CandidateSpec(kind="logistic", hyperparameters={"C": -1.0})


@pytest.fixture
def worker_processes(monkeypatch):
    """Small work goes to worker processes as large work would."""
    monkeypatch.setattr(session, "POOL_PAYS_SECONDS", 0.0)
    monkeypatch.setattr(session, "CHEAP_SECONDS", -1.0)


@pytest.mark.parametrize(
    "task, kinds",
    [
        ("binary", ["baseline", "logistic", SMALL_FOREST, "hist_gradient_boosting", "nearest_neighbours"]),
        ("multiclass", ["baseline", "logistic", "decision_tree", "naive_bayes"]),
        ("regression", ["baseline", "ridge", SMALL_FOREST, "support_vector_machine"]),
    ],
)
def test_scores_equal_sklearn(task, kinds):
    table, spec = table_for(task), spec_for(task, *kinds)
    evaluation = cross_validate(table, spec)
    assert not evaluation.failures
    inputs, target = planning.modelling_table(table, spec)
    folds = splits.make_folds(inputs, target, spec)
    sign = 1.0 if metrics.metric(spec.metric).greater_is_better else -1.0
    for candidate in spec.candidates:
        estimator = pipeline.build_pipeline(spec, candidate)
        expected = sklearn_cross_validate(estimator, inputs, target, cv=folds, scoring=SCORERS[spec.metric])
        ours = evaluation.candidate(candidate.key)
        assert ours.scores[spec.metric] == pytest.approx(sign * expected["test_score"], abs=1e-9)
        assert ours.mean == pytest.approx(sign * expected["test_score"].mean(), abs=1e-9)
        assert ours.std == pytest.approx(expected["test_score"].std(), abs=1e-9)


def test_every_row_with_a_target_is_predicted_once():
    table, spec = table_for("binary"), spec_for("binary", "logistic")
    rows = cross_validate(table, spec).out_of_fold("logistic")
    assert rows["row"].tolist() == [row for row in range(len(table)) if row not in (3, 50)]
    assert rows["actual"].tolist() == table["y"].dropna().tolist()
    assert rows[["probability_No", "probability_Yes"]].sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_all_metrics_of_the_task_are_scored():
    score = cross_validate(table_for("regression"), spec_for("regression", "ridge")).candidate("ridge")
    expected = [kind.name for kind in metrics.METRICS if "regression" in kind.tasks and not kind.special]
    assert list(score.scores) == expected
    assert all(len(values) == 3 for values in score.scores.values())


def told(table, spec, **more):
    """Run, and return the evaluation with what the callbacks were told."""
    thread, started, scored, failed = threading.current_thread(), [], [], []

    def note(where, what):
        assert threading.current_thread() is thread
        where.append(what)

    evaluation = cross_validate(
        table,
        spec,
        on_start=lambda key, fold: note(started, (key, fold)),
        on_score=lambda score: note(scored, (score.candidate, score.fold)),
        on_failure=lambda key, sentence: note(failed, (key, sentence)),
        **more,
    )
    return evaluation, started, scored, failed


def test_alone_pairs_are_scored_as_they_begin_the_baseline_first():
    spec = spec_for("binary", SMALL_FOREST, "logistic", "baseline")
    _, started, scored, _ = told(table_for("binary"), spec, n_jobs=1)
    assert scored == started
    guesses = [("baseline", fold) for fold in range(3)]
    assert [scored[0], *scored[2:4]] == guesses and scored[1][1] == 0  # what learns is scored once in between
    assert sorted(scored) == [(key, fold) for key in ("baseline", "logistic", SMALL_FOREST.key) for fold in range(3)]


def test_worker_processes_change_nothing(worker_processes):
    table, spec = (
        table_for("binary"),
        spec_for("binary", "baseline", "logistic", SMALL_FOREST, "hist_gradient_boosting"),
    )
    alone = cross_validate(table, spec, n_jobs=1)
    together, started, scored, failed = told(table, spec, n_jobs=2)
    assert not failed
    assert sorted(scored) == sorted(started)
    assert len(set(scored)) == len(scored) == 12
    for candidate in spec.candidates:
        one, other = alone.candidate(candidate.key), together.candidate(candidate.key)
        assert one.scores == other.scores
        pd.testing.assert_frame_equal(alone.out_of_fold(candidate.key), together.out_of_fold(candidate.key))


def test_done_pairs_are_not_scored_again():
    spec = spec_for("binary", "baseline", "logistic")
    done = {("baseline", 0), ("baseline", 1), ("baseline", 2), ("logistic", 1)}
    evaluation, _, scored, _ = told(table_for("binary"), spec, done=done)
    assert scored == [("logistic", 0), ("logistic", 2)]
    assert len(evaluation.fold_scores) == 2
    everything = {(candidate.key, fold) for candidate in spec.candidates for fold in range(3)}
    assert cross_validate(table_for("binary"), spec, done=everything).fold_scores == ()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_one_that_fails_is_told_once_and_the_others_go_on(n_jobs, worker_processes, caplog):
    spec = spec_for("binary", "baseline", BROKEN, "decision_tree")
    with caplog.at_level("INFO"):
        evaluation, _, scored, failed = told(table_for("binary"), spec, n_jobs=n_jobs)
    assert [key for key, _ in failed] == [BROKEN.key]
    sentence = failed[0][1]
    assert sentence.startswith("Logistic regression (freedom -1) failed on fold ")
    assert sentence.endswith(".") and "Traceback" not in sentence and "\n" not in sentence
    assert "Traceback" in caplog.text
    assert {key for key, _ in scored} == {"baseline", "decision_tree"}
    assert evaluation.failures == dict(failed)
    assert evaluation.best() == "decision_tree"


def test_a_kind_that_does_not_suit_or_exist_fails_in_words():
    spec = spec_for("binary", "baseline", "ridge", "no_such_kind")
    failures = cross_validate(table_for("binary"), spec).failures
    assert set(failures) == {"ridge", "no_such_kind"}
    assert "asks for a class" in failures["ridge"]


def workers():
    """The worker processes of this process; without the one that keeps their books."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # among them zombies
            command = " ".join(process.cmdline())
            if "loky" in command and "resource_tracker" not in command:
                found.append(process)
    return found


def kill_a_worker():
    for process in workers()[:1]:
        process.kill()


def test_a_worker_that_dies_fails_only_its_candidate(worker_processes):
    """Each time the slow forest begins on fold 1 a worker is killed, alone as well: it is its own fault."""
    spec = spec_for("binary", "baseline", SLOW_FOREST, "decision_tree")
    failed, scored = [], []
    evaluation = cross_validate(
        table_for("binary"),
        spec,
        on_start=lambda key, fold: kill_a_worker() if (key, fold) == (SLOW_FOREST.key, 1) else None,
        on_score=lambda score: scored.append((score.candidate, score.fold)),
        on_failure=lambda key, sentence: failed.append((key, sentence)),
        n_jobs=2,
    )
    assert [key for key, _ in failed] == [SLOW_FOREST.key]
    assert "its process was ended by the system" in failed[0][1]
    assert evaluation.candidate("decision_tree").complete
    assert evaluation.candidate("baseline").complete
    assert len(scored) == len(set(scored))


def test_a_victim_of_another_ones_death_is_scored_all_the_same(worker_processes):
    spec = spec_for("binary", SLOW_FOREST, "decision_tree")
    deaths, scored = [], []

    def once(key, fold):
        if key == SLOW_FOREST.key and not deaths:
            deaths.append(fold)
            kill_a_worker()

    evaluation = cross_validate(
        table_for("binary"), spec, on_start=once, on_score=lambda s: scored.append((s.candidate, s.fold)), n_jobs=2
    )
    assert deaths
    assert not evaluation.failures
    assert len(scored) == len(set(scored)) == 6


def test_an_exception_in_a_callback_ends_the_run_and_its_processes(worker_processes):
    class Stopped(Exception):
        pass

    alive = []

    def stop(score):
        alive.extend(workers())
        raise Stopped

    with pytest.raises(Stopped):
        cross_validate(table_for("binary"), spec_for("binary", SLOW_FOREST), on_score=stop, n_jobs=2)
    assert alive
    assert not psutil.wait_procs(alive, timeout=20)[1]
    # And the next run starts afresh.
    assert not cross_validate(table_for("binary"), spec_for("binary", "decision_tree"), n_jobs=2).failures


def test_warnings_of_a_fit_are_collected(recwarn):
    spec = spec_for("regression", CandidateSpec(kind="mlp", hyperparameters={"max_passes": 5}))
    score = cross_validate(table_for("regression"), spec).candidates()[0]
    assert not recwarn
    assert any("converge" in text for text in score.warnings) or not score.warnings


def test_fit_takes_raw_rows_and_is_the_same_every_time():
    table, spec = table_for("binary"), spec_for("binary", "baseline", SMALL_FOREST)
    one, other = fit(table, spec, SMALL_FOREST.key), fit(table, spec)
    raw = pd.DataFrame([{INPUTS[0].name: "1.5", "self": "never seen", "count": "3"}])
    assert one.predict_proba(raw).tolist() == other.predict_proba(raw).tolist()
    assert one.steps[-1][1].n_jobs == 1


def test_fit_refuses_in_words():
    table = table_for("binary")
    with pytest.raises(NotFound, match="no candidate “mlp”"):
        fit(table, spec_for("binary", "logistic"), "mlp")
    with pytest.raises(CandidateFailed, match="Logistic regression"):
        fit(table, spec_for("binary", BROKEN))


def test_shuffled_target_scores_at_chance():
    table = table_for("binary", n_rows=400)
    table["y"] = table["y"].sample(frac=1, random_state=1, ignore_index=True)
    told_score = cross_validate(table, spec_for("binary", "logistic")).candidate("logistic")
    assert abs(told_score.mean - 0.5) < 0.1


def test_importance_finds_the_columns_that_count():
    table, spec = table_for("binary", n_rows=400), spec_for("binary", "logistic")
    importance = results.permutation_importance(table, spec, "logistic")
    assert importance.frame()["column"].tolist()[:2] == [INPUTS[0].name, "self"]
    assert importance.frame()["mean"].iloc[0] > 0.05
    assert importance.finding().startswith("“amount [€]")
    again = results.permutation_importance(table, spec, "logistic")
    pd.testing.assert_frame_equal(importance.frame(), again.frame())


def test_importance_of_a_model_that_uses_nothing_is_zero():
    importance = results.permutation_importance(table_for("regression"), spec_for("regression", "baseline"), "baseline")
    assert importance.frame()["mean"].tolist() == [0.0, 0.0, 0.0]
    assert importance.finding() == "No single column makes a difference beyond chance"


def test_importance_equals_brute_force():
    """One fold, one shuffle: the loss is that of predicting with the column shuffled by the same seed."""
    table, spec = table_for("regression"), spec_for("regression", "ridge")
    importance = results.permutation_importance(table, spec, "ridge", folds=1, repeats=1).frame()
    inputs, target = planning.modelling_table(table, spec)
    train, test = splits.make_folds(inputs, target, spec)[0]
    model = pipeline.build_pipeline(spec, spec.candidates[0]).fit(inputs.iloc[train], target[train])

    def rmse(rows):
        return float(np.sqrt(np.mean((model.predict(rows) - target[test]) ** 2)))

    rng, held_out = np.random.default_rng(spec.seed), inputs.iloc[test]
    for column in spec.columns:
        shuffled = held_out.copy()
        shuffled[column.name] = held_out[column.name].to_numpy()[rng.permutation(len(test))]
        loss = importance.set_index("column")["mean"][column.name]
        assert loss == pytest.approx(rmse(shuffled) - rmse(held_out), abs=1e-9)


def test_twice_the_trees_are_predicted_to_take_twice_as_long():
    more = CandidateSpec(kind="random_forest", hyperparameters={"n_estimators": 40, "min_samples_leaf": 3})
    predicted = predicted_seconds(spec_for("binary", SMALL_FOREST, more), 10_000)
    assert predicted[more.key] == pytest.approx(2 * predicted[SMALL_FOREST.key])


def test_time_left_follows_what_was_measured():
    spec = spec_for("binary", "logistic", SMALL_FOREST)
    predicted = predicted_seconds(spec, 180)
    assert set(predicted) == {"logistic", SMALL_FOREST.key}
    finished = cross_validate(table_for("binary"), spec_for("binary", "logistic")).fold_scores
    assert seconds_left(spec, 180, finished, failed={SMALL_FOREST.key}, n_jobs=1) == 0.0
    all_left = seconds_left(spec, 180, (), n_jobs=1)
    assert all_left == pytest.approx(3 * sum(predicted.values()))
    one_done = seconds_left(spec, 180, finished[:1], failed={SMALL_FOREST.key}, n_jobs=1)
    assert one_done == pytest.approx(2 * (finished[0].fit_seconds + finished[0].score_seconds))


def test_quick_fits_that_took_longer_than_predicted_do_not_promise_minutes_to_the_others():
    spec = spec_for("binary", "baseline", "logistic", "random_forest")
    predicted = predicted_seconds(spec, 10_000)

    def left_for_the_forest(key, seconds):
        measured = [SimpleNamespace(candidate=key, fold=0, fit_seconds=seconds, score_seconds=0.0)]
        return seconds_left(spec, 10_000, measured, failed={"baseline", "logistic"}, n_jobs=1)

    forest = 3 * predicted["random_forest"]
    assert left_for_the_forest("baseline", 0.1) < 1.2 * forest
    # One second as predicted before, and then ten times that.
    slow = 9 + 10 * predicted["logistic"]
    assert left_for_the_forest("logistic", slow) == pytest.approx(10 * forest)


def test_what_comes_between_fits_and_other_work_make_a_run_slower():
    def done(*moments):
        return [SimpleNamespace(at=at, fit_seconds=0.9, score_seconds=0.1) for at in moments]

    # Two processes finish two fits of a second each second; here one each second, so it takes twice as long.
    assert slowness(done(*range(100, 110)), n_jobs=2) == pytest.approx(2.0)
    assert slowness(reversed(done(*range(100, 110))), n_jobs=2) == pytest.approx(2.0)
    assert slowness(done(*np.arange(100, 105, 0.5)), n_jobs=2) == pytest.approx(1.0)
    assert slowness(done(0, *range(1_000, 1_030)), n_jobs=1) == pytest.approx(1.0), "only the latest show how it goes"
    assert slowness(done(0, 60, 120), n_jobs=2) == 1.0, "too few to tell"
