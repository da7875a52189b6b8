"""Projects, data sets and runs, kept in an SQL database and in files named by their content.

Imports neither pandas nor scikit-learn until something needs them, so that a worker waiting for its turn is small.
"""

from workbench.store.files import Stored
from workbench.store.home import Store
from workbench.store.queue import LeaseLost
from workbench.store.records import (
    ACTIVE_STATUSES,
    Dataset,
    DiskUsage,
    Project,
    ProjectCard,
    Run,
    StoredModel,
    Worker,
)

__all__ = [
    "ACTIVE_STATUSES",
    "Dataset",
    "DiskUsage",
    "LeaseLost",
    "Project",
    "ProjectCard",
    "Run",
    "Store",
    "Stored",
    "StoredModel",
    "Worker",
]
