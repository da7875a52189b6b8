"""One column of the data: what it means, how its text is read, and what does not fit; each can be changed."""

import pandas as pd
import streamlit as st

from workbench.data.date_rules import date_rule
from workbench.data.number_rules import number_rule
from workbench.errors import WorkbenchError
from workbench.profiling.wording import percent
from workbench.runtime.reading import ReadingError, read_raw, type_column
from workbench.specs import MEANING_LABELS
from workbench.ui import components, state, table_view, upload
from workbench.ui.components import plain
from workbench.ui.phrases import short

COLUMN_KEY = "page.data.column"
ASKED_KEY = "data.column"  # a column that another page asks this one to show
PROBLEM_KEY = "page.data.column.problem"
HEAD_ROWS = 300
EXAMPLES = 5
MISFITS_SHOWN = 500
TOKENS_OFFERED = 30

MEANING_HELP = """
- **number**: a measure; decimals allowed
- **whole number**: a count, or a measure without decimals
- **date**: a day or a moment
- **yes/no**: two answers
- **category**: a few words that come back, such as a city or a type
- **text**: sentences in someone's own words
- **identifier**: a name or number of the row itself; not used to predict
"""
DECIMALS = {".": "point: 3.14", ",": "comma: 3,14"}
THOUSANDS = {"": "none: 1000", ",": "comma: 1,000", ".": "point: 1.000", " ": "blank: 1 000", "'": "apostrophe: 1'000"}
DATE_FORMATS = {
    "ISO8601": "2024-12-31 (year first)",
    "%d.%m.%Y": "31.12.2024 (day first)",
    "%d/%m/%Y": "31/12/2024 (day first)",
    "%m/%d/%Y": "12/31/2024 (month first)",
    "%d-%m-%Y": "31-12-2024 (day first)",
    "%m-%d-%Y": "12-31-2024 (month first)",
    "%d.%m.%y": "31.12.24 (day first)",
    "%m/%d/%y": "12/31/24 (month first)",
    "%d.%m.%Y %H:%M": "31.12.2024 14:30",
    "%d/%m/%Y %H:%M": "31/12/2024 14:30",
    "%m/%d/%Y %H:%M": "12/31/2024 14:30",
    "%Y%m%d": "20241231",
    "%d %b %Y": "31 Dec 2024",
    "%B %d, %Y": "December 31, 2024",
}


@st.cache_resource(max_entries=8, show_spinner=False)
def head_of(fingerprint):
    """Return the first rows as the text in the file (cached)."""
    dataset = state.dataset(fingerprint)
    return read_raw(dataset.raw_path, dataset.read.model_dump(mode="json"), max_rows=HEAD_ROWS)


@st.cache_data(max_entries=32, show_spinner="Looking for what does not fit …")
def misfits_of(fingerprint, name):
    """Return the cells of a column that do not fit its meaning, as a frame of row and text (cached)."""
    values = state.store().load_raw(fingerprint)[name]
    column = state.dataset(fingerprint).schema.column(name).model_dump(mode="json")
    found = values[type_column(values, column).misfits]
    return pd.DataFrame({"row": found.index, "in the file": found.astype(str)}).reset_index(drop=True)


@st.fragment
def show(project, dataset):
    """Show the panel of the chosen column. A fragment: choosing a column does not draw the whole table again."""
    names = dataset.schema.names
    if st.session_state.get(COLUMN_KEY) not in names:
        asked = st.session_state.pop(ASKED_KEY, None)
        odd = next((name for name in names if dataset.misfits.get(name)), names[0])
        st.session_state[COLUMN_KEY] = asked if asked in names else odd
    with st.container(border=True):
        name = st.selectbox(
            "Column",
            names,
            key=COLUMN_KEY,
            format_func=lambda name: f"{'⚠ ' if dataset.misfits.get(name) else ''}{short(name)}",
            help="Choose a column to see how it is read, and to change that.",
        )
        _rules(project, dataset, dataset.schema.column(name))
        _facts(dataset, name)
        if PROBLEM_KEY in st.session_state:
            components.show_problem(st.session_state[PROBLEM_KEY])
        if upload.UNDO_KEY in st.session_state:
            st.button(
                "Undo the last change",
                key="page.data.undo",
                icon=":material/undo:",
                on_click=_back,
                args=(project,),
                help="Read the data as before.",
            )


def _rules(project, dataset, column):
    """Show the controls that suit the column's meaning."""

    def control(widget, label, field, options, words, **more):
        current = getattr(column, field)
        options = list(options) if current in options else [current, *options]
        key = f"page.data.{dataset.fingerprint[:12]}.{dataset.schema.names.index(column.name)}.{field}"
        widget(
            label,
            options,
            index=options.index(current),
            format_func=lambda value: words.get(value, str(value)),
            key=key,
            on_change=_change,
            args=(project, dataset, column, field, key),
            **more,
        )

    control(st.selectbox, "Meaning", "meaning", MEANING_LABELS, MEANING_LABELS, help=MEANING_HELP)
    if column.meaning in ("number", "integer"):
        control(st.selectbox, "Decimal mark", "decimal", DECIMALS, DECIMALS)
        control(st.selectbox, "Thousands mark", "thousands", THOUSANDS, THOUSANDS)
        _unit(project, dataset, column)
    if column.meaning == "date":
        control(st.selectbox, "Written as", "date_format", DATE_FORMATS, DATE_FORMATS)
    key = f"page.data.{dataset.fingerprint[:12]}.{dataset.schema.names.index(column.name)}.missing"
    st.multiselect(
        "Also means “no value”",
        list(dict.fromkeys([*column.missing, *_words(dataset.fingerprint, column.name)])),
        default=list(column.missing),
        accept_new_options=True,
        key=key,
        placeholder="such as ?, n/a, -99",
        help="Choose or type what stands for a missing value in this column. Blank cells always do.",
        on_change=_change,
        args=(project, dataset, column, "missing", key),
    )


def _unit(project, dataset, column):
    key = f"page.data.{dataset.fingerprint[:12]}.{dataset.schema.names.index(column.name)}.unit"
    st.text_input(
        "Unit",
        value=column.unit,
        key=key,
        max_chars=12,
        placeholder="none",
        help="Written beside the numbers in the file, such as € or kg; it is taken off to read the number.",
        on_change=_change,
        args=(project, dataset, column, "unit", key),
    )


def _facts(dataset, name):
    """Show examples, blanks and what does not fit."""
    examples = _words(dataset.fingerprint, name)[:EXAMPLES]
    if examples:
        st.caption("In the file")
        st.code("\n".join(short(example, 80) for example in examples), language=None)
    blanks, misfits = table_view.blanks_of(dataset.fingerprint)[name], dataset.misfits.get(name, 0)
    share = f" ({percent(blanks / dataset.n_rows)})" if blanks else ""
    st.caption(f"{blanks:,} of {dataset.n_rows:,} cells have no value{share}.")
    if misfits:
        words = "1 cell does" if misfits == 1 else f"{misfits:,} cells do"
        with st.expander(f"{words} not fit", icon="⚠️", key=f"page.data.misfits.{name}", on_change="rerun") as box:
            if box.open:
                _misfits(dataset, name)


def _misfits(dataset, name):
    meaning = MEANING_LABELS[dataset.schema.column(name).meaning]
    st.caption(f"This is not a {meaning} and counts as no value. The file keeps what it says.")
    try:
        found = misfits_of(dataset.fingerprint, name)
    except ReadingError as error:
        st.caption(plain(error))
        return
    st.dataframe(
        found.iloc[:MISFITS_SHOWN],
        hide_index=True,
        height=min(38 + 35 * len(found), 280),
        alt=f"Cells of {name} that do not fit its meaning",
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _words(fingerprint, name):
    """Return the first different texts of a column, as they stand in the file."""
    try:
        head = head_of(fingerprint)
    except (WorkbenchError, ReadingError):  # the typed table is still there where the file cannot be read again
        head = state.table(fingerprint).head(HEAD_ROWS)
    values = head[name] if name in head else pd.Series(dtype="str")
    texts = [str(value) for value in values.dropna().drop_duplicates()]
    return [text for text in texts if text.strip()][:TOKENS_OFFERED]


def _change(project, dataset, column, field, key):
    """Read the column by another rule (callback)."""
    st.session_state.pop(PROBLEM_KEY, None)
    value = st.session_state[key]
    value = tuple(value) if field == "missing" else value.strip() if field == "unit" else value
    changed = changed_column(column, field, value, _words(dataset.fingerprint, column.name))
    if changed == column:
        return
    columns = tuple(changed if other.name == column.name else other for other in dataset.schema.columns)
    try:
        with st.spinner(f"Reading “{plain(short(column.name))}” anew …"):
            upload.replace(
                project,
                lambda: state.store().retype_dataset(
                    dataset.fingerprint, project.id, dataset.schema.but(columns=columns)
                ),
            )
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
        return
    st.rerun()  # the whole page, of which this panel is only a fragment


def _back(project):
    upload.back(project)
    st.rerun()


def changed_column(column, field, value, texts=()):
    """Return ``column`` with one rule changed, and the rules that go with it.

    Parameters
    ----------
    texts : list of str
        Cells of the column; a new meaning gets the marks and the date order that fit them.

    Examples
    --------
    >>> from workbench.specs import ColumnSpec
    >>> changed_column(ColumnSpec(name="a", meaning="number", thousands=","), "decimal", ",").thousands
    ''
    >>> changed_column(ColumnSpec(name="a", meaning="category"), "meaning", "date", ["31.12.2024"]).date_format
    '%d.%m.%Y'
    """
    changes = {field: value}
    texts = [text.strip() for text in texts if text.strip() not in column.missing]
    if field == "meaning" and value == "date" and not column.date_format:
        rule = date_rule(texts, "date") if texts else None
        changes["date_format"] = rule.date_format if rule else "ISO8601"
    if field == "meaning" and value in ("number", "integer") and column.meaning not in ("number", "integer"):
        rule = number_rule(texts) if texts else None
        if rule:
            changes |= {"decimal": rule.decimal, "thousands": rule.thousands, "unit": rule.unit}
    if field == "decimal" and column.thousands == value:
        changes["thousands"] = ""
    if field == "thousands" and column.decimal == value and value:
        changes["decimal"] = "." if value == "," else ","
    return column.but(**changes)
