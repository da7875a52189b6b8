"""Projects: create, rename, duplicate, put in the bin, take out of it, and the cards of the home page."""

import json
import time

import sqlalchemy as sa

from workbench.errors import Conflict, NotFound, NotPossible
from workbench.specs import Draft
from workbench.store import upgrades
from workbench.store.base import Base
from workbench.store.records import ACTIVE_STATUSES, DiskUsage, Project, ProjectCard, checked_id, new_id, storable, when
from workbench.store.tables import (
    ARTIFACTS,
    DATASETS,
    FAILURES,
    FOLD_LOG,
    FOLD_SCORES,
    MODELS,
    PROJECT_DATASETS,
    PROJECTS,
    RUNS,
    WORKERS,
)

LONGEST_NAME = 120
_DAY_SECONDS = 86_400
_DATASET_BYTES = ("raw_bytes", "table_bytes", "full_bytes", "text_bytes")


class Projects(Base):
    """The part of the store that keeps projects."""

    def create_project(self, name: str, draft: Draft | None = None) -> Project:
        """Create a project; names need not be unique.

        Raises
        ------
        NotPossible
            The name is blank.
        """
        name, draft = _checked_name(name), draft or Draft()
        now = time.time()
        row = {
            "id": new_id(name),
            "name": name,
            "revision": 0,
            "created_at": now,
            "updated_at": now,
            **draft_columns(draft),
        }
        with self.database.write() as connection:
            connection.execute(sa.insert(PROJECTS).values(row))
        return self.project(row["id"])

    def project(self, project_id: str, *, deleted: bool = False) -> Project:
        """Return a project.

        Raises
        ------
        NotFound
            There is none with this id, or it is in the bin and ``deleted`` is False.
        """
        with self.database.read() as connection:
            return _project(live_project(connection, project_id, deleted))

    def project_ids(self) -> list[str]:
        """Return the ids of all projects that are not in the bin, the last changed first."""
        query = sa.select(PROJECTS.c.id).where(PROJECTS.c.deleted_at.is_(None)).order_by(PROJECTS.c.updated_at.desc())
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def rename_project(self, project_id: str, name: str) -> Project:
        """Give a project another name; its id stays, so that links keep working."""
        with self.database.write() as connection:
            live_project(connection, project_id)
            _update(connection, project_id, name=_checked_name(name), updated_at=time.time())
        return self.project(project_id)

    def save_draft(self, project_id: str, draft: Draft, revision: int | None = None) -> Project:
        """Store the choices of a project.

        Parameters
        ----------
        revision : int, optional
            The revision the change was made on. Without it the draft is overwritten whatever it is now.

        Raises
        ------
        Conflict
            The draft was changed elsewhere (another tab, another person) since ``revision``.
        """
        with self.database.write() as connection:
            row = live_project(connection, project_id)
            if revision is not None and revision != row.revision:
                raise Conflict(
                    f"“{row.name}” was changed in another window in the meantime.",
                    "Look at what it is now, and make your change again.",
                )
            if json.loads(row.draft) != draft.model_dump(mode="json"):
                _update(
                    connection,
                    project_id,
                    revision=row.revision + 1,
                    updated_at=time.time(),
                    **draft_columns(draft),
                )
        return self.project(project_id)

    def duplicate_project(self, project_id: str) -> Project:
        """Copy a project with its data sets, runs, predictions and models. Files are shared, so it costs no space."""
        now = time.time()
        with self.database.write() as connection:
            row = live_project(connection, project_id)
            new_name = f"{row.name[: LONGEST_NAME - 7]} (copy)"
            copy = new_id(new_name)
            changes = {"id": copy, "name": new_name, "revision": 0, "created_at": now, "updated_at": now}
            connection.execute(sa.insert(PROJECTS).values({**row._mapping, **changes}))
            _copy_rows(connection, PROJECT_DATASETS, PROJECT_DATASETS.c.project_id == project_id, {"project_id": copy})
            for run in connection.execute(sa.select(RUNS).where(RUNS.c.project_id == project_id)).all():
                _copy_run(connection, run, copy)
        return self.project(copy)

    def delete_project(self, project_id: str, final: bool = False) -> None:
        """Put a project in the bin, or with ``final`` remove it and the files nobody else uses.

        Its runs are told to end: their workers notice within seconds. ``training.supervisor.stop`` ends them at once.
        """
        with self.database.write() as connection:
            row = live_project(connection, project_id, deleted=True)
            theirs = RUNS.c.project_id == project_id
            runs = list(connection.execute(sa.select(RUNS.c.id).where(theirs)).scalars())
            # A worker whose row is gone has lost its lease and ends itself.
            connection.execute(sa.delete(WORKERS).where(WORKERS.c.run_id.in_(runs)))
            ended = {"status": "stopped", "phase": "", "finished_at": time.time()}
            connection.execute(sa.update(RUNS).where(theirs, RUNS.c.status.in_(ACTIVE_STATUSES)).values(ended))
            if final:
                connection.execute(sa.delete(PROJECTS).where(PROJECTS.c.id == project_id))
            elif row.deleted_at is None:
                _update(connection, project_id, deleted_at=time.time())
        if final:
            self.remove_unused()

    def restore_project(self, project_id: str) -> Project:
        """Take a project out of the bin."""
        with self.database.write() as connection:
            live_project(connection, project_id, deleted=True)
            _update(connection, project_id, deleted_at=None, updated_at=time.time())
        return self.project(project_id)

    def purge_deleted(self, older_than_days: float = 30) -> int:
        """Remove for good what has been in the bin for longer; return how many projects that were."""
        limit = time.time() - older_than_days * _DAY_SECONDS
        with self.database.write() as connection:
            purged = connection.execute(sa.delete(PROJECTS).where(PROJECTS.c.deleted_at <= limit)).rowcount
        self.remove_unused()
        return purged

    def project_cards(self, deleted: bool = False) -> list[ProjectCard]:
        """Return what the home page shows of every project, the last changed first (of deleted ones, the last
        deleted). Two queries, whatever the number of projects."""
        runs = self._run_facts()
        return [_card(row, runs.get(row.id, _NO_RUNS)) for row in self._card_rows(deleted)]

    def disk_usage(self) -> DiskUsage:
        """Return the bytes below the home folder, those free on its disk, and those of each project, bin included."""
        cards = [*self.project_cards(), *self.project_cards(deleted=True)]
        total, free = self._bytes_on_disk()
        return DiskUsage(total, free, {card.id: card.size_bytes for card in cards})

    def _card_rows(self, deleted: bool) -> list[sa.Row]:
        sizes = (
            sa.select(
                PROJECT_DATASETS.c.project_id,
                sa.func.sum(sum(DATASETS.c[name] for name in _DATASET_BYTES)).label("dataset_bytes"),
            )
            .join(DATASETS, DATASETS.c.fingerprint == PROJECT_DATASETS.c.fingerprint)
            .group_by(PROJECT_DATASETS.c.project_id)
            .subquery()
        )
        current = sa.and_(
            PROJECT_DATASETS.c.project_id == PROJECTS.c.id, PROJECT_DATASETS.c.fingerprint == PROJECTS.c.dataset
        )
        made = sa.and_(ARTIFACTS.c.kind == "exported", ARTIFACTS.c.key == PROJECTS.c.id)
        columns = (
            *(PROJECTS.c[name] for name in ("id", "name", "updated_at", "deleted_at", "target")),
            PROJECT_DATASETS.c.name.label("dataset_name"),
            *(DATASETS.c.n_rows, DATASETS.c.n_columns, sizes.c.dataset_bytes),
            sa.exists().where(made).label("exported"),
        )
        query = (
            sa.select(*columns)
            .select_from(PROJECTS)
            .outerjoin(PROJECT_DATASETS, current)
            .outerjoin(DATASETS, DATASETS.c.fingerprint == PROJECT_DATASETS.c.fingerprint)
            .outerjoin(sizes, sizes.c.project_id == PROJECTS.c.id)
            .where(PROJECTS.c.deleted_at.is_not(None) if deleted else PROJECTS.c.deleted_at.is_(None))
            .order_by((PROJECTS.c.deleted_at if deleted else PROJECTS.c.updated_at).desc(), PROJECTS.c.id)
        )
        with self.database.read() as connection:
            return list(connection.execute(query).all())

    def _run_facts(self) -> dict[str, dict]:
        names = ("project_id", "status", "best", "best_mean", "metric", "size_bytes")
        query = sa.select(*(RUNS.c[name] for name in names)).order_by(RUNS.c.number)
        facts: dict[str, dict] = {}
        with self.database.read() as connection:
            for run in connection.execute(query):
                mine = facts.setdefault(run.project_id, dict(_NO_RUNS))
                mine["n_runs"] += 1
                mine["run_bytes"] += run.size_bytes
                mine["running"] |= run.status in ACTIVE_STATUSES
                # The newest finished run counts; one that ended otherwise only where none has finished.
                if run.best is not None and (run.status == "finished" or not mine["finished"]):
                    mine["finished"] = run.status == "finished"
                    # A key is its kind, or the kind and a suffix (CandidateSpec.key); kinds have no hyphen.
                    mine.update(best=run.best.split("-")[0], best_mean=run.best_mean, metric=run.metric)
        return facts


_NO_RUNS = {
    "n_runs": 0,
    "run_bytes": 0,
    "running": False,
    "finished": False,
    "best": None,
    "best_mean": None,
    "metric": None,
}


def _checked_name(name: str) -> str:
    name = " ".join(storable(name).split())
    if not name:
        raise NotPossible("A project needs a name.", "Give it one, for instance what you want to predict.")
    return name[:LONGEST_NAME]


def draft_columns(draft: Draft) -> dict[str, str]:
    """Return what the table of projects keeps of a draft."""
    text = json.dumps(draft.model_dump(mode="json"))
    return {"draft": text, "dataset": draft.dataset, "target": storable(draft.target)}


def live_project(connection: sa.Connection, project_id: str, deleted: bool = False) -> sa.Row:
    """Return the row of a project; NotFound where there is none, or where it is in the bin and that is not asked."""
    checked_id(project_id, "project")
    row = connection.execute(sa.select(PROJECTS).where(PROJECTS.c.id == project_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no project “{project_id}” (any more).", "Open one from the list of projects.")
    if row.deleted_at is not None and not deleted:
        raise NotFound(f"The project “{row.name}” was deleted.", "Take it out of the bin on the home page.")
    return row


def _update(connection: sa.Connection, project_id: str, **values) -> None:
    connection.execute(sa.update(PROJECTS).where(PROJECTS.c.id == project_id).values(**values))


def _project(row: sa.Row) -> Project:
    draft, problem = upgrades.draft(json.loads(row.draft))
    times = (when(row.created_at), when(row.updated_at), when(row.deleted_at))
    return Project(row.id, row.name, draft, row.revision, *times, problem)


def _card(row: sa.Row, runs: dict) -> ProjectCard:
    return ProjectCard(
        id=row.id,
        name=row.name,
        updated_at=when(row.updated_at),
        deleted_at=when(row.deleted_at),
        dataset_name=row.dataset_name,
        n_rows=row.n_rows,
        n_columns=row.n_columns,
        target=row.target,
        n_runs=runs["n_runs"],
        running=runs["running"],
        best=runs["best"],
        best_mean=runs["best_mean"],
        metric=runs["metric"],
        size_bytes=int(row.dataset_bytes or 0) + runs["run_bytes"],
        exported=bool(row.exported),
    )


def _copy_rows(connection: sa.Connection, table: sa.Table, which, changes: dict) -> None:
    rows = [{**row._mapping, **changes} for row in connection.execute(sa.select(table).where(which))]
    if rows:
        connection.execute(sa.insert(table), rows)


def _copy_run(connection: sa.Connection, run: sa.Row, project_id: str) -> None:
    changes = {"id": new_id("run"), "project_id": project_id}
    if run.status in ACTIVE_STATUSES:  # the worker belongs to the original; the copy can be resumed
        changes |= {"status": "stopped", "phase": "", "finished_at": time.time()}
    connection.execute(sa.insert(RUNS).values({**run._mapping, **changes}))
    for table in (FOLD_SCORES, FAILURES):
        _copy_rows(connection, table, table.c.run_id == run.id, {"run_id": changes["id"]})
    finished = sa.and_(MODELS.c.run_id == run.id, MODELS.c.status.in_(("ready", "failed", "to_refit")))
    _copy_rows(connection, MODELS, finished, {"run_id": changes["id"]})
    cached = sa.select(ARTIFACTS).where(ARTIFACTS.c.key.startswith(run.id, autoescape=True))
    for row in connection.execute(cached).all():
        key = changes["id"] + row.key.removeprefix(run.id)
        connection.execute(sa.insert(ARTIFACTS).values({**row._mapping, "key": key}))
    names = ("candidate", "fold", "event", "pid", "at")
    log = sa.select(*(FOLD_LOG.c[name] for name in names)).where(FOLD_LOG.c.run_id == run.id).order_by(FOLD_LOG.c.id)
    rows = [{**row._mapping, "run_id": changes["id"]} for row in connection.execute(log)]
    if rows:
        connection.execute(sa.insert(FOLD_LOG), rows)
