"""A whole file through the model: uploaded, predicted, shown, and kept as CSV."""

import time
from contextlib import suppress
from pathlib import Path

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.export.file_rows import file_columns, predict_file
from workbench.modeling.planning import locked_table, modelling_table
from workbench.profiling.wording import counted
from workbench.runtime.decisions import sentence_of
from workbench.store.looking import check_rows
from workbench.ui import (
    column_match,
    components,
    file_answers_view,
    outcome_view,
    scoring_path,
    staged,
    state,
    try_it_kept,
    upload,
)

MATCH_KEY = "try_it_columns"  # kept while other pages are looked at, as the file is
STALE_SECONDS = 86_400
SHOWN_REASONS = 3
SHOWN_NAMES = 10


@st.cache_resource(max_entries=3, show_spinner="Predicting every row of the file …")
def _predictions(path, fingerprint, mapping, _scorer):
    check_rows(Path(path), _scorer.manifest)
    return predict_file(Path(path), _scorer, dict(mapping))


@st.cache_resource(max_entries=3, show_spinner="Looking at the columns of the file …")
def _columns(path, fingerprint, _scorer):
    check_rows(Path(path), _scorer.manifest)
    return file_columns(Path(path), _scorer.manifest)


def _folder():
    folder = state.store().home / "scoring"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(files):
    """Put an uploaded file where files to predict are, under its content's name; files of yesterday go."""
    (file,) = files
    for old in _folder().iterdir():
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > STALE_SECONDS:
                old.unlink()
    endings = "".join(Path(file.name).suffixes[-2:])[-20:]  # ".csv.gz": how it is packed may be told by its name
    ending = "".join(character for character in endings if character.isalnum() or character == ".")
    path = _folder() / f"{file.digest}{ending}"
    file.path.replace(path)
    staged.remove(file)
    # Kept while other pages are looked at, with what became of it: it is found by its content again.
    try_it_kept.of(st.session_state.get(state.PROJECT_KEY))["file"] = {"path": str(path), "name": file.name}


def show(run, key, made_at):
    """Show the drop zone and, once a file is there, its predictions.

    Parameters
    ----------
    run : Run
    key : str
        The fitted candidate.
    made_at
        When its model was made; what is said about later files is kept as long as it is the same.
    """
    upload.drop_zone(
        "A file with rows to predict",
        name="try_it",
        receive=_keep,
        help="With the same columns as your data; the column that is predicted need not be there. Where it is, you "
        "see how good the model still is.",
    )
    chosen = try_it_kept.of(run.project_id).get("file")
    if not chosen or not Path(chosen["path"]).is_file():
        return
    try:
        scorer = scoring_path.scorer_of(run, key)
        columns = _columns(chosen["path"], scorer.fingerprint, scorer)
        column_match.show(columns, MATCH_KEY, chosen["path"])
        mapping = column_match.mapping_of(MATCH_KEY, chosen["path"])
        if columns.suggestions and not mapping and len(columns.absent) == len(scorer.fields):
            return  # nothing can be said before it is known which columns are meant
        found = _predictions(chosen["path"], scorer.fingerprint, tuple(sorted(mapping.items())), scorer)
    except WorkbenchError as error:
        components.show_problem(error)
        return
    if not len(found.raw):
        st.info(
            "The file has column names, but no row below them: there is nothing to predict.", icon=":material/info:"
        )
        return
    _tell(found, chosen["name"], undecided=bool(columns.suggestions) and not mapping)
    if scorer.decision:
        st.markdown(components.plain(sentence_of(scorer.decision, len(scorer.classes))))
    if Path(chosen["path"]).name.partition(".")[0] == state.dataset(run.spec.dataset).raw_path.name:
        st.info(_own_rows(run), icon=":material/school:")
    else:
        outcome_view.show(run, key, made_at, found, scorer, chosen["path"], chosen["name"])
    file_answers_view.show(run, scorer, found, Path(chosen["name"]).stem)


def _own_rows(run):
    """Say of the file that a model was trained with what the model has seen of it."""
    if not run.spec.locked:
        return (
            "These are the rows the model has learned from, so the predictions look better than they are. How good it "
            "is on rows it has not seen stands on the Results page."
        )
    learned, locked = _counts(run.id, run.spec)
    return (
        f"The model has learned from {counted(learned, 'row')} of this file, so the predictions for these look better "
        f"than they are. {counted(locked, 'row')} more had been locked away: it has not seen them. How good it is on "
        "rows it has not seen stands on the Results page, where the locked rows are opened as well."
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _counts(run_id, _spec):
    """Return how many rows a model learned from, and how many were locked away."""
    table = state.table(_spec.dataset)
    return len(modelling_table(table, _spec)[1]), len(locked_table(table, _spec)[1])


def _tell(found, name, undecided):
    failed, warned = found.errors != "", (found.warnings != "") & (found.errors == "")
    n_rows = len(found.raw)
    st.markdown(f"**{n_rows - int(failed.sum()):,} of {n_rows:,} rows** of {components.plain(name)} predicted.")
    if found.absent:
        more = len(found.absent) - SHOWN_NAMES
        names = components.plain(", ".join(found.absent[:SHOWN_NAMES])) + (f" and {more} more" if more > 0 else "")
        until = " Until you have chosen above, they count as blank in the answers below." if undecided else ""
        st.warning(
            f"The file lacks {len(found.absent)} of the columns that the model uses: {names}.{until}",
            icon=":material/visibility:",
        )
    for flags, texts, words, show_it in (
        (failed, found.errors, ("got no prediction", "got no prediction"), st.error),
        (warned, found.warnings, ("was predicted with a warning", "were predicted with a warning"), st.warning),
    ):
        if flags.any():
            told = f"{counted(int(flags.sum()), 'row')} {words[int(flags.sum() > 1)]}:"
            show_it("\n".join([told, "", *_reasons(texts[flags])]), icon=":material/visibility:")


def _reasons(texts):
    """Return the most frequent reasons as a list in Markdown, each once, with the first row that has it."""
    counts = texts.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    lines = []
    for text, n_rows in counts.head(SHOWN_REASONS).items():
        first = f"row {texts.index[texts == text][0] + 1} of the data"
        where = first if n_rows == 1 else f"{n_rows:,} rows, the first of them {first}"
        lines.append(f"- {where}: {components.plain(text)}")
    more = len(counts) - SHOWN_REASONS
    return [*lines, f"- and {counted(more, 'other reason')}"] if more > 0 else lines
