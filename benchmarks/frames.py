"""A seeded mixed table of any size to measure on: numbers, categories, codes, dates, text, flags, blanks, a target.

python benchmarks/frames.py ROWS COLUMNS OUT.csv
"""

import sys

import numpy as np
import pandas as pd

WORDS = (
    *("late", "order", "arrived", "broken", "refund", "happy", "quick", "slow", "support", "again", "price"),
    *("good", "bad", "box", "courier", "city", "winter", "blue", "large", "gift", "return", "label"),
    *("missing", "item", "size", "urgent", "invoice", "account", "login", "screen", "battery", "cable"),
)


def number(rng, index, n_rows, signal):
    draws = [
        0.7 * signal + 0.7 * rng.normal(size=n_rows),
        rng.lognormal(3, 1, n_rows),
        rng.normal(50, 12, n_rows),
        rng.poisson(4, n_rows).astype("float64"),
    ]
    return np.round(draws[index % len(draws)], 3)


def category(rng, index, n_rows, _signal):
    n_levels = 3 + 4 * index
    levels = np.array([f"level {level}" for level in range(n_levels)])
    return levels[rng.choice(n_levels, n_rows, p=rng.dirichlet(np.ones(n_levels)))]


def code(rng, index, n_rows, _signal):
    n_codes = max(200, n_rows // (20 * (index + 1)))
    return np.char.add("C", (rng.zipf(1.3, n_rows) % n_codes).astype(str))


def date(rng, _index, n_rows, _signal):
    return pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 6 * 365 * 24, n_rows), unit="h")


def text(rng, _index, n_rows, _signal):
    words = np.array(WORDS)[rng.integers(0, len(WORDS), (n_rows, 8))]
    return [" ".join(row) for row in words]


def flag(rng, index, n_rows, _signal):
    return np.where(rng.random(n_rows) < 0.1 + 0.05 * (index % 10), "yes", "no")


# Name, maker and share of the columns, in this order.
KINDS = (("number", number, 0.46), ("category", category, 0.24), ("flag", flag, 0.14), ("code", code, 0.06),
         ("date", date, 0.06), ("text", text, 0.04))  # fmt: skip


def frame(n_rows, n_columns, seed=0):
    """Return a table of ``n_rows`` x ``n_columns`` with a yes/no column ``target``; the same for the same seed."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=n_rows)
    columns = {"target": np.where(signal + rng.normal(size=n_rows) > 0.8, "yes", "no")}
    for name, make, share in KINDS:
        for index in range(max(1, round(share * (n_columns - 1)))):
            columns[f"{name}_{index}"] = make(rng, index, n_rows, signal)
    for index in range(n_columns):  # top up where rounding left columns out
        if len(columns) >= n_columns:
            break
        columns[f"extra_{index}"] = number(rng, index, n_rows, signal)
    table = pd.DataFrame(columns).iloc[:, :n_columns]
    for position, name in enumerate(table.columns):
        if position % 3 == 1 and name != "target":
            blank = rng.random(n_rows) < 0.02 + 0.02 * (position % 10)
            table[name] = table[name].where(~blank)
    return table


if __name__ == "__main__":
    rows, columns_wanted, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    frame(rows, columns_wanted).to_csv(out, index=False)
