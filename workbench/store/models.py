"""Fitted models: joblib files that only this installation made, checked before they are opened."""

import json
import warnings
from typing import TYPE_CHECKING

import sqlalchemy as sa

from workbench.errors import ModelUnusable, NotFound, WorkbenchError
from workbench.store.base import Base
from workbench.store.files import Stored
from workbench.store.queue import check_lease, set_model
from workbench.store.records import StoredModel, checked_id, storable, when
from workbench.store.tables import MODELS, RUNS
from workbench.store.versions import differences, library_versions

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

# A forest of 200 trees is 183 MB as it is; the lightest zlib takes most of that off at little cost in time.
COMPRESSION = ("zlib", 1)


class Models(Base):
    """The part of the store that keeps fitted models."""

    def save_model(self, run_id: str, key: str, pipeline: "Pipeline", *, lease: str | None = None) -> None:
        """Keep a pipeline that was fitted on all rows.

        Raises
        ------
        NoSpace
            The disk is full.
        LeaseLost
            The worker was stopped or replaced in the meantime.
        """
        import joblib

        checked_id(run_id, "run")
        stored: Stored = self.files.add_written(lambda path: joblib.dump(pipeline, path, compress=COMPRESSION))
        with self.database.write() as connection:
            check_lease(connection, lease)
            run = connection.execute(sa.select(RUNS).where(RUNS.c.id == run_id)).one_or_none()
            if run is None:
                raise NotFound("This run does not exist (any more).", "Start a new one on the Train page.")
            row = {"status": "ready", "error": "", "digest": stored.digest, "size_bytes": stored.size_bytes}
            row["mark"] = self._mark("model", stored.digest, run.fingerprint, key)
            row["versions"] = json.dumps(library_versions())
            old = connection.execute(
                sa.select(MODELS.c.size_bytes).where(MODELS.c.run_id == run_id, MODELS.c.candidate == key)
            ).scalar_one_or_none()
            set_model(connection, run_id, key, **row)
            grown = RUNS.c.size_bytes + stored.size_bytes - (old or 0)
            connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(size_bytes=grown))

    def load_model(self, run_id: str, key: str) -> "Pipeline":
        """Return a fitted pipeline.

        Raises
        ------
        NotFound
            This candidate was not fitted on all rows yet.
        ModelUnusable
            The file is damaged, was not made by this installation, or was made with other library versions.
        """
        checked_id(run_id, "run")
        query = sa.select(MODELS, RUNS.c.fingerprint).join(RUNS, RUNS.c.id == MODELS.c.run_id)
        with self.database.read() as connection:
            row = connection.execute(query.where(MODELS.c.run_id == run_id, MODELS.c.candidate == key)).one_or_none()
        if row is None or row.status in ("queued", "fitting"):
            raise NotFound(f"“{key}” has no fitted model yet.", "Wait for it, or fit it on the page Try it or Export.")
        if row.status != "ready":
            raise ModelUnusable(row.error or "This model cannot be used.", "Fit it again on the page Try it or Export.")
        self._check_before_opening(row, key)
        return self._open(row, key)

    def models(self, run_id: str) -> list[StoredModel]:
        """Return the models of a run, ready or not, by key."""
        checked_id(run_id, "run")
        query = sa.select(MODELS).where(MODELS.c.run_id == run_id).order_by(MODELS.c.candidate)
        with self.database.read() as connection:
            return [
                StoredModel(
                    row.candidate, row.status, row.error, row.size_bytes, json.loads(row.versions), when(row.at)
                )
                for row in connection.execute(query)
            ]

    def fail_model(self, run_id: str, key: str, message: str, *, lease: str | None = None) -> None:
        """Record why a candidate could not be fitted on all rows."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            set_model(connection, run_id, key, status="failed", error=storable(message))

    def begin_model(self, run_id: str, key: str, *, lease: str | None = None) -> None:
        """Record that a candidate is being fitted on all rows."""
        with self.database.write() as connection:
            check_lease(connection, lease)
            set_model(connection, run_id, key, status="fitting", error="")

    def forget_model(self, run_id: str, key: str) -> None:
        """Take back that a model was asked for, where its fit was stopped; a ready one stays."""
        with self.database.write() as connection:
            unfinished = MODELS.c.status.in_(("queued", "fitting"))
            connection.execute(
                sa.delete(MODELS).where(MODELS.c.run_id == run_id, MODELS.c.candidate == key, unfinished)
            )

    def _check_before_opening(self, row: sa.Row, key: str) -> None:
        """Opening a pickle runs what is in it, so everything is checked first."""
        advice = "Fit it again on the page Try it or Export; its scores stay."
        if row.mark != self._mark("model", row.digest, row.fingerprint, key):
            raise ModelUnusable(f"The model “{key}” was not made by this installation, so it is not opened.", advice)
        if not self.files.is_intact(row.digest):
            raise ModelUnusable(f"The file of the model “{key}” is missing or damaged.", advice)
        different = differences(json.loads(row.versions))
        if different:
            raise ModelUnusable(
                f"The model “{key}” was made with other versions of its libraries ({'; '.join(different)}).", advice
            )

    def _open(self, row: sa.Row, key: str) -> "Pipeline":
        import joblib
        from sklearn.exceptions import InconsistentVersionWarning

        try:
            with warnings.catch_warnings():
                # Patch releases keep pickles; larger differences were refused above.
                warnings.simplefilter("ignore", InconsistentVersionWarning)
                return joblib.load(self.files.path(row.digest))
        except WorkbenchError:
            raise
        except ModuleNotFoundError as error:
            raise ModelUnusable(
                f"The model “{key}” is made of {error.name}, which is not installed here.",
                "Install it (pip install -r requirements-boost.txt), or choose another estimator.",
            ) from error
        except Exception as error:
            raise ModelUnusable(
                f"The model “{key}” could not be opened ({type(error).__name__}).",
                "Fit it again on the page Try it or Export; its scores stay.",
            ) from error
