"""How the file is read: the assumptions in a sentence, counts, and a control for each assumption."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.wording import counted
from workbench.ui import components, state, upload
from workbench.ui.components import plain

PROBLEM_KEY = "page.data.read.problem"
DELIMITERS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "\t": "tab",
    "|": "bar  |",
    " ": "one blank",
    "\\s+": "any blanks",
    ":": "colon  :",
}
ENCODINGS = {
    "utf-8": "UTF-8 (usual today)",
    "utf-8-sig": "UTF-8 with mark",
    "cp1252": "Windows, Western Europe",
    "latin-1": "ISO 8859-1, Western Europe",
    "iso-8859-15": "ISO 8859-15, with €",
    "cp1250": "Windows, Central Europe",
    "cp1251": "Windows, Cyrillic",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 (little endian)",
    "mac-roman": "Mac, old",
    "shift_jis": "Japanese",
    "gb18030": "Chinese",
}
QUOTES = {'"': 'double  "', "'": "single  '", "": "none"}
DECIMALS = {".": "point: 3.14", ",": "comma: 3,14"}
TYPED_FORMATS = ("parquet", "feather", "json", "json_lines")


def summary(dataset):
    """Say what was assumed."""
    with st.container(border=True):
        st.markdown(f"**{plain(dataset.name)}**: {plain(dataset.sentence)}")
        for note in dataset.notes[:5]:
            st.caption(f":material/info: {plain(note)}")
        if len(dataset.notes) > 5:
            with st.expander(f"{len(dataset.notes) - 5} more notes"):
                for note in dataset.notes[5:]:
                    st.caption(plain(note))


def misfits(dataset):
    """Say how many cells do not fit, if any; rows, columns and blanks stand in the sentence above."""
    odd = [name for name in dataset.schema.names if dataset.misfits.get(name)]
    if not odd:
        return
    cells, columns = counted(sum(dataset.misfits.values()), "cell"), counted(len(odd), "column")
    st.markdown(
        f":material/warning: **{cells}** in {columns} (marked ⚠) "
        f"{'does' if sum(dataset.misfits.values()) == 1 else 'do'} not fit and count as “no value”.",
        help="They say something that their column's meaning does not allow, such as a word among numbers.",
    )


def show(project, dataset):
    """Show the assumptions, folded, each with a control; a change is applied at once."""
    with st.expander("Change how the file is read", icon=":material/tune:"):
        if PROBLEM_KEY in st.session_state:
            components.show_problem(st.session_state[PROBLEM_KEY])
        if dataset.read.format in TYPED_FORMATS:
            st.caption("This kind of file says itself how it is to be read. Columns can be changed one by one.")
            return
        st.caption("The table above follows at once. The columns are looked at anew, so their meanings may change.")
        with st.grid(3, min_column_width=200):
            _controls(project, dataset)


def _controls(project, dataset):
    read = dataset.read

    def apply(**changes):
        """Read the file by other rules (callback)."""
        st.session_state.pop(PROBLEM_KEY, None)
        changed = read.but(**changes, names=())
        if changed == read.but(names=()):
            return
        try:
            upload.replace(project, lambda: state.store().retype_dataset(dataset.fingerprint, project.id, read=changed))
        except WorkbenchError as error:
            st.session_state[PROBLEM_KEY] = error

    def key(field):
        return f"page.data.{dataset.fingerprint[:12]}.read.{field}"

    def choice(label, field, words, **more):
        current = getattr(read, field)
        options = list(words) if current in words else [current, *words]
        st.selectbox(
            label,
            options,
            index=options.index(current),
            format_func=lambda value: words.get(value, str(value)),
            key=key(field),
            on_change=lambda: apply(**{field: st.session_state[key(field)]}),
            **more,
        )

    def number(label, field, **more):
        st.number_input(
            label,
            min_value=0,
            max_value=100_000,
            value=getattr(read, field),
            key=key(field),
            on_change=lambda: apply(**{field: int(st.session_state[key(field)])}),
            **more,
        )

    if read.format == "delimited":
        choice("Between values", "delimiter", DELIMITERS, accept_new_options=True)
    if read.format == "excel":
        choice("Sheet", "sheet", {name: name for name in sheets_of(dataset.fingerprint)})
    if read.format in ("delimited", "fixed_width"):
        choice("Letters are stored as", "encoding", ENCODINGS, help="The file's character encoding.")
    if read.format == "delimited":
        choice("Quotes around text", "quote", QUOTES)
    number("Lines to skip above the table", "skip_rows", help="Titles and notes above the column names.")
    number("Lines to leave out below the table", "footer_rows", help="Sums, notes and sources below the data.")
    _decimal(project, dataset, key("decimal"))
    st.checkbox(
        "The first line names the columns",
        value=read.header_rows > 0,
        key=key("header"),
        on_change=lambda: apply(header_rows=int(st.session_state[key("header")])),
    )


def _decimal(project, dataset, key):
    """Show the decimal mark of all columns of numbers, and let it be changed for all of them."""
    marks = [column.decimal for column in dataset.schema.columns if column.meaning in ("number", "integer")]
    usual = max(set(marks), key=marks.count) if marks else "."

    def apply():
        mark = st.session_state[key]
        columns = tuple(
            column.but(decimal=mark, thousands="" if column.thousands == mark else column.thousands)
            if column.meaning in ("number", "integer")
            else column
            for column in dataset.schema.columns
        )
        schema = dataset.schema.but(columns=columns)
        try:
            upload.replace(project, lambda: state.store().retype_dataset(dataset.fingerprint, project.id, schema))
        except WorkbenchError as error:
            st.session_state[PROBLEM_KEY] = error

    st.selectbox(
        "Decimal mark",
        list(DECIMALS),
        index=list(DECIMALS).index(usual),
        format_func=DECIMALS.get,
        key=key,
        on_change=apply,
        disabled=not marks,
        help="For all columns of numbers. A single column is changed in the panel beside the table.",
    )


@st.cache_data(max_entries=16, show_spinner=False)
def sheets_of(fingerprint):
    """Return the names of the sheets of a workbook."""
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_path(str(state.dataset(fingerprint).raw_path)).sheet_names)
