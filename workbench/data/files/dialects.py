"""Delimiter, quote and escape of delimited text, found by what makes the most regular table.

The score of a delimiter is the regularity of the records it makes times the share of cells that look like values,
after van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns",
Data Mining and Knowledge Discovery 33 (2019).
"""

import itertools
import re
from collections import Counter
from dataclasses import replace

from workbench.data.files.fixed_width import find_widths
from workbench.runtime.records import Dialect, read_records
from workbench.runtime.widths import shape

SAMPLE_RECORDS = 300
# (delimiter, weight): blanks and colons stand in ordinary text, dates and times.
DELIMITERS = (
    (",", 1.0),
    (";", 1.0),
    ("\t", 1.0),
    ("|", 1.0),
    ("::", 1.0),
    ("||", 1.0),
    ("~", 0.95),
    ("^", 0.95),
    ("\x1f", 1.0),
    ("\x01", 1.0),
    ("§", 0.9),
    (":", 0.6),
    (r"\s+", 0.7),
    (" ", 0.7),
)
DELIMITER_WORDS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    ":": "colon",
    r"\s+": "blank",
    " ": "blank",
    "::": "double-colon",
}
SHAPE_SCORES = {"words": 0.75, "prose": 0.6, "blank": 0.8}
WHITE = (r"\s+", " ")
PADDED_SHARE = 0.5  # of the lines that must hold several blanks in a row where columns have fixed widths
N_ABOVE = 12  # lines in which the names of the columns stand
WHITE_AHEAD = 1.3
PROSE_BEHIND = 0.5
DECIMAL_BEHIND = 0.7  # where a comma only stands in numbers, the table it makes is chance
TABLE_SCORE = 0.25  # from here another delimiter makes a table
MIN_SCORE = 0.12  # less regular than this is one column of text
MIN_RULE, MARK_LENGTH = 20, 5  # characters of a drawn line, and how many of them tell it
TIME = re.compile(r"(?:^|[ T])\d{1,2}:\d\d(:\d\d([.]\d+)?)?$")
DECIMALS = re.compile(r"[-+−(]?[€$£]?(\d{1,3}([.'’\u00a0]\d{3})*|\d*),\d+([KM%€]|[A-Z]{3})?[)-]?")
SEP_LINE = re.compile(r'^"?sep=(.+?)"?\s*$', re.IGNORECASE)


def detect_dialect(lines, end):
    """Return (Dialect, lines to skip for a ``sep=`` line) for the first lines of a file."""
    if lines and (declared := SEP_LINE.match(lines[0].rstrip("\r"))):
        delimiter = declared.group(1).replace("\\t", "\t")
        dialect = _with_escape(Dialect(delimiter=delimiter, quote=_quote(lines[1:], delimiter)), lines[1:])
        return _with_comment(dialect, lines[1 : 4 * SAMPLE_RECORDS], end), 1
    sample = lines[: 4 * SAMPLE_RECORDS]
    best, best_score, best_records = Dialect(), MIN_SCORE, []
    text = "\n".join(sample)
    for delimiter, weight in DELIMITERS:
        if (delimiter != r"\s+" and delimiter not in text) or _is_always_doubled(text, delimiter):
            continue
        dialect = _with_escape(Dialect(delimiter=delimiter, quote=_quote(sample, delimiter)), sample)
        records = [cells for cells, _ in read_records(sample, end, dialect, limit=SAMPLE_RECORDS) if cells]
        score = weight * regularity(records)
        if delimiter in WHITE and not _has_values(records):
            score *= PROSE_BEHIND
        # Words have blanks in any table: only where nothing else makes one are they delimiters.
        words = delimiter in WHITE and best.delimiter not in WHITE and best_score > TABLE_SCORE
        ahead = WHITE_AHEAD if words else 1.0
        if best.delimiter == "," and best_score > MIN_SCORE and _is_decimal_mark(records, best_records):
            ahead = DECIMAL_BEHIND
        if score > ahead * best_score + 1e-9:
            best, best_score, best_records = dialect, score, records
    if widths := _widths(sample, end, best, best_score):
        return Dialect(quote="", widths=widths, comment=_rule_mark(sample)), 0
    if best_score == MIN_SCORE:
        best = replace(best, quote=_quote(sample, ","))
    return _with_comment(best, sample, end), 0


def _widths(lines, end, best, best_score):
    """Return the widths of the columns where the blanks that go through the lines tell more than a delimiter."""
    lines = [line for line in lines if line.strip()]
    padded = sum("  " in line.strip() or line.endswith("  ") for line in lines)
    quoted = sum('"' in line for line in lines)  # who pads cells does not quote them
    if padded < PADDED_SHARE * len(lines) or quoted > PADDED_SHARE * len(lines):
        return ()
    counts = Counter(len(cells) for cells, _ in read_records(lines, end, best, limit=SAMPLE_RECORDS))
    n_columns, count = max(counts.items(), key=lambda item: item[1])
    regular = best_score > MIN_SCORE and best.delimiter in WHITE and count >= 0.99 * counts.total() - 1
    widths = find_widths(lines)
    if regular and not (len(widths) < n_columns and any(len(line.split()) == len(widths) for line in lines[:N_ABOVE])):
        return ()  # every line has the same number of words, and no line of names speaks against it
    if best_score > TABLE_SCORE and best.delimiter not in WHITE and len(widths) <= n_columns:
        return ()
    return widths


def _is_always_doubled(text, delimiter):
    """Return whether a mark of one character stands only in pairs: then the pair is the delimiter."""
    if len(delimiter) != 1 or delimiter.isspace() or 2 * delimiter not in text:
        return False
    double = re.escape(2 * delimiter)
    return not re.search(
        f"(?<!{re.escape(delimiter)}){re.escape(delimiter)}(?!{re.escape(delimiter)})", re.sub(double, "\0", text)
    )


def _has_values(records):
    """Return whether some column is mostly numbers, dates or codes: words alone are prose."""
    width = Counter(map(len, records)).most_common(1)[0][0] if records else 0
    rows = [cells for cells in records if len(cells) == width][:100]
    kinds = (Counter(shape(cells[position]) for cells in rows) for position in range(width))
    return any(sum(kind[name] for name in ("number", "date", "time", "code")) > 0.5 * len(rows) for kind in kinds)


def _is_decimal_mark(records, by_comma):
    """Return whether a comma stands only in numbers, so that the table it makes (``by_comma``) is chance.

    Times speak for that table: 12:30,5 is cut at the comma.
    """
    holding = [cell for cells in records for cell in cells if "," in cell]
    if not holding or sum(bool(DECIMALS.fullmatch(cell.strip())) for cell in holding) < 0.9 * len(holding):
        return False
    columns = itertools.zip_longest(*by_comma[:100], fillvalue="")
    return not any(sum(bool(TIME.search(cell)) for cell in column) > 0.8 * len(column) for column in columns)


def regularity(records):
    """Return 0 to 1: how regular and how value-like ``records`` are."""
    if not records:
        return 0.0
    counts = Counter(len(cells) for cells in records)
    pattern = sum((n / len(records)) ** 2 * (width - 1) / width for width, n in counts.items())
    if not pattern:
        return 0.0
    width, _ = max(counts.items(), key=lambda item: (item[1], item[0]))
    cells = [cell for record in records if len(record) == width for cell in record][:6000]
    if not cells:
        return 0.0
    return pattern * sum(map(_cell_score, cells)) / len(cells)


def _cell_score(cell):
    kind = shape(cell)
    score = SHAPE_SCORES.get(kind, 1.0)
    if kind in ("words", "prose", "word"):
        if ";" in cell or "\t" in cell or "|" in cell:
            score *= 0.4
        elif cell.count('"') % 2:
            score *= 0.3
        elif re.search(r",\S", cell):
            score *= 0.6
    return score


def _quote(lines, delimiter):
    """Return the quote: a single one only where cells stand between such and never between double ones."""
    edge = r"\s" if delimiter == r"\s+" else re.escape(delimiter)
    text = "\n".join(line.rstrip("\r") for line in lines)
    if re.search(rf'(?:^|{edge})\s?"', text, re.MULTILINE):
        return '"'
    pair = rf"(?:^|{edge})'[^'\n]*'(?=\s|{edge}|$)"
    single = len(re.findall(pair, text, re.MULTILINE)) if "'" in text else 0
    return "'" if single > 2 and 2 * single >= len(lines) else '"'


def _with_escape(dialect, lines):
    if not any("\\" in line for line in lines):
        return dialect
    edge = re.escape(dialect.delimiter) if dialect.delimiter != r"\s+" else r"\s"
    quote = re.escape(dialect.quote)
    end_of_cell = rf"\s*(?:{edge}|\r?$)"
    # An escaped quote stands inside a cell, or just before its closing quote; a backslash may also end a cell.
    escaped = re.compile(rf"\\{quote}(?!{quote})(?!{end_of_cell})|\\{quote}(?={quote}{end_of_cell})")
    against = re.compile(rf"\\{quote}(?={end_of_cell})|[^{quote}]{quote}{quote}(?!{quote}|{end_of_cell})")
    inside = sum(len(escaped.findall(line)) for line in lines)
    outside = sum(len(against.findall(line)) for line in lines)
    return replace(dialect, escape="\\") if inside > outside else dialect


def _rule_mark(lines):
    """Return how the lines begin that reports draw between their rows, or "" where there are not several of them."""
    drawn = [line.strip() for line in lines if len(line.strip()) >= MIN_RULE and len({*line.strip()} - {" "}) == 1]
    marks = {line[:MARK_LENGTH] for line in drawn if line[0] in "-=_"}
    # Each has to begin at the edge, where the mark is looked for.
    return marks.pop() if len(marks) == 1 and len(drawn) > 1 and not any(line[:1] == " " for line in lines) else ""


def _with_comment(dialect, lines, end):
    """Return ``dialect`` with a comment mark where such lines stand between the records."""
    records = [cells for cells, _ in read_records(lines, end, dialect, limit=SAMPLE_RECORDS) if cells]
    if not records:
        return dialect
    width, _ = Counter(len(cells) for cells in records).most_common(1)[0]
    for mark in ("#", "%", "//", "-" * MARK_LENGTH, "=" * MARK_LENGTH):
        marked = [number for number, cells in enumerate(records) if cells[0].startswith(mark)]
        odd = [number for number in marked if len(records[number]) != width]
        first = next((number for number, cells in enumerate(records) if len(cells) == width), 0)
        if odd and len(odd) == len(marked) and odd[-1] > first and len(odd) < len(records) / 2:
            return replace(dialect, comment=mark)
    return dialect
