"""Columns that say which rows belong to the same person, thing or place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.modeling.names import names_a_time
from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.in_time.name_signs import names_an_entity

FEWEST_ENTITIES = 8
ROWS_AN_ENTITY = 1.2  # on average, from which entities repeat at all
REPEATED_SHARE = 0.2  # of the rows whose entity has another row
GROUPS = 4_000  # entities whose rows are looked at
PAIRS = 4_000  # of rows of one entity, compared with as many pairs drawn at random
MANY_FIXED = 3
FIXED = 0.95  # agreement beyond chance (Cohen's kappa) from which a column belongs to the entity
CHANCE_MOST = 0.9  # columns in which rows agree by chance as often tell nothing
MANY = 0.03  # entities per row from which they are more than the values of a category
DENSITY = 4.0  # entities times moments, per row: a key by chance is not to be had below it
KEY_SHARE = 0.98  # of the rows that entity and moment name alone
MOST_MOMENTS = 400
MOST_CANDIDATES, MOST_COMPARED = 30, 150
ROWS_LOOKED_AT = 200_000
CODE = re.compile(r"(?=.*\d)[\w\-/. ]*[A-Za-z][\w\-/. ]*|[A-Z]{2,6}|\d{3,}")
CODES_LOOKED_AT = 200


@dataclass(frozen=True)
class Entity:
    """A column whose values stand for entities that have several rows each.

    Attributes
    ----------
    column : str
    n_entities, n_repeated, n_rows : int
        Entities; those with several rows; and the rows of these.
    fixed : tuple of str
        Columns that are the same in (nearly) all rows of an entity.
    moment : str
        The column of moments that with it names each row; "" where there is none.
    """

    column: str
    n_entities: int
    n_repeated: int
    n_rows: int
    fixed: tuple[str, ...] = ()
    moment: str = ""


@dataclass(frozen=True, eq=False)
class _Candidate:
    facts: ColumnFacts
    codes: np.ndarray
    counts: np.ndarray

    @property
    def name(self) -> str:
        return self.facts.profile.name

    @property
    def many(self) -> bool:
        """Whether there are more than the values of a category."""
        return len(self.counts) >= MANY * self.counts.sum()

    @cached_property
    def named(self) -> bool:
        """Whether its name says so."""
        return names_an_entity(self.name)

    @cached_property
    def coded(self) -> bool:
        """Whether its values are written as codes are."""
        return looks_like_codes(self.facts)

    def is_one(self, n_fixed: int, has_moment: bool) -> bool:
        """Whether the signs together say so; one alone is not enough, nor is a category with a coarser one."""
        if not has_moment and self.facts.numbers is not None and not self.named:
            return False  # whole numbers are amounts and ratings as a rule
        if has_moment or (n_fixed >= MANY_FIXED and self.many):
            return True
        if self.named:
            return self.coded or self.many or n_fixed >= 2
        return self.coded and self.many and n_fixed >= 2


def entities(facts: Sequence[ColumnFacts], target: str) -> list[Entity]:
    """Return the columns by which rows belong together, the likeliest first; of equal ones only the first.

    Parameters
    ----------
    facts : sequence of ColumnFacts
        All columns.
    target : str
        Never an entity.
    """
    others = [each for each in facts if each.profile.name != target and each.profile.distinct_count > 1]
    candidates = sorted(filter(None, map(_candidate, others)), key=lambda each: -each.named - each.coded)[
        :MOST_CANDIDATES
    ]
    moments = [each for each in others if _tells_time(each)]
    found: list[tuple[int, Entity, np.ndarray]] = []
    for candidate in candidates:
        moment = _moment(candidate, moments)
        # Without a telling name or many of them, only moments can make entities of them.
        compared = [each for each in others if each.profile.name != candidate.name][:MOST_COMPARED]
        fixed = _fixed(candidate, compared) if moment or candidate.named or candidate.many else []
        if not candidate.is_one(len(fixed), bool(moment)) or any(
            _same_partition(candidate.codes, codes) for _, _, codes in found
        ):
            continue
        several = candidate.counts[candidate.counts > 1]
        names = tuple(each.profile.name for each in fixed)
        entity = Entity(candidate.name, len(candidate.counts), len(several), int(several.sum()), names, moment)
        found.append(
            (2 * bool(moment) + min(len(fixed), 2) + 2 * (candidate.named + candidate.coded), entity, candidate.codes)
        )
    return [entity for _, entity, _ in sorted(found, key=lambda each: -each[0])]


def _candidate(facts: ColumnFacts) -> _Candidate | None:
    """Return a column whose values may stand for entities, None where they cannot."""
    profile = facts.profile
    if profile.meaning in ("number", "date", "yes_no") or profile.distinct_count < FEWEST_ENTITIES:
        return None
    if names_a_time(profile.name) and not names_an_entity(profile.name):
        return None
    if not ROWS_AN_ENTITY <= profile.count / profile.distinct_count <= profile.count / FEWEST_ENTITIES:
        return None
    if facts.codes is not None:
        codes = facts.codes
    else:
        codes = pd.factorize(facts.numbers)[0]
    counts = np.bincount(codes[codes >= 0])
    if counts[counts > 1].sum() < REPEATED_SHARE * len(codes):
        return None
    return _Candidate(facts, codes, counts)


def looks_like_codes(facts: ColumnFacts) -> bool:
    """Tell whether most words of a column are written as codes are: N14228, VINET, AB-123."""
    if facts.words is None:
        return facts.profile.meaning == "identifier"
    step = max(1, len(facts.words) // CODES_LOOKED_AT)
    words = [str(word) for word in facts.words[::step]]
    return sum(bool(CODE.fullmatch(word)) for word in words) >= 0.9 * len(words)


def _tells_time(facts: ColumnFacts) -> bool:
    profile = facts.profile
    if profile.meaning == "date":
        return profile.distinct_count <= MOST_MOMENTS
    if profile.meaning not in ("integer", "number") or not 2 <= profile.distinct_count <= MOST_MOMENTS:
        return False
    if not names_a_time(profile.name) or profile.min is None:
        return False
    return profile.max - profile.min < 3 * profile.distinct_count  # they follow each other


def _moment(candidate: _Candidate, moments: Sequence[ColumnFacts]) -> str:
    """Return the column that with the entity names each row alone: rows of a panel."""
    n_entities = len(candidate.counts)
    for facts in moments:
        n_moments = facts.profile.distinct_count
        if facts.profile.name == candidate.name or n_entities * n_moments > DENSITY * len(candidate.codes):
            continue
        known = (candidate.codes >= 0) & ~np.isnan(facts.numbers)
        if known.sum() < 0.9 * len(known):
            continue
        places = np.flatnonzero(known)[:ROWS_LOOKED_AT]
        at = pd.factorize(facts.numbers[places])[0]
        key = candidate.codes[places].astype("int64") * n_moments + at
        if len(np.unique(key)) >= KEY_SHARE * len(places):
            return facts.profile.name
    return ""


def _fixed(candidate: _Candidate, others: Sequence[ColumnFacts]) -> list[ColumnFacts]:
    """Return the columns in which rows of one entity agree far beyond chance."""
    random = np.random.default_rng(0)
    several = np.flatnonzero(candidate.counts > 1)
    if len(several) > GROUPS:
        several = random.choice(several, GROUPS, replace=False)
    wanted = np.zeros(len(candidate.counts) + 1, dtype=bool)  # the last is for -1, no value
    wanted[several] = True
    # Neighbours in a sorted file agree in whatever it is sorted by: rows of one entity are paired at random.
    known = random.permutation(np.flatnonzero(wanted[candidate.codes]))
    order = known[np.argsort(candidate.codes[known], kind="stable")]
    same = np.flatnonzero(candidate.codes[order[1:]] == candidate.codes[order[:-1]])
    if len(same) > PAIRS:
        same = random.choice(same, PAIRS, replace=False)
    left, right = order[same], order[same + 1]
    by_chance = random.permutation(right)
    found = []
    for facts in others:
        values = facts.numbers if facts.codes is None else facts.codes
        blank = np.isnan(values[left]) if facts.codes is None else values[left] < 0
        # Blanks agree with everything; a column that is mostly blank says nothing.
        if blank.mean() > 0.5:
            continue
        agree = float((values[left] == values[right])[~blank].mean())
        chance = float((values[left] == values[by_chance])[~blank].mean())
        if chance < CHANCE_MOST and (agree - chance) / (1 - chance) >= FIXED:
            found.append(facts)
    return found


def _same_partition(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two columns of codes divide the rows (nearly) alike."""
    both = (one >= 0) & (other >= 0)
    if not both.any():
        return False
    a, b = one[both][:ROWS_LOOKED_AT], other[both][:ROWS_LOOKED_AT]
    pairs = len(np.unique(a.astype("int64") * (int(b.max()) + 1) + b))
    return pairs <= 1.05 * min(len(np.unique(a)), len(np.unique(b)))
