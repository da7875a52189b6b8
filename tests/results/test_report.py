"""The report of a result: what it says and in which order, and that nothing of the data can break it."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from tests.results.mixed_rows import CLASSES, MAIN
from workbench.export.model_card import model_card
from workbench.modeling import metrics
from workbench.results.quality.gain import cumulative_gain
from workbench.results.quality.learning_curve import LearningCurve
from workbench.results.report import drawings, report_html
from workbench.results.report.document import SECTIONS
from workbench.results.summary import Origin, summarise
from workbench.results.summary_json import to_json
from workbench.results.uses.effects import Effect
from workbench.results.uses.importance import Importance
from workbench.specs import (
    AmountDecisionSpec,
    CandidateSpec,
    ColumnSpec,
    DecisionSpec,
    ExperimentSpec,
    LeftOut,
    ScenarioSpec,
    SplitSpec,
    SuccessSpec,
)
from workbench.training.evaluation import Evaluation, FoldScore

VOID, DRAWN = {"meta", "wbr", "br"}, {"rect", "path", "line", "circle"}
HOSTILE = "</style><script>alert(1)</script>\u202e“x”&amp;" + "y" * 60
HEADINGS = [
    "What it is for",
    "The decision, and what it costs to be wrong",
    "How good it is",
    "Where it fails",
    "Whether groups of people are treated alike",
    "What it uses",
    "Before it is used",
    "How it was checked",
    "The estimators compared",
    "Other runs of the project",
    "What was tried, and what was left out",
    "Data, settings, versions",
]


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, and carries nothing that could run or load."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.headings, self.tags, self.ids, self.targets = [], [], [], set(), [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe", "object", "form", "base"), tag
        self.tags.add(tag)
        for attribute, value in attributes:
            assert not attribute.startswith("on") and attribute not in ("src", "srcset", "action", "style"), attribute
            if attribute == "href":
                assert value.startswith("#")
                self.targets.append(value[1:])
            if attribute == "id":
                self.ids.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in DRAWN, tag
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            assert "url(" not in data and "@import" not in data
            return
        self.texts.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)

    @property
    def text(self):
        return "".join(self.texts).replace("\u00a0", " ")


def read(page):
    """Return the page as read, after what holds for every page was checked."""
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", page)
    assert "default-src 'none'" in page and not re.search(r"https?:|//\w", page)
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids)) and set(reader.targets) <= set(reader.ids)
    assert "nan" not in re.findall(r"[a-z]+", reader.text.lower())
    return reader


def table_of(task, n_rows=160, seed=1):
    rng = np.random.default_rng(seed)
    size, place = rng.normal(70, 20, n_rows), rng.choice(["north", "south"], n_rows)
    noise = rng.normal(0, 1, n_rows) * np.where(place == "north", 3, 0.2)
    signal = size / 20 + noise
    if task == "regression":
        target = signal * 100
    else:
        labels = CLASSES[task]
        target = np.array(labels)[np.digitize(signal, np.quantile(signal, np.linspace(0, 1, len(labels) + 1)[1:-1]))]
    return pd.DataFrame({"size": size, "place": pd.Series(place, dtype="str"), "y": target}), signal


def evaluation_of(task, table, signal, *, names=None, split=None):
    """An evaluation by hand: one candidate that knows something, the baseline, and one that failed."""
    names, split = names or {}, split or SplitSpec(folds=4)
    columns = tuple(
        ColumnSpec(name=names.get(name, name), meaning=meaning)
        for name, meaning in (("size", "number"), ("place", "category"))
    )
    target = names.get("y", "y")
    spec = ExperimentSpec(
        dataset="0" * 64, target=target, task=task, classes=names.get("classes", CLASSES[task]),
        positive=names.get("positive", "yes" if task == "binary" else None), columns=columns,
        target_column=ColumnSpec(name=target, meaning="number" if task == "regression" else "category", unit="€" if
                                 task == "regression" else ""),
        candidates=tuple(CandidateSpec(kind=kind) for kind in ("decision_tree", "baseline", "ridge")),
        split=split, metric=MAIN[task], left_out=(LeftOut(column=names.get("id", "id"), reason="Every row differs."),),
    )  # fmt: skip
    actual, rng, scores = table["y"].to_numpy(), np.random.default_rng(2), []
    for kind, weight in (("decision_tree", 1.0), ("baseline", 0.0)):
        for fold in range(split.rounds):
            rows = np.flatnonzero(np.arange(len(table)) % split.folds == fold % split.folds)
            said = weight * (signal[rows] + rng.normal(0, 1, len(rows))) + (1 - weight) * signal.mean()
            scores.append(_score(spec, kind, fold, rows, actual[rows], said, signal))
    return Evaluation(spec, tuple(scores), failures={"ridge": "Ridge did not want to."})


def _score(spec, kind, fold, rows, actual, said, signal):
    if spec.task == "regression":
        predicted, chances = said * 100, None
    else:
        ends = np.quantile(signal, np.linspace(0, 1, len(spec.classes) + 1)[1:-1])
        middles = np.linspace(signal.min(), signal.max(), len(spec.classes))
        if len(spec.classes) == 2:
            high = 1 / (1 + np.exp(-(said - ends[0])))
            chances = np.column_stack([1 - high, high])
        else:
            raw = np.exp(-np.abs(said[:, None] - middles[None, :]))
            chances = raw / raw.sum(axis=1, keepdims=True)
        predicted = np.array(spec.classes)[chances.argmax(axis=1)]
    found = metrics.score_all(spec, actual, predicted, chances)
    return FoldScore(kind, fold, found, 0.1, 0.01, rows, actual, predicted, chances)


def importance_of(names=()):
    rows = pd.DataFrame({"column": names or ["size", "place"], "mean": [0.2, 0.0], "std": [0.02, 0.0]})
    return Importance("roc_auc", "ROC AUC", 0.8, 100, rows)


ORIGIN = Origin(
    project="Flats", run_id="run-1", run_number=3, file="flats.csv", n_file_rows=200, n_rows=200,
    goal="Whom to call", success=SuccessSpec(costs="A call costs 5 €"), made_at=datetime(2026, 5, 1, tzinfo=UTC),
    app_version="0.9", versions={"python": "3.11"}, warnings=("Rows share “shop”.",), left_out=(("svm", "Too slow."),),
    final_tests=({"sentence": "On 40 rows that nothing had seen, it held.", "caveats": ["Opened before."]},),
)  # fmt: skip
SCENARIO = ScenarioSpec(name="Calls", found=40, false_alarm=-5, missed=-20, unit="€")


def summary_of(task, **changes):
    table, signal = table_of(task)
    evaluation = evaluation_of(task, table, signal)
    success = ORIGIN.success.but(metric=MAIN[task], least=0.6 if task == "binary" else 0.9)
    given = {"origin": replace(ORIGIN, success=success), "importance": importance_of()}
    return summarise(evaluation, "decision_tree", table, **{**given, **changes})


def test_two_classes_with_a_decision():
    decision = DecisionSpec(label="yes", threshold=0.3, scenario="Calls", scenarios=(SCENARIO,))
    summary = summary_of("binary", decision=decision)
    page = read(report_html(summary))
    assert page.headings[1:] == HEADINGS  # behind the word “Contents”
    told = to_json(summary)
    per = told["per_1000"]
    for piece in (
        summary.headline.sentence,
        "To be decided with it. Whom to call",
        "What a wrong answer costs. A call costs 5 €",
        summary.verdict.sentence.replace("you asked for", "that was asked for"),
        "The answer is “yes” from a probability of 30 % on",
        "This was chosen for “Calls”.",
        f"{per['tp']:,.0f} found",
        f"{per['fn']:,.0f} missed" if per["fn"] >= 10 else f"{per['fn']:.1f} missed",
        f"By “Calls” this decision earns {_earned(told):,.0f}"[:-1],
        "€ per 1,000 rows",
        told["segments_finding"],
        told["calibration"]["finding"],
        cumulative_gain(summary.evaluation, summary.key).finding(),
        "Ridge did not want to.",
        "Too slow.",
        "Every row differs.",
        "Rows share “shop”.",
        "On 40 rows that nothing had seen, it held.",
        "Opened before.",
        "What it must not be used for",
        summary.spec.fingerprint,
        "python 3.11",
        "1 May 2026",
    ):
        assert piece in page.text, piece
    assert "svg" in page.tags


def _earned(told):
    worth = {"tp": 40, "fp": -5, "fn": -20, "tn": 0}
    return float(f"{sum(worth[name] * count for name, count in told['per_1000'].items()):.3g}")


def test_amounts_with_what_is_added_and_checked_twice():
    table, signal = table_of("regression")
    evaluation = evaluation_of("regression", table, signal, split=SplitSpec(folds=4, repeats=2))
    shift = AmountDecisionSpec(shift=12.0, too_low=3.0, unit="min")
    summary = summarise(evaluation, "decision_tree", table, origin=ORIGIN, shift=shift)
    page = read(report_html(summary))
    assert page.headings[2] == "How far off it is"
    for piece in (
        summary.interval.finding(),
        "12 € is added to what the model says, since each unit too low costs 3 min and each unit too high 1 min.",
        "in 9 of 10 cases",
        "Rows were divided 2 times: scores are means over all of them",
        "What the estimator relies on has not been measured.",
        summary.headline.sentence,
    ):
        assert piece in page.text, piece


def test_several_classes_and_no_goal():
    summary = summary_of("multiclass", origin=Origin())
    page = read(report_html(summary))
    assert "Nobody wrote down the least that would be useful" in page.text
    assert "Every class" in page.text and "solid: high; dashed: low; dotted: mid" in page.text
    assert report_html(summary).startswith("<!doctype html>")
    assert "Prediction of y" in page.text


def test_nothing_of_the_data_is_markup():
    table, signal = table_of("binary")
    labels = (HOSTILE, "<b>no</b>")
    names = {
        "size": HOSTILE,
        "place": "<img src=x onerror=alert(1)>",
        "y": "<i>y</i>" + HOSTILE,
        "id": "<svg onload=x>",
    }
    names |= {"classes": tuple(sorted(labels)), "positive": HOSTILE}
    table["y"] = np.where(table["y"] == "yes", HOSTILE, "<b>no</b>")
    evaluation = evaluation_of("binary", table, signal, names=names)
    hostile = table.rename(columns=names)
    hostile[names["place"]] = hostile[names["place"]].replace("north", "</td><script>x</script>")
    effect = Effect(
        evaluation.spec.columns[1], names["y"], "", HOSTILE,
        pd.DataFrame({"value": ["</td><script>", "south"], "mean": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.5, 0.6]}),
        np.zeros((2, 2)), pd.DataFrame({"value": ["a", "b"], "count": [1, 1]}), 100, 0,
    )  # fmt: skip
    origin = replace(ORIGIN, project=HOSTILE, file=HOSTILE, goal=HOSTILE, warnings=(HOSTILE,), comment=HOSTILE)
    summary = summarise(
        evaluation,
        "decision_tree",
        hostile,
        origin=origin,
        importance=importance_of([names["size"], names["place"]]),
        effects=(effect,),
    )
    html = report_html(summary)
    page = read(html)
    assert "<script" not in html and "<img" not in html and "<svg onload" not in html
    assert "<img src=x onerror=alert(1)>" in page.text
    assert page.headings[1:] == HEADINGS


@pytest.mark.parametrize("module", SECTIONS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_section_has_its_contents_entry(module):
    page = read(report_html(summary_of("binary")))
    assert {
        "answer",
        "checked",
        "compared",
        "decision",
        "quality",
        "failures",
        "uses",
        "tried",
        "cautions",
        "origin",
        "groups",
        "runs",
    } == (set(page.targets) - {"top"})
    assert module.sections.__doc__


def test_without_the_table_and_with_one_check():
    table, signal = table_of("binary")
    evaluation = evaluation_of("binary", table, signal, split=SplitSpec(folds=1, share=0.5))
    summary = summarise(evaluation, "decision_tree", None)
    page = read(report_html(summary))
    assert "It was checked once, so it is not known how much the figures would move" in page.text
    assert "Groups of rows were not looked at" in page.text


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
@pytest.mark.parametrize(
    "split",
    [
        SplitSpec(kind="time", column="t", folds=1),
        SplitSpec(kind="time", column="t", folds=2),
        SplitSpec(kind="group", column="place", folds=3),
        SplitSpec(folds=1, repeats=3),
    ],
    ids=lambda split: f"{split.kind}-{split.folds}x{split.repeats}",
)
def test_every_division_and_few_rows(task, split):
    for n_rows in (12, 60):
        table, signal = table_of(task, n_rows)
        evaluation = evaluation_of(task, table, signal, split=split)
        for key in ("decision_tree", "baseline"):
            summary = summarise(evaluation, key, table.assign(t=1))
            read(report_html(summary))
            json.dumps(to_json(summary), allow_nan=False)
            assert not re.search(r"\bnan\b", model_card(summary))


def test_a_learning_curve_that_was_measured_is_shown():
    curve = LearningCurve("roc_auc", "ROC AUC", True, (20, 40, 80), ((0.6, 0.62), (0.7, 0.71), (0.8, 0.83)))
    summary = summary_of("binary", learning=curve)
    page = read(report_html(summary))
    assert curve.finding() in page.text and "Rows learned from" in page.text
    assert to_json(summary)["learning_curve"] == curve.to_json()
    assert "Rows learned from" not in read(report_html(summary_of("binary"))).text


def test_effects_of_numbers_and_dates_are_drawn():
    when = pd.date_range("2024-01-01", periods=3, freq="180D")
    frame = pd.DataFrame({"value": when, "mean": [0.1, 0.3, 0.2], "low": [0.0, 0.2, 0.1], "high": [0.2, 0.4, 0.3]})
    column = ColumnSpec(name="built", meaning="date")
    effect = Effect(column, "y", "", "yes", frame, np.zeros((2, 3)), pd.DataFrame(), 100, 0)
    page = report_html(summary_of("binary", effects=(effect,)))
    assert "2024-" in read(page).text and page.count('class="area"') == 1


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [-1e-9, 2e-9], [1e12, 3e12], [float("nan")], [-7.0, 13.0]])
def test_a_scale_holds_its_values(values):
    axis = drawings.number_axis("x", values)
    known = [value for value in values if np.isfinite(value)]
    assert axis.high > axis.low and 2 <= len(axis.ticks) <= 7
    assert all(0 <= axis.share(value) <= 1 for value in known)
    steps = np.diff([at for at, _ in axis.ticks])
    np.testing.assert_allclose(steps, steps[0])
