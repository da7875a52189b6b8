"""A file of rows through an exported model: read by the model's own rules where it fits them, and predicted.

What ``predict`` of the command line and *Try it* share.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.data import detect
from workbench.errors import CannotRead, WorkbenchError
from workbench.export.column_mapping import Suggestion, renamed, suggestions
from workbench.runtime.delimited import unique_names
from workbench.runtime.reading import ReadingError, read_raw
from workbench.runtime.scorer import Scorer
from workbench.runtime.text_values import text_of

PEEK_ROWS = 5  # looked at to see whether a file fits the model's rules
NAMED = 10  # columns that a message names


@dataclass(frozen=True, eq=False)
class FilePredictions:
    """The rows of a file with their predictions.

    Attributes
    ----------
    raw : DataFrame
        The file's cells as text (typed cells of workbooks and Parquet as they are), under the names the model knows.
    predictions : DataFrame
        ``prediction`` and, for classes, ``probability_<class>``, under names that the file does not have.
    warnings, errors : Series of str
        Per row, "" where there is nothing to say. A row with an error has no prediction.
    absent : tuple of str
        Columns that the model uses and the file lacks; they count as blank.
    header : tuple of str
        The file's own names of its columns.
    """

    raw: pd.DataFrame
    predictions: pd.DataFrame
    warnings: pd.Series
    errors: pd.Series
    absent: tuple[str, ...]
    header: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return the file's columns followed by the predictions."""
        return pd.concat([self.raw.set_axis(list(self.header), axis=1), self.predictions], axis=1)

    def csv(self) -> str:
        """Return the table as RFC 4180 asks: comma, quotes doubled, CRLF, numbers that read back the same."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([*self.header, *self.predictions.columns])
        cells = [_texts(self.raw.iloc[:, position]) for position in range(self.raw.shape[1])]
        results = [_texts(self.predictions[name], as_text=False) for name in self.predictions.columns]
        writer.writerows(zip(*cells, *results, strict=True))
        return stream.getvalue()


@dataclass(frozen=True, eq=False)
class FileColumns:
    """The columns of a file beside those that the model knows.

    Attributes
    ----------
    absent : tuple of str
        Fields that no column of the file is called like.
    extra : tuple of str
        Columns that the model does not know.
    suggestions : tuple of Suggestion
        Which of these may be which of those.
    """

    absent: tuple[str, ...]
    extra: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def file_columns(path: Path, manifest: dict) -> FileColumns:
    """Return how the columns of a file fit those of the model, by their names and by what they hold.

    Raises
    ------
    CannotRead
        The file is no table.
    """
    return compared(_any_rows(path, manifest, {}), manifest)


def compared(raw: pd.DataFrame, manifest: dict) -> FileColumns:
    """Return how the columns of rows that were read fit those of the model."""
    fields = manifest["fields"]
    names, known = [entry["name"] for entry in fields], known_columns(manifest)
    return FileColumns(
        tuple(name for name in names if name not in raw.columns),
        tuple(name for name in raw.columns if name not in names and name not in known),
        tuple(suggestions(raw, fields, known)),
    )


def known_columns(manifest: dict) -> set[str]:
    """Return the columns of the training file that are no fields, the predicted one among them."""
    return {entry["column"] for entry in manifest.get("ignored", ())} | {manifest["target"]}


def predict_file(path: Path, scorer: Scorer, mapping: Mapping[str, str] | None = None) -> FilePredictions:
    """Read a file and predict its rows.

    Parameters
    ----------
    path : Path
    scorer : Scorer
    mapping : mapping of str to str, optional
        Name in the file to name that the model knows, where they differ.

    Raises
    ------
    CannotRead
        The file is no table, or has none of the columns that the model uses.
    """
    own = _any_rows(path, scorer.manifest, mapping or {}).reset_index(drop=True)
    raw = _with_fields(renamed(own, mapping or {}), scorer.manifest)
    answers = scorer.predict_frame(raw)
    predictions = answers.drop(columns=["warnings", "error"])
    # A column of the file that is called like one of ours keeps its name, as in the service.
    predictions.columns = unique_names([*own.columns, *predictions.columns])[raw.shape[1] :]
    absent = tuple(field["name"] for field in scorer.fields if field["name"] not in raw.columns)
    return FilePredictions(raw, predictions, answers["warnings"], answers["error"], absent, tuple(own.columns))


def read_rows(path: Path, manifest: dict, mapping: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the rows of a file as raw cells, under the file's own names: by the model's own rules where the file fits
    them, else as detected.

    Parameters
    ----------
    path : Path
    manifest : dict
        What ``model.json`` holds.
    mapping : mapping of str to str, optional
        Name in the file to name that the model knows, where they differ.

    Raises
    ------
    CannotRead
        The file is no table, or has none of the columns that the model uses.
    """
    raw = _any_rows(path, manifest, mapping or {})
    _with_fields(renamed(raw, mapping or {}), manifest)
    return raw


def _any_rows(path: Path, manifest: dict, mapping: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of a file, whatever its columns are called."""
    fields = [entry["name"] for entry in manifest["fields"]]
    rules = manifest["read"]
    own = _own_names(path, rules, fields, mapping)
    try:
        # What the training file had below the table or between header and data need not be in this one.
        if own is not None and not rules.get("footer_rows") and not rules.get("skip_after_header"):
            return read_raw(path, {**rules, "names": own})
        try:
            raw = read_raw(path, detect(path).read.model_dump(mode="json"))
        except (WorkbenchError, ReadingError):
            if own is None:
                raise
            return read_raw(path, {**rules, "names": own})
        if own is not None and not set(fields) <= {mapping.get(name, name) for name in raw.columns}:
            return read_raw(path, {**rules, "names": own})
    except ReadingError as error:
        raise CannotRead(str(error), "Save it like the file the model was trained on.") from error
    return raw


def _with_fields(raw: pd.DataFrame, manifest: dict) -> pd.DataFrame:
    """Return rows that have at least one of the columns that the model uses."""
    fields = [entry["name"] for entry in manifest["fields"]]
    if set(fields).isdisjoint(raw.columns):
        needed = ", ".join(f"“{name}”" for name in fields[:NAMED])
        needed += f" and {len(fields) - NAMED} more" if len(fields) > NAMED else ""
        raise CannotRead("The file has none of the columns that the model uses.", f"It uses {needed}.")
    return raw


def _own_names(path: Path, rules: dict, fields: list[str], mapping: Mapping[str, str]) -> list[str] | None:
    """Return the file's column names by the model's rules; None where the file does not fit them."""
    try:
        peek = read_raw(path, {**rules, "names": []}, max_rows=PEEK_ROWS)
    except (ReadingError, OSError, ValueError, LookupError):
        return None
    if rules.get("header_rows", 1) == 0:  # the names are not in the file: it must have the same columns
        names = list(rules.get("names", ()))
        return names if peek.shape[1] == len(names) else None
    names = [str(name) for name in peek.columns]
    return names if set(fields) <= {mapping.get(name, name) for name in names} else None


def _texts(values: pd.Series, *, as_text: bool = True) -> list:
    """Return cells for the CSV: text as it is, typed cells as the text they are read as, nothing as ""."""
    blank = values.isna().tolist()
    cells = zip(values.tolist(), blank, strict=True)
    if as_text:
        return ["" if none else cell if isinstance(cell, str) else text_of(cell) for cell, none in cells]
    return ["" if none else cell for cell, none in cells]
