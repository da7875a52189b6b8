"""The bundle of an estimator of a stored run: everything that belongs into it is gathered, built and proven.

What the app's Export page and the command line share.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.export.amounts import stored_amount_facts
from workbench.export.bundle import Bundle
from workbench.export.clean_environment import nothing
from workbench.export.description import training_rows
from workbench.export.fields import describe_fields
from workbench.export.model_card import model_card
from workbench.export.proof import Kind, Proof, proven_bundle
from workbench.export.run_summary import decision_in_use, run_summary
from workbench.results.summary import Summary
from workbench.specs import ContractSpec
from workbench.training.optimism import stored_gap

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.store.records import Run

ENVIRONMENTS = "environments"  # folder in the store's home


@dataclass(frozen=True)
class FieldsOfRun:
    """What a contract is chosen about.

    Attributes
    ----------
    fields : list of dict
        As ``model.json`` has them under the usual contract.
    table : DataFrame
        The typed inputs of the rows that the model was trained on.
    """

    fields: list[dict[str, Any]]
    table: pd.DataFrame


def fields_of_run(store: "Store", run: "Run") -> FieldsOfRun:
    """Return the fields of a run's model before anything is agreed on about them."""
    rows = training_rows(store.load_table(run.spec.dataset), run.spec)
    return FieldsOfRun(describe_fields(rows, run.spec.columns), rows)


def bundle_of_run(
    store: "Store",
    run: "Run",
    key: str,
    out: Path,
    *,
    name: str = "",
    contract: ContractSpec | None = None,
    proof: Kind = "clean",
    say: Callable[[str], None] = nothing,
) -> tuple[Bundle, Proof]:
    """Build and prove the bundle of an estimator; nothing new is at ``out`` where it did not pass.

    Parameters
    ----------
    store : Store
    run : Run
    key : str
        The estimator; it has to be fitted on all rows.
    out : Path
    name : str, optional
        Heads the service; without it the predicted column does.
    contract : ContractSpec, optional
        Without it the one that is kept with the run.
    proof : {"clean", "process"}
        See :func:`workbench.export.proof.proof_as_asked`.
    say : callable(str), optional
        Told what is being done.

    Raises
    ------
    BundleRefused, ModelUnusable, NotFound
        The tests did not pass; the model cannot be opened, or is not there.
    """
    say("Opening the model and your data")
    contract = store.contract(run.id, key) if contract is None else contract
    pipeline, relied_on = store.load_model(run.id, key), store.importance(run.id, key)
    dataset, gap = store.dataset(run.spec.dataset), stored_gap(store.artifact("optimism", run.id))
    evaluation = store.load_evaluation(run.id)
    say("Gathering what the model card says")
    card = model_card(without_values(run_summary(store, run, key, measure=False), contract), name)
    return proven_bundle(
        pipeline,
        evaluation.spec,
        dataset.read,
        store.load_table(dataset.fingerprint),
        out,
        raw=store.load_raw(dataset.fingerprint, [column.name for column in run.spec.columns]),
        schema=dataset.schema,
        evaluation=evaluation,
        key=key,
        name=name,
        warnings=run.notes.get("warnings") or (),
        importance=tuple(relied_on.rows["column"]) if relied_on else (),
        optimism=gap.sentence if gap else "",
        final_tests=[opening.to_json() for opening in store.openings_of(run.id, key)],
        decision=_decision(store, run, key),
        amounts=stored_amount_facts(store, run.id, key, evaluation),
        card=card,
        contract=contract,
        proof=proof,
        cache_dir=store.home / ENVIRONMENTS,
        say=say,
    )


def without_values(summary: Summary, contract: ContractSpec) -> Summary:
    """Return a summary that tells of no group of rows by values of a sensitive column."""
    sensitive = set(contract.sensitive)
    if not sensitive:
        return summary
    found, groups = summary.segments, summary.fairness
    if found is not None:
        kept = tuple(one for one in found.segments if not set(one.columns) & sensitive)
        found = replace(found, segments=kept)
    return replace(summary, segments=found, fairness=tuple(one for one in groups if one.column not in sensitive))


def _decision(store: "Store", run: "Run", key: str):
    found = decision_in_use(store, run, key)
    return None if found is None else found.but(scenarios=())
