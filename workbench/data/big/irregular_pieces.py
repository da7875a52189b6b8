"""Big irregular text in pieces of bounded memory: line ends inside cells, odd quotes, any encoding and line end.

Text that is not UTF-8 with LF is written anew first. Each piece ends behind a record: where its quotes stand as in
RFC 4180 it is cut and read by Arrow; any other piece goes through the forgiving reader of ``runtime.records``.
"""

import codecs
import contextlib
import re
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from workbench.data.big.text_pieces import DOS_END, Irregular, without_blank_rows
from workbench.runtime.delimited import C1_IN_UTF8, cleaned, codecs_name, decoded, is_blank, not_in_encoding
from workbench.runtime.records import MAX_LINES_IN_CELL, Dialect, read_records, split_lines
from workbench.runtime.widths import MAX_EXAMPLES, fit_records

PIECE_BYTES = 2**24
MAX_PIECE_BYTES = 2**26  # where a cell is longer than a piece
CHUNK_BYTES = 2**23
LONE_CR = re.compile(r"\r(?!\n)")
ANY_END = re.compile(r"\r\n|\r")


def irregular_pieces(path, read, repairs, *, then=lambda table: table, piece_bytes=None):
    """Yield (table, share of the file that is done) for the pieces of delimited or fixed-width text.

    Parameters
    ----------
    path : pathlib.Path
        Not compressed.
    read : ReadSpec
        With names.
    repairs : Repairs
        Gets what had to be done to records of another width.
    then : callable
        What is done to each table before it is yielded.
    piece_bytes : int, optional

    Yields
    ------
    tuple of (pyarrow.Table, float)
        As :func:`workbench.data.big.text_pieces.text_pieces` yields tables.

    Raises
    ------
    Irregular
        The rules have no names, or cells run on for more than a piece can hold.
    """
    if not read.names:
        raise Irregular
    with _plain(path, read.encoding) as plain:
        held, done, pieces = None, 0.0, _Pieces(read, repairs)
        for table, done in _tables(plain, pieces, piece_bytes or PIECE_BYTES):
            # Notes below the table are among the last records: so many are held back.
            held = table if held is None else pa.concat_tables([held, table])
            if (n_rows := held.num_rows - read.footer_rows) > 0:
                yield then(held.slice(0, n_rows)), done
                held = held.slice(n_rows)
        if held is not None and held.num_rows > pieces.n_below:
            yield then(held.slice(0, held.num_rows - pieces.n_below)), done


@contextlib.contextmanager
def _plain(path, encoding):
    """Yield ``path``, or the path of the same text in UTF-8 with LF where it is anything else."""
    decoded(b"", encoding)  # tells of an encoding that there is none
    any_end = any(LONE_CR.search(text) for text in _texts(path, encoding))
    if not any_end and codecs_name(encoding) in ("utf-8", "ascii") and not _has_controls(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        plain = Path(folder) / "text"
        with plain.open("w", encoding="utf-8", newline="") as file:
            for text in _texts(path, encoding):
                file.write(ANY_END.sub("\n", text) if any_end else text)
        yield plain


def _has_controls(path):
    """Return whether a file holds NULs, or controls that stand for quotes."""
    with path.open("rb") as file:
        return any(
            b"\0" in data or (not data.isascii() and C1_IN_UTF8.search(data))
            for data in iter(lambda: file.read(CHUNK_BYTES), b"")
        )


def _texts(path, encoding):
    """Yield the text of a file in parts, none of which ends between CR and LF."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    n_lines, rest, is_first = 0, "", True
    with path.open("rb") as file:
        while True:
            data = file.read(CHUNK_BYTES)
            try:
                text = decoder.decode(data, not data)
            except UnicodeDecodeError as error:
                raise not_in_encoding(encoding, n_lines + data.count(b"\n", 0, error.start) + 1) from error
            n_lines += data.count(b"\n")
            if is_first and text:
                text, is_first = text.removeprefix("\ufeff"), False
            text = rest + cleaned(text)
            rest = "\r" if data and text.endswith("\r") else ""
            yield text.removesuffix(rest) if rest else text
            if not data:
                return


def _tables(path, pieces, n_bytes):
    """Yield (table, share of the file that is done)."""
    size, most = path.stat().st_size, n_bytes
    with path.open("rb") as file:
        rest = file.read(len(codecs.BOM_UTF8)).removeprefix(codecs.BOM_UTF8)
        while data := rest + file.read(max(1, most - len(rest))):
            last = file.tell() >= size
            if last:
                data = data.removesuffix(DOS_END)
            if not data:
                return
            table, n_used = pieces.read(data, last)
            if table is not None and table.num_rows:
                yield table, 1 - (size - file.tell() + len(data) - n_used) / size
            if not n_used and (last or most >= MAX_PIECE_BYTES):
                raise Irregular
            most = n_bytes if n_used else min(4 * most, MAX_PIECE_BYTES)
            rest = data[n_used:]


class _Pieces:
    """Bytes of UTF-8 to tables of text."""

    def __init__(self, spec, repairs):
        self.names, self.repairs = list(spec.names), repairs
        self.dialect = Dialect.of(spec.model_dump(mode="json"))
        self.n_above = spec.skip_rows + spec.header_rows + spec.skip_after_header  # records still to come
        self.n_below = spec.footer_rows  # records that are still to be left out
        self.n_rows = 0
        marks = self.dialect.delimiter + self.dialect.quote
        plain = len(self.dialect.delimiter) == 1 and marks.isascii() and not self.dialect.comment
        self.by_arrow = plain and not self.dialect.escape and not self.dialect.widths

    def read(self, data, last):
        """Return (table or None, bytes used) of the records at the begin of ``data``."""
        if not self.by_arrow or self.n_above or not (end := self._strict_end(data, last)):
            return self._forgiving(data, last, last)
        piece = data[:end]
        table = self._arrow_table(piece.replace(b"\r\n", b"\n"))  # in cells too
        if table is None:
            return self._forgiving(piece, True, last and end == len(data))
        self.n_rows += table.num_rows
        return table, end

    def _strict_end(self, data, last):
        """Return where the last record ends, or 0 where a quote stands where RFC 4180 has none."""
        array = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(array == 10)
        quotes = np.flatnonzero(array == ord(self.dialect.quote)) if self.dialect.quote else ends[:0]
        if last and len(quotes) % 2 == 0:
            stop = len(data)
        else:
            outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
            stop = int(outside[-1]) + 1 if len(outside) else 0
        quotes = quotes[: np.searchsorted(quotes, stop)]
        edges = np.array([ord(self.dialect.delimiter), 10, 13], dtype=np.uint8)
        around = np.append(edges, ord(self.dialect.quote or "\n"))
        before = quotes[::2][quotes[::2] > 0] - 1
        behind = quotes[1::2][quotes[1::2] < len(data) - 1] + 1
        return stop if np.isin(array[before], around).all() and np.isin(array[behind], around).all() else 0

    def _arrow_table(self, piece):
        """Return the table of a piece that is as RFC 4180 says, or None where a record has another width."""
        names = [str(place) for place in range(len(self.names))]
        parse = csv.ParseOptions(
            delimiter=self.dialect.delimiter, quote_char=self.dialect.quote or False, newlines_in_values=True
        )
        convert = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        )
        reading = csv.ReadOptions(column_names=names, block_size=len(piece) + 1, use_threads=False)
        try:
            table = csv.read_csv(pa.BufferReader(piece), reading, parse, convert)
        except pa.ArrowInvalid:
            return None
        return without_blank_rows(table.rename_columns(self.names))

    def _forgiving(self, data, last, at_end):
        """Read records as far as the lines behind them tell where they end."""
        lines, end = split_lines(data[: len(data) if last else data.rfind(b"\n") + 1].decode())
        until = len(lines) if last else len(lines) - min(MAX_LINES_IN_CELL, len(lines) // 2)
        records, above = [], self.n_above
        for cells, line in read_records(lines, end, self.dialect, width=len(self.names)):
            if line >= until or (above and not self.n_above and self.by_arrow):
                break
            if self.n_above:
                self.n_above -= 1
            elif not is_blank(cells):
                records.append(cells)
        else:
            if at_end and (n_below := min(self.n_below, len(records))):
                self.n_below -= n_below
                del records[len(records) - n_below :]
            return self._fitted(records), len(data) if last else len("\n".join([*lines, ""]).encode())
        return self._fitted(records), len("\n".join([*lines[:line], ""]).encode())

    def _fitted(self, records):
        if not records:
            return None
        rows, repairs = fit_records(records, len(self.names), self.dialect.delimiter)
        for kind in ("shorter", "rejoined", "overflowing"):
            setattr(self.repairs, kind, getattr(self.repairs, kind) + getattr(repairs, kind))
        room = MAX_EXAMPLES - len(self.repairs.examples)
        self.repairs.examples += [(self.n_rows + number, extra) for number, extra in repairs.examples[:room]]
        self.n_rows += len(rows)
        columns = [pa.array([cell or None for cell in cells], pa.string()) for cells in zip(*rows, strict=True)]
        return pa.table(columns, names=self.names)
