"""Files meant for a spreadsheet: text that the program would run as a formula is made text again."""

import re

import pandas as pd

FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # of full width too, as Excel takes them
PLAIN_NUMBER = re.compile(r"[+-]?\s?(?:\d[\d.,' \u00a0]*|[.,]\d+)(?:[eE][+-]?\d+)?\s?[%€$£]?|-{1,3}", re.ASCII)


def defuse(frame):
    """Return ``frame`` with an apostrophe before every text that a spreadsheet would take for a formula.

    Texts and column names that begin with ``=``, ``+``, ``-``, ``@``, tab or carriage return and are no numbers
    are changed; numbers, dates and everything else stay as they are. ``frame`` itself is not changed.

    References
    ----------
    OWASP, "CSV Injection".

    Examples
    --------
    >>> defuse(pd.DataFrame({"a": ["=1+1", "-5", "ok"]}))["a"].tolist()
    ["'=1+1", '-5', 'ok']
    """
    safe = frame.copy()
    for position, dtype in enumerate(frame.dtypes):
        if isinstance(dtype, pd.StringDtype) or dtype.kind == "O" or isinstance(dtype, pd.CategoricalDtype):
            column = frame.iloc[:, position]
            safe.isetitem(position, column.astype(object).map(defused).astype("str" if dtype == "str" else object))
    safe.columns = [defused(name) for name in frame.columns]
    return safe


def defused(cell):
    """Return ``cell``, with an apostrophe before it where a spreadsheet would run it.

    >>> defused("@SUM(A1)"), defused("-12,5 %"), defused(3)
    ("'@SUM(A1)", '-12,5 %', 3)
    """
    if not isinstance(cell, str) or not (cell.startswith(FORMULA_START) or cell.lstrip().startswith(FORMULA_START)):
        return cell
    return cell if PLAIN_NUMBER.fullmatch(cell.strip(" ")) else "'" + cell
