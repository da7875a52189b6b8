"""The store as a whole: everything a server, its worker processes and the command line share."""

import os
from pathlib import Path

from workbench.store.amount_decisions import AmountDecisions
from workbench.store.archive import Archive
from workbench.store.base import Base
from workbench.store.changes import Changes
from workbench.store.contracts import Contracts
from workbench.store.database import Database, sqlite_url
from workbench.store.datasets import Datasets
from workbench.store.decisions import Decisions
from workbench.store.files import space_in_words
from workbench.store.intake import Intake
from workbench.store.migrations import migrate
from workbench.store.models import Models
from workbench.store.openings import Openings
from workbench.store.projects import Projects
from workbench.store.queue import Queue
from workbench.store.runs import Runs
from workbench.store.scores import Scores


class Store(
    Archive,
    Changes,
    Intake,
    Datasets,
    Projects,
    Runs,
    Scores,
    Openings,
    Decisions,
    AmountDecisions,
    Contracts,
    Models,
    Queue,
    Base,
):
    """Projects, data sets, runs, fold scores and models: an SQL database, and files named by their content.

    Safe to use from several threads, and from several processes at the same time. Each part has its module; this
    class only puts them together.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(folder) as store:
    ...     project = store.create_project("Who will leave?")
    ...     store.project(project.id).name
    'Who will leave?'
    """

    @classmethod
    def open(cls, home: Path | str | None = None, url: str | None = None) -> "Store":
        """Open the store, make it where there is none, and bring it to the newest version.

        Parameters
        ----------
        home : path, optional
            Folder of files and, by default, of the database. Default ``WORKBENCH_HOME``, or ``~/.workbench``.
        url : str, optional
            Address of a database (``postgresql://…``). Default ``WORKBENCH_DATABASE_URL``, or SQLite in ``home``.

        Raises
        ------
        WorkbenchError
            The folder cannot be written to, the database cannot be reached, is damaged, or is newer than this code.
        """
        home = Path(home or os.environ.get("WORKBENCH_HOME") or Path.home() / ".workbench").expanduser().resolve()
        url = url or os.environ.get("WORKBENCH_DATABASE_URL") or sqlite_url(home)
        with space_in_words(home):
            for folder in (home, home / "files", home / "logs"):
                folder.mkdir(parents=True, exist_ok=True)
        database = Database(url)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(home, database)

    @property
    def url(self) -> str:
        """Address of the database, with its password: for a worker's environment, not for a screen."""
        return self.database.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_exception) -> None:
        self.close()
