"""R's serialized objects (rds, RData) as plain Python values; nothing in them is ever run.

Written after "Serialization Formats" in R Internals, https://cran.r-project.org/doc/manuals/r-release/R-ints.html,
section 1.8. Functions and environments are walked through and dropped, since other objects may follow them.
"""

import struct
from dataclasses import dataclass, field

import numpy as np

from workbench.runtime.errors import ReadingError
from workbench.runtime.r_sources import NA_INTEGER, AsciiSource, XdrSource

MAX_LENGTH = 200_000_000  # of a vector that is written as "from 1 to n"
HAS_ATTRIBUTES, HAS_TAG = 1 << 9, 1 << 10
LATIN1, UTF8 = 1 << 14, 1 << 15  # marks of a string, in its flags
SYMBOL, PAIRS, CLOSURE, ENVIRONMENT, PROMISE, LANGUAGE, SPECIAL, BUILTIN, CHAR = 1, 2, 3, 4, 5, 6, 7, 8, 9
LOGICAL, INTEGER, REAL, COMPLEX, STRING, DOTS, LIST, EXPRESSION = 10, 13, 14, 15, 16, 17, 19, 20
BYTECODE, POINTER, WEAK_REFERENCE, RAW, S4 = 21, 22, 23, 24, 25
ALTERNATIVE, CODE_REFERENCE, CODE_DEFINITION, REFERENCE = 238, 243, 244, 255
CODE_PAIRS = (240, 239, CODE_DEFINITION, CODE_REFERENCE, LANGUAGE, PAIRS)
NOTHING = {254, 253, 252, 251, 250, 242, 241}  # NULL, the global environment and such
PLACES = {249, 248, 247}  # namespaces, packages
PAIR_KINDS = {PAIRS, LANGUAGE, CLOSURE, PROMISE, DOTS}


@dataclass
class RObject:
    """A value with its attributes.

    Attributes
    ----------
    kind : int
        R's own number of the type.
    value : object
        numpy array of numbers, list of str or None, list of RObject, list of (name, RObject) for pairs, or None.
    """

    kind: int
    value: object = None
    attributes: dict = field(default_factory=dict)


NULL = RObject(254)


def read_r_objects(path):
    """Return what the (unpacked) R file at ``path`` holds: list of (name, RObject); rds has one, named "".

    Raises
    ------
    ReadingError
        The file is damaged or cut short.
    """
    data = path.read_bytes()
    at = 5 if data[:2] == b"RD" else 0
    try:
        top = _Reader(data, at).item()
    except (
        struct.error,
        EOFError,
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise ReadingError("The R file is damaged or cut short: it cannot be read.", "Save it again in R.") from error
    if at and top.kind == PAIRS:
        return [(name or "", value) for name, value in top.value]
    return [("", top)]


class _Reader:
    def __init__(self, data, at):
        mark = data[at : at + 2]
        if mark == b"A\n":
            self.source = AsciiSource(data, at + 2)
        else:
            self.source = XdrSource(data, at + 2, {b"X\n": ">", b"B\n": "<"}[mark])
        self.references, self.texts, self.encoding = [], {}, "utf-8"
        version = self.source.integer()
        self.source.integer(), self.source.integer()
        if version == 3:
            self.encoding = self.source.octets(self.source.integer()).decode("ascii").lower()
        elif version != 2:
            raise ValueError("version")

    def item(self):
        flags = self.source.integer()
        kind = flags & 0xFF
        if kind in NOTHING:
            return NULL
        if kind == REFERENCE:
            return self.references[(flags >> 8 or self.source.integer()) - 1]
        if kind in PAIR_KINDS:
            return self._pairs(flags)
        found = self._plain(kind, flags)
        if flags & HAS_ATTRIBUTES and kind not in (ENVIRONMENT, CHAR, SYMBOL):
            found.attributes = self._attributes()
        return found

    def _plain(self, kind, flags):
        source = self.source
        if kind in (LOGICAL, INTEGER):
            return RObject(kind, source.numbers(self._length(), "i4"))
        if kind == REAL:
            return RObject(kind, source.numbers(self._length(), "f8"))
        if kind == COMPLEX:
            return RObject(kind, source.numbers(2 * self._length(), "f8").view("complex128"))
        if kind == STRING:
            return RObject(kind, [self._text() for _ in range(self._length())])
        if kind in (LIST, EXPRESSION):
            return RObject(kind, [self.item() for _ in range(self._length())])
        if kind == CHAR:
            return RObject(kind, self._text_after(flags))
        if kind == RAW:
            return RObject(kind, self._raw(self._length()))
        if kind in (SPECIAL, BUILTIN):
            source.octets(source.integer())
            return RObject(kind)
        if kind == BYTECODE:
            self._bytecode([None] * min(source.integer(), 10**6))
            return RObject(kind)
        if kind == ALTERNATIVE:
            return self._alternative()
        if kind == S4:
            return RObject(kind)
        return self._referred(kind)

    def _referred(self, kind):
        """Read what later objects may refer to."""
        found = RObject(kind)
        if kind == SYMBOL:
            found.value = self.item().value
            self.references.append(found)
            return found
        if kind not in PLACES | {ENVIRONMENT, POINTER, WEAK_REFERENCE}:
            raise ValueError(f"type {kind}")
        if kind in PLACES:
            self.source.integer()
            for _ in range(self.source.integer()):
                self.item()
        self.references.append(found)
        if kind == ENVIRONMENT:
            self.source.integer()
        for _ in range({ENVIRONMENT: 4, POINTER: 2}.get(kind, 0)):
            self.item()
        return found

    def _raw(self, length):
        if isinstance(self.source, AsciiSource):
            return bytes(int(self.source.line(), 16) for _ in range(length))
        return self.source.octets(length)

    def _length(self):
        length = self.source.integer()
        if length == -1:
            length = (self.source.integer() << 32) + self.source.integer()
        if length < 0:
            raise ValueError("length")
        return length

    def _text(self):
        return self._text_after(self.source.integer())

    def _text_after(self, flags):
        length = self.source.integer()
        if length == -1:
            return None
        raw = bytes(self.source.octets(length))
        text = self.texts.get((raw, flags))
        if text is None:
            encoding = "utf-8" if flags & UTF8 else "cp1252" if flags & LATIN1 else self.encoding
            try:
                text = raw.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                text = raw.decode("cp1252", errors="replace")
            if len(self.texts) < 100_000:
                self.texts[raw, flags] = text
        return text

    def _pairs(self, flags):
        """Read a chain of pairs; R writes it as one pair inside the other, which would be too deep for Python."""
        kind, attributes, pairs = flags & 0xFF, {}, []
        while flags & 0xFF in PAIR_KINDS:
            if flags & HAS_ATTRIBUTES:
                attributes |= self._attributes()
            tag = self.item() if flags & HAS_TAG else None
            pairs.append((tag.value if tag is not None and tag.kind == SYMBOL else None, self.item()))
            flags = self.source.integer()
        self._rest(flags)
        return RObject(kind, pairs, attributes)

    def _rest(self, flags):
        """Read what ends a chain: nearly always NULL; ``flags`` are read already."""
        kind = flags & 0xFF
        if kind in NOTHING:
            return
        if kind == REFERENCE:
            if not flags >> 8:
                self.source.integer()
            return
        self._plain(kind, flags)
        if flags & HAS_ATTRIBUTES and kind not in (ENVIRONMENT, CHAR, SYMBOL):
            self._attributes()

    def _attributes(self):
        found = self.item()
        return {name: value for name, value in found.value if name} if found.kind == PAIRS else {}

    def _bytecode(self, seen):
        self.item()
        for _ in range(self.source.integer()):
            kind = self.source.integer()
            if kind == BYTECODE:
                self._bytecode(seen)
            elif kind in CODE_PAIRS:
                self._code_pairs(kind)
            else:
                self.item()

    def _code_pairs(self, kind):
        while kind in CODE_PAIRS:
            if kind == CODE_REFERENCE:
                self.source.integer()
                return
            if kind == CODE_DEFINITION:
                self.source.integer()
                kind = self.source.integer()
            if kind in (240, 239):
                self.item()
            self.item()
            first = self.source.integer()
            if first in CODE_PAIRS:
                self._code_pairs(first)
            else:
                self.item()
            kind = self.source.integer()
        self.item()

    def _alternative(self):
        """Read a vector that R keeps in a shorter form: a sequence, numbers to be shown as text, a wrapped one."""
        info, state, attributes = self.item(), self.item(), self.item()
        name = info.value[0][1].value
        if name in ("compact_intseq", "compact_realseq"):
            length, start, step = state.value
            if not 0 <= length <= MAX_LENGTH:
                raise ValueError("length")
            values = start + step * np.arange(int(length))
            found = RObject(INTEGER, values.astype("i4")) if name == "compact_intseq" else RObject(REAL, values)
        elif name == "deferred_string":
            numbers = state.value[0][1]
            found = RObject(STRING, [None if text is None else str(text) for text in _as_texts(numbers)])
        elif name.startswith("wrap_"):
            inner = state.value[0]
            inner = inner[1] if isinstance(inner, tuple) else inner
            found = RObject(inner.kind, inner.value, dict(inner.attributes))
        else:
            raise ValueError(f"class {name}")
        if attributes.kind == PAIRS:
            found.attributes |= {name: value for name, value in attributes.value if name}
        return found


def _as_texts(numbers):
    for number in numbers.value.tolist():
        if number == NA_INTEGER or number != number:
            yield None
        else:
            yield int(number) if float(number).is_integer() else number
