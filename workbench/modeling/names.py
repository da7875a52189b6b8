"""What the name of a column says by the words it is made of."""

import re

ROW_WORDS = frozenset(
    ("id", "ids", "rowname", "rownames", "rownum", "rowid", "row", "index", "idx", "key", "uid", "uuid", "guid", "pk")
)
LAST_WORDS = frozenset(("no", "nr", "num", "number", "nummer", "code", "cod", "serial", "seq", "seqn", "record"))
TIME_WORDS = frozenset(
    (
        *("year", "yr", "month", "week", "day", "date", "time", "period", "wave", "round", "visit", "quarter", "jahr"),
        *("monat", "woche", "tag", "année", "annee", "mois", "semaine", "año", "ano", "mes", "hour", "t", "occasion"),
    )
)
# Words that end in "id" or "code" and name no code of a thing.
NOT_CODES = frozenset(
    (
        *("paid", "unpaid", "prepaid", "covid", "grid", "acid", "fluid", "solid", "humid", "raid", "valid", "invalid"),
        *(
            "void",
            "avoid",
            "rapid",
            "liquid",
            "hybrid",
            "android",
            "thyroid",
            "steroid",
            "lipid",
            "lucid",
            "bid",
            "aid",
        ),
        *("mid", "lid", "said", "did", "maid", "braid", "postcode", "zipcode", "barcode"),
    )
)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column's name, casefolded.

    >>> words_of("lastPaymentDate"), words_of("cancel_reason.2"), words_of("Kündigung am")
    (('last', 'payment', 'date'), ('cancel', 'reason'), ('kündigung', 'am'))
    """
    spaced = re.sub(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word.casefold() for word in re.findall(r"[^\W\d_]+", spaced))


def codes_something(word: str) -> bool:
    """Tell whether a word ends as names of codes do.

    >>> codes_something("studyid"), codes_something("idcode"), codes_something("paid")
    (True, True, False)
    """
    return word not in (*NOT_CODES, "code", "cod") and len(word) > 2 and word.endswith(("id", "idno", "code", "cod"))


def names_rows(name: str) -> bool:
    """Tell whether a name says that its values name or number the rows.

    >>> names_rows("rownames"), names_rows("bib_num"), names_rows("studyid"), names_rows("number of visits")
    (True, True, True, False)
    """
    words = words_of(name)
    if not words or {"of", "per", "to", "postal", "zip"} & set(words):
        return False
    return bool(ROW_WORDS & set(words)) or words[-1] in LAST_WORDS or any(map(codes_something, words))


def names_a_time(name: str) -> bool:
    """Tell whether a name says that its values follow each other in time.

    >>> names_a_time("model_year"), names_a_time("wave"), names_a_time("age")
    (True, True, False)
    """
    return bool(TIME_WORDS & set(words_of(name)))
