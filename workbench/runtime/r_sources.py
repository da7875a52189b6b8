"""Numbers and bytes of R's serialized objects, in the binary forms and as text."""

import re
import struct

import numpy as np

NA_INTEGER = -(2**31)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"f": b"\f", b"a": b"\a", b"b": b"\b"}


class XdrSource:
    """Numbers and bytes of the binary forms; ``order`` is ``>`` (XDR) or ``<`` (as the computer has it)."""

    def __init__(self, data, at, order):
        self.data, self.at, self.order = data, at, order
        self._one = struct.Struct(f"{order}i")

    def integer(self):
        (value,) = self._one.unpack_from(self.data, self.at)
        self.at += 4
        return value

    def numbers(self, count, kind):
        """Return ``count`` numbers of numpy's ``kind`` (i4, f8)."""
        size = count * int(kind[1])
        if size > len(self.data) - self.at:
            raise EOFError
        values = np.frombuffer(self.data, dtype=self.order + kind, count=count, offset=self.at)
        self.at += size
        return values.astype(kind)

    def octets(self, count):
        if count > len(self.data) - self.at:
            raise EOFError
        self.at += count
        return self.data[self.at - count : self.at]


class AsciiSource:
    """The same for files that R wrote as text: one value to a line."""

    def __init__(self, data, at):
        self.lines = data[at:].split(b"\n")
        self.at = 0

    def line(self):
        line = self.lines[self.at]
        self.at += 1
        return line.strip()

    def integer(self):
        line = self.line()
        return NA_INTEGER if line == b"NA" else int(line)

    def numbers(self, count, kind):
        if count > len(self.lines) - self.at:
            raise EOFError
        if kind == "i4":
            return np.array([self.integer() for _ in range(count)], dtype=kind)
        return np.array([np.nan if (line := self.line()) == b"NA" else float(line) for _ in range(count)], dtype=kind)

    def octets(self, count):
        line = self.lines[self.at].removesuffix(b"\r")
        self.at += 1
        text = ESCAPED.sub(_unescaped, line)
        if len(text) != count:
            raise ValueError("length of a string")
        return text


def _unescaped(found):
    mark = found[1]
    return bytes([int(mark, 8)]) if mark.isdigit() else ESCAPES.get(mark, mark)
