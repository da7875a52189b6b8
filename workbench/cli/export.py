"""``export``: the tested service of a stored run's model, under the contract that is asked for."""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.outputs import check_outputs, write_json
from workbench.cli.read import existing_file
from workbench.cli.saying import progress, say
from workbench.cli.train import check_bundle
from workbench.errors import ModelUnusable, NotFound, NotPossible

if TYPE_CHECKING:
    from workbench.specs import ContractSpec
    from workbench.store import Store
    from workbench.store.records import Run

FAULTS = ("missing", "unseen", "out_of_range", "extra")
LOOK_SECONDS = 0.2  # between two looks at whether a fit has ended


def run(arguments: argparse.Namespace) -> None:
    """Keep the contract that is asked for, and write the service under it."""
    check_bundle(arguments.bundle)
    check_outputs(arguments.bundle, arguments.json, inputs=[arguments.contract])
    if arguments.bundle is None and arguments.json is None:
        raise NotPossible("Export needs somewhere to write.", "For instance: export RUN --bundle service.zip.")
    from workbench.store import Store

    with Store.open() as store:
        found = store.run(arguments.run)
        if found.spec is None:
            raise ModelUnusable(found.problem, "Train again.")
        key = _key(store, found, arguments.model)
        contract = _contract(store, found, key, arguments)
        store.save_contract(found.id, key, contract)
        if arguments.json:
            write_json(arguments.json, contract.model_dump(mode="json"))
        if arguments.bundle:
            _write(store, found, key, contract, arguments)


def _write(store: "Store", found: "Run", key: str, contract: "ContractSpec", arguments: argparse.Namespace) -> None:
    from workbench.export.stored_bundle import bundle_of_run

    _fitted(store, found, key)
    out = Path(arguments.bundle).resolve()  # a link stays a link
    _, proof = bundle_of_run(store, found, key, out, contract=contract, proof=arguments.proof, say=progress)
    beside = (arguments.json,)
    say(
        f"{proof.n_tests} tests passed in {proof.seconds:.1f} s, in {proof.environment.removesuffix('.')}.",
        beside=beside,
    )
    say(f"The service is in {arguments.bundle}.", beside=beside)


def _fitted(store: "Store", found: "Run", key: str) -> None:
    """Fit the model on all rows where nobody did so far: a run does that for its best alone."""
    if any(model.key == key and model.status == "ready" for model in store.models(found.id)):
        return
    from workbench.training import supervisor

    progress(f"Fitting “{key}” on all rows, which was not done so far")
    try:
        supervisor.fit_model(store, found.id, key)
        while supervisor.check(store, found.id) and not _is_settled(store, found.id, key):
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        supervisor.stop_fit(store, found.id, key)
        raise


def _is_settled(store: "Store", run_id: str, key: str) -> bool:
    """Whether a fit came to an end, good or bad; why it did not work, loading the model says."""
    return all(model.status not in ("queued", "fitting") for model in store.models(run_id) if model.key == key)


def _key(store: "Store", found: "Run", asked: str | None) -> str:
    evaluation = store.load_evaluation(found.id)
    best = evaluation.best()
    if asked is None and best is None:
        raise NotPossible("No model of this run has all its scores.", f"Go on with it: train --resume {found.id}.")
    known = [one.key for one in evaluation.candidates()]
    if asked is not None and asked not in known:
        raise NotFound(f"The run has no model “{asked}”.", f"It has {', '.join(known)}.")
    return asked or best


def _contract(store: "Store", found: "Run", key: str, arguments: argparse.Namespace) -> "ContractSpec":
    """Return the contract: of the file, the preset or the one kept with the run, with what is asked for on top."""
    from workbench.export.field_contract import checked, preset, tidied
    from workbench.export.stored_bundle import fields_of_run

    fields = fields_of_run(store, found).fields
    contract = store.contract(found.id, key)
    if arguments.contract:
        contract = _of_file(existing_file(arguments.contract))
    elif arguments.preset:
        contract = preset(arguments.preset, fields, contract.sensitive)
    contract = contract.but(sensitive=tuple(dict.fromkeys([*contract.sensitive, *arguments.sensitive])))
    for action in ("warn", "impute", "reject"):
        for text in getattr(arguments, action):
            contract = _changed(contract, fields, action, text)
    return tidied(checked(contract, fields))


def _of_file(path: Path) -> "ContractSpec":
    from pydantic import ValidationError

    from workbench.specs import ContractSpec

    try:
        return ContractSpec.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValidationError, ValueError) as error:
        raise NotPossible(
            f"“{path.name}” holds no contract ({str(error).splitlines()[0]}).", "“export RUN --json” writes one."
        ) from None


def _changed(contract: "ContractSpec", fields: list[dict], action: str, text: str) -> "ContractSpec":
    """Return a contract in which something else is done about one fault, of one column or of all that can have it."""
    from workbench.export.field_contract import faults_of
    from workbench.specs import FieldContract

    fault, _, column = text.partition(":")
    if fault not in FAULTS or (fault == "extra" and (column or action == "impute")):
        raise NotPossible(
            f"--{action} {text} is not possible.",
            f"The faults are {', '.join(FAULTS)}; behind a colon may stand a column, as in --reject missing:age.",
        )
    if fault == "extra":
        return contract.but(extra=action)
    names = [entry["name"] for entry in fields if action in faults_of(entry).get(fault, ())]
    chosen = {one.column: one for one in contract.fields}
    for name in [column] if column else names:
        chosen[name] = chosen.get(name, FieldContract(column=name)).but(**{fault: action})
    return contract.but(fields=tuple(chosen.values()))
