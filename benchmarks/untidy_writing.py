"""Tables written the untidy ways people and programs write them, for ``benchmarks.untidy``."""

import random as random_module
from dataclasses import dataclass, field

from benchmarks.untidy_tables import LANGUAGES, make_table

DELIMITERS = (",", ",", ",", ";", ";", ";", "\t", "\t", "|", ":", "::", "||", "~", "^", "§", " ", "blanks", "fixed")
TITLES = (
    "Sales report 2023",
    "Export of 12.03.2024",
    "Table 4: persons by place, all years",
    "Monatsbericht",
    "Annex B",
)
NOTES = ("Source: own survey", "* provisional figures", "Note: rounded to two places", "(c) The Statistical Office")
TOTALS = ("Total", "Sum", "Summe", "Grand total", "Gesamt")
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%b-%Y", "%Y%m%d")
GROUPS = ("Person", "Payment", "Figures", "Other")


@dataclass
class Untidy:
    """One file with its truth."""

    data: bytes
    header: list  # None where the file has no header
    rows: list
    traits: list = field(default_factory=list)


class Writer:
    """Draws one way of writing and applies it."""

    def __init__(self, seed):
        self.random = random_module.Random(seed)
        self.traits = []

    def chance(self, share, trait=None):
        """Return whether a trait is drawn; it is noted if so."""
        drawn = self.random.random() < share
        if drawn and trait:
            self.traits.append(trait)
        return drawn

    def file(self):
        """Return one :class:`Untidy` file."""
        draw = self.random
        self.language = language = draw.choice(["en", "en", "de", "de", "fr", *LANGUAGES])
        self.delimiter = draw.choice(DELIMITERS)
        columns = make_table(draw, language, n_rows=draw.choice((6, 15, 40, 120, 300)), n_columns=draw.randint(3, 9))
        header, rows = [column.name for column in columns], self.formatted(columns)
        self.kinds = [column.kind for column in columns]
        self.add_line_breaks(rows)
        white = self.delimiter in ("blanks", "fixed")
        if white or self.quoting(rows, header) == "none":
            rows = [[self.harmless(cell) for cell in row] for row in rows]
            header = [self.harmless(name) for name in header]
        if self.delimiter == "blanks":
            rows = [[cell.replace(" ", "_") or "NA" for cell in row] for row in rows]
            header = [name.replace(" ", "_") for name in header]
        header_records, header = self.header(header)
        rows += self.summary_row(rows)
        lines = self.fixed(header_records, rows) if self.delimiter == "fixed" else self.lines(header_records, rows)
        lines = self.above(len(header or rows[0])) + lines + self.below(len(header or rows[0]))
        data = self.encoded(lines, language)
        self.traits.append({"\t": "tab"}.get(self.delimiter, self.delimiter) + "-delimited")
        return Untidy(data, header, rows, self.traits)

    def formatted(self, columns):
        """Return the rows as texts, in a drawn style of numbers and dates."""
        draw = self.random
        comma = self.delimiter != "," and self.chance(0.45, "decimal comma")
        grouped = self.delimiter not in (" ", "blanks") and self.chance(0.25, "thousands marks")
        mixed = self.delimiter != "," and self.chance(0.06, "decimal marks differ")
        dates, missing = draw.choice(DATES), draw.choice(("", "", "", "NA", "-", "n/a", "NULL"))
        texts = []
        for column in columns:
            decimal = "," if comma != (mixed and column.kind == "rate") else "."
            texts.append([self.text(value, column.kind, decimal, grouped, dates, missing) for value in column.values])
        return [list(row) for row in zip(*texts, strict=True)]

    def text(self, value, kind, decimal, grouped, dates, missing):
        """Return one value as text."""
        if value is None:
            return missing
        if kind == "date":
            return value.strftime(dates)
        if kind in ("amount", "rate", "count") and not isinstance(value, str):
            text = f"{value:{',' if grouped else ''}.{ {'amount': 2, 'rate': 3, 'count': 0}[kind] }f}"
            return text.translate(str.maketrans(",.", ".,")) if decimal == "," else text
        return str(value)

    def add_line_breaks(self, rows):
        """Put line breaks into some cells of free text."""
        if "remark" in self.kinds and self.delimiter not in ("blanks", "fixed") and self.chance(0.15):
            at = self.kinds.index("remark")
            self.breaks = True
            for row in rows[:: self.random.choice((2, 5))]:
                row[at] = row[at] + "\nsecond line, " + row[at]
        else:
            self.breaks = False

    def quoting(self, rows, header):
        """Draw how cells are quoted; none only where no cell needs it or cells may be changed."""
        self.style = self.random.choices(
            ("minimal", "all", "none", "single", "backslash", "unescaped"), (10, 4, 4, 1, 1.5, 1)
        )[0]
        if self.breaks:
            self.style = "minimal" if self.style == "none" else self.style
            self.traits.append("quoted line breaks")
        if self.style not in ("minimal", "none"):
            self.traits.append(f"quotes {self.style}")
        return self.style

    def harmless(self, cell):
        """Return the cell without what would need quotes."""
        mark = {"blanks": " ", "fixed": "  "}.get(self.delimiter, self.delimiter)
        cell = cell.replace("\n", " ").replace('"', "").strip()
        return cell.replace(mark, "_" if mark.isspace() else " ").strip()

    def quoted(self, cell):
        """Return the cell as it stands in the file."""
        mark = "'" if self.style == "single" else '"'
        needs = any(part in cell for part in (self.delimiter, "\n", mark)) or cell != cell.strip()
        if self.style == "none" or (self.style in ("minimal", "backslash", "unescaped") and not needs):
            return cell
        if self.style == "backslash":
            return mark + cell.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark
        if self.style == "unescaped":
            return mark + cell + mark
        return mark + cell.replace(mark, 2 * mark) + mark

    def header(self, header):
        """Return (records of the header, true names); names None where the file has no header."""
        draw = self.random
        if self.chance(0.12, "no header"):
            return [], None
        if self.delimiter != "blanks" and len(header) >= 4 and self.chance(0.12, "header over rows"):
            cut = sorted({0, *draw.sample(range(1, len(header)), draw.choice((1, 2)))})
            groups = ["" for _ in header]
            for at, group in zip(cut, GROUPS, strict=False):
                groups[at] = group
            if draw.random() < 0.5:  # complete names: what stands over them is left out
                return [groups, header], header
            starts = [max(start for start in cut if start <= at) for at in range(len(header))]
            repeated = [header[at - start] for at, start in enumerate(starts)]
            names = [f"{groups[start]} {name}" for start, name in zip(starts, repeated, strict=True)]
            return [groups, repeated], names
        records = [header]
        if self.delimiter != "blanks" and "amount" in self.kinds and self.chance(0.07, "units row"):
            units = {
                "amount": draw.choice(("EUR", "€", "(USD)", "[EUR]")),
                "rate": draw.choice(("%", "(%)", "kg", "m")),
            }
            records.append([units.get(kind, "") for kind in self.kinds])
        if self.delimiter not in ("blanks", "fixed") and self.chance(0.06, "empty or duplicate name"):
            header = list(header)
            header[draw.randrange(len(header))] = draw.choice(("", header[0]))
            records[0] = header
        return records, header

    def summary_row(self, rows):
        """Return a row of totals, or none."""
        at = self.kinds.index("amount")
        if self.delimiter == "blanks" or self.kinds[0] == "amount" or not self.chance(0.08, "summary row"):
            return []
        row = ["" for _ in self.kinds]
        row[0], row[at] = self.random.choice(TOTALS), rows[0][at]
        return [row]

    def lines(self, header_records, rows):
        """Return the delimited lines of the table."""
        draw = self.random
        join = (lambda cells: draw.choice((" ", "  ", "   ")).join(cells)) if self.delimiter == "blanks" else None
        if join:
            self.style = "none"
        trailing = self.delimiter not in (" ", "blanks") and self.chance(0.06, "trailing delimiters")
        ragged = self.delimiter not in (" ", "blanks") and not trailing and self.chance(0.06, "ragged rows")
        blanks, comments = self.chance(0.05, "blank lines between"), self.chance(0.04, "comment lines")
        lines = []
        for number, cells in enumerate([*header_records, *rows]):
            record = [self.quoted(cell) for cell in cells]
            while ragged and number >= len(header_records) and len(record) > 2 and not record[-1]:
                record.pop()
            line = join(record) if join else self.delimiter.join(record) + (self.delimiter if trailing else "")
            if number > len(header_records) and blanks and draw.random() < 0.1:
                lines.append("")
            if number > len(header_records) and comments and (draw.random() < 0.05 or number == 5):
                lines.append(f"# checked {number}, see the log")
            lines.append(line)
        return lines

    def fixed(self, header_records, rows):
        """Return the lines of a fixed-width table."""
        draw = self.random
        self.style = "none"
        gap = draw.choice((1, 2, 2, 3))
        if header_records and self.chance(0.15, "fixed width without gaps"):
            gap = 0
        right = [kind in ("amount", "rate", "count", "id") and draw.random() < 0.7 for kind in self.kinds]
        records = [*header_records, *rows]
        widths = [max(len(record[at]) for record in records) for at in range(len(self.kinds))]
        if gap == 0:
            right = [False] * len(right)
        pad = lambda cell, at: cell.rjust(widths[at]) if right[at] else cell.ljust(widths[at])  # noqa: E731
        lines = [(" " * gap).join(pad(cell, at) for at, cell in enumerate(record)) for record in records]
        if header_records and gap and self.chance(0.2, "ruled header"):
            lines.insert(len(header_records), (" " * gap).join("-" * width for width in widths))
        return [line.rstrip() for line in lines] if draw.random() < 0.5 else lines

    def above(self, width):
        """Return what stands above the table."""
        draw = self.random
        lines = []
        mark = {"blanks": " ", "fixed": " "}.get(self.delimiter, self.delimiter)
        pad = mark * (width - 1) if mark != " " and draw.random() < 0.4 else ""
        if self.chance(0.14, "title rows"):
            lines += [title + pad for title in draw.sample(TITLES, draw.choice((1, 1, 2)))]
        if self.chance(0.07, "key and value rows"):
            between = draw.choice((": ", mark)) if mark != " " else ": "
            pairs = [("Created", "2024-03-12 10:00"), ("Author", "K. Jones"), ("Station", "1048"), ("Version", "2.1")]
            lines += [between.join(pair) for pair in pairs[: draw.randint(2, 4)]]
        if lines and draw.random() < 0.6:
            lines.append(pad)
        if self.delimiter in (";", ",", "\t", "|") and not lines and self.chance(0.03, "sep= line"):
            lines.append(f"sep={self.delimiter}")
        if not lines and self.chance(0.04, "comments above"):
            lines += ["# made by export 2.1", "# 2024-03-12"]
        return lines

    def below(self, width):
        """Return what stands below the table."""
        draw = self.random
        if width < 3 or not self.chance(0.12, "footer"):
            return []
        mark = self.delimiter if self.delimiter not in ("blanks", "fixed", " ") else ""
        pad = mark * (width - 1) if draw.random() < 0.4 else ""
        notes = [note.replace(mark, " ") if mark else note for note in draw.sample(NOTES, draw.choice((1, 2)))]
        return [pad] * draw.choice((0, 1, 1)) + [note + pad for note in notes]

    def encoded(self, lines, language):
        """Return the bytes, in a drawn encoding that holds the text, with drawn line ends."""
        draw = self.random
        end = draw.choice(("\n", "\n", "\r\n", "\r\n", "\r"))
        if end == "\n" and not self.breaks and self.chance(0.05, "mixed line ends"):
            text = "".join(line + draw.choice(("\n", "\r\n")) for line in lines)
        else:
            text = end.join(lines) + draw.choice((end, end, ""))
        if end == "\r":
            self.traits.append("CR line ends")
        choices = [name for name in LANGUAGES[language][7] if _holds(name, text)]
        encoding = draw.choice(choices or ["utf-8"])
        data = text.encode(encoding)
        if encoding not in ("ascii", "utf-8"):
            self.traits.append("ASCII in " + encoding if text.isascii() else encoding)
        if encoding.startswith(("ascii", "utf-8")) and self.chance(0.02, "NUL bytes"):
            data = data.replace(b"\n", b"\0\n", 3)
        letters = [at for at, letter in enumerate(text) if not letter.isascii() and _holds("cp1252", letter)]
        if encoding == "utf-8" and len(letters) > 8 and self.chance(0.1, "a few bad bytes"):
            at = letters[len(letters) // 2]
            data = text[:at].encode() + text[at].encode("cp1252") + text[at + 1 :].encode()
        return data


def _holds(encoding, text):
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
