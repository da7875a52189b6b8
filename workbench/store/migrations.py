"""The tables as they came to be: one numbered function per change, in order, each in a transaction.

A migration is never edited once it has shipped; a new stored fact is a new function at the end of
:data:`MIGRATIONS`. Statements are plain SQL that SQLite and PostgreSQL both take; ``tables.py`` describes the
state after the last one, and a test holds the two together.
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from workbench.errors import WorkbenchError

# Any number will do; it names the lock that two starting processes queue for on PostgreSQL.
_ADVISORY_LOCK = 7_226_251


def m001_first_tables(connection: sa.Connection) -> None:
    """Projects, data sets, cached results, runs and what they produced."""
    counter = "INTEGER PRIMARY KEY AUTOINCREMENT" if connection.dialect.name == "sqlite" else "BIGSERIAL PRIMARY KEY"
    for statement in (
        """CREATE TABLE projects (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, draft TEXT NOT NULL, dataset TEXT NOT NULL, target TEXT NOT NULL,
            revision INTEGER NOT NULL, created_at DOUBLE PRECISION NOT NULL, updated_at DOUBLE PRECISION NOT NULL,
            deleted_at DOUBLE PRECISION)""",
        """CREATE TABLE datasets (
            fingerprint TEXT PRIMARY KEY, name TEXT NOT NULL, origin TEXT NOT NULL, n_rows BIGINT NOT NULL,
            n_columns INTEGER NOT NULL, raw_digest TEXT NOT NULL, raw_bytes BIGINT NOT NULL, table_digest TEXT NOT NULL,
            table_bytes BIGINT NOT NULL, read_spec TEXT NOT NULL, schema_spec TEXT NOT NULL, sentence TEXT NOT NULL,
            notes TEXT NOT NULL, misfits TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL)""",
        """CREATE TABLE project_datasets (
            project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            fingerprint TEXT NOT NULL REFERENCES datasets (fingerprint),
            name TEXT NOT NULL, origin TEXT NOT NULL, added_at DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (project_id, fingerprint))""",
        """CREATE TABLE artifacts (
            kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (kind, key))""",
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            number INTEGER NOT NULL, spec TEXT NOT NULL, fingerprint TEXT NOT NULL, status TEXT NOT NULL,
            phase TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL, queued_at DOUBLE PRECISION NOT NULL,
            started_at DOUBLE PRECISION, finished_at DOUBLE PRECISION, notes TEXT NOT NULL, comment TEXT NOT NULL,
            error TEXT NOT NULL, metric TEXT NOT NULL, n_candidates INTEGER NOT NULL, n_folds INTEGER NOT NULL,
            best TEXT, best_mean DOUBLE PRECISION, baseline_mean DOUBLE PRECISION, size_bytes BIGINT NOT NULL,
            app_version TEXT NOT NULL, versions TEXT NOT NULL, UNIQUE (project_id, number))""",
        """CREATE TABLE fold_scores (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, candidate TEXT NOT NULL, fold INTEGER NOT NULL,
            scores TEXT NOT NULL, fit_seconds DOUBLE PRECISION NOT NULL, score_seconds DOUBLE PRECISION NOT NULL,
            warnings TEXT NOT NULL, digest TEXT NOT NULL, size_bytes BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (run_id, candidate, fold))""",
        f"""CREATE TABLE fold_log (
            id {counter}, run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, candidate TEXT NOT NULL,
            fold INTEGER NOT NULL, event TEXT NOT NULL, pid INTEGER NOT NULL, at DOUBLE PRECISION NOT NULL)""",
        "CREATE INDEX fold_log_run ON fold_log (run_id)",
        """CREATE TABLE failures (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, candidate TEXT NOT NULL, message TEXT NOT NULL,
            cause TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, PRIMARY KEY (run_id, candidate))""",
        """CREATE TABLE models (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, candidate TEXT NOT NULL, status TEXT NOT NULL,
            digest TEXT NOT NULL, mark TEXT NOT NULL, size_bytes BIGINT NOT NULL, versions TEXT NOT NULL,
            error TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, PRIMARY KEY (run_id, candidate))""",
        """CREATE TABLE workers (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, candidate TEXT NOT NULL,
            lease TEXT NOT NULL UNIQUE, queued_at DOUBLE PRECISION NOT NULL, launched_at DOUBLE PRECISION NOT NULL,
            claimed_at DOUBLE PRECISION, heartbeat_at DOUBLE PRECISION, host TEXT NOT NULL, pid INTEGER,
            pid_created DOUBLE PRECISION, PRIMARY KEY (run_id, candidate))""",
    ):
        connection.exec_driver_sql(statement)


def m002_look_ups(connection: sa.Connection) -> None:
    """Indexes for "which projects use this data set" and "which runs name this spec"."""
    connection.exec_driver_sql("CREATE INDEX project_datasets_fingerprint ON project_datasets (fingerprint)")
    connection.exec_driver_sql("CREATE INDEX runs_fingerprint ON runs (fingerprint)")


def m003_samples_and_questions(connection: sa.Connection) -> None:
    """Open questions of a data set; of a table that is worked with as a sample, the whole and the sample's text."""
    for column in (
        "questions TEXT NOT NULL DEFAULT '[]'",
        "file_notes TEXT NOT NULL DEFAULT '[]'",
        "n_file_rows BIGINT NOT NULL DEFAULT 0",
        "full_digest TEXT NOT NULL DEFAULT ''",
        "full_bytes BIGINT NOT NULL DEFAULT 0",
        "text_digest TEXT NOT NULL DEFAULT ''",
        "text_bytes BIGINT NOT NULL DEFAULT 0",
    ):
        connection.exec_driver_sql(f"ALTER TABLE datasets ADD COLUMN {column}")
    connection.exec_driver_sql("UPDATE datasets SET n_file_rows = n_rows")


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (
    m001_first_tables,
    m002_look_ups,
    m003_samples_and_questions,
)


def version_of(connection: sa.Connection) -> int:
    """Return how many migrations this database has had; creates the table that counts them."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    return connection.exec_driver_sql("SELECT COALESCE(MAX(version), 0) FROM schema_version").scalar_one()


def migrate(database, migrations: Sequence[Callable[[sa.Connection], None]] = MIGRATIONS) -> int:
    """Bring a database to the newest version; safe when several processes start at once.

    Parameters
    ----------
    database : workbench.store.database.Database
    migrations : sequence of callable(Connection), optional

    Returns
    -------
    int
        The number of migrations that were applied here; 0 where the database was up to date.

    Raises
    ------
    WorkbenchError
        The database was written by a newer version of the app.
    """
    applied = 0
    while True:
        # One transaction per migration. The version is read under the write lock, so of two processes that start
        # together the second finds the work done.
        with database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            version = version_of(connection)
            if version > len(migrations):
                raise WorkbenchError(
                    f"The projects in {database.place} were last opened by a newer version of the workbench "
                    f"(version {version} of its database; this one knows {len(migrations)}).",
                    "Start the newer version, or choose another folder with WORKBENCH_HOME.",
                )
            if version == len(migrations):
                return applied
            migrations[version](connection)
            connection.exec_driver_sql("DELETE FROM schema_version")
            connection.execute(sa.text("INSERT INTO schema_version VALUES (:version)"), {"version": version + 1})
            applied += 1
