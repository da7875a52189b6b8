"""What a ``ReadSpec`` assumes, in words: the same for rules that were found out and for rules that were given."""

from collections import Counter

from workbench.data.files.dialects import DELIMITER_WORDS
from workbench.data.files.encodings import ENCODING_LABELS
from workbench.runtime.delimited import codecs_name

FORMAT_WORDS = {
    "json": "JSON",
    "json_lines": "JSON, one record a line",
    "parquet": "Parquet",
    "feather": "Feather",
    "stata": "a Stata file",
    "spss": "an SPSS file",
    "sas": "a SAS file",
    "r": "an R file",
    "sqlite": "an SQLite database",
    "duckdb": "a DuckDB database",
}
TABLE_WORDS = {"r": "the object “{}” of an R file", "excel": "the sheet “{}” of a workbook"}
DECIMAL_WORDS = {",": "decimal comma", ".": "decimal point"}


def reading_words(read, schema=None):
    """Return what is assumed about a file, as words by the field of ``ReadSpec`` they speak of, in reading order.

    Parameters
    ----------
    read : ReadSpec
    schema : Schema, optional
        Its columns of numbers say which ``decimal`` mark is usual; left out where it is the point.

    Examples
    --------
    >>> from workbench.specs import ReadSpec
    >>> list(reading_words(ReadSpec(delimiter=";", skip_rows=3, names=("a", "b"))).values())
    ['semicolon-separated', 'UTF-8', '3 lines above skipped', 'line 4 as column names']
    """
    words = {}
    if read.member:
        words["member"] = "all files, one below the other" if read.member == "*" else f"“{read.member}” of the archive"
    if read.sheet or read.format == "excel":
        form = TABLE_WORDS.get(read.format, f"the table “{{}}” of {FORMAT_WORDS.get(read.format, 'a file')}")
        words["sheet"] = form.format(read.sheet) if read.sheet else "the first sheet of a workbook"
    elif read.format in FORMAT_WORDS:
        words["format"] = FORMAT_WORDS[read.format]
    if read.format == "delimited":
        words["delimiter"] = delimiter_words(read)
    if read.format == "fixed_width":
        words["widths"] = f"{len(read.widths)} columns of fixed width"
    if read.format in ("delimited", "fixed_width", "json", "json_lines"):
        words["encoding"] = encoding_words(read.encoding)
    if read.format == "delimited" and read.quote != '"':
        words["quote"] = f"quotes {read.quote}" if read.quote else "no quotes"
    if schema is not None and usual_decimal(schema) == ",":
        words["decimal"] = DECIMAL_WORDS[","]
    if read.format in ("delimited", "fixed_width", "excel"):
        words |= _line_words(read)
    return words


def delimiter_words(read):
    """Return what stands between the values of a delimited file."""
    if len(read.names) == 1:
        return "one column of text"
    return DELIMITER_WORDS.get(read.delimiter, f"“{read.delimiter}”") + "-separated"


def encoding_words(encoding):
    """Return the name of an encoding as people write it.

    >>> encoding_words("latin-1"), encoding_words("utf_8"), encoding_words("iso8859-14")
    ('Latin-1 (Western)', 'UTF-8', 'ISO8859-14')
    """
    name = codecs_name(encoding) or encoding
    return ENCODING_LABELS.get(encoding) or ENCODING_LABELS.get(name) or name.upper()


def usual_decimal(schema):
    """Return the decimal mark of most columns of numbers, "" where there are none."""
    marks = Counter(column.decimal for column in schema.columns if column.meaning == "number")
    return marks.most_common(1)[0][0] if marks else ""


def header_words(read):
    """Return which line, or lines, name the columns."""
    if not read.header_rows:
        return "without column names"
    if read.header_rows > 1:
        return f"{read.header_rows} lines joined to column names"
    return f"line {read.skip_rows + 1:,} as column names" if read.skip_rows else "first line as column names"


def _line_words(read):
    words = {}
    if read.skip_rows:
        words["skip_rows"] = f"{_lines(read.skip_rows)} above skipped"
    words["header_rows"] = header_words(read)
    if read.skip_after_header:
        words["skip_after_header"] = f"{_lines(read.skip_after_header)} below the names skipped"
    if read.footer_rows:
        words["footer_rows"] = f"{_lines(read.footer_rows)} below left out"
    if read.comment:
        words["comment"] = f"lines that begin with “{read.comment}” left out"
    return words


def _lines(count):
    return f"{count:,} line{'' if count == 1 else 's'}"
