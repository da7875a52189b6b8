"""What the command line understands.

Nothing but the standard library is imported here, so that ``--help`` and a mistyped option answer at once.
"""

import argparse
import sys
from typing import NoReturn

from workbench.cli import exporting, goal, testing
from workbench.cli.saying import complain

DESCRIPTION = "From a data file to a tested prediction service."
EPILOG = """\
examples:
  python -m workbench profile customers.csv --target Churn --html profile.html
  python -m workbench train customers.csv --target Churn --drop customerID --bundle service.zip
  python -m workbench results RUN --html report.html --json results.json
  python -m workbench predict service.zip new_customers.csv --csv predictions.csv

A file name of - writes to standard output. Projects and runs are kept in the folder that WORKBENCH_HOME names
(~/.workbench without it), where the app shows them, too.
"""
MOST_SECONDS = 7 * 86_400
TASKS = ("binary", "multiclass", "regression")
SPLITS = ("random", "group", "time", "own")


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line; the whole usage is a ``--help`` away."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message}. “{self.prog} --help” lists the options.")
        sys.exit(2)


def parser() -> Parser:
    """Return the parser of all commands; the name of the command is in ``command``."""
    top = Parser(
        prog="python -m workbench",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser, required=True)
    _add_read(commands)
    _add_profile(commands)
    _add_train(commands)
    _add_results(commands)
    _add_test(commands)
    _add_export(commands)
    _add_predict(commands)
    _add_evaluate(commands)
    return top


def _command(commands, name: str, summary: str, detail: str = "") -> Parser:
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}. {detail}".strip(),
        allow_abbrev=False,
    )


def _add_read(commands) -> None:
    command = _command(commands, "read", "read a file and say how it was understood")
    command.add_argument("file", metavar="FILE", help="a table: CSV and its kin, a workbook, JSON, Parquet")
    command.add_argument("--csv", metavar="OUT", help="write the table as comma-separated UTF-8, cells as in the file")
    command.add_argument("--json", metavar="OUT", help="write the rules it was read by and the columns")


def _add_profile(commands) -> None:
    command = _command(commands, "profile", "say what a table holds and what needs attention")
    command.add_argument("file", metavar="FILE", help="the table")
    command.add_argument("--target", metavar="COL", default="", help="the column that is to be predicted")
    command.add_argument("--task", metavar="NAME", choices=TASKS, help="%(choices)s (default: by the target's values)")
    command.add_argument("--against", metavar="OLDFILE", help="say what has changed since this file")
    command.add_argument("--html", metavar="OUT", help="write a report: one file that opens in any browser")
    command.add_argument("--json", metavar="OUT", help="write the figures and findings")


def _add_train(commands) -> None:
    command = _command(
        commands,
        "train",
        "train several estimators on the same folds and compare them",
        "The run is stored as it goes: Ctrl-C keeps what is finished, --resume goes on from there.",
    )
    command.add_argument("file", metavar="FILE", nargs="?", help="the table (not with --resume)")
    command.add_argument("--target", metavar="COL", default="", help="the column to predict")
    command.add_argument(
        "--drop", metavar="COL", action="append", default=[], help="leave this column out (may be given several times)"
    )
    command.add_argument(
        "--known",
        metavar="COL",
        action="append",
        default=[],
        help="this column is known when predicting, whatever the data suggest (may be given several times)",
    )
    _add_split(command)
    command.add_argument("--models", metavar="A,B,C", help="kinds of estimators (default: the set for the task)")
    testing.add_options(command)
    goal.add_options(command)
    command.add_argument("--metric", metavar="NAME", help="main metric (default: roc_auc, log_loss or rmse)")
    command.add_argument("--task", metavar="NAME", choices=TASKS, help="%(choices)s")
    command.add_argument("--positive", metavar="CLASS", help="the class that scores are about (two classes)")
    command.add_argument("--seed", metavar="N", type=_seed, help="same seed, same result (default: 0)")
    command.add_argument(
        "--auto", metavar="SECONDS", type=_seconds, help="find the best model in this time: plan, race, vary, average"
    )
    command.add_argument("--replay", metavar="RUN", help="follow the stored plan of an --auto run again")
    command.add_argument("--resume", metavar="RUN", help="go on with a stopped or interrupted run")
    command.add_argument("--json", metavar="OUT", help="write all scores")
    command.add_argument("--bundle", metavar="OUT.zip", help="write the tested service of the best model")


def _add_split(command) -> None:
    """Add what can be said of the rows, and how often they are divided."""
    command.add_argument(
        "--split",
        metavar="KIND",
        choices=SPLITS,
        help="what is true of the rows: %(choices)s; a column that is not named is the one the data suggest",
    )
    command.add_argument("--group", metavar="COL", default="", help="keep rows with the same value in one fold")
    command.add_argument("--time", metavar="COL", default="", help="test on rows later than those trained on")
    command.add_argument("--fold-column", metavar="COL", default="", help="the column that marks your own folds")
    command.add_argument(
        "--folds", metavar="N", type=_folds, help="number of folds, 2 to 50; 1 holds a fifth out (default: by the rows)"
    )
    command.add_argument("--repeats", metavar="N", type=_repeats, help="divide the rows anew so many times, 1 to 20")
    command.add_argument(
        "--each", action="store_true", default=None, help="test every group once, alone (leave one group out)"
    )
    command.add_argument(
        "--gap", metavar="N", type=_gap, help="leave out rows so many days (or units) before each tested part"
    )


def _add_results(commands) -> None:
    command = _command(
        commands,
        "results",
        "write what came of a run: figures, predictions, a report",
        "All of it is about the best model, on rows it had not seen; threshold and interval are those in use.",
    )
    command.add_argument("run", metavar="RUN", help="the run, as train names it")
    command.add_argument("--json", metavar="OUT", help="write every figure")
    command.add_argument(
        "--predictions", metavar="OUT.csv", help="write a line for each scored row: what it is, what was predicted"
    )
    command.add_argument(
        "--html", metavar="OUT", help="write a report: one file that opens, and prints, in any browser"
    )
    command.add_argument(
        "--quick", action="store_true", help="leave out what would have to be measured first (what the model relies on)"
    )


def _add_test(commands) -> None:
    command = _command(
        commands,
        "test",
        "open the rows that train --lock put away, or say what tests there were",
        "They are unseen only once: the opening is put on record and stands in the model card.",
    )
    command.add_argument("run", metavar="RUN", help="the run, as train names it")
    command.add_argument("--open", action="store_true", help="test on the locked rows")
    command.add_argument("--model", metavar="KEY", help="which of its models (default: the best)")
    command.add_argument("--again", action="store_true", help="also where other models were tested on these rows")
    command.add_argument("--json", metavar="OUT", help="write the tests")


def _add_export(commands) -> None:
    command = _command(
        commands,
        "export",
        "write the tested service of a run's model",
        "What is asked for about unusual rows and sensitive columns is kept with the run, as on the Export page.",
    )
    exporting.add_options(command)


def _add_evaluate(commands) -> None:
    command = _command(commands, "evaluate", "say how good an exported model still is, on a file with known outcomes")
    command.add_argument("bundle", metavar="BUNDLE.zip", help="what train --bundle or the app's Export page wrote")
    command.add_argument("file", metavar="FILE", help="rows with their outcomes")
    _add_map(command)
    command.add_argument("--json", metavar="OUT", help="write scores, intervals and what was promised")


def _add_predict(commands) -> None:
    command = _command(commands, "predict", "predict the rows of a file with an exported model")
    command.add_argument("bundle", metavar="BUNDLE.zip", help="what train --bundle or the app's Export page wrote")
    command.add_argument("file", metavar="FILE", help="rows to predict")
    command.add_argument("--csv", metavar="OUT", required=True, help="write the rows with their predictions")
    _add_map(command)


def _add_map(command) -> None:
    command.add_argument(
        "--map",
        metavar="NEW=OLD",
        action="append",
        default=[],
        help="the file calls NEW what the model knows as OLD (may be given several times)",
    )


def _folds(text: str) -> int:
    return _whole(text, 1, 50)


def _repeats(text: str) -> int:
    return _whole(text, 1, 20)


def _gap(text: str) -> float:
    try:
        gap = float(text)
    except ValueError:
        gap = -1.0
    if not 0 <= gap < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number from 0, not “{text}”")
    return gap


def _seed(text: str) -> int:
    return _whole(text, 0, 2**32 - 1)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"must be a number of seconds from 1 to {MOST_SECONDS:,}, not “{text}”")
    return seconds


def _whole(text: str, low: int, high: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, not “{text}”")
    return number
