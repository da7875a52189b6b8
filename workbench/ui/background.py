"""Work of some seconds or minutes that a person asked for on a page: done in a thread, seen by every tab, told once.

For work that must survive the server, there are worker processes (``training.supervisor``).
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
from workbench.ui import figures

EVERY_SECONDS = 0.5
SHARE_TO_JUDGE = 0.03  # of the work done before the time that remains is told
log = logging.getLogger("workbench")


@dataclass
class Job:
    """One piece of work.

    Attributes
    ----------
    name : str
    about : str
        What it is about, such as the name of a file.
    step : str
        What is being done, in words.
    share : float or None
        How much is done, 0 to 1, where that is known.
    problem : WorkbenchError or None
        Why it did not succeed.
    """

    name: str
    about: str = ""
    step: str = ""
    share: float | None = None
    started: float = field(default_factory=time.time)
    problem: WorkbenchError | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._ended.is_set()

    @property
    def seconds(self) -> float:
        """Seconds since it was started."""
        return time.time() - self.started

    @property
    def seconds_left(self) -> float | None:
        """Seconds it will still take if it goes on as it has so far; None while that is not known."""
        if self.share is None or self.share < SHARE_TO_JUDGE:
            return None
        return self.seconds * (1 - self.share) / self.share

    def say(self, step: str, share: float | None = None) -> None:
        """Tell what is being done, and how much of the whole is done (from the thread that works)."""
        self.step, self.share = step, share

    def stop(self) -> None:
        """Ask the work to stop; it does so at the next place where that leaves nothing half done."""
        self._stop.set()

    def should_stop(self) -> bool:
        """Whether the person has asked to stop."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, ``seconds`` at most; return whether it has."""
        return self._ended.wait(seconds)

    def run(self, work: Callable[["Job"], Any]) -> None:
        """Do the work (in a thread), and keep why it failed."""
        try:
            work(self)
        except WorkbenchError as error:
            self.problem = error
        except Exception as error:
            log.exception("the job %s failed", self.name)
            self.problem = WorkbenchError(
                f"Something went wrong that should not have ({type(error).__name__}).",
                "Try again; the details are in the server's log.",
            )
        finally:
            self._ended.set()


@st.cache_resource
def _jobs() -> dict[str, Job]:
    return {}


_lock = threading.Lock()


def start(name: str, work: Callable[[Job], Any], *, about: str = "") -> Job | None:
    """Do ``work(job)`` in a thread and return the job; None where a job of that name is under way already."""
    with _lock:
        found = _jobs().get(name)
        if found is not None and not found.done:
            return None
        job = _jobs()[name] = Job(name, about)
    threading.Thread(target=job.run, args=(work,), name=name, daemon=True).start()
    return job


def job(name: str) -> Job | None:
    """Return the job of that name, under way or ended with a problem; None where there is nothing to show."""
    found = _jobs().get(name)
    if found is not None and found.done and found.problem is None:
        _jobs().pop(name, None)
        return None
    return found


def under_way(prefix: str) -> list[Job]:
    """Return the jobs whose names begin with ``prefix`` and that have not ended, the oldest first."""
    return [found for name, found in list(_jobs().items()) if name.startswith(prefix) and not found.done]


def failed(prefix: str) -> list[Job]:
    """Return the jobs whose names begin with ``prefix`` and that ended with a problem, the oldest first."""
    return [found for name, found in list(_jobs().items()) if name.startswith(prefix) and found.done and found.problem]


def forget(name: str) -> None:
    """Take a job that has ended off the record."""
    _jobs().pop(name, None)


def show(found: Job, *, stop: str = "", at_end: Callable[[], None] = st.rerun) -> None:
    """Show a job that is under way, with what is being done and for how long.

    Parameters
    ----------
    stop : str
        Words on the button that stops it; "" where it cannot be stopped.
    at_end : callable
        What happens when it has ended; by default the page runs again.
    """

    @st.fragment(run_every=EVERY_SECONDS)
    def waiting():
        if found.done:
            at_end()
        with st.container(horizontal=True, vertical_alignment="center"):
            words = f"{found.step or 'Starting'} … ({times(found)})"
            if found.share is None:
                st.info(words, icon=":material/hourglass_top:")
            else:
                st.progress(min(found.share, 1.0), text=words)
            if stop:
                asked = found.should_stop()
                st.button(
                    "Stopping …" if asked else stop,
                    key=f"page.stop.{found.name}",
                    icon=":material/stop_circle:",
                    disabled=asked,
                    on_click=found.stop,
                )

    waiting()


def times(found: Job) -> str:
    """Return how long a job has taken, and how long it will still take where that is known."""
    left = found.seconds_left
    passed = figures.duration(found.seconds)
    return passed if left is None else f"{passed}, {figures.about(left)} left"
