"""Train: how thoroughly to look, searches for settings, wishes about fits, ways out, and the dial on Results."""

import joblib
import psutil
import pytest

from tests.pages.projects import draft_of, project_of, spec_of
from workbench.modeling.searches import suggested_tuning
from workbench.specs import AutopilotSpec, CandidateSpec, RoundSpec, SearchRange, SplitSpec, TuningSpec
from workbench.training import supervisor
from workbench.training.evaluation import FoldScore
from workbench.training.tuning import trials
from workbench.ui import autopilot_panel, navigation, run_changes, run_panel, scrolling, setting_words, state, watch

LEAVES = (2, 5, 10, 20)


def words_of(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.error, *app.warning, *app.success]
    return " ".join(element.value for element in shown).replace("\\", "")


def unfolded(app, *keys):
    for key in keys:
        app.session_state[key] = True
    return app.run()


def test_a_card_is_chosen_and_the_own_set_comes_back(open_app, trained):
    own = draft_of(trained).candidates
    app = open_app("train", project_of(trained).id)
    app.button("page.train.purpose.balanced").click().run()
    assert draft_of(trained).autopilot == AutopilotSpec(purpose="balanced", seconds=60)
    assert draft_of(trained).candidates is None and "keep the best" in words_of(app)
    app.button("page.train.purpose.thorough").click().run()
    app.number_input("page.train.minutes").set_value(25).run()
    assert not app.exception
    assert draft_of(trained).autopilot == AutopilotSpec(purpose="thorough", seconds=1500)
    app.button("page.train.purpose.quick").click().run()
    assert draft_of(trained).autopilot is None and "will be tried on the same rows" in words_of(app)
    unfolded(app, "page.train.own").button("page.train.own_set").click().run()
    assert not app.exception and draft_of(trained).candidates == own


def ticked(app):
    """Return the names of the cards that are ticked."""
    cards = [button for button in app.button if (button.key or "").startswith("page.train.purpose.")]
    return [card.key.rpartition(".")[2] for card in cards if card.help == "Chosen."]


def test_a_choice_by_hand_is_a_card_of_its_own(open_app, trained):
    own = draft_of(trained).candidates
    app = open_app("train", project_of(trained).id)
    assert ticked(app) == ["own"]
    app.button("page.train.purpose.balanced").click().run()
    assert ticked(app) == ["balanced"]
    app.button("page.train.purpose.own").click().run()
    assert not app.exception and ticked(app) == ["own"] and draft_of(trained).candidates == own
    assert app.checkbox("page.train.use.logistic.True").value, "the list is unfolded"


def test_a_choice_by_hand_begins_with_what_would_be_tried_anyway(open_app, targeted):
    app = open_app("train", project_of(targeted).id)
    assert ticked(app) == ["quick"]
    usual = spec_of(targeted).candidates
    app.button("page.train.purpose.own").click().run()
    assert not app.exception and ticked(app) == ["own"] and draft_of(targeted).candidates == usual
    app.button("page.train.default_set").click().run()
    assert ticked(app) == ["quick"]


def test_a_busy_computer_is_said_beside_how_long_it_takes(open_app, trained, monkeypatch):
    loads = {0.0: False, 3.0: True}
    for load, busy in loads.items():
        monkeypatch.setattr(psutil, "getloadavg", lambda load=load: (load * joblib.cpu_count(), 0.0, 0.0))
        said = words_of(open_app("train", project_of(trained).id))
        assert ("what is tried as a whole takes about 4 times as long" in said) == busy


def test_a_search_begins_with_sensible_ranges_and_keeps_what_is_changed(open_app, targeted):
    app = unfolded(open_app("train", project_of(targeted).id), "page.train.own")
    app.toggle("page.train.searched.random_forest.False").set_value(True).run()
    assert not app.exception
    assert draft_of(targeted).tunings == (suggested_tuning("random_forest"),)
    assert "Search for good settings: Random forest" in words_of(app)
    app.number_input("page.train.search.random_forest.min_samples_leaf.high").set_value(30).run()
    app.radio("page.train.search.random_forest.method").set_value("model").run()
    app.number_input("page.train.search.random_forest.trials").set_value(12).run()
    app.checkbox("page.train.search.random_forest.max_features.use").uncheck().run()
    assert not app.exception
    (tuning,) = draft_of(targeted).tunings
    assert (tuning.method, tuning.trials) == ("model", 12)
    assert tuning.ranges == (SearchRange(name="min_samples_leaf", low=1, high=30, log=True),)
    app.number_input("page.train.search.random_forest.min_samples_leaf.low").set_value(40).run()
    assert "has no values to try for “Rows per leaf, at least”" in words_of(app)
    assert draft_of(targeted).tunings == (tuning,), "what makes no sense is not stored"
    app.toggle("page.train.searched.random_forest.True").set_value(False).run()
    assert not app.exception and draft_of(targeted).tunings == ()


def test_wishes_about_fits_are_stored_and_told(open_app, targeted):
    app = unfolded(open_app("train", project_of(targeted).id), "page.train.more")
    app.toggle("page.train.class_weight").set_value(True).run()
    app.selectbox("page.train.weight_column").set_value("spend").run()
    app.multiselect("page.train.rising").set_value(["months"]).run()
    assert not app.exception
    draft = draft_of(targeted)
    assert (draft.class_weight, draft.weight_column, draft.monotone) == ("balanced", "spend", (("months", 1),))
    said = words_of(app)
    assert "“spend” says how much each row counts." in said and "may only rise with “months”" in said


def test_a_failed_estimator_has_ways_out(open_app, trained, launched):
    project = project_of(trained)
    run = trained.create_run(project.id, spec_of(trained))
    trained.record_failure(run.id, "logistic", "Logistic regression failed: the moon was full.")
    trained.end_run(run.id, "finished")
    app = open_app("train", project.id)
    assert "the moon was full" in words_of(app)
    app.button(f"page.train.way.without.{run.id}.logistic").click().run()
    assert [one.kind for one in draft_of(trained).candidates] == ["baseline", "decision_tree"]
    app.button(f"page.train.way.alone.{run.id}.logistic").click().run()
    assert not app.exception
    newest = trained.runs(project.id)[0]
    assert [one.kind for one in newest.spec.candidates] == ["baseline", "logistic"] and launched == [(newest.id,)]


def test_fewer_folds_after_a_failure_are_drawn_as_often(open_app, trained):
    project = project_of(trained)
    trained.save_draft(project.id, project.draft.but(split=SplitSpec(folds=0)))
    run = trained.create_run(project.id, spec_of(trained))
    assert run.spec.split == SplitSpec(folds=5, repeats=3)
    trained.record_failure(run.id, "logistic", "Logistic regression failed: the moon was full.")
    trained.end_run(run.id, "finished")
    app = open_app("train", project.id)
    app.button(f"page.train.way.fewer.{run.id}.logistic").click().run()
    assert not app.exception
    assert draft_of(trained).split == SplitSpec(folds=3, repeats=3)


@pytest.fixture
def raced(trained):
    """A finished run of an autopilot: its plan, one candidate dropped."""
    project = project_of(trained)
    tree, line = CandidateSpec(kind="decision_tree"), CandidateSpec(kind="logistic")
    begun = spec_of(trained, autopilot=AutopilotSpec(), candidates=None)
    run = trained.create_run(project.id, begun)
    (old,) = [one for one in trained.runs(project.id) if one.number == 1]
    for score in trained.load_evaluation(old.id).fold_scores:
        if (score.candidate, score.fold) != ("decision_tree", 1):
            trained.record_fold(run.id, score)
    rounds = (
        RoundSpec(folds=(0,), candidates=(CandidateSpec(kind="baseline"), tree, line), keep=1),
        RoundSpec(folds=(0, 1)),
    )
    planned = begun.but(candidates=(*begun.candidates, tree, line), autopilot=begun.autopilot.but(rounds=rounds))
    trained.amend_run(run.id, planned)
    trained.record_drop(run.id, "decision_tree", "Dropped after 1 of 2 folds: ROC AUC 0.6, the best has 0.9.")
    trained.end_run(run.id, "finished")
    return trained


def test_what_an_autopilot_tried_is_told_and_trained_again_exactly(open_app, raced, launched):
    project = project_of(raced)
    run = raced.runs(project.id)[0]
    raced.save_draft(project.id, project.draft.but(autopilot=AutopilotSpec(), candidates=None))
    app = unfolded(open_app("train", project.id), "page.train.outcome.tried")
    said = words_of(app)
    assert "2 candidates were tried: 1 on every fold and 1 dropped on the way." in said
    assert "Two settings of Decision tree and Logistic regression, on one of two folds" in said
    assert "Same settings as now." in said
    became = app.table[0].value.set_index("Estimator")["What became of it"]  # wrapped, not cut off
    assert became["Decision tree"] == "Dropped after 1 of 2 folds\\: ROC AUC 0.6, the best has 0.9."
    app.button("page.train.outcome.replay").click().run()
    assert not app.exception and app.session_state[scrolling.AGAIN_KEY]
    again = raced.runs(project.id)[0]
    assert launched == [(again.id,)]
    assert again.spec.autopilot == run.spec.autopilot
    assert again.spec.candidates == (CandidateSpec(kind="baseline"),)


def test_an_autopilot_at_work_says_what_it_does(open_app, raced, monkeypatch):
    from dataclasses import replace

    run = raced.runs(project_of(raced).id)[0]
    evaluation = raced.load_evaluation(run.id)
    now = replace(run, status="running", phase="scoring")
    share, words = autopilot_panel.progress(now, evaluation, 15.0)
    assert share == 0.75
    assert words == "Putting the best together · 5 scores so far · about 20 seconds left"
    assert autopilot_panel.progress(replace(now, phase="fitting"), evaluation, 0.0)[1].startswith("Fitting the best")
    frame = run_panel.progress_frame(evaluation).set_index("Estimator")
    assert frame["Dropped"].to_dict() == {"Logistic regression": False, "Baseline": False, "Decision tree": True}
    assert run_panel.best_so_far(evaluation).startswith("Best so far: **Logistic regression**")
    assert watch.progress(replace(now, seconds_left=15.0)) == (0.75, "searching, about 20 seconds left")
    assert watch.progress(replace(now, seconds_left=None)) == (0.0, "searching")
    assert watch.progress(replace(now, seconds_left=0.0)) == (1.0, "searching, longer than planned")
    busy = {0.0: "longer than planned", 100.0: "longer than planned: the computer is busy"}
    for load, said in busy.items():
        monkeypatch.setattr(psutil, "getloadavg", lambda load=load: (load * joblib.cpu_count(), 0.0, 0.0))
        assert autopilot_panel.progress(now, evaluation, 0.0)[1].endswith(f" · {said}")


def test_what_a_stop_keeps_is_said_beside_what_was_ahead(raced):
    from dataclasses import replace

    evaluation = raced.load_evaluation(raced.runs(project_of(raced).id)[0].id)
    lone = next(one for one in evaluation.candidates() if one.kind == "logistic")
    tree = next(one for one in evaluation.candidates() if one.kind == "decision_tree")
    scores = [
        FoldScore(
            one.candidate,
            one.fold,
            {evaluation.spec.metric: 1.0 if one.candidate == tree.key else 0.75},
            0.0,
            0.0,
            one.rows,
            one.actual,
            one.predicted,
            one.probabilities,
        )
        for one in evaluation.fold_scores
    ]
    found = replace(evaluation, fold_scores=tuple(scores), dropped={})
    best, ahead = run_panel.leaders(found)
    assert (best.key, ahead.key, len(ahead.folds)) == (lone.key, tree.key, 1)
    assert "Ahead of it after 1 of 2 folds: **Decision tree**" in run_panel.best_so_far(found)
    assert run_panel.stopped_words(found).startswith("was stopped; kept is **Logistic regression**")
    only = replace(found, fold_scores=tuple(one for one in scores if one.candidate == tree.key))
    assert run_panel.best_so_far(only) == "Best so far: **Decision tree**, ROC AUC **1** after 1 of 2 folds."
    assert run_panel.leaders(replace(found, fold_scores=())) == (None, None)


def test_an_autopilot_is_ended_with_what_it_has(open_app, raced, launched, monkeypatch):
    asked = []
    monkeypatch.setattr(supervisor, "finish_now", lambda store, run_id: asked.append(run_id))
    monkeypatch.setattr(supervisor, "check", lambda store, run_id: store.run(run_id))
    project = project_of(raced)
    run = raced.create_run(project.id, spec_of(raced, autopilot=AutopilotSpec(), candidates=None))
    lease = raced.enlist(run.id, "", host=supervisor.HOST)
    assert raced.claim(lease, 1)
    app = open_app("train", project.id)
    stop = app.button(f"page.train.stop.{run.id}")
    assert stop.label == "Stop and keep the best"
    stop.click().run()
    assert not app.exception and asked == [run.id]


def test_changes_do_not_count_what_a_run_added_itself(trained):
    search = TuningSpec(kind="decision_tree", ranges=(SearchRange(name="min_samples_leaf", low=2, high=50),))
    asked = spec_of(trained, tunings=(search,))
    tried = CandidateSpec(kind="decision_tree", hyperparameters={"min_samples_leaf": 7})
    assert run_changes.changes(asked.but(candidates=(*asked.candidates, tried)), asked) == []
    assert run_changes.changes(asked, spec_of(trained)) == ["other searches for good settings"]
    longer = spec_of(trained, autopilot=AutopilotSpec(purpose="thorough", seconds=600))
    assert run_changes.changes(asked, longer) == ["looks for 10 minutes"]
    weighed = spec_of(trained, tunings=(search,), class_weight="balanced", monotone=(("months", 1),))
    assert run_changes.changes(asked, weighed) == ["rare answers count more", "other inputs may only rise or fall"]


def test_the_dial_chooses_what_is_shown_and_shipped(open_app, trained, monkeypatch):
    from workbench.results.candidates.dial import Choice
    from workbench.ui import autopilot_dial

    run = trained.runs(project_of(trained).id)[0]
    other = next(key for key in ("logistic", "decision_tree") if key != run.best)
    stops = (Choice(other, "Fast one", "0.80 ± 0.10", 1.0), Choice(run.best, "Best one", "0.90 ± 0.10", 4.0))
    monkeypatch.setattr(autopilot_dial, "choices", lambda evaluation, sizes: stops)
    app = open_app("results", project_of(trained).id)
    dial = f"page.results.dial.of.{run.id}"
    assert app.select_slider(dial).value == run.best
    app.select_slider(dial).set_value(other).run()
    assert not app.exception
    assert app.selectbox(f"page.results.estimator.{run.id}").value == other
    assert "takes about 4 times as long" in words_of(app) and "This is the estimator you chose" in words_of(app)
    app.switch_page(navigation.path_of("export")).run()
    assert app.selectbox(f"page.export.estimator.{run.id}").value == other


def test_settings_in_names_are_explained_once_each():
    tree = {"max_depth": 4, "min_samples_leaf": 7}
    named = [
        CandidateSpec(kind="baseline"),
        CandidateSpec(kind="decision_tree", hyperparameters=tree),
        CandidateSpec(kind="random_forest", hyperparameters={"min_samples_leaf": 3}),
        CandidateSpec(kind="of another version", hyperparameters={"alpha": 1.0}),
    ]
    said = setting_words.explained(named)
    assert said.startswith("In brackets stand the settings that are not the usual ones.")
    assert said.count("\n- **") == 2 and said.count("**Rows per leaf, at least**: ") == 1
    assert setting_words.explained(named[:1]) == ""


@pytest.fixture
def searched(trained):
    """A finished run with a search: the more rows per leaf, the better it scored."""
    project = project_of(trained)
    search = TuningSpec(
        kind="decision_tree", ranges=(SearchRange(name="min_samples_leaf", values=LEAVES),), method="grid"
    )
    spec = spec_of(trained, tunings=(search,))
    (old,) = trained.runs(project.id)
    tries = trials(search, 0)
    run = trained.create_run(project.id, spec.but(candidates=(*spec.candidates, *tries)))
    done = {score.fold: score for score in trained.load_evaluation(old.id).fold_scores if score.candidate == "logistic"}
    for one, leaf in zip(tries, LEAVES, strict=True):
        for fold, score in done.items():
            facts = (one.key, fold, {**score.scores, "roc_auc": leaf / 100}, 1.0, 0.1, score.rows, score.actual)
            trained.record_fold(run.id, FoldScore(*facts, score.predicted, score.probabilities))
    trained.end_run(run.id, "finished")
    return trained


def test_the_tries_of_a_search_are_counted_before_it_starts(trained):
    search = TuningSpec(kind="decision_tree", ranges=(SearchRange(name="min_samples_leaf", values=LEAVES),))
    run = trained.create_run(project_of(trained).id, spec_of(trained, tunings=(search,)))
    assert (run.n_done, run.n_total) == (0, 2 * (3 + len(LEAVES)))


def test_a_best_value_on_the_edge_is_widened_in_a_click(open_app, searched):
    project = project_of(searched)
    app = open_app("results", project.id)
    assert "What the settings change" in [head.value for head in app.subheader]
    assert "the best value, Rows per leaf, at least 20, lies on the edge of what was tried (2 to 20)" in words_of(app)
    app.button("page.results.widen.0").click().run()
    assert not app.exception
    (tuning,) = draft_of(searched).tunings
    assert tuning.ranges[0].values == (*LEAVES, 80) and "has the wider range now" in words_of(app)


def test_a_project_made_in_the_app_looks_for_a_minute(home, monkeypatch):
    from workbench.store import Store

    with Store.open() as store:
        monkeypatch.setattr(state, "store", lambda: store)
        assert state.new_project("Houses").draft.autopilot == AutopilotSpec(purpose="balanced", seconds=60)
