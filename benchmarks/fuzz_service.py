"""Send thousands of broken bodies to the service of a bundle, and schemathesis to its OpenAPI document.

    nice -n 15 python benchmarks/fuzz_service.py [--bodies 10000] [--seed 0] [--schemathesis PATH] [--examples 100]

A bundle of a table with every meaning of a column is started under gunicorn with one worker. Bodies are valid ones
spoiled at random, wild JSON, text and workbooks as files, forms, and bytes. Printed are the status codes, every answer
with a status of 500 or more or with a traceback in it, the slowest answer and the server's memory. ``schemathesis`` is
no requirement of ours: make an environment of its own and name its program. The exit code is 1 where something failed.
"""

import argparse
import contextlib
import http.client
import io
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import numpy as np
import openpyxl
import pandas as pd
import psutil

from workbench.data import open_table
from workbench.export import build_bundle
from workbench.modeling.pipeline import build_pipeline
from workbench.modeling.planning import modelling_table, plan_experiment
from workbench.specs import CandidateSpec, Draft

N_ROWS = 400
START_SECONDS = 60
SLOW_SECONDS = 10
GROWTH_MB = 150  # that memory may grow by between the first fifth of the bodies and the last
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ODD = (
    None, True, False, 0, -1, 1e308, -1e-320, 10**400, "", " ", "abc", "1,5", "31.02.2024", "9999-12-31T23:59:59",
    "=cmd()", "\x00", "\ud800", "x" * 3_000, [], {}, [[[]]], {"a": {"b": 1}}, float("nan"), float("inf"), "NaN",
    "null", "<script>", "🦊" * 50,
)  # fmt: skip
KINDS = (
    "application/json", "text/csv", "application/octet-stream", "application/x-www-form-urlencoded", "", "a/b",
    "text/html", "multipart/form-data", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
    "application/vnd.ms-excel",
)  # fmt: skip
PATHS = ("/predict", "/predict?reasons=3", "/predict?reasons=x", "/predict/file", "/", "/schema", "/docs", "/nothing")


def made_bundle(folder):
    """Write a bundle of a table with every meaning of a column; return its folder, and rows as text."""
    rng = np.random.default_rng(0)
    price = rng.uniform(100, 5_000, N_ROWS)
    town = rng.choice(["Köln", "Ulm", "Rhône"], N_ROWS)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 360, N_ROWS), "D")
    words = rng.choice(["quiet", "loud", "garden", "view", "old"], (N_ROWS, 4))
    table = pd.DataFrame(
        {
            "price": [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in price],
            "rooms": rng.integers(1, 9, N_ROWS),
            "sold": days.strftime("%d.%m.%Y"),
            "town": town,
            "lift": rng.choice(["ja", "nein"], N_ROWS),
            "note": [" ".join(row) + f" {at}" for at, row in enumerate(words)],
            "bought": np.where(price + 900 * (town == "Ulm") + rng.normal(0, 500, N_ROWS) > 2_500, "Yes", "No"),
        }
    )
    path = folder / "table.csv"
    table.to_csv(path, sep=";", index=False)
    opened = open_table(path)
    candidate = CandidateSpec(kind="hist_gradient_boosting")
    spec = plan_experiment(opened.table, opened.schema, Draft(target="bought", candidates=(candidate,))).spec
    inputs, target = modelling_table(opened.table, spec)
    spec = spec.but(candidates=(candidate,))
    pipeline = build_pipeline(spec, candidate).fit(inputs[[column.name for column in spec.columns]], target)
    bundle = build_bundle(pipeline, spec, opened.read, opened.table, folder / "bundle.zip")
    with zipfile.ZipFile(bundle.path) as archive:
        archive.extractall(folder / "bundle")
    return folder / "bundle", table.drop(columns="bought").astype(str)


@contextlib.contextmanager
def running(folder):
    """Start the service; yield its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WORKERS": "1", "PYTHONPATH": ""}
    with (folder / "log.txt").open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", "app:app"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(10 * START_SECONDS):
                with contextlib.suppress(OSError):
                    if ask(port, "GET", "/health")[0] == 200:
                        break
                time.sleep(0.1)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def ask(port, method, path, body=None, kind=None):
    """Return status and content of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers={"Content-Type": kind} if kind is not None else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Bodies:
    """Bodies to send, drawn by a seed."""

    def __init__(self, rows, seed):
        self.rows, self.random = rows.to_dict("records"), random.Random(seed)
        self.text = rows.to_csv(sep=";", index=False).encode()
        stream, book = io.BytesIO(), openpyxl.Workbook()
        for cells in [rows.columns, *rows.head(20).to_numpy()]:
            book.active.append(list(cells))
        book.save(stream)
        self.book = stream.getvalue()

    def draw(self):
        """Return (method, path, body, type)."""
        kind = self.random.choice([self.spoiled_json, self.wild_json, self.file, self.form, self.noise])
        method, path, body, content_type = kind()
        if self.random.random() < 0.05:
            path = self.random.choice(PATHS)
        if self.random.random() < 0.05:
            content_type = self.random.choice(KINDS)
        if self.random.random() < 0.03:
            method = self.random.choice(["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
        return method, path, body, content_type

    def row(self):
        """Return a row with some odd values, absent and extra fields."""
        row = dict(self.random.choice(self.rows))
        for name in self.random.sample(list(row), self.random.randrange(len(row) + 1)):
            if self.random.random() < 0.3:
                del row[name]
            else:
                row[name] = self.random.choice(ODD)
        return row | {self.random.choice(["x", "", "row", "ré\n"]): 1} if self.random.random() < 0.2 else row

    def spoiled_json(self):
        n_rows = self.random.choice([0, 1, 1, 1, 2, 5, 40])
        rows = [self.row() if self.random.random() < 0.9 else self.random.choice(ODD) for _ in range(n_rows)]
        body = {"row": self.row()} if self.random.random() < 0.3 else {"rows": rows}
        text = bytearray(json.dumps(body).encode())
        for _ in range(self.random.choice([0, 0, 0, 1, 5])):
            text[self.random.randrange(len(text))] = self.random.randrange(256)
        path = self.random.choice(PATHS[:3]) if self.random.random() < 0.2 else "/predict"
        return "POST", path, bytes(text), "application/json"

    def wild_json(self):
        depth = self.random.choice([1, 10, 1_000, 50_000])
        wild = self.random.choice(
            [
                b"[" * depth + b"]" * depth,
                b'{"rows": ' * depth + b"1" + b"}" * depth,
                b'{"rows": [' + b"{}," * 10_001 + b"{}]}",
                b'{"rows": [{"price": ' + b"9" * depth + b"}]}",
                b'{"row": {"note": "' + b"x" * depth + b'"}}',
                json.dumps(self.random.choice(ODD)).encode(),
                json.dumps({"rows": {"0": self.row()}}).encode("utf-16"),
            ]
        )
        return "POST", "/predict", wild, "application/json"

    def file(self):
        content = bytearray(self.book if self.random.random() < 0.4 else self.text[: self.random.randrange(20, 3_000)])
        for _ in range(self.random.choice([0, 1, 3, 20])):
            content[self.random.randrange(len(content))] = self.random.randrange(256)
        if self.random.random() < 0.1:
            content = bytearray(
                self.random.choice([b";" * 300_000, b"\n" * 300_000, b'"' * 300_000, b"price\n1\n" * 20_000])
            )
        if self.random.random() < 0.2:
            part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%s\r\n--x--\r\n' % bytes(
                content
            )
            return "POST", "/predict/file", part, "multipart/form-data; boundary=x"
        path = "/predict" if self.random.random() < 0.2 else "/predict/file"
        return "POST", path, bytes(content), self.random.choice(KINDS[1:3])

    def form(self):
        posted = {name: value for name, value in self.row().items() if not isinstance(value, list | dict)}
        text = urlencode(posted, errors="replace").encode()
        return "POST", "/", text, "application/x-www-form-urlencoded"

    def noise(self):
        body = self.random.randbytes(self.random.choice([0, 1, 100, 10_000]))
        return "POST", self.random.choice(PATHS), body, self.random.choice(KINDS)


def memory_mb(process):
    """Return the memory of a server and its workers that is theirs alone, in MB."""
    found = 0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            found += one.memory_full_info().uss
    return found / 2**20


def fuzz(port, process, bodies, n_bodies):
    """Send the bodies; return what was wrong, as lines."""
    statuses, faults, slowest, memory = Counter(), [], 0.0, []
    for at in range(n_bodies):
        method, path, body, kind = bodies.draw()
        began = time.perf_counter()
        status, content = ask(port, method, path, body, kind)
        slowest = max(slowest, time.perf_counter() - began)
        statuses[status] += 1
        if status >= 500 or b"Traceback" in content or b'File "' in content:
            faults.append(f"{status} {method} {path} {kind}: {body[:200]!r}")
        if at % max(1, n_bodies // 100) == 0:
            memory.append(memory_mb(process))
    fifth = max(1, len(memory) // 5)
    growth = max(memory[-fifth:]) - max(memory[:fifth])
    print(f"{n_bodies:,} bodies: " + ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items())))
    print(f"slowest answer {slowest:.2f} s; memory at most {max(memory):.0f} MB, growth {growth:+.0f} MB")
    if slowest > SLOW_SECONDS:
        faults.append(f"an answer took {slowest:.1f} s")
    if growth > GROWTH_MB:
        faults.append(f"memory grew by {growth:.0f} MB")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bodies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--schemathesis", default="", help="path of its program; left out where it is not given")
    parser.add_argument("--examples", type=int, default=100, help="of schemathesis, for each address")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, rows = made_bundle(Path(temporary))
        with running(folder) as (port, process):
            faults = fuzz(port, process, Bodies(rows, arguments.seed), arguments.bodies)
            if arguments.schemathesis:
                command = [arguments.schemathesis, "run", f"http://127.0.0.1:{port}/openapi.json", "--checks", CHECKS]
                command += ["--max-examples", str(arguments.examples), "--seed", str(arguments.seed)]
                done = subprocess.run(command, check=False, cwd=temporary)
                faults += ["schemathesis found failures"] if done.returncode else []
        log = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
        faults += ["a traceback in the log"] if "Traceback" in log else []
    print("\n".join(faults[:20]) if faults else "no failure")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
