"""``evaluate``: how good an exported model still is, on a file with known outcomes."""

import argparse
from pathlib import Path

from workbench.cli.outputs import check_outputs, write_json
from workbench.cli.predict import mapping_of
from workbench.cli.read import existing_file
from workbench.cli.saying import progress, say
from workbench.errors import NotFound


def run(arguments: argparse.Namespace) -> None:
    """Predict the rows of ``FILE`` and compare the predictions with the outcomes in it."""
    check_outputs(arguments.json, inputs=[arguments.bundle, arguments.file])
    bundle, path = existing_file(arguments.bundle), existing_file(arguments.file)
    from workbench.export import open_bundle
    from workbench.export.file_outcomes import file_outcomes
    from workbench.export.file_rows import predict_file
    from workbench.specs import ExperimentSpec
    from workbench.training.final_test import promised_in

    scorer = open_bundle(bundle)
    spec = ExperimentSpec.model_validate(scorer.manifest["spec"])
    found = predict_file(path, scorer, mapping_of(arguments.map, path, scorer.manifest))
    name = f"“{Path(arguments.file).name}”"
    compared = file_outcomes(found, scorer, spec, promised=promised_in(scorer.manifest), name=name)
    if compared is None:
        raise NotFound(
            f"There is no column “{spec.target}” in {name}, so there is nothing to compare predictions with.",
            "Give a file that has the outcomes, under the same name.",
        )
    beside = (arguments.json,)
    say(compared.sentence, beside=beside)
    balance = compared.test.balance_said(spec.target)
    if balance:
        say(balance, beside=beside)
    if found.absent:
        progress(f"note: The file lacks {len(found.absent)} of the columns that the model uses; they count as blank.")
    for note in compared.notes:
        progress(f"note: {note}")
    if arguments.json:
        facts = {
            "file": path.name,
            "model": scorer.fingerprint,
            "sentence": compared.sentence,
            "worse": compared.test.worse,
            "notes": list(compared.notes),
        }
        write_json(arguments.json, {**facts, **compared.test.to_json()})
