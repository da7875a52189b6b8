"""``predict``: rows of a file through an exported model, by the same code as the service."""

import argparse
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.outputs import check_outputs, write_csv
from workbench.cli.read import cell_texts, existing_file
from workbench.cli.saying import progress, say
from workbench.errors import BundleRefused, CannotRead, NotPossible, WorkbenchError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.runtime.scorer import Scorer

CHUNK_ROWS = 20_000  # predicted and written at a time, so that memory does not grow with the file
REASONS_SHOWN = 3
FOUND_NOT_FITTING = 5  # rows looked at to see whether a file fits the bundle's rules


def run(arguments: argparse.Namespace) -> None:
    """Predict the rows of ``FILE`` and write them with their predictions."""
    check_outputs(arguments.csv, inputs=[arguments.bundle, arguments.file])
    bundle, path = existing_file(arguments.bundle), existing_file(arguments.file)
    from workbench.runtime.scorer import Scorer

    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        _unpack(bundle, Path(folder))
        scorer = Scorer.load(folder)
    raw = read_rows(path, scorer.manifest)
    _say_columns(raw, scorer.manifest)
    outcome = _Outcome(scorer, raw)
    write_csv(arguments.csv, outcome.header, outcome.records())
    outcome.complain()
    say(f"{len(raw) - outcome.n_errors:,} of {len(raw):,} rows predicted.", beside=(arguments.csv,))
    if outcome.n_errors and outcome.n_errors == len(raw):
        raise NotPossible("No row could be predicted.", "Compare the file with the one the model was trained on.")


def read_rows(path: Path, manifest: dict) -> "pd.DataFrame":
    """Return the rows of a file as raw cells: by the bundle's own rules where the file fits them, else as detected.

    Parameters
    ----------
    manifest : dict
        What the bundle's ``model.json`` holds.

    Raises
    ------
    CannotRead
        The file is not a table, or has none of the columns that the model uses.
    """
    from workbench.data import detect
    from workbench.runtime.reading import ReadingError, read_raw

    fields = [entry["name"] for entry in manifest["fields"]]
    rules = manifest["read"]
    own = _own_names(path, rules, fields)
    # What the training file had below the table or between header and data need not be in this one.
    if own is not None and not rules.get("footer_rows") and not rules.get("skip_after_header"):
        return read_raw(path, {**rules, "names": own})
    try:
        detected = detect(path).read.model_dump(mode="json")
        raw = read_raw(path, detected)
    except (WorkbenchError, ReadingError):
        if own is None:
            raise
        return read_raw(path, {**rules, "names": own})
    if own is not None and not set(fields) <= set(raw.columns):
        return read_raw(path, {**rules, "names": own})
    if set(fields).isdisjoint(raw.columns):
        needed = ", ".join(f"“{name}”" for name in fields[:10])
        raise CannotRead(f"“{path.name}” has none of the columns that the model uses.", f"It uses {needed}.")
    return raw


def _own_names(path: Path, rules: dict, fields: list[str]) -> list[str] | None:
    """Return the file's column names by the bundle's rules; None where the file does not fit them."""
    from workbench.runtime.reading import ReadingError, read_raw

    try:
        peek = read_raw(path, {**rules, "names": []}, max_rows=FOUND_NOT_FITTING)
    except (ReadingError, OSError, ValueError, LookupError):
        return None
    if rules.get("header_rows", 1) == 0:  # the names are not in the file: it must have the same columns
        names = list(rules.get("names", ()))
        return names if peek.shape[1] == len(names) else None
    names = [str(name) for name in peek.columns]
    return names if set(fields) <= set(names) else None


class _Outcome:
    """Predictions made and written piece by piece, and what there is to say about them afterwards."""

    def __init__(self, scorer: "Scorer", raw: "pd.DataFrame"):
        from workbench.runtime.delimited import unique_names

        self.scorer, self.raw = scorer, raw
        self.n_errors = self.n_warned = 0
        self.errors: list[str] = []
        self.warnings: list[str] = []
        answers = scorer.predict_frame(raw.iloc[:0])
        self.columns = [name for name in answers.columns if name not in ("warnings", "error")]
        # A column of the file that is called like one of ours stays; ours gets a number behind it, as in the service.
        self.header = unique_names([*raw.columns, *self.columns])

    def records(self) -> Iterator[tuple]:
        for start in range(0, len(self.raw), CHUNK_ROWS):
            piece = self.raw.iloc[start : start + CHUNK_ROWS]
            answers = self.scorer.predict_frame(piece)
            self._note(answers, start)
            cells = [cell_texts(piece.iloc[:, position]) for position in range(piece.shape[1])]
            results = [_result_cells(answers[name]) for name in self.columns]
            yield from zip(*cells, *results, strict=True)

    def complain(self) -> None:
        """Say how many rows got no prediction, or one with a warning, and why the first of them."""
        if self.n_errors:
            progress(f"{_rows(self.n_errors)} got no prediction.")
            _examples(self.errors, self.n_errors)
        if self.n_warned:
            progress(f"{_rows(self.n_warned)} got a prediction with a warning.")
            _examples(self.warnings, self.n_warned)

    def _note(self, answers: "pd.DataFrame", start: int) -> None:
        texts = zip(answers["error"].tolist(), answers["warnings"].tolist(), strict=True)
        for number, (error, warning) in enumerate(texts, start + 1):
            self.n_errors += bool(error)
            self.n_warned += bool(warning) and not error
            if error and len(self.errors) < REASONS_SHOWN:
                self.errors.append(f"Row {number:,}: {error}")
            elif warning and not error and len(self.warnings) < REASONS_SHOWN:
                self.warnings.append(f"Row {number:,}: {warning}")


def _result_cells(values: "pd.Series") -> list:
    # Python's own numbers: csv writes a float so that it reads back as the same float.
    return ["" if cell is None or cell != cell else cell for cell in values.tolist()]


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _examples(reasons: list[str], number: int) -> None:
    for reason in reasons:
        progress(f"- {reason}")
    if number > len(reasons):
        progress(f"- … and {number - len(reasons):,} more")


def _say_columns(raw: "pd.DataFrame", manifest: dict) -> None:
    missing = [entry["name"] for entry in manifest["fields"] if entry["name"] not in raw.columns]
    if missing:
        named = ", ".join(f"“{name}”" for name in missing[:10])
        progress(f"The file lacks {len(missing):,} of the columns that the model uses: {named}. They count as blank.")


def _unpack(bundle: Path, folder: Path) -> None:
    """Take the model and its description, and nothing else, out of a bundle."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            for name in ("model.json", "model.joblib"):
                archive.extract(name, folder)
    except KeyError:
        raise BundleRefused(f"“{bundle.name}” is not a bundle: there is no {name} in it.", "Export it again.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BundleRefused(f"“{bundle.name}” is damaged or no zip file ({error}).", "Export it again.") from error
