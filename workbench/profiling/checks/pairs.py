"""Checks of columns that say the same, or nearly so."""

from collections import Counter

from workbench.profiling.columns.describe import ColumnFacts
from workbench.profiling.findings import NOT_APPLICABLE, Context, Finding
from workbench.profiling.pairs.associations import Pair
from workbench.profiling.wording import counted, percent, quoted
from workbench.specs import ColumnChoice

ROWS_FOR_ANOTHER_WORDING = 30
PAIRS_NAMED = 5
STRENGTH_STEP = 0.02  # strengths closer than this are equal as far as one can tell
SHARED_REASONS = (
    "As inputs they hardly change the score, but share their reasons: "
    "leave one of each pair out if you want clear ones."
)


def check_duplicate_columns(context: Context) -> list[Finding]:
    """Find columns that say the same as an earlier one, be it in other words."""
    findings = []
    for names in _copied(context):
        first, others = names[0], names[1:]
        same = all(_same_words(context.facts[first], context.facts[name]) for name in others)
        verb = "repeats" if len(others) == 1 else "repeat"
        sentence = f"{quoted(others)} {verb} “{first}” in every row{'' if same else ', in other words'}."
        choices = tuple(_left_out(name, f"says the same as “{first}”") for name in others)
        advice = "One of them is enough: leave the others out, so that reasons are not shared among copies."
        findings.append(Finding("duplicate_columns", "alerted", tuple(names), sentence, advice, choices=choices))
    return findings


def _copied(context: Context) -> list[list[str]]:
    """Return the groups of inputs that repeat each other."""
    inputs = [profile for profile in context.inputs if profile.distinct_count > 1]
    figures = {profile.name: (profile.distinct_count, profile.missing_count) for profile in inputs}
    shared = Counter(figures.values())
    groups: dict[bytes, list[list[str]]] = {}
    for name in (name for name, counts in figures.items() if shared[counts] > 1):  # the others need no digest
        facts = context.facts[name]
        alike = groups.setdefault(facts.digest, [])
        for names in alike:
            if _says_the_same(context.facts[names[0]], facts):
                names.append(name)
                break
        else:
            alike.append([name])
    return [names for alike in groups.values() for names in alike if len(names) > 1]


def _says_the_same(left: ColumnFacts, right: ColumnFacts) -> bool:
    """Return whether columns of equal digest repeat each other."""
    if _same_words(left, right):
        return True
    # Any two columns that never repeat a word map one to one, and so do short columns now and then by chance.
    enough = left.profile.count >= ROWS_FOR_ANOTHER_WORDING
    return enough and left.profile.distinct_count <= left.profile.count / 2


def _same_words(left: ColumnFacts, right: ColumnFacts) -> bool:
    return left.words is None or left.words.equals(right.words)


def check_correlated(context: Context) -> list[Finding] | None:
    """Find pairs of inputs that say nearly the same, whatever their kinds."""
    if not context.associations.n_pairs:
        return NOT_APPLICABLE
    copied = {name: place for place, names in enumerate(_copied(context)) for name in names}
    # A twin that is left out anyway is no reason to leave out the other one, too.
    used = {profile.name for profile in context.used}
    pairs = [
        pair
        for pair in context.associations.pairs
        if pair.same
        and {pair.left, pair.right} <= used
        # Copies are the business of another check.
        and not (pair.left in copied and copied[pair.left] == copied.get(pair.right))
    ]
    if not pairs:
        return []
    named = "; ".join(map(_told, pairs[:PAIRS_NAMED]))
    more = f" and {counted(len(pairs) - PAIRS_NAMED, 'more pair')}" if len(pairs) > PAIRS_NAMED else ""
    n_rows = context.associations.n_rows
    basis = f", on {n_rows:,} rows drawn at random" if context.associations.sampled else ""
    sentence = f"These say nearly the same, or one says what the other says{basis}: {named}{more}."
    columns = tuple(dict.fromkeys(name for pair in pairs for name in (pair.left, pair.right)))
    if not context.target:
        # One of the pair may be the target, or its copy: nothing is offered before it is known.
        advice = (
            f"If you predict one of them, the other gives it away. {SHARED_REASONS} "
            "Once you have chosen what to predict, that takes one click."
        )
        return [Finding("correlated", "alerted", columns, sentence, advice)]
    choices = tuple(
        _left_out(name, f"says nearly the same as “{kept}”") for name, kept in _weaker(context, pairs).items()
    )
    return [Finding("correlated", "alerted", columns, sentence, SHARED_REASONS, choices=choices)]


def _told(pair: Pair) -> str:
    """Say how two columns say the same; one that follows from the other adds nothing beside it."""
    if pair.follows in ("left", "right"):
        follower = getattr(pair, pair.follows)
        decider = pair.right if follower == pair.left else pair.left
        return f"“{decider}” decides “{follower}”"
    return f"“{pair.left}” and “{pair.right}” ({percent(pair.value)})"


def _weaker(context: Context, pairs: list[Pair]) -> dict[str, str]:
    """Return the columns that can be left out, each with the one that stays and says nearly the same.

    The column that tells the target best stays, and those that it stands for go; then the best of what is left, so that
    of a chain in which the ends say different things both ends can stay.
    """
    partners: dict[str, list[str]] = {}
    followers: dict[str, int] = {}
    for pair in pairs:
        partners.setdefault(pair.left, []).append(pair.right)
        partners.setdefault(pair.right, []).append(pair.left)
        if pair.follows in ("left", "right"):
            follower = getattr(pair, pair.follows)
            followers[follower] = followers.get(follower, 0) + 1

    def worth(name):
        profile = context.facts[name].profile
        strength = profile.strength.value if profile.strength else 0.0
        # What follows from another column says nothing that the other does not; of equals, the fuller one stays.
        return followers.get(name, 0), -round(strength / STRENGTH_STEP), profile.missing_count

    gone: dict[str, str] = {}
    kept: set[str] = set()
    for name in sorted(partners, key=lambda name: (worth(name), list(context.facts).index(name))):
        if name not in gone:
            kept.add(name)
            gone |= {partner: name for partner in partners[name] if partner not in gone and partner not in kept}
    return gone


def _left_out(name: str, reason: str) -> dict:
    return ColumnChoice(name=name, use=False, reason=reason).model_dump(mode="json")
