"""One column of the data: what it means, how its text is read, and what does not fit; each can be changed."""

import pandas as pd
import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.wording import percent
from workbench.runtime.reading import type_column
from workbench.runtime.text_values import text_of
from workbench.specs import MEANING_LABELS
from workbench.ui import column_heads, data_changes, rows_view, state, table_pages, table_view
from workbench.ui.column_rules import (
    DATE_FORMATS,
    DECIMALS,
    LANGUAGES,
    SCALES,
    THOUSANDS,
    changed_column,
    date_words,
    scale_words,
)
from workbench.ui.components import plain
from workbench.ui.phrases import short

COLUMN_KEY = column_heads.COLUMN_KEY
ASKED_KEY = "data.column"  # a column that another page asks this one to show
EXAMPLES = 5
TOKENS_OFFERED = 30
LONGEST_EXAMPLE = 60
WORDS = ("yes_no", "category", "text", "identifier")  # read as they stand in the file
STYLE = """<style>
.st-key-page-data-panel table { font-size: 0.85rem; width: 100%; }
.st-key-page-data-panel th, .st-key-page-data-panel td { padding: 0.15rem 0.5rem; }
</style>"""

MEANING_HELP = """
- **number**: a measure; decimals allowed
- **whole number**: a count, or a measure without decimals
- **date**: a day or a moment
- **yes/no**: two answers
- **category**: a few words that come back, such as a city or a type
- **text**: sentences in someone's own words
- **identifier**: a name or number of the row itself; not used to predict
"""


def chosen(dataset):
    """Return the column in the panel: the one that was asked for, or the first with something that does not fit."""
    names = dataset.schema.names
    if st.session_state.get(COLUMN_KEY) not in names:
        asked = st.session_state.pop(ASKED_KEY, None)
        odd = next((name for name in names if dataset.misfits.get(name)), names[0])
        st.session_state[COLUMN_KEY] = asked if asked in names else odd
    return st.session_state[COLUMN_KEY]


def show(project, dataset):
    """Show the panel of the chosen column."""
    chosen(dataset)
    st.html(STYLE)
    with st.container(border=True, key="page.data.panel", gap="small"):
        name = st.selectbox(
            "Column",
            dataset.schema.names,
            key=COLUMN_KEY,
            format_func=lambda name: f"{'⚠ ' if dataset.misfits.get(name) else ''}{short(name)}",
            help="Choose a column here, or click its head in the table.",
        )
        column = dataset.schema.column(name)
        _control(project, dataset, column, "meaning", "Meaning", MEANING_LABELS, MEANING_LABELS.get, help=MEANING_HELP)
        _examples(dataset, column)
        if column.meaning in ("number", "integer"):
            _number_rules(project, dataset, column)
        if column.meaning == "date":
            _date_rules(project, dataset, column)
        _missing(project, dataset, column)
        if column.spellings and column.meaning in WORDS:
            _spellings(project, dataset, column)
        _facts(dataset, name)


def _key(dataset, column, field):
    tries = st.session_state.get(data_changes.TRIES_KEY, 0)
    return f"page.data.{dataset.fingerprint[:12]}.{tries}.{dataset.schema.names.index(column.name)}.{field}"


def _control(project, dataset, column, field, label, options, words, **more):
    """Show a select box for one rule of the column."""
    current = getattr(column, field)
    options = list(options) if current in options else [current, *options]
    key = _key(dataset, column, field)
    st.selectbox(
        label,
        options,
        index=options.index(current),
        format_func=lambda value: words(value) or str(value),
        key=key,
        on_change=_change,
        args=(project, dataset, column, field, key),
        **more,
    )


def _number_rules(project, dataset, column):
    left, right = st.columns(2, gap="small")
    with left:
        _control(project, dataset, column, "decimal", "Decimal mark", DECIMALS, DECIMALS.get)
    with right:
        _control(project, dataset, column, "thousands", "Thousands", THOUSANDS, THOUSANDS.get)
    unit, scales = _key(dataset, column, "unit"), _key(dataset, column, "scales")
    with left:
        st.text_input(
            "Unit",
            value=column.unit,
            key=unit,
            max_chars=12,
            placeholder="none",
            help="Written beside the numbers in the file, such as € or kg; it is taken off to read the number.",
            on_change=_change,
            args=(project, dataset, column, "unit", unit),
        )
    with right:
        st.multiselect(
            "K, M, …",
            list(dict.fromkeys((*column.scales, *SCALES))),
            default=list(column.scales),
            format_func=scale_words,
            key=scales,
            placeholder="none",
            help="Letters behind a number that multiply it: with M for a million, 110M is read as 110,000,000.",
            on_change=_change,
            args=(project, dataset, column, "scales", scales),
        )


def _date_rules(project, dataset, column):
    def words(date_format):
        return date_words(date_format, column.language)

    _control(project, dataset, column, "date_format", "Written as", DATE_FORMATS, words)
    if "%b" in column.date_format.lower():
        _control(project, dataset, column, "language", "Names of the months", LANGUAGES, LANGUAGES.get)


def _missing(project, dataset, column):
    key = _key(dataset, column, "missing")
    st.multiselect(
        "Also means “no value”",
        list(dict.fromkeys([*column.missing, *words_of(dataset.fingerprint, column.name)])),
        default=list(column.missing),
        accept_new_options=True,
        key=key,
        placeholder="such as ?, n/a, -99",
        help="Choose or type what stands for a missing value in this column. Blank cells always do.",
        on_change=_change,
        args=(project, dataset, column, "missing", key),
    )


def _spellings(project, dataset, column):
    key = _key(dataset, column, "spellings")
    st.multiselect(
        "Read in one spelling",
        list(column.spellings),
        default=list(column.spellings),
        format_func=lambda pair: f"{short(pair[0], 24)} → {short(pair[1], 24)}",
        key=key,
        help="Words of the file, and what they are read as. Take one away to read it as it stands in the file.",
        on_change=_change,
        args=(project, dataset, column, "spellings", key),
    )


def _examples(dataset, column):
    """Show what stands in the file beside what it is read as."""
    pairs = examples_of(dataset.fingerprint, column.name)
    if column.meaning in WORDS:
        texts = ", ".join(f"“{_cell(text)}”" for text, _ in pairs)
        st.caption(f"In the file: {texts}" if texts else "In the first rows of the file every cell is blank.")
    elif pairs:
        lines = ["| in the file | read as |", "|---|---|"]
        lines += [f"| {_cell(text)} | {_cell(value) if value else '*no value*'} |" for text, value in pairs]
        st.markdown("\n".join(lines))


def _cell(text):
    return plain(short(text, LONGEST_EXAMPLE))


def examples_of(fingerprint, name):
    """Return (text in the file, value as it is shown) of the first different cells of a column, a misfit among them."""
    dataset = state.dataset(fingerprint)
    column = dataset.schema.column(name)
    cells = _first_cells(fingerprint, name)
    texts = list(cells)
    typed = type_column(pd.Series(list(cells.values())).infer_objects(), column.model_dump(mode="json"))
    values = typed.values
    if column.meaning in ("number", "integer"):
        shown = ["" if pd.isna(value) else f"{value:,.15g}" for value in values]
    else:
        shown = table_pages.cells_of(values)
    pairs = list(zip(texts, shown, strict=True))
    odd = [pair for pair, misfit in zip(pairs, typed.misfits, strict=True) if misfit][:1]
    return [pair for pair in pairs if pair not in odd][: EXAMPLES - len(odd)] + odd


def _facts(dataset, name):
    """Say how many cells are blank or do not fit, each a click away from its rows."""
    n_odd = dataset.misfits.get(name, 0)
    shares = column_heads.heads_of(dataset.fingerprint)[name]["shares"]
    n_blank = table_view.blanks_of(dataset.fingerprint)[name] - (0 if dataset.is_sample else n_odd)
    if not n_odd and not n_blank:
        st.caption(f"All {dataset.n_rows:,} cells have a value that fits.")
    facts = ((n_odd, rows_view.ODD, ":material/warning:"), (n_blank, rows_view.BLANK, None))
    for (n, kind, icon), share in zip(facts, shares[1:], strict=True):
        if n > 0:
            verb = {rows_view.ODD: "does not fit", rows_view.BLANK: "is blank"}[kind] if n == 1 else kind
            st.button(
                f"{n:,} cell{'' if n == 1 else 's'} {verb} ({percent(share)})",
                key=f"page.data.look.{kind.replace(' ', '-')}",
                icon=icon,
                width="stretch",
                on_click=rows_view.look_at,
                args=(name, kind),
                help="Show these rows.",
            )


def words_of(fingerprint, name):
    """Return the first different texts of a column, as they stand in the file."""
    return list(_first_cells(fingerprint, name))


@st.cache_data(max_entries=256, show_spinner=False)
def _first_cells(fingerprint, name):
    """Return the first different cells of a column by their texts."""
    try:
        head = table_pages.head_of(fingerprint)
    except WorkbenchError:  # the typed table is still there where the file cannot be read again
        head = state.table(fingerprint).head(table_pages.HEAD_ROWS)
    cells = {}
    for cell in head[name].dropna() if name in head else ():
        text = text_of(cell)
        if text.strip() and len(cells) < TOKENS_OFFERED:
            cells.setdefault(text, cell)
    return cells


def _change(project, dataset, column, field, key):
    """Read the column by another rule (callback)."""
    value = st.session_state[key]
    if field in ("missing", "scales", "spellings"):
        value = tuple(value)
    elif field == "unit":
        value = value.strip()
    changed = changed_column(column, field, value, words_of(dataset.fingerprint, column.name))
    if changed != column:
        data_changes.retype(project, dataset, (changed,))
        st.rerun()  # the whole page, of which this panel is only a fragment
