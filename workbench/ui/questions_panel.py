"""What only the person can know about the file: one question at a time, beside what was counted; it blocks nothing."""

import streamlit as st

from workbench.ui import cell_grid, column_heads, column_panel, data_changes, state, table_pages
from workbench.ui.components import plain
from workbench.ui.phrases import short

SHOWN_KEY = "page.data.question"
EXAMPLES = 4
ROWS_SHOWN = 5
COLUMNS_SHOWN = 12
COLUMNS_NAMED = 4


def show(project, dataset):
    """Show the first open question, and a way to the others."""
    questions = dataset.questions
    if not questions:
        return
    at = st.session_state.get(SHOWN_KEY, 0) % len(questions)
    question = questions[at]
    with st.container(border=True, key="page.data.question.card", gap="small"):
        st.markdown(f":blue[:material/help:] **{plain(question.sentence)}**")
        if question.rows:
            _rows(dataset, question)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for number, answer in enumerate(question.answers):
                st.button(
                    plain(answer.label),
                    key=f"page.data.answer.{at}.{number}",
                    on_click=data_changes.answer,
                    args=(project, dataset, question, number),
                    icon=None if number else ":material/check:",
                    help=None if number else "The table is read this way now. Nothing waits for your answer.",
                )
            if len(questions) > 1:
                st.button(
                    f"{at + 1} of {len(questions)} questions",
                    key="page.data.question.next",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    on_click=_show,
                    args=(at + 1,),
                    help="Show the next question.",
                )
            st.caption(_words(dataset, question), width="content")


def _show(at):
    st.session_state[SHOWN_KEY] = at


def _rows(dataset, question):
    """Show the rows in question."""
    table = state.table(dataset.fingerprint)
    rows = table.loc[[row for row in question.rows[:ROWS_SHOWN] if row in table.index]].iloc[:, :COLUMNS_SHOWN]
    heads = column_heads.heads_of(dataset.fingerprint)
    cell_grid.show(
        key="page.data.question.rows",
        label="The rows in question",
        head=[{**heads[name], "shares": None, "note": ""} for name in rows.columns],
        rows=table_pages.rows_of(rows),
        height=190,
    )
    if len(question.rows) > ROWS_SHOWN:
        st.caption(f"{len(question.rows):,} rows; the first {ROWS_SHOWN} are shown.")


def _words(dataset, question):
    """Return what stands in the columns of a question, in words; nothing where its rows are shown."""
    if question.rows:
        return ""
    parts = []
    for name in question.columns[:COLUMNS_NAMED]:
        words = column_panel.words_of(dataset.fingerprint, name)[:EXAMPLES]
        parts.append(f"{plain(short(name, 40))}: {', '.join(f'“{plain(short(word, 30))}”' for word in words)}")
    more = len(question.columns) - COLUMNS_NAMED
    return "In the file — " + "; ".join(parts) + (f"; and {more:,} more columns" if more > 0 else "") if parts else ""
