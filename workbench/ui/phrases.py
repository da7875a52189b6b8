"""Times, sizes and names as they stand on the screen."""

import re
from datetime import UTC, datetime
from pathlib import PurePath

from workbench.results.wording import told_apart as told_apart  # for screens as for sentences

UNITS = ("bytes", "kB", "MB", "GB", "TB")
AGO_SECONDS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))


def ago(moment, now=None):
    """Return how long ago a time (with its zone) was, in words.

    >>> from datetime import datetime, timedelta, timezone
    >>> start = datetime(2025, 1, 1, tzinfo=timezone.utc)
    >>> [ago(start, start + timedelta(seconds=passed)) for passed in (30, 90, 7300, 86400 * 3)]
    ['just now', '1 minute ago', '2 hours ago', '3 days ago']
    """
    passed = ((now or datetime.now(UTC)) - moment).total_seconds()
    for seconds, unit in AGO_SECONDS:
        if passed >= seconds:
            n = int(passed // seconds)
            return f"{n} {unit}{'' if n == 1 else 's'} ago"
    return "just now"


def ago_seconds(moment):
    """Return how long ago a time in seconds since 1970 was, in words."""
    return ago(datetime.fromtimestamp(moment, UTC))


def size(n_bytes):
    """Return a number of bytes in the unit that suits it.

    >>> size(0), size(900), size(1_234_567), size(3.2e9)
    ('0 bytes', '900 bytes', '1.2 MB', '3.2 GB')
    """
    n, unit = float(n_bytes), UNITS[0]
    for unit in UNITS:
        if n < 1000 or unit == UNITS[-1]:
            break
        n /= 1000
    return f"{n:.0f} {unit}" if n >= 10 or unit == "bytes" else f"{n:.1f} {unit}"


def project_name(file_name):
    """Return the name of a project made from a file.

    >>> project_name("C:\\\\data\\\\telco_churn.csv"), project_name("meteo orleans.csv.gz"), project_name(".csv")
    ('telco_churn', 'meteo orleans', 'csv')
    """
    name = PurePath(str(file_name).replace("\\", "/")).name
    stem = re.sub(r"(\.(csv|tsv|txt|json|jsonl|xlsx?|data|dat))?(\.(gz|zip|bz2|xz))?$", "", name, flags=re.IGNORECASE)
    stem = stem if stem != name or "." not in name else PurePath(name).stem
    return (stem.strip(" .") or name.strip(" .") or "Untitled")[:80]


def file_name(name, suffix):
    """Return a file name made from a project's name, safe on every system.

    >>> file_name('a/b: "c"', ".workbench")
    'a-b-c.workbench'
    """
    return (re.sub(r"[^\w.()-]+", "-", str(name)).strip("-. ")[:60] or "project") + suffix


def short(text, limit=60):
    """Return ``text`` on one line, cut where it is too long.

    >>> short("one two\\nthree", 9)
    'one two …'
    """
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def rows_learned(spec):
    """Return in words which rows the model that is handed over learns from."""
    return "all rows but those locked away" if spec.locked else "all rows"


def edge_of(scorer, label):
    """Return the probability of ``label`` at which the answer changes, or None where it is no single one."""
    if scorer.decision and scorer.decision["label"] == label:
        return scorer.decision["threshold"]
    if len(scorer.classes) != 2:
        return None
    return 1 - scorer.decision["threshold"] if scorer.decision else 0.5
