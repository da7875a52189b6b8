"""What a fit is predicted to cost: more rows and columns never cost less, and forests draw fewer of very many rows."""

from math import log2

import pytest

from workbench.modeling import costs
from workbench.modeling.boosting_kinds import BOOSTERS
from workbench.modeling.models import MODELS
from workbench.runtime.boosting import WATCHED_ROWS
from workbench.runtime.forests import MANY_ROWS

KINDS = {kind.name: kind for kind in (*MODELS, *BOOSTERS)}
# Kinds that stop adding to a model when they watch rows for it, and the rows from which on they do.
STOPPING = {"lightgbm": WATCHED_ROWS, "xgboost": WATCHED_ROWS, "catboost": WATCHED_ROWS, "mlp": 2_000}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("n_classes", [0, 2, 6])
def test_more_rows_and_columns_cost_more(name, n_classes):
    seconds, stops = KINDS[name].seconds, STOPPING.get(name, 0)
    for sizes in ([n for n in (100, 1_000, 1_900) if n < (stops or 10**9)], [stops or 100, 16_000, 20_000, 10**6]):
        found = [seconds(n_rows, 10, n_classes) for n_rows in sizes]
        assert found == sorted(found) and found[0] > 0
    assert seconds(10_000, 10, n_classes) <= seconds(10_000, 40, n_classes)


@pytest.mark.parametrize("forest", [costs.random_forest, costs.extra_trees])
def test_a_tree_learns_from_the_root_of_very_many_rows(forest):
    few, many = (forest(n_rows, 10, 2) - 0.25 for n_rows in (MANY_ROWS, 4 * MANY_ROWS))
    assert many / few == pytest.approx(2 * log2(2 * MANY_ROWS + 2) / log2(MANY_ROWS + 2), rel=1e-9)
