"""What ``train`` keeps for the end: rows that are locked away (``--lock``), and a second labelled file (``--test``)."""

import argparse
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cli.saying import progress, say
from workbench.errors import NotPossible

if TYPE_CHECKING:
    from workbench.specs import ExperimentSpec
    from workbench.store import Store
    from workbench.store.openings import Opening
    from workbench.store.records import Dataset, Run


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this module to a command."""
    command.add_argument(
        "--lock",
        metavar="SHARE",
        type=_share,
        help="put this share of the rows (0.2 or 20%%) away for a final test: “test RUN --open” opens it, once",
    )
    command.add_argument(
        "--test", metavar="FILE2", help="test the best model on this second file with known outcomes, at the end"
    )


def take_in(store: "Store", project_id: str, path: str, first: "Dataset") -> "Dataset":
    """Take the second file into a project, beside the table in work."""
    source = Path(path)
    staged = store.staging() / f"test-{uuid.uuid4().hex}"
    shutil.copyfile(source, staged)
    second = store.take_in(project_id, staged, source.name, use=False)
    if second.fingerprint == first.fingerprint:
        raise NotPossible(f"“{path}” holds the very table that is trained on.", "Give another file with --test.")
    return second


def check(store: "Store", second: "Dataset", first: "Dataset", spec: "ExperimentSpec") -> None:
    """Make sure, before time is spent on training, that the second file can be compared with predictions."""
    from workbench.training.labelled import labelled_rows

    labelled_rows(store.load_raw(second.fingerprint), first.schema, spec, f"“{second.name}”")


def test(store: "Store", finished: "Run", key: str | None) -> "Opening | None":
    """Test a model on the second file of its project; None where there is no such file, or no model."""
    from workbench.store.final_tests import test_on_dataset

    fingerprint = store.project(finished.project_id).draft.test_dataset
    if key is None or not fingerprint or fingerprint == finished.spec.dataset:
        return None
    progress("testing on the second file")
    return test_on_dataset(store, finished.id, key, fingerprint)


test.__test__ = False  # no test, whatever pytest takes its name for


def say_opening(opening: "Opening", target: str, beside: tuple[str | None, ...]) -> None:
    """Say the result of a test, and what to know before believing it."""
    say(opening.sentence, beside=beside)
    balance = opening.test.balance_said(target)
    if balance:
        say(balance, beside=beside)
    for caveat in opening.caveats:
        progress(f"note: {caveat}")


def facts(openings: list["Opening"]) -> list[dict[str, Any]]:
    """Return tests as JSON for ``train --json`` and for the bundle's model.json."""
    return [opening.to_json() for opening in openings]


def _share(text: str) -> float:
    try:
        value = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"must be a share such as 0.2 or 20%, not “{text}”")
    return value
