"""Files of Stata, SPSS and SAS: value labels become words, dates dates, missing codes missing."""

from pathlib import Path

from workbench.runtime.errors import ReadingError
from workbench.runtime.table_shape import labelled, plain_types, refuse_size, shaped

NAMES = {"stata": "Stata", "spss": "SPSS", "sas": "SAS"}
ENCODINGS = (None, "WINDOWS-1252", "LATIN1")  # what the file says first; old files often say it wrong


def read_statistics(path, read, *, max_rows=None):
    """Return the table of a Stata, SPSS or SAS file.

    A code with a label becomes the label, one without its number; what the file marks as missing is missing.
    """
    kind = read["format"]
    frame, described = _read(path, kind, row_limit=max_rows or 0)
    if max_rows == 0:
        frame = frame.iloc[:0]
    labels = described.variable_value_labels
    for name in frame.columns:
        if labels.get(name) and frame[name].dtype.kind in "iufO":
            frame[name] = labelled(frame[name], labels[name])
        frame[name] = plain_types(frame[name])
    return shaped(frame, read, max_rows)


def column_labels(path, kind):
    """Return what the file calls its columns in words: dict of column name to label, those without left out."""
    _, described = _read(path, kind, metadataonly=True)
    return {name: label for name, label in described.column_names_to_labels.items() if label and label != name}


def missing_codes(path, kind):
    """Return the codes that an SPSS file declares as missing: dict of column name to a list of (lowest, highest)."""
    if kind != "spss" or _function(path, kind) != "read_sav":
        return {}
    _, described = _read(path, kind, metadataonly=True, user_missing=True)
    return {
        name: [(one["lo"], one["hi"]) for one in ranges] for name, ranges in described.missing_ranges.items() if ranges
    }


def _read(path, kind, **options):
    """Return (data frame of codes, what the file says about it)."""
    try:
        import pyreadstat
    except ImportError as error:
        raise ReadingError(
            f"Reading {NAMES[kind]} files needs the package pyreadstat, which is not installed here.",
            "Install it, or save the table as CSV.",
        ) from error
    reader = getattr(pyreadstat, _function(path, kind))
    failures = (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError, LookupError)
    try:
        _, described = reader(str(path), metadataonly=True)
        refuse_size(described.number_rows, described.number_columns)
    except failures:
        pass  # told below, where other encodings are tried
    last = None
    for encoding in ENCODINGS:
        for dates in (False, True):  # where a date is beyond what Python can hold, the numbers are all there is
            try:
                asked = options if encoding is None else {**options, "encoding": encoding}
                return reader(str(path), disable_datetime_conversion=dates, **asked)
            except OverflowError as error:
                last = error
            except failures as error:
                last = error
                break
        if _function(path, kind) == "read_por" or ("string" not in str(last) and "encoding" not in str(last)):
            break
    raise ReadingError(
        f"The {NAMES[kind]} file is damaged, cut short or locked: it cannot be read.", "Save or export it again."
    ) from last


def _function(path, kind):
    """Return the name of pyreadstat's function: SPSS and SAS have two kinds of files each."""
    with Path(path).open("rb") as file:
        head = file.read(16)
    if kind == "stata":
        return "read_dta"
    if kind == "spss":
        return "read_sav" if head.startswith(b"$FL") else "read_por"
    return "read_xport" if head.startswith(b"HEADER RECORD") else "read_sas7bdat"
