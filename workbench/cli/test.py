"""``test``: open the rows that were locked away for a run, once and on record, or say what is on record."""

import argparse
from typing import TYPE_CHECKING

from workbench.cli import testing
from workbench.cli.outputs import check_outputs, write_json
from workbench.cli.saying import progress, say
from workbench.errors import ModelUnusable, NotFound, NotPossible

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.store.records import Run


def run(arguments: argparse.Namespace) -> None:
    """Open the locked rows of ``RUN`` with its best model or another, or list the tests there were."""
    check_outputs(arguments.json)
    from workbench.store import Store

    with Store.open() as store:
        found = store.run(arguments.run)
        if found.spec is None:
            raise ModelUnusable(found.problem, "Train again.")
        beside = (arguments.json,)
        if arguments.open:
            key = _key(found, arguments.model)
            opening = _opened(store, found, key, again=arguments.again)
            testing.say_opening(opening, found.spec.target, beside)
            openings = [opening]
        else:
            openings = [opening for opening in store.openings(found.project_id) if opening.run_id == found.id]
            _say_record(found, openings, beside)
        if arguments.json:
            write_json(arguments.json, testing.facts(openings))


def _key(found: "Run", asked: str | None) -> str:
    keys = [candidate.key for candidate in found.spec.candidates]
    if asked is None:
        if found.best is None:
            raise NotPossible("No model of this run has all its scores.", "Go on with it: train --resume RUN.")
        return found.best
    matching = [asked] if asked in keys else [key for key in keys if key.startswith(f"{asked}-")]
    if len(matching) != 1:
        raise NotFound(f"The run has no model “{asked}”.", f"It has {', '.join(keys)}.")
    return matching[0]


def _opened(store: "Store", found: "Run", key: str, *, again: bool):
    from workbench.store.final_tests import locked_labels, open_locked
    from workbench.store.openings import NO_LONGER_UNSEEN
    from workbench.training import worker

    if not found.spec.locked:
        raise NotPossible("No rows were locked away for this run.", "Train with --lock 0.2.")
    known = store.openings_of(found.id, key)
    if not any(opening.rows == "locked" for opening in known):
        source = store.dataset(found.spec.dataset).raw_path.name
        labels = locked_labels(found, store.load_table(found.spec.dataset))
        if store.opened_before(found.project_id, "locked", source, labels) and not again:
            raise NotPossible(
                f"{NO_LONGER_UNSEEN} Another model was tested on these rows.",
                "Add --again to do so nevertheless; the record and the model card will say it.",
            )
    if not any(model.key == key and model.status == "ready" for model in store.models(found.id)):
        progress(f"fitting {key} on all rows that are not locked away")
        worker.work(store, found.id, key)
    return open_locked(store, found.id, key)


def _say_record(found: "Run", openings: list, beside: tuple[str | None, ...]) -> None:
    for opening in openings:
        say(f"{opening.at:%Y-%m-%d %H:%M} UTC, {opening.key}: {opening.sentence}", beside=beside)
        for caveat in opening.caveats:
            progress(f"note: {caveat}")
    if found.spec.locked and not any(opening.rows == "locked" for opening in openings):
        share = f"{100 * found.spec.locked:g} %"
        say(f"{share} of the rows are locked away and were not opened. Open them with --open.", beside=beside)
    elif not openings:
        say("No rows were locked away for this run, and it was tested on no second file.", beside=beside)
