"""Which encoding the bytes of a text file are in."""

import codecs
import re

from workbench.runtime.delimited import codecs_name

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 2**16
CHUNK_BYTES = 2**22
# In the order in which ties are decided.
ONE_BYTE = ("cp1252", "iso8859-1", "mac-roman", "cp850", "cp1250", "cp1251", "cp1253", "cp1254", "koi8-r")
WESTERN = "àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝŸ"
TYPOGRAPHIC = "’‘“”–—…«»„‚€£°²³½¼·•§©®™µ±×¿¡ªº\u00a0"
CENTRAL = "ąćęłńśźżčďěňřšťůžőűăâîșțşţĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰĂŞŢ"
ENCODING_LABELS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (Western)",
    "iso8859-1": "Latin-1 (Western)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850 (Western)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "shift_jis": "Shift JIS (Japanese)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
    "cp949": "EUC-KR (Korean)",
}


def detect_encoding(path):
    """Return Python's name of the encoding of the file at ``path``.

    UTF-8 is tried strictly on every byte first: text of another encoding with any letter beyond ASCII almost never
    passes. Then two-byte encodings, then the one-byte encoding whose letters make the best words.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if wide := _wide_without_mark(head):
        return wide
    failed_at = _first_not_utf8(path)
    if failed_at is None:
        return "utf-8"
    with path.open("rb") as file:
        file.seek(max(0, failed_at - SAMPLE_BYTES // 2))
        sample = head + b"\n" + file.read(4 * SAMPLE_BYTES)
    encoding = _best_encoding(b"\n".join(line for line in re.split(rb"[\r\n]+", sample) if not line.isascii()))
    return encoding if _decodes(path, encoding) else "iso8859-1"


def _wide_without_mark(head):
    """Return UTF-16 where every other byte of what is mostly ASCII is zero."""
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _first_not_utf8(path):
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            try:
                decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                return done + error.start
            if not chunk:
                return None
            done += len(chunk)


def _decodes(path, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            return False
    return True


def _best_encoding(sample):
    # In two-byte text the pairs stand in runs; accents stand alone between ASCII letters.
    runs = re.findall(rb"(?:[\x81-\xfe][\x40-\xfe]){2,}", sample)
    high = sum(byte >= 0x80 for byte in sample)
    if sum(byte >= 0x80 for run in runs for byte in run) > 0.6 * high:
        import charset_normalizer

        best = charset_normalizer.from_bytes(sample).best()
        name = codecs_name(best.encoding) if best else ""
        if name.startswith(("shift_jis", "cp932", "euc", "gb", "big5", "cp949", "hz", "iso2022", "johab")):
            return {"shift_jis": "cp932", "euc_kr": "cp949"}.get(name, name)
    scores = {encoding: _plausibility(sample, encoding) for encoding in ONE_BYTE}
    return max(ONE_BYTE, key=lambda encoding: scores[encoding])


def _plausibility(sample, encoding):
    """Return the mean score of the characters beyond ASCII, read in ``encoding``."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -10.0
    total = count = 0
    for before, character, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        if character.isascii():
            continue
        count += 1
        beside_letter = before.isalpha() or after.isalpha()
        if "\x80" <= character <= "\x9f":
            total -= 2  # control characters: never written on purpose
        elif character in WESTERN or character in CENTRAL or "\u0370" <= character <= "\u04ff":
            in_other = character in CENTRAL and character not in WESTERN
            score = (0.8 if in_other else 1.0) if beside_letter else 0.2
            if character.isupper() and before.islower():
                score = -1.0
            total += score
            if "\u0370" <= character <= "\u04ff" and before.isascii() and before.isalpha():
                total -= 1.0  # alphabets are not mixed inside a word
        elif character in TYPOGRAPHIC:
            total += 0.6
        else:
            total -= 0.5
    return total / max(count, 1)
