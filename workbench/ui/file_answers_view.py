"""The answers for a whole file: how many of each, and its rows in the order in which somebody would act on them."""

import streamlit as st

from workbench.export.file_answers import ROW, answers_of
from workbench.profiling.wording import counted
from workbench.results.wording import amount, listed, percent
from workbench.runtime.spreadsheet_text import defuse
from workbench.ui import components
from workbench.ui.phrases import short

PLACE = "page.try_it.file"
EVERY, AS_IN_FILE = "every answer", "as in the file"
LARGEST, SMALLEST = "largest first", "smallest first"
MOST_CLASSES = 6  # said in the sentence
LONGEST_CLASS = 40
LAZY_ROWS = 10_000


def show(run, scorer, found, stem):
    """Say what the answers come to, and show the rows: in which order, and which of them, can be chosen."""
    answers = answers_of(found, scorer)
    if not answers.answers.notna().any():
        rows = answers.chosen()
    elif scorer.is_regression:
        _tell_amounts(run, answers)
        rows = answers.chosen(**_order_of_amounts())
    else:
        _tell_classes(run, answers)
        rows = answers.chosen(**_choice_of_classes(scorer, answers))
    _show_rows(found, rows)
    _save(found, rows, stem)


def _tell_classes(run, answers):
    counts, target = answers.counts(), components.plain(short(run.spec.target, LONGEST_CLASS))
    n_rows = sum(counts.values())
    parts = [
        f"**{components.plain(short(name, LONGEST_CLASS))}** for {counted(count, 'row')} ({percent(count / n_rows)})"
        for name, count in counts.items()
    ]
    st.markdown(f"{target} is answered with {listed(parts, MOST_CLASSES)}.")


def _tell_amounts(run, answers):
    mean, (least, low, middle, high, most) = answers.spread()
    unit = run.spec.target_column.unit
    said = {
        name: components.plain(amount(float(value), unit))
        for name, value in {
            "mean": mean,
            "least": least,
            "low": low,
            "middle": middle,
            "high": high,
            "most": most,
        }.items()
    }
    st.markdown(
        f"Predicted {components.plain(short(run.spec.target, LONGEST_CLASS))}: **{said['mean']}** on average; half of "
        f"the rows get more than {said['middle']}, the middle half {said['low']} to {said['high']}, all of them "
        f"{said['least']} to {said['most']}."
    )


def _order_of_amounts():
    order = st.segmented_control(
        "Order of the rows", [LARGEST, SMALLEST, AS_IN_FILE], default=LARGEST, required=True, key=f"{PLACE}.order"
    )
    return {} if order == AS_IN_FILE else {"by": "", "largest": order == LARGEST}


def _choice_of_classes(scorer, answers):
    names = list(answers.counts())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only = st.selectbox(
            "Rows that are answered with",
            [EVERY, *sorted(names)],
            format_func=lambda name: name if name == EVERY else short(name, LONGEST_CLASS),
            key=f"{PLACE}.only",
            width=260,
        )
        chosen = {} if only == EVERY else {"only": only}
        if answers.probabilities is None:
            return chosen
        first = str(scorer.decision["label"] if scorer.decision else scorer.manifest.get("positive"))
        classes = list(answers.probabilities.columns)
        by = st.selectbox(
            "Highest probability first, of",
            [*classes, AS_IN_FILE],
            index=classes.index(first) if first in classes else 0,
            format_func=lambda name: name if name == AS_IN_FILE else short(name, LONGEST_CLASS),
            key=f"{PLACE}.by",
            width=260,
        )
    return chosen if by == AS_IN_FILE else {**chosen, "by": by}


def _show_rows(found, rows):
    shown = found.table()
    ours = list(found.predictions.columns)
    shares = {
        name: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)
        for name in ours
        if name.startswith("probability_")
    }
    if ROW not in shown:
        # The order of the file is lost to the eye: this is the way back to it.
        shown = shown.assign(**{ROW: range(1, len(shown) + 1)})
        ours = [ROW, *ours]
    st.dataframe(
        shown[[*ours, *found.header]].iloc[rows],
        key="page.try_it.file_table",
        column_config=shares,
        hide_index=True,
        lazy=len(rows) > LAZY_ROWS,
        alt="The rows of the file with their predictions",
    )


def _save(found, rows, stem):
    with st.container(horizontal=True):
        st.download_button(
            "Save as CSV",
            data=lambda: found.csv().encode("utf-8"),
            file_name=f"{stem}-predictions.csv",
            mime="text/csv",
            key="page.try_it.csv",
            on_click="ignore",
            icon=":material/download:",
            type="primary",
            help="All rows as in your file, your columns unchanged, then the predictions; the same as “python -m "
            "workbench predict” writes.",
        )
        st.download_button(
            "Save for a spreadsheet",
            data=lambda: defuse(found.table().iloc[rows]).to_csv(index=False).encode("utf-8-sig"),
            file_name=f"{stem}-predictions-spreadsheet.csv",
            mime="text/csv",
            key="page.try_it.spreadsheet",
            on_click="ignore",
            icon=":material/download:",
            help="The rows that are shown, in this order, for Excel and other spreadsheets. Two things differ: a mark "
            "at the beginning of the file that makes letters like ü and € come out right, and an apostrophe before "
            "cells that a spreadsheet would run as a formula. For another program, take the plain CSV.",
        )
