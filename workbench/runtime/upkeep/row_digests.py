"""Rows as numbers: to tell whether a file begins with the rows of another one, without keeping any of them."""

import hashlib

import numpy as np
import pandas as pd


def row_codes(table: pd.DataFrame) -> np.ndarray:
    """Return a number for the content of each row, the same wherever and in whichever order rows stand.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Typed.

    Returns
    -------
    uint64 ndarray of shape (n_rows,)
    """
    codes = np.zeros(len(table), dtype=np.uint64)
    for place in range(table.shape[1]):
        values = table.iloc[:, place]
        if pd.api.types.is_numeric_dtype(values):
            plain = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0  # -0.0 is 0.0
        elif pd.api.types.is_datetime64_any_dtype(values):
            plain = values.to_numpy(dtype="datetime64[us]").astype(np.int64)
        else:
            plain = values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
        # Columns are told apart by their place: the same two values swapped are another row.
        codes = codes * np.uint64(0x9E3779B97F4A7C15) + pd.util.hash_array(plain, categorize=False)
    return codes


def table_digests(table: pd.DataFrame) -> dict[str, str]:
    """Return the SHA-256 of the rows of a typed table, ``ordered`` and whatever their order (``rows``).

    They tell that two files hold the same rows, and nothing about any one of them.
    """
    codes = row_codes(table)
    ways = {"rows": np.sort(codes), "ordered": codes}
    return {name: hashlib.sha256(values.tobytes()).hexdigest() for name, values in ways.items()}
