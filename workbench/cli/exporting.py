"""What ``export`` understands; nothing but the standard library is imported, so that ``--help`` answers at once."""

import argparse


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this module to a command."""
    command.add_argument("run", metavar="RUN", help="the run, as train names it")
    command.add_argument("--bundle", metavar="OUT.zip", help="write the service, once its tests passed")
    command.add_argument("--model", metavar="KEY", help="which of its models (default: the best)")
    for action, words in (
        ("warn", "take rows with this fault, with a warning"),
        ("impute", "take the usual or the nearest value instead, with a warning"),
        ("reject", "refuse rows with this fault"),
    ):
        command.add_argument(
            f"--{action}",
            metavar="FAULT[:COL]",
            action="append",
            default=[],
            help=f"{words}: missing, unseen or out_of_range, of one column or of all that can have it"
            + ("; extra" if action != "impute" else "")
            + " (may be given several times)",
        )
    command.add_argument("--preset", choices=("tolerant", "strict"), help="begin with this contract (%(choices)s)")
    command.add_argument(
        "--sensitive",
        metavar="COL",
        action="append",
        default=[],
        help="no value of this column may leave (may be given several times)",
    )
    command.add_argument("--contract", metavar="FILE.json", help="begin with the contract in this file")
    command.add_argument("--json", metavar="OUT", help="write the contract that holds, as --contract takes it")
    command.add_argument(
        "--proof",
        choices=("clean", "process"),
        default="clean",
        help="run its tests in a clean virtual environment made from its requirements (default; kept for the next "
        "time), or in a process of its own, which needs no package index",
    )
