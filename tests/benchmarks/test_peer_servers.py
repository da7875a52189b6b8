"""What the benchmark beside MLflow, vetiver and BentoML makes of answers, and when ours are said to fall short."""

import json
import re

import pytest

from benchmarks.peer_servers import OF_THE_PICKLE, PEERS, misses, requirements_of, times_of, wrong_of_peer

EXPECTED = [
    {"prediction": "no", "probabilities": {"no": 0.9, "yes": 0.1}},
    {"prediction": "yes", "probabilities": {"no": 0.25, "yes": 0.75}},
    {"prediction": "no", "probabilities": {"no": 0.6, "yes": 0.4}},
    {"prediction": "no", "probabilities": {"no": 1.0, "yes": 0.0}},
]
AS_ANSWERED = {
    "mlflow": lambda rows: {"predictions": rows},
    "vetiver": lambda rows: {"predict": rows},
    "bentoml": lambda rows: rows,
}


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_an_answer_is_right_only_where_every_probability_of_every_row_is(peer):
    rows = [list(row["probabilities"].values()) for row in EXPECTED]

    def wrong(*answers):
        bodies = [b"" if rows is None else json.dumps(AS_ANSWERED[peer.name](rows)).encode() for rows in answers]
        return wrong_of_peer(peer, list(enumerate(bodies)), 2, EXPECTED)

    assert wrong(rows[:2], rows[2:]) == 0
    assert wrong(rows[:2], [[0.6, 0.4], [1.0 - 1e-6, 1e-6]]) == 1
    assert wrong(rows[2:], rows[:2]) == 2  # each is the answer to the other request
    assert wrong(rows[:1], rows[2:]) == 1  # a row is missing
    assert wrong([[0.9], [0.25]], rows[2:]) == 1  # a class is missing
    assert wrong(None, rows[2:]) == 1  # refused


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_pins_are_exact_and_what_the_pickle_needs_is_as_here(peer):
    pins = peer.pins.read_text(encoding="utf-8")
    lines = [line for line in pins.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert any(line.startswith(f"{peer.name}==") for line in lines)
    here = {name: f"9.{at}" for at, name in enumerate(OF_THE_PICKLE)}
    found = requirements_of(pins, here).splitlines()
    for name, version in here.items():
        assert f"{name}=={version}" in found
    assert [line for line in found if line.partition("==")[0] not in here] == [
        line for line in pins.splitlines() if line.partition("==")[0] not in here
    ]


def test_ours_is_compared_round_by_round():
    slow_machine = [{"requests": 10.0, "cpu": 0.02}, {"requests": 5.0, "cpu": 0.04}, {"requests": 8.0, "cpu": 0.02}]
    ours = [{"requests": 100.0, "cpu": 0.001}, {"requests": 55.0, "cpu": 0.004}, {"requests": 160.0, "cpu": 0.002}]
    assert times_of(slow_machine, ours) == {"times": 11.0, "times_cpu": 10.0}
    assert times_of(ours, ours) == {"times": 1.0, "times_cpu": 1.0}


def _figures(plain=12.0, mlflow=16.0, p50=0.001, wrong=0):
    return {"plain": {"times": plain}, "ours": {"p50": p50, "wrong": wrong}, "mlflow": {"times": mlflow}}


def test_nothing_is_missed_where_all_that_is_asked_is_there():
    assert misses("boosting", 1, _figures(), 10.0) == []


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (_figures(plain=9.9), "9.9 × plain's requests per second, 10 × asked"),
        (_figures(mlflow=14.9), "14.9 × mlflow's requests per second, 15 × asked"),
        (_figures(p50=0.0021), "p50 of 2.10 ms, at most 2 ms asked"),
        (_figures(wrong=3), "3 answers of ours are wrong"),
    ],
    ids=["plain", "mlflow", "p50", "wrong"],
)
def test_what_is_missed_is_said(figures, said):
    assert misses("boosting", 1, figures, 10.0) == [said]


def test_mlflow_and_p50_are_asked_about_for_one_row_of_boosting_alone():
    figures = _figures(mlflow=1.0, p50=0.5)
    assert misses("forest", 1, figures, 10.0) == misses("boosting", 100, figures, 5.0) == []
    without = _figures()
    del without["mlflow"]  # could not be installed
    assert misses("boosting", 1, without, 10.0) == []
