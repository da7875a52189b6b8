"""The smallest change that a model answers otherwise, against trying everything."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotPossible
from workbench.results.uses import what_if
from workbench.results.uses.what_if import Wish, smallest_change
from workbench.runtime.scorer import Scorer

NUMBERS, WORDS = ("age", "debt"), ("plan",)
RNG = np.random.default_rng(5)
ROWS = pd.DataFrame(
    {
        "age": RNG.integers(18, 40, 60).astype(float),
        "debt": RNG.integers(0, 16, 60) / 2,
        "plan": pd.Series(RNG.choice(["basic", "plus", "gold"], 60), dtype="str"),
        "remark": pd.Series([f"note {at}" for at in range(60)], dtype="str"),
    }
)
ROW = {"age": 30, "debt": 6.0, "plan": "basic", "remark": "new"}


def field(name, meaning):
    return {
        "name": name,
        "meaning": meaning,
        "unit": "",
        "minimum": None,
        "maximum": None,
        "values": None,
        "behaviour": {},
    }


FIELDS = [field("age", "integer"), field("debt", "number"), field("plan", "category"), field("remark", "text")]


def score(frame):
    """Log odds that two columns have to be changed for, unless one moves far."""
    plan = frame["plan"].map({"basic": 0.0, "plus": 0.8, "gold": 1.1}).astype(float)
    return -1.5 + 0.05 * (frame["age"].fillna(25) - 30) - 0.25 * (frame["debt"] - 6) + plan


class Classes:
    classes_ = np.array(["no", "yes"])

    def predict_proba(self, frame):
        chance = 1 / (1 + np.exp(-score(frame).to_numpy()))
        return np.column_stack([1 - chance, chance])


class Amounts:
    def predict(self, frame):
        return score(frame).to_numpy()


def classes(**more):
    return Scorer(Classes(), {"task": "binary", "target": "left", "fields": FIELDS, "model": "", **more})


def amounts(**more):
    return Scorer(Amounts(), {"task": "regression", "target": "sum", "fields": FIELDS, "model": "", **more})


def apart(name, value):
    """Gower's distance of one column, by hand."""
    if name in WORDS:
        return float(value != ROW[name])
    return min(abs(value - ROW[name]) / np.std(ROWS[name], ddof=1) / 4, 1.0)


def brute(scorer, columns, met, n_changed):
    """The distance of the nearest change of so many columns, by trying every combination of values one by one."""
    changes = []
    for names in combinations(columns, n_changed):
        for values in product(*(sorted(set(ROWS[name])) for name in names)):
            if all(value != ROW[name] for name, value in zip(names, values, strict=True)):
                changes.append(dict(zip(names, values, strict=True)))
    answers = scorer.predict_rows([{**ROW, **change} for change in changes])
    reached = [
        sum(apart(name, value) for name, value in change.items()) / 3
        for change, answer in zip(changes, answers, strict=True)
        if met(answer["prediction"])
    ]
    return min(reached, default=np.inf)


@pytest.mark.parametrize("columns", [("age",), ("debt",), ("plan", "age"), ("age", "debt", "plan"), ("debt", "plan")])
@pytest.mark.parametrize("threshold", [None, 0.3, 0.45, 0.99])
def test_the_nearest_flip_is_that_of_trying_everything(columns, threshold, monkeypatch):
    monkeypatch.setattr(what_if, "PAIR_LEVELS", 100)
    decided = {} if threshold is None else {"decision": {"label": "yes", "threshold": threshold}}
    scorer = classes(**decided)
    found = smallest_change(scorer, ROWS, ROW, columns, Wish())
    one = brute(scorer, columns, lambda answer: answer == "yes", 1)
    two = brute(scorer, columns, lambda answer: answer == "yes", 2) if len(columns) > 1 else np.inf
    assert found.present == "no" and found.complete
    assert (np.inf if found.one is None else found.one.distance) == pytest.approx(one, abs=1e-9)
    if two < one - 1e-9:
        assert found.two.distance == pytest.approx(two, abs=1e-9)
    else:
        assert found.two is None
    for change in filter(None, (found.one, found.two)):
        assert scorer.predict_rows([change.row])[0]["prediction"] == "yes" == change.answer["prediction"]
        assert {name for name in ROW if change.row[name] != ROW[name]} == set(change.after) <= set(columns)


@pytest.mark.parametrize(("wish", "met"), [
    (Wish(at_least=-0.6), lambda answer: answer >= -0.6),
    (Wish(at_most=-1.7), lambda answer: answer <= -1.7),
])  # fmt: skip
@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_an_amount_moves_past_a_value(wish, met, shift, monkeypatch):
    monkeypatch.setattr(what_if, "PAIR_LEVELS", 100)
    scorer = amounts(shift={"shift": shift})
    found = smallest_change(scorer, ROWS, ROW, ("age", "debt"), wish)
    one, two = (brute(scorer, ("age", "debt"), met, n_changed) for n_changed in (1, 2))
    assert found.present == pytest.approx(-1.5 + shift)
    smallest = found.two or found.one
    assert smallest.distance == pytest.approx(min(one, two), abs=1e-9)
    assert met(smallest.answer["prediction"])


def test_that_nothing_gets_there_is_an_answer():
    found = smallest_change(amounts(), ROWS, ROW, ("age", "plan"), Wish(at_least=50.0))
    assert found.one is None and found.two is None and found.complete
    assert found.finding() == "No change of these columns, alone or two together, to values that occur gets there"
    alone = smallest_change(classes(), ROWS, ROW, ("plan",), Wish())
    assert alone.finding() == "No change of “plan”, alone, to values that occur gets there"
    assert alone.n_asked == 2


@pytest.mark.parametrize("at_least", [-0.6, -0.1, 50.0])
def test_of_each_column_alone_the_nearest_change_is_told(at_least):
    scorer, columns = amounts(), ("plan", "age", "debt")
    found = smallest_change(scorer, ROWS, ROW, columns, Wish(at_least=at_least))
    for name in columns:
        nearest = brute(scorer, (name,), lambda answer: answer >= at_least, 1)
        told = found.alone[name]
        assert (np.inf if told is None else told.distance) == pytest.approx(nearest, abs=1e-9)
        assert told is None or list(told.after) == [name]
    near = [np.inf if change is None else change.distance for change in found.alone.values()]
    assert near == sorted(near) and set(found.alone) == set(columns)


def test_what_is_so_already_needs_no_change():
    found = smallest_change(amounts(), ROWS, ROW, ("age",), Wish(at_most=0.0))
    assert found.met and found.n_asked == 0
    assert smallest_change(classes(), ROWS, ROW, ("age",), Wish(label="no")).met


def test_the_change_is_told():
    found = smallest_change(amounts(), ROWS, ROW, ("plan",), Wish(at_least=-0.5))
    assert found.finding() == "The smallest change that gets there: “plan” from basic to gold"
    assert found.one.distance == pytest.approx(1 / 3)


def test_many_values_are_thinned_to_ones_that_occur(monkeypatch):
    monkeypatch.setattr(what_if, "LEVELS", 5)
    monkeypatch.setattr(what_if, "PAIR_LEVELS", 3)
    monkeypatch.setattr(what_if, "MOST_PAIRS", 4)
    found = smallest_change(amounts(), ROWS, ROW, ("age", "debt"), Wish(at_least=50.0))
    assert found.n_asked <= 5 + 5 + 4 and not found.complete
    assert "among the 4 nearest pairs" in found.finding()
    near = smallest_change(amounts(), ROWS, ROW, ("debt",), Wish(at_least=-1.4))
    assert near.one.row["debt"] in set(ROWS["debt"])


def test_columns_that_cannot_be_gone_through_stay():
    assert smallest_change(amounts(), ROWS, ROW, ("remark",), Wish(at_least=0.0)).n_asked == 0


def test_a_blank_may_get_a_value_and_none_becomes_blank():
    rows = ROWS.assign(debt=ROWS["debt"].where(ROWS["debt"] > 2), age=ROWS["age"].where(ROWS["age"] > 20))
    found = smallest_change(amounts(), rows, {**ROW, "age": None}, ("age",), Wish(at_least=-1.4))
    assert np.isnan(found.one.before["age"]) and found.one.distance == pytest.approx(1 / 3)
    assert found.one.told().startswith("“age” from no value to 3")
    assert smallest_change(amounts(), rows, ROW, ("age",), Wish(at_most=-50.0)).n_asked == rows["age"].nunique() - 1


def test_dates_move_to_days_that_occur():
    class Late:
        def predict(self, frame):
            return (frame["since"] - pd.Timestamp("2024-01-01")).dt.days.to_numpy(dtype=float)

    fields = [{**field("since", "date"), "date_format": "ISO8601"}]
    scorer = Scorer(Late(), {"task": "regression", "target": "sum", "fields": fields, "model": ""})
    days = pd.to_datetime(pd.Series(["2024-01-05", "2024-01-09", "2024-01-20", None])).astype("datetime64[us]")
    row = {"since": pd.Timestamp("2024-01-05").to_pydatetime()}
    found = smallest_change(scorer, pd.DataFrame({"since": days}), row, ("since",), Wish(at_least=6.0))
    assert found.one.answer["prediction"] == 8.0
    assert found.one.told() == "“since” from 2024-01-05 to 2024-01-09"
    assert found.one.distance == pytest.approx(4 / np.std([4, 8, 19], ddof=1) / 4)


def test_a_row_that_is_refused_is_not_changed():
    with pytest.raises(NotPossible, match="whole number"):
        smallest_change(amounts(), ROWS, {**ROW, "age": "old"}, ("debt",), Wish(at_least=0.0))
