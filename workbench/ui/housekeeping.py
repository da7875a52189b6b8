"""What a server does once, when it starts: look after runs that lost their worker, and empty the bin."""

import itertools
import logging
from contextlib import closing, suppress

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


def changed_since(moment, root):
    """Tell whether a source file of the app below ``root`` is newer than ``moment`` (seconds since 1970)."""
    sources = (root.glob("*.py"), (root / "pages").glob("*.py"), (root / "workbench").rglob("*.py"))
    for path in itertools.chain(*sources):
        with suppress(OSError):  # removed meanwhile
            if path.stat().st_mtime > moment:
                return True
    return False
