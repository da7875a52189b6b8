"""Columns of fixed width, found by the blanks that go through all lines of a table."""

import itertools
import re
from collections import Counter

MIN_LINES = 4
FEW_LINES = 8  # with fewer lines, one blank through all of them may be chance
MAX_LINES = 300
MAX_LENGTH = 5_000  # characters of a line
MAX_ABOVE, MAX_BELOW = 10, 4
TRIM_COST = 0.34  # of a column, for each line at the begin or end that is left out of the search
EDGE_LINES, MIN_STARTS = 60, 0.6
MAX_CROSSING = 0.5  # of the lines of a table with gaps that may go over the edges of its columns
MARK = re.compile(r"^[|;,]|[|;,]$")
RULES = set("-=_ +|")


def find_widths(lines):
    """Return the number of characters of each column, or () where no blanks go through the lines.

    Titles above the table and notes below it may cross the columns; the last column reaches to the end of the line.

    >>> find_widths(["name    n", "Ann     1", "Bob Lee 2", "Cy Day  3", "Di      4"])
    (8, 1)
    """
    texts = [line.rstrip() for line in lines[:MAX_LINES]]
    texts = [text for text in texts if text and not set(text) <= RULES]
    if len(texts) < MIN_LINES or max(map(len, texts)) > MAX_LENGTH or any("\t" in text for text in texts):
        return ()
    best, best_score = (), 1.0
    whole = [_filled(text) for text in texts]
    for above in range(min(MAX_ABOVE, len(texts) // 2) + 1):
        for below in range(min(MAX_BELOW, (len(texts) - above) // 3) + 1):
            stop = len(texts) - below
            if stop - above < MIN_LINES:
                break
            runs = _runs(whole[above:stop])
            starts = _under_names([start for start, _ in _joined(runs, texts[above:stop])], texts[above:stop])
            score = len(starts) - TRIM_COST * (above + below)
            if score > best_score + 1e-9 and not (above and _is_header(whole[above - 1], runs)):
                best, best_score = starts, score
    if len(best) < 2 or _has_marks(best, texts):
        return ()
    end = max(map(len, texts))
    return tuple(stop - start for start, stop in zip((0, *best[1:]), (*best[1:], end), strict=True))


def with_whole_titles(records, widths):
    """Return the cells of (cells, line) pairs; a title or note that goes over the columns stays one cell."""
    edges = list(itertools.accumulate(widths))[:-1]
    crossing = [any(len(line) > at and line[at - 1 : at + 1].isalnum() for at in edges) for _, line in records]
    if sum(crossing) > MAX_CROSSING * len(records):  # columns without gaps
        return [cells for cells, _ in records]
    return [[line.strip()] if over else cells for (cells, line), over in zip(records, crossing, strict=True)]


def _has_marks(starts, texts):
    """Return whether the cells of a column begin or end with a delimiter: then the blanks are only around it."""
    cells = [[text[a:b].strip() for a, b in itertools.pairwise((*starts, None))] for text in texts]
    columns = zip(*cells, strict=True)
    return any(sum(bool(MARK.search(cell)) for cell in column) > 0.5 * len(texts) for column in columns)


def _filled(text):
    """Return the positions that are not blank, as the bits of one number."""
    return sum(1 << at for at, character in enumerate(text) if not character.isspace())


def _runs(filled):
    """Return (begin, end) of the runs of positions that are filled in some line."""
    union = 0
    for bits in filled:
        union |= bits
    text = f"{union:b}"[::-1]
    return [match.span() for match in re.finditer("1+", text)]


def _is_header(bits, runs):
    """Return whether a line above stands over the columns: it touches most of them, and crosses one gap at most."""
    over = sum(bool(bits >> start & (1 << stop - start) - 1) for start, stop in runs)
    gaps = [(stop, start) for (_, stop), (start, _) in itertools.pairwise(runs)]
    crossed = sum((bits >> start & (1 << stop - start) - 1).bit_count() == stop - start for start, stop in gaps)
    return over >= max(2, len(runs) / 2) and crossed <= 1 and over > crossed + 1


def _joined(runs, texts):
    """Return the runs with those joined that are words of one column: one blank apart, and no name over the second."""
    n_named = [sum(bool(text[start:stop].strip()) for start, stop in runs) for text in texts[:2]]
    header = texts[0] if n_named[0] >= 0.6 * len(runs) or n_named[0] > n_named[1] else texts[1]
    result = runs[:1]
    for start, stop in runs[1:]:
        gap = start - result[-1][1]
        named = bool(header[start:stop].strip()) and bool(header[result[-1][0] : result[-1][1]].strip())
        if gap == 1 and (not named or (len(texts) < FEW_LINES and _is_prose(texts, result[-1], (start, stop)))):
            result[-1] = (result[-1][0], stop)
        else:
            result.append((start, stop))
    return result


def _under_names(starts, texts):
    """Return ``starts`` and those where a name begins, and under it a cell begins though the one before is full."""
    names = [match.start() for match in re.finditer(r"(?<=\s)\S|^\S", texts[0])]
    body = texts[1 : 1 + EDGE_LINES]
    if len(names) <= len(starts) or len(body) < MIN_LINES - 1:
        return starts
    found = {
        at
        for at in names
        if all(_is_edge(text, at) for text in body)
        and sum(bool(text[at : at + 1].strip()) for text in body) > MIN_STARTS * len(body)
    }
    return sorted(found.union(starts))


def _is_edge(text, at):
    """Return whether a cell may end before ``at``: a blank there, or a digit beside a letter."""
    left, right = text[at - 1 : at], text[at : at + 1]
    if not left.strip() or not right.strip():
        return not left.strip()
    return _kind(left) != _kind(right) or (left.islower() and right.isupper())


def _kind(character):
    return "digit" if character.isdigit() or character in "+-.,%" else "letter" if character.isalpha() else character


def _is_prose(texts, left, right):
    """Return whether both sides of a blank are words in all lines but the first."""
    sides = [Counter(text[start:stop].strip().isalpha() for text in texts[1:]) for start, stop in (left, right)]
    return all(side[True] > side[False] for side in sides)
