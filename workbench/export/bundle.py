"""The zip that an engineer gets: the serving project as it stands in our tree, and the data of one model."""

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
from sklearn.pipeline import Pipeline

import workbench.errors
import workbench.runtime
from workbench.errors import BundleRefused
from workbench.export.archive_writing import digests, json_bytes, put_in_place, zipped
from workbench.export.background import REASONS_FILE, background
from workbench.export.card_end import complete_card
from workbench.export.description import describe, model_bytes, training_rows
from workbench.export.golden import golden_answers, golden_rows
from workbench.export.licences import licences
from workbench.export.readme import readme
from workbench.export.requirements import pinned_requirements, roots_for
from workbench.export.training_facts import training_facts
from workbench.export.upkeep_files import UPKEEP_FILES, skops_files, upkeep_files
from workbench.runtime.answer_words import answer_in_words
from workbench.runtime.scorer import MANIFEST_FILE, MODEL_FILE, Scorer, installed_versions
from workbench.specs import ContractSpec, DecisionSpec, ExperimentSpec, ReadSpec, Schema

SERVING = Path(__file__).with_name("serving")
RUNTIME = Path(workbench.runtime.__file__).parent
ERRORS = Path(workbench.errors.__file__)  # what the runtime's own errors are made of; it imports nothing
ERRORS_FILE = "workbench/errors.py"
TOLERANCE = 1e-9
CARD_FILE = "MODEL_CARD.md"
SUMS_FILE = "SHA256SUMS"
OWN_FILES = (
    *(MODEL_FILE, MANIFEST_FILE, "golden.json", "request.json", "requirements.txt", "README.md"),
    *("LICENSES.md", ".python-version", REASONS_FILE, SUMS_FILE),
)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk.

    Attributes
    ----------
    path : Path
    size_bytes : int
    manifest : dict
        What ``model.json`` in it holds.
    sha256 : str
        Of the zip, 64 hex digits.
    """

    path: Path
    size_bytes: int
    manifest: dict[str, Any]
    sha256: str


def manifest(
    pipeline: Pipeline,
    spec: ExperimentSpec,
    table: pd.DataFrame,
    *,
    read: ReadSpec | None = None,
    evaluation: Any = None,
    key: str | None = None,
    name: str = "",
    created_at: str | None = None,
    warnings: Sequence[str] = (),
    importance: Sequence[str] = (),
    optimism: str = "",
    final_tests: Sequence[dict] = (),
    decision: DecisionSpec | None = None,
    amounts: dict[str, Any] | None = None,
    contract: ContractSpec | None = None,
) -> dict[str, Any]:
    """Return what ``model.json`` of a fitted pipeline says of the model; a bundle adds ``training``, ``skops`` and
    ``n_golden``.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted on the rows of ``table`` that ``spec`` asks for.
    spec : ExperimentSpec
    table : DataFrame
        The table before row steps, typed or as text.
    read : ReadSpec, optional
        How a file of rows is read; comma-separated UTF-8 where it is not given.
    evaluation : Evaluation, optional
        Where the scores come from.
    key : str, optional
        Which candidate the pipeline is; the best of ``evaluation`` where it is not given.
    name : str, optional
        Heading of the service.
    created_at : str, optional
        ISO 8601; now, in UTC, where it is not given.
    warnings : sequence of str, optional
        What the reader of README.md must know about the run (``run.notes["warnings"]``).
    importance : sequence of str, optional
        Inputs, the one that the model relies on most first: the order of the form.
    optimism : str, optional
        What a division of the rows by chance would have promised, as a sentence (``OptimismGap.sentence``).
    final_tests : sequence of dict, optional
        Tests of this model on rows that were kept for the end (``Opening.to_json()``).
    decision : DecisionSpec, optional
        From which probability on a class is the answer; the most probable class where it is not given.
    amounts : dict, optional
        Interval and shift of predicted amounts, as ``amounts.stored_amount_facts`` returns them; where it is not given,
        the interval that 9 of 10 actual values lie in, where ``evaluation`` suffices for one.
    contract : ContractSpec, optional
        What is done about faults in rows, and which columns' values must not leave; as usual where it is not given.

    Returns
    -------
    dict
        JSON. ``model`` is the SHA-256 of ``model.joblib``, the fingerprint of the model.
    """
    digest = hashlib.sha256(model_bytes(pipeline)).hexdigest()
    return describe(
        pipeline,
        spec,
        table,
        digest=digest,
        read=read,
        evaluation=evaluation,
        key=key,
        name=name,
        created_at=created_at,
        warnings=warnings,
        importance=importance,
        optimism=optimism,
        final_tests=final_tests,
        decision=decision,
        amounts=amounts,
        contract=contract,
    )


def build_bundle(
    pipeline: Pipeline,
    spec: ExperimentSpec,
    read: ReadSpec,
    table: pd.DataFrame,
    out: Path | str,
    *,
    raw: pd.DataFrame | None = None,
    schema: Schema | None = None,
    evaluation: Any = None,
    key: str | None = None,
    name: str = "",
    created_at: str | None = None,
    warnings: Sequence[str] = (),
    importance: Sequence[str] = (),
    optimism: str = "",
    final_tests: Sequence[dict] = (),
    decision: DecisionSpec | None = None,
    amounts: dict[str, Any] | None = None,
    contract: ContractSpec | None = None,
    card: str = "",
) -> Bundle:
    """Write ``bundle.zip``; :func:`workbench.export.prove` shows that it works.

    Parameters
    ----------
    pipeline, spec, read, table, evaluation, key, name, created_at, warnings, importance, optimism
        See :func:`manifest`.
    final_tests, decision, amounts, contract
        See :func:`manifest`.
    out : Path
        Where the zip goes; a file there is replaced once the new one is complete.
    card : str, optional
        Content of MODEL_CARD.md (:func:`workbench.export.model_card.model_card`); without it there is no such file.
    raw : DataFrame, optional
        The rows of ``table`` as the text that stands in the file, with the same index; golden rows are taken from
        it, so that they test the reading rules too.
    schema : Schema, optional
        Of ``table``: how columns are read that are no inputs, but that rows are divided, weighted or left out by.

    Raises
    ------
    BundleRefused
        The saved model does not give the answers of the one in memory, or could not be loaded by the service.
    """
    model = model_bytes(pipeline)
    facts = describe(
        pipeline,
        spec,
        table,
        digest=hashlib.sha256(model).hexdigest(),
        read=read,
        evaluation=evaluation,
        key=key,
        name=name,
        created_at=created_at,
        warnings=warnings,
        importance=importance,
        optimism=optimism,
        final_tests=final_tests,
        decision=decision,
        amounts=amounts,
        contract=contract,
    )
    typed = training_rows(table, spec)
    cells = (table if raw is None else raw).loc[typed.index]
    # Expected answers come from the model in memory; the tests will ask the saved one.
    scorer = Scorer(pipeline, facts)
    golden = golden_answers(scorer, golden_rows(cells, facts["fields"], seed=spec.seed, typed=typed))
    _check_saved_model(model, facts, golden)
    facts["n_golden"] = len(golden["rows"])
    facts["training"] = training_facts(spec, spec.candidate(facts["estimator"]["key"]), table, raw, schema)
    facts["skops"], copy = skops_files(model, facts, golden)
    others = [name for name in facts["versions"] if name not in installed_versions()]
    first = golden["predictions"][0]
    example = {"predictions": [{**first, "in_words": answer_in_words(first, scorer)}], "model": facts["model"]}
    example |= {"decision": facts["decision"]} if "decision" in facts else {}
    requirements = pinned_requirements(roots_for(read, others))
    files = {
        MODEL_FILE: model,
        MANIFEST_FILE: json_bytes(facts),
        "golden.json": json_bytes(golden),
        "request.json": json_bytes({"rows": golden["rows"][:1]}),
        REASONS_FILE: json_bytes(background(cells, facts["fields"], seed=spec.seed, typed=typed)),
        "requirements.txt": requirements.encode("utf-8"),
        "LICENSES.md": licences(requirements).encode("utf-8"),
        ".python-version": f"{_minor(facts['versions']['python'])}\n".encode("ascii"),
        "README.md": readme(facts, example, card=bool(card)).encode("utf-8"),
        **({CARD_FILE: complete_card(card, facts, requirements).encode("utf-8")} if card else {}),
        "workbench/__init__.py": b"",
        ERRORS_FILE: ERRORS.read_bytes().replace(b"\r\n", b"\n"),
        **upkeep_files(pipeline, spec, table, facts, evaluation),
        **copy,
        **dict(_serving_files(facts["versions"]["python"])),
        **dict(_shipped(RUNTIME, "workbench/runtime/")),
    }
    out = Path(out)
    put_in_place(out, zipped({**files, SUMS_FILE: digests(files)}))
    return Bundle(out, out.stat().st_size, facts, hashlib.sha256(out.read_bytes()).hexdigest())


def file_names() -> list[str]:
    """Return the name of every file of a bundle, whatever its model; a model card comes on top."""
    shipped = [name for name, _ in (*_shipped(SERVING), *_shipped(RUNTIME, "workbench/runtime/"))]
    return sorted([*OWN_FILES, *UPKEEP_FILES, "workbench/__init__.py", ERRORS_FILE, *shipped])


def _serving_files(python: str) -> Iterator[tuple[str, bytes]]:
    """Yield the serving project, unchanged but for the Python version in the Dockerfile."""
    # A build from source calls itself 3.11.7+, and there is no image of that.
    pinned = python if re.fullmatch(r"\d+\.\d+\.\d+", python) else _minor(python)
    for name, content in _shipped(SERVING):
        if name == "Dockerfile":
            content = content.replace(b"ARG PYTHON_VERSION=3.11\n", b"ARG PYTHON_VERSION=%s\n" % pinned.encode("ascii"))
        yield name, content


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _shipped(folder: Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file in ``folder``, with line ends as in our tree whatever the checkout did."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".pytest"):
            yield prefix + path.relative_to(folder).as_posix(), path.read_bytes().replace(b"\r\n", b"\n")


def _check_saved_model(model: bytes, facts: dict, golden: dict) -> None:
    """Ask the model as saved for the golden rows, and compare."""
    try:
        answers = Scorer(joblib.load(io.BytesIO(model)), facts, golden["rows"]).predict_rows(golden["rows"])
    # Loading runs the estimator's own code; whatever it raises, the bundle must not leave.
    except Exception as error:
        raise BundleRefused(f"The saved model does not load again ({type(error).__name__}: {error}).") from error
    for at, (answer, expected) in enumerate(zip(answers, golden["predictions"], strict=True)):
        if not _same(answer, expected):
            raise BundleRefused(
                f"The saved model answers golden row {at + 1} differently from the model that was trained.",
                "Train it again; if that does not help, choose another estimator.",
            )


def _same(answer: dict, expected: dict) -> bool:
    if "error" in answer or answer["probabilities"].keys() != expected["probabilities"].keys():
        return False
    pairs = [(answer["probabilities"][name], p) for name, p in expected["probabilities"].items()]
    if answer.keys() != expected.keys():
        return False
    pairs += [(answer[name], expected[name]) for name in ("lower", "upper") if name in expected]
    if isinstance(expected["prediction"], float):
        pairs.append((answer["prediction"], expected["prediction"]))
    elif answer["prediction"] != expected["prediction"]:
        return False
    return all(abs(value - other) <= TOLERANCE * max(1.0, abs(other)) for value, other in pairs)
