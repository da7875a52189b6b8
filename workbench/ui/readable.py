"""Frames of numbers as a person reads them: plain headers, sensible rounding; what is saved keeps every digit."""

import numpy as np
import pandas as pd
import streamlit as st

from workbench.modeling import metrics

DIGITS = 4  # significant ones of a computed number
EXACT_DIGITS = 15  # that every float has; beyond stand the traces of binary fractions
AS_IT_IS = f"%.{EXACT_DIGITS}g"  # Streamlit's own "plain" writes 35.53 as 35.529999999999994
HEADERS = {
    "estimator": "Estimator",
    "kind": None,  # our own name for it; the label stands beside
    "level with the best": "Level with the best",
    "better than baseline by": "Better than guessing by",
    "seconds to fit": "Seconds to fit",
    "seconds to predict": "Seconds to predict",
    "note": "Note",
    "row": "Row of the table",
    "fold": "Fold",
    "actual": "Actual",
    "predicted": "Predicted",
    "prediction": "Prediction",
    "residual": "Actual minus predicted",
    "error": "Off by",
    "error_share": "Off by, in percent of the actual value",
    "lower": "Interval from",
    "upper": "Interval to",
    "inside": "Inside the interval",
    "row of the table": "Row of the table",
    "count": "Rows",
    "share_of_actual": "Share of the actual class",
    "share_of_predicted": "Share of those predicted so",
    "per_1000": "Per 1,000 rows",
    "class": "Class",
    "threshold": "Threshold on the probability",
    "false_positive_rate": "Other rows taken along",
    "true_positive_rate": "Rows of the class found",
    "recall": "Rows of the class found (recall)",
    "precision": "Taken rows that are right (precision)",
    "answered": "Rows that were given it",
    "found": "Found, per 1,000 rows",
    "false_alarms": "For nothing, per 1,000 rows",
    "missed": "Missed, per 1,000 rows",
    "left_alone": "Rightly left alone, per 1,000 rows",
    "share_taken": "Decided yes",
    "gain": "Found of the class",
    "perfect": "Found by a faultless order",
    "lift": "Lift (times as many as at random)",
    "spread": "Spread over folds",
    "score": "Score",
    "others": "The others, on average",
    "expected_low": "If like the others, from",
    "expected_high": "If like the others, to",
    "p_value": "p-value, corrected",
    "stated": "Stated probability, on average",
    "observed": "Observed share",
    "observed_low": "95 % interval from",
    "observed_high": "95 % interval to",
    "n_rows": "Rows",
    "gain_per_1000": "Earned per 1,000 rows",
    "cost_per_1000": "Costs per 1,000 rows",
    "column": "Column",
    "mean": "Mean",
    "std": "Spread",
}
IN_TARGET_UNIT = ("actual", "predicted", "prediction", "residual", "error", "lower", "upper")  # of amounts
COUNTED_FROM_0 = ("row", "fold")  # as a person counts from 1
SHARES = (
    "share_of_actual",
    "share_of_predicted",
    "false_positive_rate",
    "true_positive_rate",
    "recall",
    "precision",
    "share_taken",
    "gain",
    "perfect",
    "stated",
    "observed",
    "observed_low",
    "observed_high",
    "error_share",
    "share inside",
)


def dressed(frame, n_ours=None, *, unit="", shares=()):
    """Return a frame for the screen, and the ``column_config`` with which ``st.dataframe`` shows it.

    Parameters
    ----------
    frame : DataFrame
    n_ours : int, optional
        How many columns from the left are computed ones; the rest are the person's own, which keep their names and
        their digits. Default: all.
    unit : str
        Of predicted amounts: stands behind the headers of computed columns that are such.
    shares : sequence of str
        Computed columns that are shown in percent here, beside those that always are.

    Notes
    -----
    Headers of a table are no Markdown, so nothing is escaped in them.
    """
    shown, config = frame.copy(deep=False), {}
    for position, name in enumerate(frame.columns):
        ours = n_ours is None or position < n_ours
        values, header = frame[name], header_of(name) if ours else str(name)
        if ours and unit and name in IN_TARGET_UNIT:
            header = f"{header} ({unit})"
        if header is None:
            config[name] = None
        elif isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
            share = ours and (name in SHARES or name in shares or str(name).startswith("probability_"))
            if ours and not share:
                shown[name] = rounded(values)
            config[name] = st.column_config.NumberColumn(header, format="percent" if share else AS_IT_IS)
        elif values.dtype.kind == "M" and (values.dropna() == values.dropna().dt.normalize()).all():
            config[name] = st.column_config.DateColumn(header)
        elif ours:
            if name in COUNTED_FROM_0:
                shown[name] = values + 1
            config[name] = st.column_config.Column(header)
    return shown, config


def header_of(name):
    """Return the header of a computed column; None where it is not for a person.

    >>> header_of("roc_auc fold 2"), header_of("probability_yes"), header_of("count"), header_of("kind")
    ('ROC AUC fold 2', 'Probability of yes', 'Rows', None)
    """
    if name in HEADERS:
        return HEADERS[name]
    if name.startswith("probability_"):
        return f"Probability of {name.removeprefix('probability_')}"
    first, _, rest = name.partition(" ")
    known = {kind.name: kind.label for kind in metrics.METRICS}
    if first in known:
        return f"{known[first]} {'spread' if rest == 'std' else rest}".strip()
    return str(name)


def rounded(values):
    """Return numbers with four significant digits; whole parts keep all of theirs.

    >>> rounded(pd.Series([0.123456, 74.65891, 123456.7, 0.0])).tolist()
    [0.1235, 74.66, 123457.0, 0.0]
    """
    numbers = values.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(numbers)))
    decimals = np.where(np.isfinite(size), np.clip(DIGITS - 1 - size, 0, 12), 0).astype(int)
    return pd.Series([round(x, d) for x, d in zip(numbers.tolist(), decimals.tolist(), strict=True)], values.index)
