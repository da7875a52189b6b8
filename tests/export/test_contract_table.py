"""Every meaning × every fault × every behaviour gets one outcome by JSON, form, CSV, Excel and the command line."""

import csv
import html
import io
import json
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest

import workbench.export
from workbench.cli import predict as command
from workbench.export import open_bundle

FAULTS = ("missing", "null", "blank", "unseen", "out_of_range", "wrong_type", "too_long", "extra")
BEHAVIOURS = ("warn", "impute", "reject")
EXTRA = "a column of theirs"
LONG = "x" * 1_001
# column: (meaning, fault to (text in a file, the same in a browser or None, cell of a workbook or None))
CASES = {
    "price": {"out_of_range": ("999.999,5 €", None, 999999.5), "wrong_type": ("abc", None, None)},
    "rooms": {"out_of_range": ("99", None, 99), "wrong_type": ("2.5", None, 2.5)},
    "sold": {
        "out_of_range": ("31.12.2099", "2099-12-31", pd.Timestamp("2099-12-31")),
        "wrong_type": ("31.02.2024", None, None),
    },
    "listed": {
        "out_of_range": ("2099-12-31 10:00:00", "2099-12-31T10:00", pd.Timestamp("2099-12-31 10:00")),
        "wrong_type": ("soon", None, None),
    },
    "city <b>|": {"unseen": ("Bonn", None, None)},
    "lift": {"unseen": ("maybe", None, None)},
    "note": {},
}
TYPICAL = {
    "price": 2000.5, "rooms": 4, "sold": "2024-06-01T00:00:00", "listed": "2023-11-10T08:30:00", "city <b>|": "Ulm",
    "lift": "ja",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a row: its probability of "Yes" (None where refused), fields with a warning, fields refused."""

    probability: float | None
    warned: frozenset
    refused: frozenset


def case_of(column, fault):
    """Return the text of a fault, or None where the meaning does not have it."""
    if fault in ("missing", "null", "blank", "extra"):
        return ""
    return LONG if fault == "too_long" else CASES[column].get(fault, (None,))[0]


TABLE = [
    (behaviour, column, fault)
    for behaviour in BEHAVIOURS
    for column in CASES
    for fault in FAULTS
    if case_of(column, fault) is not None
]


def with_behaviour(made, behaviour, folder):
    """Write the bundle with another behaviour about every fault that knows it; the model stays."""
    path = folder / f"{behaviour}.zip"
    with zipfile.ZipFile(made.path) as archive, zipfile.ZipFile(path, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "model.json":
                manifest = json.loads(content)
                for field in manifest["fields"]:
                    field["max_length"] = 1_000
                    field["behaviour"] = chosen(field["name"], behaviour)
                    field["typical"] = TYPICAL.get(field["name"])
                content = json.dumps(manifest)
            out.writestr(name, content)
    return path


def chosen(name, behaviour):
    """Return the behaviours of a field: what it cannot do stays as usual."""
    usual = {"missing": "warn", "unseen": "warn", "out_of_range": "warn", "wrong_type": "reject", "extra": "warn"}
    if behaviour == "reject":
        return dict.fromkeys(usual, "reject")
    if behaviour == "impute" and name != "note":
        return {**usual, "missing": "impute", "unseen": "impute", "out_of_range": "impute"}
    return usual


@pytest.fixture(scope="module")
def asked(flats, binary, tmp_path_factory):
    """Every case, asked by every way: (behaviour, way, column, fault) to its outcome."""
    outcomes = {}
    for behaviour in BEHAVIOURS:
        folder = tmp_path_factory.mktemp("contract")
        path = with_behaviour(binary, behaviour, folder)
        with flats.serving(SimpleNamespace(path=path), folder / "bundle") as service:
            ways = Ways(binary, path, folder, service.client)
            for column, fault in [(column, fault) for at, column, fault in TABLE if at == behaviour]:
                for way, outcome in ways.ask(column, fault).items():
                    outcomes[behaviour, way, column, fault] = outcome
    return outcomes


class Ways:
    """One bundle, asked in every way."""

    def __init__(self, made, path, folder, client):
        self.path, self.folder = path, folder
        self.names = [column.name for column in made.spec.columns]
        self.texts = {name: made.raw[name].iloc[0] for name in self.names}
        self.cells = {name: made.table[name].iloc[0] for name in self.names}
        self.scorer = open_bundle(path)
        self.client = client

    def ask(self, column, fault):
        """Return way to outcome."""
        text = case_of(column, fault)
        by_text, by_browser, by_cell = (CASES[column].get(fault) or (text, None, None))[:3]
        row = self._faulty(self.texts, column, fault, by_text)
        posted = self._faulty(self._as_posted(), column, fault, by_browser if by_browser is not None else by_text)
        cells = self._faulty(self.cells, column, fault, by_cell if by_cell is not None else by_text)
        json_row = {**row, column: None} if fault == "null" else row
        return {
            "JSON": self._json(json_row),
            "form": self._form({name: text for name, text in posted.items() if text is not None}),
            "CSV": self._file(self._csv(row), "text/csv"),
            "CSV to /predict": self._csv_to_predict(self._csv(row)),
            "Excel": self._file(self._workbook(cells), "application/octet-stream"),
            "command line": self._command(self._csv(row)),
        }

    def _as_posted(self):
        """Return the row as a browser sends it: dates in ISO 8601."""
        days = {name: self.cells[name].isoformat() for name in ("sold", "listed")}
        return self.texts | days

    def _faulty(self, row, column, fault, value):
        if fault == "extra":
            return {**row, EXTRA: "x"}
        if fault == "missing":
            return {name: cell for name, cell in row.items() if name != column}
        return {**row, column: value}

    def _csv(self, row):
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(row)
        writer.writerow(["" if cell is None else cell for cell in row.values()])
        return stream.getvalue().encode()

    def _workbook(self, row):
        book, stream = openpyxl.Workbook(), io.BytesIO()
        book.active.append(list(row))
        book.active.append([cell.item() if isinstance(cell, np.generic) else cell for cell in row.values()])
        book.save(stream)
        return stream.getvalue()

    def _json(self, row):
        (answer,) = self.client.post("/predict", json={"rows": [row]}).get_json()["predictions"]
        return self._answered(answer)

    def _csv_to_predict(self, content):
        (answer,) = self.client.post("/predict", data=content, content_type="text/csv").get_json()["predictions"]
        return self._answered(answer)

    def _answered(self, answer):
        if "error" in answer:
            errors = [answer["error"], *answer["error"].get("others", [])]
            return Outcome(None, frozenset(), frozenset(error["field"] for error in errors))
        warned = frozenset(warning["field"] for warning in answer["warnings"])
        return Outcome(round(answer["probabilities"]["Yes"], 9), warned, frozenset())

    def _form(self, posted):
        response = self.client.post("/", data=posted)
        page = html.unescape(response.get_data(as_text=True))
        if response.status_code == 400:
            (errors,) = re.findall(r"<ul>(.*?)</ul>", page, re.DOTALL)
            return Outcome(None, frozenset(), self._named(errors))
        (share,) = re.findall(r'<th scope="row">Yes</th><td title="([^"]*)"', page)
        # Blank fields are counted, not named one by one; notes stand beside fields, extra fields above them.
        beside = [name for at, name in enumerate(self.names) if f'id="field-{at}-notes"' in page]
        blank = [name for name in self.names if not posted.get(name)] if "left blank" in page else []
        extra = [EXTRA] if f'<p class="note">“{EXTRA}”: ' in page else []
        return Outcome(round(float(share), 9), frozenset([*beside, *blank, *extra]), frozenset())

    def _file(self, content, kind):
        response = self.client.post("/predict/file", data=content, content_type=kind)
        assert response.status_code == 200, response.get_data(as_text=True)
        (row,) = csv.DictReader(io.StringIO(response.get_data(as_text=True), newline=""))
        if row["error"]:
            return Outcome(None, frozenset(), self._named(row["error"]))
        warned = frozenset(name for name in (*self.names, EXTRA) if f"{name}: " in row["warnings"])
        return Outcome(round(float(row["probability_Yes"]), 9), warned, frozenset())

    def _command(self, content):
        source, target, told = self.folder / "rows.csv", self.folder / "predicted.csv", []
        source.write_bytes(content)
        target.unlink(missing_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(command, "progress", told.append)
            patch.setattr(command, "say", lambda *args, **kwargs: None)
            patch.setattr(workbench.export, "open_bundle", lambda path: self.scorer)  # opened once, not for each case
            with suppress(command.NotPossible):  # the only row is refused; it is written all the same
                command.run(SimpleNamespace(bundle=self.path, file=source, csv=target, map=[]))
        (row,) = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"), newline=""))
        said = "\n".join(told)
        if not row["prediction"]:
            return Outcome(None, frozenset(), self._named(said))
        warned = frozenset(name for name in (*self.names, EXTRA) if f"{name}: " in said)
        return Outcome(round(float(row["probability_Yes"]), 9), warned, frozenset())

    def _named(self, text):
        return frozenset(name for name in (*self.names, EXTRA) if f"“{name}”" in text)


def expected(behaviour, column, fault):
    """Return what must become of a case: "refused" or "warned"; worked out by hand, apart from how it is done."""
    if fault in ("wrong_type", "too_long"):
        return "refused"
    kind = "missing" if fault in ("missing", "null", "blank") else fault
    return "refused" if chosen(column, behaviour)[kind] == "reject" else "warned"


@pytest.mark.parametrize(("behaviour", "column", "fault"), TABLE)
def test_every_way_has_the_same_outcome(asked, behaviour, column, fault):
    by_way = {
        way: outcome
        for (at, way, name, kind), outcome in asked.items()
        if (at, name, kind) == (behaviour, column, fault)
    }
    first = by_way["JSON"]
    assert len(by_way) == 6
    assert by_way == dict.fromkeys(by_way, first)
    field = EXTRA if fault == "extra" else column
    if expected(behaviour, column, fault) == "refused":
        assert first.probability is None and field in first.refused
    else:
        assert first.probability is not None and field in first.warned
