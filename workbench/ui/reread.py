"""Columns read in another way by one click: values as blank, words in one spelling, words as numbers, dates or text.

The file is read anew, as on the Data page. What was changed since the file was first read is told as done, and can be
taken back one by one, whenever it was.
"""

from dataclasses import replace

import pandas as pd
import streamlit as st

from workbench.errors import NotPossible, WorkbenchError
from workbench.profiling import Finding
from workbench.profiling.checks.meanings import DATE, NUMBER
from workbench.profiling.wording import counted, quoted
from workbench.runtime.reading import type_column
from workbench.specs import MEANING_LABELS
from workbench.ui import components, data_changes, reading_job, state, upload
from workbench.ui.column_rules import changed_column
from workbench.ui.phrases import short

PROBLEM_KEY = "page.profile.reread.problem"
LAST_KEY = "page.profile.reread.last"  # what was read in another way last: code of the finding, columns
KINDS = ("blanks", "reads")  # remedies of a finding that change how columns are read
SHOWN = 3  # values named in a sentence
COLUMNS_NAMED = 8  # in the explanation of a button
TEXTS_LOOKED_AT = 5_000
FITTING = {"number": NUMBER, "integer": NUMBER, "date": DATE}


def kinds_of(finding):
    """Return the kinds of remedies of a finding that change how columns are read."""
    return tuple(kind for kind in KINDS if getattr(finding, kind))


def offer(finding, kind):
    """Return the words on the button of a remedy, and what it does."""
    anew = "The file is read anew. You can undo it."
    if kind == "blanks":
        n = sum(len(entry["values"]) for entry in finding.blanks)
        words = "Treat it as blank" if n == 1 else f"Treat {n} values as blank"
        told = "; ".join(
            components.plain(
                f"{quoted([str(value) for value in entry['values']], SHOWN)} in {short(entry['name'], 40)}"
            )
            for entry in finding.blanks[:COLUMNS_NAMED]
        )
        return words, f"These cells then count as “no value”: {told}. {anew}"
    if any("spellings" in entry for entry in finding.reads):
        targets = {word for entry in finding.reads for _, word in entry.get("spellings", ())}
        words = f"Read all as “{short(min(targets), 20)}”" if len(targets) == 1 else "Read as in most rows"
        return words, f"Every spelling is read as the one that most rows have, also in rows to predict. {anew}"
    meanings = {entry["meaning"] for entry in finding.reads}
    words = f"Read as {MEANING_LABELS[meanings.pop()]}" if len(meanings) == 1 else "Read as numbers"
    return words, f"Cells that do not fit count as “no value”. {anew}"


def texts_of(raw, column, values):
    """Return how ``values`` are written in the file.

    Parameters
    ----------
    raw : Series of str
        The cells of the column.
    column : ColumnSpec
    values : list
        Words, numbers, or dates as ISO text.

    Examples
    --------
    >>> from workbench.specs import ColumnSpec
    >>> texts_of(pd.Series(["-999.0", "12", " -999 "]), ColumnSpec(name="a", meaning="number"), [-999])
    ('-999.0', '-999')
    """
    texts = _texts(raw)
    typed = type_column(texts, column.model_dump(mode="json")).values
    wanted = pd.to_datetime(values) if column.meaning == "date" else values
    return tuple(texts[typed.isin(wanted).to_numpy()])


def with_spellings(column, spellings):
    """Return a column with further spellings; those it has already follow where they lead.

    >>> from workbench.specs import ColumnSpec
    >>> column = ColumnSpec(name="a", meaning="category", spellings=(("usa", "USA"),))
    >>> with_spellings(column, [["USA", "U.S."]]).spellings
    (('usa', 'U.S.'), ('USA', 'U.S.'))
    """
    new = {written.strip(): word for written, word in spellings}
    known = {written: new.get(word.strip(), word) for written, word in column.spellings}
    return column.but(spellings=tuple((written, word) for written, word in (known | new).items() if written != word))


def with_meaning(column, meaning, raw):
    """Return a column with another meaning and the marks that fit those of its cells that look like it.

    Raises
    ------
    NotPossible
        No cell can be read so.
    """
    texts = _texts(raw)
    pattern = FITTING.get(meaning)
    fitting = [text for text in texts[:TEXTS_LOOKED_AT] if pattern is None or pattern.fullmatch(text)]
    changed = changed_column(column, "meaning", meaning, fitting)
    if type_column(texts, changed.model_dump(mode="json")).values.isna().all():
        raise NotPossible(
            f"No cell of “{column.name}” can be read as {MEANING_LABELS[meaning]}.",
            "Look at how it is written on the Data page.",
        )
    return changed


def _texts(raw):
    """Return the different texts of a column."""
    return raw.dropna().astype(str).str.strip().drop_duplicates().reset_index(drop=True)


def changed_columns(finding, kind, schema, load):
    """Return the columns of ``schema`` as one remedy of a finding has them.

    Parameters
    ----------
    load : callable(list of str) -> DataFrame
        Returns cells as they stand in the file.

    Raises
    ------
    NotPossible
    """
    entries = {entry["name"]: entry for entry in getattr(finding, kind) if entry["name"] in schema.names}
    raw = load(list(entries)) if any("spellings" not in entry for entry in entries.values()) else None
    columns = []
    for name, entry in entries.items():
        column = schema.column(name)
        if "values" in entry:
            tokens = texts_of(raw[name], column, entry["values"])
            columns.append(column.but(missing=tuple(dict.fromkeys((*column.missing, *tokens)))))
        elif "spellings" in entry:
            columns.append(with_spellings(column, entry["spellings"]))
        else:
            columns.append(with_meaning(column, entry["meaning"], raw[name]))
    if all(column == schema.column(column.name) for column in columns):
        raise NotPossible("The file does not hold these values as text.", "Change them in the file.")
    return tuple(columns)


def apply(project, finding, kind):
    """Read the file anew as a remedy of ``finding`` has it (callback)."""
    project = state.store().project(project.id)
    dataset = state.dataset(project.draft.dataset)

    def load(names):
        return state.store().load_raw(dataset.fingerprint, names)

    st.session_state.pop(PROBLEM_KEY, None)
    try:
        columns = changed_columns(finding, kind, dataset.schema, load)
    except WorkbenchError as error:
        st.session_state[PROBLEM_KEY] = error
        return
    if data_changes.retype(project, dataset, columns):
        code = "meaning" if any("meaning" in entry for entry in finding.reads) else _CODES[kind]
        st.session_state[LAST_KEY] = (code, [column.name for column in columns])
        # The way back of the Data page would take back all that was decided since.
        st.session_state.pop(upload.UNDO_KEY, None)


_CODES = {"blanks": "disguised_missing", "reads": "mixed_spellings"}


def done(draft):
    """Return what was changed about how columns are read since the file was first read, as findings that are done.

    ``reads`` of each holds the column as it was before, for :func:`take_back`.
    """
    project = state.project_in_work()
    if project is None or not draft.dataset or project.draft.dataset != draft.dataset:
        return []
    dataset = state.dataset(draft.dataset)
    first = {column.name: column for column in data_changes.first_columns(project, dataset)}
    found = []
    for column in data_changes.decided_columns(project, dataset):
        was = first.get(column.name)
        if was is not None:
            found += [
                Finding(code, "done", (column.name,), sentence, reads=({"name": column.name, "column": before},))
                for code, sentence, before in _changes(column, was)
            ]
    return found


def _changes(column, was):
    """Yield (code, sentence, the column without it as JSON) for each way in which a column is read otherwise."""
    if column.meaning != was.meaning:
        without = was.but(missing=column.missing, spellings=column.spellings)
        sentence = (
            f"“{column.name}” is read as {MEANING_LABELS[column.meaning]}; it was found to be "
            f"{MEANING_LABELS[was.meaning]}."
        )
        yield "meaning", sentence, without.model_dump(mode="json")
    tokens = [token for token in column.missing if token not in was.missing]
    if tokens:
        verb = "counts" if len(tokens) == 1 else "count"
        sentence = f"{quoted([short(token, 30) for token in tokens], SHOWN)} in “{column.name}” {verb} as “no value”."
        yield "disguised_missing", sentence, column.but(missing=was.missing).model_dump(mode="json")
    pairs = [pair for pair in column.spellings if pair not in was.spellings]
    if pairs:
        targets = list(dict.fromkeys(word for _, word in pairs))
        sentence = (
            f"In “{column.name}”, {counted(len(pairs), 'spelling is', 'spellings are')} read as "
            f"{quoted([short(word, 30) for word in targets], SHOWN)}."
        )
        yield "mixed_spellings", sentence, column.but(spellings=was.spellings).model_dump(mode="json")


def is_reread(finding):
    """Tell whether a finding is one of :func:`done`."""
    return any("column" in entry for entry in finding.reads)


def take_back(project, finding):
    """Read a column again as before (callback)."""
    project = state.store().project(project.id)
    dataset = state.dataset(project.draft.dataset)
    before = {entry["name"]: entry["column"] for entry in finding.reads}
    schema = data_changes.with_columns(
        dataset.schema,
        [column.model_validate(before[column.name]) for column in dataset.schema.columns if column.name in before],
    )
    for other in state.store().project_datasets(project.id):  # mostly it is still there, and nothing has to be read
        if (other.raw_path, other.read, other.schema) == (dataset.raw_path, dataset.read, schema):
            state.store().use_dataset(project.id, other.fingerprint)
            return
    data_changes.retype(project, dataset, [column for column in schema.columns if column.name in before])


def show_undo():
    """Show a reading that is under way, why the last change could not be made, or the way back from it.

    The way back stands here until the page is left; afterwards it is among what is done.
    """
    project = state.project_in_work()
    reading_job.show(project)
    if PROBLEM_KEY in st.session_state:
        components.show_problem(st.session_state.pop(PROBLEM_KEY))
    data_changes.show_problem()
    code, names = st.session_state.get(LAST_KEY, ("", ()))
    last = [finding for finding in done(project.draft) if finding.code == code and finding.columns[0] in names]
    if not last:
        return
    words = components.plain(last[0].sentence) + (f" The same for {len(last) - 1} more." if len(last) > 1 else "")
    whole = replace(last[0], reads=tuple(entry for finding in last for entry in finding.reads))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="page.profile.reread"):
        st.markdown(f":blue[:material/task_alt:] {words}", width="stretch")
        st.button("Undo", key="page.undo.reread", icon=":material/undo:", on_click=take_back, args=(project, whole))
