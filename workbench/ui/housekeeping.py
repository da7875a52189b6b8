"""What a server does once, when it starts: look after runs that lost their worker, and empty the bin."""

import logging
from contextlib import closing

from workbench.errors import WorkbenchError
from workbench.store import Store
from workbench.training import supervisor

log = logging.getLogger("workbench")


def at_start():
    """Set interrupted runs going again and remove for good what was deleted more than 30 days ago.

    A store that cannot be opened does not keep the server from starting: every page says what is wrong with it.
    """
    try:
        with closing(Store.open()) as store:
            supervisor.check_all(store)
            store.purge_deleted()
    except (WorkbenchError, OSError) as error:
        log.error("the store cannot be opened: %s", error)
