"""Rows that sum up others: kept in the table, found by their label or by what they add up, and asked about."""

import re

import numpy as np

from workbench.data.questions import Answer, Question

MAX_ROWS_WITH_TOTALS = 100_000  # longer tables are exports, which have no totals
MAX_SHARE = 0.34  # of the rows; where more are called a total, it is a category
MAX_SHOWN_SHARE = 0.5  # where more than the label shows that these are totals: groups of two, and a grand total
MIN_ROWS_ABOVE = 2
MIN_ROWS_UNSURE = 4  # where a single column adds up, or the row has a label of its own
RELATIVE, ABSOLUTE = 1e-6, 0.011  # how far the numbers above may be from their sum: rounding, and a cent
MAX_LEFT_OUT = 1_000  # labels in the filter that leaves the rows out
SHOWN = 3
LABEL = re.compile(
    r"((grand|sub|over-?all|general)[ -]?)?totals?|all|sum|overall|(gesamt|zwischen|end)?summen?|gesamt|insgesamt|alle|"
    r"(sous[- ])?total|total g[ée]n[ée]ral|ensemble|somme|(sub)?totale|totaux|subtotaal|totaal|"
    r"suma|total general|razem|og[óo][łl]em|celkem|[öo]sszesen|yhteens[äa]|i alt|totalt|summa|"
    r"итого|всего|сумма|σύνολο|toplam|合計|合计|總計|总计|小計|小计|합계|총계",
    re.IGNORECASE,
)
# Total North, Zwischensumme Süd:, Fruit total: also the begin of names, so that the row has to show it.
PHRASE = re.compile(
    r"((grand |sub-?|over-?all )?totals?|(gesamt|zwischen|end)?summen?|(sous[- ])?total|(sub)?totale|subtotaal|totaal|"
    r"sum|suma|razem|celkem|summa|totalt|somme|итого|всего|σύνολο|toplam)\b.+|"
    r".+[\s,:–-]((sub-?)?totals?|(zwischen|gesamt)?summe|gesamt|insgesamt|итого|всего|toplam[ıi]?)|"
    r"(合計|合计|總計|总计|小計|小计|합계|총계|소계).+|.+(合計|合计|總計|总计|小計|小计|합계|총계|소계)",
    re.IGNORECASE,
)
WORDS, NUMBERS = ("category", "text", "identifier"), ("number", "integer")


def summary_questions(table, schema):
    """Return the question about rows of totals as a tuple, empty where there are none.

    Parameters
    ----------
    table : pandas.DataFrame
        Typed.
    schema : Schema
    """
    if not MIN_ROWS_ABOVE < len(table) <= MAX_ROWS_WITH_TOTALS:
        return ()
    sums, alone = _Sums(_numbers(table, schema)), _Alone(table, schema)
    column, labelled = _labelled(table, schema, sums, alone)
    added = _added_up(table, schema, sums, labelled)
    rows = sorted(labelled | added)
    if not rows or len(rows) >= MAX_SHOWN_SHARE * len(table):
        return ()
    if column is None:
        column = next((spec.name for spec in schema.columns if spec.meaning in WORDS), None)
    return (_question(table, column, rows, added),)


def _numbers(table, schema):
    """Return the columns that sums would be in, of shape (n_rows, n_columns)."""
    names = [spec.name for spec in schema.columns if spec.meaning in NUMBERS and spec.unit != "%"]
    return table[names].to_numpy("float64")


class _Alone:
    """Which rows have a label and none of the other words and dates."""

    def __init__(self, table, schema):
        self._names = [spec.name for spec in schema.columns if spec.meaning in (*WORDS, "date", "yes_no")]
        self._blank = table[self._names].isna().to_numpy()

    def rows(self, column):
        """Return the positions of the rows in which ``column`` is alone; none where it is the only one."""
        others = [at for at, name in enumerate(self._names) if name != column]
        return set(np.flatnonzero(self._blank[:, others].all(axis=1)).tolist()) if others else set()


def _labelled(table, schema, sums, alone):
    """Return (column of labels or None, positions of the rows whose label says total)."""
    for spec in schema.columns:
        if spec.meaning not in WORDS:
            continue
        labels = table[spec.name]
        called, phrased = (_rows_like(labels, pattern) for pattern in (LABEL, PHRASE))
        if not called and not phrased:
            continue
        by_itself = alone.rows(spec.name)
        shown = (called | phrased) & by_itself
        shown |= _sums_among(sums, called | phrased)
        # Somme is also a river: a single row is first or last, or shows what it is.
        if len(called) > MAX_SHARE * len(table) or (len(called) == 1 and not called & {0, len(table) - 1}):
            called = set()
        found = shown | called
        if found and len(found) < MAX_SHOWN_SHARE * len(table):
            return spec.name, found
    return None, set()


def _rows_like(labels, pattern):
    kinds = {label for label in labels.dropna().unique() if pattern.fullmatch(str(label).strip(" :*="))}
    return set(np.flatnonzero(labels.isin(kinds)).tolist()) if kinds else set()


class _Sums:
    """Sums of the numbers between two rows, and how many of them are not zero, without adding up each time."""

    def __init__(self, values):
        self.values = values
        plain = np.nan_to_num(values)
        zero = np.zeros((1, values.shape[1]))
        self._sums = np.vstack([zero, plain.cumsum(axis=0)])
        self._counts = np.vstack([zero, (plain != 0).cumsum(axis=0)])

    def between(self, start, stop):
        """Return (sums, numbers of values that are not zero, number of rows) of the rows ``start`` to ``stop`` - 1."""
        return self._sums[stop] - self._sums[start], self._counts[stop] - self._counts[start], stop - start


def _sums_among(sums, rows):
    """Return those of the ``rows`` that hold the sums of the rows above, since the last of them."""
    found, start = set(), 0
    for row in sorted(rows):
        if _is_sum(*sums.between(start, row), sums.values[row], True, MIN_ROWS_ABOVE):
            found.add(row)
        start = row + 1
    return found


def _added_up(table, schema, sums, labelled):
    """Return the rows without a label that hold the sums of the rows above, since the last such row or of all."""
    words = [spec.name for spec in schema.columns if spec.meaning in WORDS]
    if not sums.values.shape[1]:
        return set()
    blank = table[words].isna().any(axis=1).to_numpy() if words else np.zeros(len(table), dtype=bool)
    last = len(table) - 1
    found, start = set(), 0
    totals = [np.zeros(sums.values.shape[1]), np.zeros(sums.values.shape[1]), 0]  # of the rows that are sums
    for row in sorted({*np.flatnonzero(blank).tolist(), last, *labelled}):
        if row not in labelled:
            details = (all_of - out for all_of, out in zip(sums.between(0, row), totals, strict=True))
            above = (sums.between(start, row), details)
            if not any(_is_sum(*of, sums.values[row], bool(blank[row])) for of in above):
                continue
            found.add(row)
        totals = [out + one for out, one in zip(totals, sums.between(row, row + 1), strict=True)]
        start = row + 1
    return found


def _is_sum(above, n_counted, n_rows, row, is_blank, n_enough=MIN_ROWS_UNSURE):
    if n_rows < MIN_ROWS_ABOVE or not len(row):
        return False
    filled = ~np.isnan(row)
    first = filled.argmax()
    # Asked of nearly every row of a long table, and answered by its first number.
    if filled[first] and above[first] != row[first] and not abs(above[first] - row[first]) <= _tolerance(row[first]):
        return False
    # A column with one number above the sum, or with none but zeros, shows nothing.
    telling = filled & (above != 0) & (n_counted > 1)
    if not np.isclose(above[filled], row[filled], rtol=RELATIVE, atol=ABSOLUTE).all():
        return False
    many = n_rows >= n_enough
    return bool((telling.sum() > 1 and (is_blank or many)) or (telling.sum() == 1 and is_blank and many))


def _tolerance(number):
    return ABSOLUTE + RELATIVE * abs(number)


def _question(table, column, rows, added):
    one = len(rows) == 1
    labels = [] if column is None else list(dict.fromkeys(table[column].iloc[rows].dropna().astype("str")))
    shown = ", ".join(f"“{label.strip()}”" for label in labels[:SHOWN]) + (" …" if len(labels) > SHOWN else "")
    if labels and not set(rows) <= added:
        about = f" ({shown} in “{column}”)"
    else:
        about = f" (row {rows[0] + 1:,})" if one else ""
    sentence = (
        f"{'One row seems' if one else f'{len(rows):,} rows seem'} to sum up the others{about}. "
        f"Should {'it' if one else 'they'} stay in the table?"
    )
    answers = [Answer(f"Keep {'it' if one else 'them'}")]
    if step := _step(table, column, rows):
        answers.append(Answer(f"Leave {'it' if one else 'them'} out", step=step))
    return Question("summary_rows", (column,) if column else (), sentence, tuple(answers), tuple(rows))


def _step(table, column, rows):
    """Return the row step that leaves out just these rows, or None where no filter of one column does."""
    if column is None:
        return None
    labels = table[column]
    kept = labels.drop(labels.index[rows])
    out = labels.iloc[rows]
    if out.isna().all() and kept.notna().all():
        return {"step": "filter_rows", "column": column, "operator": "not_blank", "values": []}
    left_out = list(dict.fromkeys(out.dropna()))
    if out.isna().any() or len(left_out) > MAX_LEFT_OUT or kept.isin(left_out).any():
        return None
    # Rows that a newer file has more stay: only the labels of the totals are named.
    return {"step": "filter_rows", "column": column, "operator": "none_of", "values": left_out}
