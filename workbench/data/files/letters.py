"""How well text reads in each of the older encodings: the letters of languages, and where they stand."""

import itertools
import math
import re

WESTERN = ("üäöß", "éèàêçôîïûùâëœæ", "áéíóúñü¿¡ªº", "àèéìòù", "áâãàçéêíóôõú", "åäöé", "æøåéö", "éëïöü")
ICELANDIC = "áéíóúýþæöð"
CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž")
RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
CYRILLIC = (RUSSIAN, "оаинвіетрслкдумпяьзбгйчжхїєцшюфґщ", "аоиенртсвјкдлупмзбгшчцћњжљхђфџ")
GREEK = ("αοιετσνηυρπκλμςάόίωγέδήθχύφβξζώψϊϋΐΰ",)
TURKISH = ("çğıiöşüâî",)
BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž")
HEBREW = ("יוהלארתבמשנעדחקפגכטסזצםןךףץ",)
ARABIC, THAI = "\u0621-\u064a", "\u0e01-\u0e5b"
ARABIC_FORMS = ARABIC + "\ufe70-\ufefc"  # letters as they are drawn at the begin or end of a word
# (encoding, languages, cost once: how rarely it is met); ties go to the first.
ONE_BYTE = (
    ("cp1252", WESTERN, 0.0),
    ("cp1252", (ICELANDIC,), 3.0),
    ("iso8859-15", WESTERN, 2.0),
    ("iso8859-1", WESTERN, 6.0),
    ("mac-roman", WESTERN, 3.0),
    ("cp850", WESTERN, 3.5),
    ("cp437", WESTERN, 4.0),
    ("cp1250", (*CENTRAL, WESTERN[0]), 1.0),
    ("iso8859-2", CENTRAL, 2.0),
    ("cp852", CENTRAL, 4.0),
    ("mac-latin2", CENTRAL, 5.0),
    ("cp1251", CYRILLIC, 1.0),
    ("koi8-r", CYRILLIC[:1], 1.5),
    ("koi8-u", CYRILLIC[1:2], 2.0),
    ("cp866", CYRILLIC[:2], 2.0),
    ("iso8859-5", CYRILLIC, 2.5),
    ("mac-cyrillic", CYRILLIC, 3.0),
    ("cp1253", GREEK, 1.0),
    ("iso8859-7", GREEK, 2.0),
    ("cp1254", TURKISH, 1.0),
    ("iso8859-9", TURKISH, 2.0),
    ("cp1257", BALTIC, 2.0),
    ("cp1255", HEBREW, 2.0),
    ("cp1256", (ARABIC,), 2.0),
    ("cp874", (THAI,), 2.0),
    ("iso8859-8", HEBREW, 3.0),
    ("cp862", HEBREW, 4.0),
    ("iso8859-6", (ARABIC,), 3.0),
    ("cp864", (ARABIC_FORMS,), 4.0),
    ("cp737", GREEK, 3.0),
    ("cp869", GREEK, 4.0),
)
# Of mainframes; digits and plain letters are the same in all.
EBCDIC = (("cp037", WESTERN, 0.0), ("cp273", WESTERN, 1.0), ("cp500", WESTERN, 1.0), ("cp1140", WESTERN, 2.0))
SYMBOL_IN_WORD = re.compile(r"(?<=[^\W\d_])[]{}[|~\\^!@#$§¦¬\x85´`](?=[^\W\d_])|(?<=[a-z])[{}~¦¬]")
OPENING, CLOSING = "“„«‹¿¡", "”»›…®™©"
MARKS = "€£°²³½¼¾·•§µ±×ªº\u00a0¥¢÷‘’"
CASELESS = 2.6  # cost of a letter of a script without upper case, which nothing speaks against
STRANGER = 5.5  # cost of a letter that the language does not have
MISPLACED = 7.0  # of a symbol inside a word, an upper-case letter behind a lower-case one
CONTROL = 12.0
MAX_CHARACTERS = 4_000


def likeliest_one_byte(sample, encodings=ONE_BYTE):
    """Return the encoding of one byte a character, of those in ``encodings``, in which ``sample`` reads best."""
    best, best_cost = "iso8859-1", math.inf
    for encoding, languages, rareness in encodings:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        cost = rareness + _cost(text[: 20 * MAX_CHARACTERS], languages)
        if encodings is EBCDIC:  # other variants have symbols where one has letters
            cost += MISPLACED * len(SYMBOL_IN_WORD.findall(text))
        if cost < best_cost - 1e-9:
            best, best_cost = encoding, cost
    return best


def _cost(text, languages):
    """Return the least cost of the characters beyond ASCII over the languages and their mixture."""
    fixed, letters = _split(text)
    if len(languages) == 1 and "-" in languages[0]:
        inside = re.compile(f"[{languages[0]}]")
        return fixed + sum(CASELESS if inside.match(letter) else STRANGER for letter in letters)
    costs = [_language_cost(letters, language) for language in languages]
    if len(languages) > 1:
        mixture = "".join(dict.fromkeys("".join(languages)))
        costs.append(_language_cost(letters, mixture) + 0.7 * len(letters))
    return fixed + min(costs)


def _language_cost(letters, language):
    # A small alphabet is met less often by chance; frequent letters stand first.
    costs = {}
    for rank, letter in enumerate(language):
        cost = 1.0 + 0.5 * math.log(len(language)) * (rank + 0.5) / len(language)
        costs[letter] = costs[letter.upper()] = cost
    return sum(costs.get(letter, STRANGER) for letter in letters)


def _split(text):
    """Return (cost that is the same in every language, letters that stand where letters stand)."""
    cost, letters = 0.0, []
    for match in itertools.islice(re.finditer(r"[^\x00-\x7f]", text), MAX_CHARACTERS):
        at, character = match.start(), match.group()
        before, after = text[at - 1 : at] or "\n", text[at + 1 : at + 2] or "\n"
        if "\x80" <= character <= "\x9f":
            cost += CONTROL
        elif character.isalpha() and character not in "ªºµƒˆ":
            letters.append(character)
            cost += _letter_cost(character, before, after)
        else:
            cost += _mark_cost(character, before, after, text[max(0, at - 3) : at])
    return cost, letters


def _letter_cost(character, before, after):
    if character.isupper() and before.islower():
        return MISPLACED
    if character.islower() and before.isalpha() and before.isupper() and after.isupper():
        return MISPLACED
    if not before.isalpha() and not after.isalpha():
        return 4.0
    foreign = character > "\u036f"  # other alphabets are not mixed with the Latin one inside a word
    if foreign and ((before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())):
        return MISPLACED
    return 0.0


def _mark_cost(character, before, after, left):
    inside = before.isalpha() and after.isalpha()
    if character == "’" and before.isalpha():
        usual = after in "stdrvlmSTDRVLM" or not after.isalpha() or not left[:-1].strip("\n").isalpha() or len(left) < 3
        return 2.0 if usual else 4.0
    if character in OPENING:
        return 2.0 if not before.isalpha() and not after.isspace() else 3.0 if not inside else MISPLACED
    if character in CLOSING:
        return 2.0 if not after.isalpha() else 3.0 if not inside else MISPLACED
    if character in "–—":
        return 2.0 if before.isspace() or before.isdigit() or not inside else 4.0
    if character in MARKS:
        return MISPLACED if inside else 3.0 if not before.isalpha() or character in "²³°" else 4.5
    return MISPLACED
