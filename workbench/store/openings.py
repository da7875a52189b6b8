"""Tests of finished models, on record: who opened which rows when, and what came of it.

Each stands under the id of its run, so that it goes where the run goes (a project file, the bin). A record is made
once and not changed: a test that could be repeated unseen until it pleases would promise nothing.
"""

import base64
import json
import time
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from workbench.errors import NotFound, WorkbenchError
from workbench.store.base import Base
from workbench.store.records import checked_id, when
from workbench.store.tables import ARTIFACTS, RUNS

if TYPE_CHECKING:
    import numpy as np

    from workbench.training.final_test import FinalTest

TEST, OUTCOME = "final_test", "outcome"
Rows = Literal["locked", "file"]
MOST_BYTES = 64 * 2**20  # of row positions, a bit each: a record in a project file may be made to unpack to more
NO_LONGER_UNSEEN = "Opened before: this is no longer an unseen test."


class Tested:
    """A record with the JSON of a test in ``result``."""

    result: dict[str, Any]

    @property
    def test(self) -> "FinalTest":
        """The scores, with intervals and what was promised."""
        from workbench.training.final_test import FinalTest

        return FinalTest.from_json(self.result)


@dataclass(frozen=True, eq=False)
class Opening(Tested):
    """One test of a fitted model.

    Parameters
    ----------
    run_id, key : str
        The model.
    run_number : int
    rows : {"locked", "file"}
        Rows that were locked away, or those of a second file.
    dataset, name : str
        Fingerprint and name of the data set whose rows they are.
    at : datetime
    earlier : int
        How many times some of these rows had been opened before in this project.
    seen : int
        Locked rows that other runs of the project had learned from, since they were not locked there.
    notes : tuple of str
        What was left out of a file, and what else to know, as sentences.
    result : dict
        JSON of the :class:`workbench.training.final_test.FinalTest`.
    """

    run_id: str
    key: str
    run_number: int
    rows: Rows
    dataset: str
    name: str
    at: datetime
    earlier: int
    seen: int
    notes: tuple[str, ...]
    result: dict[str, Any]

    @property
    def unseen(self) -> bool:
        """Whether nothing had seen these rows before, as far as the project knows."""
        return not self.earlier and not self.seen

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        n_rows = f"{self.result['n_rows']:,}"
        if self.rows == "file":
            return self.test.said(f"On {n_rows} rows of “{self.name}”")
        told = (
            "nothing had seen"
            if self.unseen
            else "had been opened before"
            if self.earlier
            else "this model had not seen"
        )
        return self.test.said(f"On {n_rows} rows that {told}")

    @property
    def caveats(self) -> tuple[str, ...]:
        """What to know before believing the result, most important first."""
        found = []
        if self.earlier:
            times = "once" if self.earlier == 1 else f"{self.earlier} times"
            found.append(f"{NO_LONGER_UNSEEN} Models of this project had been tested on these rows {times} already.")
        if self.seen:
            found.append(
                f"Other runs of this project had learned from {self.seen:,} of these rows, since they were not locked "
                "away there: what was chosen after seeing those runs may flatter this one."
            )
        return (*found, *self.notes)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON for a model card or a command's answer."""
        return {
            "rows": self.rows,
            "name": self.name,
            "dataset": self.dataset,
            "at": self.at.isoformat(timespec="seconds"),
            "run": self.run_id,
            "key": self.key,
            "earlier": self.earlier,
            "unseen": self.unseen,
            "sentence": self.sentence,
            "caveats": list(self.caveats),
            **self.result,
        }


@dataclass(frozen=True, eq=False)
class Outcome(Tested):
    """How good a model was on a later file with known outcomes. ``at`` is when the file was looked at."""

    run_id: str
    key: str
    name: str
    at: datetime
    notes: tuple[str, ...]
    result: dict[str, Any]


class Openings(Base):
    """The part of the store that keeps tests of finished models."""

    def record_opening(
        self,
        run_id: str,
        key: str,
        rows: Rows,
        *,
        dataset: str,
        name: str,
        source: str,
        result: dict[str, Any],
        labels: "np.ndarray | None" = None,
        seen: int = 0,
        notes: tuple[str, ...] = (),
    ) -> Opening:
        """Keep a test; of the same model on the same rows, the first one stays.

        Parameters
        ----------
        source : str
            Digest of the file that the rows are in: its rows are the same ones however it is read.
        labels : ndarray of int, optional
            Positions of locked rows in the file; by them an earlier opening of some of them is noticed.
        """
        place = f"{run_id}:{key}:{rows}:{dataset[:16]}"
        with self.database.write() as connection:
            project_id = self._project_of(connection, run_id)
            stored = self._stored(connection, TEST, RUNS.c.project_id == project_id)
            if not any(row.key == place for row in stored):
                bits = _packed(labels)
                earlier = [row for row in stored if _is_about(json.loads(row.value), rows, source, bits)]
                value = {"key": key, "rows": rows, "dataset": dataset, "name": name, "source": source, "labels": bits}
                value |= {"seen": seen, "notes": list(notes), "earlier": len(earlier), "result": result}
                self._insert_record(connection, TEST, place, value)
        return next(found for found in self.openings(project_id) if found_place(found) == place)

    def openings(self, project_id: str) -> list[Opening]:
        """Return every test of the models of a project, the first one first."""
        checked_id(project_id, "project")
        with self.database.read() as connection:
            stored = self._stored(connection, TEST, RUNS.c.project_id == project_id)
        return _understood(stored, _opening)

    def openings_of(self, run_id: str, key: str) -> list[Opening]:
        """Return the tests of one model, the first one first."""
        return [opening for opening in self.openings(self.run(run_id).project_id) if _is_of(opening, run_id, key)]

    def opened_before(self, project_id: str, rows: Rows, source: str, labels: "np.ndarray | None" = None) -> int:
        """Return how many tests of this project's models were about some of these rows."""
        checked_id(project_id, "project")
        with self.database.read() as connection:
            stored = self._stored(connection, TEST, RUNS.c.project_id == project_id)
        bits = _packed(labels)
        return sum(_is_about(json.loads(row.value), rows, source, bits) for row in stored)

    def record_outcome(
        self, run_id: str, key: str, *, digest: str, name: str, result: dict[str, Any], notes: tuple[str, ...] = ()
    ) -> None:
        """Keep how good a model was on a later file; of the same file, the first look stays."""
        place = f"{run_id}:{key}:{digest[:32]}"
        with self.database.write() as connection:
            self._project_of(connection, run_id)
            stored = self._stored(connection, OUTCOME, RUNS.c.id == run_id)
            if not any(row.key == place for row in stored):
                value = {"key": key, "name": name, "notes": list(notes), "result": result}
                self._insert_record(connection, OUTCOME, place, value)

    def outcomes(self, run_id: str, key: str) -> list[Outcome]:
        """Return how good a model was on later files, the first one first."""
        checked_id(run_id, "run")
        with self.database.read() as connection:
            stored = self._stored(connection, OUTCOME, RUNS.c.id == run_id)
        return [found for found in _understood(stored, _outcome) if found.key == key]

    def _project_of(self, connection: sa.Connection, run_id: str) -> str:
        query = sa.select(RUNS.c.project_id).where(RUNS.c.id == checked_id(run_id, "run"))
        found = connection.execute(query).scalar_one_or_none()
        if found is None:
            raise NotFound("This run does not exist (any more).", "Start a new one on the Train page.")
        return found

    def _stored(self, connection: sa.Connection, kind: str, which) -> list[sa.Row]:
        run_of = sa.and_(ARTIFACTS.c.kind == kind, ARTIFACTS.c.key.startswith(RUNS.c.id + ":"))
        query = sa.select(ARTIFACTS, RUNS.c.id.label("run_id"), RUNS.c.number).join(RUNS, run_of).where(which)
        return list(connection.execute(query.order_by(ARTIFACTS.c.created_at)))

    def _insert_record(self, connection: sa.Connection, kind: str, place: str, value: dict) -> None:
        row = {"kind": kind, "key": place, "value": json.dumps(value), "created_at": time.time()}
        connection.execute(sa.insert(ARTIFACTS).values(row))


def _is_of(opening: Opening, run_id: str, key: str) -> bool:
    return (opening.run_id, opening.key) == (run_id, key)


def found_place(opening: Opening) -> str:
    """Return the key under which an opening is kept."""
    return f"{opening.run_id}:{opening.key}:{opening.rows}:{opening.dataset[:16]}"


def _opening(row: sa.Row, value: dict) -> Opening:
    names = ("key", "rows", "dataset", "name", "earlier", "seen", "result")
    return Opening(
        run_id=row.run_id,
        run_number=row.number,
        at=when(row.created_at),
        notes=tuple(value["notes"]),
        **{name: value[name] for name in names},
    )


def _outcome(row: sa.Row, value: dict) -> Outcome:
    notes = tuple(value["notes"])
    return Outcome(row.run_id, value["key"], value["name"], when(row.created_at), notes, value["result"])


def _understood(stored: list[sa.Row], make) -> list:
    """Return the records that can be read; one that came in a project file may hold anything."""
    found = []
    for row in stored:
        try:
            record = make(row, json.loads(row.value))
            record.test.said("")
            found.append(record)
        except (KeyError, TypeError, ValueError, AttributeError, WorkbenchError):
            continue
    return found


def _packed(labels: "np.ndarray | None") -> str:
    """Return row positions as text: a bit each, compressed."""
    if labels is None or not len(labels):
        return ""
    import numpy as np

    bits = np.zeros(int(labels.max()) + 1, dtype=bool)
    bits[labels] = True
    return base64.b85encode(zlib.compress(np.packbits(bits).tobytes())).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompressobj().decompress(base64.b85decode(text), MOST_BYTES)


def _is_about(value: dict, rows: Rows, source: str, bits: str) -> bool:
    """Whether a stored test was about some of the rows in question."""
    if not isinstance(value, dict) or (value.get("rows"), value.get("source")) != (rows, source):
        return False
    if rows == "file":
        return True
    import numpy as np

    try:
        one, other = (np.frombuffer(_unpacked(text), dtype=np.uint8) for text in (value["labels"], bits))
    except (ValueError, KeyError, TypeError, zlib.error):
        return False
    length = min(len(one), len(other))
    return bool((one[:length] & other[:length]).any())
