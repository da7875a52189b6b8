"""Delimited text to records, line by line, forgiving the quotes and delimiters that programs get wrong.

The grammar is RFC 4180 with what real files need: a quote opens only at the begin of a cell and closes only
before a delimiter or the end of the line; any other quote is a character of the text. Where the number of cells
of a record (its width) is known, a record that misses it is read again with one opening quote taken as text.
"""

import itertools
import re
from dataclasses import dataclass, field

MAX_LINES_IN_CELL = 5_000
MAX_REPARSES = 50
MAX_FAILURES = 100  # cells left open, beyond which a cell over many lines is no longer looked for
MAX_LITERAL_QUOTES = 16


@dataclass
class Repairs:
    """What had to be done to fit records to the table's width; the numbers of records."""

    shorter: int = 0  # cells absent at the end
    rejoined: int = 0  # one cell had been cut by a delimiter inside it, or an empty cell was too many
    overflowing: int = 0  # too many cells, kept together in the last one
    examples: list = field(default_factory=list)  # positions among the data records


@dataclass(frozen=True)
class Dialect:
    """How lines become cells."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    comment: str = ""
    widths: tuple = ()

    @classmethod
    def of(cls, read):
        """Return the dialect in the JSON of a ``ReadSpec``."""
        fixed = read.get("format") == "fixed_width"
        return cls(
            delimiter=read.get("delimiter", ","),
            quote="" if fixed else read.get("quote", '"'),
            escape=read.get("escape", ""),
            comment=read.get("comment", ""),
            widths=tuple(read.get("widths", ())) if fixed else (),
        )


def split_lines(text):
    """Return (lines, line end): lines end at LF (a CR before it stays), or at CR; where both are used, at any."""
    n_cr = text.count("\r")
    end = "\n" if not n_cr or "\n" in text else "\r"
    mixed = end == "\n" and n_cr != text.count("\r\n")
    lines = re.split(r"\r\n|\n|\r", text) if mixed else text.split(end)
    if lines and lines[-1] in ("", "\x1a"):  # \x1a: the end-of-file mark of DOS
        lines.pop()
    return lines, end


def read_records(lines, end, dialect, *, width=None, limit=None):
    """Yield (cells, first line) for each record; a blank line is a record without cells.

    Parameters
    ----------
    lines : list of str
    end : str
        What stood between the lines, for cells that hold line ends.
    dialect : Dialect
    width : int, optional
        Cells per record, where known.
    limit : int, optional
        Stop after so many records.
    """
    position = n_yielded = 0
    split = _splitter(dialect)
    quote, escape = dialect.quote, dialect.escape
    closing = _closing(dialect)
    failures = 0
    while position < len(lines) and n_yielded != limit:
        line = lines[position].rstrip("\r")
        start = position
        position += 1
        if dialect.comment and line.startswith(dialect.comment):
            continue
        n_yielded += 1
        if not line or line.isspace():
            yield [], start
        elif (quote and quote in line) or (escape and escape in line):
            reach = MAX_LINES_IN_CELL if failures < MAX_FAILURES else 3
            cells, position, failed = _quoted_record(lines, start, end, dialect, width, closing, reach)
            failures += failed
            yield cells, start
        else:
            yield split(line), start


def _splitter(dialect):
    if dialect.widths:
        edges = [0]
        for characters in dialect.widths:
            edges.append(edges[-1] + characters)
        edges[-1] = None
        return lambda line: [line[a:b].strip() for a, b in itertools.pairwise(edges)]
    if dialect.delimiter == r"\s+":
        return str.split
    return lambda line: line.split(dialect.delimiter)


def _closing(dialect):
    """Return the pattern of a quote that can close a cell: an odd number of quotes before a delimiter or the end."""
    if not dialect.quote:
        return None
    quote = re.escape(dialect.quote)
    edge = r"\s" if dialect.delimiter == r"\s+" else re.escape(dialect.delimiter)
    return re.compile(rf"(?<!{quote}){quote}(?:{quote}{quote})* *(?:{edge}|\r?$)")


def _quoted_record(lines, start, end, dialect, width, closing, reach):
    """Return (cells, position of the next line, whether a cell was left open) of the record from line ``start``."""
    line = lines[start].rstrip("\r")
    cells, open_at = split_quoted(line, dialect)
    if open_at is None and (width is None or len(cells) == width):
        return cells, start + 1, False
    longer = None
    if open_at is not None:
        longer = _over_lines(lines, start, end, cells, line, open_at, dialect, closing, reach)
    if longer and (width is None or len(longer[0]) == width):
        return *longer, False
    if width is not None:
        for literal in range(MAX_LITERAL_QUOTES):
            other, other_open = split_quoted(line, dialect, literal=literal)
            if other_open is None and len(other) == width:
                return other, start + 1, False
    if open_at is None:
        return cells, start + 1, False
    if longer and len(longer[0]) <= width:
        return *longer, False
    return _splitter(dialect)(line), start + 1, True


def _over_lines(lines, start, end, cells, line, open_at, dialect, closing, reach):
    """Return (cells, next line) of the record continued over the next lines until its quote closes, or None."""
    done, parts = cells[:-1], [line[open_at:]]
    reparses = 0
    for position in range(start + 1, min(len(lines), start + reach)):
        parts.append(lines[position])
        if dialect.quote not in lines[position] or not closing.search(lines[position]):
            continue
        reparses += 1
        tail = end.join(parts).rstrip("\r")
        more, open_again = split_quoted(tail, dialect)
        if open_again is None:
            return done + more, position + 1
        if len(more) > 1:  # closed, and a later cell opened: go on from there
            done, parts = done + more[:-1], [tail[open_again:]]
        if reparses == MAX_REPARSES:
            return None
    return None


def split_quoted(line, dialect, *, literal=None):
    """Return (cells, begin of the cell whose quote stays open or None) of one line.

    ``literal`` is the number (from 0) of the opening quote to take as a character of the text.

    >>> split_quoted('a,"b ""c"", d",e"f', Dialect())
    (['a', 'b "c", d', 'e"f'], None)
    """
    delimiter, quote, escape = dialect.delimiter, dialect.quote, dialect.escape
    white = delimiter == r"\s+"
    cells, begin, n_openings, length = [], 0, 0, len(line)
    while True:
        at = begin
        while at < length and line[at] == " " and delimiter != " ":
            at += 1
        if white and at == length:
            return cells, None
        opens = bool(quote) and at < length and line[at] == quote
        if opens:
            n_openings += 1
        if opens and n_openings - 1 != literal:
            cell, stop = _quoted_cell(line, at + 1, quote, escape, delimiter)
            cells.append(cell)
            if stop is None:
                return cells, begin
        else:
            stop = _cell_end(line, at if white else begin, delimiter, escape)
            cell = line[at if white else begin : stop]
            cells.append(_unescaped(cell, escape) if escape and escape in cell else cell)
        if stop >= length:
            return cells, None
        begin = stop + 1 if white else stop + len(delimiter)


def _quoted_cell(line, at, quote, escape, delimiter):
    """Return (text, position of the delimiter behind it); position None where the quote does not close."""
    parts, length = [], len(line)
    while True:
        stop = line.find(quote, at)
        if escape and 0 <= (escaped := line.find(escape, at)) < (stop if stop >= 0 else length):
            parts.append(line[at:escaped] + line[escaped + 1 : escaped + 2])
            at = escaped + 2
            continue
        if stop < 0:
            return "".join(parts) + line[at:], None
        parts.append(line[at:stop])
        behind = stop + 1
        while behind < length and line[behind] == " " and delimiter != " ":
            behind += 1
        if delimiter == r"\s+" and (behind >= length or line[stop + 1].isspace()):
            return "".join(parts), stop + 1
        if behind >= length or line.startswith(delimiter, behind):
            return "".join(parts), behind
        parts.append(quote)
        at = stop + 2 if line[stop + 1] == quote else stop + 1


def _cell_end(line, at, delimiter, escape):
    if delimiter == r"\s+":
        found = re.compile(r"\s").search(line, at)
        return found.start() if found else len(line)
    while True:
        stop = line.find(delimiter, at)
        if stop < 0:
            return len(line)
        if not escape or stop == 0 or line[stop - 1] != escape:
            return stop
        at = stop + len(delimiter)


def _unescaped(cell, escape):
    return re.sub(re.escape(escape) + r"(.)", r"\1", cell)
