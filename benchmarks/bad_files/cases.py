"""One bad file: what it is, how it is written, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REFUSED = "refused"


@dataclass(frozen=True)
class Case:
    """A file to be read.

    Attributes
    ----------
    kind, name : str
        The group it is counted in, and what is wrong with it.
    write : callable
        Writes it at the path it is given.
    expect : "refused", (n_rows, n_columns) or None
        What must come of it; None where a table and a sentence are both right.
    """

    kind: str
    name: str
    write: Callable[[Path], None]
    expect: object = None


def of_bytes(kind: str, name: str, content: bytes, expect=None) -> Case:
    """Return the case of a file that fits into memory."""
    return Case(kind, name, lambda path: path.write_bytes(content) and None, expect)
