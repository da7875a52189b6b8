"""One small control for each rule by which a file is read."""

from pathlib import Path

import streamlit as st

from workbench.data.files.encodings import ENCODING_LABELS
from workbench.data.files.line_roles import as_fixed_width
from workbench.data.files.reading_words import header_words, usual_decimal
from workbench.errors import WorkbenchError
from workbench.store import looking
from workbench.ui import components, data_changes, rows_view, state
from workbench.ui.phrases import short

DELIMITERS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "\t": "tab",
    "|": "bar  |",
    " ": "one blank",
    "\\s+": "any blanks",
    ":": "colon  :",
}
QUOTES = {'"': 'double  "', "'": "single  '", "": "none"}
DECIMALS = {".": "point: 3.14", ",": "comma: 3,14"}
MOST_HEADER_ROWS = 6
# The rules that a format has, in the order of the sentence.
LINES = ("decimal", "skip_rows", "header_rows", "skip_after_header", "footer_rows")
RULES = {
    "delimited": ("delimiter", "encoding", "quote", *LINES, "comment"),
    "fixed_width": ("widths", "encoding", *LINES, "comment"),
    "excel": LINES,
    "json": ("encoding",),
    "json_lines": ("encoding",),
}
LONGEST_CHIP = 44
LONGEST_TABLE = 70
MOST_BUTTONS = 15
EVERY = "*"  # as ``ReadSpec.member`` names all files of an archive


def show(project, dataset, read, words):
    """Show each assumption in ``words`` (by field) as a button that opens its control, and the other rules at the end.

    Parameters
    ----------
    read : ReadSpec
        The rules in force, or those that are being tried.
    """
    rules = RULES.get(read.format, ())
    last = list(words)[-1]
    for field, said in words.items():
        if field in ("member", "sheet", "format"):
            _table_chip(project, dataset, read, said if field == last else f"{said},", field)
            continue
        with st.popover(short(said, LONGEST_CHIP), key=f"page.data.chip.{field}"):
            _control(project, dataset, read, field)
    others = [field for field in rules if field not in words]
    if "decimal" in others and not (read == dataset.read and usual_decimal(dataset.schema)):
        others.remove("decimal")
    if others:
        with st.popover("more", icon=":material/tune:", key="page.data.chip.more", help="Every other rule"):
            for field in others:
                _control(project, dataset, read, field)


def _table_chip(project, dataset, read, said, field):
    """Show which table of the file is read; a button that opens the choice where there are others."""
    inside = read.member if field == "sheet" and read.member != EVERY else ""
    choice = () if field == "format" else tables_of(str(dataset.raw_path), inside)
    if len(choice) < 2:
        st.markdown(components.plain(said), width="content")
        return
    entries = [(entry.member, entry.sheet, entry.words) for entry in choice]
    label = short(said.rstrip(","), LONGEST_CHIP)
    if field == "member":
        entries.insert(0, (EVERY, "", f"All {len(choice)} files, one below the other"))
        label += "" if read.member == EVERY else f" ({len(choice)} files)"
    current = next((at for at, (member, sheet, _) in enumerate(entries) if getattr(read, field) in (member, sheet)), 0)
    with st.popover(label, key=f"page.data.chip.{field}", help="Choose another table of the file"):
        if len(entries) > MOST_BUTTONS:
            _tables_in_box(project, dataset, field, entries, current)
            return
        for at, (member, sheet, words) in enumerate(entries):
            st.button(
                components.plain(short(words, LONGEST_TABLE)),
                key=f"page.data.{field}.{at}",
                type="primary" if at == current else "tertiary",
                icon=":material/check:" if at == current else ":material/table:",
                disabled=at == current,
                on_click=_take,
                args=(project, dataset, member, sheet),
            )


def _tables_in_box(project, dataset, field, entries, current):
    key = f"page.data.{field}.{dataset.fingerprint[:12]}"
    st.selectbox(
        "Tables of the file",
        range(len(entries)),
        index=current,
        format_func=lambda at: short(entries[at][2], LONGEST_TABLE),
        key=key,
        on_change=lambda: _take(project, dataset, *entries[st.session_state[key]][:2]),
    )


@st.cache_data(max_entries=16, show_spinner="Looking what the file holds …")
def tables_of(path, member):
    """Return the tables that the file at ``path`` offers (cached); one or none where there is no choice."""
    try:
        return looking.tables_in(Path(path), member)
    except WorkbenchError:
        return ()


def _take(project, dataset, member, sheet):
    """Read another table of the same file (callback)."""
    data_changes.drop_trial()
    if member == EVERY:
        data_changes.read_anew(project, dataset, dataset.read.but(member=EVERY, names=()))
        return
    try:
        with st.spinner("Looking at this table …", show_time=True):
            read = looking.rules_for(dataset.raw_path, member=member, sheet=sheet)
    except WorkbenchError as error:
        st.session_state[data_changes.PROBLEM_KEY] = error
        return
    data_changes.read_anew(project, dataset, read)


def _try_fixed_width(dataset, read):
    """Show the first rows cut where blanks go through the lines (callback)."""
    try:
        data_changes.try_out(dataset, as_fixed_width(dataset.raw_path, read))
    except WorkbenchError as error:
        st.session_state[data_changes.PROBLEM_KEY] = error


def _show_file():
    st.session_state[rows_view.VIEW_KEY] = "file"


def _control(project, dataset, read, field):
    """Show the control of one rule."""
    # A new key after each attempt: a control whose change was refused shows again what is in force.
    key = f"page.data.read.{field}.{st.session_state.get(data_changes.TRIES_KEY, 0)}"

    def changed(value_of=lambda value: value):
        value = value_of(st.session_state[key])
        if value is not None:
            data_changes.try_out(dataset, read.but(**{field: value}))

    if field == "decimal":
        _decimal(project, dataset, key)
    elif field in ("skip_rows", "skip_after_header", "footer_rows"):
        label, help_text = NUMBERS[field]
        st.number_input(
            label, 0, 100_000, getattr(read, field), key=key, help=help_text, on_change=lambda: changed(int)
        )
    elif field == "header_rows":
        st.selectbox(
            "Which lines name the columns",
            range(MOST_HEADER_ROWS + 1),
            index=min(read.header_rows, MOST_HEADER_ROWS),
            format_func=lambda n: header_words(read.but(header_rows=n)),
            key=key,
            on_change=changed,
        )
        st.button("Click it in the file", key="page.data.show.file", icon=":material/touch_app:", on_click=_show_file)
    elif field == "comment":
        st.text_input(
            "Leave out lines that begin with", read.comment, key=key, max_chars=5, placeholder="such as #",
            on_change=lambda: changed(str.strip),
        )  # fmt: skip
    elif field == "widths":
        st.text_input(
            "Characters per column", ", ".join(map(str, read.widths)), key=key, on_change=lambda: changed(widths_of),
            help="One number for each column, from left to right; the last column takes the rest of the line.",
        )  # fmt: skip
        separated = read.but(format="delimited", widths=(), names=())
        st.button(
            "A character stands between the values",
            key="page.data.to.delimited",
            on_click=data_changes.try_out,
            args=(dataset, separated),
        )
    else:
        label, words = CHOICES[field]
        current = getattr(read, field)
        options = list(words) if current in words else [current, *words]
        st.selectbox(
            label,
            options,
            index=options.index(current),
            format_func=lambda value: words.get(value, str(value)),
            key=key,
            accept_new_options=field == "delimiter",
            on_change=changed,
        )
    if field == "delimiter":
        st.button(
            "Columns of fixed width",
            key="page.data.to.fixed",
            on_click=_try_fixed_width,
            args=(dataset, read),
            help="The values stand below each other, filled up with blanks.",
        )


NUMBERS = {
    "skip_rows": ("Lines to skip above the table", "Titles and notes above the column names."),
    "skip_after_header": ("Lines to skip below the column names", "A line of units, or a blank line."),
    "footer_rows": (
        "Lines to leave out below the table",
        "Notes and sources below the data; blank lines do not count.",
    ),
}
CHOICES = {
    "delimiter": ("Between values", DELIMITERS),
    "encoding": ("Letters are stored as", ENCODING_LABELS),
    "quote": ("Quotes around text", QUOTES),
}


def widths_of(text):
    """Return the numbers in ``text``, or None where it holds none.

    >>> widths_of("5, 10 8"), widths_of("five")
    ((5, 10, 8), None)
    """
    numbers = tuple(int(part) for part in text.replace(",", " ").split() if part.isdigit() and 0 < int(part) < 10_000)
    return numbers or None


def _decimal(project, dataset, key):
    """Show the decimal mark of all columns of numbers, and let it be changed for all of them."""
    usual = usual_decimal(dataset.schema) or "."

    def apply():
        mark = st.session_state[key]
        columns = [
            column.but(decimal=mark, thousands="" if column.thousands == mark else column.thousands)
            for column in dataset.schema.columns
            if column.meaning in ("number", "integer")
        ]
        data_changes.retype(state.store().project(project.id), dataset, columns)

    st.selectbox(
        "Decimal mark",
        list(DECIMALS),
        index=list(DECIMALS).index(usual),
        format_func=DECIMALS.get,
        key=key,
        on_change=apply,
        help="For all columns of numbers, at once. A single column is changed in the panel beside the table.",
    )
