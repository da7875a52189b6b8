"""What to know before using it: warnings of the run, and what the model must not be used for."""

from collections.abc import Iterator

from workbench.document.parts import Section
from workbench.results.report.page import Page
from workbench.results.wording import shorten
from workbench.specs import ExperimentSpec

FEW_ROWS = 200  # below, every figure is rough
ALWAYS = (
    "It must not be used to explain why something happens, or what would happen if a column were changed: it knows "
    "what goes together, not what causes what.",
    "It must not be used for rows of another kind than those it learned from: other places, times, products or people.",
    "Where it decides about people, somebody has to look at how it treats groups that the law protects. That columns "
    "were compared, or that no gap was found, does not show that it is fair.",
    "It gets worse when the world changes. Compare its answers with what came true, and train it again.",
)


def sections(page: Page) -> list[Section]:
    """Return the section of warnings."""
    warned = page.listed(warnings_of(page.summary))
    body = (f"<h3>What was warned about</h3>{warned}" if warned else "") + "<h3>What it must not be used for</h3>"
    return [Section("cautions", "Before it is used", body + page.listed(limits_of(page.summary)))]


def warnings_of(summary) -> list[str]:
    """Return what to know about a result before believing it, as sentences."""
    return [*summary.origin.warnings, *summary.problems, *_own(summary)]


def limits_of(summary) -> list[str]:
    """Return what a model must not be used for, as sentences."""
    return [one for one in (split_limit(summary.spec), *ALWAYS) if one]


def _own(summary) -> Iterator[str]:
    if not summary.headline.beats_baseline and summary.evaluation.baseline() is not None:
        yield "It is not better than guessing by more than chance explains: there is nothing to decide with."
    n_rows = len(summary.predictions)
    if n_rows < FEW_ROWS:
        yield f"It was tested on {n_rows:,} rows only, so every figure is rough."
    found = summary.interval
    if found is not None and abs(found.coverage - found.level) > 0.05:
        yield "The share of rows inside the interval is not the one that was asked for; see how far off it is."


def split_limit(spec: ExperimentSpec) -> str:
    """Return for which rows the figures are, by how rows were divided; "" where that says nothing."""
    split, target = spec.split, shorten(spec.target)
    if split.kind == "time":
        return f"“{target}” was predicted from earlier rows; for times long after the last row nothing is known."
    if split.kind == "group":
        return f"The figures are for a new “{shorten(split.column)}”; for those it has seen it may be better."
    if split.kind == "random":
        return "The figures are for rows like those of the file, drawn by chance; for later ones they may be worse."
    return ""
