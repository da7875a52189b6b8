"""Big regular text in pieces: cut at line ends, checked on the way, read by Arrow's parser to tables of text.

A file is regular where no cell holds a line end, quotes are balanced in every line, and no record is too long. What is
not raises :class:`Irregular`, and is read as a whole by the forgiving reader of ``runtime.delimited``.
"""

import io
import warnings
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from workbench.runtime.delimited import ASCII_BASED, C1_IN_UTF8, codecs_name, decoded
from workbench.runtime.records import Dialect, read_records, split_lines

PIECE_BYTES = 2**23
THREADS = 2
HEAD_BYTES = 2**20
HEAD_RECORDS = 500  # whose widest tells how many cells there can be
DOS_END = b"\x1a"


class Irregular(Exception):
    """The text needs the forgiving reader."""


def text_pieces(path, read, *, then=lambda table: table, piece_bytes=None):
    """Yield (table, bytes done) for the pieces of a delimited text file.

    Parameters
    ----------
    path : pathlib.Path
        Not compressed.
    read : ReadSpec
        With names.
    then : callable
        What is done to each table in the thread that parsed it.

    Yields
    ------
    tuple of (pyarrow.Table, int)
        Columns of ``string`` with the names of ``read``; blank cells are null, blank records are left out.

    Raises
    ------
    Irregular
        From the start or in the middle.
    """
    encoding = codecs_name(read.encoding)
    simple = len(read.delimiter) == 1 and read.delimiter.isascii() and not read.comment and not read.escape
    if read.format != "delimited" or not simple or encoding not in ASCII_BASED or not read.names:
        raise Irregular
    n_lines, width = _head(path, read)
    parser = _Parser(read, max(width, len(read.names)), encoding)
    held, held_bytes, done = None, 0, 0
    with path.open("rb") as file:
        for _ in range(n_lines):
            done += len(file.readline())
        if not n_lines:
            done += _after_mark(file)
        pieces = _regular_pieces(_Cutter(file, piece_bytes or PIECE_BYTES), read.quote)
        for table, n_bytes in _in_threads(lambda piece: (then(parser.table(piece)), len(piece)), pieces):
            # Notes below the table are among the last records: so many are held back.
            if held is not None and table.num_rows < read.footer_rows:
                held, held_bytes = pa.concat_tables([held, table]), held_bytes + n_bytes
                continue
            if held is not None:
                done += held_bytes
                yield held, done
            held, held_bytes = table, n_bytes
    if held is not None:
        yield held.slice(0, max(0, held.num_rows - read.footer_rows)), done + held_bytes


def _regular_pieces(cut, quote):
    while (piece := cut.next()) is not None:
        if not is_regular_piece(piece, quote):
            raise Irregular
        yield piece


def _in_threads(work, items):
    """Yield ``work(item)`` for each item, in their order; the first is done alone."""
    with ThreadPoolExecutor(THREADS) as threads:
        for item in items:
            yield work(item)
            break
        under_way = deque()
        for item in items:
            under_way.append(threads.submit(work, item))
            del item
            if len(under_way) > THREADS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def is_regular_piece(piece, quote):
    """Return whether each line of ``piece`` has an even number of quotes, without NULs, controls and lone CRs."""
    if b"\0" in piece or (not piece.isascii() and C1_IN_UTF8.search(piece)):
        return False
    # Counting takes longer than looking for the first, which mostly is not there.
    if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
        return False
    if not quote or quote.encode() not in piece:
        return True
    array = np.frombuffer(piece, dtype=np.uint8)
    quotes, ends = np.flatnonzero(array == ord(quote)), np.flatnonzero(array == 10)
    before = np.append(np.searchsorted(quotes, ends), len(quotes))
    return not (before % 2).any()


class _Cutter:
    """Cuts a file into pieces that end where a line ends."""

    def __init__(self, file, n_bytes):
        self.file, self.n_bytes = file, n_bytes

    def next(self):
        """Return the next piece, or None at the end of the file."""
        # Where it ends is looked up first: so the bytes are read once, and not copied.
        begin = self.file.tell()
        self.file.seek(begin + self.n_bytes)
        n_bytes = self.n_bytes + len(self.file.readline())
        self.file.seek(begin)
        piece = self.file.read(n_bytes)
        return piece if piece.endswith(b"\n") else piece.removesuffix(DOS_END) or None


def _head(path, read):
    """Return (lines above the data, cells of the widest of the first records)."""
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
    lines, end = split_lines(decoded(data, read.encoding, final=False))
    above = read.skip_rows + read.header_rows + read.skip_after_header
    dialect = Dialect.of(read.model_dump(mode="json"))
    widest = n_lines = 0
    for number, (cells, line) in enumerate(read_records(lines[:-1], end, dialect, limit=above + HEAD_RECORDS)):
        if number == above:
            n_lines = line
        if number >= above:
            widest = max(widest, len(cells))
    if not widest or end == "\r":
        raise Irregular
    return n_lines, widest


def _after_mark(file):
    """Go behind a byte order mark at the begin of ``file``; return its length."""
    if file.read(3) == b"\xef\xbb\xbf":
        return 3
    file.seek(0)
    return 0


class _Parser:
    """Lines of bytes to a table of text."""

    def __init__(self, read, width, encoding):
        self.read, self.width, self.encoding = read, width, encoding
        self.columns = [str(position) for position in range(width)]

    def table(self, piece):
        """Return the table of ``piece``, without blank records."""
        ascii_only = piece.isascii()
        if not ascii_only and self.encoding not in ("utf-8", "ascii"):
            piece = decoded(piece, self.encoding).encode("utf-8")
        quoted = bool(self.read.quote) and self.read.quote.encode() in piece
        # A quote behind a blank opens a cell for us, and none for Arrow.
        blank_before_quote = quoted and f"{self.read.delimiter} {self.read.quote}".encode() in piece
        table = None if blank_before_quote else self._by_arrow(piece, quoted, ascii_only)
        if table is None:
            table = self._by_pandas(piece)
        n_names = len(self.read.names)
        for position in range(n_names, self.width):
            if table.column(position).null_count < table.num_rows:
                raise Irregular
        table = table.select(range(n_names)).rename_columns(list(self.read.names))
        return without_blank_rows(table)

    def _by_arrow(self, piece, quoted, ascii_only):
        parse = csv.ParseOptions(delimiter=self.read.delimiter, quote_char=self.read.quote if quoted else False)
        convert = csv.ConvertOptions(
            column_types=dict.fromkeys(self.columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=not ascii_only,
        )
        reading = csv.ReadOptions(column_names=self.columns, block_size=len(piece) + 1, use_threads=False)
        try:
            return csv.read_csv(pa.BufferReader(piece), reading, parse, convert)
        except pa.ArrowInvalid:
            return None

    def _by_pandas(self, piece):
        """Read what Arrow does not: records that are too short, lines of blanks."""
        options = {"quotechar": self.read.quote} if self.read.quote else {"quoting": 3}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pd.errors.ParserWarning)
                frame = pd.read_csv(
                    io.BytesIO(piece),
                    sep=self.read.delimiter,
                    header=None,
                    names=range(self.width + 1),
                    index_col=False,
                    dtype="str",
                    keep_default_na=False,
                    na_values=[""],
                    skipinitialspace=self.read.delimiter != " ",
                    encoding="utf-8",
                    engine="c",
                    low_memory=False,
                    **options,
                )
        except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError) as error:
            raise Irregular from error
        if frame[self.width].notna().any():
            raise Irregular
        columns = [pa.chunked_array(frame[at].array.__arrow_array__()).cast(pa.string()) for at in range(self.width)]
        return pa.table(columns, names=self.columns)


def without_blank_rows(table):
    """Return a table of text without the records in which every cell is blank."""
    blank = None
    for column in table.columns:
        empty = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True)
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return table
    return table.filter(pc.invert(blank))
