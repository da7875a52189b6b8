"""Where the Decide tab keeps what is being tried, for one class of one estimator of one run."""

from dataclasses import dataclass

from workbench.results.wording import shorten
from workbench.specs import Label, canonical_json, fingerprint_of
from workbench.ui import components

LONGEST_LABEL = 32  # characters of a class in a control


@dataclass(frozen=True)
class Place:
    """One class of one estimator of one run."""

    run_id: str
    candidate: str
    label: Label

    @property
    def short_label(self) -> str:
        """The class, cut for a control."""
        return shorten(self.label, LONGEST_LABEL)

    @property
    def threshold(self) -> str:
        """Key of the slider."""
        return self.key("threshold")

    def key(self, name: str) -> str:
        """Key of a widget; another class or estimator has others."""
        return f"page.results.decide.{name}.{fingerprint_of([self.run_id, self.candidate, self.label])[:12]}"

    def mark_of(self, goal) -> str:
        """What is kept for a goal is kept under this."""
        return canonical_json([goal.name, goal.scenario.model_dump(mode="json") if goal.scenario else None])


def plain_words(text):
    """Return a sentence for the screen, as it stands; a number and its percent sign stay on one line."""
    return components.plain(text.replace(" %", "\N{NO-BREAK SPACE}%"))
