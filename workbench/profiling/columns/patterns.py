"""The shapes of values: "AB-1234" is "AA-9999"."""

import numpy as np
import pyarrow as pa

from workbench.profiling.columns.cell_text import CellText
from workbench.profiling.columns.column_profile import ValueCount
from workbench.profiling.columns.ordered import most_frequent

CAPITAL, LETTER, DIGIT = "A", "a", "9"
SEVERAL = "…"
SEVERAL_BYTE = 0x85  # stands for it among bytes; ASCII ends before
MOSTLY = 0.9  # of the rows: where the ten most frequent shapes say less, runs are drawn together
N_CHARACTERS = 0x110000


def most_frequent_patterns(text: CellText, counts: np.ndarray) -> tuple[ValueCount, ...]:
    """Return the most frequent shapes of values with their rows, at most ten.

    A capital letter is written "A", any other letter "a", a digit "9", and all else as it stands. Where the ten most
    frequent of these shapes hold for less than 90 % of the rows (of names, say), runs are drawn together: several
    small letters are "a…".

    Parameters
    ----------
    text : CellText of n_values
    counts : ndarray of int, shape (n_values,)
        Rows of each.

    Examples
    --------
    >>> codes = CellText.of(pa.array(["AB-1234", "CD-0001", "x"]))
    >>> [(each.value, each.count) for each in most_frequent_patterns(codes, np.array([1, 1, 1]))]
    [('AA-9999', 2), ('a', 1)]
    """
    symbols, offsets = _symbols(text)
    shapes, rows = _counted(symbols, offsets, counts)
    best = most_frequent(rows)
    if rows[best].sum() < MOSTLY * counts.sum():
        symbols, offsets = _drawn_together(symbols, offsets)
        shapes, rows = _counted(symbols, offsets, counts)
        best = most_frequent(rows)
    return tuple(
        ValueCount(_written(shapes[int(place)].as_py(), symbols.dtype), count)
        for place, count in zip(best, rows[best].tolist(), strict=True)
    )


def _symbols(text: CellText) -> tuple[np.ndarray, np.ndarray]:
    """Return the symbol of each character, and where those of each value begin."""
    if text.is_ascii:
        return ASCII_SYMBOLS[text.characters], text.offsets
    characters = np.frombuffer(text.characters.tobytes().decode().encode("utf-32-le"), dtype="uint32")
    seen = np.zeros(N_CHARACTERS, dtype=bool)
    seen[characters] = True
    symbol_of = np.zeros(N_CHARACTERS, dtype="uint32")
    for code in np.flatnonzero(seen).tolist():
        symbol_of[code] = ord(_symbol(chr(code)))
    return symbol_of[characters], np.concatenate(([0], np.cumsum(text.lengths())))


def _symbol(character: str) -> str:
    if character.isalpha():
        return CAPITAL if character.isupper() else LETTER
    return DIGIT if character.isdecimal() else character


ASCII_SYMBOLS = np.array([ord(_symbol(chr(code))) for code in range(128)], dtype="uint8")


def _counted(symbols: np.ndarray, offsets: np.ndarray, counts: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """Return the different shapes as bytes, in order of first appearance, and the rows of each."""
    places = pa.py_buffer((offsets * symbols.itemsize).astype("int64"))
    shapes = pa.Array.from_buffers(pa.large_binary(), len(offsets) - 1, [None, places, pa.py_buffer(symbols)])
    encoded = shapes.dictionary_encode()
    rows = np.bincount(encoded.indices.to_numpy(), weights=counts, minlength=len(encoded.dictionary))
    return encoded.dictionary, rows.astype("int64")


def _drawn_together(symbols: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the symbols in which runs of letters or digits of one kind are one and, where longer, an ellipsis."""
    again = np.zeros(len(symbols), dtype=bool)
    again[1:] = symbols[1:] == symbols[:-1]
    again[offsets[:-1][offsets[:-1] < len(symbols)]] = False
    again &= np.isin(symbols, [ord(CAPITAL), ord(LETTER), ord(DIGIT)])
    further = again.copy()
    further[1:] &= again[:-1]
    further[:1] = False
    several = SEVERAL_BYTE if symbols.dtype == np.uint8 else ord(SEVERAL)
    kept = ~further
    before = np.concatenate(([0], np.cumsum(kept)))
    return np.where(again, symbols.dtype.type(several), symbols)[kept], before[offsets]


def _written(shape: bytes, dtype: np.dtype) -> str:
    if dtype == np.uint8:
        return shape.decode("latin-1").replace(chr(SEVERAL_BYTE), SEVERAL)
    return shape.decode("utf-32-le")
