"""``profile``: say what a table holds, what is to decide and what has changed, and write the report."""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.column_names import must_have
from workbench.cli.outputs import check_outputs, write_json, write_text
from workbench.cli.read import existing_file
from workbench.cli.saying import progress, say
from workbench.errors import NotPossible

if TYPE_CHECKING:
    import pandas as pd

    from workbench.data.questions import Question
    from workbench.profiling import Profile
    from workbench.profiling.differences.tables import TableDifferences
    from workbench.profiling.report import About
    from workbench.specs import Schema, Task

STATUS_WORDS = {"alerted": "you decide", "done": "done"}
CHANGED = "changed"
BIG_BYTES = 16 * 2**20  # of a file from which it is said how far the work is
REPORT_SECONDS = 2.0
STRONGEST = 5


@dataclass(frozen=True, eq=False)
class _File:
    """A file, its typed table, and what was found out in reading it."""

    path: Path
    table: "pd.DataFrame"
    schema: "Schema"
    sentence: str
    notes: tuple[str, ...]
    questions: tuple["Question", ...]

    @property
    def is_big(self) -> bool:
        return self.path.stat().st_size >= BIG_BYTES


def run(arguments: argparse.Namespace) -> None:
    """Profile ``FILE``; say what was found, write what was asked for."""
    if arguments.task and not arguments.target:
        raise NotPossible("--task says what kind of question --target is, so it needs one.")
    outputs = (arguments.html, arguments.json)
    check_outputs(*outputs, inputs=[arguments.file, arguments.against])
    paths = [existing_file(name) for name in (arguments.file, arguments.against) if name]
    files = [_opened(path) for path in paths]
    file, before = files[0], files[1] if len(files) > 1 else None
    target = _target(arguments.target, file, before)
    found = _profiled(file, target, _task(file, target, arguments.task))
    differences = _differences(file, before, arguments.target) if before else None
    _say_findings(found, file.questions, outputs)
    if differences:
        _say_differences(differences, before, outputs)
    if arguments.json:
        plain = found.to_json()
        write_json(arguments.json, plain | {"differences": differences.to_json()} if differences else plain)
    if arguments.html:
        write_text(arguments.html, found.to_html(f"Profile of {file.path.name}", _about(file, before, differences)))


def _opened(path: Path) -> _File:
    """Read a file; a big one in pieces, and it is said how far that is."""
    if path.stat().st_size < BIG_BYTES:
        from workbench.data import open_table

        opened = open_table(path)
        table = opened.table
    else:
        import pandas as pd

        from workbench.data import open_to_parquet

        with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
            kept = Path(folder) / "table.parquet"
            opened = open_to_parquet(path, kept, on_progress=_Reporter(path.name))
            table = pd.read_parquet(kept)
    return _File(path, table, opened.schema, opened.sentence, opened.notes, opened.questions)


class _Reporter:
    """Says how far the reading of a file is: when it begins something else, and every two seconds."""

    def __init__(self, name: str):
        self.name, self.words, self.said_at = name, "", 0.0

    def __call__(self, done_bytes: int, total_bytes: int, words: str) -> None:
        now = time.monotonic()
        if words == self.words and now - self.said_at < REPORT_SECONDS:
            return
        self.words, self.said_at = words, now
        progress(f"{self.name}: {words[0].lower()}{words[1:]}, {100 * done_bytes / max(total_bytes, 1):.0f} %")


def _target(asked: str, file: _File, before: _File | None) -> str:
    """Return the target as far as the file has it: one that is still to be predicted lacks it."""
    if not asked:
        return ""
    if before is not None and asked not in file.schema.names and asked in before.schema.names:
        progress(f"“{asked}” is only in {before.path.name}, so {file.path.name} is looked at without it.")
        return ""
    must_have(file.schema.names, asked)
    return asked


def _task(file: _File, target: str, asked: "Task | None") -> "Task | None":
    """Return the task that was asked for, once it is known to fit the target."""
    if not asked or not target:
        return None
    from workbench.modeling.targets import detect_task

    return detect_task(file.table[target].dropna(), file.schema.column(target), asked)[0]


def _profiled(file: _File, target: str, task: "Task | None") -> "Profile":
    from workbench.profiling import profile

    said = None
    if file.is_big:
        name = file.path.name
        progress(f"{name}: looking at {len(file.table):,} rows and {len(file.table.columns):,} columns")

        def said(_):
            progress(f"{name}: every column is described; looking for what matters")

    return profile(file.table, file.schema, target=target, task=task, on_columns=said)


def _differences(file: _File, before: _File, target: str) -> "TableDifferences":
    from workbench.profiling.differences.tables import compare_tables

    if file.is_big or before.is_big:
        progress(f"{file.path.name}: comparing it with {before.path.name}")
    return compare_tables(before.table, file.table, before.schema, file.schema, target=target)


def _say_findings(found: "Profile", questions: tuple["Question", ...], outputs: tuple[str | None, ...]) -> None:
    """Say the whole in a sentence, then what is to decide, what was done, and what tells the target."""
    say(found.headline, beside=outputs)
    for question in questions:
        say(f"[{STATUS_WORDS['alerted']}] {question.sentence}", beside=outputs)
    for finding in found.findings:
        if finding.status in STATUS_WORDS:
            say(f"[{STATUS_WORDS[finding.status]}] {finding.sentence} {finding.advice}", beside=outputs)
    if found.telling:
        told = ", ".join(f"“{column.name}” {column.strength.words}" for column in found.telling[:STRONGEST])
        say(f"What tells “{found.target}” most, each column alone: {told}.", beside=outputs)


def _say_differences(differences: "TableDifferences", before: _File, outputs: tuple[str | None, ...]) -> None:
    say(f"Beside {before.path.name}: {differences.headline}", beside=outputs)
    for column in differences.differing:
        say(f"[{CHANGED}] {column.sentence}", beside=outputs)


def _about(file: _File, before: _File | None, differences: "TableDifferences | None") -> "About":
    from workbench.profiling.report import About

    asked = tuple(f"To decide: {question.sentence}" for question in file.questions)
    return About(
        file.path.name,
        file.path.stat().st_size,
        file.sentence,
        (*file.notes, *asked),
        other=before.path.name if before else "",
        differences=differences,
    )
