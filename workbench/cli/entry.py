"""Run a command; end with 0, or with one line that says why not."""

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module

from workbench.cli.arguments import parser
from workbench.cli.saying import complain
from workbench.errors import WorkbenchError

DEBUG = "WORKBENCH_DEBUG"
FAILED, STOPPED, PIPE_CLOSED = 1, 130, 141
# Command: the module whose ``run(arguments)`` does it; imported only when asked for.
COMMANDS = {
    "read": "workbench.cli.read",
    "profile": "workbench.cli.profile",
    "train": "workbench.cli.train",
    "results": "workbench.cli.results",
    "test": "workbench.cli.test",
    "export": "workbench.cli.export",
    "predict": "workbench.cli.predict",
    "evaluate": "workbench.cli.evaluate",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of the process.

    Returns
    -------
    int
        0; 1 where the command failed; 130 where it was stopped by Ctrl-C; 141 where the reader of its output went
        away. A mistake in the arguments exits with 2 as argparse does.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that cannot show a character shows "?" instead of failing
            stream.reconfigure(errors="replace")
    # What is meant for a server's log would else stand raw on the terminal, beside the sentence that says the same.
    logging.getLogger("workbench").addHandler(logging.NullHandler())
    try:
        given = parser().parse_args(arguments)
        with warnings.catch_warnings():
            # What libraries complain about while training is kept with the candidate it concerns.
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            import_module(COMMANDS[given.command]).run(given)
        sys.stdout.flush()
        return 0
    except KeyboardInterrupt as stopped:
        complain(str(stopped) or "Stopped.")
        return STOPPED
    except BrokenPipeError:
        _forget_output()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - a command line shows sentences, never a traceback
        if os.environ.get(DEBUG):
            traceback.print_exc()
        complain(_sentence(error))
        return FAILED


def _sentence(error: Exception) -> str:
    """Say what happened and, where that is known, what to do now."""
    # The runtime has errors of its own, since it is shipped without ours; their texts are sentences, too.
    if isinstance(error, WorkbenchError) or type(error).__module__.startswith("workbench."):
        return str(error)
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"There is no file “{error.filename}”. Check its name and folder."
    if isinstance(error, IsADirectoryError):
        return f"“{error.filename}” is a folder; name a file."
    if isinstance(error, PermissionError):
        return f"“{error.filename}” may not be read or written by you. Check its permissions."
    if isinstance(error, OSError):
        where = f" (“{error.filename}”)" if error.filename else ""
        return f"The system says: {error.strerror or error}{where}."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this table. Close other programs, or use fewer rows."
    return (
        f"Something unexpected happened ({type(error).__name__}: {error}). This is a defect; please report it. "
        f"Set {DEBUG}=1 to see where."
    )


def _forget_output() -> None:
    """Point standard output at nothing, so that Python does not complain again when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None  # a stream without a descriptor (tests, notebooks) has nothing left to flush
