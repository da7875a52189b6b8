"""Opening what was kept for the end: test a stored model, and put on record that it was done."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.errors import NotPossible, WorkbenchError
from workbench.profiling.wording import counted
from workbench.store.openings import Opening
from workbench.store.records import Run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from workbench.store.home import Store

Progress = Callable[[float], None]


def open_locked(store: "Store", run_id: str, key: str, *, on_draw: Progress | None = None) -> Opening:
    """Test a fitted model on the rows that were locked away for its run, on record.

    Parameters
    ----------
    key : str
        The candidate; it has to be fitted on all other rows.
    on_draw : callable(share), optional
        Told how much is done.

    Raises
    ------
    NotPossible
        No rows were locked away.
    NotFound, ModelUnusable
        The model is not there, or cannot be used.
    """
    from workbench.training.final_test import final_test, promised_by

    run = store.run(run_id)
    if known := _same(store, run, key, "locked", run.spec.dataset):
        return known
    pipeline, table = store.load_model(run_id, key), store.load_table(run.spec.dataset)
    promised = promised_by(store.load_evaluation(run_id), key)
    found = final_test(pipeline, run.spec, table, promised, on_draw=on_draw)
    dataset = store.dataset(run.spec.dataset, run.project_id)
    labels = locked_labels(run, table)
    return store.record_opening(
        run_id,
        key,
        "locked",
        dataset=dataset.fingerprint,
        name=dataset.name,
        source=dataset.raw_path.name,
        result=found.to_json(),
        labels=labels,
        seen=_learned_elsewhere(store, run, table, labels),
    )


def test_on_dataset(
    store: "Store", run_id: str, key: str, fingerprint: str, *, on_draw: Progress | None = None
) -> Opening:
    """Test a fitted model on a second data set of its project, on record.

    Raises
    ------
    NotFound, NotPossible
        The second file lacks a column, or does not hold the same; see ``training.labelled.labelled_rows``.
    """
    from workbench.training.final_test import promised_by, test_on
    from workbench.training.labelled import labelled_rows, shared_rows

    run = store.run(run_id)
    if fingerprint == run.spec.dataset:
        raise NotPossible("This is the table that the model was trained on.", "Give another file to test it on.")
    if known := _same(store, run, key, "file", fingerprint):
        return known
    first, second = store.dataset(run.spec.dataset), store.dataset(fingerprint, run.project_id)
    pipeline = store.load_model(run_id, key)
    raw = store.load_raw(fingerprint)
    labelled = labelled_rows(raw, first.schema, run.spec, f"“{second.name}”")
    promised = promised_by(store.load_evaluation(run_id), key)
    found = test_on(pipeline, run.spec, labelled, promised, on_draw=on_draw)
    n_shared = shared_rows(raw, store.load_table(run.spec.dataset), first.schema)
    notes = labelled.notes
    if n_shared:
        which = f"{n_shared:,} of its {counted(len(raw), 'row')} {'is' if n_shared == 1 else 'are'}"
        notes = (f"{which} also in the training file, so the result may look better than it is.", *notes)
    return store.record_opening(
        run_id,
        key,
        "file",
        dataset=fingerprint,
        name=second.name,
        source=second.raw_path.name,
        result=found.to_json(),
        notes=notes,
    )


test_on_dataset.__test__ = False  # no test, whatever pytest takes its name for


def locked_labels(run: Run, table: "pd.DataFrame") -> "np.ndarray":
    """Return the positions in the file of the rows that are locked away for a run."""
    from workbench.modeling.locking import locked_rows

    return table.index.to_numpy()[locked_rows(table, run.spec)]


def _same(store: "Store", run: Run, key: str, rows: str, dataset: str) -> Opening | None:
    """Return the test that is on record for this very model and these rows: it would come out the same again."""
    asked = (run.id, key, rows, dataset)
    found = store.openings(run.project_id)
    return next((one for one in found if (one.run_id, one.key, one.rows, one.dataset) == asked), None)


def _learned_elsewhere(store: "Store", run: Run, table: "pd.DataFrame", labels: "np.ndarray") -> int:
    """Return how many of these rows other runs of the project have learned from."""
    import numpy as np

    from workbench.modeling.planning import modelling_table

    source = store.dataset(run.spec.dataset).raw_path
    seen, looked = np.zeros(len(labels), dtype=bool), set()
    for other in store.runs(run.project_id):
        if other.spec is None or not other.n_done or other.id == run.id:
            continue
        spec = other.spec.but(candidates=run.spec.candidates)
        n_drawn = spec.autopilot.rows if spec.autopilot else 0
        facts = (spec.dataset, spec.recipe, spec.target, spec.task, spec.locked, spec.split, spec.seed, n_drawn)
        if facts in looked:
            continue
        looked.add(facts)
        try:
            if spec.dataset == run.spec.dataset:
                seen |= np.isin(labels, modelling_table(table, spec)[0].index)
            elif not spec.locked and store.dataset(spec.dataset).raw_path == source:  # the same file, read otherwise
                seen[:] = True
        except WorkbenchError:  # what it used is not there any more
            continue
    return int(seen.sum())
