"""``predict``: rows of a file through an exported model, by the same code as the service."""

import argparse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workbench.cli.outputs import check_outputs, write_csv
from workbench.cli.read import cell_texts, existing_file
from workbench.cli.saying import progress, say
from workbench.errors import NotPossible

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from workbench.export.column_mapping import Suggestion
    from workbench.runtime.scorer import Scorer

CHUNK_ROWS = 20_000  # predicted and written at a time, so that memory does not grow with the file
REASONS_SHOWN = 3


def run(arguments: argparse.Namespace) -> None:
    """Predict the rows of ``FILE`` and write them with their predictions."""
    check_outputs(arguments.csv, inputs=[arguments.bundle, arguments.file])
    bundle, path = existing_file(arguments.bundle), existing_file(arguments.file)
    from workbench.export import open_bundle
    from workbench.export.column_mapping import renamed
    from workbench.export.file_rows import read_rows

    scorer = open_bundle(bundle)
    mapping = mapping_of(arguments.map, path, scorer.manifest)
    own = read_rows(path, scorer.manifest, mapping)
    raw = renamed(own, mapping)
    _say_columns(raw, scorer.manifest)
    outcome = _Outcome(scorer, raw, list(own.columns))
    write_csv(arguments.csv, outcome.header, outcome.records())
    outcome.complain()
    say(f"{len(raw) - outcome.n_errors:,} of {len(raw):,} rows predicted.", beside=(arguments.csv,))
    if outcome.n_errors and outcome.n_errors == len(raw):
        raise NotPossible("No row could be predicted.", "Compare the file with the one the model was trained on.")


class _Outcome:
    """Predictions made and written piece by piece, and what there is to say about them afterwards."""

    def __init__(self, scorer: "Scorer", raw: "pd.DataFrame", own_names: list[str]):
        from workbench.runtime.delimited import unique_names

        self.scorer, self.raw = scorer, raw
        self.n_errors = self.n_warned = 0
        self.errors: list[str] = []
        self.warnings: list[str] = []
        answers = scorer.predict_frame(raw.iloc[:0])
        self.columns = [name for name in answers.columns if name not in ("warnings", "error")]
        # A column of the file that is called like one of ours stays; ours gets a number behind it, as in the service.
        self.header = unique_names([*own_names, *self.columns])

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


def mapping_of(texts: list[str], path: "Path", manifest: dict) -> dict[str, str]:
    """Return which columns of the file are called otherwise; where none is of the model, say what they may be."""
    from workbench.export.column_mapping import parsed
    from workbench.export.file_rows import file_columns, known_columns

    known = [entry["name"] for entry in manifest["fields"]]
    found = file_columns(path, manifest)
    if not texts:
        if len(found.absent) == len(known):  # it will be refused: first what may be meant
            _suggest(found.suggestions)
        return {}
    return parsed(texts, found.extra, [*known, *known_columns(manifest)])


def _say_columns(raw: "pd.DataFrame", manifest: dict) -> None:
    from workbench.export.file_rows import compared

    found = compared(raw, manifest)
    if found.absent:
        named = ", ".join(f"“{name}”" for name in found.absent[:10])
        progress(
            f"The file lacks {len(found.absent):,} of the columns that the model uses: {named}. They count as blank."
        )
        _suggest(found.suggestions)


def _suggest(suggestions: "Iterable[Suggestion]") -> None:
    for one in suggestions:
        progress(f'- “{one.column}” may be “{one.field}”: {one.reason}. If so: --map "{one.column}={one.field}"')
