"""The row steps of a project in order: what each did, taking one away, bringing it back, and adding one."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.prepare import ROW_STEPS
from workbench.prepare.row_steps import row_step
from workbench.specs import Recipe
from workbench.ui import components, state, step_form
from workbench.ui.components import plain

REMOVED_KEY = "page.prepare.removed"  # the steps before the last removal, as JSON
MOST_STEPS = 30


def prepared(fingerprint, recipe):
    """Return the table after the steps, with what each did (cached; do not change it)."""
    return state.prepared(fingerprint, recipe.fingerprint, recipe)


@st.cache_data(max_entries=32, show_spinner=False)
def _counts(fingerprint, recipe_fingerprint, _recipe, target):
    done = prepared(fingerprint, _recipe)
    n_blank = int(done.table[target].isna().sum()) if target in done.table else 0
    return len(done.table), n_blank


def counts(draft):
    """Return (rows left after the steps, how many of those have no target)."""
    return _counts(draft.dataset, draft.recipe.fingerprint, draft.recipe, draft.target)


def summary(dataset, n_left, n_blank, target):
    """Say how many rows there are, how many are left, and how many of these can teach."""
    file, left, learn = st.columns(3)
    file.metric("Rows in the file", f"{dataset.n_rows:,}", border=True)
    left.metric(
        "After the steps",
        f"{n_left:,}",
        delta=f"{n_left - dataset.n_rows:,} rows" if n_left != dataset.n_rows else None,
        delta_color="off",
        border=True,
    )
    learn.metric(
        "To learn from",
        f"{n_left - n_blank:,}",
        delta=f"{-n_blank:,} without a target" if n_blank else None,
        delta_color="off",
        border=True,
        help=f"Rows that have a value in “{plain(target)}”." if target else "Known once the target is chosen.",
    )


def steps(project, log, target, n_blank):
    """Show the steps in order, each with what it did."""
    for place, entry in enumerate(log):
        with st.container(border=True, key=f"page.step.{place}"):
            text, button = st.columns([4, 1.3], vertical_alignment="center")
            words = f"{entry.rows_before:,} → {entry.rows_after:,} rows"
            text.markdown(f"**{place + 1}.** {plain(entry.sentence)}  \n:small[{words}]")
            with button:
                _remove_button(project, place)
    if target:
        words = (
            f"{n_blank:,} row{' has' if n_blank == 1 else 's have'} no value in “{plain(target)}” and "
            f"{'is' if n_blank == 1 else 'are'} set aside"
            if n_blank
            else f"Every row has a value in “{plain(target)}”"
        )
        st.caption(f":material/task_alt: Always done last: rows without a target cannot teach a model. {words}.")
    if REMOVED_KEY in st.session_state:
        st.button(
            "Bring back the step",
            key="page.prepare.undo",
            icon=":material/undo:",
            on_click=_bring_back,
            args=(project,),
        )


def bare_steps(project):
    """Show the steps where they cannot be applied, so that one can be taken away."""
    for place, step in enumerate(project.draft.recipe.rows):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"page.step.{place}"):
            st.markdown(f"**{place + 1}.** {plain(row_step(step.step).words(step))}", width="stretch")
            _remove_button(project, place)


def _remove_button(project, place):
    st.button(
        "Remove",
        key=f"page.prepare.remove.{place}",
        icon=":material/close:",
        type="tertiary",
        on_click=_remove,
        args=(project, place),
        help=f"Take away step {place + 1}; the rows come back.",
    )


def _remove(project, place):
    st.session_state[REMOVED_KEY] = project.draft.recipe.model_dump(mode="json")
    rows = project.draft.recipe.rows
    state.save_draft(project, recipe=Recipe(rows=rows[:place] + rows[place + 1 :]))


def _bring_back(project):
    before = st.session_state.pop(REMOVED_KEY, None)
    if before:
        state.save_draft(project, recipe=Recipe.model_validate(before))


@st.fragment
def add(project, dataset):
    """Offer a new step, and say what it would do before it is added. A fragment: the table is not drawn again."""
    kinds = {kind.name: kind for kind in ROW_STEPS}
    name = st.segmented_control(
        "What should happen",
        list(kinds),
        format_func=lambda name: kinds[name].label,
        key="page.prepare.kind",
        default=next(iter(kinds)),
        required=True,
        label_visibility="collapsed",
    )
    st.caption(plain(kinds[name].sentence))
    step = step_form.FORMS[name](dataset)
    rows = project.draft.recipe.rows
    problem = None
    if step is not None:
        try:
            last = prepared(dataset.fingerprint, Recipe(rows=(*rows, step))).log[-1]
            gone = last.rows_before - last.rows_after
            words = (
                f"This would leave out {gone:,} of {last.rows_before:,} rows." if gone else "No row would be left out."
            )
        except WorkbenchError as error:
            problem, words = error, ""
    else:
        words = "Choose what to compare with."
    if problem:
        components.show_problem(problem)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Add this step",
            key="page.prepare.add",
            icon=":material/add:",
            disabled=step is None or problem is not None or step in rows or len(rows) >= MOST_STEPS,
            on_click=_add,
            args=(project, step),
        )
        st.caption("This step is already in the list." if step in rows else words)


def _add(project, step):
    st.session_state.pop(REMOVED_KEY, None)
    state.save_draft(project, recipe=Recipe(rows=(*project.draft.recipe.rows, step)))
    st.rerun()  # the whole page, of which the form is only a fragment
