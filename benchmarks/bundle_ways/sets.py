"""Which tables bundles are made of: files of a folder with an ``INDEX.csv``, which says what is predicted and known."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

# All three tasks; semicolons, tabs, "::", white space, decimal commas, cp1252, UTF-16, bare CR, notes above and below,
# no header, JSON, Parquet, a workbook; dates, texts, blanks, rare classes, 43 columns; German, French.
USUAL = (
    "supervised/titanic_train.csv",
    "supervised/telco_churn.csv",
    "supervised/bank-additional.csv",
    "supervised/sms_spam.csv",
    "supervised/loan_train.csv",
    "multitable/ml1m_double_colon/users.dat",
    "supervised/penguins.csv",
    "messy/meteo orleans.csv",
    "messy/ecoli_whitespace.data",
    "supervised/loansData.csv",
    "supervised/forest_fires.csv",
    "supervised/taxis.csv",
    "supervised/ebay_autos_latin1.csv",
    "messy/imf_gdp_per_capita.csv",
    "messy/co2_stationen.csv",
    "messy/brussels_hotels_latin1.csv",
    "messy/nhs_kp90_utf-16le.csv",
    "messy/cars1_cr_trailing_commas.csv",
    "messy/movies_mixed.json",
    "messy/userdata1.parquet",
    "multitable/superstore/Sample - Superstore.xls",
    "messy/Canada.xlsx=2013",
)


@dataclass(frozen=True)
class DataSet:
    """A file, and what is asked of it.

    Attributes
    ----------
    name : str
        As it is printed.
    path : Path
    target : str
        In the words of ``INDEX.csv``; see :func:`column_in_words`.
    leakage : tuple of str
        Columns that are not known when predicting, in such words.
    """

    name: str
    path: Path
    target: str
    leakage: tuple[str, ...] = ()


def chosen(folder: Path, asked: list[str]) -> list[DataSet]:
    """Return the data sets that are asked for.

    Parameters
    ----------
    folder : Path
        Holds ``INDEX.csv``, whose files are named relative to it.
    asked : list of str
        Files or ends of their names, each with ``=TARGET`` where the index names none or another is wanted.

    Raises
    ------
    ValueError
        A name fits no file of the index, or several.
    """
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as stream:
        index = {line["file"]: line for line in csv.DictReader(stream)}
    found = []
    for wish in asked:
        name, _, target = wish.partition("=")
        files = [file for file in index if file == name] or [file for file in index if name in file]
        if len(files) != 1:
            raise ValueError(f"“{name}” fits {len(files)} files of {folder / 'INDEX.csv'}, and must fit one.")
        line = index[files[0]]
        leakage = tuple(part for part in without_remarks(line["leakage_columns"]).split("; ") if part)
        found.append(DataSet(Path(files[0]).stem, folder / files[0], target or line["target"], leakage))
    return found


def without_remarks(text: str) -> str:
    """Return text without what stands in brackets.

    >>> without_remarks("fare; tip; tolls (parts of total); dropoff (after the trip)")
    'fare; tip; tolls; dropoff'
    """
    return re.sub(r"\s*\([^)]*\)", "", text).strip()


def column_in_words(words: str, names: list[str]) -> str:
    """Return the name of the column that ``INDEX.csv`` means; "" where the table has none such.

    >>> column_in_words("gender (column 1)", ["column 1", "column 2"])
    'column 2'
    >>> column_in_words("last column (opinion of the day)", ["a", "b"])
    'b'
    """
    place = re.search(r"\bcolumn (\d+)", words)  # counted from nought, whatever a reader calls a column without a name
    if place:
        return names[int(place[1])] if int(place[1]) < len(names) else ""
    if "last column" in words:
        return names[-1]
    return next((name for name in (words, without_remarks(words)) if name in names), "")
