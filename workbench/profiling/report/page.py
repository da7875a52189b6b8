"""What the sections of a report share: the profile, and where each column stands on the page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from workbench.document import escaping

LINKS_SHOWN = 8


@dataclass(frozen=True)
class About:
    """What a report says about the file it is of, and when it was made.

    Attributes
    ----------
    file : str
        The name of the file, as the person calls it.
    size_bytes : int or None
    read : str
        How it was read, in a sentence.
    notes : tuple of str
        What the person should know or check about the reading.
    made_at : datetime or None
        With its zone; None for now.
    other : str
        The name of the file it is compared with, where it is.
    differences : workbench.profiling.differences.tables.TableDifferences or None
        Between that file and this one.
    """

    file: str = ""
    size_bytes: int | None = None
    read: str = ""
    notes: tuple[str, ...] = ()
    made_at: datetime | None = None
    other: str = ""
    differences: Any = None


@dataclass(frozen=True)
class Page:
    """A profile on its way to the page; ``cards`` are the columns shown in full."""

    profile: Any
    about: About = field(default_factory=About)
    cards: tuple[str, ...] = ()

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each column in the file."""
        return {column.name: at for at, column in enumerate(self.profile.columns)}

    @cached_property
    def columns(self) -> dict:
        """Profiles of the columns by name."""
        return {column.name: column for column in self.profile.columns}

    @cached_property
    def in_full(self) -> frozenset[str]:
        return frozenset(self.cards)

    @cached_property
    def telling(self) -> frozenset[str]:
        """Names of the columns that tell more of the target than chance."""
        return frozenset(column.name for column in self.profile.telling)

    @cached_property
    def long_names(self) -> tuple[str, ...]:
        """Names that are cut in sentences, the longest first, so that none is cut inside another."""
        names = [*self.places, self.profile.target]
        return tuple(sorted({name for name in names if len(name) > escaping.LONGEST_NAME}, key=len, reverse=True))

    def sentence(self, text: str) -> str:
        """Return a sentence of ours, with names of the data in it, as HTML."""
        return escaping.sentence(text, self.long_names)

    def link(self, name: str, limit: int = escaping.LONGEST_NAME) -> str:
        """Return a column's name that leads to its card, or to its row where it has none."""
        place = self.places.get(name)
        if place is None:
            return escaping.name(name, limit)
        return f'<a href="#{"c" if name in self.in_full else "r"}{place}">{escaping.name(name, limit)}</a>'

    def links(self, names: Iterable[str]) -> str:
        """Return names that lead to their columns, at most ``LINKS_SHOWN`` of them."""
        names = list(names)
        shown = ", ".join(self.link(name) for name in names[:LINKS_SHOWN])
        more = len(names) - LINKS_SHOWN
        return f"{shown} and {more:,} more" if more > 0 else shown
