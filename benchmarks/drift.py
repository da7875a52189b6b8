"""How often ``check_data.py`` raises a false alarm, and which shifts it finds.

    python benchmarks/drift.py [--files 400] [--sources 20]

Rows are drawn again and again from one source: some train a model (its predictions for held-out rows go into the
profile, as at export), others are checked in files of several sizes. Nothing is stored. Printed are, for each table
and size of file, the share of files with an alarm (at most 5 % should have one; a 95 % interval beside it, Wilson's)
and the share of files in which a shift is found, and named first.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from workbench.export.fields import describe_fields
from workbench.profiling.target.intervals import wilson
from workbench.runtime.upkeep.drift import compare
from workbench.runtime.upkeep.training_profile import training_profile
from workbench.specs import ColumnSpec

SIZES = (30, 200, 2_000)
TRAINED = (200, 1_000, 5_000)
SHARES = ([0.5, 0.3, 0.2], [0.3, 0.5, 0.2])  # of the words of one column, before and after they move
WIDE = 40  # columns of the wide table


def mixed(n_rows, rng, shift=""):
    """Return rows of a dozen columns of every kind, of which one is moved by ``shift``, and whether each bought."""
    age = rng.gamma(6, 7, n_rows) * (1.3 if shift == "30 % larger" else 1)
    income = np.exp(rng.normal(10 + age / 100, 0.6, n_rows))
    towns = np.array([f"town {number}" for number in range(60)])
    weights = 1.0 / np.arange(1, 61)
    town = rng.choice(towns, n_rows, p=weights / weights.sum())
    channel = rng.choice(["shop", "web", "phone"], n_rows, p=SHARES[shift == "other shares"])
    visits = rng.poisson(2.0, n_rows).astype(float)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, n_rows), unit="D")
    note = np.array([" ".join(["word"] * count) for count in rng.integers(1, 30, n_rows)])
    rows = pd.DataFrame(
        {
            "age": age, "income": income, "town": town, "channel": channel, "visits": visits,
            "day": days.astype("datetime64[us]"), "note": note, "score": rng.normal(size=n_rows),
            "rare": np.where(rng.random(n_rows) < 0.01, "yes", "no"),
        }
    )  # fmt: skip
    rows["second"] = rows["score"] * 0.9 + rng.normal(0, 0.3, n_rows)  # goes with another one
    rows.loc[rng.random(n_rows) < (0.25 if shift == "more blanks" else 0.05), "income"] = np.nan
    if shift == "new words":
        rows.loc[rng.random(n_rows) < 0.15, "town"] = "town elsewhere"
    odds = rows["score"] + 0.02 * (age - 42) + (channel == "web") * 0.8
    return rows, np.where(rng.random(n_rows) < 1 / (1 + np.exp(-odds)), "yes", "no")


def wide(n_rows, rng, shift=""):
    """Return rows of many independent numbers."""
    values = rng.normal(size=(n_rows, WIDE))
    rows = pd.DataFrame(values, columns=[f"n{number}" for number in range(WIDE)])
    if shift == "30 % larger":
        rows["n3"] = rows["n3"] + 0.5
    return rows, np.where(rng.random(n_rows) < 1 / (1 + np.exp(-values[:, 0])), "yes", "no")


SHIFTS = {"30 % larger": "age", "other shares": "channel", "more blanks": "income", "new words": "town"}


def columns_of(rows):
    found = []
    for name in rows.columns:
        kind = "number" if rows[name].dtype.kind in "fi" else "date" if rows[name].dtype.kind == "M" else "category"
        found.append(ColumnSpec(name=str(name), meaning="text" if name == "note" else kind))
    return found


def classifier(rows, forest):
    words = [name for name in rows.columns if rows[name].dtype.kind not in "fiM" and name != "note"]
    numbers = [name for name in rows.columns if rows[name].dtype.kind in "fi"]
    if forest:
        codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        return make_pipeline(
            make_column_transformer((codes, words), ("passthrough", numbers)),
            RandomForestClassifier(30, random_state=0),
        )
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), words), (make_pipeline(SimpleImputer(), StandardScaler()), numbers)
        ),
        LogisticRegression(max_iter=500),
    )


def profiled(rows, labels, forest):
    """Return the profile, the fields and the model, as an export would have them."""
    model = classifier(rows, forest)
    held = cross_val_predict(model, rows, labels, cv=5, method="predict_proba")[:, 1]
    fields = describe_fields(rows, columns_of(rows))
    began = time.perf_counter()
    profile = training_profile(rows, fields, predicted=held, positions=np.arange(len(rows)))
    return profile, fields, model.fit(rows, labels), time.perf_counter() - began


def alarms(profile, fields, model, files):
    """Return for each file the name of what alarms most, None where nothing does."""
    found = []
    for rows in files:
        drift = compare(profile, fields, rows, model.predict_proba(rows)[:, 1])
        found.append(drift.alarms[0].name if drift.alarms else None)
    return found


def said(name, n_trained, size, found):
    hits = sum(one is not None for one in found)
    low, high = wilson(np.array([hits]), np.array([len(found)]))
    print(f"| {name} | {n_trained} | {size} | {hits / len(found):.1%} | {low[0]:.1%} to {high[0]:.1%} |", flush=True)


def same_source(draw, name, forest, n_files, n_sources):
    """False alarms, over several training sets each: files checked against one of them would not be independent."""
    total = []
    for n_trained in TRAINED:
        found = {size: [] for size in SIZES}
        for seed in range(n_sources):
            rng = np.random.default_rng([seed, n_trained])
            profile, fields, model, _ = profiled(*draw(n_trained, rng), forest)
            for size in SIZES:
                found[size] += alarms(profile, fields, model, (draw(size, rng)[0] for _ in range(n_files // n_sources)))
        for size in SIZES:
            said(name, f"{n_trained:,}", f"{size:,}", found[size])
            total += found[size]
    said(f"**{name}**", "all", "all", total)


def shifted(n_files):
    print("\n| shift | rows in the file | found | named first |\n|---|---|---|---|")
    rng = np.random.default_rng(99)
    profile, fields, model, seconds = profiled(*mixed(2_000, rng), False)
    for shift, column in SHIFTS.items():
        for size in SIZES:
            found = alarms(profile, fields, model, (mixed(size, rng, shift)[0] for _ in range(n_files)))
            hits = np.mean([one is not None for one in found])
            named = np.mean([one == column for one in found])
            print(f"| {column}: {shift} | {size:,} | {hits:.0%} | {named:.0%} |", flush=True)
    print(f"\nProfile of 2,000 rows and {len(fields)} columns: {seconds:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=400, help="files for each line")
    parser.add_argument("--sources", type=int, default=20, help="training sets for each line")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    print("| table | training rows | rows in the file | files with an alarm | 95 % interval |\n|---|---|---|---|---|")
    same_source(mixed, "11 mixed columns, logistic", False, asked.files, asked.sources)
    same_source(mixed, "11 mixed columns, forest", True, asked.files, asked.sources)
    same_source(wide, f"{WIDE} numbers, logistic", False, asked.files, asked.sources)
    shifted(asked.files // 4)


if __name__ == "__main__":
    main()
