"""The tables as they are after the last migration, for writing queries with SQLAlchemy Core.

Times are seconds since 1970 (UTC), JSON is text. What the columns mean is said in the dataclasses of
``records.py``; how the tables came to be stands in ``migrations.py``.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()


def _table(name: str, *columns: str) -> sa.Table:
    return sa.Table(name, METADATA, *(_column(text) for text in columns))


def _column(text: str) -> sa.Column:
    name, _, kind = text.partition(" ")
    types = {"": sa.Text, "int": sa.BigInteger, "float": sa.Double}
    return sa.Column(name, types[kind])


PROJECTS = _table(
    "projects",
    *("id", "name", "draft", "dataset", "target", "revision int"),
    *("created_at float", "updated_at float", "deleted_at float"),
)
DATASETS = _table(
    "datasets",
    *("fingerprint", "name", "origin", "n_rows int", "n_columns int", "raw_digest", "raw_bytes int"),
    *("table_digest", "table_bytes int", "read_spec", "schema_spec", "sentence", "notes", "misfits"),
    *("created_at float", "questions", "file_notes", "n_file_rows int"),
    *("full_digest", "full_bytes int", "text_digest", "text_bytes int"),
)
PROJECT_DATASETS = _table("project_datasets", "project_id", "fingerprint", "name", "origin", "added_at float")
ARTIFACTS = _table("artifacts", "kind", "key", "value", "created_at float")
RUNS = _table(
    "runs",
    *("id", "project_id", "number int", "spec", "fingerprint", "status", "phase"),
    *("created_at float", "queued_at float", "started_at float", "finished_at float"),
    *("notes", "comment", "error", "metric", "n_candidates int", "n_folds int"),
    *("best", "best_mean float", "baseline_mean float", "size_bytes int", "app_version", "versions"),
)
FOLD_SCORES = _table(
    "fold_scores",
    *("run_id", "candidate", "fold int", "scores", "fit_seconds float", "score_seconds float"),
    *("warnings", "digest", "size_bytes int", "at float"),
)
FOLD_LOG = sa.Table(
    "fold_log",
    METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    *(_column(text) for text in ("run_id", "candidate", "fold int", "event", "pid int", "at float")),
)
FAILURES = _table("failures", "run_id", "candidate", "message", "cause", "at float")
MODELS = _table(
    "models", "run_id", "candidate", "status", "digest", "mark", "size_bytes int", "versions", "error", "at float"
)
WORKERS = _table(
    "workers",
    *("run_id", "candidate", "lease", "queued_at float", "launched_at float", "claimed_at float"),
    *("heartbeat_at float", "host", "pid int", "pid_created float"),
)
