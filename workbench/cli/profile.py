"""``profile``: say what a table holds and what is to decide, and write the report."""

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.column_names import must_have
from workbench.cli.outputs import check_outputs, write_json, write_text
from workbench.cli.read import existing_file
from workbench.cli.saying import progress, say
from workbench.errors import NotPossible

if TYPE_CHECKING:
    import pandas as pd

    from workbench.profiling import Profile
    from workbench.specs import Schema, Task

STATUS_WORDS = {"alerted": "you decide", "done": "done"}
BIG_BYTES = 16 * 2**20  # of a file from which it is said how far the work is
REPORT_SECONDS = 2.0
STRONGEST = 5


def run(arguments: argparse.Namespace) -> None:
    """Profile ``FILE``; say what was found, write what was asked for."""
    if arguments.task and not arguments.target:
        raise NotPossible("--task says what kind of question --target is, so it needs one.")
    outputs = (arguments.html, arguments.json)
    check_outputs(*outputs, inputs=[arguments.file, arguments.against])
    path = existing_file(arguments.file)
    opened, table = _opened(path)
    if arguments.target:
        must_have(opened.schema.names, arguments.target)
    task = _task(table, opened.schema, arguments.target, arguments.task)
    found = _profiled(path, table, opened.schema, arguments.target, task)
    _say_findings(found, opened.questions, outputs)
    if arguments.json:
        write_json(arguments.json, found.to_json())
    if arguments.html:
        write_text(arguments.html, found.to_html(f"Profile of {path.name}", _about(path, opened)))


def _opened(path: Path):
    """Return what is known of a file, and its table; a big file is read in pieces, and said how far that is."""
    if path.stat().st_size < BIG_BYTES:
        from workbench.data import open_table

        opened = open_table(path)
        return opened, opened.table
    import pandas as pd

    from workbench.data import open_to_parquet

    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        kept = Path(folder) / "table.parquet"
        opened = open_to_parquet(path, kept, on_progress=_Reporter(path.name))
        return opened, pd.read_parquet(kept)


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


def _task(table: "pd.DataFrame", schema: "Schema", target: str, asked: "Task | None") -> "Task | None":
    """Return the task that was asked for, once it is known to fit the target."""
    if not asked:
        return None
    from workbench.modeling.targets import detect_task

    return detect_task(table[target].dropna(), schema.column(target), asked)[0]


def _profiled(path: Path, table: "pd.DataFrame", schema: "Schema", target: str, task: "Task | None") -> "Profile":
    from workbench.profiling import profile

    if path.stat().st_size < BIG_BYTES:
        return profile(table, schema, target=target, task=task)
    progress(f"{path.name}: looking at {len(table):,} rows and {len(table.columns):,} columns")
    return profile(
        table,
        schema,
        target=target,
        task=task,
        on_columns=lambda _: progress(f"{path.name}: every column is described; looking for what matters"),
    )


def _say_findings(found: "Profile", questions, outputs: tuple[str | None, ...]) -> None:
    """Say the whole in a sentence, then what is to decide, what was done, and what tells the target."""
    say(found.headline, beside=outputs)
    for question in questions:
        say(f"[{STATUS_WORDS['alerted']}] {question.sentence}", beside=outputs)
    for finding in found.findings:
        if finding.status in STATUS_WORDS:
            say(f"[{STATUS_WORDS[finding.status]}] {finding.sentence} {finding.advice}", beside=outputs)
    strongest = found.ranked[:STRONGEST]
    if strongest:
        told = ", ".join(f"“{column.name}” {column.strength.words}" for column in strongest)
        say(f"What tells “{found.target}” most, each column alone: {told}.", beside=outputs)


def _about(path: Path, opened):
    from workbench.profiling.report import About

    asked = tuple(f"To decide: {question.sentence}" for question in opened.questions)
    return About(path.name, path.stat().st_size, opened.sentence, (*opened.notes, *asked))
