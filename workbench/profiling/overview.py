"""A table in numbers and findings, and how to keep it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import NotFound
from workbench.modeling.columns import why_unhelpful
from workbench.profiling.checks import CHECKS
from workbench.profiling.columns.column_profile import VALUE_COUNTS
from workbench.profiling.columns.describe import ColumnFacts, ColumnProfile, describe_columns
from workbench.profiling.findings import Context, Finding, run_checks
from workbench.profiling.in_time.availability import Availability, availability, left_out
from workbench.profiling.pairs.associations import Associations, associate
from workbench.profiling.pairs.missingness import Missingness, missingness
from workbench.profiling.plain import from_plain, to_plain
from workbench.profiling.target.strength import HeldOutTarget, hold_out, strength_of
from workbench.profiling.target.target_view import TargetView, target_view
from workbench.profiling.wording import counted, percent
from workbench.specs import Schema, Task

if TYPE_CHECKING:
    from workbench.profiling.report import About

REPEATING_SHARE = 0.2  # of the filled cells: columns with fewer different values are never screened for uniqueness
FEW_NUMBERS, ROWS_PER_CLASS = 10, 10  # as in workbench.modeling.planning, which loads scikit-learn
CHANCE = 0.05  # that any column is called telling where none is
VERSION = 4  # of the JSON; a stored profile of another version is made again

# Parts of a profile that are written and read as they stand.
PARTS = {
    "associations": Associations,
    "missing": Missingness,
    "target_view": TargetView | None,
    "availability": tuple[Availability, ...],
    "complete": bool,
    "sample_rows": int,
    "screened": dict[str, str],
}


@dataclass(frozen=True)
class Profile:
    """What a table holds, what matters in it, and what to do about it.

    ``headline`` says it in a sentence; ``columns`` are in file order; ``findings`` are sorted: those that the person
    decides about first, then those handled, then those passed. Where ``complete`` is False only the columns are there
    so far; where ``sample_rows`` is not 0, most of their figures are of so many rows (``workbench.profiling.sketch``).
    ``screened`` are the columns that cannot help a model, and are left out unless the person puts them back, with the
    reason.
    """

    n_rows: int
    n_columns: int
    columns: tuple[ColumnProfile, ...]
    findings: tuple[Finding, ...]
    headline: str
    memory_bytes: int
    target: str = ""
    task: Task | None = None
    associations: Associations = field(default_factory=Associations)
    missing: Missingness = field(default_factory=Missingness)
    target_view: TargetView | None = None
    availability: tuple[Availability, ...] = ()
    complete: bool = True
    sample_rows: int = 0
    screened: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> ColumnProfile:
        """Return the profile of one column; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def ranked(self) -> tuple[ColumnProfile, ...]:
        """The columns that tell anything of the target by themselves, strongest first; none without a target."""
        telling = [column for column in self.columns if column.strength and column.strength.value > 0]
        return tuple(sorted(telling, key=lambda column: -column.strength.value))

    @property
    def telling(self) -> tuple[ColumnProfile, ...]:
        """Those of ``ranked`` that tell more than the best of so many columns would by chance (Bonferroni, 5 %)."""
        n_scored = max(sum(column.strength is not None for column in self.columns), 1)
        # ``error`` is 1.96 standard errors; the more columns, the more of them the best has by chance.
        factor = NormalDist().inv_cdf(1 - CHANCE / n_scored) / NormalDist().inv_cdf(0.975)
        return tuple(column for column in self.ranked if column.strength.value > factor * column.strength.error)

    def headline_with(self, n_to_decide: int, n_done: int) -> str:
        """Return the headline where the person has decided about some findings since."""
        return _headline(self.n_rows, self.columns, n_to_decide, n_done)

    def frame(self) -> pd.DataFrame:
        """Return the figures as a table of shape (n_columns, n_figures), one row per column of the data."""
        figures = [
            {**vars(column), "strength": column.strength.value if column.strength else None} for column in self.columns
        ]
        return pd.DataFrame(figures).drop(columns=[*VALUE_COUNTS, "bins"], errors="ignore")

    def to_json(self) -> dict:
        """Return a plain JSON value, free of NaN and infinity, that ``from_json`` turns back into this profile."""
        return {
            "version": VERSION,
            "n_rows": self.n_rows,
            "n_columns": self.n_columns,
            "headline": self.headline,
            "target": self.target,
            "task": self.task,
            "memory_bytes": self.memory_bytes,
            "columns": [column.to_json() for column in self.columns],
            "findings": [finding.to_json() for finding in self.findings],
            **{name: to_plain(getattr(self, name)) for name in PARTS},
        }

    @classmethod
    def from_json(cls, plain: dict) -> "Profile":
        """Return the profile that ``to_json`` was taken of.

        Raises
        ------
        ValueError
            The profile was written by another version of this software; make it again.
        """
        if plain.get("version") != VERSION:
            raise ValueError("This profile was written by another version of the workbench. Make it again.")
        # The command line puts what has changed since another file beside the fields of the profile.
        fields = {name: value for name, value in plain.items() if name not in ("version", "differences")}
        fields["columns"] = tuple(ColumnProfile.from_json(column) for column in plain["columns"])
        fields["findings"] = tuple(Finding.from_json(finding) for finding in plain["findings"])
        fields |= {name: from_plain(kind, plain[name]) for name, kind in PARTS.items()}
        return cls(**fields)

    def to_html(self, title: str = "Profile", about: "About | None" = None) -> str:
        """Return one self-contained HTML page, in which every name and value of the data is escaped."""
        from workbench.profiling.report import report_html

        return report_html(self, title, about)


def profile(
    table: pd.DataFrame,
    schema: Schema,
    *,
    target: str = "",
    task: Task | None = None,
    on_columns: Callable[[Profile], None] | None = None,
) -> Profile:
    """Say in numbers what a table holds, and what a person should know or decide before training on it.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n_rows, n_columns)
        A typed table (``docs/architecture.md``).
    schema : Schema
        The meaning of each of its columns.
    target : str, optional
        The column to be predicted. Each other column is then scored alone against it, on held-out rows, and the
        checks that need a target run.
    task : {"binary", "multiclass", "regression"}, optional
        Detected from the target if not given.
    on_columns : callable, optional
        Called with what is known as soon as every column is described: a profile that is not ``complete``.

    Returns
    -------
    Profile
        Counts, moments and quantiles are exact. Strengths use at most 20,000 rows drawn with a fixed seed, and
        so do correlations.

    Raises
    ------
    NotFound
        The target or a column of the table is not in the schema, or the other way round.
    """
    _must_agree(table, schema, target)
    facts = describe_columns(table, schema)
    task = (task or _detect_task(facts[target])) if target else None
    if on_columns:
        on_columns(_profile_of(table, facts, target, task, complete=False))
    # Days since 1970 are no answer that anything should be scored by; a check says that dates are not predicted.
    suited = bool(target) and not facts[target].is_date
    held_out = _held_out(facts[target], task) if suited else None
    facts = _with_strengths(facts, target, held_out)
    context = Context(
        table,
        schema,
        facts,
        target,
        task,
        _screened(table, schema, facts, target),
        associate(facts),
        missingness(facts, len(table), target, held_out),
        held_out=held_out,
    )
    context = replace(context, availability=availability(context))
    if suited:
        not_known = {entry.column for entry in left_out(context.availability)}
        view = target_view(facts, target, task, table.index, screened=context.left_out, not_known=not_known)
        context = replace(context, target_view=view)
    return _profile_of(
        table,
        facts,
        target,
        task,
        findings=run_checks(CHECKS, context),
        associations=context.associations,
        missing=context.missing,
        target_view=context.target_view,
        availability=context.availability,
        screened=context.left_out,
    )


def _profile_of(table, facts, target, task, *, findings=(), **parts) -> Profile:
    columns = tuple(fact.profile for fact in facts.values())
    return Profile(
        n_rows=len(table),
        n_columns=len(columns),
        columns=columns,
        findings=findings,
        headline=_headline(len(table), columns, *_to_decide(findings)),
        memory_bytes=sum(column.memory_bytes for column in columns),
        target=target,
        task=task,
        **parts,
    )


def _must_agree(table: pd.DataFrame, schema: Schema, target: str) -> None:
    names = schema.names
    known = set(names)
    for name in table.columns:
        if name not in known:
            raise NotFound(f"The table has a column “{name}” that its schema does not know.", "Read the file again.")
    for name in names:
        if name not in table.columns:
            raise NotFound(f"The table has no column “{name}”, which its schema names.", "Read the file again.")
    if target and target not in table.columns:
        known = ", ".join(f"“{name}”" for name in names[:20])
        raise NotFound(f"There is no column “{target}” to predict.", f"The columns are {known}.")


def _detect_task(target: ColumnFacts) -> Task:
    """Return the task that planning will suggest."""
    n_distinct = target.profile.distinct_count
    if n_distinct == 2:
        return "binary"
    few = n_distinct <= FEW_NUMBERS and target.profile.count >= ROWS_PER_CLASS * n_distinct
    classes = target.numbers is None or (target.profile.meaning == "integer" and few)
    return "multiclass" if classes else "regression"


def _with_strengths(
    facts: dict[str, ColumnFacts], target: str, held_out: HeldOutTarget | None
) -> dict[str, ColumnFacts]:
    if held_out is None:
        return facts
    scored = {}
    for name, fact in facts.items():
        scored[name] = fact
        if (
            name != target
            and fact.profile.distinct_count
            and (fact.profile.distinct_count > 1 or fact.profile.missing_count)
        ):
            is_number = fact.numbers is not None
            strength = strength_of(fact.numbers if is_number else fact.codes, is_number, held_out)
            scored[name] = replace(fact, profile=replace(fact.profile, strength=strength))
    return scored


def _held_out(target: ColumnFacts, task: Task) -> HeldOutTarget | None:
    if task == "regression" and target.numbers is not None:
        return hold_out(target.numbers, True)
    codes = target.codes if target.codes is not None else pd.factorize(target.numbers)[0]
    return hold_out(codes, False)


def _screened(table: pd.DataFrame, schema: Schema, facts: dict[str, ColumnFacts], target: str) -> dict[str, str]:
    """Return the columns that the model will not use unless the person puts them back, with the reason.

    The same as ``workbench.modeling.columns.screen_columns`` says, which is asked only where the figures at hand do
    not rule its answer out: it would look at the values of every column once more.
    """
    reasons = {}
    for column in schema.columns:
        figures = facts[column.name].profile
        repeats = figures.count and figures.distinct_count / figures.count < REPEATING_SHARE
        if column.name == target or (figures.distinct_count > 1 and repeats and column.meaning != "identifier"):
            continue
        reason = why_unhelpful(table[column.name], column, figures.distinct_count)
        if reason:
            reasons[column.name] = reason
    return reasons


def _to_decide(findings: tuple[Finding, ...]) -> tuple[int, int]:
    """Return how many findings are for the person to decide about, and how many were handled."""
    return sum(finding.status == "alerted" for finding in findings), sum(f.status == "done" for f in findings)


def _headline(n_rows: int, columns: tuple[ColumnProfile, ...], alerted: int, done: int) -> str:
    if not n_rows or not columns:
        return f"{counted(n_rows, 'row')} and {counted(len(columns), 'column')}: there is nothing to look at yet."
    blank = sum(column.missing_count for column in columns) / (n_rows * len(columns))
    decide = f"{counted(alerted, 'finding')} to decide about" if alerted else "nothing to decide about"
    handled = f", {done:,} already handled" if done else ""
    blanks = f"{percent(blank)} of the cells are blank" if blank else "no cell is blank"
    return f"{counted(n_rows, 'row')} and {counted(len(columns), 'column')}, {blanks}: {decide}{handled}."
