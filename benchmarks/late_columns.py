"""Six made tables, each with a column that is written down after the outcome, under a name that does not say so; and
three in which honest columns decide a class as truly as a mushroom's smell.

python -m benchmarks.late_columns [--seeds 20]

Printed: how often the late column is put on top of the question "will you know this when you predict?", and left out in
advance; how many honest columns are; and that no honest column of the separable tables is left out.
"""

import argparse

import numpy as np
import pandas as pd

from workbench.data.columns.meanings import detect_schema
from workbench.profiling import profile
from workbench.runtime.reading import type_table

N = 1_500


def with_blanks(rng, values, share):
    return pd.Series(values, dtype=object).where(rng.random(len(values)) > share)


def risk(rng, *parts, base):
    """Return which rows have the outcome, by chance that grows with the standardised parts."""
    total = sum(weight * (np.asarray(part, dtype=float) - np.mean(part)) / np.std(part) for part, weight in parts)
    return rng.random(len(total)) < 1 / (1 + np.exp(-(total + base)))


def dates(rng, n, start="2021-01-01", days=900):
    return pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, days, n), unit="D")


def members(rng, n=N):
    """A gym: the days until a key is handed in exist for those who gave up."""
    visits, age, months = rng.poisson(6, n), rng.integers(16, 75, n), rng.integers(1, 60, n)
    plan = rng.choice(["basic", "plus", "family"], n, p=[0.5, 0.3, 0.2])
    gone = risk(rng, (visits, -1.0), (months, -0.6), (plan == "basic", 0.4), base=-1.0)
    days = np.where(gone & (rng.random(n) < 0.9), rng.integers(1, 40, n), np.nan)
    table = {"age": age, "plan": plan, "months": months, "visits": with_blanks(rng, visits, 0.04), "key_days": days}
    table |= {"since": dates(rng, n).strftime("%Y-%m-%d"), "gone": np.where(gone, "yes", "no")}
    return pd.DataFrame(table), "gone", "key_days"


def loans(rng, n=N):
    """Loans: letters are sent to those who do not pay, and few to others."""
    income, debt = np.round(rng.lognormal(10.3, 0.4, n)), np.round(rng.gamma(2, 4000, n))
    years, purpose = rng.integers(0, 30, n), rng.choice(["car", "home", "study", "other"], n)
    bad = risk(rng, (debt / income, 1.1), (years, -0.5), (purpose == "other", 0.3), base=-1.4)
    letters = np.where(bad, 1 + rng.poisson(3, n), rng.binomial(1, 0.05, n))
    table = {"income": with_blanks(rng, income, 0.05), "debt": debt, "years_employed": years, "purpose": purpose}
    table |= {"letters": letters, "region": rng.choice(list("ABCDEF"), n), "default": bad.astype(int)}
    return pd.DataFrame(table), "default", "letters"


def patients(rng, n=N):
    """A hospital: patients who come back are booked under a unit that no one else is."""
    age, stay, drugs = rng.integers(18, 95, n), 1 + rng.geometric(0.25, n), rng.poisson(5, n)
    back = risk(rng, (age, 0.5), (stay, 0.6), (drugs, 0.6), base=-1.2)
    unit = np.where(back & (rng.random(n) < 0.65), "U7", rng.choice(["U1", "U2", "U3", "U4", "U5"], n))
    table = {"age": age, "stay_days": stay, "drugs": drugs, "sex": rng.choice(["f", "m"], n), "unit": unit}
    table |= {"weight_kg": with_blanks(rng, np.round(rng.normal(78, 15, n), 1), 0.1), "back": np.where(back, "Y", "N")}
    return pd.DataFrame(table), "back", "unit"


def houses(rng, n=N):
    """Houses: a stamp of about three percent of the price, with exemptions."""
    area, rooms, year = np.round(rng.lognormal(4.6, 0.3, n)), rng.integers(1, 8, n), rng.integers(1900, 2022, n)
    district = rng.choice(["north", "south", "east", "west", "centre"], n)
    price = 1800 * area * np.exp(0.002 * (year - 1960) + 0.3 * (district == "centre") + rng.normal(0, 0.22, n))
    stamp = np.round(price * np.where(rng.random(n) < 0.12, 0.02, 0.03), -1)
    table = {"area": area, "rooms": with_blanks(rng, rooms, 0.03), "year_built": year, "district": district}
    table |= {"stamp": stamp, "garden": rng.choice(["yes", "no"], n), "price": np.round(price, -2)}
    return pd.DataFrame(table), "price", "stamp"


def machines(rng, n=N):
    """Machines: the log of a failed one is signed weeks later."""
    made = dates(rng, n)
    speed, heat = np.round(rng.normal(1200, 150, n)), np.round(rng.normal(65, 9, n), 1)
    failed = risk(rng, (speed, 0.7), (heat, 1.0), base=-1.6)
    signed = made + pd.to_timedelta(np.where(failed, rng.integers(12, 60, n), rng.integers(1, 15, n)), unit="D")
    table = {"made_on": made.strftime("%Y-%m-%d"), "line": rng.choice(["L1", "L2", "L3"], n), "speed": speed}
    table |= {
        "heat": with_blanks(rng, heat, 0.06),
        "signed_on": signed.strftime("%Y-%m-%d"),
        "failed": failed.astype(int),
    }
    return pd.DataFrame(table), "failed", "signed_on"


def baskets(rng, n=N):
    """A shop: loyalty points are given for the amount, at a rate that depends on the card."""
    items, weekday = 1 + rng.poisson(7, n), rng.choice(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], n)
    age, online = rng.integers(18, 85, n), rng.choice(["yes", "no"], n)
    amount = np.round(items * rng.lognormal(1.6, 0.5, n) + 3, 2)
    points = np.floor(amount / 10) * rng.choice([10, 12], n)
    table = {"items": items, "weekday": weekday, "age": with_blanks(rng, age, 0.08), "online": online, "points": points}
    return pd.DataFrame({**table, "amount": amount}), "amount", "points"


def mushrooms(rng, n=N):
    """Several honest traits nearly decide the class."""
    bad = rng.random(n) < 0.48
    smell = np.where(bad, rng.choice(["foul", "fishy"], n), rng.choice(["none", "almond"], n))
    smell = np.where(rng.random(n) < 0.03, "none", smell)
    spores = np.where(bad ^ (rng.random(n) < 0.04), "brown", "white")
    gills = np.where(bad ^ (rng.random(n) < 0.05), "narrow", "broad")
    ring = np.where(bad ^ (rng.random(n) < 0.06), "large", "pendant")
    table = {"smell": smell, "spores": spores, "gills": gills, "ring": ring, "cap": rng.choice(list("abc"), n)}
    return pd.DataFrame({**table, "kind": np.where(bad, "poisonous", "edible")}), "kind", ""


def flowers(rng, n=N):
    """Species are told by each of four sizes."""
    kind = rng.integers(0, 3, n)
    sizes = {f"size_{i}": np.round(kind * (2 + i) + rng.normal(10, 0.6, n), 2) for i in range(4)}
    return pd.DataFrame({**sizes, "species": np.array(["s", "v", "w"])[kind]}), "species", ""


def notes(rng, n=N):
    """Banknotes: four measures of an image, all of them different for false ones."""
    false = rng.random(n) < 0.45
    measures = {f"m{i}": np.round(rng.normal(0, 1, n) + (3.4 - 0.1 * i) * false, 3) for i in range(5)}
    return pd.DataFrame({**measures, "genuine": np.where(false, "no", "yes")}), "genuine", ""


LATE = (members, loans, patients, houses, machines, baskets)
SEPARABLE = (mushrooms, flowers, notes)


def answers(make, seed):
    """Return the late column of a made table, and what is said in advance about each of its columns."""
    raw, target, late = make(np.random.default_rng(seed))
    raw = raw.astype(object).where(raw.notna(), "").astype(str)
    schema, _ = detect_schema(raw)
    table = type_table(raw, [column.model_dump(mode="json") for column in schema.columns])
    return late, profile(table, schema, target=target).availability


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    n_seeds = parser.parse_args().seeds
    print("| table | late column noticed | left out in advance | honest columns asked about | left out | of |")
    print("|---|---|---|---|---|---|")
    for make in (*LATE, *SEPARABLE):
        noticed = out = asked = lost = honest = 0
        for seed in range(n_seeds):
            late, said = answers(make, seed)
            noticed += any(each.doubtful for each in said if each.column == late)
            out += any(each.known != "yes" for each in said if each.column == late)
            asked += sum(each.doubtful for each in said if each.column != late)
            lost += sum(each.known != "yes" for each in said if each.column != late)
            honest += sum(each.column != late for each in said)
        shown = f"{noticed} of {n_seeds} | {out} of {n_seeds}" if make in LATE else "– | –"
        print(f"| {make.__name__} | {shown} | {asked} | {lost} | {honest} |")


if __name__ == "__main__":
    main()
