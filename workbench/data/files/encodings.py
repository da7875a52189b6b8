"""Which encoding the bytes of a text file are in."""

import codecs
import re

from workbench.data.files.east_asian import likeliest_two_byte
from workbench.data.files.letters import EBCDIC, likeliest_one_byte
from workbench.errors import CannotRead
from workbench.runtime.mixed_text import MIXED

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 2**16
CHUNK_BYTES = 2**22
WIDE_SHARE = 0.03  # of the characters of a text without byte order mark that must be ASCII, seen by their zero byte
MAX_BAD_SHARE = 0.5  # of wrong bytes to right sequences in UTF-8 with a few bytes of another encoding
ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\([BJ]")
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
ENCODING_LABELS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    MIXED: "UTF-8 mixed with Windows-1252",
    "cp1252": "Windows-1252 (Western)",
    "iso8859-1": "Latin-1 (Western)",
    "iso8859-15": "Latin-9 (Western)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850 (Western)",
    "cp437": "DOS 437 (Western)",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859-2": "Latin-2 (Central European)",
    "cp852": "DOS 852 (Central European)",
    "mac-latin2": "Mac Central European",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "koi8-u": "KOI8-U (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "mac-cyrillic": "Mac Cyrillic",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859-7": "ISO 8859-7 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "iso8859-9": "Latin-5 (Turkish)",
    "cp737": "DOS 737 (Greek)",
    "cp869": "DOS 869 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
    "iso8859-8": "ISO 8859-8 (Hebrew)",
    "cp862": "DOS 862 (Hebrew)",
    "iso8859-6": "ISO 8859-6 (Arabic)",
    "cp864": "DOS 864 (Arabic)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp874": "Windows-874 (Thai)",
    "iso2022_jp": "ISO-2022-JP (Japanese)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp950": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp037": "EBCDIC 037 (mainframe)",
    "cp273": "EBCDIC 273 (mainframe, German)",
    "cp500": "EBCDIC 500 (mainframe)",
    "cp1140": "EBCDIC 1140 (mainframe, with €)",
}
# Mainframe text: the blank is 0x40, digits are 0xF0 to 0xF9, letters stand in three rows, lines end at 0x15 or 0x25.
EBCDIC_BYTES = frozenset(
    '\x85\n\r\t .,-/:;|"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.encode("cp037")
)
EBCDIC_SHARE = 0.9
MIN_EBCDIC_VALUES = 0.15  # of the bytes that must be digits and delimiters or blanks, which no other text has there


def detect_encoding(path):
    """Return Python's name of the encoding of the file at ``path``.

    UTF-8 is tried strictly on every byte first: text of another encoding with any letter beyond ASCII almost never
    passes. Then UTF-8 with a few wrong bytes, two-byte encodings, and the one-byte encoding whose letters make the
    best words.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding if encoding != "utf-8" or _first_not_utf8(path) is None else MIXED
    if wide := _wide_without_mark(head):
        return wide
    if _is_ebcdic(head):
        return _ebcdic(head)
    failed_at = _first_not_utf8(path)
    if failed_at is None:
        return "iso2022_jp" if ESCAPES.search(head) and _decodes(path, "iso2022_jp") else "utf-8"
    with path.open("rb") as file:
        file.seek(max(0, failed_at - SAMPLE_BYTES // 2))
        around = file.read(4 * SAMPLE_BYTES)
    sample = b"\n".join(_lines_beyond_ascii(head) + _lines_beyond_ascii(around))
    if _is_mostly_utf8(sample):
        return MIXED
    two_byte = likeliest_two_byte(sample)
    if two_byte and _decodes(path, two_byte):
        return two_byte
    encoding = likeliest_one_byte(sample)
    return encoding if _decodes(path, encoding) else "iso8859-1"


def _is_ebcdic(head):
    """Return whether ``head`` is text of a mainframe."""
    if head.isascii() or b"\n" in head or len(head) < 20:
        return False
    digits, blanks = sum(head.count(byte) for byte in range(0xF0, 0xFA)), head.count(0x40)
    usual = sum(byte in EBCDIC_BYTES for byte in head)
    return bool(digits) and digits + blanks >= MIN_EBCDIC_VALUES * len(head) and usual >= EBCDIC_SHARE * len(head)


def _ebcdic(head):
    if not any(byte in head for byte in (0x15, 0x25, 0x0D)):
        raise CannotRead(
            "The file is text of a mainframe (EBCDIC) without line ends: its records have a fixed length that stands "
            "nowhere in it.",
            "Ask for it with line ends, or as CSV in UTF-8.",
        )
    return likeliest_one_byte(head, EBCDIC)


def _lines_beyond_ascii(data):
    """Return the whole lines of ``data`` that are not ASCII; the last, which may be cut, only where it is alone."""
    lines = re.split(rb"[\r\n]+", data)
    if len(data) >= SAMPLE_BYTES and len(lines) > 2:
        lines = lines[:-1]
    return [line for line in lines if not line.isascii()]


def _is_mostly_utf8(sample):
    """Return whether far more sequences of ``sample`` are right UTF-8 than bytes are wrong."""
    right = len(SEQUENCE.findall(sample))
    wrong = sum(byte >= 0x80 for byte in SEQUENCE.sub(b"", sample))
    return right >= 3 and wrong <= MAX_BAD_SHARE * right


def _wide_without_mark(head):
    """Return UTF-16 or UTF-32 where the zero bytes of its ASCII characters stand in one place of two or four."""
    n_zero = head.count(0)
    if len(head) < 8 or not n_zero:
        return ""
    quarters = [head[at::4].count(0) for at in range(4)]
    size = len(head) // 4
    if len(head) % 4 == 0 and size >= 2:
        if quarters[3] >= size - 1 and quarters[2] >= 0.9 * size and quarters[0] < 0.05 * size:
            return "utf-32-le"
        if quarters[0] >= size - 1 and quarters[1] >= 0.9 * size and quarters[3] < 0.05 * size:
            return "utf-32-be"
    rest = head.replace(b"\0", b"")
    if n_zero < 0.4 * len(head) and rest.isascii() and not re.search(rb"[\x01-\x08]", rest):
        return ""  # stray zeros among ASCII
    even, odd = quarters[0] + quarters[2], quarters[1] + quarters[3]
    for encoding, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if many > WIDE_SHARE * len(head) / 2 and few < 0.1 * many and _is_wide_text(head, encoding):
            return encoding
    return ""


def _is_wide_text(head, encoding):
    """Return whether ``head`` is text in UTF-16: line ends or ASCII in it, no controls, and no odd ends of pairs."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    odd = sum(character < "\t" or "\x7f" <= character <= "\x9f" or character >= "\ue000" for character in text)
    return odd <= 0.01 * len(text) and any(character in text for character in "\n\r\t,;| ")


def _first_not_utf8(path):
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            if chunk.isascii() and chunk and not decoder.getstate()[0]:
                done += len(chunk)
                continue
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
