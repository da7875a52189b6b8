"""What ``profile`` says and writes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli import entry
from workbench.cli import profile as command
from workbench.profiling import Profile

ROOT = Path(__file__).resolve().parents[2]
N = 120


def write(path, *, start=0, rename=None, leave_out=(), plans=("basic", "gold")):
    """A table whose outcome follows the plan; ``start`` moves the amounts."""
    names = ["customer", "amount", "plan", "note", "churn"]
    rows = [
        [f"C{at:04d}", str(start + at * 7 % 100), plans[at % 2], "", ("yes", "no")[at % 2 if at % 7 else 0]]
        for at in range(N)
    ]
    kept = [at for at, name in enumerate(names) if name not in leave_out]
    header = [(rename or {}).get(names[at], names[at]) for at in kept]
    lines = [",".join(header), *(",".join(row[at] for at in kept) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path):
    return write(tmp_path / "now.csv")


def run(capsys, *arguments):
    """Run the command; return its exit code, standard output and standard error."""
    code = entry.main(["profile", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_what_is_to_decide_is_said_first(table, capsys):
    code, out, err = run(capsys, table, "--target", "churn")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("120 rows and 5 columns, ")
    marks = [line.split("]")[0][1:] for line in lines[1:] if line.startswith("[")]
    assert marks == sorted(marks, key=["you decide", "done"].index) and set(marks) == {"you decide", "done"}
    assert lines[-1].startswith("What tells “churn” most, each column alone: “plan” ")


def test_a_mistyped_column_is_asked_about(table, capsys):
    for typed in ("Churn", "chrun", " churn "):
        code, out, err = run(capsys, table, "--target", typed)
        assert (code, out) == (1, "") and "Do you mean “churn”?" in err and err.count("\n") == 1
    code, _, err = run(capsys, table, "--target", "zzz")
    assert code == 1 and "The columns are “customer”, “amount”, “plan”, “note”, “churn”." in err


def test_the_task_is_taken_and_checked(table, tmp_path, capsys):
    out = tmp_path / "out.json"
    assert run(capsys, table, "--target", "amount", "--task", "regression", "--json", out)[0] == 0
    assert json.loads(out.read_text(encoding="utf-8"))["task"] == "regression"
    code, _, err = run(capsys, table, "--target", "churn", "--task", "regression")
    assert (
        code == 1 and err == "error: “churn” holds words, so no number can be predicted. Choose a task with classes.\n"
    )


def test_what_has_changed_since_another_file(table, tmp_path, capsys):
    before = write(tmp_path / "before.csv", start=1000, rename={"note": "remark"})
    html, figures = tmp_path / "out.html", tmp_path / "out.json"
    code, out, _ = run(capsys, table, "--target", "churn", "--against", before, "--html", html, "--json", figures)
    assert code == 0
    assert "Beside before.csv: " in out and "[changed] “amount” differs much" in out
    plain = json.loads(figures.read_text(encoding="utf-8"))
    differences = plain["differences"]
    assert (differences["n_rows_before"], differences["n_rows_now"]) == (N, N)
    assert {"column", "verdict", "sentence"} <= differences["columns"][0].keys()
    assert Profile.from_json(plain).n_rows == N
    page = html.read_text(encoding="utf-8")
    assert "What has changed" in page and "<bdi>before.<wbr>csv</bdi> has 120 rows, this file 120." in page


def test_a_table_that_is_still_to_be_predicted(tmp_path, capsys):
    before, now = write(tmp_path / "before.csv"), write(tmp_path / "now.csv", leave_out=("churn",))
    code, out, err = run(capsys, now, "--target", "churn", "--against", before)
    assert code == 0 and err == "“churn” is only in before.csv, so now.csv is looked at without it.\n"
    assert "What tells" not in out and "churn" not in out
    code, _, err = run(capsys, now, "--target", "neither", "--against", before)
    assert code == 1 and "no column “neither”" in err


def test_a_big_file_is_read_in_pieces_and_says_how_far_it_is(table, tmp_path, capsys, monkeypatch):
    small, big = tmp_path / "small.json", tmp_path / "big.json"
    assert run(capsys, table, "--target", "churn", "--json", small)[2] == ""
    monkeypatch.setattr(command, "BIG_BYTES", 0)
    code, _, err = run(capsys, table, "--target", "churn", "--against", table, "--json", big)
    assert code == 0
    assert "now.csv: reading the file, 0 %" in err
    for said in ("looking at 120 rows and 5 columns", "every column is described", "comparing it with now.csv"):
        assert f"now.csv: {said}" in err
    found = json.loads(big.read_text(encoding="utf-8"))
    del found["differences"]
    assert found == json.loads(small.read_text(encoding="utf-8"))
    assert not list(tmp_path.glob("*.parquet"))


@pytest.mark.parametrize(("option", "begins"), [("--html", "<!doctype html>"), ("--json", "{")])
def test_standard_output_is_for_the_report_alone(table, capsys, option, begins):
    code, out, err = run(capsys, table, option, "-")
    assert code == 0 and out.startswith(begins) and "120 rows and 5 columns" in err
    if option == "--json":
        json.loads(out)


def test_nothing_is_loaded_that_is_not_needed(table):
    code = (
        "import sys\n"
        "from workbench.cli.entry import main\n"
        f"assert main(['profile', {str(table)!r}, '--target', 'churn', '--html', {str(table) + '.html'!r}]) == 0\n"
        "print(sorted({'sklearn', 'scipy.stats', 'streamlit', 'sqlalchemy', 'joblib', 'altair'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.endswith("[]\n")
