"""Rows that sum up others: kept in the table, found by their label or by what they add up, and asked about."""

import re

import numpy as np

from workbench.data.questions import Answer, Question

MAX_ROWS_WITH_TOTALS = 100_000  # longer tables are exports, which have no totals
MAX_SHARE = 0.34  # of the rows; where more are called a total, it is a category
MIN_ROWS_ABOVE = 2
MIN_ROWS_UNSURE = 4  # where a single column adds up, or the row has a label of its own
MAX_KEPT = 1_000  # labels in the filter that leaves the rows out
SHOWN = 3
LABEL = re.compile(
    r"((grand|sub|over-?all|general)[ -]?)?totals?|all|sum|overall|(gesamt|zwischen|end)?summen?|gesamt|insgesamt|alle|"
    r"(sous[- ])?total|total g[ée]n[ée]ral|ensemble|somme|(sub)?totale|totaux|subtotaal|totaal|"
    r"suma|total general|razem|og[óo][łl]em|celkem|[öo]sszesen|yhteens[äa]|i alt|totalt|summa|"
    r"итого|всего|сумма|σύνολο|toplam|合計|合计|總計|总计|小計|小计|합계|총계",
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
    column, labelled = _labelled(table, schema)
    added = _added_up(table, schema, labelled)
    rows = sorted(labelled | added)
    if not rows or len(rows) > MAX_SHARE * len(table):
        return ()
    if column is None:
        column = next((spec.name for spec in schema.columns if spec.meaning in WORDS), None)
    return (_question(table, column, rows, added),)


def _labelled(table, schema):
    """Return (column of labels or None, positions of the rows whose label says total)."""
    for spec in schema.columns:
        if spec.meaning not in WORDS:
            continue
        labels = table[spec.name]
        kinds = {label for label in labels.dropna().unique() if LABEL.fullmatch(str(label).strip(" :*="))}
        found = set(np.flatnonzero(labels.isin(kinds)).tolist()) if kinds else set()
        if len(found) == 1 and not _stands_out(table, schema, spec.name, *found):
            continue
        if found and len(found) <= MAX_SHARE * len(table):
            return spec.name, found
    return None, set()


def _stands_out(table, schema, column, row):
    """Return whether a row called a total is first or last, or lacks the other words: Somme is also a river."""
    others = [spec.name for spec in schema.columns if spec.meaning in WORDS and spec.name != column]
    return row in (0, len(table) - 1) or (bool(others) and bool(table[others].iloc[row].isna().all()))


def _added_up(table, schema, labelled):
    """Return the positions of rows without a label that hold the sums of the rows above, since the last such row."""
    names = [spec.name for spec in schema.columns if spec.meaning in NUMBERS and spec.unit != "%"]
    words = [spec.name for spec in schema.columns if spec.meaning in WORDS]
    if not names:
        return set()
    values = table[names].to_numpy("float64")
    blank = table[words].isna().any(axis=1).to_numpy() if words else np.zeros(len(table), dtype=bool)
    candidates = [row for row in np.flatnonzero(blank).tolist() if row not in labelled]
    last = len(table) - 1
    if last not in labelled and last not in candidates:
        candidates.append(last)
    found, start, borders = set(), 0, sorted(labelled)
    for row in candidates:
        start = max([start, *[border + 1 for border in borders if border < row]])
        if _is_sum(values[start:row], values[row], bool(blank[row])):
            found.add(row)
            start = row + 1
    return found


def _is_sum(above, row, is_blank):
    if len(above) < MIN_ROWS_ABOVE:
        return False
    sums = np.nansum(above, axis=0)
    filled = ~np.isnan(row)
    # A column with one number above the sum, or with none but zeros, shows nothing.
    telling = filled & (sums != 0) & ((np.nan_to_num(above) != 0).sum(axis=0) > 1)
    if not np.isclose(sums[filled], row[filled], rtol=1e-6, atol=0.011).all():
        return False
    many = len(above) >= MIN_ROWS_UNSURE
    return (telling.sum() > 1 and (is_blank or many)) or (telling.sum() == 1 and is_blank and many)


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
    if kept.isna().any():
        return None
    if out.isna().all():
        return {"step": "filter_rows", "column": column, "operator": "not_blank", "values": []}
    left_out, stay = set(out.dropna()), list(dict.fromkeys(kept))
    if left_out & set(stay):
        return None
    if len(left_out) == 1:
        return {"step": "filter_rows", "column": column, "operator": "not_equals", "values": list(left_out)}
    if len(stay) > MAX_KEPT:
        return None
    return {"step": "filter_rows", "column": column, "operator": "one_of", "values": stay}
