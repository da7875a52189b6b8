"""Records with too few or too many cells, fitted to the table so that no cell is lost or moved unseen."""

import math
import re
from collections import Counter

from workbench.runtime.records import Repairs

SAMPLE = 500  # regular records from which the look of each column is learnt
MAX_EXTRA = 3  # with more cells too many, where the cut was is anyone's guess
MAX_EXAMPLES = 5
MAX_SHAPED = 200
SHAPES = (
    ("blank", re.compile(r"")),
    (
        "number",
        re.compile(
            r"[-+−–(]?(?:[A-Z]{0,2}[$€£¥₩₽₺₹])?\s?[-+−–]?\.?\d[\d.,'’\u00a0\u202f ]*([eE][-+]?\d+)?"
            r"\s?[%‰€£$¥₩₽₺₹]?\)?-?"
        ),
    ),
    ("date", re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")),
    ("time", re.compile(r"\d{1,2}:\d\d(:\d\d)?.*")),
    ("address", re.compile(r"(https?:|www\.|\S+@\S+\.).*", re.DOTALL)),
    ("code", re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[\w./-]{2,20}")),
    ("word", re.compile(r"\S{1,30}")),
    ("words", re.compile(r".{0,60}", re.DOTALL)),
)


def fit_records(records, width, delimiter):
    """Return (records of ``width`` cells, Repairs).

    Absent cells at the end become None. Of too many cells, blank ones at the end are dropped; where the
    delimiter stands inside a value (``59 rue de l'Abbaye, Reims``) the cells are joined again, at the blank behind
    the delimiter or else where the columns' look says so; what still does not fit is kept in the last cell.

    >>> fit_records([["1", "a"], ["2"], ["3", "b", ""]], 2, ",")[0]
    [['1', 'a'], ['2', None], ['3', 'b']]
    """
    repairs, looks = Repairs(), None
    delimiter = " " if delimiter == r"\s+" else delimiter
    fitted = []
    for number, cells in enumerate(records):
        if len(cells) > width:
            extra = len(cells) - width
            if not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]
            else:
                if looks is None:
                    looks = _looks(records, width)
                cells = _rejoined(cells, width, delimiter, looks, repairs)
                if len(repairs.examples) < MAX_EXAMPLES:
                    repairs.examples.append((number, extra))
        elif len(cells) < width:
            repairs.shorter += 1
            if len(repairs.examples) < MAX_EXAMPLES:
                repairs.examples.append((number, len(cells) - width))
            cells = [*cells, *[None] * (width - len(cells))]
        fitted.append(cells)
    return fitted, repairs


def shape(cell):
    """Return what a cell looks like.

    >>> [shape(cell) for cell in ("", "1,200.5", "2020-01-31", "MG-8769", "Reims", "59 rue de l'Abbaye")]
    ['blank', 'number', 'date', 'code', 'word', 'words']
    """
    cell = cell.strip()
    if len(cell) > MAX_SHAPED:  # the patterns are made for short cells, and could take long on others
        return "prose"
    for name, pattern in SHAPES:
        if pattern.fullmatch(cell):
            return name
    return "prose"


def _looks(records, width):
    """Return, for each column, the logarithm of the share of each shape among regular records."""
    regular = [cells for cells in records if len(cells) == width][:SAMPLE]
    looks = []
    for position in range(width):
        counts = Counter(shape(cells[position]) for cells in regular)
        total = len(regular) + len(SHAPES) + 1
        looks.append({name: math.log((counts[name] + 1) / total) for name in [*dict(SHAPES), "prose"]})
    return looks


def _rejoined(cells, width, delimiter, looks, repairs):
    extra = len(cells) - width
    joints = [at for at in range(1, len(cells)) if cells[at][:1] == " " and delimiter != " " and cells[at].strip()]
    if len(joints) == extra:
        repairs.rejoined += 1
        return _join_at(cells, joints, delimiter)
    if extra <= MAX_EXTRA and len(cells) <= 200:
        for _ in range(extra):
            cells = _best_joint(cells, delimiter, looks)
        repairs.rejoined += 1
        return cells
    repairs.overflowing += 1
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]


def _join_at(cells, joints, delimiter):
    result = [cells[0]]
    for at, cell in enumerate(cells[1:], start=1):
        if at in joints:
            result[-1] += delimiter + cell
        else:
            result.append(cell)
    return result


def _best_joint(cells, delimiter, looks):
    """Return ``cells`` with the one pair joined (or the one blank cell dropped) that fits the columns best."""
    best, best_score = None, -math.inf
    for at in range(1, len(cells)):
        left, right = cells[at - 1], cells[at]
        if not left.strip() or not right.strip():
            joined = left if left.strip() else right
        else:
            joined = left + delimiter + right
        candidate = [*cells[: at - 1], joined, *cells[at + 1 :]]
        # A candidate may still be one cell too long: only the columns both have are compared.
        score = sum(look[shape(cell)] for look, cell in zip(looks, candidate, strict=False))
        if joined is not left and joined is not right:
            score -= 0.5  # a blank too many is likelier than a value cut in two
        if score > best_score:
            best, best_score = candidate, score
    return best
