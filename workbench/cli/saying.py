"""Words on standard output and standard error; one line each, whatever is in a name."""

import re
import sys

STDOUT = "-"


def one_line(text: object) -> str:
    """Return text fit for one line of a terminal.

    >>> one_line("a\\nb\\x1b[31m")
    'a b�[31m'
    """
    joined = re.sub(r"[\t\r\n\v\f\x85\u2028\u2029]+", " ", str(text)).strip()
    # Control characters in a column name could recolour, or rewrite, what the terminal shows.
    return "".join(character if character.isprintable() else "�" for character in joined)


def complain(message: object) -> None:
    """Say on standard error, in one line, why the command ends."""
    print(f"error: {one_line(message)}", file=sys.stderr)


def progress(message: object) -> None:
    """Say on standard error, in one line, what is going on."""
    print(one_line(message), file=sys.stderr, flush=True)


def say(message: object, *, beside: tuple[str | None, ...] = ()) -> None:
    """Say a result on standard output, or on standard error where one of the outputs ``beside`` it goes there."""
    print(one_line(message), file=sys.stderr if STDOUT in beside else sys.stdout)
