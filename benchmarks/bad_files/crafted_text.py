"""Hostile text: delimited files, names, cells against the patterns of detection, JSON."""

import json
from functools import partial
from pathlib import Path

from benchmarks.bad_files.cases import REFUSED, Case, of_bytes

MANY_ROWS = 3_000_000
LONG = 60_000
FORMULA = "=cmd|'/c calc'!A1"


def cases() -> list[Case]:
    """Return every hostile text."""
    return [*_delimited(), *_big(), *_names(), *_cells(), *_json()]


def _delimited():
    make = partial(of_bytes, "delimited")
    rows = b"".join(b"%d,%d\n" % (n, n * n) for n in range(300))
    yield make("empty", b"", REFUSED)
    yield make("only a byte order mark", b"\xef\xbb\xbf", REFUSED)
    yield make("only a byte order mark of UTF-16", b"\xff\xfe", REFUSED)
    yield make("only a byte order mark of UTF-32", b"\xff\xfe\0\0", REFUSED)
    yield make("blank lines", b"\n" * 100_000, REFUSED)
    yield make("blanks", b" " * 1_000_000, REFUSED)
    yield make("only NULs", b"\0" * 1_000_000, REFUSED)
    yield make("header only", b"a,b,c\n", REFUSED)
    yield make("one character", b"a", REFUSED)
    yield make("one number", b"1\n")
    yield make("one column", b"size\n" + b"".join(b"%d\n" % n for n in range(500)), (500, 1))
    yield make("only delimiters", b",,,,\n" * 500)
    yield make("one line of delimiters", b"," * 1_000_000)
    yield make("only quotes", b'"' * 100_001)
    yield make("lines of quotes", b'"\n' * 20_000)
    yield make("quote that never closes", b'a,b\n1,"' + b"x\n" * 200_000)
    yield make("a quote opens on every line", b"a,b\n" + b'1,"x\n' * 60_000)
    yield make("a quote opens in every cell", b"a,b,c\n" + b'"1,"2,"3\n' * 20_000)
    yield make("quotes and delimiters by turns", b'",' * 400_000)
    yield make("backslashes", b"\\" * 500_000 + b"\n")
    yield make("escapes before quotes", b"a,b\n" + b'"\\"\\"\\"","x"\n' * 30_000)
    yield make("sep line alone", b"sep=;\n", REFUSED)
    yield make("sep line without a mark", b"sep=\na,b\n1,2\n")
    yield make("sep line of 1 MB", b"sep=" + b";" * 1_000_000 + b"\na;b\n1;2\n")
    yield make("sep line with a quote", b'sep="\na"b\n1"2\n3"4\n')
    yield make("lone carriage returns", b"a,b\r" + rows.replace(b"\n", b"\r"), (300, 2))
    yield make("all line ends mixed", b"a,b\n1,2\r3,4\r\n5,6\n\r7,8\r\r\n9,10\n")
    yield make(
        "separators of Unicode lines",
        ("a,b\n1,x\u2028y\n2,x\u2029y\n3,x\x85y\n4,x\x0by\n" + "5,plain\n" * 96).encode(),
        (100, 2),
    )
    yield make("NULs among the cells", b"a,b\n" + rows.replace(b",", b"\0,\0"), (300, 2))
    yield make("an end-of-file mark inside", b"a,b\n1,2\n\x1a\n3,4\n")
    yield make("every byte", bytes(range(256)) * 200)
    yield make("every byte but controls", bytes(range(32, 256)) * 2000 + b"\n")
    yield make("half of it UTF-8, half Latin-1", "név,ár\n".encode() * 500 + "né,à\n".encode("latin-1") * 500)
    yield make("UTF-16 of odd length", "a,b\n1,2\n3,4\n".encode("utf-16") + b"\0")
    yield make("UTF-16 with half a surrogate", "a,b\n1,2\n".encode("utf-16") + b"\x00\xd8" * 99)
    yield make("UTF-32 beyond Unicode", b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 50)
    yield make("UTF-8 of surrogates", b"a,b\n\xed\xa0\x80,1\n" * 50)
    yield make("overlong UTF-8", b"a,b\n\xc0\xaf,1\n" * 50)
    yield make("UTF-7", b"a,b\n" + "häß,1\n".encode("utf-7") * 50)
    yield make("a comment on every line", b"# nothing\n" * 5000)
    yield make(
        "ragged from 1 to 400 cells", b"".join(b",".join(b"%d" % n for n in range(k)) + b"\n" for k in range(1, 400))
    )
    yield make("one very long row among short ones", b"a,b\n" + rows + b"1," * 200_000 + b"\n" + rows)
    yield make("blank lines between all rows", rows.replace(b"\n", b"\n" * 40))
    yield make("200 title rows", b"About this\n" * 200 + b"\na,b\n" + rows)
    yield make("a table of 20,001 columns", b",".join(b"c%d" % n for n in range(20_001)) + b"\n", REFUSED)
    yield make("an image named csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, REFUSED)
    yield make("a program", b"\x7fELF" + bytes(range(256)) * 50, REFUSED)
    yield make("a web page", b"<!doctype html><html><table><tr><td>1</td></tr></table>", REFUSED)
    yield make("a web page after 100 blanks", b" \n" * 100 + b"<HTML>", REFUSED)
    yield make(
        "billion laughs",
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><l>&j;</l>",
        REFUSED,
    )
    yield make("source code", Path(__file__).read_bytes())
    yield make("a letter", b"Dear Sir,\n\nplease find the numbers: 1, 2 and 3.\n\nYours\n")


def _parts(path, parts):
    with path.open("wb") as file:
        file.writelines(parts)


def _big():
    def make(name, parts, expect=None):
        return Case("big", name, lambda path: _parts(path, parts()), expect)

    block = b"".join(b"%d\n" % (n % 9973) for n in range(100_000))
    yield make(
        "30,000 columns", lambda: [b",".join(b"c%d" % n for n in range(30_000)), b"\n", (b"1," * 30_000)[:-1]], REFUSED
    )
    yield make("1,000,000 columns", lambda: [b",".join(b"c%d" % n for n in range(1_000_000)), b"\n1\n"], REFUSED)
    yield make(
        "20,000 columns",
        lambda: [b",".join(b"c%d" % n for n in range(20_000)), b"\n", *[b"1," * 19_999 + b"1\n"] * 40],
        (40, 20_000),
    )
    yield make("3,000,000 rows of one column", lambda: [b"size\n", *[block] * (MANY_ROWS // 100_000)], (MANY_ROWS, 1))
    yield make("one line of 50 MB", lambda: [b"word " * 10_000_000, b"\n"])
    yield make("one line of 50 MB of cells", lambda: [b"1," * 25_000_000, b"\n"])
    yield make("50 MB of quotes", lambda: [b'"' * 50_000_000])
    yield make("10 MB of quotes and line ends", lambda: [b'"\n' * 5_000_000])
    yield make("10 MB of delimiters on lines", lambda: [b",,,,,\n" * 1_700_000])
    yield make("10 MB in one cell", lambda: [b"a,b\n1,2\n3,", b"x" * 10_000_000, b"\n", *[b"5,6\n"] * 9], (11, 2))
    yield make(
        "10 MB in one quoted cell of lines", lambda: [b'a,b\n1,2\n3,"', b"xyz\n" * 2_500_000, b'"\n', *[b"5,6\n"] * 9]
    )
    yield make(
        "10 MB of digits in one cell", lambda: [b"a,b\n1,2\n3,", b"7" * 10_000_000, b"\n", *[b"5,6\n"] * 9], (11, 2)
    )
    yield make("10 MB name of a column", lambda: [b"a", b"x" * 10_000_000, b",b\n", *[b"5,6\n"] * 9])
    yield make("10 MB title row", lambda: [b"x" * 10_000_000, b"\na,b\n", *[b"5,6\n"] * 99])
    yield make(
        "9 MB, a cell opens near the end", lambda: [b"a,b\n", *[b"15,62\n"] * 1_500_000, b'1,"2\n', *[b"5,6\n"] * 9]
    )
    yield make("9 MB, ragged near the end", lambda: [b"a,b\n", *[b"15,62\n"] * 1_500_000, b"1,2,3,4,5\n" * 9])
    yield make(
        "9 MB, another encoding near the end", lambda: [b"a,b\n", *[b"15,62\n"] * 1_500_000, "ä,ß\n".encode("cp1252")]
    )
    yield make(
        "9 MB, bytes of no encoding near the end",
        lambda: ["ä,ß\n".encode(), *[b"15,62\n"] * 1_500_000, b"\x81\x8d\x8f,\x90\n"],
    )
    yield make("9 MB, NULs near the end", lambda: [b"a,b\n", *[b"15,62\n"] * 1_500_000, b"\0" * 5_000_000])
    yield make(
        "9 MB, text from row 1,000,000 on",
        lambda: [b"a,b\n", *[b"15,62\n"] * 1_000_000, *[b"q,y\n"] * 500_000],
        (1_500_000, 2),
    )
    yield make(
        "12 MB UTF-16", lambda: ["a,b\n".encode("utf-16"), *["15,62\n".encode("utf-16-le")] * 1_000_000], (1_000_000, 2)
    )
    yield make(
        "12 MB UTF-16 cut in a character",
        lambda: ["a,b\n".encode("utf-16"), *["15,62\n".encode("utf-16-le")] * 1_000_000, b"5"],
    )
    yield make("9 MB of JSON lines", lambda: [b'{"a": 15, "b": 62}\n'] * 450_000, (450_000, 2))
    yield make("300,000 different names of JSON", lambda: [b'{"n%d": 1}\n' % n for n in range(300_000)])
    yield make(
        "JSON of 20,000 records with 100 names each",
        lambda: [
            b"[",
            b",".join(b"{%s}" % b",".join(b'"%d": 1' % (n % 97 * 100 + k) for k in range(100)) for n in range(20_000)),
            b"]",
        ],
    )


def _names():
    def make(name, names, expect=None):
        cells = ",".join('"' + each.replace('"', '""') + '"' for each in names)
        rows = "".join(",".join(str(n * k % 17) for k in range(len(names))) + "\n" for n in range(1, 40))
        return of_bytes("names", name, (cells + "\n" + rows).encode(), expect)

    yield make("formulas", [FORMULA, "+1+1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'], (39, 6))
    yield make("HTML", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</table>", "<b>x"], (39, 4))
    yield make("Markdown", ["**x**", "[a](javascript:alert(1))", "`x`", "$x^2$", ":red[x]", "# x", "|a|"], (39, 7))
    yield make("100 kB", ["a" * 100_000, "b" * 100_000, "c"])
    yield make("right to left", ["שם", "\u202eabc", "\u2067x\u2069", "العمر"], (39, 4))
    yield make("emoji", ["😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "é"], (39, 4))
    yield make("line ends", ["a\nb", "c\r\nd", "e\rf", "g\th"])
    yield make("invisible", ["\u200b", "\u00a0", "\ufeff", "\u2060", " "])
    yield make("equal", ["x"] * 4000, (39, 4000))
    yield make("equal and numbered already", ["x", "x (2)", "x", "x (2)", "x (3)"], (39, 5))
    yield make("equal but for case and accents", ["a", "A", "á", "a\u0301"], (39, 4))
    yield make("blank", [""] * 50)
    yield make("of Python", ["__class__", "index", "values", "{0.__class__}", "%s%n", "None", "nan", "True"], (39, 8))
    yield make("of SQL and paths", ["a'; DROP TABLE x; --", "../../etc/passwd", "C:\\", "a/b", "con"], (39, 5))
    yield make("controls", ["a\x01", "b\x1b[31m", "c\x7f", "d\x08"])
    yield make("noncharacters", ["\ufffe", "\uffff", "\U0010ffff", "\ufffd"])


def _cells():
    def make(name, cell, n=200, expect=None):
        rows = "".join(f"{k};{cell};{cell}{k}\n" for k in range(n))
        return of_bytes("cells", name, ("n;same;other\n" + rows).encode(), expect)

    for name, cell in {
        "digits": "1" * LONG,
        "digits and dots": "1." * (LONG // 2),
        "digits and commas": "1," * (LONG // 2),
        "digits and blanks": "1 " * (LONG // 2) + "x",
        "blanks": "x" + " " * LONG + "x",
        "tabs": "x" + "\t" * LONG + "x",
        "no-break spaces": "1" + "\u00a0" * LONG + "1",
        "minus signs": "-" * LONG,
        "brackets": "(" * LONG,
        "dates": "01.02." * (LONG // 6),
        "colons": "12:" * (LONG // 3),
        "letters and digits": "a1" * (LONG // 2),
        "at signs": "a@" * (LONG // 2) + ".",
        "commas and letters": "a," * (LONG // 2),
        "apostrophes": "x '" * (LONG // 3),
        "quotes": 'x"' * (LONG // 2),
        "combining marks": "e" + "\u0301" * LONG,
        "emoji": "👩‍👩‍👧‍👦" * 2000,
    }.items():
        yield make(f"long: {name}", cell, 30)
    for name, cell in {
        "digits at the limit": "1" * 200,
        "digits and blanks at the limit": "1 " * 95 + "x",
        "digits and marks at the limit": "1.1,1'1 " * 24 + "x",
        "sixty digits and marks": "1.1,1'1 " * 7 + "1x",
        "sixty blanks": "1" + " " * 57 + "x",
        "half dates": "1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
        "month names": "Mon, 31 January 2020 12:34:56.123456789 +01:00x",
        "code at the limit": "a1/" * 7,
        "mail at the limit": "a@" * 99,
        "powers": "1e999999999",
        "negative powers": "1e-999999999",
        "power of 40 digits": "1e" + "9" * 40,
        "other digits": "١٢٣٤",
        "superscripts": "²³",
        "fullwidth digits": "１２３",
        "roman and circled digits": "Ⅳ④",
        "underscores": "1_000",
        "hexadecimal": "0x1F",
        "infinity": "Infinity",
        "year 0": "0000-01-01",
        "year 9999": "9999-12-31T23:59:59.999999999Z",
        "far zone": "2020-01-01T00:00:00+99:99",
        "31 February": "31.02.2020",
        "formula": FORMULA,
        "html": "<script>alert(1)</script>",
        "escape codes": "\x1b[2J\x1b[31mred",
        "16 digits": "1234567890123456",
        "beyond 64 bits": "9" * 25,
        "percent of money": "$1.234,56%",
        "brackets and signs": "(-(-1))",
    }.items():
        yield make(f"short: {name}", cell, 300)
    yield of_bytes(
        "cells", "5,000 codes and one number", b"x\n" + b"".join(b"a%db\n" % n for n in range(5000)) + b"1\n"
    )
    yield of_bytes("cells", "each cell of another form", _mixture())


def _mixture():
    forms = ("1", "1,5", "1.234,5", "€5", "5 kg", "01.02.2020", "2020-02-01", "ja", "x", "", "?", "1e400", "٣", "5%")
    return ("a;b\n" + "".join(f"{forms[n % len(forms)]};{forms[n * 5 % len(forms)]}\n" for n in range(2000))).encode()


def _json():
    make = partial(of_bytes, "json")
    deep = 100_000
    yield make("lists nested 100,000 deep", b"[" * deep + b"]" * deep, REFUSED)
    yield make("objects nested 100,000 deep", b'[{"a":' + b'{"a":' * deep + b"1" + b"}" * deep + b"}]", REFUSED)
    yield make("objects nested 900 deep", b'[{"a":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}]")
    yield make("lists nested 900 deep in a cell", b'[{"a":' + b"[" * 900 + b"]" * 900 + b"}]")
    yield make("lines nested 100,000 deep", b'{"a": 1}\n{"a":' + b"[" * deep + b"\n", REFUSED)
    yield make("numbers of 1e400", b'[{"a": 1e400, "b": -1e400, "c": 1e-400}, {"a": 1, "b": 2, "c": 3}]', (2, 3))
    yield make("NaN and Infinity", b'[{"a": NaN, "b": Infinity}, {"a": 1, "b": -Infinity}]', (2, 2))
    yield make("number of 5,000 digits", b'[{"a": ' + b"7" * 5000 + b"}]")
    yield make("whole number of 300 digits", b'[{"a": ' + b"7" * 300 + b'}, {"a": 1}]')
    yield make("whole number of 400 digits", b'[{"a": ' + b"7" * 400 + b'}, {"a": 1}]')
    yield make("half surrogates", b'[{"a\\ud800": "\\udfff", "b": "x\\ud83d"}, {"a\\ud800": "y", "b": "z"}]')
    yield make("half surrogates in lines", b'{"a": "\\ud800"}\n{"a": "x"}\n')
    yield make("equal names", b'[{"a": 1, "a": 2}, {"a": 3, "a": 4}]')
    yield make("names that flatten alike", b'[{"a": {"b": 1}, "a.b": 2}, {"a": {"b": 3}, "a.b": 4}]')
    yield make("blank names", b'[{"": 1, " ": 2}, {"": 3, " ": 4}]')
    yield make("a line broken", b'{"a": 1}\n' * 50 + b'{"a": \n' + b'{"a": 1}\n' * 50)
    yield make("a line that is a list", b'{"a": 1}\n[1]\n{"a": 2}\n')
    yield make(
        "values of every kind",
        b'[{"a": 1}, {"a": "x"}, {"a": null}, {"a": [1]}, {"a": {"b": 1}}, {"a": true}, {"a": 1.5}]',
    )
    yield make("rows and nulls", b'[null, {"a": 1}, 3, "x", [1, 2]]')
    yield make("empty records", b"[{}, {}, {}]", REFUSED)
    yield make("empty list", b"[]", REFUSED)
    yield make("empty object", b"{}", REFUSED)
    yield make("list of empty lists", b"[[], [], []]", REFUSED)
    yield make("one text", b'["' + b"x" * 1_000_000 + b'"]')
    yield make("columns of different lengths", b'{"a": [1, 2, 3], "b": [1]}')
    yield make("two documents", b'[{"a": 1}][{"a": 2}]')
    yield make("comma at the end", b'[{"a": 1}, {"a": 2},]')
    yield make("cut in a text", b'[{"a": "xyz')
    yield make("NULs", b'[{"a": "\0", "b": "\\u0000"}, {"a": "x", "b": "y"}]')
    yield make("not JSON but begins so", b"{name};{size}\n1;2\n3;4\n")
    yield make("UTF-16", json.dumps([{"a": "ä"}, {"a": "ö"}]).encode("utf-16"))
    yield make("Latin-1", '[{"a": "ä"}, {"a": "ö"}]'.encode("latin-1"))
    yield make("with byte order mark", b"\xef\xbb\xbf" + b'[{"a": 1}, {"a": 2}]', (2, 1))
    yield make(
        "500 names for 40 rows", json.dumps([{f"n{n * k % 500}": 1 for k in range(50)} for n in range(40)]).encode()
    )
    yield make("dates beyond time", b'[{"a": "9999-99-99"}, {"a": "2020-01-01"}]')
    yield make(
        "wide and nested",
        json.dumps([{"a": {str(k): {str(j): 1 for j in range(60)} for k in range(100)}}] * 3).encode(),
    )
