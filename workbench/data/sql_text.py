"""What a person typed as a query: one SELECT, or a sentence why not."""

import re

from workbench.errors import CannotRead

# Texts, quoted names and comments: what stands in them says nothing about the statement.
QUIET = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|(\$[A-Za-z_]*\$).*?\1|--[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
WRITES_FILE = re.compile(r"\binto\s+(outfile|dumpfile)\b", re.IGNORECASE)
ONE_SELECT = "Write one SELECT."


def one_select(query):
    """Return ``query`` without a semicolon at its end.

    Raises
    ------
    CannotRead
        It is blank, more than one statement, or none that only reads.

    Examples
    --------
    >>> one_select("select ';' from t; -- all of it")
    "select ';' from t"
    """
    if "/*!" in query:  # MySQL runs these comments
        raise CannotRead("The query has a comment that MySQL would run.", ONE_SELECT)
    bare = QUIET.sub(_silence, query)
    begin = bare.rstrip().removesuffix(";").rstrip()
    if not begin.strip():
        raise CannotRead("There is no query.", ONE_SELECT)
    if ";" in begin:
        raise CannotRead("The query is more than one statement.", ONE_SELECT)
    if not re.match(r"[\s(]*(select|with)\b", begin, re.IGNORECASE) or WRITES_FILE.search(begin):
        raise CannotRead("The query does not only read.", "It must begin with SELECT or WITH and write nothing.")
    return query[: len(begin)].strip()


def _silence(found):
    """Return as many characters that say nothing, so that places stay the same."""
    text = found[0]
    filler = " " if text.startswith(("--", "/*")) else "x"
    return filler * len(text)
