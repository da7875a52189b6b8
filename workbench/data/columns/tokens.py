"""Words that stand for "no value" in real files."""

# In any column: nobody writes these as a value.
CERTAIN_TOKENS = frozenset(
    [
        "?",
        "??",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "...",
        "…",
        "n/a",
        "N/A",
        "n.a.",
        "N.A.",
        "N/a",
        "#N/A",
        "#NA",
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "NaN",
        "nan",
        "NAN",
        "<NA>",
        "NULL",
        "null",
        "Null",
        "(null)",
        "\\N",
        "k.A.",
        "k. A.",
        "NaT",
        "N/D",
        "n/d",
        "n.b.",
        "#N/A N/A",
        "#NUM!",
        "#NAME?",
        "#NV",
        "#WERT!",
        "#BEZUG!",
        "#ZAHL!",
        "#VALEUR!",
        "#¡VALOR!",
        "-NaN",
        "-nan",
        "1.#IND",
        "-1.#IND",
        "1.#QNAN",
        "-1.#QNAN",
    ]
)
# In columns of numbers, dates and yes/no, where they cannot be values.
NOT_A_VALUE = CERTAIN_TOKENS | frozenset(
    [
        "NA",
        "na",
        "Na",
        "None",
        "none",
        "NONE",
        "nil",
        "Nil",
        "missing",
        "Missing",
        "MISSING",
        "unknown",
        "Unknown",
        "UNKNOWN",
        "n.d.",
        "nd",
        "ND",
        "n.v.",
        "x",
        "X",
        "*",
        "**",
        ":",
        "tbd",
        "TBD",
        "tba",
        "blank",
        "empty",
        "undefined",
        "not available",
        "Not available",
        "Not Available",
        "not applicable",
        "Not applicable",
        "Not Applicable",
        "no data",
        "No data",
        "No Data",
        "not known",
        "keine Angabe",
        "keine Daten",
        "unbekannt",
        "fehlt",
        "inconnu",
        "non disponible",
        "desconocido",
        "sin datos",
        "s/d",
        "onbekend",
        "brak danych",
        "okänd",
        "ukjent",
        "(blank)",
        "#",
    ]
)
# The same in other languages; among numbers and dates these are no names of columns either.
SPOKEN_TOKENS = frozenset(
    """
k.A.|k. A.|keine Angabe|keine Angaben|keine Daten|unbekannt|fehlt|fehlend|entfällt
o.A.|o. A.|n. v.|n.v.|nicht bekannt|nicht verfügbar|nicht vorhanden|leer|inconnu
non disponible|non renseigné|non connu|manquant|n.c.|s.o.|n.d.|n. d.|NC|NR
desconocido|sin datos|sin dato|no disponible|s/d|S/D|N/D|n/d|no aplica|desconhecido
não disponível|sem dados|não informado|sconosciuto|non noto|mancante|dato mancante
onbekend|geen gegevens|niet bekend|ontbreekt|n.b.|brak danych|brak|b.d.|bd.|nieznany
nieznane|není k dispozici|neznámo|chybí|bez údaje|neuvedeno|okänd|saknas
uppgift saknas|ukjent|mangler|ukendt|ikke oplyst|ei tietoa|tuntematon|nincs adat
ismeretlen|necunoscut|lipsă|н/д|Н/Д|нет данных|нет|неизвестно|не указано|отсутствует
немає даних|невідомо|няма данни|δ/υ|Δ/Υ|άγνωστο|μη διαθέσιμο|yok|veri yok|bilinmiyor
belirtilmemiş|なし|不明|データなし|未定|該当なし|未入力|欠測|無し|无|無|未知|缺失|缺|不详|不詳|无数据|無資料|暂无|未填|空|없음|미상
자료 없음|해당없음|해당 없음|모름|미정|―|ー|－|‐|‑|−
""".strip()
    .replace("\n", "|")
    .split("|")
)
NOT_A_VALUE |= SPOKEN_TOKENS
# In columns of words, unless the other words are codes of the same kind (NA is Namibia).
NOT_A_WORD = CERTAIN_TOKENS | {"NA"}
