"""What a check is, what it looks at, and what it says.

A check is one entry of ``workbench.profiling.checks.CHECKS``. It returns findings, or nothing where all is well, in
which case its ``passed`` sentence is said; or ``NOT_APPLICABLE`` where the question does not arise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from workbench.profiling.columns.describe import ColumnFacts, ColumnProfile
from workbench.profiling.pairs.associations import Associations
from workbench.profiling.pairs.missingness import Missingness
from workbench.profiling.target.strength import HeldOutTarget
from workbench.profiling.target.target_view import TargetView
from workbench.specs import ColumnChoice, Schema, Task, fingerprint_of

if TYPE_CHECKING:
    from workbench.profiling.in_time.availability import Availability

Status = Literal["passed", "done", "alerted"]
NOT_APPLICABLE = None  # returned by a check whose question does not arise for this table
ROWS_SHOWN = 10
# Above this many columns concerned, one finding speaks for all of them, so that 1,000 columns stay readable.
SEPARATE_FINDINGS = 3
LISTS = ("columns", "rows", "choices", "blanks", "reads")  # fields of a finding that JSON holds as lists


@dataclass(frozen=True)
class Finding:
    """What one check saw.

    Parameters
    ----------
    code : str
        The check's code.
    status : {"passed", "done", "alerted"}
        All is well; handled without asking; or for the person to decide.
    columns : tuple of str
        The columns concerned, empty where the whole table is.
    sentence : str
        What was seen, in numbers.
    advice : str
        What was done, or what to do now.
    rows : tuple of int
        Labels of a few of the rows concerned.
    step : dict, optional
        A row step (``workbench.specs.RowStep``) that a page can add to the recipe in one click.
    choices : tuple of dict
        Column choices (``workbench.specs.ColumnChoice``) that a page can apply in one click.
    blanks : tuple of dict
        ``{"name": column, "values": [...]}``: values that a page can have read as blank; dates as ISO text.
    reads : tuple of dict
        Changes to how columns are read: ``{"name": column, "meaning": "number"}`` or ``{"name": column, "spellings":
        [[as written, as it should read], ...]}``.
    settings : dict, optional
        Other fields of the draft that a page can set in one click: ``{"split": SplitSpec}``, ``{"metric": name}``.
    """

    code: str
    status: Status
    columns: tuple[str, ...]
    sentence: str
    advice: str = ""
    rows: tuple[int, ...] = ()
    step: dict | None = None
    choices: tuple[dict, ...] = ()
    blanks: tuple[dict, ...] = ()
    reads: tuple[dict, ...] = ()
    settings: dict | None = None

    @property
    def key(self) -> str:
        """What a person's word about it ("it is fine") is remembered by: its code and columns."""
        return fingerprint_of([self.code, list(self.columns)])[:16]

    @property
    def choice(self) -> dict | None:
        """The choice, where there is exactly one."""
        return self.choices[0] if len(self.choices) == 1 else None

    def to_json(self) -> dict:
        """Return a plain JSON value."""
        return {
            "code": self.code,
            "status": self.status,
            "columns": list(self.columns),
            "sentence": self.sentence,
            "advice": self.advice,
            "rows": list(self.rows),
            "step": self.step,
            "choices": list(self.choices),
            "blanks": list(self.blanks),
            "reads": list(self.reads),
            "settings": self.settings,
        }

    @classmethod
    def from_json(cls, plain: dict) -> "Finding":
        """Return the finding that ``to_json`` was taken of."""
        return cls(**{**plain, **{name: tuple(plain[name]) for name in LISTS}})


@dataclass(frozen=True, eq=False)
class Context:
    """What checks may look at: the table, its facts, and the target if one is chosen."""

    table: pd.DataFrame
    schema: Schema
    facts: dict[str, ColumnFacts]
    target: str = ""
    task: Task | None = None
    left_out: dict[str, str] = field(default_factory=dict)  # column: why the model will not use it
    associations: Associations = field(default_factory=Associations)
    missing: Missingness = field(default_factory=Missingness)
    target_view: TargetView | None = None
    availability: tuple["Availability", ...] = ()
    held_out: HeldOutTarget | None = None  # by which anything else can be scored as columns were

    @property
    def n_rows(self) -> int:
        return len(self.table)

    @cached_property
    def profiles(self) -> list[ColumnProfile]:
        """Profiles of all columns, in file order."""
        return [facts.profile for facts in self.facts.values()]

    @cached_property
    def inputs(self) -> list[ColumnProfile]:
        """Profiles of the columns other than the target, in file order."""
        return [profile for profile in self.profiles if profile.name != self.target]

    @cached_property
    def used(self) -> list[ColumnProfile]:
        """Profiles of the inputs that the model will look at unless the person decides otherwise."""
        unknown = {answer.column for answer in self.availability if answer.known != "yes"}
        return [profile for profile in self.inputs if profile.name not in self.left_out and profile.name not in unknown]

    def rows_where(self, mask: np.ndarray) -> tuple[int, ...]:
        """Return the labels of the first few rows for which ``mask`` (bool of shape (n_rows,)) holds."""
        return tuple(int(label) for label in self.table.index[np.flatnonzero(mask)[:ROWS_SHOWN]])


@dataclass(frozen=True)
class CheckKind:
    """One question asked of every table.

    ``why`` says in a sentence why it matters, ``passed`` what is said where nothing was found. What a check
    ``about_target`` finds holds for one target: the person is asked again with another.
    """

    code: str
    label: str
    why: str
    passed: str
    check: Callable[[Context], Finding | Iterable[Finding] | None]
    about_target: bool = False


def run_checks(checks: Iterable[CheckKind], context: Context) -> tuple[Finding, ...]:
    """Return the findings of every check that applies: alerted, done, passed, and in registry order within each."""
    findings = []
    for kind in checks:
        found = kind.check(context)
        if found is NOT_APPLICABLE:
            continue
        found = [found] if isinstance(found, Finding) else list(found)
        findings += found or [Finding(kind.code, "passed", (), kind.passed)]
    order: tuple[Status, ...] = ("alerted", "done", "passed")
    return tuple(sorted(findings, key=lambda finding: order.index(finding.status)))


def each_or_all(
    code: str,
    status: Status,
    concerned: dict[str, str],
    many: str,
    advice: str = "",
    *,
    rows: dict[str, tuple[int, ...]] | None = None,
    leave_out: str = "",
) -> list[Finding]:
    """Return one finding per column, or a single one where too many columns are concerned.

    Parameters
    ----------
    concerned : dict of str to str
        The sentence for each column concerned.
    many : str
        How the single finding begins, with ``{n}`` for the number of columns.
    leave_out : str, optional
        Offer to leave the columns out, with this reason.
    """

    def choices(names):
        if not leave_out:
            return ()
        return tuple(ColumnChoice(name=name, use=False, reason=leave_out).model_dump(mode="json") for name in names)

    names = tuple(concerned)
    if len(names) > SEPARATE_FINDINGS:
        first = " ".join(list(concerned.values())[:3])
        sentence = f"{many.format(n=f'{len(names):,}')} {first}"
        return [Finding(code, status, names, sentence, advice, choices=choices(names))]
    return [
        Finding(
            code,
            status,
            (name,),
            sentence,
            advice,
            rows=(rows or {}).get(name, ()),
            choices=choices((name,)),
        )
        for name, sentence in concerned.items()
    ]
