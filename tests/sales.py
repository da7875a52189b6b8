"""A small table of sales in shops, for tests of what is kept for the end."""

import numpy as np
import pandas as pd


def sales(n_rows=160, seed=0):
    """Return rows of 20 shops; what is sold is nearly said by ``size``."""
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, n_rows).round(3)
    sold = np.where(size + rng.normal(0, 0.7, n_rows) > 0, "yes", "no")
    return pd.DataFrame({"shop": [f"s{row % 20}" for row in range(n_rows)], "size": size, "sold": sold})
