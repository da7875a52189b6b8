"""The smallest change for which the model would answer otherwise, over columns that the person says can be changed."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.export.description import training_rows
from workbench.results.uses.what_if import Wish, smallest_change
from workbench.results.wording import amount, decimals_for, listed, probability, told_apart
from workbench.training.scoring import quietly
from workbench.ui import components, row_form, scrolling, state
from workbench.ui.phrases import edge_of

KIND = "changeable"  # of what is kept: the columns that were marked
ANY_OTHER = "any other class"
MOST_NAMED = 8
PUT, TELL = "page.try_it.change.put", "page.try_it.change.tell"  # what went into the form: to be led up to it, told
ABOUT = (
    "Tried are values that occur in the training rows, one column at a time, then two together. Distance: how far the "
    "rows are apart over all columns but free text, from 0 (the same row) to 1 (as far apart as can be; Gower's "
    "distance). It says what the model answers for another row, not what would happen if somebody changed these things "
    "in the world."
)


@st.cache_resource(max_entries=2, show_spinner=False)
def _rows(run_id, _run):
    return training_rows(state.table(_run.spec.dataset), _run.spec)


@st.cache_resource(max_entries=32, show_spinner="Asking the model about changed rows …")
def _found(fingerprint, row, columns, wish, _scorer, _run):
    with quietly():
        return smallest_change(_scorer, _rows(_run.id, _run), row, columns, Wish(**wish))


def show(run, key, scorer, fields, row, answer, place):
    """Show which columns can be changed, what is wished, and on a click the smallest change that gets there.

    Parameters
    ----------
    fields : list of dict
        In the order of the form.
    row, answer : dict
        What the form holds, and what the model says about it.
    place : str
        Key prefix of the form's widgets, into which a change can be put.
    """
    moves = "moves the answer past a value" if scorer.is_regression else "turns the answer"
    st.markdown(f"##### The smallest change that {moves}")
    if "error" in answer:
        st.caption("There is no answer to turn yet.")
        return
    columns = _changeable(run, key, fields)
    wish = _wish(run, scorer, answer)
    asked = [scorer.fingerprint, repr(row), columns, wish]
    mark = f"page.try_it.change.asked.{run.id}"

    def ask():
        st.session_state[mark] = asked

    st.button(
        "Look for it",
        key="page.try_it.change.look",
        on_click=ask,
        disabled=not columns or wish is None,
        icon=":material/alt_route:",
    )
    if wish is not None and st.session_state.get(mark) == asked:
        try:
            found = _found(scorer.fingerprint, row, tuple(columns), wish, _scorer=scorer, _run=run)
        except WorkbenchError as error:
            components.show_problem(error)
            return
        _show_found(found, scorer, run, place)
    st.caption(ABOUT)


def _changeable(run, key, fields):
    """Show which columns are marked as changeable, and return them; they are kept with the run."""
    names = [field["name"] for field in fields if field["meaning"] != "text"]
    store, kept_as, widget = state.store(), f"{run.id}:{key}", f"page.try_it.changeable.{run.id}.{key}"
    if widget not in st.session_state:
        kept = store.artifact(KIND, kept_as) or []
        st.session_state[widget] = [name for name in kept if name in names]

    def keep():
        store.put_artifact(KIND, kept_as, list(st.session_state[widget]))

    return st.multiselect(
        "Columns that could be changed",
        names,
        placeholder="Choose what somebody could act on, such as a price; not an age",
        key=widget,
        on_change=keep,
    )


def _wish(run, scorer, answer):
    """Show what the answer should become, where that is a question; return it for ``Wish``, None where it is open."""
    if scorer.is_regression:
        unit = run.spec.target_column.unit
        present = answer["prediction"]
        wanted = st.number_input(
            f"Move the answer past{f' ({components.plain(unit)})' if unit else ''}",
            value=None,
            placeholder=f"now {amount(present, unit)}",
            format=f"%.{max(decimals_for(abs(present) or 1.0), 0)}f",
            key=f"page.try_it.change.past.{run.id}",
            width=260,
        )
        if wanted is None:
            return None
        return {"at_least": wanted} if wanted > present else {"at_most": wanted}
    if len(scorer.classes) == 2:
        return {}
    others = [label for label in scorer.classes if label != answer["prediction"]]
    wanted = st.selectbox(
        "Turn it into",
        [None, *others],
        format_func=lambda label: ANY_OTHER if label is None else str(label),
        key=f"page.try_it.change.to.{run.id}",
        width=260,
    )
    return {} if wanted is None else {"label": wanted}


def _show_found(found, scorer, run, place):
    if found.met or (found.one is None and found.two is None):
        st.info(f"{components.plain(found.finding())}.", icon=":material/block:")
        return
    if found.two is not None:
        with st.container(border=True):
            smallest = " (nearer than one alone)" if found.one is not None else ""
            st.markdown(f"**Two columns together{smallest}**")
            _show_change(found.two, scorer, run, place, "two")
    with st.container(border=True):
        st.markdown("**Each column alone**")
        for at, change in enumerate((change for change in found.alone.values() if change is not None), 1):
            _show_change(change, scorer, run, place, at)
        none = [name for name, change in found.alone.items() if change is None]
        if none:
            names = components.plain(listed([f"“{label}”" for label in told_apart(none)], MOST_NAMED))
            st.markdown(f":material/block: No value of {names} gets there{' alone' if found.two else ''}.")
    if not found.complete and found.two is None:
        st.caption("Of two columns together, only the nearest pairs of values were tried: there are too many.")


def _show_change(change, scorer, run, place, at):
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"{components.plain(change.told())}: the model then says {_told(change.answer, scorer, run)}. "
            f"Distance {change.distance:.3f}.",
            width="stretch",
        )
        st.button(
            "Put it into the form",
            key=f"page.try_it.change.take.{at}",
            on_click=_take,
            args=(change, scorer, place),
            icon=":material/edit_note:",
        )


def _told(answer, scorer, run):
    """Say an answer in a few words."""
    if scorer.is_regression:
        return f"**{components.plain(amount(answer['prediction'], run.spec.target_column.unit))}**"
    told = f"**{components.plain(answer['prediction'])}**"
    label = scorer.manifest.get("positive")
    label = answer["prediction"] if label is None else label
    if not answer["probabilities"]:
        return told
    share = probability(answer["probabilities"][str(label)], edge_of(scorer, label))
    return f"{told} (probability of {components.plain(label)}: {share})"


def _take(change, scorer, place):
    fields = {field["name"]: field for field in scorer.fields}
    for name in change.after:
        row_form.enter(fields[name], change.row[name], place)
    st.session_state[PUT] = change.told()


def lead_up():
    """Have the whole page drawn, from its top, where a change went into the form. First in the fragment of the form."""
    if PUT in st.session_state:
        st.session_state[TELL] = st.session_state.pop(PUT)
        scrolling.again()
        st.rerun()


def tell():
    """Say what went into the form since the page was drawn last."""
    if TELL in st.session_state:
        st.toast(f"In the form now: {components.plain(st.session_state.pop(TELL))}.", icon=":material/edit_note:")
