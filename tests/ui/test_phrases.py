"""Words on the screen that follow from figures."""

from types import SimpleNamespace

import pytest

from workbench.ui.phrases import edge_of


@pytest.mark.parametrize(
    ("classes", "decision", "label", "edge"),
    [
        (("No", "Yes"), {"label": "Yes", "threshold": 0.3}, "Yes", 0.3),
        (("No", "Yes"), {"label": "Yes", "threshold": 0.3}, "No", 0.7),
        (("No", "Yes"), None, "Yes", 0.5),
        (("a", "b", "c"), {"label": "b", "threshold": 0.3}, "b", 0.3),
        (("a", "b", "c"), {"label": "b", "threshold": 0.3}, "a", None),
        (("a", "b", "c"), None, "a", None),
    ],
)
def test_the_probability_at_which_the_answer_changes(classes, decision, label, edge):
    scorer = SimpleNamespace(classes=classes, decision=decision)
    assert edge_of(scorer, label) == (None if edge is None else pytest.approx(edge))
