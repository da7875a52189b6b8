"""What the name of a column says about when its value is known."""

from collections.abc import Collection, Iterable

from workbench.modeling.names import codes_something, words_of

# Words, casefolded, that name something which is written down once the outcome is known: its reason, its end, what
# was paid, what came out. A sign only: it raises the question, it never answers it.
LATER_WORDS = frozenset(
    (
        *("reason", "reasons", "cause", "closed", "closing", "closure", "cancel", "cancelled", "canceled"),
        *("cancellation", "terminated", "termination", "ended", "resolved", "resolution", "settled", "settlement"),
        *("outcome", "final", "finished", "completed", "completion", "discharge", "discharged", "deceased", "dod"),
        *("refund", "refunded", "recovered", "recoveries", "collected", "collection", "chargeoff", "payout", "paid"),
        *("funded", "awarded", "granted", "approved", "rejected", "delivered", "delivery", "returned", "dropoff"),
        *("actual", "observed", "realized", "realised", "followup", "aftermath", "posterior"),
        *("exit", "quit", "winback", "churned", "complaint", "duration", "elapsed", "lastseen", "verdict"),
        # German, French, Spanish, Italian
        *("grund", "ende", "beendet", "gekündigt", "kündigung", "austritt", "abschluss", "ergebnis", "erledigt"),
        *("motif", "raison", "clôture", "cloture", "résiliation", "resiliation", "sortie", "résultat", "resultat"),
        *("motivo", "razón", "razon", "cierre", "cerrado", "baja", "resultado", "salida", "chiusura", "esito"),
    )
)
# Word pairs that say so only together.
LATER_PAIRS = (
    *(("end", "date"), ("end", "time"), ("stop", "time"), ("last", "seen"), ("last", "payment"), ("charge", "off")),
    *(("charged", "off"), ("date", "death"), ("follow", "up"), ("date", "closed"), ("amount", "recovered")),
)
# Words that many columns share without being about one thing.
COMMON_WORDS = frozenset(
    (
        *("mean", "median", "avg", "average", "min", "max", "std", "total", "sum", "number", "num", "count", "rate"),
        *("ratio", "percent", "pct", "index", "level", "score", "size", "type", "class", "name", "code", "date"),
        *("time", "day", "month", "year", "value", "amount", "per", "of", "the", "and", "in", "at", "is", "has", "id"),
        *("by", "to", "for", "from", "no", "nr", "old", "new", "col", "column", "var", "feature", "target", "label"),
    )
)
ENTITY_WORDS = frozenset(
    (
        *("id", "no", "nr", "number", "nummer", "key", "uid", "uuid", "customer", "kunde", "kunden", "client", "user"),
        *("patient", "subject", "person", "member", "account", "acct", "household", "family", "ticket", "booking"),
        *("employee", "worker", "student", "pupil", "school", "teacher", "firm", "company", "store", "shop", "site"),
        *("station", "sensor", "device", "machine", "plant", "plot", "field", "farm", "vehicle"),
        *("tailnum", "plate", "vin", "player", "team", "animal", "chick", "rat", "dog", "cow", "tree", "sample"),
        *("batch", "lot", "tube", "hospital", "clinic", "doctor"),
        *("individual", "participant", "respondent", "child", "mother", "driver", "session", "case", "contract", "pid"),
        *(
            "pers",
            "indiv",
            "cluster",
            "mom",
            "father",
            "twin",
            "litter",
            "village",
            "municipality",
            "batter",
            "pitcher",
        ),
        *("lecturer", "rider", "owner", "vendor", "supplier", "seller", "buyer", "tenant", "guest", "tree", "nest"),
    )
)

NAME_WORDS = frozenset(("name", "code", "key", "num", "label"))


def later_word(name: str) -> str:
    """Return the word of a name that tells of something after the outcome, or "".

    >>> later_word("cancel_reason"), later_word("ClosedAt"), later_word("end date"), later_word("Age")
    ('cancel', 'closed', 'end date', '')
    """
    words = words_of(name)
    for word in words:
        if word in LATER_WORDS:
            return word
    for pair in LATER_PAIRS:
        if set(pair) <= set(words):
            return " ".join(pair)
    return ""


def shared_word(name: str, target: str, others: Iterable[str]) -> str:
    """Return a word that a column shares with the target and hardly any other column has, or "".

    >>> shared_word("arr_time", "arr_delay", ["carrier", "hour", "distance"])
    'arr'
    >>> shared_word("median_age", "median_price", [])
    ''
    """
    mine = set(words_of(target)) & set(words_of(name)) - COMMON_WORDS
    mine = {word for word in mine if len(word) >= 3}
    if not mine:
        return ""
    elsewhere: Collection[str] = [word for other in others for word in set(words_of(other))]
    rare = sorted(word for word in mine if elsewhere.count(word) <= 2)
    return rare[0] if rare else ""


def names_an_entity(name: str) -> bool:
    """Tell whether a name says that its values stand for persons, things or places.

    >>> names_an_entity("customerID"), names_an_entity("Diffusion tube"), names_an_entity("colour")
    (True, True, False)
    >>> names_an_entity("number of patients"), names_an_entity("patients"), names_an_entity("caseid")
    (False, False, True)
    >>> names_an_entity("customer name"), names_an_entity("customer age")
    (True, False)
    """
    words = words_of(name)
    if not words or {"of", "per", "to"} & set(words):
        return False
    # "customer", "customer name" and "customer id" are customers; "customer age" is not.
    thing = words[-2] if words[-1] in NAME_WORDS and len(words) > 1 else words[-1]
    return thing in ENTITY_WORDS or any(map(codes_something, words))
