"""A column of text, typed or mixed cells to a column of one meaning, by the rules of its specification."""

import functools
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd

from workbench.runtime.errors import ReadingError
from workbench.runtime.text_values import (
    INT64,
    NUMBER_DATES,
    moments,
    number_moments,
    numbers,
    parse_moment,
    text_of,
    whole_numbers,
)

WORDS = ("yes_no", "category", "text", "identifier")
# Arrow's years go on where those of Python, and of everything that shows a date, end.
FIRST_MOMENT, LAST_MOMENT = np.datetime64("0001-01-01", "us"), np.datetime64("9999-12-31T23:59:59.999999", "us")
FEW = 32  # up to so many cells a plain loop is faster than building arrays
SHORT = 256  # up to so many cells it costs more to find the different ones than to read all


@dataclass(frozen=True, eq=False)
class Typed:
    """A typed column.

    Attributes
    ----------
    values : pandas.Series
        In the dtype of the column's meaning; missing where the cell was blank or did not fit.
    misfits : numpy.ndarray of bool, shape (n_rows,)
        True where the cell had a text that does not fit the meaning.
    """

    values: pd.Series
    misfits: np.ndarray


def type_table(raw, columns):
    """Return the typed table: the columns of ``columns`` (JSON of ``ColumnSpec``), in that order.

    Parameters
    ----------
    raw : pandas.DataFrame of shape (n_rows, n_columns)
        Text, typed or mixed cells. Columns that ``columns`` does not name are left out.
    columns : list of dict

    Raises
    ------
    ReadingError
        ``raw`` lacks a column.
    """
    lacking = [column["name"] for column in columns if column["name"] not in raw.columns]
    if lacking:
        names = ", ".join(f"“{name}”" for name in lacking[:5]) + (" …" if len(lacking) > 5 else "")
        raise ReadingError(f"The table has no column {names}.", "Check that it has the columns of the first file.")
    typed = {column["name"]: type_column(raw[column["name"]], column).values for column in columns}
    return pd.DataFrame(typed, index=raw.index, copy=False)


def type_column(values, column):
    """Return ``values`` typed as ``column`` says; what has a text but does not fit is missing and flagged.

    Parameters
    ----------
    values : pandas.Series of shape (n_rows,)
    column : dict
        JSON of a ``ColumnSpec``.

    Examples
    --------
    >>> typed = type_column(pd.Series(["1,5", "?", "abc"]), {"name": "x", "meaning": "number", "decimal": ",",
    ...                                                      "missing": ["?"]})
    >>> typed.values.tolist(), typed.misfits.tolist()
    ([1.5, nan, nan], [False, False, True])
    """
    meaning = column["meaning"]
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    kind = values.dtype.kind
    if kind in "iufb" and isinstance(values.dtype, np.dtype):
        return _from_numbers(values, meaning, column)
    if kind == "M":
        return _from_moments(values, meaning, column)
    if isinstance(values.dtype, pd.StringDtype) and len(values) > SHORT:
        codes, uniques = pd.factorize(values)
        texts = np.asarray(uniques, dtype=object)
    else:
        cells, codes = values.to_numpy(dtype=object, na_value=None), None
        if not all(type(cell) is str for cell in cells):
            return _from_mixed(values, cells, meaning, column)
        if len(cells) > SHORT:
            codes, texts = pd.factorize(cells)
        else:
            texts = cells
    return _from_texts(values, codes, texts, meaning, column)


def _from_texts(values, codes, texts, meaning, column):
    """Type the distinct ``texts`` once and spread them over the rows by ``codes``."""
    array, misfits = _typed_texts(texts, meaning, column)
    if codes is not None:
        misfits = np.append(misfits, False)[codes]  # -1, an absent cell, takes the last
        if meaning in WORDS:
            array = array.take(codes, allow_fill=True)
        else:
            missing = np.datetime64("NaT") if meaning == "date" else np.nan
            array = _take(array, codes, missing)
    return Typed(_series(array, meaning, values), misfits)


def _take(array, codes, missing):
    if array.dtype == "int64" and len(array) and (codes >= 0).all():
        return array[codes]
    if array.dtype == "int64":
        array = array.astype("float64")
    return np.append(array, missing)[codes]


def typed_texts(texts, column):
    """Return (values, misfits) of a list of ``str``, as :func:`type_column` types them.

    Values are float64, datetime64[us], or objects that are ``str`` or None: a Series costs one row more than its model.

    >>> typed_texts([" a", "?"], {"meaning": "category", "missing": ["?"]})[0].tolist()
    ['a', None]
    """
    if column["meaning"] in WORDS:
        values = np.empty(len(texts), dtype=object)
        values[:] = _as_words([text.strip() for text in texts], column)
        return values, np.zeros(len(texts), dtype=bool)
    values, misfits = _typed_texts(texts, column["meaning"], column)
    return values if values.dtype.kind == "M" else values.astype(np.float64, copy=False), misfits


def _typed_texts(texts, meaning, column):
    stripped = [text.strip() for text in texts]
    if meaning in WORDS:
        return pd.array(_as_words(stripped, column), dtype="str"), np.zeros(len(stripped), dtype=bool)
    tokens = {"", *column.get("missing", ())}
    blank = np.fromiter((text in tokens for text in stripped), dtype=bool, count=len(stripped))
    kept = [text for text, none in zip(stripped, blank.tolist(), strict=True) if not none]
    if meaning == "date":
        array = np.full(len(stripped), np.datetime64("NaT"), dtype="datetime64[us]")
        array[~blank] = _moments(kept, column)
        return array, np.isnat(array) & ~blank
    array = np.full(len(stripped), np.nan)
    if meaning == "number":
        array[~blank] = numbers(kept, column)
        return array, np.isnan(array) & ~blank
    array[~blank], exact = whole_numbers(kept, column)
    missing = np.isnan(array)
    if missing.any():
        return array, missing & ~blank
    return (array.astype("int64") if exact is None else np.array(exact, dtype="int64")), missing


def spellings_of(column):
    """Return how words of a column read that the file writes in several ways.

    >>> spellings_of({"spellings": [["usa ", "USA"], ["U.S.", "USA"]]})
    {'usa': 'USA', 'U.S.': 'USA'}
    """
    return {written.strip(): word.strip() for written, word in column.get("spellings") or ()}


def _as_words(texts, column):
    """Return the words that stripped ``texts`` are read as, None for those that stand for "no value".

    A word is read once: reading what came out again changes nothing, since pipelines type a typed table anew.
    """
    tokens, spellings = {"", *column.get("missing", ())}, spellings_of(column)
    words = [None if text in tokens else spellings.get(text, text) for text in texts]
    return [None if word in tokens else word for word in words] if spellings else words


def _moments(texts, column):
    date_format, language = column.get("date_format") or "ISO8601", column.get("language", "")
    if len(texts) > FEW:
        return moments(texts, date_format, language)
    parsed = [parse_moment(text, date_format, language) for text in texts]
    return np.array([np.datetime64("NaT") if moment is None else moment for moment in parsed], dtype="datetime64[us]")


def _from_numbers(values, meaning, column):
    array = values.to_numpy()
    absent = np.isnan(array) if array.dtype.kind == "f" else np.zeros(len(array), dtype=bool)
    if column.get("missing"):  # where the rule says that 999 stands for "no value", the number 999 says so too
        absent = absent | np.isin(array, numbers(list(column["missing"]), {}))
    none = np.zeros(len(array), dtype=bool)
    if meaning in WORDS:
        codes, uniques = pd.factorize(array)
        words = pd.array(_as_words([text_of(value) for value in uniques], column), dtype="str")
        words = words.take(np.where(absent, -1, codes), allow_fill=True)
        return Typed(_series(words, meaning, values), none)
    if meaning == "date":
        found = np.full(len(array), np.datetime64("NaT"), dtype="datetime64[us]")
        if column.get("date_format") in NUMBER_DATES:
            found = number_moments(array.astype("float64"), column["date_format"])
            found[absent] = np.datetime64("NaT")
        return Typed(_series(found, meaning, values), ~absent & np.isnat(found))
    fits_int64 = array.dtype.kind in "iub" and (array.dtype != "uint64" or (array <= INT64.max).all())
    if meaning == "integer" and fits_int64 and not absent.any():
        return Typed(_series(array.astype("int64"), meaning, values), none)
    floats = array.astype("float64")
    misfits = np.isinf(floats)
    if meaning == "integer":
        misfits |= np.isfinite(floats) & (np.floor(floats) != floats)
    misfits &= ~absent
    floats = np.where(misfits | absent, np.nan, floats)
    if meaning == "integer" and not np.isnan(floats).any() and (np.abs(floats) < INT64.max).all():
        floats = floats.astype("int64")
    return Typed(_series(floats, meaning, values), misfits)


def _from_moments(values, meaning, column):
    if getattr(values.dtype, "tz", None) is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    if column.get("missing"):
        tokens = moments(list(column["missing"]), "ISO8601")
        values = values.mask(values.isin(tokens[~np.isnat(tokens)]))
    if meaning == "date":
        array, misfits = values.to_numpy(), np.zeros(len(values), dtype=bool)
        if values.dt.unit != "ns":  # whose years are 1677 to 2262, and which cannot hold the limits
            misfits = (array < FIRST_MOMENT.astype(array.dtype)) | (array > LAST_MOMENT.astype(array.dtype))
            array = np.where(misfits, np.array("NaT", dtype=array.dtype), array)
        return Typed(_series(array.astype("datetime64[us]"), meaning, values), misfits)
    present = values.notna().to_numpy()
    if meaning in WORDS:
        words = pd.array(
            _as_words([text_of(cell) if cell is not pd.NaT else "" for cell in values], column), dtype="str"
        )
        return Typed(_series(words, meaning, values), np.zeros(len(values), dtype=bool))
    return Typed(_series(np.full(len(values), np.nan), meaning, values), present)


def _from_mixed(values, cells, meaning, column):
    """Type a column of objects (JSON, workbooks): every cell that is not text is taken at its own type."""
    is_text = np.fromiter((isinstance(cell, str) for cell in cells), dtype=bool, count=len(cells))
    missing = np.fromiter((_is_missing(cell) for cell in cells), dtype=bool, count=len(cells))
    tokens = {"", *column.get("missing", ())}
    if len(tokens) > 1:
        missing |= np.fromiter((_plain_text(cell).strip() in tokens for cell in cells), dtype=bool, count=len(cells))
        is_text &= ~missing
    others = np.flatnonzero(~is_text & ~missing)
    if meaning in WORDS:
        texts = ["" if none else _plain_text(cell).strip() for cell, none in zip(cells, missing.tolist(), strict=True)]
        words = _as_words(texts, column)
        return Typed(_series(pd.array(words, dtype="str"), meaning, values), np.zeros(len(cells), dtype=bool))
    texts, text_misfits = _typed_texts(cells[is_text], meaning, column)
    misfits = np.zeros(len(cells), dtype=bool)
    misfits[is_text] = text_misfits
    if meaning == "date":
        array = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
        convert = functools.partial(_moment_of, date_format=column.get("date_format"))
    else:
        array = np.full(len(cells), np.nan)
        convert = _whole_of if meaning == "integer" else _number_of
    array[is_text] = texts
    for position in others.tolist():
        value = convert(cells[position])
        if value is None:
            misfits[position] = True
        else:
            array[position] = value
    if meaning == "integer" and not np.isnan(array).any() and (np.abs(array) < 2**53).all():
        array = array.astype("int64")
    return Typed(_series(array, meaning, values), misfits)


def _is_missing(cell):
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, (float, np.floating)) and cell != cell)


def _plain_text(cell):
    # Lists and objects of a JSON file keep their JSON text, so that nothing is lost.
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, (list, dict)) else text_of(cell)


def _number_of(cell):
    if isinstance(cell, (bool, int, float, Decimal, np.integer, np.floating, np.bool_)):
        try:
            number = float(cell)
        except (OverflowError, ValueError):
            return None
        return number if np.isfinite(number) else None
    return None


def _whole_of(cell):
    number = _number_of(cell)
    return number if number is not None and number.is_integer() else None


def _moment_of(cell, date_format=None):
    if date_format in NUMBER_DATES and (number := _number_of(cell)) is not None:
        moment = number_moments(np.array([number]), date_format)[0]
        return None if np.isnat(moment) else moment
    if isinstance(cell, (datetime, date, np.datetime64)):
        try:
            moment = pd.Timestamp(cell)
            moment = moment if moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None)
            return moment.as_unit("us").to_datetime64()
        except (ValueError, OverflowError):
            return None
    return None


def _series(array, meaning, like):
    return pd.Series(array, index=like.index, name=like.name, copy=False)
