"""``profile``: say what a table holds, and write the report."""

import argparse

from workbench.cli.outputs import check_outputs, write_json, write_text
from workbench.cli.read import existing_file
from workbench.cli.saying import say

STATUS_WORDS = {"alerted": "you decide", "done": "done"}


def run(arguments: argparse.Namespace) -> None:
    """Profile ``FILE``; say what was found, write what was asked for."""
    outputs = (arguments.html, arguments.json)
    check_outputs(*outputs, inputs=[arguments.file])
    from workbench.data import open_table
    from workbench.profiling import profile

    path = existing_file(arguments.file)
    opened = open_table(path)
    found = profile(opened.table, opened.schema, target=arguments.target)
    say(found.headline, beside=outputs)
    for finding in found.findings:
        if finding.status in STATUS_WORDS:
            say(f"[{STATUS_WORDS[finding.status]}] {finding.sentence} {finding.advice}", beside=outputs)
    if arguments.json:
        write_json(arguments.json, found.to_json())
    if arguments.html:
        write_text(arguments.html, found.to_html(f"Profile of {path.name}"))
