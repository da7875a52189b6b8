"""The report: what it says and in which order, that nothing of the data can break it, and that it stays small."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import workbench
from workbench.document import drawings
from workbench.document.style import DARK, LIGHT
from workbench.profiling import Finding, Profile, profile
from workbench.profiling.columns.describe import Bin, ColumnProfile, ValueCount
from workbench.profiling.differences.column_differences import ColumnDifference
from workbench.profiling.differences.tables import TableDifferences
from workbench.profiling.in_time.availability import Availability
from workbench.profiling.pairs.associations import Associations, Pair
from workbench.profiling.pairs.missingness import BlankTells, BlankTogether, Missingness
from workbench.profiling.report import About, report_html
from workbench.profiling.report.cards import MOST_CARDS
from workbench.profiling.report.figures import figures as figures_of
from workbench.profiling.report.figures import spoken
from workbench.profiling.target.strength import Strength
from workbench.profiling.target.target_view import Ceiling, Drift, Shape, ShapeBin, TargetView
from workbench.specs import ColumnSpec, Schema

VOID, DRAWN = {"meta", "wbr"}, {"rect", "path", "line", "circle"}
ALLOWED = """
html head meta title style body header nav main section article figure figcaption div span p h1 h2 h3 ul ol li dl dt dd
table thead tbody tr th td a b i bdi wbr details summary svg rect path line circle text
"""


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed, known, and carries nothing that could run or load."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.targets, self.texts, self.headings = [], [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED.split(), tag
        given = dict(attributes)
        assert len(given) == len(attributes)
        for attribute, value in attributes:
            assert not attribute.startswith("on") and attribute not in ("src", "srcset", "action", "style"), attribute
            if attribute == "href":
                assert value.startswith("#")
                self.targets.append(value[1:])
        self.ids += [given["id"]] if "id" in given else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in DRAWN, tag
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            assert "url(" not in data and "@import" not in data
            return
        self.texts.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self):
        return "".join(self.texts).replace("\u00a0", " ")  # which holds a number and its sign together


def read(page):
    """Return the page as read, after what holds for every page was checked."""
    page.encode("utf-8")  # no lone surrogate
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", page)
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.targets) <= set(reader.ids)
    assert "default-src 'none'" in page
    return reader


def made(**changes):
    """A profile written by hand, in which every part has something to say."""
    tenure = ColumnProfile(
        name="tenure", meaning="integer", count=90, missing_count=10, distinct_count=30, memory_bytes=800,
        mean=20.5, std=5.25, min=1.0, q25=10.0, median=19.0, q75=29.0, max=72.0, skew=0.5, zeros=9, negatives=0,
        bins=(Bin(1.0, 36.5, 60), Bin(36.5, 72.0, 30)), top=(ValueCount(1, 9), ValueCount(2, 8)),
        strength=Strength("roc_auc", 0.75, 0.5, 100, 0.04),
    )  # fmt: skip
    churn = ColumnProfile(
        name="Churn", meaning="yes_no", count=100, missing_count=0, distinct_count=2, memory_bytes=700,
        length_min=2, length_mean=2.27, length_max=3, top=(ValueCount("No", 73), ValueCount("Yes", 27)),
    )  # fmt: skip
    reason = ColumnProfile(
        name="cancel_reason", meaning="category", count=27, missing_count=73, distinct_count=3, memory_bytes=900,
        length_min=4, length_mean=6.0, length_max=9, top=(ValueCount("price", 20), ValueCount("moved", 4)),
        strength=Strength("roc_auc", 1.0, 1.0, 100, 0.0),
    )  # fmt: skip
    joined = ColumnProfile(
        name="joined", meaning="date", count=100, missing_count=0, distinct_count=80, memory_bytes=800,
        first="2023-01-01", last="2024-12-31", bins=(Bin("2023-01-01", "2024-12-31", 100),),
        strength=Strength("roc_auc", 0.55, 0.1, 100, 0.08),
    )  # fmt: skip
    findings = (
        Finding("target_leakage", "alerted", ("cancel_reason",), "“cancel_reason” nearly decides.", "Leave it out."),
        Finding("skew", "alerted", ("tenure",), "“tenure” has 3 values far out.", "Check them.", rows=(0, 41)),
        Finding("skew", "alerted", ("joined",), "“joined” has 2 values far out.", "Check them.", rows=(6,)),
        Finding("identifier", "done", ("joined",), "“joined” is different in every row.", "Left out."),
        Finding("duplicate_rows", "passed", (), "No row repeats another."),
    )
    long_ago, lately = ShapeBin("1 to 36", 60, 0.4, 0.3, 0.5), ShapeBin("37 to 72", 30, 0.1, 0.02, 0.2)
    years = (ShapeBin("2023", 50, 0.17, 0.1, 0.3), ShapeBin("2024", 50, 0.37, 0.2, 0.5))
    parts = {
        "associations": Associations(
            n_rows=100, n_pairs=6, pairs=(Pair("tenure", "joined", 0.9, 90, -0.88), Pair("tenure", "Churn", 0.4, 90)),
        ),
        "missing": Missingness(
            83, 20, (BlankTogether(("tenure", "cancel_reason"), 8, 75),),
            (BlankTells("cancel_reason", Strength("roc_auc", 0.99, 0.98, 100)),),
        ),
        "target_view": TargetView(
            "Yes", 0.27, (Shape("tenure", "Yes", (long_ago, lately)),), Ceiling(12, 5, 0.94, "accuracy", (3, 17)),
            (Drift("joined", "time", 0.2, 0.05, years),),
        ),
        "availability": (
            Availability("tenure"), Availability("joined"),
            Availability("cancel_reason", "no", True, "It is filled in for one answer only.", ("blanks",)),
        ),
    }  # fmt: skip
    columns = (tenure, churn, reason, joined)
    whole = Profile(100, 4, columns, findings, "100 rows and 4 columns.", 3200, "Churn", "binary", **parts)
    return replace(whole, **changes)


def schema_of(table, **meanings):
    def meaning(name):
        values = table[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return "date"
        return "number" if pd.api.types.is_numeric_dtype(values.dtype) else "category"

    return Schema(
        columns=tuple(ColumnSpec(name=name, meaning=meanings.get(name) or meaning(name)) for name in table.columns)
    )


def test_the_order_of_a_full_report():
    reader = read(report_html(made(), "Profile of customers.csv"))
    assert reader.headings == [
        "Contents", "What to decide", "What was done for you", "What passed", "What is predicted", "What goes with it",
        "How it moves with the strongest", "How it drifts", "Will it be known when you predict?",
        "Columns that go together", "Blank cells", "All columns", "Each column in full",
        "How the figures were computed",
    ]  # fmt: skip
    # The contents lead to each of them.
    sections = [
        anchor for anchor in reader.ids if anchor in reader.targets and not re.fullmatch(r"[cr]\d+|top", anchor)
    ]
    assert len(sections) == len(reader.headings) - 1


@pytest.mark.parametrize(
    "said",
    [
        "“tenure” has 3 values far out.",
        "Rows, among others 1, 42",
        "Row 7",
        "Rows are counted from 1",
        "1 check found nothing wrong",
        "Most rows say No (73 %), fewest Yes (27 %).",
        "12 rows in 5 groups are equal in every input and differ in Churn, so no model of these columns can be right "
        "in more than 94 % of all rows",
        "Over time, along joined: 20 % from lowest to highest",
        "no: left out until you say otherwise",
        "Nothing speaks against the other 2 inputs.",
        "by the adjusted contingency coefficient",
        "Measured were 6 pairs on all rows.",
        "−0.88",
        "83 cells (21 %) in 2 columns of 4 are blank. 20 rows of 100 (20 %) have no blank.",
        "98 % (ROC AUC 0.99)",
        "2023-01-01 … 2024-12-31",
        "Strengths are of all 100 rows that have a target.",
    ],
)
def test_what_a_full_report_says(said):
    assert said in read(report_html(made(), "Profile")).text


def test_a_reason_that_several_findings_share_is_said_once():
    text = read(report_html(made(), "Profile")).text
    assert text.count("Check them.") == 1 and text.count("A few extreme values") == 1
    assert text.index("“cancel_reason” nearly decides.") < text.index("“tenure” has 3 values far out.")


def test_the_ranked_list_is_in_the_order_of_strength():
    text = read(report_html(made(), "Profile")).text
    ranked = text[text.rindex("What goes with it") : text.rindex("How it moves")]
    assert ranked.index("cancel_reason") < ranked.index("tenure") < ranked.index("joined")
    assert "cancel_reason100 %1.00" in ranked and "tenure50 %40.75" in ranked  # strength, give or take, ROC AUC


def test_what_may_be_chance_is_told_apart():
    (tenure, churn, reason, joined), rng = made().columns, range(98)
    # 0.1 ± 0.08 is 2.45 standard errors: beyond chance for 3 columns (2.13, at 1 - 0.05 / 3), not for 101 (3.29).
    assert [column.name for column in made().telling] == ["cancel_reason", "tenure", "joined"]
    nothing = tuple(replace(joined, name=f"x{at}", strength=Strength("roc_auc", 0.5, 0.0, 100, 0.05)) for at in rng)
    found = made(columns=(tenure, churn, reason, joined, *nothing), n_columns=102)
    assert [column.name for column in found.telling] == ["cancel_reason", "tenure"]
    text = read(report_html(found, "Profile")).text
    assert "Of 101 columns, 2 tell more of Churn than the best of so many would by chance" in text


DIFFERENCES = TableDifferences(
    "1 of 2 columns differs.", 200, 100, gone=("old<",), added=("new>",), renamed=(("tenur", "tenure"),),
    columns=(
        ColumnDifference("tenure", "integer", "differs much", distance=0.5, sentence="“tenure” differs: <it> rose."),
        ColumnDifference("joined", "date", "later", distance=1.0, sentence="“joined” moves on."),
        ColumnDifference("Churn", "yes_no", "same", sentence="“Churn” is as before."),
    ),
    n_rows_repeated=5, repeated_by_chance=0.02, n_rows_unseen=30, unseen_by_chance=0.01,
)  # fmt: skip


def test_what_has_changed_since_another_file():
    reader = read(report_html(made(), "Profile", About("now.csv", other="then.csv", differences=DIFFERENCES)))
    assert reader.headings[4] == "What has changed"  # behind the findings, before the target
    for said in (
        "1 of 2 columns differs.",
        "then.csv has 200 rows, this file 100. 30 % of its rows hold something that the file before never had (of the "
        "rows before, 1.0 % do so beside the others there), and 5.0 % repeat a row of before (there, 2.0 % repeat one "
        "another).",
        "Gone old<",
        "New new>",
        "Probably renamed tenur → tenure",
        "tenuremuch0.50“tenure” differs: <it> rose.",
        "joinedgoes on in time1.00",
        "1 column is as before.",
        "Lin, IEEE Transactions on Information Theory 37, 1991",
    ):
        assert said in reader.text
    assert "What has changed" not in read(report_html(made(), "Profile")).headings


def told_of(**figures):
    """The figures of a column of 100 rows, as they stand on its card."""
    column = ColumnProfile("x", "number", 100, 0, 50, 800, **figures)
    return {label: re.sub("<[^>]+>", "", told) for label, told in figures_of(column, "")}


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"q05": 1.5, "kurtosis": -1.25}, {"5 % lie below": "1.5", "Kurtosis": "-1.25"}),
        ({"outlier_count": 3, "negatives": 0}, {"Far out": "3 3.0 %"}),
        (
            {"first": "2024-01-01", "median_date": "2024-06-30T12:00:00", "last": "2024-12-31"},
            {"First": "2024-01-01", "Middle": "2024-06-30 12:00", "Last": "2024-12-31"},
        ),
        (
            {"step_seconds": 86_400.0, "step_word": "daily", "step_share": 0.95, "gap_seconds": 259_200.0,
             "gap_start": "2024-02-01", "all_midnight": True},
            {"Steps": "daily 95 %", "Longest gap": "3 days after 2024-02-01"},
        ),
        (
            {"step_seconds": 5_400.0, "step_word": "", "step_share": 0.2, "gap_seconds": 5_400.0, "gap_start": "2024",
             "all_midnight": False},
            {"Steps": "irregular, 1.5 hours in the middle", "Time of day": "given"},
        ),
        ({"length_min": 3, "length_max": 3, "length_mean": 3.0}, {"Characters": "3"}),
        (
            {"length_min": 3, "length_max": 1200, "length_mean": 30.04, "words_mean": 5.55, "words_max": 90},
            {"Characters": "3 to 1,200", "Average length": "30", "Average words": "5.5", "Most words": "90"},
        ),
    ],
)  # fmt: skip
def test_figures_by_meaning(figures, told):
    assert told_of(**figures) == {"Blank": "0", "Different values": "50"} | told


def test_shapes_and_words_are_of_the_rows_looked_at():
    shapes = ColumnProfile("x", "category", 200, 0, 50, 800, patterns=(ValueCount("AA-99", 60),), looked_at=100)
    assert 'Shapes</b> (of 100 rows drawn at random) <bdi>AA-99</bdi> <span class="soft">60 %' in spoken(shapes)
    assert spoken(replace(shapes, distinct_count=3)) == ""  # the values themselves stand on the card
    words = ColumnProfile("x", "text", 100, 0, 99, 800, frequent_words=(ValueCount("late", 25),), looked_at=100)
    assert spoken(words) == '<b>Frequent words</b> <bdi>late</bdi> <span class="soft">25 %</span>'


def test_what_file_when_and_by_which_version():
    about = About(
        "orders.csv",
        12_345,
        "Read as comma-separated.",
        ("3 cells do not fit.",),
        datetime(2026, 3, 1, 9, 5, tzinfo=UTC),
    )
    text = read(made().to_html("Orders", about)).text
    for said in ("orders.csv 12 kB", "Read as comma-separated.", "3 cells do not fit."):
        assert said in text
    assert f"Made on 1 March 2026, 09:05 (UTC+00:00) by workbench {workbench.__version__}." in text


def test_a_sample_is_said_to_be_one():
    found = made(associations=replace(made().associations, sampled=True, error=0.012))
    text = read(report_html(found, "Profile")).text
    assert text.count("within 1.2 %") == 1 and "an error of at most 1.2 % in 19 of 20 pairs" in text
    text = read(report_html(made(sample_rows=50, complete=False, n_rows=500), "Profile")).text
    assert "all other figures are of 50 rows drawn at random" in text


def test_a_table_without_target_says_nothing_of_one():
    found = made(target="", task=None, target_view=None, availability=(), missing=Missingness())
    found = replace(found, columns=tuple(replace(column, strength=None) for column in found.columns))
    reader = read(report_html(found, "Profile"))
    assert not {"What is predicted", "What goes with it", "Will it be known when you predict?"} & set(reader.headings)
    assert "Strength" not in reader.text


def test_a_calm_table_says_so():
    table = pd.DataFrame({"a": np.arange(50.0), "b": ["x", "y"] * 25})
    found = profile(table, schema_of(table))
    found = replace(found, findings=tuple(each for each in found.findings if each.status == "passed"))
    text = read(found.to_html()).text
    assert "Nothing is left for you to decide." in text and "No cell is blank." in text


LONG = "name " + "x" * 10_000
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "closing": "</style></title></svg></td></table>-->",
    "quotes": "\"'><b onmouseover=x>`",
    "entity": "&lt;&amp;&#x0;",
    "override": "abc\u202edcba\u2066",
    "control": "a\x00b\x1bc\x7fd\x85e",
    "surrogate": "half \ud83d of one",
    "emoji": "👩\u200d👩\u200d👧 🏳️\u200d🌈",
    "arabic": "السعر\u200f (ريال)",
    "lines": "first\r\nsecond\tthird\u2028fourth",
    "blank": "   ",
    "long": LONG,
    "nonsense": "\ufffe\uffff\ufdd0",
}


def hostile_profile(text):
    """The profile of above in which every name, value and sentence is ``text``."""
    found = made()
    names = {"tenure": f"{text}1", "Churn": text, "cancel_reason": f"{text}2", "joined": f"{text}3"}
    bins = tuple(replace(each, label=text) for each in found.target_view.shapes[0].bins)
    return replace(
        found,
        target=text,
        headline=text,
        columns=tuple(
            replace(
                column,
                name=names[column.name],
                unit=text,
                top=(ValueCount(text, 5), ValueCount(f"{text} ", 1)),
                patterns=(ValueCount(text, 5),),
                distinct_count=50,
                first=column.first and text,
                last=column.last and text,
            )
            for column in found.columns
        ),
        findings=tuple(
            replace(
                each,
                code=text if place else each.code,
                columns=tuple(names[name] for name in each.columns),
                sentence=f"“{text}” is odd.",
                advice=text,
            )
            for place, each in enumerate(found.findings)
        ),
        associations=replace(
            found.associations,
            measure=text,
            pairs=tuple(
                replace(each, left=names[each.left], right=names[each.right], follows="left")
                for each in (*found.associations.pairs, Pair("joined", "Churn", 0.3, 9))
            ),
        ),
        missing=Missingness(
            9, 9, (BlankTogether((text, f"{text}1"), 3, 4),), (BlankTells(text, Strength("roc_auc", 1, 1, 9)),)
        ),
        target_view=TargetView(
            text, 0.5, (Shape(f"{text}1", text, bins),), Ceiling(2, 1, 0.5, "r2"),
            (Drift(f"{text}3", "group", 0.1, 0.1, bins),),
        ),
        availability=(Availability(f"{text}1", "later", True, text), Availability(f"{text}2")),
    )  # fmt: skip


def hostile_changes(text):
    """The differences of above in which every name and sentence is ``text``."""
    columns = tuple(replace(column, column=text, sentence=text) for column in DIFFERENCES.columns)
    return replace(DIFFERENCES, headline=text, gone=(text,), added=(text,), renamed=((text, text),), columns=columns)


@pytest.mark.parametrize("which", HOSTILE)
def test_nothing_of_the_data_breaks_the_page(which):
    text = HOSTILE[which]
    reader, plain = (
        read(report_html(hostile_profile(word), word, About(word, 1, word, (word,), None, word, hostile_changes(word))))
        for word in (text, "plain")
    )
    # As many elements as with an ordinary name: nothing of it became one.
    assert reader.ids == plain.ids and len(reader.targets) == len(plain.targets)


def test_hostile_words_are_shown_as_they_are():
    text = read(report_html(hostile_profile(HOSTILE["script"]), "x")).text
    assert "<script>alert(1)</script>" in text
    assert "👩\u200d👩\u200d👧" in read(report_html(hostile_profile(HOSTILE["emoji"]), "x")).text
    assert "a␀b␛c␡d" in read(report_html(hostile_profile(HOSTILE["control"]), "x")).text
    assert "first second third fourth" in read(report_html(hostile_profile(HOSTILE["lines"]), "x")).text


def test_long_names_and_values_stay_short():
    page = report_html(hostile_profile(LONG), LONG, About(LONG, 1, LONG, (LONG,)))
    assert max(map(len, Reader(page).texts)) <= 1_501
    assert len(page) < 120_000


@pytest.mark.parametrize("with_target", [False, True])
def test_a_profile_of_hostile_cells_and_names(with_target):
    rows = 60
    texts = [text for name, text in HOSTILE.items() if name != "surrogate"]  # what no table can hold
    table = pd.DataFrame(
        {
            f"{text}{place}": pd.Series((texts * rows)[place : place + rows], dtype="str")
            for place, text in enumerate(texts)
        }
    )
    table["y"] = np.arange(rows) % 2
    found = profile(table, schema_of(table, y="integer"), target="y" if with_target else "")
    read(found.to_html(LONG))


def test_a_table_of_many_columns_has_a_line_for_each_and_cards_for_those_that_matter():
    rows, n_columns = 120, 400
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(rows, n_columns)), columns=[f"c{at}" for at in range(n_columns)])
    table["y"] = (table["c7"] > 0).astype("int64")
    found = profile(table, schema_of(table, y="integer"), target="y")
    reader = read(found.to_html())
    assert [each for each in reader.ids if re.fullmatch(r"r\d+", each)] == [f"r{at}" for at in range(n_columns + 1)]
    cards = [each for each in reader.ids if re.fullmatch(r"c\d+", each)]
    assert {"c7", f"c{n_columns}"} <= set(cards) and len(cards) <= MOST_CARDS
    assert [int(each[1:]) for each in cards] == sorted(int(each[1:]) for each in cards)
    assert "The columns that matter, in full" in reader.headings
    assert len(found.to_html()) < 1_000 * n_columns + 200_000


def contrast(one, other):
    """WCAG 2.1: relative luminance and contrast ratio."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(colours):
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.keys() == LIGHT.keys()
    for text in ("ink", "soft", "accent", "alerted", "done", "passed"):
        assert contrast(colours[text], colours["page"]) >= 4.5, text
    assert contrast(colours["bar"], colours["page"]) >= 3


def test_a_histogram_draws_every_range_that_has_rows():
    drawn = drawings.histogram([1, 0, 1000, 500], "a <b>")
    (path,) = re.findall(r'd="([^"]+)"', drawn)
    # Of 64 pixels: the fullest has all, the half-full half, a single row is still seen, none is not drawn.
    assert [float(tall) for tall in re.findall(r"v-([\d.]+)", path)] == [1, 64, 32]
    assert "a &lt;b&gt;" in drawn and drawings.histogram([0, 0], "empty") == ""


def test_an_interval_is_drawn_on_its_scale():
    drawn = drawings.interval(0.5, 0.4, 0.75, 0.25, (0.0, 1.0))
    assert 'x1="40%" x2="75%"' in drawn and 'cx="50%"' in drawn and 'x1="25%" x2="25%"' in drawn
    assert 'cx="100%"' in drawings.interval(5, 4, 6, 0, (0, 1))  # never outside
    assert "nan" not in drawings.interval(1, 1, 1, 1, (1, 1))


def test_the_map_is_darker_where_more_goes_together():
    drawn = drawings.heat_map(["a", "b", "c"], {(0, 1): 1.0, (1, 2): 0.5}, "map")
    opacities = [float(each) for each in re.findall(r'fill-opacity="([\d.]+)"', drawn)]
    assert opacities == [1.0, 0.53]
    assert drawn.count('class="none"') == 1 and "a and b: 100 %" in drawn


def test_headings_of_a_page_are_nested():
    levels = [int(level) for level in re.findall(r"<h([123])", report_html(made(), "Profile"))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
