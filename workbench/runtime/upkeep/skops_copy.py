"""``model.skops``: the model in a format that runs no code when it is loaded, for those who do not load pickles.

skops (https://skops.readthedocs.io) writes objects as JSON and arrays, and loads no type that the reader did not say
to trust. It is needed to make the copy and to load it, not to serve.
"""

import io
import json
import zipfile
from typing import Any

import numpy as np

from workbench.runtime.saving import clear_gaps
from workbench.runtime.scorer import Scorer

SKOPS_FILE, SKOPS_REQUIREMENTS = "model.skops", "requirements-skops.txt"
# What has to be trusted may come from where the model itself comes from; anything else means no copy.
TRUSTED_FROM = ("workbench.runtime.", "sklearn.", "numpy.", "scipy.")
MOST_BYTES = 10_000_000  # of model.joblib; writing and proving the copy of a larger one takes too long
TOLERANCE = 1e-9
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class NoCopy(Exception):
    """There is no copy for this model; the text says why, as the rest of a sentence."""


def skops_copy(model: Any, n_bytes: int, manifest: dict, rows: list[dict]) -> tuple[bytes, list[str]]:
    """Return the content of ``model.skops``, and the types that whoever loads it has to trust.

    Parameters
    ----------
    model : Pipeline
        As it was loaded from model.joblib.
    n_bytes : int
        Size of model.joblib.
    manifest : dict
        Content of model.json.
    rows : list of dict
        JSON rows for which the copy has to give the answers of the model, to 1e-9.

    Raises
    ------
    NoCopy
        skops is not installed, cannot write this model, or the copy answers differently.
    """
    if n_bytes > MOST_BYTES:
        raise NoCopy(f"the model has more than {MOST_BYTES // 1_000_000} MB")
    try:
        import skops.io
    except ImportError:
        raise NoCopy("skops was not installed where the bundle was made") from None
    try:
        clear_gaps(model)
        content = _same_bytes(skops.io.dumps(model))
        trusted = sorted(skops.io.get_untrusted_types(data=content))
        if foreign := [name for name in trusted if not name.startswith(TRUSTED_FROM)]:
            raise NoCopy(f"the format would have to trust {', '.join(foreign)}")
        copy = skops.io.loads(content, trusted=trusted)
        answers = Scorer(copy, manifest).predict_rows(rows)
    except NoCopy:
        raise
    # It raises whatever comes up in the objects that it does not know.
    except Exception as error:
        raise NoCopy(f"skops cannot write this model ({type(error).__name__})") from error
    if not _same(answers, Scorer(model, manifest).predict_rows(rows)):
        raise NoCopy("the copy answers differently from the model")
    return content, trusted


def _same(one: list[dict], other: list[dict]) -> bool:
    return all(_numbers(a) == _numbers(b) or np.allclose(_numbers(a), _numbers(b), rtol=0, atol=TOLERANCE)
               for a, b in zip(one, other, strict=True))  # fmt: skip


def _numbers(answer: dict) -> list[float]:
    found = list(answer.get("probabilities", {}).values())
    return [*found, answer["prediction"]] if isinstance(answer.get("prediction"), float) else found


def _same_bytes(content: bytes) -> bytes:
    """Return the copy with numbers in place of the addresses that objects had, so that it is the same each time."""
    numbers: dict[int, int] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files.pop("schema.json"))
    _renumber(schema, numbers)
    names = {f"{old}{end}": f"{new}{end}" for old, new in numbers.items() for end in (".npy", ".npz")}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        found = {names.get(name, name): data for name, data in files.items()}
        for name, data in sorted({**found, "schema.json": json.dumps(schema, indent=1).encode("utf-8")}.items()):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.create_system, info.compress_type = 3, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return stream.getvalue()


def _renumber(node: Any, numbers: dict[int, int]) -> None:
    """Replace addresses by numbers in the order in which they come, also where a file is named after one."""
    if isinstance(node, list):
        for one in node:
            _renumber(one, numbers)
    elif isinstance(node, dict):
        if isinstance(node.get("__id__"), int):
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
        if isinstance(node.get("file"), str):
            stem, _, end = node["file"].rpartition(".")
            if stem.isdigit():
                node["file"] = f"{numbers.setdefault(int(stem), len(numbers) + 1)}.{end}"
        for one in node.values():
            _renumber(one, numbers)
