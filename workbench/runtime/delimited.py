"""Delimited and fixed-width text to a table of text cells, by the rules of a ``ReadSpec``.

Big regular files go through pandas' C parser; every other file, and every file the C parser might misread
(unbalanced quotes, ragged records, mixed line ends), through the forgiving reader of ``records``.
"""

import codecs
import re
import warnings

import numpy as np
import pandas as pd

import workbench.runtime.mixed_text  # noqa: F401  makes its encoding known
from workbench.runtime.errors import ReadingError
from workbench.runtime.records import Dialect, Repairs, read_records, split_lines
from workbench.runtime.widths import fit_records

SMALL_BYTES = 2 * 2**20  # below this the forgiving reader is quick enough, and one way of reading is safer than two
CHUNK_BYTES = 2**23
HEAD_CHARACTERS = 2**20
# Encodings in which the bytes of delimiters, quotes and line ends are those of ASCII.
ASCII_BASED = {"utf-8", "ascii", "cp1252", "iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "mac-roman"}

EBCDIC = frozenset(["cp037", "cp273", "cp500", "cp1140"])
C1_CONTROL = re.compile("[\x80-\x9f]")
C1_MEANT = {code: bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xA0)}
C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")


def read_delimited(path, read, *, max_rows=None):
    """Return (table of text cells, Repairs) of the text file at ``path``.

    Parameters
    ----------
    path : path-like
        Not compressed.
    read : dict
        JSON of a ``ReadSpec``.
    max_rows : int, optional
        Stop after so many data rows; the footer is then not looked for.
    """
    if path.stat().st_size > SMALL_BYTES:
        table = _read_regular(path, read, max_rows)
        if table is not None:
            return table, Repairs()
    return _read_forgiving(path, read, max_rows)


def decoded(data, encoding, *, final=True):
    """Return the text of ``data`` without byte order mark and NUL characters.

    Raises
    ------
    ReadingError
        The bytes are not in ``encoding``; names the line.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(data, final)
    except UnicodeDecodeError as error:
        raise not_in_encoding(encoding, data.count(b"\n", 0, error.start) + 1) from error
    except LookupError as error:
        raise ReadingError(f"There is no encoding “{encoding}”.", "Choose another encoding.") from error
    if encoding in EBCDIC:
        text = text.replace("\x85", "\n")  # how lines end on mainframes
    return cleaned(text.removeprefix("\ufeff"))


def not_in_encoding(encoding, line):
    """Return the ReadingError for a line of bytes that are not in ``encoding``."""
    return ReadingError(
        f"The file is not {encoding.upper()}: line {line:,} holds bytes that have no meaning in it.",
        "Choose another encoding.",
    )


def cleaned(text):
    """Return decoded text without NUL characters and with the quotes that some programs wrote as controls."""
    if "\0" in text:
        text = text.replace("\0", "")
    if not text.isascii() and C1_CONTROL.search(text):
        # Nobody writes these control characters; they are quotes and dashes of Windows-1252 that a program
        # took for Latin-1 (HTML readers do the same: https://encoding.spec.whatwg.org/#names-and-labels).
        text = text.translate(C1_MEANT)
    return text


def column_names(read, header_records, width):
    """Return the names in ``read``, or those of the header records, or "column 1" …"""
    if read.get("names"):
        return list(read["names"])
    names = []
    for position in range(width):
        parts = [record[position].strip() for record in header_records if position < len(record)]
        names.append(" ".join(part for part in parts if part) or f"column {position + 1}")
    return unique_names(names)


def unique_names(names):
    """Return ``names`` with "(2)", "(3)" … behind those that came before.

    >>> unique_names(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    taken, result = set(names), []
    seen = set()
    for name in names:
        candidate, number = name, 1
        while candidate in seen or (number > 1 and candidate in taken):
            number += 1
            candidate = f"{name} ({number})"
        seen.add(candidate)
        result.append(candidate)
    return result


def is_blank(cells):
    """Return whether a record has no text at all."""
    if cells and cells[0] and not cells[0].isspace():  # nearly always
        return False
    return not any(cell and not cell.isspace() for cell in cells)


def _read_forgiving(path, read, max_rows):
    dialect = Dialect.of(read)
    width = len(read.get("names", ())) or None
    head = read.get("skip_rows", 0) + read.get("header_rows", 1) + read.get("skip_after_header", 0)
    limit = None if max_rows is None else head + max_rows
    text, lines, end = _text_for(path, read.get("encoding", "utf-8"), limit)
    records, limited = [], False
    for number, (cells, _) in enumerate(read_records(lines, end, dialect, width=width)):
        if number < head or not is_blank(cells):
            records.append(cells)
        if limit is not None and len(records) > limit:
            limited = True
            break
    del text, lines
    first = read.get("skip_rows", 0)
    header, data = records[first : first + read.get("header_rows", 1)], records[head:]
    if limited:
        data = data[:max_rows]
    elif footer := read.get("footer_rows", 0):
        data = data[: max(0, len(data) - footer)]
    if max_rows is not None:
        data = data[:max_rows]
    widest = max((len(record) for record in data), default=0)
    names = column_names(read, header, max(widest, max((len(record) for record in header), default=0)))
    data, repairs = fit_records(data, len(names), dialect.delimiter)
    columns = list(zip(*data, strict=True)) if data else [()] * len(names)
    frame = pd.DataFrame(
        {position: pd.array(cells, dtype="str") for position, cells in enumerate(columns)},
        index=pd.RangeIndex(len(data)),
    )
    frame.columns = pd.Index(names, dtype="str")
    return frame, repairs


def _text_for(path, encoding, limit):
    """Return (text, lines, line end): the whole file, or enough of its begin for ``limit`` records."""
    if limit is None:
        text = decoded(path.read_bytes(), encoding)
        return text, *split_lines(text)
    size, n_bytes = path.stat().st_size, max(HEAD_CHARACTERS, 400 * limit)
    while True:
        with path.open("rb") as file:
            data = file.read(n_bytes)
        whole = n_bytes >= size
        text = decoded(data, encoding, final=whole)
        lines, end = split_lines(text)
        if not whole:
            lines = lines[:-1]  # may be cut
        if whole or len(lines) > 2 * limit + 100:
            return text, lines, end
        n_bytes *= 4


def _read_regular(path, read, max_rows):
    """Return the table read by pandas' C parser, or None where that could misread the file."""
    dialect, encoding = Dialect.of(read), codecs_name(read.get("encoding", "utf-8"))
    names = read.get("names", ())
    simple = len(dialect.delimiter) == 1 and not dialect.comment and not dialect.widths and not dialect.escape
    if not simple or encoding not in ASCII_BASED or not names:
        return None
    if max_rows is None and not _is_regular(path, dialect.quote):
        return None
    if max_rows is not None:  # the forgiving reader reads only as much as it needs
        return None
    head = _head_lines(path, read, dialect)
    if head is None:
        return None
    n_lines, width = head
    width = max(width, len(names)) + 1  # one more than there should be, to notice records that are too long
    options = {"quoting": 3} if not dialect.quote else {"quotechar": dialect.quote}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=dialect.delimiter,
                header=None,
                names=range(width),
                index_col=False,
                skiprows=n_lines,
                dtype="str",
                keep_default_na=False,
                na_values=[],
                na_filter=False,
                skipinitialspace=dialect.delimiter != " ",
                encoding=encoding,
                engine="c",
                low_memory=False,
                **options,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, UnicodeError, ValueError):
        return None
    if any((frame[position] != "").any() for position in range(len(names), width)):
        return None
    frame = _without_blank_rows(frame.iloc[:, : len(names)])
    if footer := read.get("footer_rows", 0):
        frame = frame.iloc[: max(0, len(frame) - footer)]
    frame.columns = pd.Index(list(names), dtype="str")
    return frame


def codecs_name(encoding):
    """Return Python's own name of an encoding, or "" where it has none.

    >>> codecs_name("UTF8"), codecs_name("latin-1")
    ('utf-8', 'iso8859-1')
    """
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def _is_regular(path, quote):
    """Return whether every line has an even number of quotes, and there are no NULs, controls and lone CRs."""
    mark = ord(quote) if quote else None
    odd = 0  # quotes so far in the line that the last chunk cut
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            if b"\0" in chunk or C1_IN_UTF8.search(chunk):
                return False
            n_cr = chunk.count(b"\r")
            if n_cr and n_cr != chunk.count(b"\r\n") + chunk.endswith(b"\r"):
                return False
            if last.endswith(b"\r") and not chunk.startswith(b"\n"):
                return False
            last = chunk[-1:]
            if mark is None or (quote.encode() not in chunk and not odd):
                continue
            array = np.frombuffer(chunk, dtype=np.uint8)
            quotes, ends = np.flatnonzero(array == mark), np.flatnonzero(array == 10)
            # Quotes before each line end, less those before the line end before it.
            counts = np.diff(np.searchsorted(quotes, ends), prepend=-odd) if len(ends) else np.array([], dtype=int)
            if (counts % 2).any():
                return False
            odd = len(quotes) - int(np.searchsorted(quotes, ends[-1])) if len(ends) else odd + len(quotes)
    return odd % 2 == 0


def _head_lines(path, read, dialect):
    """Return (lines above the data, widest of the first records), or None where a cell above holds a line end."""
    with path.open("rb") as file:
        data = file.read(HEAD_CHARACTERS)
    lines, end = split_lines(decoded(data, read.get("encoding", "utf-8"), final=False))
    above = read.get("skip_rows", 0) + read.get("header_rows", 1) + read.get("skip_after_header", 0)
    widest = n_lines = 0
    for number, (cells, line) in enumerate(read_records(lines[:-1], end, dialect, limit=above + 500)):
        if number == above:
            n_lines = line
        if number >= above:
            widest = max(widest, len(cells))
    return (n_lines, widest) if widest else None


def _without_blank_rows(frame):
    candidates = np.flatnonzero((frame.iloc[:, 0].str.strip() == "").to_numpy())
    if not len(candidates):
        return frame
    some = frame.iloc[candidates]
    blank = np.ones(len(candidates), dtype=bool)
    for position in range(some.shape[1]):
        blank &= (some.iloc[:, position].str.strip() == "").to_numpy()
        if not blank.any():
            return frame
    keep = np.ones(len(frame), dtype=bool)
    keep[candidates[blank]] = False
    return frame[keep].reset_index(drop=True)
