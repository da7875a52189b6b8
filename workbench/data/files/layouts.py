"""Where the table is among the records of a file: titles above it, header, units, notes below it."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from statistics import median

from workbench.data.columns.tokens import CERTAIN_TOKENS, NOT_A_VALUE, NOT_A_WORD, SPOKEN_TOKENS
from workbench.runtime.delimited import is_blank, unique_names
from workbench.runtime.widths import shape

VALUE_SHAPES = {"number", "date", "time"}
VALUE_COLUMN_SHARE = 0.7  # of a column's cells that must be numbers or dates for its header to be told by contrast
HEADER_SHARE = 0.8
BODY_SHARE = 0.35
MAX_HEADER_ROWS = 6
MAX_NAME_LENGTH = 200
LONG_NOTE = 30  # characters from which a lone text at the end is a note
UNIT = re.compile(r"\s*([\[(].{1,20}[\])]|%|°?[CFK]|[kcmµ]?[gml]|[km]?W|kWh|km/h|mph|m/s|m²|€|\$|£|USD|EUR|h|min|s)\s*")
YEAR = re.compile(r"(1[89]|20)\d\d([-/]\d\d(\d\d)?)?$")
DECIMAL = re.compile(r"\d+(\.\d+)?")
# 2.2K, 5 kg, 12,50 EUR, kr 300: values where the whole column is written so; 10 m may also be a name.
MEASURED = re.compile(
    r"[-+−–(]?(?:[^\W\d]{1,3}\.?\s?)?[-+−–]?\d[\d.,'’\u00a0\u202f ]*\s?(?:[^\W\d_]{1,4}[.²³]?|°[CF])?\)?-?|"
    r"\d{1,2}\.?[- ][^\W\d_]{3,12}\.?[- ]\d{2,4}.*|[^\W\d_]{3,12}\.? \d{1,2},? \d{4}.*|\d{4}[年년].*"
)
RULE = re.compile(r"[-=_+:| ]+")
FOOTER_START = re.compile(
    r"\s*(\*|†|\(c\)|sources?\b|quelle|notes?\b|note:|anmerkung|©|copyright|report\b|generated|created|stand:|"
    r"data from|legend|as of\b|last updated|international monetary)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    """What :class:`~workbench.specs.ReadSpec` needs to know about the records."""

    width: int
    skip_rows: int
    header_rows: int
    skip_after_header: int
    footer_rows: int
    header: tuple[str, ...]  # as it stands in the file, "" where a name is blank
    names: tuple[str, ...]  # final


def find_layout(head, tail, *, first=0):
    """Find the table among records.

    Parameters
    ----------
    head : list of list of str
        The first records of the file, blank ones too.
    tail : list of list of str
        The last records; the same list where the file is small.
    first : int
        Records to skip in any case (a ``sep=`` line).
    """
    filled = [(number, cells) for number, cells in enumerate(head) if number >= first and not is_blank(cells)]
    filled = [(number, cells) for number, cells in filled if not _is_rule(cells)] or filled
    if not filled:
        return Layout(0, first, 0, 0, 0, (), ())
    width = table_width([cells for _, cells in filled])
    body = [cells for _, cells in filled if len(cells) == width]
    body = body[-max(2, len(body) // 2) :] or [cells for _, cells in filled]
    values = _value_columns(body, width)
    typical = median(_n_filled(cells) for cells in body)
    header_at, n_above = _header(filled, width, values, typical)
    if header_at is None:
        start = _first_data(filled, width, values, typical)
        rows, skip_after = [], 0
    else:
        start = filled[header_at - n_above][0]
        last = filled[header_at][0]
        n_below = _continuation(filled, header_at, values)
        if n_below:
            last = filled[header_at + n_below][0]
        rows = head[start : last + 1]
        skip_after = _units(head, last + 1, values)
    header = _joined(rows, width)
    names = _names(header, body, width)
    data_rows = [cells for number, cells in filled if number >= start + len(rows)]
    return Layout(
        width=width,
        skip_rows=start,
        header_rows=len(rows),
        skip_after_header=skip_after,
        footer_rows=_footer(tail, data_rows, width, typical, values),
        header=tuple(header),
        names=names,
    )


def _n_filled(cells):
    return sum(bool(cell.strip()) for cell in cells)


def table_width(records):
    """Return how many cells most records have; the larger number where two are equally frequent."""
    counts = Counter(len(cells) for cells in records)
    return max(counts.items(), key=lambda item: (item[1] if item[0] > 1 else item[1] / 2, item[0]))[0]


def _value_columns(body, width):
    """Return position to whether units stand there, of the columns that hold numbers or dates."""
    columns = {}
    for position in range(width):
        cells = (cells[position].strip() for cells in body if position < len(cells))
        texts = [text for text in cells if text and text not in CERTAIN_TOKENS and text not in SPOKEN_TOKENS]
        others = [text for text in texts if shape(text) not in VALUE_SHAPES]
        n_measured = sum(bool(MEASURED.fullmatch(text)) for text in others)
        if texts and len(texts) - len(others) + n_measured >= VALUE_COLUMN_SHARE * len(texts):
            columns[position] = n_measured > 0
    return columns


def _text_share(cells, values):
    """Return the share of texts among the filled cells of value columns, or None where none is filled."""
    n_texts = n_filled = 0
    for position, has_units in values.items():
        text = cells[position].strip() if position < len(cells) else ""
        if not text or text in NOT_A_WORD or text in SPOKEN_TOKENS:
            continue
        n_filled += 1
        n_texts += shape(text) not in VALUE_SHAPES and not (has_units and MEASURED.fullmatch(text))
    return n_texts / n_filled if n_filled else None


def _is_table_row(cells, width, typical):
    if width == 1 or (len(cells) == width and all(cell.strip() for cell in cells[1:])):  # row names need no name
        return True
    return _n_filled(cells) >= 2 and _n_filled(cells) >= 0.4 * min(typical, width) and len(cells) >= 0.5 * width


def _first_data(filled, width, values, typical):
    """Return the number of the first record that looks like those of the table."""
    for number, cells in filled:
        share = _text_share(cells, values)
        alike = share <= BODY_SHARE if share is not None else _n_filled(cells) >= 0.5 * typical
        if len(cells) == width and values and alike:
            return number
    return next((number for number, cells in filled if _is_table_row(cells, width, typical)), filled[0][0])


def _header(filled, width, values, typical):
    """Return (position of the last header record in ``filled`` or None, header records above it)."""
    at = _header_by_contrast(filled, width, values, typical) if values else None
    if at is None:
        at = _header_by_form(filled, width, values, typical)
    if at is None:
        return None, 0
    above = 0
    joined = [cell.strip() for cell in filled[at][1]]
    while above < MAX_HEADER_ROWS - 1 and at - above - 1 >= 0:
        number, upper = filled[at - above - 1]
        adjacent = number == filled[at - above][0] - 1
        if not adjacent or not _goes_on(upper, filled[at][1], joined, values):
            break
        spread = _spread(upper) if _n_filled(upper) < len(upper) else upper
        joined = [f"{a.strip()} {b}".strip() for a, b in zip(spread, joined, strict=False)]
        above += 1
    return at, above


def _goes_on(upper, header, joined, values):
    """Return whether the record above a header belongs to it: the same names, names of groups, parts of names."""
    texts = [cell.strip() for cell in upper]
    if texts == [cell.strip() for cell in header]:
        return True
    named = [text for text in texts if text]
    if len(upper) != len(header) or len(named) < 2 or any(text.endswith(":") for text in named):
        return False
    years = _are_years(named) or _are_years(_over(upper, values))
    share = _text_share(upper, values)
    if share == 0 and not years:
        return False
    if not all(joined[:-1]) or len(set(joined)) < len(joined):
        return True
    # Complete names say enough: what stands over them (groups, notes) would only make them longer. Years are a part.
    return years and len(named) < len(texts) and bool(texts[0])


def _over(cells, values):
    """Return the cells of a record that stand in the columns of values: of plain ones, since M001 looks measured."""
    plain = [position for position, has_units in values.items() if not has_units] or values
    return [cells[position] for position in plain if position < len(cells)]


def _are_years(cells):
    """Return whether there are several years and nothing else: names of groups of columns."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    return len(texts) > 1 and all(YEAR.match(text) for text in texts)


def _header_by_contrast(filled, width, values, typical):
    """Return the record with texts where the columns hold values, last before the values begin."""
    header = mixed = None
    for at, (_, cells) in enumerate(filled[:100]):
        share = _text_share(cells, values)
        if share is None or _are_groups_of_years(filled, at, values):
            continue
        if share >= HEADER_SHARE:
            if header is not None and _are_units(cells, values):
                continue
            if _is_table_row(cells, width, typical) or (
                header is None and _n_filled(cells) > 1 and len(cells) >= width
            ):
                header = at
        elif share > BODY_SHARE:
            if mixed is None and _is_table_row(cells, width, typical):
                mixed = at
        elif len(cells) == width:
            following = filled[at + 1][1] if at + 1 < len(filled) else None
            years = share > 0 and _is_run(cells, years_only=True)
            if (years or (header is None and _is_run(cells))) and not (following and _is_run(following)):
                return at
            break
    return header if header is not None else mixed


def _are_groups_of_years(filled, at, values):
    """Return whether a record has years with blanks between where values stand, above one of texts."""
    cells = filled[at][1]
    over = _over(cells, values)
    spread = _are_years(cells) or (_are_years(over) and not all(cell.strip() for cell in over))
    if _n_filled(cells) == len(cells) or not spread or at + 1 == len(filled):
        return False
    return (_text_share(filled[at + 1][1], values) or 0) >= HEADER_SHARE


def _is_run(cells, years_only=False):
    """Return whether the numbers in ``cells`` count up like years or months as column names: 2000, 2001, …"""
    numbers = [cell.strip() for cell in cells if shape(cell) == "number"]
    if not cells[0].strip() and len(numbers) == len(cells) - 1 >= 3 and not years_only:
        scale = [float(text) if DECIMAL.fullmatch(text) else 0.0 for text in numbers]
        return all(a < b for a, b in itertools.pairwise(scale))  # class limits as names
    if len(numbers) < 3 or not all(text.isascii() and text.isdigit() for text in numbers):
        return False
    steps = {int(b) - int(a) for a, b in itertools.pairwise(numbers)}
    years = 1800 <= int(numbers[0]) <= 2100
    return len(steps) == 1 and steps != {0} and (years or (len(numbers) < len(cells) and not years_only))


def _header_by_form(filled, width, values, typical):
    """Return the first full record where it looks like names: complete, unlike any other, none of a value's form."""
    if values and _text_share(filled[0][1], values) is not None:
        return None
    at = next((at for at, (_, cells) in enumerate(filled) if _is_table_row(cells, width, typical)), None)
    if at is None:
        return None
    cells = [cell.strip() for cell in filled[at][1]]
    below = [other for _, other in filled[at + 1 :] if len(other) == width]
    named = [cell for cell in cells if cell]
    if (
        len(cells) != width
        or len(set(named)) < len(named)
        or _n_unnamed(cells[1:], [other[1:] for other in below]) > width / 4
    ):
        return None
    if any(len(cell) > MAX_NAME_LENGTH for cell in cells) or any(
        shape(cell) in VALUE_SHAPES and not YEAR.match(cell) for cell in cells
    ):
        return None
    repeated = codes = 0
    for position, cell in enumerate(cells):
        column = [other[position].strip() for other in below]
        repeated += bool(cell) and cell in column
        same_form = [len(other) == len(cell) and shape(other) == "code" for other in column]
        codes += shape(cell) == "code" and bool(column) and sum(same_form) > 0.9 * len(column)
    return None if repeated > 0.34 * width or codes else at


def _n_unnamed(cells, below):
    """Return how many columns that are mostly filled have no name in ``cells``."""
    return sum(
        not cell and sum(bool(other[position].strip()) for other in below) > len(below) / 2
        for position, cell in enumerate(cells)
    )


def _continuation(filled, at, values):
    """Return how many records below the header go on with it: nothing in the first column, texts over values."""
    count = 0
    while count < 2 and at + count + 1 < len(filled):
        number, cells = filled[at + count + 1]
        texts = [cell.strip() for cell in cells if cell.strip()]
        share = _text_share(cells, values)
        joins = number == filled[at + count][0] + 1 and not cells[0].strip() and share == 1.0
        if not joins or any(text in CERTAIN_TOKENS or UNIT.fullmatch(text) for text in texts):
            break
        count += 1
    return count


def _units(head, start, values):
    """Return how many records between header and data to skip: one of units, and blank ones before it."""
    for number in range(start, min(start + 3, len(head))):
        cells = head[number]
        if is_blank(cells):
            continue
        return number - start + 1 if _are_units(cells, values) or _is_rule(cells) else 0
    return 0


def _is_rule(cells):
    """Return whether a record is a line drawn under the names: ---- ----."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    return bool(texts) and all(RULE.fullmatch(text) for text in texts) and max(map(len, texts)) > 2


def _are_units(cells, values):
    """Return whether all that stands over the value columns are units: (m), °C, EUR."""
    texts = [cells[position].strip() for position in values if position < len(cells) and cells[position].strip()]
    return bool(texts) and all(UNIT.fullmatch(text) for text in texts)


def _spread(cells):
    """Return a record of group names with each name repeated over the blank cells behind it."""
    spread, current = [], ""
    for cell in cells:
        current = cell.strip() or current
        spread.append(current)
    return spread


def _joined(rows, width):
    """Return one header of several records, joined by blanks."""
    if not rows:
        return []
    if len(rows) == 1:
        cells = [cell.strip() for cell in rows[0]]
        while len(cells) > width and "" in cells[:width]:
            cells.remove("")  # a delimiter too many
        return cells
    parts = [
        _spread(row)
        if number < len(rows) - 1 and _n_filled(row) < len(row) and (row[0].strip() or _are_years(row))
        else row
        for number, row in enumerate(rows)
    ]
    longest = max(width, *(len(row) for row in rows))
    return [
        " ".join(row[position].strip() for row in parts if position < len(row) and row[position].strip())
        for position in range(longest)
    ]


def _names(header, body, width):
    """Return the final names: trailing columns without name and cells are left out."""
    used = max((position + 1 for cells in body for position in range(len(cells)) if cells[position].strip()), default=0)
    if header and len(header) == width - 1 and used == width and all(header):
        header = ["", *header]  # R writes row names without a name above them
    named = max((position + 1 for position, name in enumerate(header) if name), default=0)
    kept = max(named, min(used, width), 1)
    names = [header[position] if position < len(header) else "" for position in range(kept)]
    names = [re.sub(r"\s+", " ", name) or f"column {position + 1}" for position, name in enumerate(names)]
    return tuple(unique_names(names))


def _is_wording(cell):
    return shape(cell) in ("word", "words", "prose") and cell.strip() not in NOT_A_VALUE


def _footer(tail, data_rows, width, typical, values):
    """Return how many records at the end are notes: a text or two where the table has full rows."""
    if width < 2:
        return 0
    records = [(number, cells) for number, cells in enumerate(tail) if not is_blank(cells)]
    count, weak, n_strong = 0, False, 0
    while count < min(len(records), len(data_rows)):
        number, cells = records[-1 - count]
        texts = [cell.strip() for cell in cells if cell.strip()]
        sparse = len(texts) == 1 or (len(texts) == 2 and width >= 5)
        # Where blanks end cells, a note has as many cells as words.
        told = bool(FOOTER_START.match(" ".join(texts))) and _text_share(cells, values) in (1.0, None)
        sparse = sparse and typical >= len(texts) + 1 and not any(shape(text) in VALUE_SHAPES for text in texts)
        sparse = sparse and not any(
            has_units and position < len(cells) and MEASURED.fullmatch(cells[position].strip())
            for position, has_units in values.items()
        )
        if not sparse and not (told and values):
            break
        count += 1
        set_off = number > 0 and is_blank(tail[number - 1])
        marked = told or bool(FOOTER_START.match(texts[0])) or (len(cells) == 1 and width > 2)
        over_values = any(position < len(cells) and _is_wording(cells[position]) for position in values)
        if set_off or marked:
            n_strong = count
        weak = weak or over_values or len(texts[0]) > LONG_NOTE
    if not weak and not n_strong:
        return 0
    # Rows as empty as these are notes only where the table has none such itself.
    above = data_rows[: -count or None]
    alike = sum(_n_filled(cells) <= 2 for cells in above)
    return count if alike <= 0.01 * len(above) else n_strong
