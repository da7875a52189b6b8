"""Which two-byte encoding text of East Asia is in.

The standards put the everyday characters in their first rows, so text read in the wrong encoding is full of
rare ones.
"""

import re

# Pairs of bytes beyond ASCII, or runs of pairs whose second byte may be ASCII: accents stand alone.
PAIRS = re.compile(rb"(?:[\x81-\xfe][\x80-\xfe])+|(?:[\x81-\xfe][\x40-\xfe]){2,}")
MIN_SHARE = 0.6  # of the bytes beyond ASCII that must stand in runs of pairs
MIN_SCORE = 0.3
ENCODINGS = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
FALLBACKS = {"big5": "cp950"}
PUNCTUATION = re.compile("[\u3000-\u303f\uff01-\uff5e\u2010-\u2026]")
COMMON_MARKS = "§°£±"  # delimiters and units, which say nothing about the language
KANA = re.compile("[\u3041-\u30ff]")


def likeliest_two_byte(sample):
    """Return the encoding in which ``sample`` is everyday text, or "" where it is in none of them."""
    high = sum(byte >= 0x80 for byte in sample)
    in_pairs = sum(byte >= 0x80 for run in PAIRS.findall(sample) for byte in run)
    if in_pairs <= MIN_SHARE * high:
        return ""
    best, best_score = "", MIN_SCORE
    for encoding in ENCODINGS:
        name, text = _decoded(sample, encoding)
        if text is None:
            continue
        score = _score(text, encoding)
        if score > best_score:
            best, best_score = name, score
    return best


def _decoded(sample, encoding):
    for name in (encoding, FALLBACKS.get(encoding)):
        if name:
            try:
                return name, sample.decode(name)
            except UnicodeDecodeError:
                continue
    return "", None


def _score(text, encoding):
    """Return the mean of how common the characters beyond ASCII are."""
    characters = [character for character in text if not character.isascii() and character not in COMMON_MARKS]
    if not characters:
        return 0.0
    # Everyday characters are in rows B0 to CF in Japanese, to D7 in Chinese, to C8 in Korean.
    rows = [_row(character, encoding) for character in characters]
    total = sum(map(_CHARACTER[encoding], characters, rows))
    score = total / len(characters)
    if encoding == "euc_jp" and len(set(characters)) >= 8 and max(rows) > 0xC8:
        score += 0.15 if sum(row > 0xCF for row in rows) < 0.05 * len(rows) else 0.0
    return score


def _row(character, encoding):
    """Return the first byte of a character of two bytes; 0 for others, 1 where the second is below 0xA1."""
    code = character.encode(encoding if encoding != "cp932" else "euc_jp", errors="ignore")
    if len(code) != 2 or code[0] == 0x8E:
        return 0
    if encoding != "big5" and code[1] < 0xA1:
        return 1
    return code[0]


def _japanese(character, row):
    if KANA.match(character):
        return 1.0
    if PUNCTUATION.match(character):
        return 0.7
    return 0.6 if 0xB0 <= row <= 0xCF else -0.5


def _simplified(character, row):
    if PUNCTUATION.match(character):
        return 0.7
    return 0.7 if 0xB0 <= row <= 0xD7 else -0.5


def _traditional(character, row):
    if PUNCTUATION.match(character):
        return 0.7
    return 0.65 if 0xA4 <= row <= 0xC6 and not KANA.match(character) else -0.5


def _korean(character, row):
    if PUNCTUATION.match(character):
        return 0.7
    return 0.8 if 0xB0 <= row <= 0xC8 else -0.5


_CHARACTER = {
    "cp932": _japanese,
    "euc_jp": _japanese,
    "gb18030": _simplified,
    "big5": _traditional,
    "cp949": _korean,
}
