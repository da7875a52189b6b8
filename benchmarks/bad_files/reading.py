"""Read one file the public way in a process of its own, and measure what that takes."""

import multiprocessing
import re
import resource
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

LIMIT_SECONDS = 30  # of processor time: others work on the same cores
LIMIT_WALL_SECONDS = 150
LIMIT_BYTES = 2 * 2**30
ADDRESS_BYTES = 10 * 2**30  # the computer itself is not to be brought down
FRESH_BYTES = 500 * 2**20  # a process that keeps more is replaced
LONGEST_SENTENCE = 400
OURS = re.compile(
    r"/tmp/|workbench-|Traceback|Exception|NoneType|object at 0x|\bpa\.|\bdtype\b|Errno|codec can't|invalid literal"
)


@dataclass
class Outcome:
    """What came of a file.

    Attributes
    ----------
    result : str
        "table", "sentence", "error" (any exception but CannotRead), "died", "too slow", "too big", or "held back":
        one of the last three, where the app never reads such a file itself and its reading process gave a sentence.
    text : str
        The sentence, or the end of the traceback.
    faults : list of str
        What is wrong with the sentence, the notes or the table.
    """

    result: str
    text: str = ""
    shape: tuple = ()
    seconds: float = 0.0
    peak_bytes: int = 0
    faults: list = field(default_factory=list)
    cells: object = None

    @property
    def is_defect(self) -> bool:
        return self.result not in ("table", "sentence", "held back") or bool(self.faults)


def faults_of_sentence(error) -> list[str]:
    """Return what is wrong with the text of a CannotRead."""
    text, found = str(error), []
    if not text.strip():
        return ["says nothing"]
    if not error.advice:
        found.append("no advice")
    if len(text) > LONGEST_SENTENCE:
        found.append(f"a sentence of {len(text):,} characters")
    if ours := OURS.search(text):
        found.append(f"speaks of “{ours.group()}”")
    if not text.rstrip().endswith((".", "”", "…")):
        found.append("no full stop")
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in text):
        found.append("control characters")
    return found


def faults_of_table(opened, path) -> list[str]:
    """Return what is wrong with an opened table: what the next steps of the app would stumble on."""
    from workbench.data import open_table

    found = []
    if list(opened.table.columns) != opened.schema.names or len(set(opened.schema.names)) < len(opened.schema.names):
        found.append("columns and schema differ")
    for said in (opened.sentence, *opened.notes):
        if len(said) > 2 * LONGEST_SENTENCE:
            found.append(f"a note of {len(said):,} characters: {said[:60]}")
        if any(ord(character) < 32 and character not in "\t\n\r" for character in said):
            found.append(f"a note with control characters: {said[:60]!r}")
    for spec in (opened.read, opened.schema):
        type(spec).model_validate_json(spec.model_dump_json())
        _ = spec.fingerprint
    with tempfile.TemporaryDirectory() as folder:
        opened.table.to_parquet(Path(folder) / "table.parquet")
    if path.stat().st_size < 3 * 2**20:
        again = open_table(path, read=opened.read, schema=opened.schema)
        if not again.table.equals(opened.table):
            found.append("read again by its own rules it is another table")
    return found


def _read(path, way):
    from workbench.data import open_table, read_cells
    from workbench.errors import CannotRead

    try:
        if way == "cells":
            header, rows = read_cells(path)
            return Outcome("table", shape=(len(rows), len(header)), cells=(header, rows))
        opened = open_table(path)
    except CannotRead as error:
        return Outcome("sentence", str(error), faults=faults_of_sentence(error))
    try:
        faults = faults_of_table(opened, path)
    except Exception:  # noqa: BLE001 - any is a defect, to be reported with its place
        faults = ["afterwards: " + traceback.format_exc()[-700:]]
    return Outcome("table", opened.sentence, opened.table.shape, faults=faults)


def _serve(pipe):
    """Read the files whose paths come through ``pipe`` until it closes."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import workbench.data.opening  # noqa: F401 - its import is not part of any file's time

    pipe.send("ready")
    while True:
        try:
            path, way = pipe.recv()
        except EOFError:
            return
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        began = time.process_time()
        try:
            outcome = _read(Path(path), way)
        except Exception:  # noqa: BLE001 - any is a defect, to be reported with its place
            outcome = Outcome("error", traceback.format_exc()[-900:])
        outcome.seconds = time.process_time() - began
        pipe.send(asdict(outcome))


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process and its children have held, in bytes."""
    total = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        status = Path(f"/proc/{process.pid}/status").read_text()
        total += int(re.search(r"VmHWM:\s*(\d+)", status).group(1)) * 1024
    return total


class Reader:
    """A process that reads files, replaced when it dies, hangs or has grown."""

    def __init__(self):
        self.process = self.pipe = None

    def read(self, path: Path, way: str = "table") -> Outcome:
        """Return the :class:`Outcome` of the file at ``path``; ``way`` is "table" or "cells"."""
        self._begin()
        self.pipe.send((str(path), way))
        began, peak = time.monotonic(), 0
        cpu = self._cpu()
        while not self.pipe.poll(0.05):
            try:
                peak = max(peak, peak_bytes(self.process.pid))
                used = self._cpu() - cpu
            except (psutil.Error, OSError, AttributeError):
                break
            if used > LIMIT_SECONDS + 5 or time.monotonic() - began > LIMIT_WALL_SECONDS:
                self.end()
                return Outcome("too slow", seconds=used, peak_bytes=peak)
        try:
            outcome = Outcome(**self.pipe.recv())
            peak = max(peak, peak_bytes(self.process.pid))
        except (EOFError, OSError, psutil.Error):
            self.process.join(5)
            code = self.process.exitcode
            self.end()
            return Outcome("died", f"exit code {code}", seconds=time.monotonic() - began, peak_bytes=peak)
        outcome.peak_bytes = peak
        if outcome.seconds > LIMIT_SECONDS:
            outcome.result = "too slow"
        elif peak > LIMIT_BYTES:
            outcome.result = "too big"
        if psutil.Process(self.process.pid).memory_info().rss > FRESH_BYTES:
            self.end()
        return outcome

    def _cpu(self):
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def _begin(self):
        if self.process is not None and self.process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other,), daemon=True)
        self.process.start()
        other.close()
        self.pipe.recv()

    def end(self):
        """End the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = self.pipe = None


def held_back(path: Path, outcome: Outcome) -> Outcome:
    """Read a file that broke the limits as the app does: in the store's reading process, if it is not read in the app.

    Returns ``outcome`` itself where the app would have read the file, or its process broke the limits too.
    """
    from workbench.errors import CannotRead
    from workbench.store.reading_process import is_small, read_file

    if is_small(path):
        return outcome
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        job = {"path": str(path), "name": path.name, "digest": "", "folder": folder}
        try:
            read_file({**job, "read": None, "schema": None, "sample_rows": None})
            said, faults = "a table", []
        except CannotRead as error:
            said, faults = str(error), faults_of_sentence(error)
    text = f"{outcome.result} here; in the reading process: {said}"
    return Outcome("held back", text, seconds=time.monotonic() - began, faults=faults)


def store_reader(home: Path):
    """Return a function that takes a file into a store, as an upload does, and profiles its table."""
    from workbench.errors import WorkbenchError
    from workbench.profiling import profile
    from workbench.store import Store

    store = Store.open(home)
    project = store.create_project("Hostile files")

    def read(path, case):
        staged = store.staging() / "upload"
        path.rename(staged)
        began = time.monotonic()
        try:
            dataset = store.take_in(project.id, staged, f"{case.name}.csv")
            table, raw = store.load_table(dataset.fingerprint), store.load_raw(dataset.fingerprint)
            profile(table, dataset.schema)
        except WorkbenchError as error:
            return Outcome("sentence", str(error), seconds=time.monotonic() - began, faults=faults_of_sentence(error))
        except Exception:  # noqa: BLE001 - any is a defect, to be reported with its place
            return Outcome("error", traceback.format_exc()[-900:], seconds=time.monotonic() - began)
        faults = [] if len(raw) == len(table) else ["the text has other rows than the table"]
        return Outcome("table", dataset.sentence, table.shape, time.monotonic() - began, faults=faults)

    return read
