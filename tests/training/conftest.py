"""The store of a test of training."""

import pytest

from workbench.store import Store


@pytest.fixture
def store(home):
    """Return the store of this test's own home folder, empty."""
    with Store.open(home) as store:
        yield store
