"""What the sections of the report share: the summary, and names and figures as they stand on the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from workbench.document import escaping
from workbench.document.parts import paragraph
from workbench.modeling import metrics
from workbench.results.summary import Summary
from workbench.results.wording import number, with_spread
from workbench.specs import ExperimentSpec

TOGETHER = "The figure is of all tested rows together; tables have the mean over folds, which differs a little."
LONGEST_CLASS = 24  # characters of a class in a table's head


@dataclass(frozen=True, eq=False)
class Page:
    """A summary on its way to the page."""

    summary: Summary

    @property
    def spec(self) -> ExperimentSpec:
        return self.summary.spec

    @cached_property
    def long_names(self) -> tuple[str, ...]:
        """Names that are cut in sentences, the longest first, so that none is cut inside another."""
        spec = self.spec
        names = [*(column.name for column in spec.columns), spec.target, *(str(label) for label in spec.classes)]
        return tuple(sorted({name for name in names if len(name) > escaping.LONGEST_NAME}, key=len, reverse=True))

    @property
    def together(self) -> str:
        """What to know where a figure of all rows stands near means over folds; "" where there is one fold."""
        return TOGETHER if self.spec.split.rounds > 1 else ""

    def sentence(self, text: object) -> str:
        """Return a sentence of ours, with names of the data in it, as HTML."""
        return escaping.sentence(text, self.long_names)

    def told(self, *texts: str, kind: str = "") -> str:
        """Return sentences as one paragraph; "" where there is none."""
        given = [self.sentence(text) for text in texts if text]
        return paragraph(" ".join(given), kind) if given else ""

    def listed(self, texts: Iterable[str], kind: str = "") -> str:
        """Return sentences as a list; "" where there is none."""
        items = "".join(f"<li>{self.sentence(text)}</li>" for text in texts if text)
        return f'<ul class="{kind or "plain"}">{items}</ul>' if items else ""

    def unit_of(self, metric: str) -> str:
        """Return the unit of a metric: the target's, or ""."""
        return self.spec.target_column.unit if metrics.metric(metric).in_target_units else ""

    def score(self, metric: str, mean: float, std: float) -> str:
        """Return a score with its spread and unit, as HTML."""
        return self.sentence(with_spread(mean, std, self.unit_of(metric)))

    def amount(self, value: float) -> str:
        """Return an amount in the target's unit, as HTML."""
        return self.sentence(number(value, unit=self.spec.target_column.unit))

    def figure(self, said: str, picture: str, note: str) -> str:
        """Return a picture under its finding, with its definition below."""
        caption = f"<figcaption>{self.sentence(said)}</figcaption>"
        return f"<figure>{caption}{picture}{self.told(note, kind='note')}</figure>"
