"""Work of some seconds that a person asked for on a page: done in a thread, seen by every tab, told once.

For work that may take longer, or must survive the server, there are worker processes (``training.supervisor``).
A page asks for a job by its name and shows it; the thread draws nothing.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from workbench.errors import WorkbenchError

EVERY_SECONDS = 0.5
log = logging.getLogger("workbench")


@dataclass
class Job:
    """One piece of work. ``problem`` says why it did not succeed."""

    name: str
    step: str = ""
    started: float = field(default_factory=time.time)
    done: bool = False
    problem: WorkbenchError | None = None

    @property
    def seconds(self) -> float:
        """Seconds since it was started."""
        return time.time() - self.started


@st.cache_resource
def _jobs() -> dict[str, Job]:
    return {}


_lock = threading.Lock()


def start(name: str, work: Callable[[Callable[[str], Any]], Any]) -> None:
    """Do ``work(say)`` in a thread, unless a job of that name is under way; ``say(step)`` tells what is being done."""
    with _lock:
        found = _jobs().get(name)
        if found is not None and not found.done:
            return
        job = _jobs()[name] = Job(name)
    threading.Thread(target=_run, args=(job, work), name=name, daemon=True).start()


def _run(job, work):
    try:
        work(lambda step: setattr(job, "step", step))
    except WorkbenchError as error:
        job.problem = error
    except Exception as error:
        log.exception("the job %s failed", job.name)
        job.problem = WorkbenchError(
            f"Something went wrong that should not have ({type(error).__name__}).",
            "Try again; the details are in the server's log.",
        )
    finally:
        job.done = True


def job(name: str) -> Job | None:
    """Return the job of that name, under way or ended with a problem; None where there is nothing to show."""
    found = _jobs().get(name)
    if found is not None and found.done and found.problem is None:
        _jobs().pop(name, None)
        return None
    return found


def forget(name: str) -> None:
    """Take a job that has ended off the record."""
    _jobs().pop(name, None)


def show(found: Job) -> None:
    """Show a job that is under way, with what is being done and for how long; the page runs again at its end."""

    @st.fragment(run_every=EVERY_SECONDS)
    def waiting():
        if found.done:
            st.rerun()
        st.info(f"{found.step or 'Starting'} … ({found.seconds:.0f} s)", icon=":material/hourglass_top:")

    waiting()
