#!/usr/bin/env python3
"""Set everything up and open the workbench, or run its tests, from a fresh clone. Standard library only.

    python3 start.py            make .venv, install the pinned requirements, open the app
    python3 start.py --test     the same for development, a browser if none is there, then all checks and tests
    python3 start.py --port N   open the app on another port

Nothing outside ``.venv`` is changed, except that ``--test`` installs Debian's Chromium where it runs as root
with apt, or else asks Playwright for its own; where neither works the browser tests are skipped and it says so.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SUPPORTED = ((3, 11), (3, 12), (3, 13))
MOST_WORKERS = 4  # of the tests
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


def supported_python():
    """Return the path of a Python that the pinned requirements support: this one if possible."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return found
    sys.exit(
        f"This is Python {sys.version_info[0]}.{sys.version_info[1]}; the workbench needs 3.11, 3.12 or 3.13. "
        "Install one of them (python.org, or your system's packages) and start again."
    )


def environment(folder, requirements):
    """Make ``folder`` a virtual environment with ``requirements`` installed; a second call costs nothing.

    Returns
    -------
    pathlib.Path
        The environment's Python.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(ROOT.glob("requirements*.txt")))).hexdigest()
    stamp = folder / f"installed-{requirements.stem}"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if not python.exists():
        print(f"Making a virtual environment in {folder} …", flush=True)
        subprocess.run([supported_python(), "-m", "venv", str(folder)], check=True)
    print(f"Installing {requirements.name} (a minute or two the first time) …", flush=True)
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([str(python), "-m", "pip", "install", *quiet, "-r", str(requirements)], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def open_app(python, port, headless):
    """Start Streamlit on ``port``, open a browser window once it answers, and wait until it ends."""
    address = f"http://127.0.0.1:{port}"

    def announce():
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
            except OSError:
                time.sleep(0.25)
                continue
            print(f"\n  The workbench is open at {address}\n  Stop it with Ctrl-C.\n", flush=True)
            if not headless:
                webbrowser.open(address)
            return

    threading.Thread(target=announce, daemon=True).start()
    command = [str(python), "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.port", str(port)]
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 0


def browser(python):
    """Return the path of a Chromium to drive, "playwright" for Playwright's own, or "" where there is none."""
    found = os.environ.get("WORKBENCH_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if found:
        return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing Debian's Chromium for the browser tests …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
        if shutil.which("chromium"):
            return shutil.which("chromium")
    print("Asking Playwright for its own Chromium …", flush=True)
    done = subprocess.run([str(python), "-m", "playwright", "install", "chromium"], check=False)
    return "playwright" if done.returncode == 0 else ""


def run_tests(python, extra):
    """Run formatter, linter and every test; return the first exit code that is not 0."""
    variables = dict(os.environ)
    variables["WORKBENCH_BROWSER"] = browser(python)
    if not variables["WORKBENCH_BROWSER"]:
        print("No browser here and none could be installed: the browser tests are SKIPPED.", flush=True)
    # All tests: several files at a time, one more than there are cores, since some wait for a browser or a worker.
    # A few that were named: in this order, where a debugger can reach them.
    n_workers = min(MOST_WORKERS, (os.cpu_count() or 1) + 1)
    side_by_side = ["-n", str(n_workers), "--dist", "loadfile", "--no-loadscope-reorder"]
    tests = ["pytest", "-q", "-ra", *(extra or side_by_side)]
    for command in (["ruff", "format", "--check", "."], ["ruff", "check", "."], tests):
        print("$", *command, flush=True)
        code = subprocess.run([str(python), "-m", *command], cwd=ROOT, env=variables, check=False).returncode
        if code:
            return code
    return 0


def main():
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--test", action="store_true", help="run all checks and tests instead of the app")
    parser.add_argument("--port", type=int, default=8501, help="port of the app (default: 8501)")
    parser.add_argument("--no-window", action="store_true", help="do not open a browser window")
    options, extra = parser.parse_known_args()
    if extra and not options.test:
        parser.error(f"unknown: {' '.join(extra)}")
    name = "requirements-dev.txt" if options.test else "requirements.txt"
    try:
        python = environment(ROOT / ".venv", ROOT / name)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Setting up failed: {error}. Is a package index reachable, and is there space on the disk?")
    sys.exit(run_tests(python, extra) if options.test else open_app(python, options.port, options.no_window))


if __name__ == "__main__":
    main()
