"""What every part of the store stands on: the home folder, the database, the files, and this installation's mark."""

import hashlib
import hmac
import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from workbench.store.database import Database
from workbench.store.files import Files, space_in_words
from workbench.store.tables import ARTIFACTS, DATASETS, FOLD_SCORES, MODELS, PROJECT_DATASETS, RUNS

_STALE_SECONDS = 86_400
_SECRET_BYTES = 32


class Base:
    """Home folder, database and files. See :class:`workbench.store.Store`."""

    def __init__(self, home: Path, database: Database):
        self.home = home
        self.database = database
        self.files = Files(home)

    @property
    def logs(self) -> Path:
        """Where worker processes write what they did."""
        return self.home / "logs"

    def staging(self) -> Path:
        """Return the folder for uploads under way, on the disk of the stored files; what is left there for a day is
        removed by :meth:`remove_unused`."""
        folder = self.home / "uploads"
        with space_in_words(self.home):
            folder.mkdir(exist_ok=True)
        return folder

    def fold_models(self, run_id: str) -> Path:
        """Where the models of a run's folds are kept while it is worked on; removed when it has ended."""
        return self.home / "fold-models" / run_id

    def artifact(self, kind: str, key: str) -> Any:
        """Return a small cached result (profile, importance, …), or None where there is none."""
        query = sa.select(ARTIFACTS.c.value).where(ARTIFACTS.c.kind == kind, ARTIFACTS.c.key == key)
        with self.database.read() as connection:
            text = connection.execute(query).scalar_one_or_none()
        return None if text is None else json.loads(text)

    def artifact_keys(self, kind: str, beginning: str) -> tuple[str, ...]:
        """Return the keys that begin so and have something other than null under ``kind``; one look for all."""
        query = sa.select(ARTIFACTS.c.key).where(
            ARTIFACTS.c.kind == kind,
            ARTIFACTS.c.key.startswith(beginning, autoescape=True),
            ARTIFACTS.c.value != "null",
        )
        with self.database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def put_artifact(self, kind: str, key: str, value: Any) -> None:
        """Keep a JSON value under ``kind`` and ``key``, in place of what was there.

        A key that begins with the fingerprint of a data set or the id of a run is removed together with it.
        """
        row = {"kind": kind, "key": key, "value": json.dumps(value), "created_at": time.time()}
        with self.database.write() as connection:
            connection.execute(sa.delete(ARTIFACTS).where(ARTIFACTS.c.kind == kind, ARTIFACTS.c.key == key))
            connection.execute(sa.insert(ARTIFACTS).values(row))

    def remove_unused(self) -> int:
        """Delete data sets, cached results, files and logs that no project refers to; return the bytes freed."""
        with self.database.write() as connection:
            used = sa.select(PROJECT_DATASETS.c.fingerprint)
            # A run keeps its data set: it is needed to refit a model and to show the person's own rows.
            named_by_runs = {
                json.loads(spec).get("dataset") for spec in connection.execute(sa.select(RUNS.c.spec)).scalars()
            }
            unused = [
                fingerprint
                for fingerprint in connection.execute(
                    sa.select(DATASETS.c.fingerprint).where(DATASETS.c.fingerprint.not_in(used))
                ).scalars()
                if fingerprint not in named_by_runs
            ]
            connection.execute(sa.delete(DATASETS).where(DATASETS.c.fingerprint.in_(unused)))
            runs = set(connection.execute(sa.select(RUNS.c.id)).scalars())
            self._remove_artifacts(connection, set(unused), runs)
            wanted = set()
            of_datasets = ("raw_digest", "table_digest", "full_digest", "text_digest")
            for column in (*(DATASETS.c[name] for name in of_datasets), FOLD_SCORES.c.digest, MODELS.c.digest):
                wanted.update(connection.execute(sa.select(column)).scalars())
        freed = self.files.remove_except(wanted)
        logs = [log for log in self.logs.glob("run-*.log") if log.stem not in runs]
        folders = self.home / "fold-models"
        for folder in folders.iterdir() if folders.is_dir() else ():
            if folder.name not in runs or time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        for path in (*logs, *self.staging().iterdir()):
            with suppress(OSError):  # still open on Windows: the next purge gets it
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()
        return freed

    def _remove_artifacts(self, connection: sa.Connection, datasets: set[str], runs: set[str]) -> None:
        for kind, key in connection.execute(sa.select(ARTIFACTS.c.kind, ARTIFACTS.c.key)).all():
            gone_run = key.startswith("run-") and not any(key.startswith(run) for run in runs)
            if gone_run or key[:64] in datasets:
                connection.execute(sa.delete(ARTIFACTS).where(ARTIFACTS.c.kind == kind, ARTIFACTS.c.key == key))

    def _bytes_on_disk(self) -> tuple[int, int]:
        total = 0
        for path in self.home.rglob("*"):
            with suppress(FileNotFoundError):  # cleaned up by another process while we count
                if path.is_file():
                    total += path.stat().st_size
        return total, shutil.disk_usage(self.home).free

    def _mark(self, *facts: str) -> str:
        """Return a mark that only this installation can make: it tells our own models from uploaded ones."""
        return hmac.new(self._secret(), "\n".join(facts).encode("utf-8"), hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        path = self.home / "secret.key"
        with suppress(FileNotFoundError):
            return path.read_bytes()
        temporary = self.home / f"secret-{secrets.token_hex(8)}"
        with space_in_words(self.home):
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(_SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Of two processes that get here together, the second keeps the secret of the first.
            with suppress(FileExistsError):
                os.link(temporary, path)
            temporary.unlink()
        return path.read_bytes()
