"""Will a column be known at the moment of prediction? Answered in advance where data or name suggest it.

No data can prove that a value is written down only after the outcome. What it can show are signs, each with a weight:
where they suffice the answer is "no" (or "only later") until the person says otherwise; where they only raise the
question the column stays in use and is put on top of the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from workbench.modeling.names import names_a_time
from workbench.profiling.findings import Context
from workbench.profiling.in_time import later_dates
from workbench.profiling.in_time.formulas import Formula, formulas
from workbench.profiling.in_time.name_signs import later_word, shared_word
from workbench.profiling.target.strength import strength_of
from workbench.profiling.wording import percent, quoted
from workbench.specs import LeftOut

Known = Literal["yes", "no", "later"]
Evidence = Literal["decides", "stands_out", "formula", "blanks", "pure", "later_date", "name"]
NOT_KNOWN = "not known when predicting"
IT_SEEMS = {"no": "not known when predicting, it seems: ", "later": "known only later, it seems: "}
FEWEST_ROWS = 50
# ROC AUC 0.98, or seven eighths of the variance of the target's ranks or values, from one column alone: in honest data
# rare enough to ask.
TOO_GOOD = {"roc_auc": 0.96, "rank_r2": 0.875}
# A column that tells far more than the rest is asked about sooner: twice as much as the next, and most of it all.
STANDS_OUT, TIMES_THE_NEXT = {"roc_auc": 0.86, "rank_r2": 0.75}, 2.0
FEWEST_RIVALS = 5
# Where other columns tell nearly as much, the answer is in the nature of the matter (as with mushrooms): to be asked.
ALONE = 0.6
BLANKS_TELL, BLANKS_ASK = 0.75, 0.35
PURE, PURE_ALONE = 0.3, 0.5  # share of a class in values of which (nearly) only it has any
PURE_PART = 0.7  # of what it tells must lie in such values: at its ends, any strong number knows one class only
MOST_PURE = 2  # columns with such values; where there are more, classes are simply different things
GAP_TELLS = 0.5  # strength of the time between two dates from which the later one is no mere date
NAMED_AMONG, NAMED_LEAST = 5, 0.1  # a name raises the question only for a column that tells something
TELLING = ("decides", "stands_out", "pure", "blanks")
ENOUGH = 2  # weight from which the answer is no


@dataclass(frozen=True)
class Availability:
    """The answer suggested for one column.

    Attributes
    ----------
    column : str
    known : {"yes", "no", "later"}
        What is taken to be true until the person answers; "no" and "later" leave the column out.
    doubtful : bool
        Whether the person should look at it: it is shown on top.
    reason : str
        Why, in a sentence; "" where nothing speaks against "yes".
    evidence : tuple of str
        What it rests on, the weightiest first.
    """

    column: str
    known: Known = "yes"
    doubtful: bool = False
    reason: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sign:
    """Something that speaks against a column being known in time; ``weight`` 2 is enough by itself."""

    evidence: Evidence
    sentence: str
    weight: int


def left_out(answers: Iterable[Availability]) -> tuple[LeftOut, ...]:
    """Return the columns that are left out unless the person says that they are known."""
    return tuple(
        LeftOut(column=each.column, reason=f"{IT_SEEMS[each.known]}{each.reason}")
        for each in answers
        if each.known != "yes"
    )


def availability(context: Context) -> tuple[Availability, ...]:
    """Answer for every input of a profile, in file order; without a target nothing can be said, and nothing is.

    Parameters
    ----------
    context : Context
        With strengths and missingness.
    """
    if not context.target or context.n_rows < FEWEST_ROWS:
        return ()
    signs = signs_of(context)
    answers = tuple(_answer(profile.name, signs.get(profile.name, [])) for profile in context.inputs)
    if all(each.known != "yes" or each.column in context.left_out for each in answers):
        # Nothing would be left to predict from: then it is asked, and nothing is done about it in advance.
        return tuple(replace(each, known="yes") for each in answers)
    return answers


def _answer(name: str, signs: list[Sign]) -> Availability:
    if not signs:
        return Availability(name)
    # A column that is filled in afterwards tells by its blanks: that is the better reason of the two.
    signs = sorted(signs, key=lambda sign: (-sign.weight, sign.evidence != "blanks"))
    evidence = tuple(sign.evidence for sign in signs)
    # Two signs count together where they are of different kinds; that a column tells much is one kind, however seen.
    kinds = {"telling" if sign.evidence in TELLING else sign.evidence: sign.weight for sign in reversed(signs)}
    enough = sum(kinds.values()) >= ENOUGH
    # One reason is read, two are skimmed; a second counts where the first alone would not do.
    told = signs[:1] if signs[0].weight >= ENOUGH or not enough else signs[:2]
    known: Known = "yes"
    if enough:
        known = "later" if "later_date" in evidence else "no"
    return Availability(name, known, True, " ".join(sign.sentence for sign in told), evidence)


def signs_of(context: Context) -> dict[str, list[Sign]]:
    """Return all that speaks against each column."""
    found: dict[str, list[Sign]] = {}
    for signs in (_strong(context), _formula(context), _blanks(context), _pure(context), _dates(context)):
        for name, sign in signs.items():
            found.setdefault(name, []).append(sign)
    for name, sign in _names(context, found).items():
        found.setdefault(name, []).append(sign)
    return found


def _ranked(context: Context):
    """Return the inputs that can be scored, strongest first."""
    scored = [profile for profile in context.inputs if profile.strength and profile.name not in context.left_out]
    return sorted(scored, key=lambda profile: -profile.strength.best)


def _strong(context: Context) -> dict[str, Sign]:
    ranked = _ranked(context)
    if not ranked or ranked[0].strength.n_rows < FEWEST_ROWS:
        return {}
    decides = [each for each in ranked if each.strength.best >= TOO_GOOD[each.strength.measure]]
    rest = [each.strength.best for each in ranked if each.strength.best < TOO_GOOD[each.strength.measure]]
    found = {}
    for profile in decides:
        # Copies of one leak are no witnesses for each other; honest strong columns are.
        alone = max(rest, default=0.0) < ALONE * profile.strength.best and len(decides) <= MOST_PURE
        sentence = f"“{profile.name}” alone nearly decides “{context.target}” ({_told(profile)}, on rows held out)"
        sentence += ", and no other column comes near it." if alone else "."
        if len(decides) > MOST_PURE:
            names = quoted([each.name for each in decides], 3)
            best = _told(decides[0])
            sentence = f"{names} each nearly decide “{context.target}” alone ({best} at best, on rows held out)."
        found[profile.name] = Sign("decides", sentence, ENOUGH if alone else 1)
    first = ranked[0]
    next_best = ranked[1].strength.best if len(ranked) > 1 else 0.0
    if (
        not found
        and first.strength.best >= STANDS_OUT[first.strength.measure]
        and first.strength.best >= TIMES_THE_NEXT * next_best
    ):
        sentence = (
            f"“{first.name}” tells far more of “{context.target}” than any other column ({_told(first)}, on rows held "
            f"out; the next best {percent(next_best)})."
        )
        # With few others, or along time, to tell far more than the next is nothing unheard of: only a question.
        unheard = len(ranked) > FEWEST_RIVALS and not names_a_time(first.name)
        found[first.name] = Sign("stands_out", sentence, ENOUGH if unheard else 1)
    return found


def _told(profile) -> str:
    strength = profile.strength
    if strength.measure == "roc_auc":
        return f"ROC AUC {strength.score:.3f}"
    if (strength.value_r2 or 0.0) > strength.value:
        return f"{percent(strength.value_r2)} of the variance of its values"
    return f"{percent(strength.value)} of the order of its values"


def _formula(context: Context) -> dict[str, Sign]:
    found = {}
    for formula in formulas_of(context):
        for name in formula.columns:
            found[name] = Sign("formula", formula_words(formula, context.target), ENOUGH if formula.exact else 1)
    return found


def formulas_of(context: Context) -> tuple[Formula, ...]:
    """Return what the target is computed from; nothing for classes."""
    facts = context.facts[context.target]
    if context.task != "regression" or facts.numbers is None:
        return ()
    return formulas(context.facts, context.target)


def formula_words(formula: Formula, target: str) -> str:
    """Say a formula.

    >>> formula_words(Formula(("fare", "tip"), "sum", 1.0), "total")
    '“fare” and “tip” add up to “total” exactly, in every row.'
    """
    first, *others = formula.columns
    if formula.how == "weighted":
        return f"{quoted(formula.columns)} together make up {percent(formula.share)} of the variance of “{target}”."
    made = {
        "sum": f"{quoted(formula.columns)} add up to “{target}” exactly",
        "difference": f"“{first}” minus “{others[0]}” is “{target}” exactly",
        "product": f"“{first}” times “{others[0]}” makes “{target}”",
        "ratio": f"“{first}” divided by “{others[0]}” makes “{target}”",
    }[formula.how]
    return f"{made}, in {'every row' if formula.share == 1 else f'{percent(formula.share)} of the rows'}."


def _blanks(context: Context) -> dict[str, Sign]:
    """Blanks that follow the outcome: filled in for one answer, left blank for the other."""
    found = {}
    for entry in context.missing.tells:
        strength, profile = entry.strength, context.facts[entry.column].profile
        if max(strength.best, strength.pure) < BLANKS_ASK:
            continue
        enough = strength.best >= BLANKS_TELL or strength.pure >= BLANKS_TELL
        how = f"ROC AUC {strength.score:.2f}" if strength.measure == "roc_auc" else percent(strength.best)
        sentence = (
            f"Whether “{entry.column}” is filled in goes with “{context.target}” ({how}; it is blank in "
            f"{percent(profile.missing_fraction)} of the rows): it looks like something written down afterwards."
        )
        found[entry.column] = Sign("blanks", sentence, ENOUGH if enough else 1)
    return found


def _pure(context: Context) -> dict[str, Sign]:
    """Values that only one class has, in one or two columns only."""
    pure = [
        profile
        for profile in context.inputs
        if profile.strength
        and profile.strength.pure >= max(PURE, PURE_PART * profile.strength.value)
        and profile.name not in context.left_out
    ]
    if not 0 < len(pure) <= MOST_PURE:
        return {}
    names = {profile.name for profile in pure}
    others = max((_best(context, each.name) for each in context.inputs if each.name not in names), default=0.0)
    # Where another column tells nearly as much, classes are simply different things.
    pure = [profile for profile in pure if others < ALONE * profile.strength.best]
    return {
        profile.name: Sign(
            "pure",
            f"“{profile.name}” has values that only one answer of “{context.target}” has: they cover "
            f"{percent(profile.strength.pure)} of its rows.",
            ENOUGH if profile.strength.pure >= PURE_ALONE else 1,
        )
        for profile in pure
    }


def _dates(context: Context) -> dict[str, Sign]:
    found = {}
    for later in later_dates.later_dates(context.facts, context.target):
        days = [context.facts[name].numbers for name in (later.column, later.reference)]
        gap = strength_of(days[0] - days[1], True, context.held_out) if context.held_out else None
        alone = max(_best(context, later.column), _best(context, later.reference))
        sentence = (
            f"“{later.column}” lies after “{later.reference}” ({later.words} later in the middle of the rows, never "
            "before it)"
        )
        tells = gap is not None and gap.best >= GAP_TELLS and gap.best >= TIMES_THE_NEXT * alone
        if tells:
            sentence += f", and how long after nearly tells “{context.target}” ({percent(gap.best)} of the way)"
        found[later.column] = Sign("later_date", f"{sentence}.", ENOUGH if tells else 1)
    return found


def _best(context: Context, name: str) -> float:
    strength = context.facts[name].profile.strength
    return strength.best if strength else 0.0


def _names(context: Context, others: dict[str, list[Sign]]) -> dict[str, Sign]:
    """Names that tell of something after the outcome, or that share a word with the target's."""
    ranked = [profile.name for profile in _ranked(context)]
    names = [profile.name for profile in context.inputs]
    telling = {name for name in ranked[:NAMED_AMONG] if _best(context, name) >= NAMED_LEAST} | set(others)
    # What is true of one column with such a word is true of its siblings, even of those that tell less.
    words = {later_word(name) for name in ranked if name in telling} - {""}
    found = {}
    for name in ranked:
        word = later_word(name)
        if word in words:
            found[name] = Sign("name", f"“{word}” in its name tells of something after the outcome.", 1)
        elif name in telling and (
            shared := shared_word(name, context.target, (each for each in names if each != name))
        ):
            sentence = f"Its name shares “{shared}” with “{context.target}”, so it may be about the same event."
            found[name] = Sign("name", sentence, 1)
    return found
