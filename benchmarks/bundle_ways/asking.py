"""One estimator of a run: exported and proven, asked in every way, and the ways compared with what the app shows."""

import json
import math
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.bundle_ways import comparing, cutting, serving, training
from benchmarks.bundle_ways.comparing import ENDS, Answer, of_json, of_table
from benchmarks.bundle_ways.rows import AskedRows
from workbench.export.clean_environment import environment
from workbench.export.file_rows import predict_file
from workbench.export.proof import CLEAN
from workbench.export.stored_bundle import bundle_of_run
from workbench.export.unpacking import unpack
from workbench.runtime.scorer import Scorer
from workbench.store import Store
from workbench.store.records import Run
from workbench.ui.row_form import row_of_table

DRIVER = Path(__file__).with_name("driver.py")
N_FORM = 12  # rows sent by the form, which computes reasons for each
N_SINGLE = 12  # cases of Try it, each asked by itself
DRIVER_SECONDS = 300


def asked(store: Store, run: Run, key: str, rows: AskedRows, folder: Path, *, with_server: bool) -> dict:
    """Fit, export, prove, ask and compare; return what came of it.

    Returns
    -------
    dict
        ``worst`` difference of all ways, ``ways`` (difference by way), ``failures`` (sentences), ``n_tests`` of the
        proof, ``path`` (what answers in the service), ``n_refused`` among the rows, and ``seconds`` by step.
    """
    result = {"worst": math.inf, "ways": {}, "failures": [], "n_tests": 0, "path": "", "n_refused": 0, "seconds": {}}
    began = time.perf_counter()
    try:
        training.fitted(store, run, key)
        training.decide(store, run, key)
        _lap(result, "fit", began)
        began = time.perf_counter()
        bundle = folder / f"{key}.zip"
        made, proof = bundle_of_run(store, run, key, bundle, proof="clean")
        result["n_tests"] = proof.n_tests
        if proof.environment != CLEAN:
            result["failures"].append(f"proof: not in a clean environment but in {proof.environment}")
        _lap(result, "bundle and proof", began)
        began = time.perf_counter()
        _ask(store, run, key, rows, bundle, made.manifest, result, with_server)
        _lap(result, "ways", began)
        bundle.unlink()
    # Whatever goes wrong with one bundle is a line of the result; the others are still to be looked at.
    except Exception as error:  # noqa: BLE001
        result["failures"].append(f"{type(error).__name__}: {error}")
    return result


def _lap(result: dict, name: str, began: float) -> None:
    result["seconds"][name] = round(time.perf_counter() - began, 2)


def _ask(store, run, key, rows: AskedRows, bundle: Path, manifest: dict, result: dict, with_server: bool) -> None:
    amounts = run.spec.task == "regression"
    scorer = training.scorer_of(store, run, key)
    predicted = predict_file(rows.source, scorer)
    everything = _of_app(predicted, amounts=amounts)
    expected = [everything[at] for at in rows.at]
    result["n_refused"] = sum(bool(one.errors) for one in expected)
    with tempfile.TemporaryDirectory(prefix="every-bundle-") as name:
        unpacked = Path(name) / "bundle"
        unpacked.mkdir()
        unpack(bundle, unpacked)
        python = environment(unpacked / "requirements.txt", store.home / "environments")
        found = _driven(python, unpacked, rows, Path(name))
        result["path"] = found["path"]
        result["seconds"] |= {f"  {way}": round(seconds, 2) for way, seconds in found["seconds"].items()}
        ways = _ways(found, amounts, rows, manifest)
        ways["command line"] = _by_command_line(bundle, rows, Path(name), amounts)
        ways["try it, one row"] = _one_by_one(store, run, scorer, rows, expected)
        if with_server:
            with serving.gunicorn(python, unpacked) as port:
                answers = serving.predicted(port, rows.rows)
                ways["gunicorn"] = [of_json(answer, amounts=amounts) for answer in answers]
                text = serving.of_file(port, rows.source)
                ways["gunicorn, file"] = of_table(text, amounts=amounts)
    without = {"form": ENDS, "form as a browser": ENDS, "pipeline.py": ENDS}
    for way, answers in ways.items():
        right = everything if len(answers) >= len(everything) > len(expected) else expected
        right = right[: len(answers)] if way in ("form", "form as a browser") else right
        worst, sentence = comparing.largest(way, right, answers, without.get(way, ()))
        result["ways"][way] = worst
        result["failures"] += [sentence] if sentence else []
    result["worst"] = max(result["ways"].values())


def _of_app(found, *, amounts: bool) -> list[Answer]:
    """Return the answers that *Try it* shows for a file."""
    answers = []
    records = found.predictions.to_dict("records")
    for record, error in zip(records, found.errors, strict=True):
        first, *others = record.items()
        if error:
            answers.append(Answer("", errors=(error,)))
        else:
            prediction = float(first[1]) if amounts else str(first[1])
            answers.append(Answer(prediction, {name: float(value) for name, value in others}))
    return answers


def _driven(python: Path, unpacked: Path, rows: AskedRows, folder: Path) -> dict:
    job, out = folder / "job.json", folder / "result.json"
    files = {way: str(path) for way, path in rows.files.items()}
    asked_for = {"folder": str(unpacked), "rows": rows.rows, "files": files, "n_form": N_FORM}
    asked_for |= {"training": str(rows.training), "typed": str(rows.typed)}
    job.write_text(json.dumps(asked_for), encoding="utf-8")
    command = [str(python), "-I", str(DRIVER), str(job), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DRIVER_SECONDS, check=False)
    if done.returncode:
        raise ValueError(f"the bundle could not be asked: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    return json.loads(out.read_text(encoding="utf-8"))


def _ways(found: dict, amounts: bool, rows: AskedRows, manifest: dict) -> dict[str, list[Answer | None]]:
    ways = {
        way: [None if answer is None else of_json(answer, amounts=amounts) for answer in found[way]]
        for way in ("api", "api csv", "form", "form as a browser")
    }
    for name in rows.files:
        answer = found[f"file {name}"]
        if answer["status"] != 200:
            ways[f"file {name}"] = [Answer("", errors=(f"{answer['status']}: {answer['text'][:300]}",))]
        else:
            ways[f"file {name}"] = of_table(answer["text"], amounts=amounts)
    ways["pipeline.py"] = _of_pipeline(found["pipeline.py"], manifest, amounts)
    return ways


def _of_pipeline(found: dict, manifest: dict, amounts: bool) -> list[Answer]:
    """Return what pipeline.py's model says as the service would: with the decision, which is none of its business."""
    if amounts:
        shift = (manifest.get("shift") or {}).get("shift", 0.0)
        return [Answer(value + shift) for value in found["predictions"]]
    decision, answers = manifest.get("decision"), []
    for prediction, shares in zip(found["predictions"], found["probabilities"], strict=True):
        chances = dict(zip(found["classes"], shares, strict=True))
        numbers = {f"probability_{name}": share for name, share in chances.items()}
        label = str(prediction)
        if decision is not None:
            chance = chances.pop(str(decision["label"]))
            label = str(decision["label"]) if chance >= decision["threshold"] else max(chances, key=chances.get)
        answers.append(Answer(label, numbers))
    return answers


def _by_command_line(bundle: Path, rows: AskedRows, folder: Path, amounts: bool) -> list[Answer]:
    out = folder / "predicted.csv"
    training.by_command_line("predict", str(bundle), str(rows.source), "--csv", str(out))
    return of_table(out.read_text(encoding="utf-8-sig"), amounts=amounts)


def _one_by_one(store: Store, run: Run, scorer: Scorer, rows: AskedRows, expected: list[Answer]) -> list[Answer | None]:
    """Return what *Try it* says about cases of the training table; None for others, and where a file's cell does not
    fit."""
    table, answers = store.load_table(run.spec.dataset), [None] * len(expected)
    for position in cutting.spread(len(expected), N_SINGLE).tolist():
        row = row_of_table(table, scorer.fields, table.index[rows.at[position]])
        if not expected[position].errors and any(value is not None for value in row.values()):
            answer = scorer.predict_rows([row])[0]
            answers[position] = of_json(answer, amounts=run.spec.task == "regression")
    return answers
