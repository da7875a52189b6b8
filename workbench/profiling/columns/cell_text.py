"""The characters of many values at once, as they lie in Arrow's memory."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLANKS = np.zeros(128, dtype=bool)  # what str.split() takes for a blank, of ASCII
BLANKS[[*range(9, 14), *range(28, 33)]] = True
TEXTS_AT_ONCE = 5_000  # their characters fit the processor's cache, which makes it ten times quicker
END_OF_ASCII = 0x80


@dataclass(frozen=True, eq=False)
class CellText:
    """The different values of a column of words.

    Attributes
    ----------
    values : pyarrow.LargeStringArray of length n_values
        None missing.
    characters : ndarray of uint8, shape (n_bytes,)
        All of them as UTF-8, one after the other.
    offsets : ndarray of int64, shape (n_values + 1,)
        Where each begins in ``characters``.
    """

    values: pa.LargeStringArray
    characters: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(cls, values: pa.Array) -> "CellText":
        """Return the text of an array without missing values, without a copy where strings are large ones."""
        values = values.cast(pa.large_string())
        if not len(values):
            return cls(values, np.empty(0, dtype="uint8"), np.zeros(1, dtype="int64"))
        _, places, text = values.buffers()
        offsets = np.frombuffer(places, dtype="int64")[values.offset : values.offset + len(values) + 1]
        characters = np.frombuffer(text, dtype="uint8") if text is not None else np.empty(0, dtype="uint8")
        return cls(values, characters[offsets[0] : offsets[-1]], offsets - offsets[0] if offsets[0] else offsets)

    @property
    def is_ascii(self) -> bool:
        """Whether each byte is a character."""
        return not len(self.characters) or int(self.characters.max()) < END_OF_ASCII

    def lengths(self) -> np.ndarray:
        """Return the number of characters of each value."""
        return np.diff(self.offsets) if self.is_ascii else pc.utf8_length(self.values).to_numpy()

    def word_counts(self) -> np.ndarray:
        """Return the number of words of each value, parted by blanks as ``str.split`` does."""
        pieces = []
        for start in range(0, len(self.values), TEXTS_AT_ONCE):
            places = self.offsets[start : start + TEXTS_AT_ONCE + 1]
            characters = self.characters[places[0] : places[-1]]
            if len(characters) and int(characters.max()) >= END_OF_ASCII:
                pieces.append(_words_of_any(self.values[start : start + TEXTS_AT_ONCE]))
            else:
                pieces.append(_words_of_ascii(characters, places - places[0]))
        return np.concatenate(pieces) if pieces else np.empty(0, dtype="int64")

    def taken(self, places: np.ndarray) -> "CellText":
        """Return some of the values."""
        return CellText.of(self.values.take(pa.array(places)))


def _words_of_ascii(characters: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return how many words begin in each value: where something stands behind a blank or at the front."""
    if not len(characters):
        return np.zeros(len(offsets) - 1, dtype="int64")
    blank = characters == ord(" ") if characters.min() >= ord(" ") else BLANKS[characters]
    begins = ~blank
    begins[1:] &= blank[:-1]
    fronts = offsets[:-1]
    filled = offsets[1:] > fronts
    fronts = fronts[filled]  # else reduceat would give an empty value the character behind it
    begins[fronts] = ~blank[fronts]
    counts = np.zeros(len(filled), dtype="int64")
    counts[filled] = np.add.reduceat(begins.view("uint8"), fronts, dtype="int32")
    return counts


def _words_of_any(values: pa.LargeStringArray) -> np.ndarray:
    trimmed = pc.utf8_trim_whitespace(values)
    counts = pc.list_value_length(pc.utf8_split_whitespace(trimmed)).to_numpy()
    return np.where(pc.binary_length(trimmed).to_numpy() == 0, 0, counts)
