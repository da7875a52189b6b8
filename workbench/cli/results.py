"""``results``: what came of a run, as files: every figure, every prediction, and a report for people."""

import argparse
from typing import TYPE_CHECKING

from workbench.cli.outputs import check_outputs, write_csv, write_json, write_text
from workbench.cli.saying import progress, say
from workbench.errors import NotPossible

if TYPE_CHECKING:
    from workbench.results.summary import Summary


def run(arguments: argparse.Namespace) -> None:
    """Write what is known of the best model of ``RUN``."""
    outputs = (arguments.json, arguments.predictions, arguments.html)
    if not any(outputs):
        raise NotPossible("There is nothing to write.", "Name a file with --json, --predictions or --html.")
    check_outputs(*outputs)
    from workbench.export.run_summary import run_summary
    from workbench.results.summary_json import to_json
    from workbench.store import Store

    with Store.open() as store:
        found = store.run(arguments.run)
        quick = arguments.quick
        summary = run_summary(
            store, found, measure=not quick, with_effects=bool(arguments.html) and not quick, say=progress
        )
        if arguments.json:
            write_json(arguments.json, to_json(summary))
        if arguments.predictions:
            _write_predictions(arguments.predictions, summary)
        if arguments.html:
            from workbench.results.report import report_html

            write_text(arguments.html, report_html(summary))
        say(str(summary.headline), beside=outputs)
        for problem in summary.problems:
            progress(f"note: {problem}")


def _write_predictions(output: str, summary: "Summary") -> None:
    """Write the out-of-fold predictions, each row once; a cell without a value is blank."""
    rows = summary.predictions
    if summary.spec.task == "regression":  # the columns are there, also where rows are too few for an interval
        rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, "lower", "upper"])))
    # Python's own numbers: csv writes a float so that it reads back as the same float.
    cells = [["" if value != value else value for value in rows[name].tolist()] for name in rows.columns]
    write_csv(output, rows.columns, zip(*cells, strict=True))
