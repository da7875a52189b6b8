"""Names and values of the data as they may stand on a page: escaped, on one line, cut, and unable to turn its text."""

import re
from collections.abc import Iterable
from html import escape

from workbench.profiling.wording import figure

LONGEST_NAME, LONGEST_VALUE = 48, 48  # characters before the middle of a name, or the end of a value, is cut
LONGEST_HINT = 300  # characters of a cut name or value that are shown when the pointer rests on it
LONGEST_SENTENCE = 1_500

# Embeddings, overrides and isolates turn the direction of what comes after them. Plain marks (U+200E, U+200F) and
# joiners, which emoji and several scripts are made of, do no harm.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# HTML forbids control characters even when escaped; Unicode has a picture of each of the first 32, and of delete.
PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}
# Where a long name may go on in the next line, so that a narrow table cuts none inside a word: behind marks, before
# the humps of camelCase, and anywhere once a run of letters is this long.
SEAMS = re.compile(r"(?<=[_./:;|-])(?=[^\W\d_])|(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=\w{16})(?=\w)")
UNSHOWABLE = re.compile(f"[{TURNING}\u0080-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: object) -> str:
    """Return text on one line, without anything that a page cannot show.

    >>> clean("one\\n two\\x00"), clean("a\u202eb\\ud800")
    ('one two␀', 'a�b�')
    """
    line = " ".join(str(text).split())
    return UNSHOWABLE.sub("\ufffd", line).translate(PICTURES)


def cut_inside(text: str, limit: int) -> str:
    """Return text cut in the middle where it is too long: long names mostly differ at their end.

    >>> cut_inside("Average use per household in district 12", 21)
    'Average us…istrict 12'
    """
    half = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:half].rstrip()}…{text[-half:].lstrip()}"


def name(text: object, limit: int = LONGEST_NAME) -> str:
    """Return the name of a column as HTML.

    >>> name("a<b"), name("DeviceProtection"), name("share_2024.usd")
    ('<bdi>a&lt;b</bdi>', '<bdi>Device<wbr>Protection</bdi>', '<bdi>share_2024.<wbr>usd</bdi>')
    """
    whole = clean(text)
    return _isolated(whole, cut_inside(whole, limit))


def value(entry: object, limit: int = LONGEST_VALUE) -> str:
    """Return a value of the data as HTML; numbers with a thousands mark.

    >>> value("x & y"), value(1234.5), value(" ")
    ('<bdi>x &amp; y</bdi>', '<bdi>1,234</bdi>', '<i>empty</i>')
    """
    whole = clean(figure(entry) if isinstance(entry, float) else entry)
    return _isolated(whole, whole if len(whole) <= limit else f"{whole[: limit - 1].rstrip()}…")


def _isolated(whole: str, shown: str) -> str:
    if not whole:
        return "<i>empty</i>"
    # The direction of a name stays inside it.
    hint = f' title="{escape(whole[:LONGEST_HINT])}"' if shown != whole else ""
    return f"<bdi{hint}>{'<wbr>'.join(escape(piece) for piece in SEAMS.split(shown))}</bdi>"


def sentence(text: object, long_names: Iterable[str] = ()) -> str:
    """Return a sentence of ours as HTML, with names of the data in it.

    Parameters
    ----------
    text : str
    long_names : iterable of str
        Names that are cut wherever they stand in it.

    >>> sentence("“a<b” is constant.")
    '“a&lt;b” is constant.'
    """
    told = str(text)
    for long in long_names:
        told = told.replace(long, cut_inside(long, LONGEST_NAME))
    told = clean(told)
    return escape(told if len(told) <= LONGEST_SENTENCE else f"{told[:LONGEST_SENTENCE].rstrip()}…")
