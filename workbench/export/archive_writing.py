"""Files of a bundle to the bytes of a zip, the same wherever and whenever it is written."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.runtime.scorer import MODEL_FILE

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold; the time of export stands in model.json
STORED = (MODEL_FILE,)  # compressed already


def json_bytes(value: Any) -> bytes:
    """Return a value as JSON that is read by people and compared by bytes."""
    return (json.dumps(value, indent=1, ensure_ascii=True, allow_nan=False) + "\n").encode("utf-8")


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on ``files`` alone."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.create_system = 3  # Unix, also where it is written on Windows
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_STORED if name in STORED else zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return stream.getvalue()


def put_in_place(out: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all; one that was there stays until the new one is complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=".bundle-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(out)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def digests(files: dict[str, bytes]) -> bytes:
    """Return the SHA-256 of every file, as ``sha256sum --check`` reads them."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode("utf-8")
