"""What a person or a script sees of the command line: one line of error, no traceback, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli import entry, outputs
from workbench.cli.arguments import parser
from workbench.cli.saying import one_line
from workbench.errors import NotPossible

ROOT = Path(__file__).resolve().parents[2]
NEEDS_LINKS = pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")


def workbench(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **options.pop("env", {})},
        timeout=60,
        **options,
    )


def failed(capsys, *arguments):
    """Run a command that must fail; return its one line of error."""
    try:
        code = entry.main(list(arguments))
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    assert code != 0
    assert printed.err.count("\n") == 1 and printed.err.startswith("error: "), printed.err
    assert "Traceback" not in printed.err
    return printed.err


@pytest.mark.parametrize("command", [[], ["read"], ["profile"], ["train"], ["predict"]])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as end:
        entry.main([*command, "--help"])
    assert end.value.code == 0
    assert "usage: python -m workbench" in capsys.readouterr().out


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from workbench.cli.entry import main\n"
        "try: main(['train', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'numpy', 'sklearn', 'sqlalchemy', 'pydantic'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("arguments", "piece"),
    [
        ([], "required: COMMAND"),
        (["trian"], "invalid choice"),
        (["read"], "required: FILE"),
        (["read", "x", "--cvs", "y"], "unrecognized arguments: --cvs y"),
        (["profile", "no.csv"], "There is no file “no.csv”"),
        (["profile", "."], "is a folder"),
        (["read", "no.csv", "--csv", "no/folder/out.csv"], "There is no folder"),
        (["read", "no.csv", "--csv", "."], "is a folder"),
        (["read", "no.csv", "--csv", "a.csv", "--json", "a.csv"], "same name"),
        (["read", "no.csv", "--csv", "-", "--json", "-"], "Only one output"),
        (["profile", "a.csv", "--task", "binary"], "--task says what kind of question --target is"),
        (["profile", "a.csv", "--target", "y", "--task", "clustering"], "invalid choice"),
        (["profile", "a.csv", "--html", "a.csv"], "is the file that is read"),
        (["profile", "a.csv", "--against", "b.csv", "--json", "b.csv"], "is the file that is read"),
        (["train"], "Training needs FILE"),
        (["train", "a.csv"], "Training needs --target"),
        (["train", "a.csv", "--target", "y", "--group", "g", "--time", "t"], "cannot be given together"),
        (["train", "a.csv", "--target", "y", "--folds", "0"], "1 to 50"),
        (["train", "a.csv", "--target", "y", "--folds", "many"], "1 to 50"),
        (["train", "a.csv", "--target", "y", "--seed", "-1"], "--seed"),
        (["train", "a.csv", "--target", "y", "--split", "spiral"], "invalid choice"),
        (["train", "a.csv", "--target", "y", "--repeats", "0"], "1 to 20"),
        (["train", "a.csv", "--target", "y", "--split", "time", "--gap", "soon"], "must be a number from 0"),
        (["train", "a.csv", "--target", "y", "--group", "g", "--fold-column", "f"], "cannot be given together"),
        (["train", "a.csv", "--target", "y", "--group", "g", "--split", "time"], "--group says --split group"),
        (["train", "a.csv", "--target", "y", "--gap", "3"], "--gap means nothing with --split random"),
        (["train", "a.csv", "--target", "y", "--time", "t", "--each"], "--each means nothing with --split time"),
        (["train", "a.csv", "--target", "y", "--time", "t", "--repeats", "2"], "It goes with --split random or"),
        (["train", "a.csv", "--target", "y", "--group", "g", "--each", "--folds", "3"], "without --folds"),
        (["train", "--resume", "run-1", "--fold-column", "f"], "--fold-column cannot be given"),
        (["train", "a.csv", "--target", "y", "--task", "clustering"], "invalid choice"),
        (["train", "a.csv", "--resume", "run-1"], "FILE cannot be given"),
        (["train", "--resume", "run-1", "--folds", "3"], "--folds cannot be given"),
        (["train", "no.csv", "--target", "y"], "There is no file"),
        (["train", "no.csv", "--target", "y", "--bundle", "-"], "standard output"),
        (["train", "no.csv", "--target", "y", "--bundle", os.devnull], "cannot take its place"),
        (["train", "--resume", "run-00000000"], "does not exist"),
        (["train", "--resume", "../../etc"], "There is no run"),
        (["predict", "b.zip", "no.csv"], "required: --csv"),
        (["predict", "no.zip", "no.csv", "--csv", "out.csv"], "There is no file “no.zip”"),
    ],
)
def test_a_mistake_is_one_line(arguments, piece, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert piece in failed(capsys, *arguments)
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


@NEEDS_LINKS
def test_the_input_is_never_written_over(tmp_path, capsys):
    table = tmp_path / "a.csv"
    table.write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(table)
    for output in (table, tmp_path / "link.csv", tmp_path / "home" / ".." / "a.csv"):
        assert "is the file that is read" in failed(capsys, "read", str(table), "--csv", str(output))
    assert table.read_text(encoding="utf-8") == "x\n1\n"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(content, tmp_path, capsys):
    (tmp_path / "b.zip").write_bytes(content)
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    arguments = ("predict", str(tmp_path / "b.zip"), str(tmp_path / "a.csv"), "--csv", str(tmp_path / "out.csv"))
    assert "b.zip" in failed(capsys, *arguments)
    assert not (tmp_path / "out.csv").exists()


def test_a_defect_is_one_line_too(monkeypatch, capsys):
    def broken(name):
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(entry, "import_module", broken)
    assert "unexpected happened (ZeroDivisionError: a b)" in failed(capsys, "read", "a.csv")
    monkeypatch.setenv("WORKBENCH_DEBUG", "1")
    assert entry.main(["read", "a.csv"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "piece"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (KeyboardInterrupt("Stopped; 3 of 4 folds are kept."), 130, "3 of 4"),
        (PermissionError(13, "denied", "f.csv"), 1, "“f.csv” may not be read"),
        (IsADirectoryError(21, "is a directory", "d"), 1, "“d” is a folder"),
        (FileNotFoundError(2, "no such file", "f"), 1, "no file “f”"),
        (OSError(28, "No space left on device"), 1, "No space left on device"),
        (MemoryError(), 1, "not enough memory"),
    ],
)
def test_every_end_has_its_sentence(error, code, piece, monkeypatch, capsys):
    def raising(name):
        raise error

    monkeypatch.setattr(entry, "import_module", raising)
    assert entry.main(["read", "a.csv"]) == code
    printed = capsys.readouterr().err
    assert piece in printed and printed.count("\n") == 1


def test_options_are_not_abbreviated():
    with pytest.raises(SystemExit):
        parser().parse_args(["profile", "a.csv", "--tar", "y"])


def test_names_cannot_write_on_the_terminal():
    assert one_line("a\x1b[2J\r\nb\u202ec\x00  d") == "a�[2J b�c�  d"


def test_outputs_are_complete_or_absent(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def rows():
        yield ("1",)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        outputs.write_csv(str(path), ["x"], rows())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_csv_is_as_rfc_4180_asks(tmp_path):
    path = tmp_path / "out.csv"
    outputs.write_csv(str(path), ["a", "b,c"], [("1", 'say "no"'), ("two\nlines", 0.1), ("", "")])
    assert path.read_bytes() == b'a,"b,c"\r\n1,"say ""no"""\r\n"two\nlines",0.1\r\n,\r\n'


@NEEDS_LINKS
def test_what_only_the_person_can_know_is_said(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("smoker\n" + "0\n1\n1\n9\n" * 10, encoding="utf-8")
    assert entry.main(["read", str(tmp_path / "t.csv"), "--json", str(tmp_path / "t.json")]) == 0
    assert "To decide: “smoker” is 9 in 10 of 40 cells (25 %)" in capsys.readouterr().out
    (question,) = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["questions"]
    assert question["code"] == "sentinel" and question["columns"] == ["smoker"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").write_text("{}", encoding="utf-8")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    outputs.write_json(str(tmp_path / "link.json"), {"a": 1})
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text(encoding="utf-8") == '{\n "a": 1\n}\n'


def test_nan_is_no_json(tmp_path):
    with pytest.raises(ValueError):
        outputs.write_json(str(tmp_path / "a.json"), {"a": float("nan")})
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be written to")
def test_a_folder_that_may_not_be_written_to(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(NotPossible, match="cannot be written"):
        outputs.check_outputs(str(tmp_path / "a.json"))
    tmp_path.chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="there is no /dev/null")
def test_a_device_is_written_to_and_not_replaced():
    outputs.check_outputs(os.devnull)
    outputs.write_text(os.devnull, "words")
    assert not Path(os.devnull).is_file()


def test_the_process_itself_ends_with_one_line():
    result = workbench("profile", "no.csv")
    assert result.returncode == 1
    assert result.stderr == "error: There is no file “no.csv”. Check its name and folder.\n"


def test_what_the_reading_process_died_of_is_not_printed_raw(home, tmp_path, capsys, monkeypatch):
    from workbench.store import reading_process, worker_process

    died = [sys.executable, "-c", "raise SystemError('deep inside')"]
    popen = subprocess.Popen
    monkeypatch.setattr(reading_process, "SMALL_BYTES", 0)
    monkeypatch.setattr(worker_process.subprocess, "Popen", lambda _command, **options: popen(died, **options))
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    said = failed(capsys, "train", str(path), "--target", "b")
    assert "what reads it broke off" in said and "deep inside" not in said
