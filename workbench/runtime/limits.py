"""How wide a table may be, and how much of a file's own words may stand in a sentence of ours."""

import re

from workbench.runtime.errors import ReadingError

MAX_COLUMNS = 20_000
LONGEST_NAME = 60  # characters of a name that are shown
LONG_NAME = re.compile(f"“([^”]{{{LONGEST_NAME - 1}}})[^”]{{2,}}”")
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def refuse_columns(count):
    """Raise where a table has more columns than can be worked with."""
    if count > MAX_COLUMNS:
        raise ReadingError(
            f"The file has {count:,} columns; at most {MAX_COLUMNS:,} can be read.", "Keep the columns you need."
        )


def brief(sentence):
    """Return a sentence on one line, with the names and cells that it quotes cut where they are long.

    >>> brief("The sheet “size\\n(cm)” is damaged."), len(brief(f"“{'x' * 100_000}” is damaged."))
    ('The sheet “size (cm)” is damaged.', 74)
    """
    return LONG_NAME.sub(r"“\1…”", CONTROL.sub(" ", sentence))
