"""“Will you know this when you predict?”: what is answered in advance, what the person answers, and what follows.

An answer is kept as a ``ColumnChoice`` beside the tick of its column: "no" and "only later" leave the column out with
that reason, "yes" takes a doubt away. Where nothing speaks against a column and nobody says anything, nothing is kept.
"""

from dataclasses import dataclass

from workbench.profiling import Availability
from workbench.profiling import left_out as not_known_of
from workbench.profiling.in_time.leakage import LEAK_CODES
from workbench.specs import ColumnChoice
from workbench.ui import decisions, state

QUESTION = "Will you know this when you predict?"
LABELS = {"yes": "Yes", "no": "No", "later": "Only later"}
REASONS = {"no": "not known when predicting (you said so)", "later": "known only later (you said so)"}
BY_HAND = "left out by you"
EXPLAINED = (
    "**Imagine the moment you will use the prediction: which of these values will be filled in then?** Before a call "
    "nobody knows how long it will take; a model that tells by it whether the customer will buy looks splendid here "
    "and fails when you use it. So what is not known yet is left out. Where the data or a name suggest it, that is "
    "answered in advance; a click changes it."
)


@dataclass(frozen=True)
class Standing:
    """Where the question stands for one column.

    Attributes
    ----------
    name : str
    choice : ColumnChoice or None
        What the person decided.
    suggested : Availability
        What is answered in advance.
    unhelpful : str
        Why the column cannot help, whenever it is known; "" where it may.
    accepted : bool
        Whether the person said on the page Profile that the doubt is unfounded.
    """

    name: str
    choice: ColumnChoice | None
    suggested: Availability
    unhelpful: str = ""
    accepted: bool = False

    @property
    def in_advance(self) -> bool:
        """Whether the column would be used if the person said nothing."""
        return not self.unhelpful and self.suggested.known == "yes"

    @property
    def use(self) -> bool:
        return self.choice.use if self.choice else self.in_advance

    @property
    def own_answer(self) -> str:
        """The person's answer, or "" where there is none."""
        if self.choice and self.choice.known:
            return self.choice.known
        put_back = self.choice is not None and self.choice.use and self.suggested.known != "yes"
        fine = self.accepted and self.suggested.known == "yes"
        return "yes" if put_back or fine else ""

    @property
    def answer(self) -> str:
        """The answer that counts; "" where it is for the person to give."""
        if self.own_answer:
            return self.own_answer
        return "" if self.suggested.doubtful and self.suggested.known == "yes" else self.suggested.known

    @property
    def in_doubt(self) -> bool:
        """Whether something speaks against the column being known, and the person has not answered."""
        return self.suggested.doubtful and not self.own_answer

    @property
    def waiting(self) -> bool:
        """Whether the column is in use although it is in doubt."""
        return self.use and not self.answer

    @property
    def not_known(self) -> bool:
        """Whether the column is left out because it will not be known."""
        return not self.use and self.answer in REASONS

    @property
    def why(self) -> str:
        """Why the column is left out or doubted; "" where it is not."""
        own = self.choice.reason or BY_HAND if self.choice and not self.choice.use else ""
        own = own[:1].upper() + own[1:]
        if self.own_answer in REASONS:
            return f"{own}. {self.suggested.reason}".removesuffix(". ")
        return self.unhelpful or own or ("" if self.own_answer else self.suggested.reason)

    def answered(self, answer) -> ColumnChoice | None:
        """Return what is kept where the person answers; None where that is what is suggested."""
        if answer in REASONS:
            return ColumnChoice(name=self.name, use=False, known=answer, reason=REASONS[answer])
        by_tick = self.choice if self.choice and self.choice.known not in REASONS else None
        if not self.suggested.doubtful and self.suggested.known == "yes":
            return by_tick.but(known="") if by_tick else None
        use = by_tick.use if by_tick else not self.unhelpful
        reason = "" if use else (by_tick.reason if by_tick else self.unhelpful)
        return ColumnChoice(name=self.name, use=use, known="yes", reason=reason)

    def ticked(self, use) -> ColumnChoice | None:
        """Return what is kept where the person ticks the column or takes the tick away."""
        if use == self.use:
            return self.choice
        known = "yes" if self.choice and self.choice.known == "yes" else ""
        if use and self.answer in REASONS and self.suggested.known != "yes":
            known = "yes"  # who uses it all the same will know it
        if use == self.in_advance and not known:
            return None
        return ColumnChoice(name=self.name, use=use, known=known)


def standings(draft, unhelpful=None):
    """Return where the question stands for each column but the target, as {name: Standing} in file order.

    Parameters
    ----------
    unhelpful : dict, optional
        Column to why it cannot help.
    """
    suggested = {each.column: each for each in state.availability_of(draft)}
    made = {choice.name: choice for choice in draft.choices}
    fine = {name for finding in _accepted(draft) for name in finding.columns}
    return {
        name: Standing(
            name,
            made.get(name),
            suggested.get(name) or Availability(name),
            (unhelpful or {}).get(name, ""),
            name in fine,
        )
        for name in state.dataset(draft.dataset).schema.names
        if name != draft.target
    }


def _accepted(draft):
    """Return the doubts that the person called unfounded on the page Profile."""
    if not draft.accepted or not state.availability_of(draft):
        return []
    found = state.profile_of(draft.dataset, draft.target, draft.task).findings
    return [each for each in found if each.code in LEAK_CODES and decisions.accepted(draft, each)]


def confirmed(draft):
    """Return the columns of which the person said that they are known when predicting."""
    return {name for name, each in standings(draft).items() if each.own_answer == "yes"}


def unhelpful_of(draft, left_out):
    """Return, of the columns ``left_out`` without the person's word, those that cannot help, with the reason."""
    not_known = set(not_known_of(state.availability_of(draft)))
    return {each.column: each.reason for each in left_out if each not in not_known}


def without_answer(draft, names):
    """Return the changes to the draft that take back what the person decided about columns."""
    wanted = set(names)
    keys = {decisions.key_of(draft, finding) for finding in _accepted(draft) if wanted & set(finding.columns)}
    return {
        "choices": tuple(choice for choice in draft.choices if choice.name not in wanted),
        "accepted": tuple(key for key in draft.accepted if key not in keys),
    }
