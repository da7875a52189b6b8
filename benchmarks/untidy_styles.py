"""Numbers, dates, yes/no and "no value" in the many ways people write them, each with its value, for the benchmark."""

import datetime
from dataclasses import dataclass

from benchmarks.untidy_writing import Writer

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου "
    "Δεκεμβρίου",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}
# "no value" in columns of numbers and dates; the same everywhere, and in the language of the file.
TOKENS = ("", "", "", "NA", "n/a", "-", "–", "NULL", "N/A", "?", "...", "NaN", "none", "#N/A", "unknown")
TOKENS_OF = {
    "de": ("k.A.", "k. A.", "keine Angabe", "fehlt", "unbekannt", "entfällt", "o.A.", "n. v."),
    "fr": ("n.d.", "ND", "inconnu", "non disponible", "non renseigné", "n.c.", "s.o."),
    "es": ("s/d", "sin datos", "N/D", "desconocido", "no disponible", "n.d."),
    "pl": ("brak danych", "brak", "b.d.", "nieznany", "n.d."),
    "cs": ("není k dispozici", "neznámo", "chybí", "bez údaje", "n/a"),
    "ru": ("н/д", "нет данных", "нет", "неизвестно", "—"),
    "el": ("δ/υ", "άγνωστο", "μη διαθέσιμο", "-"),
    "tr": ("yok", "bilinmiyor", "veri yok", "-"),
    "ja": ("なし", "不明", "データなし", "―", "未定", "該当なし"),
    "zh": ("无", "未知", "缺失", "不详", "无数据", "暂无"),
    "tw": ("無", "未知", "缺", "不詳", "無資料"),
    "ko": ("없음", "미상", "자료 없음", "해당없음", "-"),
}
YES_NO = {
    "en": ("yes/no", "Yes/No", "Y/N", "TRUE/FALSE", "true/false", "T/F", "YES/NO"),
    "de": ("ja/nein", "Ja/Nein", "J/N", "wahr/falsch", "WAHR/FALSCH", "JA/NEIN"),
    "fr": ("oui/non", "Oui/Non", "O/N", "vrai/faux", "VRAI/FAUX"),
    "es": ("sí/no", "Sí/No", "S/N", "verdadero/falso", "SI/NO"),
    "pl": ("tak/nie", "Tak/Nie", "T/N", "prawda/fałsz", "PRAWDA/FAŁSZ"),
    "cs": ("ano/ne", "Ano/Ne", "A/N", "pravda/nepravda"),
    "ru": ("да/нет", "Да/Нет", "истина/ложь", "ИСТИНА/ЛОЖЬ"),
    "el": ("ναι/όχι", "Ναι/Όχι", "αληθές/ψευδές"),
    "tr": ("evet/hayır", "Evet/Hayır", "E/H", "doğru/yanlış"),
    "ja": ("はい/いいえ", "有/無", "○/×"),
    "zh": ("是/否", "有/无", "真/假", "对/错"),
    "tw": ("是/否", "有/無", "真/假"),
    "ko": ("예/아니오", "예/아니요", "네/아니오", "참/거짓"),
}
CURRENCIES = {"de": "€", "fr": "€", "es": "€", "el": "€", "en": "$", "pl": "zł", "cs": "Kč", "ru": "₽", "tr": "₺"}
CURRENCIES |= {"ja": "¥", "zh": "¥", "tw": "NT$", "ko": "₩"}
# (decimal mark, thousands mark)
MARKS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (".", "'"), (".", " "))
NUMBERS = ("plain",) * 6 + (
    "currency before", "currency after", "code after", "percent", "K and M", "accounting", "minus behind", "minus sign",
    "unit",
)  # fmt: skip
DATES = (
    "%Y-%m-%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d.%m.%y",
    "%m/%d/%y",
    "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d.%m.%Y %H:%M",
    "%m/%d/%Y %I:%M %p", "%d/%m/%Y %H:%M", "{d} {month} {y}", "{d}. {month} {y}", "{month} {d} {y}", "{d}-{mon}-{y}",
    "{d} {mon}. {y}", "{y}年{m}月{d}日",
)  # fmt: skip


@dataclass
class Styled:
    """One column as written: kind ``number``, ``date``, ``yes_no`` or ``words``, its style, texts and values.

    ``swapped`` has the dates with day and month swapped where nothing in the column tells which is which.
    """

    kind: str
    style: str
    texts: list
    values: list
    swapped: list | None = None


class StyledWriter(Writer):
    """A :class:`Writer` whose columns are each written in a style of its own; ``columns`` has the truth."""

    def formatted(self, columns):
        """Return the rows as texts."""
        self.columns = [self.styled(column) for column in columns]
        self.must_quote = any(self.collides(text) for column in self.columns for text in column.texts)
        self.traits += sorted({f"{column.kind}: {column.style}" for column in self.columns if column.style})
        return [list(row) for row in zip(*(column.texts for column in self.columns), strict=True)]

    def collides(self, text):
        """Return whether the text holds the delimiter."""
        if self.delimiter == "blanks":
            return any(map(str.isspace, text))
        return ("  " if self.delimiter == "fixed" else self.delimiter) in text

    def quoting(self, rows, header):
        """Draw how cells are quoted; quotes there are where a number holds the delimiter."""
        if super().quoting(rows, header) == "none" and self.must_quote:
            self.style = "minimal"
        return self.style

    def styled(self, column):
        """Return ``column`` in a style that the delimiter allows; where it quotes, any style does."""
        write = {"amount": self.numbers, "rate": self.numbers, "count": self.numbers, "date": self.dates}
        if column.kind == "paid":
            write["paid"] = self.answers
        if column.kind not in write:
            kind = "number" if column.kind == "id" else "words"
            missing = self.random.choice(("", "", "NA", "-", "n/a"))
            texts = [missing if value is None else str(value) for value in column.values]
            return Styled(kind, "", texts, column.values)
        while True:
            found = write[column.kind](column)
            if not any(map(self.collides, found.texts)) or (self.delimiter in ",;:" and self.random.random() < 0.5):
                return found

    def token(self):
        """Return a word for "no value"."""
        own = TOKENS_OF.get(self.language, ("unknown", "not available", "n.a.", "missing", "TBD"))
        return self.random.choice(own if self.random.random() < 0.4 else TOKENS)

    def numbers(self, column):
        """Return a column of numbers."""
        draw = self.random
        style = draw.choice(NUMBERS)
        marks, places = draw.choice(MARKS), {"amount": 2, "rate": 1, "count": 0}[column.kind]
        scaled, missing = style == "K and M", self.token()
        texts, values = [], []
        for value in column.values:
            if value is None:
                texts.append(missing)
                values.append(None)
                continue
            suffix, factor = ("", 1.0) if not scaled else self.scale(value)
            shown = f"{abs(value) / factor:,.{places if not scaled else 1}f}"
            values.append(float(shown.replace(",", "")) * factor * (-1 if value < 0 else 1))
            number = shown.translate(str.maketrans({",": marks[1], ".": marks[0]}))
            texts.append(self.around(number + suffix, style, value < 0))
        grouped = "grouped" if any(marks[1] and marks[1] in text for text in texts) else ""
        decimal = "decimal comma" if marks[0] == "," and places else ""
        style = ", ".join(word for word in (style, decimal, grouped) if word)
        if missing and None in column.values:
            style += ", token"
        return Styled("number", style, texts, values)

    def scale(self, value):
        """Return (suffix, factor) for a number."""
        return ("M", 1e6) if abs(value) >= 1e6 else ("K", 1e3) if abs(value) >= 1e3 else ("", 1.0)

    def around(self, number, style, negative):
        """Return a number with sign, currency or unit."""
        sign, currency = "-" if negative else "", CURRENCIES[self.language]
        forms = {
            "currency before": f"{sign}{currency}{number}",
            "currency after": f"{sign}{number} {currency}",
            "code after": f"{sign}{number} EUR",
            "percent": f"{sign}{number}%",
            "accounting": f"({number})" if negative else number,
            "minus behind": number + sign,
            "minus sign": ("\u2212" if negative else "") + number,
            "unit": f"{sign}{number} kg",
        }
        return forms.get(style, sign + number)

    def dates(self, column):
        """Return a column of dates, sometimes of the first twelve days of the months only."""
        draw = self.random
        style, missing = draw.choice(DATES), self.token()
        if "年" in style and self.language not in ("ja", "zh", "tw"):
            style = "%d.%m.%Y"
        early = draw.random() < 0.15
        months = MONTHS.get(self.language, MONTHS["en"]).split()
        texts, values = [], []
        for day in column.values:
            if day is None:
                texts.append(missing)
                values.append(None)
                continue
            day = day.replace(day=1 + day.day % 12) if early else day
            clock = (draw.randrange(24), draw.randrange(60), draw.randrange(60) if "%S" in style else 0)
            clock = clock if "%M" in style else (0, 0, 0)
            moment = f"{day.isoformat()} {clock[0]:02}:{clock[1]:02}:{clock[2]:02}"
            values.append(moment)
            texts.append(_date_text(moment, style, months, short=self.language not in ("fr", "cs", "el")))
        ordered = style.startswith(("%d/", "%m/", "%d-"))
        unclear = ordered and all(value is None or int(value[8:10]) <= 12 for value in values)
        swapped = [value and f"{value[:4]}-{value[8:10]}-{value[5:7]}{value[10:]}" for value in values]
        named = style + (", day or month first unclear" if unclear else "") + (", token" if missing in texts else "")
        return Styled("date", named, texts, values, swapped if unclear else None)

    def answers(self, column):
        """Return a column of yes and no."""
        yes, no = self.random.choice(YES_NO[self.language]).split("/")
        values = [None if value is None else self.random.random() < 0.6 for value in column.values]
        missing = self.random.choice(("", "", "-", "n/a", "NA"))
        texts = [missing if value is None else yes if value else no for value in values]
        return Styled("yes_no", f"{yes}/{no}", texts, values)


def _date_text(moment, style, months, short):
    at = datetime.datetime.fromisoformat(moment)
    if "{" not in style:
        return at.strftime(style)
    month = months[at.month - 1]
    return style.format(d=at.day, m=at.month, y=at.year, month=month, mon=month[:3] if short else month)
