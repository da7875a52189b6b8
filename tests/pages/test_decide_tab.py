"""Decide: the slider moves every number, amounts are kept, and a threshold in use is the answer everywhere."""

import pandas as pd
import pytest

from workbench.results.wording import number
from workbench.specs import DecisionSpec, ScenarioSpec
from workbench.ui import bundle_job, model_choice, navigation, scoring_path
from workbench.ui.results import decide_numbers

LABEL = "yes"


@pytest.fixture
def run(trained):
    return trained.runs(trained.project_ids()[0])[0]


@pytest.fixture
def rows(trained, run):
    return trained.load_evaluation(run.id).out_of_fold(run.best)


def words_of(app):
    said = " ".join(element.value for element in [*app.markdown, *app.caption, *app.warning])
    return said.replace("\\", "")  # names are escaped


def slider(app):
    return next(one for one in app.select_slider if "decide.threshold" in one.key)


def button(app, words):
    return next(one for one in app.button if words in one.label)


def counts(app):
    return [
        metric.value
        for metric in app.metric
        if metric.label in ("Found", "For nothing", "Missed", "Rightly left alone")
    ]


def by_hand(rows, threshold):
    so, yes = rows["actual"] == LABEL, rows[f"probability_{LABEL}"] >= threshold
    found = [(so & yes).mean(), (~so & yes).mean(), (so & ~yes).mean(), (~so & ~yes).mean()]
    return [1000 * one for one in found]


def test_the_slider_moves_every_count(open_app, trained, run, rows):
    app = open_app("results", run.project_id)
    assert slider(app).value == 0.5
    for threshold in (0.5, *slider(app).options[2:30:9]):
        value = threshold if isinstance(threshold, float) else float(threshold.removesuffix(" %")) / 100
        slider(app).set_value(value).run()
        assert not app.exception
        shown = [float(count.replace(",", "")) for count in counts(app)]
        assert shown == pytest.approx(by_hand(rows, value), abs=0.51)


def test_rows_are_drawn_again_by_the_seed_of_the_run_as_in_the_report(open_app, trained, run, monkeypatch):
    def told(decided, goal, threshold, seed):
        return f"drawn by {seed}"

    monkeypatch.setattr(decide_numbers, "interval_in_words", told)
    assert f"drawn by {run.spec.seed}." in words_of(open_app("results", run.project_id))


def test_amounts_are_kept_and_the_best_threshold_is_one_click(open_app, trained, run, rows):
    app = open_app("results", run.project_id)
    button(app, "Add amounts").click().run()
    costs = next(one for one in app.number_input if one.key.endswith("false_alarm") or ".false_alarm" in one.key)
    costs.set_value(25.0).run()
    assert not app.exception
    (kept,) = trained.scenarios(run.id, LABEL)
    assert (kept.found, kept.false_alarm) == (10.0, -25.0)
    button(app, "Set the best").click().run()
    so, chance = rows["actual"] == LABEL, rows[f"probability_{LABEL}"]

    def earned(threshold):
        return 10 * (so & (chance >= threshold)).mean() - 25 * (~so & (chance >= threshold)).mean()

    assert earned(slider(app).value) == pytest.approx(max(earned(one) for one in [*chance, 2.0]), abs=1e-12)
    assert "It earns" in words_of(app)


def test_costs_are_typed_as_costs_and_said_as_costs(open_app, trained, run, rows):
    calls = ScenarioSpec(name="Calls", found=-20.0, false_alarm=-20.0, missed=-300.0, unit="€")
    trained.save_scenarios(run.id, LABEL, (calls,))
    project = trained.project(run.project_id)
    costs = project.draft.success.but(costs="a call 20, a customer 300")
    trained.save_draft(project.id, project.draft.but(success=costs))
    app = open_app("results", run.project_id)
    amounts = {one.key.split(".")[-2]: one for one in app.number_input if ".entry." in one.key}
    signs = {one.key.split(".")[-2]: one for one in app.selectbox if ".sign." in one.key}
    assert {name: (signs[name].value, one.value) for name, one in amounts.items() if name in signs} == {
        "found": ("it costs", 20.0),
        "false_alarm": ("it costs", 20.0),
        "missed": ("it costs", 300.0),
        "left_alone": ("it earns", 0.0),
    }
    assert "you wrote: “a call 20, a customer 300”" in words_of(app)
    said = next(one.value for one in app.markdown if "of the rows are decided" in one.value)
    assert "It costs " in said and "earn" not in said and "-" not in said
    signs["found"].set_value("it earns").run()
    assert not app.exception
    assert trained.scenarios(run.id, LABEL)[0].found == 20.0


def test_a_capacity_says_what_it_is_worth_and_where_it_does_not_suffice(open_app, trained, run, rows):
    money = ScenarioSpec(name="Money", found=10.0, false_alarm=-4.0, unit="€")
    room = ScenarioSpec(name="Calls", kind="capacity", capacity=20, of=100)
    trained.save_scenarios(run.id, LABEL, (room, money))
    app = open_app("results", run.project_id)
    n_taken = int((rows[f"probability_{LABEL}"] >= 0.5).sum())
    assert f"From 50 % on, {n_taken} of the 60 rows tested here are decided “yes”, and there is room for 12." in (
        words_of(app).replace("\N{NO-BREAK SPACE}", " ")
    )
    button(app, "Set the best").click().run()
    assert "there is room for" not in words_of(app)
    taken = rows.sort_values(f"probability_{LABEL}").tail(12)
    assert slider(app).value <= taken[f"probability_{LABEL}"].max()
    yes = rows[f"probability_{LABEL}"] >= slider(app).value
    so = rows["actual"] == LABEL
    earned = 1000 * (10 * (so & yes).mean() - 4 * (~so & yes).mean())
    assert f"By “Money” it earns {number(earned)} €" in words_of(app)


def test_a_capacity_says_who_is_taken(open_app, trained, run):
    trained.save_scenarios(run.id, LABEL, (ScenarioSpec(name="Calls *", kind="capacity", capacity=20, of=100),))
    app = open_app("results", run.project_id)
    assert "That is 12 of the 60 rows tested here" in words_of(app)
    button(app, "Remove").click().run()
    assert not app.exception and trained.scenarios(run.id, LABEL) == ()


def test_a_threshold_in_use_is_the_answer_everywhere_and_can_be_taken_back(open_app, trained, run, rows):
    app = open_app("results", run.project_id)
    slider(app).set_value(0.0).run()
    button(app, "in the model").click().run()
    assert not app.exception
    assert trained.decision(run.id, run.best) == DecisionSpec(label=LABEL, threshold=0.0)
    assert "In use now: the answer is “yes” from a probability of 0 % on" in words_of(app)
    app.session_state["page.results.tab"] = "How good"
    app.run()
    assert "The answer is “yes” from a probability of 0 % on, and the other class below." in words_of(app)
    app.session_state["page.results.tab"] = "Decide"
    app.run()
    button(app, "Undo").click().run()
    assert not app.exception
    assert trained.decision(run.id, run.best) is None
    assert "as the model comes" in words_of(app)


def test_app_results_and_hand_over_answer_by_the_threshold(open_app, trained, run, rows):
    chance = rows[f"probability_{LABEL}"]
    decision = DecisionSpec(label=LABEL, threshold=float(chance.quantile(0.25)))
    trained.save_decision(run.id, run.best, decision)
    app = open_app("try_it", run.project_id)
    assert "Here it is" in words_of(app)
    evaluation = model_choice.decided_evaluation(
        run, trained.load_evaluation(run.id), run.best, model_choice.decision_of(run, run.best)
    )
    table = evaluation.out_of_fold(run.best)
    assert ((table["prediction"] == LABEL) == (chance >= decision.threshold)).all()
    scorer = scoring_path.scorer_of(run, run.best)
    raw = trained.load_raw(run.spec.dataset)
    answers = scorer.predict_frame(raw)
    assert ((answers["prediction"] == LABEL) == (answers[f"probability_{LABEL}"] >= decision.threshold)).all()
    assert isinstance(answers, pd.DataFrame) and len(answers) == 63


def test_a_bundle_made_before_the_threshold_is_not_ready_any_more(open_app, trained, run):
    open_app("export", run.project_id)
    project = trained.project(run.project_id)
    folder = trained.home / "bundles" / project.id
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(b"")
    made_at = model_choice.stored_model(run, run.best).at.isoformat()
    entry = {"run": run.id, "key": run.best, "model_at": made_at, "file": "a.zip"}
    trained.put_artifact("exported", project.id, {"bundles": [entry]})
    assert bundle_job.bundle_of(project, run, run.best) == entry
    trained.save_decision(run.id, run.best, DecisionSpec(label=LABEL, threshold=0.3))
    assert bundle_job.bundle_of(project, run, run.best) is None


def test_another_estimator_keeps_its_own_threshold(open_app, trained, run):
    trained.save_decision(run.id, run.best, DecisionSpec(label=LABEL, threshold=0.25))
    app = open_app("results", run.project_id)
    assert slider(app).value == 0.25
    other = next(key for key in ("logistic", "decision_tree") if key != run.best)
    app.selectbox(f"page.results.estimator.{run.id}").set_value(other).run()
    assert not app.exception
    assert "In use now: the answer is the most probable class" in words_of(app)
    app.switch_page(navigation.path_of("try_it")).run()
    assert "Here it is" not in words_of(app)


def test_several_classes_as_they_come_have_no_threshold(open_app, home):
    from workbench.store import Store

    with Store.open() as store:
        run = several_classes(store)
        app = open_app("results", run.project_id)
        said = words_of(app)
        assert "has no threshold: its answer is the most probable class" in said
        plain = button(app, "As the model comes")
        assert plain.label == "As the model comes: the most probable class" and plain.disabled
        slider(app).set_value(0.0).run()
        button(app, "in the model").click().run()
        assert store.decision(run.id, run.best).threshold == 0.0
        assert not button(app, "As the model comes").disabled
        button(app, "As the model comes").click().run()
        assert not app.exception and store.decision(run.id, run.best) is None


def several_classes(store):
    """A finished run that tells three kinds of flats apart."""
    from workbench.modeling.planning import plan_experiment
    from workbench.specs import CandidateSpec, SplitSpec
    from workbench.training import worker

    project = store.create_project("Flats")
    size = [20.3 + 1.7 * ((row * 37) % 53) for row in range(90)]
    kind = [
        ("small", "middle", "large")[min(int(one // 35), 2) if row % 7 else row % 3] for row, one in enumerate(size)
    ]
    dataset = store.add_frame(project.id, pd.DataFrame({"size": size, "kind": kind}), "flats", origin="file")
    draft = store.project(project.id).draft.but(
        target="kind", split=SplitSpec(folds=2), candidates=(CandidateSpec(kind="logistic"),)
    )
    store.save_draft(project.id, draft)
    plan = plan_experiment(store.load_table(dataset.fingerprint), dataset.schema, draft)
    run = store.create_run(project.id, plan.spec)
    worker.work(store, run.id)
    return store.run(run.id)
