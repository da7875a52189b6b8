"""Practice data sets: scikit-learn's own, and two made up by seeded generators, so that a first visit needs no file."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

CHURN_SEED, CHURN_ROWS = 20240, 3_000
RENT_SEED, RENT_ROWS = 20241, 2_000


@dataclass(frozen=True)
class SampleKind:
    """One practice data set.

    Attributes
    ----------
    name : str
        Identifies it; also a good file name.
    title, sentence : str
        For the person.
    n_rows : int
    target : str
        The column that is usually predicted.
    made_up : bool
        Made by a generator: describes nobody and nothing.
    load : callable() -> pandas.DataFrame
        Fresh on every call, the same every time.
    """

    name: str
    title: str
    sentence: str
    n_rows: int
    target: str
    made_up: bool
    load: Callable[[], pd.DataFrame]


def _iris():
    from sklearn.datasets import load_iris

    data = load_iris()
    table = pd.DataFrame(
        data.data, columns=["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
    )
    return table.assign(species=_named(data.target, data.target_names))


def _wine():
    from sklearn.datasets import load_wine

    data = load_wine()
    names = [name.replace("_", " ") for name in data.feature_names]
    names[names.index("od280/od315 of diluted wines")] = "OD280/OD315 of diluted wine"
    table = pd.DataFrame(data.data, columns=names)
    return table.assign(grower=_named(data.target, ["Grower A", "Grower B", "Grower C"]))


def _breast_cancer():
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    table = pd.DataFrame(data.data, columns=[str(name) for name in data.feature_names])
    return table.assign(diagnosis=_named(data.target, data.target_names))


def _diabetes():
    from sklearn.datasets import load_diabetes

    data = load_diabetes(scaled=False)
    names = {
        "sex": "sex",
        "bmi": "body mass index",
        "bp": "blood pressure",
        "s1": "total cholesterol",
        "s2": "LDL cholesterol",
        "s3": "HDL cholesterol",
        "s4": "cholesterol ratio",
        "s5": "log triglycerides",
        "s6": "blood sugar",
    }
    table = pd.DataFrame(data.data, columns=data.feature_names).rename(columns=names)
    # The source codes the sexes 1 and 2 without saying which is which.
    table["sex"] = _named(table["sex"].astype(int) - 1, ["group 1", "group 2"])
    table["age"] = table["age"].astype("int64")
    return table.assign(**{"disease progression": data.target.astype("int64")})


def _named(codes, names):
    return pd.array([str(names[code]) for code in codes], dtype="str")


COMPLAINTS = (
    "invoice was wrong again", "line drops every evening", "waited an hour for support", "price went up without notice",
    "router keeps restarting", "competitor offers the same for less", "nobody called back",
)  # fmt: skip
PRAISE = (
    "very happy with the service", "quick help from support", "fast connection", "easy to set up", "fair price",
    "friendly staff in the shop", "asked about a second line",
)  # fmt: skip


WHEN = (
    "since March", "after the move", "for two weeks", "this summer", "since the new contract", "at the weekend",
    "in the evening", "over Christmas", "as agreed", "in the new flat", "at work", "on the phone", "last month",
)  # fmt: skip


def _churn():
    """Customers of an invented telephone company; the risk of leaving is a known function of the columns."""
    random, n = np.random.default_rng(CHURN_SEED), CHURN_ROWS
    tenure = np.minimum(random.gamma(1.3, 22, n).astype(int), 72)
    month_to_month = 1 / (1 + np.exp((tenure - 22) / 11))
    draw = random.random(n)
    contract = np.where(
        draw < month_to_month, "Monthly", np.where(draw < (1 + month_to_month) / 2, "One year", "Two years")
    )
    internet = random.choice(["Fibre", "DSL", "None"], n, p=[0.44, 0.36, 0.20])
    internet_words = np.where(internet == "None", "No internet", internet)
    support = np.where(internet == "None", "No", np.where(random.random(n) < 0.35, "Yes", "No"))
    streaming = np.where((internet != "None") & (random.random(n) < 0.48), "Yes", "No")
    payment = random.choice(
        ["Bank transfer", "Credit card", "Electronic check", "Mailed check"], n, p=[0.23, 0.22, 0.34, 0.21]
    )
    senior = random.random(n) < 0.16
    partner = random.random(n) < 0.35 + 0.004 * tenure
    calls = random.poisson(0.5 + 0.9 * (internet == "Fibre") * (support == "No"))
    base = np.select([internet == "Fibre", internet == "DSL"], [68.0, 46.0], 20.0)
    monthly = np.round(base + 10 * (streaming == "Yes") + 6 * (support == "Yes") + random.normal(0, 5, n), 2)
    total = np.round(monthly * tenure * random.uniform(0.94, 1.06, n), 2)
    risk = (
        -2.05
        + 2.1 * (contract == "Monthly")
        - 1.0 * (contract == "Two years")
        - 0.045 * tenure
        + 1.0 * (internet == "Fibre")
        - 1.0 * (internet == "None")
        - 0.7 * (support == "Yes")
        + 0.6 * (payment == "Electronic check")
        + 0.4 * senior
        - 0.3 * partner
        + 0.5 * calls
        + 0.012 * (monthly - 55)
    )
    leaves = random.random(n) < 1 / (1 + np.exp(-0.72 * risk))
    signed = pd.Timestamp("2024-06-30") - pd.to_timedelta(tenure * 30.4 + random.integers(0, 30, n), unit="D")
    unhappy = random.random(n) < np.where(leaves, 0.62, 0.3)
    first, second = (np.where(unhappy, random.choice(COMPLAINTS, n), random.choice(PRAISE, n)) for _ in range(2))
    remark = pd.Series(first) + " " + random.choice(WHEN, n)
    remark = remark.where(random.random(n) < 0.2, remark + ", " + second + " " + random.choice(WHEN, n))
    numbers = random.permutation(np.arange(100_000, 999_999))[:n]
    letters = random.integers(0, 26, (n, 2))
    table = pd.DataFrame(
        {
            "customer id": [
                f"{number}-{chr(65 + a)}{chr(65 + b)}" for number, (a, b) in zip(numbers, letters, strict=True)
            ],
            "contract signed": pd.Series(signed).dt.normalize().dt.as_unit("us"),
            "tenure (months)": tenure.astype("int64"),
            "senior citizen": senior.astype("int64"),
            "partner": np.where(partner, "Yes", "No"),
            "internet service": internet_words,
            "tech support": support,
            "streaming": streaming,
            "contract": contract,
            "paperless billing": np.where(random.random(n) < 0.59, "Yes", "No"),
            "payment method": payment,
            "support calls": calls.astype("int64"),
            "monthly charges": monthly,
            "total charges": np.where(tenure == 0, np.nan, total),
            "last remark": remark,
            "churn": np.where(leaves, "Yes", "No"),
        }
    )
    table.loc[random.random(n) < 0.06, "payment method"] = None
    table.loc[random.random(n) < 0.35, "last remark"] = None
    table.loc[random.random(n) < 0.03, "monthly charges"] = np.nan
    return _plain(table)


DISTRICTS = {
    "Old Town": 4.6,
    "Harbour": 3.4,
    "University": 2.4,
    "Garden City": 1.2,
    "Station": 0.0,
    "Mill Hill": -1.1,
    "East End": -2.0,
}


def _rents():
    """Flats of an invented city; the rent is a known function of the columns, with noise."""
    random, n = np.random.default_rng(RENT_SEED), RENT_ROWS
    district = random.choice(list(DISTRICTS), n, p=[0.12, 0.12, 0.16, 0.14, 0.18, 0.14, 0.14])
    rooms = random.choice([1, 2, 3, 4, 5], n, p=[0.16, 0.30, 0.31, 0.17, 0.06])
    area = np.round(np.clip(16 + 19.5 * rooms + random.normal(0, 9, n), 15, None), 1)
    built = random.choice(np.r_[np.arange(1890, 1940), np.arange(1950, 2024)], n)
    floor = random.integers(0, 8, n)
    lift = (floor > 3) & (random.random(n) < 0.7) | (random.random(n) < 0.15)
    balcony = random.random(n) < 0.2 + 0.12 * rooms
    kitchen = random.random(n) < 0.55
    heating = random.choice(["Gas", "District heating", "Heat pump", "Oil"], n, p=[0.42, 0.33, 0.12, 0.13])
    condition = random.choice(["As new", "Good", "Simple", "To be renovated"], n, p=[0.2, 0.5, 0.22, 0.08])
    distance = np.round(random.gamma(2.0, 1.6, n) + 0.2, 1)
    listed = pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 30 * 36, n), unit="D")
    years = (listed - pd.Timestamp("2022-01-01")).days.to_numpy() / 365.25
    per_metre = (
        11.5
        + np.vectorize(DISTRICTS.get)(district)
        + 22 / area**0.5
        + 0.035 * np.clip(built - 1990, 0, None)
        + 0.5 * balcony
        + 0.6 * kitchen
        + np.select(
            [condition == "As new", condition == "Simple", condition == "To be renovated"], [1.5, -1.0, -2.2], 0
        )
        - 0.28 * distance
        - 0.14 * floor * ~lift
        + 0.55 * years
    )
    rent = np.round(per_metre * area * random.lognormal(0, 0.07, n), 0)
    table = pd.DataFrame(
        {
            "listing": np.arange(1, n + 1),
            "listed on": pd.Series(listed).dt.as_unit("us"),
            "district": district,
            "living area (m²)": area,
            "rooms": rooms.astype("int64"),
            "floor": floor.astype("int64"),
            "year built": built.astype("float64"),
            "lift": np.where(lift, "yes", "no"),
            "balcony": np.where(balcony, "yes", "no"),
            "fitted kitchen": np.where(kitchen, "yes", "no"),
            "heating": heating,
            "condition": condition,
            "distance to centre (km)": distance,
            "rent": rent,
        }
    )
    table.loc[random.random(n) < 0.08, "year built"] = np.nan
    table.loc[random.random(n) < 0.05, "heating"] = None
    table.loc[random.random(n) < 0.04, "condition"] = None
    return _plain(table)


def _plain(table):
    """Return ``table`` with words in the default string dtype."""
    return table.astype({name: "str" for name in table.columns if table[name].dtype == object})


SAMPLES: tuple[SampleKind, ...] = (
    SampleKind(
        "customers_who_leave", "Customers who leave",
        "3,000 customers of a telephone company that does not exist: contract, charges, and who left. Made up.",
        CHURN_ROWS, "churn", True, _churn,
    ),
    SampleKind(
        "flat_rents", "Flat rents",
        "2,000 flats to let in a city that does not exist: size, district, condition and monthly rent. Made up.",
        RENT_ROWS, "rent", True, _rents,
    ),
    SampleKind(
        "iris", "Iris flowers",
        "Four measurements of 150 iris flowers; which of three species is it? (Fisher, 1936)",
        150, "species", False, _iris,
    ),
    SampleKind(
        "wine", "Wine",
        "Chemical analysis of 178 wines of one region; which of three growers made it? (Forina et al., 1988)",
        178, "grower", False, _wine,
    ),
    SampleKind(
        "breast_cancer", "Breast cancer",
        "30 measurements of cells from 569 biopsies; benign or malignant? (Wolberg et al., 1993)",
        569, "diagnosis", False, _breast_cancer,
    ),
    SampleKind(
        "diabetes", "Diabetes progression",
        "Ten measurements of 442 patients; how far has the disease progressed a year later? (Efron et al., 2004)",
        442, "disease progression", False, _diabetes,
    ),
)  # fmt: skip


def sample(name):
    """Return the :class:`SampleKind` called ``name``; KeyError where there is none."""
    for kind in SAMPLES:
        if kind.name == name:
            return kind
    raise KeyError(name)
