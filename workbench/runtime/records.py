"""Delimited text to records, line by line, forgiving the quotes and delimiters that programs get wrong.

The grammar is RFC 4180 with what real files need: a quote opens only at the begin of a cell and closes only
before a delimiter or the end of the line; any other quote is a character of the text. Where the number of cells
of a record (its width) is known, a record that misses it is read again with one opening quote taken as text.
"""

import bisect
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field

MAX_LINES_IN_CELL = 5_000
MAX_REPARSES = 50
MAX_FAILURES = 100  # cells left open, beyond which a cell over many lines is no longer looked for
CHARACTERS_A_FAILURE = 100_000  # read in vain, from which a cell left open counts as two, three …
MAX_CHARACTERS_IN_VAIN = 2**24  # for one cell
MAX_LITERAL_QUOTES = 16
MAX_CELL_CHARACTERS = 2**24  # of a cell over more lines than that
LINES_COMPARED = 200  # of a cell over very many lines, that could as well be rows


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
    closings = _Closings(lines, dialect)
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
            cells, position, failed = _quoted_record(lines, start, end, dialect, width, closings, reach)
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


class _Closings:
    """The lines in which a quote can close a cell: an odd number of quotes before a delimiter or the end.

    Each line is looked at once, however many cells stay open above it.
    """

    def __init__(self, lines, dialect):
        self.lines, self.quote = lines, dialect.quote
        quote = re.escape(dialect.quote)
        edge = r"\s" if dialect.delimiter == r"\s+" else re.escape(dialect.delimiter)
        self.pattern = re.compile(rf"(?<!{quote}){quote}(?:{quote}{quote})* *(?:{edge}|\r?$)") if quote else None
        self.found, self.known = [], 0
        self.lone, self.lone_from, self.in_vain = -1, 0, -1

    def next_lone(self, start):
        """Return the first line from ``start`` with a quote that is not one of two; the number of lines for none."""
        if not self.lone_from <= start <= self.lone:
            double = 2 * self.quote
            self.lone_from = self.lone = start
            while self.lone < len(self.lines):
                line = self.lines[self.lone]
                if self.quote in line and self.quote in line.replace(double, ""):
                    break
                self.lone += 1
        return self.lone

    def between(self, start, stop):
        """Yield the positions of such lines from ``start`` to before ``stop``."""
        for position in range(max(start, self.known), stop):
            if self.quote in self.lines[position] and self.pattern.search(self.lines[position]):
                self.found.append(position)
        self.known = max(self.known, stop)
        at = bisect.bisect_left(self.found, start)
        while at < len(self.found) and self.found[at] < stop:
            yield self.found[at]
            at += 1


def _quoted_record(lines, start, end, dialect, width, closings, reach):
    """Return (cells, position of the next line, how much was tried in vain) of the record from line ``start``."""
    line = lines[start].rstrip("\r")
    cells, open_at = split_quoted(line, dialect)
    if open_at is None and (_fits(cells, width) or _lacks_cells(line, cells, dialect, width)):
        return cells, start + 1, 0
    longer, failed = None, 0
    if open_at is not None:
        longer, failed = _over_lines(lines, start, end, cells, line, open_at, dialect, closings, reach)
    if longer and _fits(longer[0], width):
        return *longer, 0
    if open_at is not None and longer is None and reach == MAX_LINES_IN_CELL:
        far = _over_very_many_lines(lines, start, end, cells, line[open_at:], dialect, closings)
        if far and len(far[0]) > 1 and _fits(far[0], width):
            return *far, 0
    if width is not None:
        for literal in range(MAX_LITERAL_QUOTES):
            other, other_open = split_quoted(line, dialect, literal=literal)
            if other_open is None and len(other) == width:
                return other, start + 1, failed
    if open_at is None:
        return cells, start + 1, 0
    if longer and len(longer[0]) <= width:
        return *longer, 0
    return _splitter(dialect)(line), start + 1, 1 + failed


def _fits(cells, width):
    """Return whether there are ``width`` cells, or more with nothing in them."""
    return width is None or len(cells) == width or (len(cells) > width and not any(map(str.strip, cells[width:])))


def _lacks_cells(line, cells, dialect, width):
    """Return whether a record is too short though all its quotes stand around cells."""
    if not dialect.quote or dialect.escape or len(cells) > width:
        return False
    quote = re.escape(dialect.quote)
    edge = r"\s" if dialect.delimiter == r"\s+" else re.escape(dialect.delimiter)
    line = line.replace(2 * dialect.quote, "")
    around = re.findall(rf"(?:^|{edge}) *{quote}|{quote}(?= *(?:{edge}|$))", line)
    return len(around) == line.count(dialect.quote) and len(around) % 2 == 0


def _over_lines(lines, start, end, cells, line, open_at, dialect, closings, reach):
    """Return (cells and next line of the record continued until its quote closes, or None; what was in vain)."""
    done, text, joined = cells[:-1], line[open_at:], start + 1
    reparses = n_read = 0
    for position in closings.between(start + 1, min(len(lines), start + reach)):
        text, joined = _joined(text, lines[joined : position + 1], end), position + 1
        more, open_again = split_quoted(text, dialect)
        reparses, n_read = reparses + 1, n_read + len(text)
        if open_again is None:
            return (done + more, position + 1), n_read // CHARACTERS_A_FAILURE
        if len(more) > 1:  # closed, and a later cell opened: go on from there
            done, text = done + more[:-1], text[open_again:]
        if reparses == MAX_REPARSES or n_read > MAX_CHARACTERS_IN_VAIN:
            break
    return None, n_read // CHARACTERS_A_FAILURE


def _joined(text, lines, end):
    """Return the text of a cell over several lines; CR LF in it becomes LF, as at the end of its first line."""
    return end.join([text, *(line.rstrip("\r") for line in lines)])


def _over_very_many_lines(lines, start, end, cells, text, dialect, closings):
    """Return (cells and next line) of a record whose open cell ends at the very next quote, or None.

    So far a stray quote would take many rows with it: what looks like rows is no cell.
    """
    stop = closings.next_lone(start + 1)
    if stop in (len(lines), closings.in_vain) or stop - start < MAX_LINES_IN_CELL:
        return None
    closings.in_vain = stop  # each stretch is joined once
    step = max(1, (stop - start) // LINES_COMPARED)
    alike = Counter(line.count(dialect.delimiter) for line in lines[start + 1 : stop : step])
    n_delimiters, often = alike.most_common(1)[0]
    if n_delimiters and 2 * often > alike.total():
        return None
    if sum(map(len, lines[start:stop])) > MAX_CELL_CHARACTERS:
        return None
    more, open_again = split_quoted(_joined(text, lines[start + 1 : stop + 1], end), dialect)
    return (cells[:-1] + more, stop + 1) if open_again is None else None


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
