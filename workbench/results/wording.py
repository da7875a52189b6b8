"""Numbers as a person would say them: as many digits as the spread supports, percent, counts in words."""

import math
import re
from collections import defaultdict

FEW = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SHARES = (
    (0.10, "a tenth"),
    (0.20, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.50, "half"),
    (2 / 3, "two thirds"),
    (0.75, "three quarters"),
    (0.80, "four fifths"),
    (0.90, "nine tenths"),
)
SIGN = re.compile(r"(?<![\w.])-(?=[\d.])")  # of a number; the exponent of one keeps its hyphen
NEAR = 0.02  # a share this close to a named one is called by its name
LONGEST_NAME = 40
MOST_DECIMALS = 6  # of a probability in percent
LONGEST_LABEL = 60  # of a candidate with its settings, in a sentence


def count_word(count: int) -> str:
    """Write small counts in words.

    >>> count_word(5), count_word(12)
    ('five', '12')
    """
    return FEW[count] if 0 <= count < len(FEW) else f"{count:,}"


def percent(fraction: float) -> str:
    """Write a fraction in percent; whole numbers, but never 0 or 100 for what is only near it.

    >>> percent(0.507), percent(0.004), percent(0.9996), percent(1.0), percent(-0.001)
    ('51 %', '0.4 %', '99.96 %', '100 %', '−0.1 %')
    """
    if not math.isfinite(fraction):
        return "not defined"
    value = 100 * fraction + 0.0  # no minus zero
    for decimals in range(4):
        shown = round(value, decimals)
        if (shown != 0 or value == 0) and (shown < 100 or value >= 100):
            break
    return minus(f"{value:.{decimals}f} %")


def minus(text: str) -> str:
    """Write negative numbers with the minus sign (U+2212), as pictures do; for screens and sentences, not for files.

    >>> minus("-0.5 to 3"), minus("-1,200 €"), minus("1e-09")
    ('−0.5 to 3', '−1,200 €', '1e-09')
    """
    return SIGN.sub("−", text)


def probability(share: float, edge: float | None = None) -> str:
    """Return a predicted probability (0 to 1) in percent, with a decimal near the ends, never as none or all.

    Beside ``edge``, the probability from which on the answer is another one, it has as many digits as it takes to see
    on which side it lies.

    >>> [probability(share) for share in (0.4049, 0.0312, 0.97, 0.00001, 0.99999, 0.0, 1.0)]
    ['40 %', '3.1 %', '97.0 %', 'under 0.1 %', 'over 99.9 %', '0 %', '100 %']
    >>> [probability(share, 0.75) for share in (0.7496, 0.75, 0.4049)]
    ['74.96 %', '75 %', '40 %']
    """
    if edge is not None and share != edge and (round(share, 2) >= edge) != (share >= edge):
        decimals = next((n for n in range(1, MOST_DECIMALS) if (round(share, n + 2) >= edge) == (share >= edge)), None)
        return f"{share * 100:.{MOST_DECIMALS if decimals is None else decimals}f} %"
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.999:
        return "over 99.9 %"
    decimals = 1 if share < 0.1 or share > 0.9 else 0
    return f"{share * 100:.{decimals}f} %"


def share_in_words(fraction: float) -> str:
    """Say a fraction with its everyday name where one is close, and always in percent.

    >>> share_in_words(0.51), share_in_words(0.61)
    ('about half (51 %)', '61 %')
    """
    for share, word in SHARES:
        if abs(fraction - share) <= NEAR:
            return f"about {word} ({percent(fraction)})"
    return percent(fraction)


def decimals_for(spread: float) -> int:
    """How many decimals a number with this standard deviation honestly has: two digits of the spread where they
    begin with 1, else one (the rule of the Particle Data Group); negative for tens and hundreds.

    >>> decimals_for(0.016), decimals_for(0.034), decimals_for(120.0)
    (3, 2, -1)
    """
    if not math.isfinite(spread) or spread <= 0:
        return 2
    exponent = math.floor(math.log10(spread))
    leading = round(spread / 10**exponent, 1)
    return min(-exponent + (1 if leading < 2 else 0), 6)


def number(value: float, decimals: int | None = None, unit: str = "") -> str:
    """Write a number with a thousands mark; without ``decimals``, with three significant digits.

    >>> number(12345.678), number(0.5, 2), number(1234, -2), number(8.127, unit="%"), number(3.2e-9, unit="g")
    ('12,300', '0.50', '1,200', '8.13 %', '3.2e-09 g')
    """
    if not math.isfinite(value):
        return "not defined"
    if decimals is None:
        decimals = decimals_of(value)
        if value and decimals > 0 and abs(value) >= 1 and float(value).is_integer():
            decimals = 0
        if value and not round(value, decimals):  # smaller than any decimal that is written
            return minus(f"{value:.3g}") + (f" {unit}" if unit else "")
    rounded = round(value, decimals) + 0.0  # no minus zero
    return minus(f"{rounded:,.{max(decimals, 0)}f}") + (f" {unit}" if unit else "")


def amount(value: float, unit: str = "") -> str:
    """Write a predicted amount or an end of its interval: as ``number`` does, and nothing as 0.

    >>> amount(12345.678, "€"), amount(0.0)
    ('12,300 €', '0')
    """
    return number(value, None if value else 0, unit)


def with_spread(mean: float, std: float, unit: str = "") -> str:
    """Write mean ± standard deviation: the mean as ``number`` writes it wherever it stands, so that one figure has
    the same digits everywhere; the spread with the same decimals, or its own where it would vanish.

    >>> with_spread(0.8449, 0.0157), with_spread(4321.5, 123.0, "€"), with_spread(196.2, 38.4), with_spread(0.5, 1e-4)
    ('0.845 ± 0.016', '4,320 ± 120 €', '196 ± 38', '0.500 ± 0.00010')
    """
    if not (math.isfinite(mean) and math.isfinite(std)):
        return number(mean, unit=unit)
    decimals = decimals_of(mean)
    spread = number(std, decimals if round(std, decimals) or not std else decimals_for(std))
    return f"{number(mean)} ± {spread}" + (f" {unit}" if unit else "")


def decimals_of(value: float) -> int:
    """How many decimals give a number three significant digits; negative for thousands.

    >>> decimals_of(74.66), decimals_of(0.8449), decimals_of(12345.0), decimals_of(0.0)
    (1, 3, -2, 2)
    """
    return min(2 - math.floor(math.log10(abs(value))), 6) if value else 2


def shorten(text, limit: int = LONGEST_NAME) -> str:
    """Cut a long name in the middle, for a sentence or a title: names that are long mostly differ at their end.

    The full name belongs into a tooltip or table.

    >>> shorten("abcdef", 5), shorten("Average use per household in district 12", 21)
    ('ab…ef', 'Average us…istrict 12')
    """
    line = " ".join(str(text).split())
    half = (limit - 1) // 2
    return line if len(line) <= limit else f"{line[:half].rstrip()}…{line[-half:].lstrip()}"


def told_apart(names, limit: int = LONGEST_NAME) -> list[str]:
    """Return the names cut in the middle where they are too long; those that would look the same, around what differs.

    >>> told_apart(["Use in district 7, per household", "Use in district 8, per household", "city"], 20)
    ['…district 7, per h…', '…district 8, per h…', 'city']
    """
    labels = [shorten(name, limit) for name in names]
    alike = defaultdict(list)
    for at, label in enumerate(labels):
        alike[label].append(at)
    for places in alike.values():
        lines = [" ".join(str(names[at]).split()) for at in places]
        if len(set(lines)) < 2:
            continue
        ends = zip(min(lines), max(lines), strict=False)  # what these two share at their beginning, all share
        n_shared = next((at for at, (one, other) in enumerate(ends) if one != other), len(min(lines)))
        begin = max(n_shared - limit // 2, 0)  # what differs stands in the middle of what is shown
        for at, line in zip(places, lines, strict=True):
            shown = line[begin : begin + limit - 2].strip()
            labels[at] = ("…" if begin else "") + shown + ("…" if begin + limit - 2 < len(line) else "")
    return labels


def listed(words: list[str], most: int = 3) -> str:
    """Join words with commas and "and"; beyond ``most`` only their number is given.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b, c and two more')
    """
    words = [*words[:most], f"{count_word(len(words) - most)} more"] if len(words) > most else words
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
